/** JSON that someone wrote by hand, where what would be lost is reported. */
import { readJsonText } from "../../../base/node/json-file.js";
import { say } from "../../../base/say.js";
import type { Json } from "./exact-json.js";
import { repeatedKey } from "./repeated-key.js";

/**
 * The data in a text that someone wrote.
 *
 * @throws SyntaxError for what is no JSON, and for a key that an object has twice, of which the first would be lost
 */
export function parseWrittenJson(text: string): unknown {
  const data = JSON.parse(text) as Json;
  const key = repeatedKey(text, data);
  if (key === undefined) return data;
  throw new SyntaxError(
    `expected each key once in an object, got ${say(key)} twice, of which only the last would be read`,
  );
}

/** The data in a file that someone wrote; see `readJsonText`. */
export const readWrittenJson = (file: string): unknown => parseWrittenJson(readJsonText(file));
