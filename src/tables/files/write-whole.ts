/** Files that are written whole or not at all. */
import { randomUUID } from "node:crypto";
import { chmodSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { targetOf } from "../../base/node/replace-file.js";
import { TableError } from "../table-error.js";
import { requireRegular } from "./table-path.js";

/**
 * Writes a file next to its place, and moves it there once it is whole: an error leaves an older file as it was, and
 * no part of a new one. A symbolic link stays one, and its target is written, be it there or not; the older file's
 * mode is kept.
 *
 * @param write writes to the path that it is given
 */
export async function writeWhole(
  fn: string,
  file: string,
  write: (fresh: string) => void | Promise<void>,
): Promise<void> {
  let fresh: string | undefined;
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old) requireRegular(fn, file, old);
    const target = targetOf(file);
    // A name of its own: the file's may be as long as names can be.
    fresh = join(dirname(target), `.netspace-${randomUUID()}.new`);
    await write(fresh);
    if (old) chmodSync(fresh, old.mode);
    renameSync(fresh, target);
  } catch (error) {
    if (error instanceof TableError && !(fresh && error.message.includes(fresh))) throw error;
    const message = (error as Error).message.replaceAll(fresh ?? file, file);
    const isSaid = error instanceof TableError;
    throw new TableError(
      isSaid ? message : `${fn}: expected a file that can be written, got ${file}: ${message}`,
      { cause: error },
    );
  } finally {
    if (fresh !== undefined) rmSync(fresh, { force: true });
  }
}
