/** JSON of files, whose errors name the file and the place. */

import { readFileSync } from "node:fs";
import { Source } from "../source/cell.js";
import { displayName } from "../source/display-name.js";
import { FileSyntaxError } from "../source/file-syntax-error.js";
import { positionAt } from "../source/positions.js";

/** Reads a file of JSON. @throws FileSyntaxError when it is none */
export function readJson(file: string, text: string = readFileSync(file, "utf8")): unknown {
  // Editors of Windows put a mark before the text, which is none of it.
  const source = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    throw jsonError(file, source, error as Error);
  }
}

/** V8 tells the offset, unless the text ends too early or is nothing like JSON. */
function jsonError(file: string, text: string, { message }: Error): FileSyntaxError {
  const said = / in JSON at position (\d+).*$/s.exec(message);
  const offset = said ? Number(said[1]) : message.includes("end of JSON") ? text.trimEnd().length : 0;
  const what = message.replace(/(?: in JSON at position|, .* is not valid JSON$).*$/s, "");
  const label = displayName(file);
  const source = new Source({ label, source: text, maps: () => [] });
  return new FileSyntaxError(what, source, positionAt(text, offset));
}
