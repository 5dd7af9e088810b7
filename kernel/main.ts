/**
 * The kernel's program: `node main.js <connection file>`, as the kernelspec says.
 *
 * Exit codes: 0 after a shutdown, 1 when the kernel cannot start, 2 for wrong usage.
 */

import { ConnectionError, connectionWarnings, readConnection } from "./connection.js";
import { Kernel } from "./kernel.js";
import { TYPECHECK_MODES } from "./language/diagnostics.js";
import { log } from "./log.js";

const PARENT_POLL_MS = 1000;

// Front ends append arguments of their own (`jupyter run` its files), which mean nothing here.
const [file] = process.argv.slice(2);
if (file === undefined || file.startsWith("-")) {
  process.stderr.write(
    "usage: node main.js <connection file>\nA Jupyter front end starts it through a kernelspec.\n",
  );
  process.exitCode = 2;
} else {
  await main(file);
}

async function main(connectionFile: string): Promise<void> {
  try {
    const typecheck = TYPECHECK_MODES.find(mode => mode === process.env["NETSPACE_TYPECHECK"]) ?? "warn";
    const connection = readConnection(connectionFile);
    for (const warning of connectionWarnings(connection, connectionFile)) log(`warning: ${warning}`);
    const kernel = new Kernel({ connection, folder: process.cwd(), log, typecheck });
    process.on("SIGINT", () => kernel.interrupt());
    process.on("SIGTERM", () => kernel.shutDown());
    process.on("uncaughtException", error => log(`internal error: ${error.stack}`));
    process.on("unhandledRejection", reason => log(`internal error: ${String(reason)}`));
    followParent(() => kernel.shutDown());
    await kernel.run();
    // Handles of zeromq linger; all that had to be said was said.
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    log(error.message);
    process.exit(1);
  }
}

/** A kernel whose server died has nobody to serve. */
function followParent(orphaned: () => void): void {
  if (process.env["JPY_PARENT_PID"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) orphaned();
  }, PARENT_POLL_MS).unref();
}
