/** Executing notebooks with the netspace kernel under a real Jupyter client, two at a time. */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tail } from "./step.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The order of notebooks: by their numbers, so that the tenth follows the ninth. @param {string} a @param {string} b */
export const inOrder = (a, b) => a.localeCompare(b, "en", { numeric: true });

/**
 * The notebooks of a folder in order, and those of a reader's own: in a checkout, what Git does not know of.
 *
 * @param {string} folder
 * @returns {{ notebooks: string[], own: string[] }} names of files
 */
export function notebooksIn(folder) {
  const all = readdirSync(folder)
    .filter(name => name.endsWith(".ipynb"))
    .sort(inOrder);
  const { status, stdout } = spawnSync("git", ["ls-files", "-z", "--", "*.ipynb"], {
    cwd: folder,
    encoding: "utf8",
  });
  // Without Git, or where nothing is known to it, as in an unpacked archive, all are the folder's.
  const known = new Set(status === 0 ? stdout.split("\0").filter(name => name !== "") : []);
  if (known.size === 0) return { notebooks: all, own: [] };
  return { notebooks: all.filter(name => known.has(name)), own: all.filter(name => !known.has(name)) };
}

/** @param {number} seconds */
const inWords = seconds => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/**
 * Runs notebooks, and prints a line for each: how many are done, and about how long the rest takes.
 *
 * @param {readonly string[]} files
 * @param {{ out?: string, env?: (file: string) => Record<string, string> }} [options] out: folder for the executed
 *   ones, instead of in place; env: what the kernels of a notebook find in their environment
 * @returns {Promise<boolean>} whether all ran without a cell that threw
 */
export async function runNotebooks(files, { out, env = () => ({}) } = {}) {
  const start = performance.now();
  let done = 0;
  let ok = true;
  /** @param {{ file: string, problem?: string }} ran */
  const report = ({ file, problem }) => {
    done++;
    const left = ((performance.now() - start) / 1000 / done) * (files.length - done);
    const progress = `${done}/${files.length}${left > 0 ? `, about ${inWords(left)} left` : ""}`;
    if (problem === undefined) return console.log(`✓ ${basename(file)} (${progress})`);
    ok = false;
    console.log(`✗ ${file} (${progress})\n${tail(problem)}`);
  };
  // One command for all notebooks of one environment: it starts its Jupyter clients once.
  /** @type {Map<string, string[]>} */
  const commands = new Map();
  for (const file of files) {
    const own = JSON.stringify(env(file));
    commands.set(own, [...(commands.get(own) ?? []), file]);
  }
  await Promise.all(
    [...commands].map(([own, together]) => runTogether(together, { out, env: JSON.parse(own) }, report)),
  );
  return ok;
}

/**
 * One command; a client mostly waits, so two at a time keep two cores busy.
 *
 * @param {readonly string[]} files
 * @param {{ out: string | undefined, env: Record<string, string> }} options
 * @param {(ran: { file: string, problem?: string }) => void} report
 * @returns {Promise<void>}
 */
function runTogether(files, { out, env }, report) {
  const main = join(root, "dist", "src", "cli", "main.js");
  const args = ["notebook", "run", ...files, "--jobs", "2", "--json", ...(out ? ["--out", out] : [])];
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const waiting = new Set(files);
  let said = "";
  child.stderr.on("data", text => (said += text));
  createInterface({ input: child.stdout }).on("line", line => {
    const ran = JSON.parse(line);
    waiting.delete(ran.file);
    report(ran);
  });
  return new Promise(resolve => {
    child.on("error", error => (said += error.message));
    child.on("close", (_, signal) => {
      // Ended by Ctrl-C, which has been heard elsewhere.
      if (signal === null) for (const file of waiting) report({ file, problem: said });
      resolve();
    });
  });
}
