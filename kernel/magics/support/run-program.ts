/** Runs a program for a cell: what it writes is the cell's output, and it ends when the cell is stopped. */

import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";

/** What to run. */
export interface Program {
  command: string;
  args: string[];
  folder?: string;
  /** Text for its standard input. */
  input?: string;
  /** What to say when the command does not exist. */
  missing: string;
}

const POLL_MS = 50;
/** A stopped program that is still there after this heeds no request. */
const GRACE_MS = 2000;

/**
 * Runs a program to its end.
 *
 * @param isStopped whether the cell was stopped meanwhile
 * @returns the exit code, or the signal that ended it
 */
export async function runProgram(program: Program, isStopped: () => boolean): Promise<number | string> {
  const { command, args, folder, input, missing } = program;
  const windows = process.platform === "win32";
  // Output belongs to the cell that asked for it, whenever it comes.
  const inThisCell = AsyncLocalStorage.snapshot();
  const child = spawn(command, args, {
    ...(folder !== undefined && { cwd: folder }),
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that what it starts ends with it. On Windows npm is a script.
    detached: !windows,
    shell: windows && command === "npm",
  });
  const end = (signal: NodeJS.Signals = "SIGTERM") => {
    try {
      if (child.pid !== undefined && !windows) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  let stopped: number | undefined;
  const watch = setInterval(() => {
    if (!isStopped()) return;
    if (stopped === undefined) end();
    stopped ??= performance.now();
    if (performance.now() - stopped > GRACE_MS) end("SIGKILL");
  }, POLL_MS);
  const atExit = () => end();
  process.once("exit", atExit);
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => inThisCell(() => process[name].write(text)));
  }
  child.stdin.on("error", () => {}).end(input);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", error => {
        reject((error as NodeJS.ErrnoException).code === "ENOENT" ? new Error(missing) : error);
      });
      child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
    });
  } finally {
    clearInterval(watch);
    process.off("exit", atExit);
  }
}
