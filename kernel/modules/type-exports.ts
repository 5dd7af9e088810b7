/**
 * Types that a file passes on without saying `type`, as TypeScript lets it: compiled alone, the file would ask other
 * modules for values that they do not have.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { type Node, parseSync } from "oxc-parser";
import { hasDeclarations } from "./has-declarations.js";
import { isTypeScript } from "./resolve-local.js";
import { resolveModule } from "./resolve-module.js";

/** Deeper chains of files that pass on each other's names are taken for values. */
const MAX_DEPTH = 20;

type ExportList = Extract<Node, { type: "ExportNamedDeclaration" }>;

/** The text with export lists emptied of types; everything else stays in its place. */
export function withoutTypeExports(file: string, text: string): string {
  if (!/\bexport\s*\{/.test(text)) return text;
  const { body } = parseSync(file, text).program;
  const lists = body.filter(
    each => each.type === "ExportNamedDeclaration" && !each.declaration,
  ) as ExportList[];
  let stripped = text;
  for (const list of lists) {
    const types = list.specifiers.filter(specifier => {
      const from = sourceOf(body, list, nameOf(specifier.local));
      return from !== undefined && isType(file, from, 0);
    });
    // A module of which nothing but types is passed on is not loaded.
    if (list.source && types.length > 0 && types.length === list.specifiers.length) {
      stripped = blanked(stripped, list.start, list.end);
      continue;
    }
    for (const { start, end } of types) {
      const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
      stripped = blanked(stripped, start, end + comma);
    }
  }
  return stripped;
}

/** A name of another module. */
interface Foreign {
  specifier: string;
  name: string;
}

/** What module an exported name comes from, at once or by an import; nothing for the file's own. */
function sourceOf(body: readonly Node[], list: ExportList, local: string): Foreign | undefined {
  if (list.source) return { specifier: list.source.value, name: local };
  for (const statement of body) {
    if (statement.type !== "ImportDeclaration") continue;
    const found = statement.specifiers.find(each => each.local.name === local);
    if (found?.type !== "ImportSpecifier") continue;
    return { specifier: statement.source.value, name: nameOf(found.imported) };
  }
  return undefined;
}

/** Whether what another module has by a name is a type alone. */
function isType(importer: string, { specifier, name }: Foreign, depth: number): boolean {
  const folder = path.dirname(importer);
  const located = resolveModule(specifier, folder);
  if (!located) return hasDeclarations(specifier, folder);
  if (!located.own || !isTypeScript(located.file) || depth > MAX_DEPTH) return false;
  const { body } = parseSync(located.file, readFileSync(located.file, "utf8")).program;
  let found = false;
  for (const statement of body) {
    if (statement.type === "ExportAllDeclaration" && !statement.exported) {
      found ||= isType(located.file, { specifier: statement.source.value, name }, depth + 1);
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    if (statement.declaration) {
      const kind = kindOf(statement.declaration, name);
      if (kind === "value") return false;
      found ||= kind === "type";
      continue;
    }
    const specifierOf = statement.specifiers.find(each => nameOf(each.exported) === name);
    if (!specifierOf) continue;
    const local = nameOf(specifierOf.local);
    const from = sourceOf(body, statement, local);
    const kinds = body.map(each => kindOf(each, local));
    found ||= from
      ? isType(located.file, from, depth + 1)
      : kinds.includes("type") && !kinds.includes("value");
    found ||= statement.exportKind === "type" || specifierOf.exportKind === "type";
  }
  return found;
}

/** What a statement declares by a name. */
function kindOf(statement: Node, name: string): "type" | "value" | undefined {
  switch (statement.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return statement.id.name === name ? "type" : undefined;
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      return statement.id?.name === name ? "value" : undefined;
    case "TSModuleDeclaration":
      return statement.id.type === "Identifier" && statement.id.name === name ? "value" : undefined;
    case "VariableDeclaration":
      return statement.declarations.some(({ id }) => id.type === "Identifier" && id.name === name)
        ? "value"
        : undefined;
    default:
      return undefined;
  }
}

function nameOf(name: Node): string {
  return name.type === "Literal" ? String(name.value) : (name as { name: string }).name;
}

function blanked(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
}
