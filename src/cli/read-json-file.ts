/** JSON from a file that the user names; a pipe, as of `<(netspace sample …)`, is one. */
import { readFileSync } from "node:fs";

/** @throws Error saying what is wrong with it, but not its name */
export function readJsonFile(file: string): unknown {
  // Editors on Windows begin with a byte order mark.
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new Error("it is empty");
  const lines = text.trim().split("\n");
  if (lines.length > 1 && lines.every(isObject)) {
    throw new Error(`it has ${lines.length} objects, one a line; take one of them`);
  }
  return JSON.parse(text);
}

const isObject = (line: string): boolean => line.startsWith("{") && line.trimEnd().endsWith("}");
