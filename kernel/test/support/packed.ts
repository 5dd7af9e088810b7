/**
 * A package as users have it: packed by npm, unpacked into a folder that was empty, with nothing beside it but what its
 * package.json asks for. Those packages are links to this repository's, so that no network is needed.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { repository } from "./repository.js";

/** An unpacked package. */
export interface Packed {
  /** Where it lies. */
  folder: string;
  /** Its files, from its folder. */
  files: readonly string[];
  /** Bytes of the tarball. */
  size: number;
}

/** Compiles the kernel for itself, which its tarball is made of. */
export function buildKernel(): void {
  const compiler = path.join(repository, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [compiler, "-p", path.join(repository, "kernel")], { stdio: "inherit" });
}

/**
 * Packs a package and unpacks it below a folder.
 *
 * @param source of the package
 * @param into an empty folder
 */
export function packed(source: string, into: string): Packed {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const stdout = execFileSync("npm", args, {
    cwd: source,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const [made] = JSON.parse(stdout) as {
    name: string;
    filename: string;
    size: number;
    files: { path: string }[];
  }[];
  assert.ok(made, stdout);
  const modules = path.join(into, "node_modules");
  const folder = path.join(modules, made.name);
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", path.join(into, made.filename), "-C", folder, "--strip-components=1"]);
  for (const name of Object.keys(dependenciesIn(folder))) {
    const to = path.join(modules, name);
    mkdirSync(path.dirname(to), { recursive: true });
    if (!existsSync(to)) symlinkSync(path.join(repository, "node_modules", name), to, "junction");
  }
  return { folder, files: made.files.map(file => file.path), size: made.size };
}

/** What a package asks for. */
export function dependenciesIn(folder: string): Record<string, string> {
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return dependencies;
}
