/** JSON as Python writes it, which has NaN and Infinity: diverged runs have such errors. */
import { readFileSync } from "node:fs";
import { TableError } from "./table-error.js";
import { requireReadable } from "./table-file.js";

/**
 * Reads a JSON file; NaN, Infinity and −Infinity become null.
 *
 * @param fn the function that reads, and `shape` what it expects, in words
 */
export function parsePythonJson<T>(
  fn: string,
  file: string,
  isShape: (data: unknown) => data is T,
  shape: string,
): T {
  requireReadable(fn, file);
  const data = parse(fn, file, readFileSync(file, "utf8"));
  if (isShape(data)) return data;
  throw new TableError(`${fn}: expected ${shape}, got something else in ${file}`);
}

function parse(fn: string, file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Texts are matched too, and kept, so that a NaN inside one stays.
    const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, token =>
      token.startsWith('"') ? token : "null",
    );
    try {
      return JSON.parse(strict);
    } catch (cause) {
      throw new TableError(`${fn}: expected JSON, could not read ${file}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}
