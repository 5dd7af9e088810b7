/** Running the steps of a script: one line each, with what came out when it fails. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A step that failed: `message` says what to do about it, in one sentence. */
export class StepError extends Error {}

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ show?: boolean, env?: Record<string, string> }} [options] show: pass its output through
 * @returns {Promise<{ code: number, output: string }>} output: what it printed, unless shown; code 127 if it
 *   could not be started
 */
export function run(program, args, { show = false, env = {} } = {}) {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let output = "";
    child.stdout?.on("data", text => (output += text));
    child.stderr?.on("data", text => (output += text));
    child.on("error", error => resolve({ code: 127, output: error.message }));
    child.on("close", code => resolve({ code: code ?? 1, output }));
  });
}

/** The last lines of a program's output, indented, to stand below the sentence that says what went wrong. */
export const tail = (/** @type {string} */ output, lines = 12) =>
  output
    .trim()
    .split("\n")
    .slice(-lines)
    .map(line => `    ${line}`)
    .join("\n");

/**
 * Does one step and prints its line.
 *
 * @param {string} name
 * @param {() => Promise<string | undefined>} work returns what it did, or undefined if nothing was to do
 */
export async function step(name, work) {
  const start = performance.now();
  try {
    const did = await work();
    if (did === undefined) return true;
    console.log(`✓ ${name}: ${did} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`✗ ${name}: ${error.message}`);
    return false;
  }
}
