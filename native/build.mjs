/**
 * Builds the libtorch binding, native/build/netspace_torch.node, against the libtorch inside an installed torch
 * wheel (CPU or CUDA, 2.4 or newer), with the C++ compiler and no build system.
 *
 *   node native/build.mjs [--python PATH]      default: .venv/bin/python, or $NETSPACE_PYTHON
 *   node native/build.mjs --sanitize           native/build/sanitized/netspace_torch.node, under gcc's address sanitizer
 *
 * Does nothing when sources, compiler flags, torch and compiler are those of the last build. Exit codes: 0 built or
 * up to date, 2 wrong usage, 3 no C++ compiler, 4 no usable torch, 5 npm packages missing, 6 compilation failed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const usual = join(here, "build");

/** Only the loops over feature maps gain from the optimiser; the rest calls torch and compiles faster without. */
const optimisation = name => (name.endsWith("_kernels.cc") ? "-O3" : "-O1");

class BuildError extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Where torch is and how it was built, read from its files: importing it would take seconds each time there is
 * nothing to do.
 */
function findTorch(python) {
  if (python.includes("/") && !existsSync(python)) {
    throw new BuildError(4, `no Python at ${python}: run "npm run setup", or name one with --python`);
  }
  const script = `import importlib.util as u; s = u.find_spec("torch"); print(s.origin if s and s.origin else "")`;
  const run = spawnSync(python, ["-c", script], { encoding: "utf8" });
  const origin = run.stdout?.trim();
  if (!origin) {
    const reason = run.error ? ` (${run.error.message})` : "";
    throw new BuildError(4, `${python} has no torch${reason}: install it there with "pip install torch"`);
  }
  const folder = dirname(origin);
  const facts = readFileSync(join(folder, "version.py"), "utf8");
  const version = /__version__ = '([^']+)'/.exec(facts)?.[1] ?? "unknown";
  const [major, minor] = version.split(".").map(Number);
  if (!(major > 2 || (major === 2 && minor >= 4))) {
    throw new BuildError(
      4,
      `torch ${version} is too old, 2.4 or newer is needed: "pip install --upgrade torch"`,
    );
  }
  const core = join(folder, "lib", "libc10.so");
  if (!existsSync(core))
    throw new BuildError(4, `torch ${version} in ${folder} has no libc10.so: reinstall it`);
  // The same fact as torch._C._GLIBCXX_USE_CXX11_ABI: how a function with a std::string argument is named.
  const abi = readFileSync(core).includes("torchCheckFailEPKcS2_jRKNSt7__cxx11") ? 1 : 0;
  return { version, folder, abi };
}

/** The compiler: $CXX, else g++, else clang++. */
function findCompiler() {
  for (const command of [process.env.CXX, "g++", "clang++"].filter(Boolean)) {
    const run = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (run.status === 0) return { command, version: run.stdout.split("\n")[0] };
  }
  throw new BuildError(
    3,
    `no C++ compiler found: install g++ 11 or newer ("apt-get install g++"), or set CXX`,
  );
}

function findNodeHeaders() {
  try {
    // Resolved as a module is: beside this package's dependencies, wherever npm has put them.
    const manifest = createRequire(import.meta.url).resolve("node-api-headers/package.json");
    return join(dirname(manifest), "include");
  } catch {
    throw new BuildError(5, `npm package node-api-headers is missing: run "npm ci"`);
  }
}

/**
 * What an older torch needs to record steps on a card: from 2.12 on its own interface for any device does, before that
 * CUDA's does, with CUDA's headers. Without them steps run unrecorded.
 */
function graphFlags(torch) {
  const include = join(torch.folder, "include");
  if (!existsSync(join(torch.folder, "lib", "libtorch_cuda.so"))) return [];
  if (existsSync(join(include, "ATen", "accelerator", "Graph.h"))) return [];
  const packages = join(torch.folder, "..", "nvidia");
  const wheels = existsSync(packages) ? readdirSync(packages).map(name => join(packages, name)) : [];
  const toolkits = [process.env.CUDA_HOME, "/usr/local/cuda", ...wheels].filter(Boolean);
  const headers = toolkits
    .map(folder => join(folder, "include"))
    .find(folder => existsSync(join(folder, "cuda_runtime_api.h")));
  if (headers) return ["-DNETSPACE_CUDA_GRAPHS", "-isystem", headers];
  console.log(
    `native: torch ${torch.version} records steps only with CUDA's headers, and there are none: set CUDA_HOME to a CUDA toolkit, or training on a card is slow`,
  );
  return [];
}

/** The library that a process must have loaded before anything that was compiled for the address sanitizer. */
function findSanitizer(compiler) {
  const run = spawnSync(compiler.command, ["-print-file-name=libasan.so"], { encoding: "utf8" });
  const path = run.stdout?.trim() ?? "";
  if (!isAbsolute(path)) {
    throw new BuildError(3, `${compiler.version} has no libasan.so: --sanitize needs g++ and its libasan`);
  }
  return path;
}

/** Compile and link arguments. OpenMP's runtime must be the one torch itself uses, or each would have its threads. */
function flagsFor(torch, nodeHeaders, sanitize) {
  const lib = join(torch.folder, "lib");
  const libraries = readdirSync(lib);
  const openmp = libraries.find(name => /^libgomp.*\.so/.test(name));
  const compile = [
    "-std=c++20",
    "-fPIC",
    "-fopenmp",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-Wall",
    // A switch over the operators has a case for each.
    "-Werror=switch",
    ...(sanitize ? ["-fsanitize=address", "-fno-omit-frame-pointer", "-g1"] : []),
    `-D_GLIBCXX_USE_CXX11_ABI=${torch.abi}`,
    "-DAT_PER_OPERATOR_HEADERS",
    "-DNAPI_VERSION=8",
    `-DNETSPACE_TORCH_VERSION="${torch.version}"`,
    "-isystem",
    join(torch.folder, "include"),
    "-isystem",
    nodeHeaders,
    ...graphFlags(torch),
  ];
  const link = [
    "-shared",
    `-L${lib}`,
    `-Wl,-rpath,${lib}`,
    "-Wl,--no-as-needed",
    "-ltorch",
    "-ltorch_cpu",
    "-lc10",
    ...(libraries.includes("libtorch_cuda.so") ? ["-ltorch_cuda", "-lc10_cuda"] : []),
    openmp ? `-l:${openmp}` : "-fopenmp",
    ...(sanitize ? ["-fsanitize=address"] : []),
  ];
  return { compile, link };
}

function hashOf(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

function execute(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", text => (output += text));
    child.on("error", reject);
    child.on("close", code => {
      if (code === 0) resolve(output);
      else reject(new BuildError(6, `${command} failed (${code}):\n${output.slice(0, 4000)}`));
    });
  });
}

/** Loads the binding in another process: a link against the wrong ABI shows here, not in a user's first training. */
async function load(file, env) {
  const script = "process.dlopen({ exports: {} }, process.argv[1])";
  await execute(process.execPath, ["-e", script, file], env).catch(error => {
    const reason = /Error: (.*)/.exec(error.message)?.[1] ?? error.message;
    throw new BuildError(
      6,
      `the binding was built but cannot be loaded (${reason}): reinstall torch and build again`,
    );
  });
}

/** Runs `task` on every item, `width` at a time. */
async function pool(items, width, task) {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
    }),
  );
}

async function build(python, sanitize) {
  const torch = findTorch(python);
  const compiler = findCompiler();
  const { compile, link } = flagsFor(torch, findNodeHeaders(), sanitize);
  // Leaks are not looked for: V8 and torch leave much to the end of the process.
  const sanitizer = sanitize && { LD_PRELOAD: findSanitizer(compiler), ASAN_OPTIONS: "detect_leaks=0" };
  const out = sanitize ? join(usual, "sanitized") : usual;
  const target = join(out, "netspace_torch.node");
  const files = readdirSync(here)
    .filter(name => /\.(cc|h)$/.test(name))
    .sort();
  const stamp = join(out, "stamp");
  const contents = files.map(name => readFileSync(join(here, name), "utf8"));
  const hash = hashOf([
    ...files,
    ...contents,
    ...files.map(optimisation),
    ...compile,
    ...link,
    torch.version,
    compiler.version,
  ]);
  const label = `native: netspace_torch.node for torch ${torch.version}${sanitize ? ", address sanitizer" : ""}`;
  if (sanitizer) {
    const settings = Object.entries({ ...sanitizer, NETSPACE_TORCH_ADDON: target });
    console.log(`native: to use it, set ${settings.map(([key, value]) => `${key}=${value}`).join(" ")}`);
  }
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) {
    console.log(`${label}: up to date`);
    return;
  }
  const start = performance.now();
  mkdirSync(out, { recursive: true });
  rmSync(stamp, { force: true });
  // An object is kept if it came from the same source, headers and flags, so a build cut short goes on where it was.
  const headers = contents.filter((_, i) => files[i].endsWith(".h"));
  const objects = files
    .filter(name => name.endsWith(".cc"))
    .map(name => {
      const source = contents[files.indexOf(name)];
      const key = hashOf([
        source,
        ...headers,
        ...compile,
        optimisation(name),
        torch.version,
        compiler.version,
      ]).slice(0, 16);
      return { name, object: join(out, `${name.slice(0, -3)}-${key}.o`) };
    });
  for (const name of readdirSync(out)) {
    if (name.endsWith(".o") && !objects.some(o => o.object === join(out, name))) rmSync(join(out, name));
  }
  const missing = objects.filter(o => !existsSync(o.object));
  console.log(`${label}: compiling ${missing.length} files with ${compiler.version}`);
  await pool(missing, Math.max(2, availableParallelism()), async ({ name, object }) => {
    // Written aside and renamed, so that a file of the right name is always whole.
    await execute(compiler.command, [
      ...compile,
      optimisation(name),
      "-c",
      join(here, name),
      "-o",
      `${object}.part`,
    ]);
    renameSync(`${object}.part`, object);
  });
  await execute(compiler.command, [...objects.map(o => o.object), ...link, "-o", `${target}.part`]);
  await load(`${target}.part`, { ...process.env, ...sanitizer });
  // Renamed, never overwritten: a process that has the old one loaded keeps it.
  renameSync(`${target}.part`, target);
  writeFileSync(stamp, hash);
  console.log(`${label}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

try {
  const { values } = parseArgs({ options: { python: { type: "string" }, sanitize: { type: "boolean" } } });
  const python = values.python ?? process.env.NETSPACE_PYTHON ?? join(root, ".venv", "bin", "python");
  await build(python, values.sanitize ?? false);
} catch (error) {
  const usage = error instanceof TypeError && `${error.code}`.startsWith("ERR_PARSE_ARGS");
  console.error(`native: ${error.message}`);
  process.exitCode = error instanceof BuildError ? error.exitCode : usage ? 2 : 1;
}
