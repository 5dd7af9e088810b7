/** The names a cell declares for the cells after it. */

import { type Node, parseSync } from "oxc-parser";
import { boundNames } from "../cells/rewrite/bindings.js";
import { firstError } from "../source/cell-syntax-error.js";
import { isObjectLiteral } from "../cells/rewrite/object-literal.js";

/** What a cell declares. */
export interface Declarations {
  names: string[];
  /** Those that the cell exports itself. */
  exported: Set<string>;
  /** Ranges of export lists that give its names to other things. */
  misleading: [start: number, end: number][];
  /** Whether it has effects on types beyond its names: imports without names, declarations of globals or of modules. */
  isAmbient: boolean;
}

/** The last cells that were read: one is asked about when it is checked, and again when it has run. */
const known = new Map<string, Declarations>();
const KNOWN = 4;

/** The declarations of a cell, types included; of one that does not parse they are guessed. */
export function declarations(cell: string): Readonly<Declarations> {
  const found = known.get(cell) ?? read(cell);
  known.delete(cell);
  known.set(cell, found);
  const [oldest] = known.keys();
  if (known.size > KNOWN && oldest !== undefined) known.delete(oldest);
  return found;
}

function read(cell: string): Declarations {
  // An object that reads like a block declares nothing.
  const code = isObjectLiteral(cell) ? "" : cell;
  const { program, errors } = parseSync("cell.ts", code, { lang: "ts", sourceType: "module" });
  const found: Declarations = { names: [], exported: new Set(), misleading: [], isAmbient: false };
  if (firstError(errors)) return { ...found, names: guess(code) };
  const names = new Set<string>();
  const lists: ExportList[] = [];
  /** What a cell passes on, later cells have. */
  const passOn = (name: string): void => {
    if (name === "default" || !IDENTIFIER.test(name)) return;
    names.add(name);
    found.exported.add(name);
  };
  for (const statement of program.body) {
    if (isAmbient(statement)) found.isAmbient = true;
    if (statement.type === "ExportAllDeclaration" && statement.exported) passOn(nameOf(statement.exported));
    if (statement.type === "ExportNamedDeclaration" && !statement.declaration) {
      lists.push(statement);
      continue;
    }
    const isExport = statement.type === "ExportNamedDeclaration";
    const declaration =
      isExport || statement.type === "ExportDefaultDeclaration" ? statement.declaration : statement;
    for (const name of declaration ? declared(declaration) : []) {
      names.add(name);
      if (isExport) found.exported.add(name);
    }
  }
  for (const { specifiers, source, start, end } of lists) {
    const exported = specifiers.map(each => [nameOf(each.local), nameOf(each.exported)] as const);
    const own = exported.filter(([, name]) => names.has(name));
    if (own.some(([local, name]) => source || local !== name)) found.misleading.push([start, end]);
    else for (const [, name] of source ? exported : own) passOn(name);
  }
  return { ...found, names: [...names] };
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

type ExportList = Extract<Node, { type: "ExportNamedDeclaration" }>;

function isAmbient(statement: Node): boolean {
  if (statement.type === "ImportDeclaration") return statement.specifiers.length === 0;
  if (statement.type === "ExportAllDeclaration") return !statement.exported;
  return (
    statement.type === "TSModuleDeclaration" &&
    (statement.kind === "global" || statement.id.type === "Literal")
  );
}

function nameOf(name: Node): string {
  return name.type === "Literal" ? String(name.value) : (name as { name: string }).name;
}

function declared(statement: Node): string[] {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.declarations.flatMap(declarator => boundNames(declarator.id));
    case "ImportDeclaration":
      return statement.specifiers.map(specifier => specifier.local.name);
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
    case "TSImportEqualsDeclaration":
      return statement.id ? [statement.id.name] : [];
    case "TSModuleDeclaration": {
      if (statement.kind === "global") return [];
      let { id }: { id: Node } = statement;
      // Of `namespace A.B`, the cell declares A.
      while (id.type === "TSQualifiedName") id = id.left;
      return id.type === "Identifier" ? [id.name] : [];
    }
    default:
      return [];
  }
}

const DECLARATION =
  /\b(?:let|const|var|function\*?|class|interface|type|enum|namespace)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;
const GROUP = /\b(?:let|const|var|import(?:\s+type)?)\s*\{([^}]*)\}/g;

/** A cell being typed rarely parses; a name guessed too many only hides one of an earlier cell. */
function guess(code: string): string[] {
  const single = [...code.matchAll(DECLARATION)].map(match => match[1] ?? "");
  const grouped = [...code.matchAll(GROUP)].flatMap(match =>
    (match[1] ?? "")
      .split(",")
      .map(part => /([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:=.*)?$/u.exec(part.trim())?.[1] ?? ""),
  );
  return [...single, ...grouped].filter(name => name !== "");
}
