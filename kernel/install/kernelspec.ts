/** The kernelspec: how a front end finds and starts this kernel. */

import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../base/make-folder.js";
import { bringer, bringersFolder } from "../hosts/bringer.js";
import { readHost } from "../hosts/host-package.js";
import { hostArguments, NO_HOST, plainName } from "../hosts/hosts.js";
import { NAME } from "../hosts/package.js";
import { kernelsFolder } from "./jupyter-folders.js";
import { kernelNode } from "./kernel-node.js";
import { installLabextension, removeLabextension } from "./labextension.js";
import { logo, logoPng } from "./logo.js";

/** Which kernelspec. */
export interface KernelspecPlace {
  /** A Python environment, or any folder whose `share/jupyter` Jupyter looks into; this user's folder if left out. */
  prefix?: string;
  /** The kernel's name in notebook files and commands; `typescript` if left out. */
  name?: string;
}

/** What to install. */
export interface KernelspecOptions extends KernelspecPlace {
  /** The name people see; "TypeScript" if left out. */
  displayName?: string;
  /** Folders of the packages whose kernel this is, which cells import wherever they are; none if left out. */
  hosts?: readonly string[];
  /** Environment variables of the kernel. */
  env?: Readonly<Record<string, string>>;
}

/** The name notebooks know this kernel by, unless its host gives it another. */
export const KERNEL_NAME = "typescript";

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

/**
 * Content of `kernel.json`; the program, Node and hosts are named by their absolute paths.
 *
 * @throws HostError when a host's folder holds no package
 */
export function kernelspec({
  displayName = "TypeScript",
  env = {},
  hosts = [],
}: KernelspecOptions = {}): Record<string, unknown> {
  const folders = hosts.map(folder => path.resolve(folder));
  // Where it is brought along, the kernel serves whoever brings it unless it is told otherwise.
  const none = folders.length === 0 && bringer(MAIN) !== undefined ? [NO_HOST] : [];
  return {
    argv: [node(), ...NODE_OPTIONS, MAIN, ...none, ...hostArguments(folders), "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    ...(Object.keys(env).length > 0 && { env }),
    metadata: {
      debugger: true,
      supported_encryption: ["curve"],
      implementation: NAME,
      goes_by: goesBy(folders),
    },
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
 * @throws KernelspecError when another kernel has the name, nothing can be written there, or this Node is too old to run cells
 * @throws HostError when a host's folder holds no package
 */
export function installKernelspec(options: KernelspecOptions = {}): string {
  const folder = kernelFolder(options);
  if (existsSync(folder) && !isEmpty(folder) && !isOwn(folder)) {
    throw new KernelspecError(`install: ${folder} is another kernel's; choose a name of its own with --name`);
  }
  const written = files(options);
  try {
    makeFolder(folder);
    for (const [file, content] of written) writeFileSync(path.join(folder, file), content);
    installLabextension(goesBy(options.hosts), options.prefix);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new KernelspecError(
      `install: expected to write into ${path.dirname(folder)}, got ${(error as Error).message}; choose another folder with --prefix`,
    );
  }
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
  const name = nameIn(folder);
  for (const file of FILES) rmSync(path.join(folder, file), { force: true });
  if (isEmpty(folder)) rmdirSync(folder);
  const others = readdirSync(kernelsFolder(place.prefix)).map(each =>
    path.join(kernelsFolder(place.prefix), each),
  );
  if (!others.some(each => isOwn(each) && nameIn(each) === name)) removeLabextension(name, place.prefix);
  return folder;
}

const FILES = ["kernel.json", "logo-svg.svg", "logo-64x64.png"] as const;

function files(options: KernelspecOptions): [(typeof FILES)[number], string | Uint8Array][] {
  return [
    ["kernel.json", `${JSON.stringify(kernelspec(options), null, 2)}\n`],
    ["logo-svg.svg", logo()],
    ["logo-64x64.png", logoPng()],
  ];
}

/** The name that a kernel with these hosts goes by, in paths. */
function goesBy([first]: readonly string[] = []): string {
  return plainName(first === undefined ? NAME : readHost(path.resolve(first)).name);
}

interface Spec {
  argv?: unknown[];
  metadata?: { implementation?: unknown; goes_by?: unknown };
}

function specIn(folder: string): Spec {
  try {
    return JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8")) as Spec;
  } catch {
    return {};
  }
}

/** Whether a folder holds a kernelspec of this kernel, from wherever it was installed. */
function isOwn(folder: string): boolean {
  const { argv, metadata } = specIn(folder);
  // Those that were written before kernelspecs said so have the kernel's program in its host.
  return (
    metadata?.implementation === NAME ||
    argv?.some(part => bringersFolder(String(part)) !== undefined) === true
  );
}

/** The name that the kernel of a kernelspec of ours goes by. */
function nameIn(folder: string): string {
  const { argv = [], metadata } = specIn(folder);
  const said = metadata?.goes_by;
  if (typeof said === "string") return said;
  const host = argv.map(part => bringersFolder(String(part))).find(each => each !== undefined);
  try {
    return goesBy(host === undefined ? [] : [host]);
  } catch {
    // The host has gone.
    return goesBy();
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
