/** Which Node runs the kernel. */

import { spawnSync } from "node:child_process";
import path from "node:path";
import { packageRoot } from "../base/package-root.js";

/** The first Node whose V8 can end what a cell does at any place, and which has SQLite. */
export const NODE_FLOOR = 24;

/** Whether a Node of this version can run the kernel. */
export const isNewEnough = (version: string): boolean => Number.parseInt(version, 10) >= NODE_FLOOR;

/**
 * The program that runs the kernel: this process's own if it is new enough, otherwise one that npm fetches.
 *
 * @throws Error that says what to do when there is none and none can be had
 */
export function kernelNode(): string {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const script = path.join(packageRoot, "scripts", "fetch-node.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}
