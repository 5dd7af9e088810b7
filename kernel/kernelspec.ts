/** The kernelspec: how a front end finds and starts this kernel. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { logo } from "./logo.js";

/** What to install. */
export interface KernelspecOptions {
  /** A Python environment, or any folder whose `share/jupyter` Jupyter looks into. */
  prefix: string;
  /** The kernel's name in notebook files and commands. */
  name?: string;
}

/** The name notebooks know this kernel by. */
export const KERNEL_NAME = "netspace";

/** Content of `kernel.json`. */
export function kernelspec(): Record<string, unknown> {
  return {
    argv: [process.execPath, fileURLToPath(new URL("./main.js", import.meta.url)), "{connection_file}"],
    display_name: "TypeScript (netspace)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/**
 * Writes the kernelspec below `<prefix>/share/jupyter/kernels`, replacing one that is there.
 *
 * @returns the folder written
 */
export function installKernelspec({ prefix, name = KERNEL_NAME }: KernelspecOptions): string {
  const folder = kernelFolder(prefix, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "kernel.json"), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  writeFileSync(path.join(folder, "logo-svg.svg"), logo());
  return folder;
}

/** Removes the kernelspec. @returns the folder removed */
export function uninstallKernelspec({ prefix, name = KERNEL_NAME }: KernelspecOptions): string {
  const folder = kernelFolder(prefix, name);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

function kernelFolder(prefix: string, name: string): string {
  if (!/^[a-z0-9._-]+$/i.test(name)) {
    throw new RangeError(`kernelspec: name must be letters, digits, ".", "_" or "-", got "${name}"`);
  }
  return path.join(path.resolve(prefix), "share", "jupyter", "kernels", name);
}
