/**
 * The kernel's program: `node main.js [--host=<folder>]… <connection file>`, as the kernelspec says.
 *
 * Exit codes: 0 after a shutdown, 1 when the kernel cannot start, 2 for wrong usage.
 */

import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { hosts, serve, withoutHosts } from "./hosts/hosts.js";
import { log } from "./base/log.js";
import { NAME } from "./hosts/package.js";
import { isNewEnough, NODE_FLOOR } from "./install/kernel-node.js";

// Front ends append arguments of their own (`jupyter run` its files), which mean nothing here.
const args = process.argv.slice(2);
const { folders, rest } = withoutHosts(args);
const [file] = rest;
// Kernelspecs of before they named hosts start the copy that a package brings along.
if (rest.length === args.length) {
  const { bringer } = await import("./hosts/bringer.js");
  const brought = bringer(fileURLToPath(import.meta.url));
  if (brought !== undefined) folders.push(brought);
}
serve(folders, log);
if (file === undefined || file.startsWith("-")) {
  process.stderr.write(
    "usage: node main.js [--host=<folder of a package>]… <connection file>\nA Jupyter front end starts it through a kernelspec.\n",
  );
  process.exitCode = 2;
} else if (!isNewEnough(process.versions.node)) {
  const register = hosts()[0]?.register ?? `${NAME} install`;
  log(
    `needs Node ≥ ${NODE_FLOOR}, is started by ${process.version}; register it with a newer one: ${register}`,
  );
  process.exitCode = 1;
} else {
  // Messages are worth no optimised code, and the compilers that make it take more memory than all messages do. Cells
  // run in a process of their own, with every compiler. Set before anything has run often enough to be optimised.
  setFlagsFromString("--no-maglev --no-turbofan");
  // Older Nodes do not know all that these import.
  const { startEarly } = await import("./evaluator/start-process.js");
  const evaluator = startEarly();
  const { runKernel } = await import("./server/program.js");
  await runKernel(file, evaluator);
}
