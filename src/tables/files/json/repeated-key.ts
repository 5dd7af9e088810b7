/** Keys that an object of a JSON text has twice, of which JSON.parse keeps the last without a word. */
import { entriesOf, isJsonObject, type Json } from "./exact-json.js";

/** Texts, with the colon that makes one a key, and where objects begin and end. */
const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

const SPACE = 32;
const QUOTE = 34;

/**
 * The first key that an object has twice; none in most texts, in which as many colons follow
 * quotation marks as their data has keys.
 */
export function repeatedKey(text: string, data: Json): string | undefined {
  if (colonsOf(text) === keysOf(data)) return undefined;
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** Colons behind a quotation mark: each key's, and few within texts. */
function colonsOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    let before = at - 1;
    while (before > 0 && text.charCodeAt(before) <= SPACE) before--;
    if (text.charCodeAt(before) === QUOTE) count++;
  }
  return count;
}

function keysOf(data: Json): number {
  if (data === null || typeof data !== "object") return 0;
  if (Array.isArray(data))
    return (data as readonly Json[]).reduce((sum: number, value) => sum + keysOf(value), 0);
  if (!isJsonObject(data)) return 0;
  let count = 0;
  for (const [, value] of entriesOf(data)) count += 1 + keysOf(value);
  return count;
}
