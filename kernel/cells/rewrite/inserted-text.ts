/** What rewriting puts into functions, and how their own text is had back. */

import { HOOK } from "../hook.js";
import { withPlainNames } from "./reserved-names.js";

/** Read once a loop turn; kept short and on a name of its own because it stands in the user's hot loops. */
export const GUARD = `${HOOK}_flags[0]&&${HOOK}.stop();`;
/** Loops that await also ask whether their execution was given up meanwhile. */
export const ASYNC_GUARD = `(${HOOK}_flags[0]|${HOOK}_flags[1])&&${HOOK}.stop();`;

/** Around all else that is put in. */
export const ADDED = `/*${HOOK}+*/`;
export const ADDED_END = `/*${HOOK}-*/`;

/** Stands for the name of a declared function, which has none in the script. */
export function declaredAs(name: string): string {
  return `/*${HOOK} ${name}*/`;
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
/** What is put around the body of an arrow function ends its text with a brace of its own, before the mark. */
const INSERTED = new RegExp(
  `${literally(GUARD)}|${literally(ASYNC_GUARD)}|${literally(ADDED)}.*?(?:${literally(ADDED_END)}|$)`,
  "gs",
);
const DECLARED = new RegExp(`/\\*${HOOK} ([^*]+)\\*/`, "g");
const TYPE_OF = new RegExp(`${HOOK}\\.typeOf\\("([^"]+)"\\)`, "g");
const IMPORT = new RegExp(`${HOOK}\\.import\\b`, "g");
const META = new RegExp(`${HOOK}\\.meta\\b`, "g");

/** The text of code in a script without what rewriting put into it. */
export function withoutInserted(code: string): string {
  const plain = withPlainNames(code);
  if (!plain.includes(HOOK)) return plain;
  return plain
    .replace(INSERTED, "")
    .replace(DECLARED, "$1")
    .replace(TYPE_OF, "typeof $1")
    .replace(IMPORT, "import")
    .replace(META, "import.meta");
}

/** What V8 makes of what a cell awaits, which is handed through the kernel. */
const AWAITED = new RegExp(
  `${HOOK}\\.awaits(?:Each)?\\(\\.\\.\\.\\)(?: is not a function or its return value)?`,
  "g",
);

/** A message of V8's without what rewriting has made of the code that it quotes. */
export function plainMessage(message: string): string {
  return withoutInserted(message).replace(AWAITED, "(intermediate value)");
}
