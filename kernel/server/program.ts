/**
 * The kernel's process, from its connection file to its end. Its sockets are bound before most of it is imported: a
 * client that finds none tries again much later.
 */

import { setImmediate as turn } from "node:timers/promises";

import { ConnectionError, connectionWarnings, readConnection } from "./connection.js";
import { describedError } from "../base/described.js";
import type { EvaluatorProcess } from "../evaluator/start-process.js";
import type { Kernel } from "./kernel.js";
import { endDescendants } from "../processes/family.js";
import { TYPECHECK_MODES } from "../base/typecheck-mode.js";
import { setting } from "../hosts/hosts.js";
import { log } from "../base/log.js";
import { followParent } from "../processes/parent-process.js";
import { Reception } from "./reception.js";

/** A kernel asked by Jupyter to end is killed after 5 s; it should have ended by itself. */
const ORDERLY_MS = 4700;
/** Whoever sends a signal waits less. */
const SIGNALLED_MS = 1200;

/**
 * Runs the kernel until it is shut down, and ends the process. Exit codes: 0 after a shutdown, 1 when it cannot start.
 *
 * @param evaluator the process for its cells, if it was started already
 */
export async function runKernel(connectionFile: string, evaluator?: EvaluatorProcess): Promise<void> {
  try {
    const typecheck = TYPECHECK_MODES.find(mode => mode === setting("TYPECHECK")) ?? "warn";
    const connection = readConnection(connectionFile);
    for (const warning of connectionWarnings(connection, connectionFile)) log(`warning: ${warning}`);
    const reception = new Reception(connection, log);
    await reception.open();
    const endWithin = forcedEnd();
    // What is asked for while the kernel is imported is done once it runs.
    let kernel: Kernel | undefined;
    let ends = false;
    const shutDown = () => {
      ends = true;
      kernel?.shutDown();
    };
    process.on("SIGINT", () => kernel?.interrupt());
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        endWithin(SIGNALLED_MS);
        shutDown();
      });
    }
    process.on("uncaughtException", error => log(`internal error: ${describedError(error)}`));
    process.on("unhandledRejection", reason => log(`internal error: ${describedError(reason)}`));
    followParent(shutDown);
    const parts = await imported();
    kernel = new parts.Kernel({
      connection,
      reception,
      folder: process.cwd(),
      log,
      typecheck,
      ending: () => endWithin(ORDERLY_MS),
      interpreter: (folder, listener) => new parts.EvaluatorHost({ ...listener, folder, early: evaluator }),
    });
    const ended = kernel.run();
    if (ends) kernel.shutDown();
    await ended;
    endDescendants(process.pid);
    // Handles of zeromq linger; all that had to be said was said.
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    log(error.message);
    evaluator?.child.kill("SIGKILL");
    process.exit(1);
  }
}

/** Imports the kernel part by part: who asks meanwhile what it is need not wait for all of it. */
async function imported() {
  const { EvaluatorHost } = await import("../evaluator/host.js");
  for (const part of [
    () => import("../history/history.js"),
    () => import("../cells/mask-magics.js"),
    () => import("../debugger/debugger.js"),
    () => import("../language/service.js"),
  ]) {
    // Sockets deliver one message a turn.
    await turn();
    await part();
  }
  const { Kernel } = await import("./kernel.js");
  return { EvaluatorHost, Kernel };
}

/** Ends the process, and all that it has started, when it has not ended in order by then; the earliest time counts. */
function forcedEnd(): (ms: number) => void {
  let due = Infinity;
  let timer: NodeJS.Timeout | undefined;
  return ms => {
    const at = performance.now() + ms;
    if (at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(() => {
      log(
        "the kernel did not end in order and was ended at once; its last cells may be missing in the history",
      );
      endDescendants(process.pid);
      process.kill(process.pid, "SIGKILL");
    }, ms);
  };
}
