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

/** A type that an interface extends, wholly or in part. */
export interface Extended {
  /** Where it is named. */
  readonly position: LspPosition;
  /** Fields of it that the interface does not have, `without`, or alone has, `only`, as far as the source says them itself. */
  readonly part?: { readonly kind: "without" | "only"; readonly names: readonly string[] };
  /** Where those are named that the source does not say itself: `Omit<Options, Others>`. */
  readonly others: readonly LspPosition[];
}

/** The types that an interface extends. */
export function extendedTypes(text: string, { targetRange }: Declaration): Extended[] {
  const [start, end] = [lspOffset(text, targetRange.start), lspOffset(text, targetRange.end)];
  const found: Extended[] = [];
  walk(parse(text), {
    enter: (node, ancestors) => {
      if (node.start < start || node.end > end || node.type !== "Identifier" || PARTS.has(node.name)) return;
      if (!ancestors.some(({ type }) => type === "TSInterfaceHeritage")) return;
      const position = lspPosition(text, node.start);
      const list = ancestors.findLast(({ type }) => type === "TSTypeParameterInstantiation");
      if (list?.type !== "TSTypeParameterInstantiation" || list.params.length !== 2) {
        found.push({ position, others: [] });
        return;
      }
      const [whole, names] = list.params as [Node, Node];
      // What is named behind the comma are names of fields.
      if (node.start >= whole.end) return;
      const partly = /(Omit|Pick)\s*$/.exec(text.slice(0, list.start))?.[1];
      if (partly === undefined) {
        found.push({ position, others: [] });
        return;
      }
      const others: LspPosition[] = [];
      walk(names, {
        enter: each => {
          if (each.type === "Identifier") others.push(lspPosition(text, each.start));
        },
      });
      const kind = partly === "Omit" ? "without" : "only";
      found.push({ position, part: { kind, names: namesIn(text.slice(names.start, names.end)) }, others });
    },
  });
  return found;
}

/** The texts of a union of texts: `"a" | "b"`. */
export function namesIn(union: string): string[] {
  return [...union.matchAll(/"([^"\\]*)"|'([^'\\]*)'/g)].map(match => match[1] ?? match[2] ?? "");
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
export function fieldsText(
  text: string,
  declaration: Declaration,
  has: (field: string) => boolean = () => true,
): string | undefined {
  const { targetRange } = declaration;
  const [start, end] = [lspOffset(text, targetRange.start), lspOffset(text, targetRange.end)];
  const source = text.slice(start, end);
  if (!/^(?:export\s+)?(?:declare\s+)?(?:interface\b|type\s+[^=]+=\s*(?:Readonly<)?\{)/.test(source))
    return undefined;
  const kept = withFields(text, start, end, has);
  if (kept === undefined || kept.split("\n").length > MAX_LINES) return undefined;
  if (kept === source) return declarationText(text, declaration);
  const put = text.slice(0, start) + kept + text.slice(end);
  const range = { start: targetRange.start, end: lspPosition(put, start + kept.length) };
  return declarationText(put, { ...declaration, targetRange: range });
}

/** The names of a declaration's fields. */
export function fieldNames(text: string, { targetRange }: Declaration): string[] {
  return fieldsIn(text, lspOffset(text, targetRange.start), lspOffset(text, targetRange.end)).map(
    ({ name }) => name,
  );
}

interface Field {
  readonly name: string;
  /** Where the field before it ends, and so its documentation begins. */
  readonly from: number;
  readonly to: number;
}

function fieldsIn(text: string, start: number, end: number): Field[] {
  let body: readonly Node[] | undefined;
  let from = 0;
  walk(parse(text), {
    enter: node => {
      if (body || node.start < start || node.end > end) return;
      if (node.type === "TSInterfaceBody") body = node.body;
      if (node.type === "TSTypeLiteral") body = node.members;
      if (body) from = node.start + 1;
    },
  });
  return (body ?? []).flatMap(member => {
    const field = { from, to: member.end };
    from = member.end;
    const { key } = member as { key?: Node };
    return key?.type === "Identifier" ? [{ name: key.name, ...field }] : [];
  });
}

/** A declaration without the fields, and their documentation, that it is not to have; nothing when none is left. */
function withFields(
  text: string,
  start: number,
  end: number,
  has: (field: string) => boolean,
): string | undefined {
  const fields = fieldsIn(text, start, end);
  const gone = fields.filter(({ name }) => !has(name));
  if (gone.length > 0 && gone.length === fields.length) return undefined;
  let at = start;
  let kept = "";
  for (const { from, to } of gone) {
    kept += text.slice(at, from);
    at = to;
  }
  return kept + text.slice(at, end);
}
