/** JSON as Python writes it, which has NaN and Infinity: diverged runs have such errors. */
import { readFileSync } from "node:fs";
import { fileProblem } from "../../base/node/file-problem.js";
import { parseExactJson } from "../../tables/files/json/exact-json.js";
import { TableError } from "../../tables/table-error.js";
import { requireReadable } from "../../tables/files/table-path.js";

/**
 * Reads a JSON file, with NaN and Infinity as numbers.
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
  const data = parse(fn, file);
  if (isShape(data)) return data;
  throw new TableError(`${fn}: expected ${shape}, got something else in ${file}`);
}

function parse(fn: string, file: string): unknown {
  try {
    return parseExactJson(readFileSync(file, "utf8"));
  } catch (cause) {
    const said = fileProblem(cause, 200);
    throw new TableError(`${fn}: expected JSON, could not read ${file}: ${said}`, { cause });
  }
}

/** An error or a count; NaN where Python had None, NaN or Infinity. */
export const finite = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
