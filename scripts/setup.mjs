/**
 * Sets everything up, behind `npm start` and `npm test`: npm packages, Python front ends, the native engine,
 * the compiled TypeScript, the kernelspec. Each step looks first whether anything is to do, and leaves its mark
 * only when it is through, so a killed set-up is finished by the next one.
 *
 * What is missing on the machine (Python, a compiler, a wheel) costs what needs it, and nothing else.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { datasets, installDataset } from "./dataset.mjs";
import { kernelNode } from "./fetch-node.mjs";
import { installPythonPackages, lockDigest } from "./python-packages.mjs";
import { run, StepError, step, tail } from "./step.mjs";
import { linkTensorflow } from "./tensorflow.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = process.platform === "win32" ? "Scripts" : "bin";
/** Python of the project's own environment. */
export const venvPython = join(root, ".venv", bin, "python");

const digest = (/** @type {string[]} */ ...texts) =>
  createHash("sha256").update(texts.join("\0")).digest("hex");
const read = (/** @type {string} */ file) => readFileSync(join(root, file), "utf8");
/** Whether a step's mark says that these inputs were dealt with. */
const marked = (/** @type {string} */ file, /** @type {string} */ key) =>
  existsSync(join(root, file)) && read(file) === key;
function mark(/** @type {string} */ file, /** @type {string} */ key) {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), key);
}

export async function npmPackages() {
  // Binaries among the packages hold for every Node.
  const key = digest(read("package-lock.json"), process.platform, process.arch);
  const file = "node_modules/.netspace-setup";
  if (marked(file, key)) return undefined;
  const { code, output } = await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (code !== 0) throw new StepError(`npm ci failed; see what it says and try again\n${tail(output)}`);
  mark(file, key);
  return "installed from package-lock.json";
}

/** The first Python of at least 3.10 on the PATH. */
async function findPython() {
  const seen = [];
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"]) {
    const { code, output } = await run(name, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    if (code !== 0) continue;
    const [major, minor] = output.trim().split(".").map(Number);
    if (major === 3 && minor >= 10) return name;
    seen.push(`${name} ${output.trim()}`);
  }
  throw new StepError(
    `needs Python ≥ 3.10 with venv, found ${seen.join(", ") || "none"}; install it and run this again ` +
      "(without it: no JupyterLab and no torch engine, the library itself works)",
  );
}

async function pythonPackages() {
  const key = lockDigest(root);
  const file = ".venv/.netspace-setup";
  if (marked(file, key)) return undefined;
  const found = await findPython();
  // Python appears in .venv before pip does; without pip, an earlier set-up was stopped in between.
  if ((await run(venvPython, ["-m", "pip", "--version"])).code !== 0) {
    const { code, output } = await run(found, ["-m", "venv", "--clear", ".venv"]);
    if (code !== 0) {
      throw new StepError(`${found} -m venv failed; install Python's venv module\n${tail(output)}`);
    }
  }
  await installPythonPackages(venvPython, { root, say: line => console.log(`  ${line}`) });
  mark(file, key);
  return "JupyterLab and torch installed in .venv";
}

async function nativeEngine() {
  const { code, output } = await run(process.execPath, ["native/build.mjs", "--python", venvPython]);
  const said = output.trim();
  if (code !== 0) throw new StepError(said);
  return said === "" || /up to date/.test(said) ? undefined : said.split("\n").at(-1);
}

/** Removes what was compiled from sources that are gone: a test that was deleted must not run on. */
function removeOrphans() {
  const compiled = /(\.d)?\.(ts|js)(\.map)?$/;
  for (const name of readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" })) {
    const source = join(root, name.replace(compiled, ".ts"));
    if (compiled.test(name) && !existsSync(source)) rmSync(join(root, "dist", name));
  }
}

export async function compile() {
  if (existsSync(join(root, "dist"))) removeOrphans();
  const { code, output } = await run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
  if (code !== 0) throw new StepError(`the TypeScript does not compile\n${tail(output, 30)}`);
  return undefined;
}

const kernelProgram = join(root, "dist", "kernel", "main.js");

/** @param {string} node what runs the kernel */
async function kernelspec(node) {
  if (!existsSync(venvPython)) return undefined;
  const key = digest(node, read("package.json"), read("dist/kernel/install.js"), root);
  const file = ".venv/.netspace-kernelspec";
  // Another checkout that shares this environment may have registered itself since.
  const spec = ".venv/share/jupyter/kernels/netspace/kernel.json";
  const ours = existsSync(join(root, spec)) && read(spec).includes(JSON.stringify(kernelProgram));
  if (ours && marked(file, key)) return undefined;
  const prefix = join(root, ".venv");
  const { code, output } = await run(node, ["dist/src/cli/main.js", "kernel", "install", "--prefix", prefix]);
  if (code !== 0) throw new StepError(`the kernelspec could not be written\n${tail(output)}`);
  mark(file, key);
  return "TypeScript (netspace) registered in .venv";
}

/** What a set-up may be asked for beside what everything needs. */
const engines = ["torch", "tensorflow"];

/**
 * Does what is left to do.
 *
 * @param {{ engine?: string, dataset?: string }} [options] engine: `"tensorflow"` links tfjs-node to a TensorFlow wheel
 *   as well, which takes 1.6 GB of disk; the engine torch is always built. dataset: one of `datasets`, installed as well
 * @returns {Promise<{ library: boolean, python: boolean, engine: boolean, dataset: boolean, node: string }>} what is usable
 *   now, and the Node that runs cells; this one if there is no other
 */
export async function setup({ engine, dataset } = {}) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`✗ Node: needs Node ≥ 20.19, this is ${process.version}; install a current Node`);
    return { library: false, python: false, engine: false, dataset: false, node: process.execPath };
  }
  let node = "";
  const nodeReady = step("Node for cells", async () => {
    const { node: found, did } = await kernelNode();
    node = found;
    return did;
  });
  const packages = step("npm packages", npmPackages);
  const pythonReady = step("Python packages", pythonPackages);
  const library = (await packages) && (await step("TypeScript", compile));
  const engineReady = pythonReady.then(
    async ok => ok && (await packages) && step("native engine", nativeEngine),
  );
  const python = await pythonReady;
  const cells = (await nodeReady) && python;
  if (library && cells) await step("kernelspec", () => kernelspec(node));
  const asked = engine === "tensorflow";
  const linked = asked && python && (await packages) && (await step("tensorflow", linkAgainstWheel));
  const images = dataset === undefined || (await step(dataset, () => installDataset(dataset)));
  return {
    library,
    python: cells,
    dataset: images,
    engine: (await engineReady) && (!asked || linked),
    node: node || process.execPath,
  };
}

const linkAgainstWheel = () => linkTensorflow(venvPython);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { engine, dataset } = parseArgs({
    options: { engine: { type: "string" }, dataset: { type: "string" } },
  }).values;
  for (const [option, value, known] of /** @type {const} */ ([
    ["engine", engine, engines],
    ["dataset", dataset, datasets],
  ])) {
    if (value === undefined || known.includes(value)) continue;
    console.error(`✗ setup: --${option} must be one of ${known.join(", ")}, got "${value}"`);
    process.exit(2);
  }
  const ready = await setup({ engine, dataset });
  process.exitCode = ready.library && ready.dataset && (engine === undefined || ready.engine) ? 0 : 1;
}
