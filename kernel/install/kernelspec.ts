/** The kernelspec: how a front end finds and starts this kernel. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { kernelsFolder } from "./jupyter-folders.js";
import { kernelNode } from "./kernel-node.js";
import { installLabextension, removeLabextension } from "./labextension.js";
import { logo, logoPng } from "./logo.js";

/** Which kernelspec. */
export interface KernelspecPlace {
  /** A Python environment, or any folder whose `share/jupyter` Jupyter looks into; this user's folder if left out. */
  prefix?: string;
  /** The kernel's name in notebook files and commands. */
  name?: string;
}

/** What to install. */
export interface KernelspecOptions extends KernelspecPlace {
  /** The name people see. */
  displayName?: string;
  /** Environment variables of the kernel. */
  env?: Readonly<Record<string, string>>;
}

/** The name notebooks know this kernel by. */
export const KERNEL_NAME = "netspace";

/** Thrown when a kernelspec cannot be written or removed. */
export class KernelspecError extends Error {
  override readonly name = "KernelspecError";
}

/**
 * Options of the front process's Node. Space for short-lived objects grows to 50 MB otherwise, of which messages have
 * no use; it cannot be limited once Node runs.
 */
const NODE_OPTIONS = ["--max-semi-space-size=1"];

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));

/** Content of `kernel.json`; the program and Node are named by their absolute paths. */
export function kernelspec({ displayName, env = {} }: KernelspecOptions = {}): Record<string, unknown> {
  return {
    argv: [node(), ...NODE_OPTIONS, MAIN, "{connection_file}"],
    display_name: displayName ?? "TypeScript (netspace)",
    language: "typescript",
    interrupt_mode: "message",
    ...(Object.keys(env).length > 0 && { env }),
    metadata: { debugger: true, supported_encryption: ["curve"] },
  };
}

function node(): string {
  try {
    return kernelNode();
  } catch (error) {
    throw new KernelspecError(`install: ${(error as Error).message}`);
  }
}

/**
 * Writes the kernelspec, replacing an earlier one of this kernel, and the front end's part of its widgets.
 *
 * @returns the folder written
 * @throws KernelspecError when another kernel has the name, or no Node can be had that runs this one
 */
export function installKernelspec(options: KernelspecOptions = {}): string {
  const folder = kernelFolder(options);
  if (existsSync(folder) && !isEmpty(folder) && !isOwn(folder)) {
    throw new KernelspecError(`install: ${folder} is another kernel's; choose a name of its own with --name`);
  }
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of files(options)) writeFileSync(path.join(folder, file), content);
  installLabextension(options.prefix);
  return folder;
}

/**
 * Removes the kernelspec, but nothing that was not installed with it.
 *
 * @returns the folder removed
 * @throws KernelspecError when there is none, or it is another kernel's
 */
export function uninstallKernelspec(place: KernelspecPlace = {}): string {
  const folder = kernelFolder(place);
  if (!existsSync(folder))
    throw new KernelspecError(`uninstall: expected a kernelspec in ${folder}, found none`);
  if (!isOwn(folder))
    throw new KernelspecError(`uninstall: ${folder} is another kernel's; it was left as it is`);
  for (const [file] of files()) rmSync(path.join(folder, file), { force: true });
  if (isEmpty(folder)) rmdirSync(folder);
  const others = readdirSync(kernelsFolder(place.prefix)).map(name =>
    path.join(kernelsFolder(place.prefix), name),
  );
  if (!others.some(isOwn)) removeLabextension(place.prefix);
  return folder;
}

function files(options: KernelspecOptions = {}): [string, string | Uint8Array][] {
  return [
    ["kernel.json", `${JSON.stringify(kernelspec(options), null, 2)}\n`],
    ["logo-svg.svg", logo()],
    ["logo-64x64.png", logoPng()],
  ];
}

/** Whether a folder holds a kernelspec of this kernel, from wherever it was installed. */
function isOwn(folder: string): boolean {
  try {
    const spec = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8")) as { argv?: unknown[] };
    return spec.argv?.some(part => /[\\/]dist[\\/]kernel[\\/]main\.js$/.test(String(part))) === true;
  } catch {
    return false;
  }
}

const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0;

function kernelFolder({ prefix, name = KERNEL_NAME }: KernelspecPlace): string {
  // Jupyter's own rule; names are compared in small letters.
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name)) {
    throw new KernelspecError(`kernelspec: name must be letters, digits, ".", "_" or "-", got "${name}"`);
  }
  return path.join(kernelsFolder(prefix), name.toLowerCase());
}
