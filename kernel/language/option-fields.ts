/** What a function takes as options: the types of its parameters whose fields help to write a call. */

import { type Node, parseSync } from "oxc-parser";
import { walk } from "../cells/rewrite/walk.js";
import { type Declaration, declarationText } from "./inspection.js";
import { type LspPosition, lspOffset, lspPosition } from "./positions.js";

/** Longer ones would fill the screen. */
const MAX_LINES = 80;
/** Types that give parts of others. */
const PARTS = new Set(["Omit", "Pick", "Partial", "Required", "Readonly"]);

/** Whether markdown of the server is about something that can be called. */
export function isFunction(markdown: string): boolean {
  const said = /^```typescript\n(.*?)\n```/s.exec(markdown)?.[1] ?? "";
  return /^(?:async )?function\b|^\(method\)|\) => |^[\w$.]+(?:<.*>)?\(/.test(said);
}

/** The offset of the name that a cursor is at, or of the function between whose parentheses it stands. */
export function calledAt(code: string, offset: number): number | undefined {
  const before = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
  if (before !== "" || /^[\p{ID_Continue}$]/u.test(code.slice(offset))) return offset - before.length;
  let closed = 0;
  for (let at = offset - 1; at >= 0; at--) {
    const character = code.charAt(at);
    if (character === ")") closed++;
    if (character === "(" && closed-- === 0) {
      return /[\p{ID_Continue}$]+(?=\s*$)/u.exec(code.slice(0, at))?.index;
    }
  }
  return undefined;
}

/** The place in a declaration's file at which the type of its last parameter is named: that of options, as a rule. */
export function optionsType(text: string, { targetRange }: Declaration): LspPosition | undefined {
  const [start, end] = [lspOffset(text, targetRange.start), lspOffset(text, targetRange.end)];
  let params: readonly Node[] | undefined;
  walk(parse(text), {
    enter: node => {
      if (node.start < start || node.end > end || params || !("params" in node)) return;
      if (Array.isArray(node.params)) params = node.params;
    },
  });
  const named = params?.map(typeName).findLast(each => each !== undefined);
  return named === undefined ? undefined : lspPosition(text, named);
}

/** The places at which an interface names those that it extends, wholly or in part. */
export function extendedTypes(text: string, { targetRange }: Declaration): LspPosition[] {
  const [start, end] = [lspOffset(text, targetRange.start), lspOffset(text, targetRange.end)];
  const found: LspPosition[] = [];
  walk(parse(text), {
    enter: (node, ancestors) => {
      if (node.start < start || node.end > end || node.type !== "Identifier") return;
      const within = ancestors.some(({ type }) => type === "TSInterfaceHeritage");
      if (within && !PARTS.has(node.name)) found.push(lspPosition(text, node.start));
    },
  });
  return found;
}

function parse(text: string): Node {
  return parseSync("declaration.ts", text, { lang: "ts", sourceType: "module" }).program;
}

/** Where the type of a parameter is named, when that is a name alone. */
function typeName(parameter: Node): number | undefined {
  const inner = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
  const annotation = (inner as { typeAnnotation?: { typeAnnotation: Node } | null }).typeAnnotation
    ?.typeAnnotation;
  if (annotation?.type !== "TSTypeReference") return undefined;
  let name: Node = annotation.typeName;
  // Of `library.SampleOptions`, the last is the type.
  if (name.type === "TSQualifiedName") name = name.right;
  return name.start;
}

/** The source of an interface, or of a type of an object's form, with its documentation; nothing of other types. */
export function fieldsText(text: string, declaration: Declaration): string | undefined {
  const { targetRange } = declaration;
  const source = text.slice(lspOffset(text, targetRange.start), lspOffset(text, targetRange.end));
  if (!/^(?:export\s+)?(?:declare\s+)?(?:interface\b|type\s+[^=]+=\s*(?:Readonly<)?\{)/.test(source))
    return undefined;
  return source.split("\n").length > MAX_LINES ? undefined : declarationText(text, declaration);
}
