/** JSON in files that people write, with whatever editor. */
import { readFileSync } from "node:fs";

/** The data in a JSON file: in UTF-8 or, as some shells of Windows write it, in UTF-16; a byte order mark is left out. */
export function readJsonFile(file: string): unknown {
  const bytes = readFileSync(file);
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return JSON.parse(bytes.toString(isWide ? "utf16le" : "utf8").replace(/^\uFEFF/, ""));
}
