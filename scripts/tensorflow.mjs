/**
 * `node scripts/setup.mjs --engine tensorflow`: puts tfjs-node 4.22 on the TensorFlow of a Python wheel.
 *
 * tfjs-node's own download is TensorFlow 2.9; its binding compiles unchanged against the headers of a current wheel.
 * Everything lies in .setup/tensorflow, apart from the project's packages and its Python environment: the wheel is
 * 1.3 GB unpacked, tfjs-node with what it needs 0.3 GB, and only this engine uses them.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pipInstall } from "./pip.mjs";
import { run, StepError, tail } from "./step.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "scripts", "tensorflow");
const folder = join(root, ".setup", "tensorflow");
const python = join(folder, "python");
const tfjsNode = join(folder, "node_modules", "@tensorflow", "tfjs-node");

const digest = (/** @type {string[]} */ ...texts) =>
  createHash("sha256").update(texts.join("\0")).digest("hex");
const read = (/** @type {string} */ file) => readFileSync(join(sources, file), "utf8");

/**
 * Does `work` unless its mark holds the key already; the mark is written when it is through.
 *
 * @param {string} name
 * @param {string} key
 * @param {() => Promise<void>} work
 */
async function once(name, key, work) {
  const mark = join(folder, `.${name}`);
  if (existsSync(mark) && readFileSync(mark, "utf8") === key) return false;
  rmSync(mark, { force: true });
  await work();
  writeFileSync(mark, key);
  return true;
}

async function installTfjsNode() {
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(sources, file), join(folder, file));
  // Its install script would download TensorFlow 2.9.
  const { code, output } = await run("npm", [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefix",
    folder,
  ]);
  if (code !== 0) throw new StepError(`npm could not install tfjs-node\n${tail(output)}`);
}

/** @param {string} interpreter a Python with pip */
async function installWheel(interpreter) {
  rmSync(python, { recursive: true, force: true });
  const what = ["--no-deps", "--no-compile", "--target", python, "-r", join(sources, "requirements.txt")];
  const { code, output } = await pipInstall(interpreter, what);
  if (code !== 0) {
    throw new StepError(
      `pip could not install scripts/tensorflow/requirements.txt; is there a wheel for this Python and system?\n${tail(output)}`,
    );
  }
}

/** The wheel's C library: the two files that the binding needs. */
function libraries() {
  const wheel = join(python, "tensorflow");
  const files = existsSync(wheel) ? readdirSync(wheel) : [];
  const found = [/^libtensorflow_cc\.(so\.2|2\.dylib)$/, /^libtensorflow_framework\.(so\.2|2\.dylib)$/].map(
    pattern => files.find(file => pattern.test(file)),
  );
  if (found.includes(undefined)) {
    throw new StepError(
      `the TensorFlow wheel has no libtensorflow_cc and libtensorflow_framework in ${wheel}; found ${files.filter(file => file.startsWith("lib")).join(", ") || "no library"}`,
    );
  }
  return { wheel, files: found.map(file => join(wheel, String(file))) };
}

async function findCompiler() {
  for (const name of [process.env.CXX, "g++", "clang++"]) {
    if (name && (await run(name, ["--version"])).code === 0) return name;
  }
  throw new StepError("needs a C++ compiler: install g++ or clang++, or set CXX");
}

/** Compiles tfjs-node's two source files against the wheel, as its binding.gyp would against its own download. */
async function buildBinding() {
  const { wheel, files } = libraries();
  const out = join(tfjsNode, "lib", "napi-v8");
  mkdirSync(out, { recursive: true });
  const target = join(out, "tfjs_binding.node");
  const origin = process.platform === "darwin" ? "@loader_path" : "$ORIGIN";
  const sourceFiles = ["tfjs_backend.cc", "tfjs_binding.cc"].map(file => join(tfjsNode, "binding", file));
  const { code, output } = await run(await findCompiler(), [
    "-std=c++17",
    "-O1",
    "-w",
    "-fPIC",
    "-shared",
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
    "-DNAPI_VERSION=8",
    "-DNODE_GYP_MODULE_NAME=tfjs_binding",
    ...sourceFiles,
    `-I${join(wheel, "include")}`,
    `-I${createRequire(import.meta.url)("node-api-headers").include_dir}`,
    ...files,
    `-Wl,-rpath,${origin}/${relative(out, wheel)}`,
    "-o",
    `${target}.new`,
  ]);
  if (code !== 0) throw new StepError(`tfjs-node's binding does not compile\n${tail(output, 30)}`);
  renameSync(`${target}.new`, target);
}

/** Loads the binding and multiplies two matrices, in a process of its own. */
async function tryIt() {
  const script = `
    process.env.TF_CPP_MIN_LOG_LEVEL = "3";
    const util = require("node:util");
    util.isNullOrUndefined ??= v => v == null;
    util.isArray ??= Array.isArray;
    const tf = require(${JSON.stringify(tfjsNode)});
    const sum = tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))).dataSync()[0];
    if (sum !== 12) throw new Error("2 × 3 ones times 3 × 2 ones sum to " + sum);
    console.log("TensorFlow " + tf.backend().binding.TF_Version);`;
  const { code, output } = await run(process.execPath, ["-e", script]);
  if (code !== 0) throw new StepError(`tfjs-node does not run on the wheel's TensorFlow\n${tail(output)}`);
  return /TensorFlow \S+/.exec(output)?.[0] ?? "TensorFlow";
}

/**
 * Links tfjs-node to the wheel's TensorFlow; nothing is done twice.
 *
 * @param {string} interpreter a Python of at least 3.10 with pip
 * @returns {Promise<string | undefined>} what was done
 */
export async function linkTensorflow(interpreter) {
  mkdirSync(folder, { recursive: true });
  const packages = digest(read("package-lock.json"), process.version);
  const wheel = digest(read("requirements.txt"), interpreter);
  let version = "";
  const fresh = [
    await once("packages", packages, installTfjsNode),
    await once("wheel", wheel, () => installWheel(interpreter)),
    await once("binding", digest(packages, wheel), async () => {
      await buildBinding();
      version = await tryIt();
    }),
  ];
  return fresh.includes(true) ? `tfjs-node on ${version}, in ${relative(root, folder)}` : undefined;
}
