/**
 * The program that registers the kernel: `node install.js --prefix <folder> [--name <name>] [--remove]`.
 *
 * Exit code 2 for wrong usage.
 */

import { parseArgs } from "node:util";
import { installKernelspec, uninstallKernelspec } from "./kernelspec.js";

const USAGE = "usage: node install.js --prefix <folder> [--name <name>] [--remove]";

try {
  const { values } = parseArgs({
    options: { prefix: { type: "string" }, name: { type: "string" }, remove: { type: "boolean" } },
  });
  if (values.prefix === undefined) throw new TypeError("install: --prefix is missing");
  const spec = { prefix: values.prefix, ...(values.name !== undefined && { name: values.name }) };
  const folder = values.remove ? uninstallKernelspec(spec) : installKernelspec(spec);
  process.stdout.write(`${values.remove ? "removed" : "installed"} ${folder}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
