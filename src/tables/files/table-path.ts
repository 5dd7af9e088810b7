/**
 * Paths of tables. A file is read by the very name it is given; DuckDB would take `[`, `*` and `?` in a path for a
 * pattern, `~` for the home folder, a scheme such as `s3://` for another file system, and `key=value` folders for
 * columns.
 */
import { accessSync, closeSync, constants, openSync, type Stats, statSync } from "node:fs";
import { isAbsolute, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { kindOf } from "../../base/node/regular-file.js";
import { say } from "../../base/say.js";
import { TableError } from "../table-error.js";

/** A path as text; `file:` URLs are decoded. */
export function pathOf(fn: string, file: string | URL): string {
  if (typeof file === "string") return file;
  if (!(file instanceof URL)) {
    throw new TableError(`${fn}: expected a path or a file: URL, got ${say(file)}`);
  }
  try {
    return fileURLToPath(file);
  } catch (cause) {
    throw new TableError(`${fn}: expected a path or a file: URL, got ${file.href}`, { cause });
  }
}

/** Throws a TableError if this is no file, or cannot be read: a named pipe would keep its reader waiting for ever. */
export function requireReadable(fn: string, file: string): void {
  let stats: Stats;
  try {
    stats = statSync(file);
    if (stats.isFile()) accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new TableError(`${fn}: expected a file that can be read, got ${file}`, { cause });
  }
  requireRegular(fn, file, stats);
}

/** Throws a TableError for a folder, a named pipe, a device or a socket. */
export function requireRegular(fn: string, file: string, stats: Stats): void {
  if (stats.isFile()) return;
  throw new TableError(`${fn}: expected a file, got ${kindOf(stats)}, ${file}`);
}

/** A path that neither begins with `~` or a scheme, nor has its `..` resolved otherwise than by the system. */
const absolute = (file: string): string => (isAbsolute(file) ? file : `${process.cwd()}${sep}${file}`);

/** Hands a path to DuckDB to write; it takes any absolute path as it is. */
export const pathToWrite = absolute;

/** Hands a path to DuckDB to read, in which no character means anything but itself. */
export async function withPathToRead<T>(file: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = absolute(file);
  if (sep === "/" && path.includes("\\") && /[[*?]/.test(path)) {
    // Within a pattern a backslash separates folders, and cannot be escaped.
    const descriptor = openSync(path, "r");
    try {
      return await use(`/dev/fd/${descriptor}`);
    } finally {
      closeSync(descriptor);
    }
  }
  return use(path.replace(/[[*?]/g, "[$&]"));
}
