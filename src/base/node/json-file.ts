/** JSON in files that people write, with whatever editor. */
import { readFileSync } from "node:fs";
import { withoutMark } from "../byte-order-mark.js";

/** The data in a JSON file; see `readJsonText`. */
export const readJsonFile = (file: string): unknown => JSON.parse(readJsonText(file));

/** The text of a file: in UTF-8 or, as some shells of Windows write it, in UTF-16; a byte order mark is left out. */
export function readJsonText(file: string): string {
  const bytes = readFileSync(file);
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return withoutMark(bytes.toString(isWide ? "utf16le" : "utf8"));
}
