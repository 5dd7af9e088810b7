#!/usr/bin/env node
/**
 * The program that registers the kernel with Jupyter, and takes it back. Hosts start it with their own names.
 *
 * Exit codes: 0 when done, 1 when it cannot be done, 2 for wrong usage.
 */

import path from "node:path";
import { parseArgs } from "node:util";
import { HostError, readHost } from "./hosts/host-package.js";
import { codeFolder, NAME, VERSION } from "./hosts/package.js";
import {
  installKernelspec,
  type KernelspecOptions,
  KernelspecError,
  uninstallKernelspec,
} from "./install/kernelspec.js";

const USAGE = `usage: ${NAME} install [options]     make the kernel known to Jupyter; again after moving Node or this package
       ${NAME} uninstall [options]   remove what install wrote
options:
  --prefix <folder>       a Python environment or other folder (default: this user's Jupyter folder)
  --name <name>           the kernel's name in notebook files (default: typescript)
  --display-name <text>   the name people see (default: TypeScript)
  --env <name=value>      an environment variable of the kernel; may be repeated
  --host <folder>         a package that cells import wherever they are; may be repeated
  --json                  print one JSON object`;

try {
  main();
} catch (error) {
  const failed =
    error instanceof KernelspecError ||
    error instanceof HostError ||
    (error as NodeJS.ErrnoException).syscall !== undefined;
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
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
      prefix: { type: "string" },
      name: { type: "string" },
      "display-name": { type: "string" },
      env: { type: "string", multiple: true },
      host: { type: "string", multiple: true },
      json: { type: "boolean" },
    },
  });
  if (values.help || values.version) {
    process.stdout.write(`${values.help ? USAGE : VERSION}\n`);
    return;
  }
  const { json = false, prefix, name, "display-name": displayName, env = [], host: hosts = [] } = values;
  const remove = isRemoval(positionals);
  const options: KernelspecOptions = {
    ...(prefix !== undefined && { prefix }),
    ...(name !== undefined && { name }),
    ...(displayName !== undefined && { displayName }),
    env: Object.fromEntries(env.map(variable)),
    hosts,
  };
  const folder = remove ? uninstallKernelspec(options) : installKernelspec(options);
  const done = remove ? "removed" : "installed";
  process.stdout.write(json ? `${JSON.stringify({ [done]: folder })}\n` : `${done} ${folder}\n`);
  if (!remove && codeFolder.split(path.sep).includes("_npx")) {
    const installed = hosts[0] === undefined ? NAME : readHost(hosts[0]).name;
    process.stderr.write(
      `note: this copy lies in npx's cache, which npm may clear; npm install -g ${installed} makes one that stays\n`,
    );
  }
}

/** Whether the command is to uninstall. */
function isRemoval([command, ...more]: readonly string[]): boolean {
  if ((command !== "install" && command !== "uninstall") || more.length > 0) {
    throw new TypeError(`expected install or uninstall, got ${[command, ...more].join(" ") || "nothing"}`);
  }
  return command === "uninstall";
}

/** `NAME=value` → [NAME, value]. */
function variable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new TypeError(`--env: expected NAME=value, got "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
