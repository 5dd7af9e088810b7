/**
 * The program that registers the kernel, behind `netspace kernel install` and set-up.
 *
 * Exit codes: 0 when done, 1 when it cannot be done, 2 for wrong usage.
 */

import path from "node:path";
import { parseArgs } from "node:util";
import {
  installKernelspec,
  type KernelspecOptions,
  KernelspecError,
  uninstallKernelspec,
} from "./install/kernelspec.js";
import { packageRoot } from "./base/package-root.js";

const USAGE =
  "usage: node install.js [--remove] [--prefix <folder>] [--name <name>] [--display-name <text>] [--env <name=value>]… [--json]";

try {
  main();
} catch (error) {
  const failed = error instanceof KernelspecError || (error as NodeJS.ErrnoException).syscall !== undefined;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(failed ? `${message}\n` : `${message}\n${USAGE}\n`);
  process.exitCode = failed ? 1 : 2;
}

function main(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough closes the pipe; a full disk is said, for the word of success is lost on it.
    if (error.code === "EPIPE") return;
    process.stderr.write(`what was done could not be written (${error.message})\n`);
    process.exitCode = 1;
  });
  process.stderr.on("error", () => {});
  const { values } = parseArgs({
    options: {
      remove: { type: "boolean" },
      prefix: { type: "string" },
      name: { type: "string" },
      "display-name": { type: "string" },
      env: { type: "string", multiple: true },
      json: { type: "boolean" },
    },
  });
  const { remove = false, json = false, prefix, name, "display-name": displayName, env = [] } = values;
  const options: KernelspecOptions = {
    ...(prefix !== undefined && { prefix }),
    ...(name !== undefined && { name }),
    ...(displayName !== undefined && { displayName }),
    env: Object.fromEntries(env.map(variable)),
  };
  const folder = remove ? uninstallKernelspec(options) : installKernelspec(options);
  const done = remove ? "removed" : "installed";
  process.stdout.write(json ? `${JSON.stringify({ [done]: folder })}\n` : `${done} ${folder}\n`);
  if (!remove && packageRoot.split(path.sep).includes("_npx")) {
    process.stderr.write(
      "note: this copy lies in npx's cache, which npm may clear; npm install -g netspace makes one that stays\n",
    );
  }
}

/** `NAME=value` → [NAME, value]. */
function variable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new TypeError(`--env: expected NAME=value, got "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
