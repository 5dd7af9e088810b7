/**
 * The Python side, in .venv: the packages of requirements.lock, each by its name, version and content.
 *
 * pip takes hashes for all packages of a call or for none. Wheels in pure Python are the same everywhere and have theirs
 * everywhere; those with binaries have them on the platform that the lock file names, and their versions elsewhere.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipInstall } from "./pip.mjs";
import { run, StepError, tail } from "./step.mjs";

/** PyTorch's own index of wheels without CUDA, which are a tenth of the size. It is asked for PyTorch alone. */
const CPU_WHEELS = "https://download.pytorch.org/whl/cpu";

/** @typedef {{ pure: string[], binary: string[], platform: string }} Lock lines with hashes; where `binary` hold */

/** Reads a lock file. @param {string} file @returns {Lock} */
export function readLock(file) {
  const lock = { pure: /** @type {string[]} */ ([]), binary: /** @type {string[]} */ ([]), platform: "" };
  for (const line of readFileSync(file, "utf8").split(/\r?\n/)) {
    const platform = /^# (\S+-\S+-cp\d+)$/.exec(line)?.[1];
    if (platform) lock.platform = platform;
    else if (line !== "" && !line.startsWith("#"))
      (lock.platform === "" ? lock.pure : lock.binary).push(line);
  }
  return lock;
}

/** A locked package without its hash, and without the build it was locked with. @param {string} line */
const version = line => line.replace(/ --hash=.*/, "").replace(/\+\S+$/, "");

/**
 * Installs what is locked.
 *
 * @param {string} python the environment's own
 * @param {{ root: string, say: (line: string) => void }} options root: where requirements.txt and its lock file lie
 * @throws {StepError} with what pip said
 */
export async function installPythonPackages(python, { root, say }) {
  const requirements = join(root, "requirements.txt");
  const lock = readLock(join(root, "requirements.lock"));
  const facts =
    'import sys, platform as p; print("%s-%s-cp%d%d" % (sys.platform, p.machine(), *sys.version_info[:2]))';
  const platform = (await run(python, ["-c", facts])).output.trim();
  const hashed = platform === lock.platform;
  const folder = mkdtempSync(join(tmpdir(), "netspace-setup-"));
  try {
    /** @param {string[]} lines @param {string[]} options */
    const install = async (lines, ...options) => {
      const file = join(folder, "list.txt");
      writeFileSync(file, lines.map(line => `${line}\n`).join(""));
      await must(pipInstall(python, ["--no-deps", "--only-binary", ":all:", ...options, "-r", file]));
    };
    await install(lock.pure, "--require-hashes");
    const torch = lock.binary.find(line => line.startsWith("torch=="));
    const others = lock.binary.filter(line => line !== torch);
    if (hashed) await install(others, "--require-hashes");
    else await install(others.map(version));
    if (torch) {
      const file = join(folder, "torch.txt");
      writeFileSync(file, `${hashed ? torch : torch.replace(/ --hash=.*/, "")}\n`);
      await installTorch(python, { file, wanted: version(torch), say });
    }
    // Some platforms and versions of Python need packages besides.
    const constraints = join(folder, "constraints.txt");
    writeFileSync(constraints, [...lock.pure, ...lock.binary].map(line => `${version(line)}\n`).join(""));
    await must(pipInstall(python, ["-c", constraints, "-r", requirements]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * PyTorch for what this machine has; one of the right version that is there already stays, whatever it was built for.
 *
 * @param {string} python
 * @param {{ file: string, wanted: string, say: (line: string) => void }} options file: asks pip for the build without
 *   CUDA; wanted: the version of any build
 */
async function installTorch(python, { file, wanted, say }) {
  const installed = await run(python, ["-c", 'import importlib.metadata as m; print(m.version("torch"))']);
  if (installed.code === 0 && `torch==${installed.output.trim()}`.replace(/\+\S+$/, "") === wanted) return;
  if (process.platform !== "linux" || (await hasGpu())) {
    await must(pipInstall(python, [wanted]));
    return;
  }
  const alone = ["--no-deps", "--only-binary", ":all:", "-r", file];
  // Where the wheel lies at hand, nobody is asked for it.
  const here = await run(python, ["-m", "pip", "install", "--quiet", "--retries", "0", ...alone]);
  if (here.code === 0) return;
  say(`PyTorch without CUDA comes from ${CPU_WHEELS}, which is asked for nothing else`);
  const theirs = pipInstall(python, [...alone, "--index-url", CPU_WHEELS]);
  const { code, output } = await theirs;
  if (code === 0) return;
  // What is not what it should be must not be replaced by something else without a word.
  if (/HASHES/.test(output)) await must(theirs);
  say(`${CPU_WHEELS} is out of reach; pip's own index has PyTorch with CUDA, some gigabytes`);
  await must(pipInstall(python, [wanted]));
}

const hasGpu = async () => existsSync("/dev/nvidiactl") || (await run("nvidia-smi", ["-L"])).code === 0;

/** @param {Promise<{ code: number, output: string }>} installing */
async function must(installing) {
  const { code, output } = await installing;
  if (code === 0) return;
  throw new StepError(
    `pip could not install requirements.lock; check the network or pip's configuration\n${tail(output)}`,
  );
}

/** Names what `installPythonPackages` would install. @param {string} root */
export const lockDigest = root =>
  ["requirements.txt", "requirements.lock"]
    .reduce((hash, file) => hash.update(readFileSync(join(root, file))).update("\0"), createHash("sha256"))
    .digest("hex");
