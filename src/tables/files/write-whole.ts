/** Files that are written whole or not at all. */
import { statSync } from "node:fs";
import { type Replacement, replacementFor } from "../../base/node/replace-file.js";
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
  let next: Replacement | undefined;
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old) requireRegular(fn, file, old);
    next = replacementFor(file);
    await write(next.fresh);
    next.put();
  } catch (error) {
    if (error instanceof TableError && !(next && error.message.includes(next.fresh))) throw error;
    const said = (error as Error).message;
    const message = next?.worded(said) ?? said;
    const isSaid = error instanceof TableError;
    throw new TableError(
      isSaid ? message : `${fn}: expected a file that can be written, got ${file}: ${message}`,
      { cause: error },
    );
  } finally {
    next?.drop();
  }
}
