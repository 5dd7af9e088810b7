/** JSON from a file that the user names; a pipe, as of `<(netspace sample …)`, is one. */
import { readJsonText } from "../base/node/json-file.js";
import { parseWrittenJson } from "../tables/files/json/written-json.js";

/** @throws Error saying what is wrong with it, but not its name */
export function readJsonFile(file: string): unknown {
  const text = readJsonText(file);
  if (text.trim() === "") throw new Error("it is empty");
  const lines = text.trim().split("\n");
  if (lines.length > 1 && lines.every(isObject)) {
    throw new Error(`it has ${lines.length} objects, one a line; take one of them`);
  }
  return parseWrittenJson(text);
}

const isObject = (line: string): boolean => line.startsWith("{") && line.trimEnd().endsWith("}");
