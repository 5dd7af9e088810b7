/**
 * The names that a cell's declarations were given, where esbuild has changed them: it calls a cell's `Error` `Error2`,
 * lest its helpers mean that by `Error`. Here rewriting tells the two apart.
 */

import { MagicString } from "magic-string";
import { type Node, parseSync } from "oxc-parser";
import { declaredNames } from "./bindings.js";
import { isReserved } from "./reserved-names.js";
import { isFunction, walk } from "./walk.js";

/** The code with the names of its source, and the way back; nothing when none was changed. */
export function withGivenNames(code: string, source: string): { code: string; map: string } | undefined {
  const given = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const changed = (name: string): string | undefined => {
    const plain = name.replace(/\d+$/, "");
    return plain !== name && isReserved(plain) && given.has(plain) && !given.has(name) ? plain : undefined;
  };
  // Few cells speak of such names at all.
  if (![...given].some(isReserved)) return undefined;
  const { program } = parseSync("cell.js", code, { lang: "js", sourceType: "module" });
  const names = new Map<string, string>();
  const found: Extract<Node, { type: "Identifier" }>[] = [];
  walk(program, {
    enter: (node, ancestors) => {
      const atTop = ancestors.length === 1 || (node.type === "VariableDeclaration" && node.kind === "var");
      if (atTop && !ancestors.some(isFunction)) {
        const declared =
          node.type === "ImportDeclaration"
            ? node.specifiers.map(({ local }) => local.name)
            : declaredNames(node);
        for (const name of declared) {
          const plain = changed(name);
          if (plain !== undefined) names.set(name, plain);
        }
      }
      if (node.type === "Identifier" && changed(node.name) !== undefined) found.push(node);
    },
  });
  if (names.size === 0) return undefined;
  const text = new MagicString(code);
  for (const { name, start, end } of found) {
    const plain = names.get(name);
    if (plain !== undefined) text.update(start, end, plain);
  }
  return { code: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() };
}
