/** Starting the process in which cells run. Imports little, since the kernel does it before all else. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hostArguments } from "../hosts/hosts.js";
import { withKeptMemory } from "../processes/allocation.js";
import { markName, newMark } from "../processes/mark.js";

/** The process, and what marks it and all that it starts. */
export interface EvaluatorProcess {
  readonly child: ChildProcess;
  readonly mark: string;
}

/**
 * Starts the process in a folder.
 *
 * @throws Error when the system has none to give; a folder that is not there is told by the child's error event
 */
export function startProcess(folder: string): EvaluatorProcess {
  const value = newMark();
  const flags = [
    "--disable-warning=ExperimentalWarning",
    "--experimental-vm-modules",
    // Code that is broken off does not come to the end that Node's bookkeeping waits for.
    "--no-force-async-hooks-checks",
    // Space for short-lived objects grows to 50 MB by default, which cells of a notebook have no use for.
    "--max-semi-space-size=4",
  ];
  const program = fileURLToPath(new URL("./process.js", import.meta.url));
  // Node's own channel for messages would be the cells' `process`'s, and theirs to hear, to block and to close.
  const child = spawn(process.execPath, [...flags, program, ...hostArguments()], {
    cwd: folder,
    env: { ...withKeptMemory(process.env), [markName()]: value },
    // A group of its own, so that what cells have started ends with it. On Windows it would open a window.
    detached: process.platform !== "win32",
    // Standard input, output, error, commands, lines that must be heard at once, events, the second thread.
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  return { child, mark: `${markName()}=${value}` };
}

/**
 * Starts the process while the kernel is yet to be imported, which takes as long. What it says waits for the kernel.
 *
 * @returns nothing when it cannot be started: the kernel tries again, and says why
 */
export function startEarly(): EvaluatorProcess | undefined {
  try {
    const started = startProcess(process.cwd());
    started.child.on("error", () => {});
    return started;
  } catch {
    return undefined;
  }
}

/** Whether a process was started and has not ended. */
export function runs({ child }: EvaluatorProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
