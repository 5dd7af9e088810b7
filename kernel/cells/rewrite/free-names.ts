/** Code that is no cell, but runs where cells' variables are in reach: what `eval` and debuggers are given. */

import { MagicString } from "magic-string";
import { type Node, parseSync } from "oxc-parser";
import { boundNames, declaredNames, isBinding, isScope, isShadowed } from "./bindings.js";
import type { CellNames } from "./cell-names.js";
import { firstError } from "../../source/cell-syntax-error.js";
import { isFunction, walk } from "./walk.js";
import { hiddenName, isReserved } from "./reserved-names.js";

type Identifier = Extract<Node, { type: "Identifier" }>;

/** A name that code uses and does not declare. */
interface FreeName {
  node: Identifier;
  shorthand: boolean;
}

/** The reserved names that JavaScript uses and does not declare itself. */
export function freeNames(code: string): string[] {
  return [...new Set(find(code).map(({ node }) => node.name))];
}

/** The code with cells' bindings under the names that they have in scripts. */
export function withScriptNames(code: string, names: CellNames): string {
  const text = new MagicString(code);
  for (const { node, shorthand } of find(code)) {
    if (!names.isOwn(node.name)) continue;
    text.update(node.start, node.end, `${shorthand ? `${node.name}:` : ""}${hiddenName(node.name)}`);
  }
  return text.toString();
}

/** What only means something where it stands. */
const PLACED = /\b(?:this|arguments|super|new\s*\.\s*target)\b/;

/**
 * What a call of `eval` in a cell gives to `eval`: `local` are the names that scopes within the cell declare. Code that
 * uses none of them runs in the global scope: in the middle of a cell V8 takes a variable that an earlier cell has
 * declared, too, for one that has no value yet.
 */
export function directCode(names: CellNames): (code: unknown, local?: readonly string[]) => unknown {
  return (code, local = []) => {
    if (typeof code !== "string") return code;
    const own = withScriptNames(code, { isOwn: name => !local.includes(name) && names.isOwn(name) });
    if (PLACED.test(code) || find(code, name => local.includes(name)).length > 0) return own;
    return `(0,eval)(${JSON.stringify(`"use strict";void 0;${own}`)})`;
  };
}

/** The code with other text where it reads a variable that it does not declare. */
export function withRead(code: string, name: string, read: string): string {
  const text = new MagicString(code);
  for (const { node, shorthand } of find(code, each => each === name)) {
    text.update(node.start, node.end, shorthand ? `${name}:${read}` : read);
  }
  return text.toString();
}

function find(code: string, isMeant: (name: string) => boolean = isReserved): FreeName[] {
  const { program, errors } = parseSync("code.js", code, { lang: "js", sourceType: "script" });
  // What is wrong with it V8 says better.
  if (firstError(errors)) return [];
  const found: FreeName[] = [];
  const declared = new Set(program.body.flatMap(declaredNames));
  const candidates: (FreeName & { scopes: Node[] })[] = [];
  walk(program, {
    enter: (node, ancestors) => {
      if (node.type === "VariableDeclaration" && node.kind === "var" && !ancestors.some(isFunction)) {
        for (const { id } of node.declarations) for (const name of boundNames(id)) declared.add(name);
      }
      if (node.type !== "Identifier" || !isMeant(node.name)) return;
      const [parent, outer] = [ancestors.at(-1), ancestors.at(-2)];
      if (!isBinding(node, parent)) return;
      const property = parent?.type === "AssignmentPattern" && parent.left === node ? outer : parent;
      const shorthand = property?.type === "Property" && property.shorthand;
      candidates.push({ node, shorthand, scopes: ancestors.filter(isScope) });
    },
  });
  for (const { node, shorthand, scopes } of candidates) {
    if (!declared.has(node.name) && !isShadowed(node.name, scopes)) found.push({ node, shorthand });
  }
  return found;
}
