/**
 * Folders of a kernel among the temporary files. Their names tell whose they are, so that what a killed kernel left
 * behind is removed by the next.
 */

import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "../processes/process-table.js";
import { NAME } from "../hosts/package.js";

/** Process ids mean something on their own machine only, and a temporary folder may be shared. */
const HOST = hostname()
  .replace(/[^\w-]/g, "_")
  .slice(0, 40);
const OWN = new RegExp(`^${NAME}-[a-z]+-${HOST}\\.(\\d+)\\.[\\w-]+$`);

/** A path among the temporary files that nothing else has; the folder is yet to be made. */
export function temporaryName(kind: "cells" | "language"): string {
  return path.join(tmpdir(), `${NAME}-${kind}-${HOST}.${process.pid}.${randomUUID()}`);
}

/** Removes this user's folders whose kernel was killed. What cannot be removed stays. */
export async function removeAbandoned(folder: string = tmpdir()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const abandoned = names.filter(name => {
    const owner = OWN.exec(name)?.[1];
    return owner !== undefined && !isAlive(Number(owner));
  });
  await Promise.all(abandoned.map(name => remove(path.join(folder, name))));
}

async function remove(folder: string): Promise<void> {
  try {
    const { uid } = await stat(folder);
    if (process.getuid && uid !== process.getuid()) return;
    await rm(folder, { recursive: true, force: true });
  } catch {
    // Another kernel was faster.
  }
}
