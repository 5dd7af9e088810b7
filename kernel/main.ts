/**
 * The kernel's program: `node main.js <connection file>`, as the kernelspec says.
 *
 * Exit codes: 0 after a shutdown, 1 when the kernel cannot start, 2 for wrong usage.
 */

import { setFlagsFromString } from "node:v8";
import { isNewEnough, NODE_FLOOR } from "./install/kernel-node.js";
import { log } from "./base/log.js";

// Front ends append arguments of their own (`jupyter run` its files), which mean nothing here.
const [file] = process.argv.slice(2);
if (file === undefined || file.startsWith("-")) {
  process.stderr.write(
    "usage: node main.js <connection file>\nA Jupyter front end starts it through a kernelspec.\n",
  );
  process.exitCode = 2;
} else if (!isNewEnough(process.versions.node)) {
  log(
    `needs Node ≥ ${NODE_FLOOR}, is started by ${process.version}; register it again, "netspace kernel install" finds a Node`,
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
