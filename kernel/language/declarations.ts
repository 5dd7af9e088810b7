/** The names a cell declares for the cells after it. */

import { type Node, parseSync } from "oxc-parser";
import { boundNames } from "../evaluator/bindings.js";
import { firstError } from "../evaluator/cell-syntax-error.js";
import { isObjectLiteral } from "../evaluator/object-literal.js";

/** What a cell declares. */
export interface Declarations {
  names: string[];
  /** Those that the cell exports itself. */
  exported: Set<string>;
}

/** Reads the declarations of a cell, types included; of one that does not parse it guesses. */
export function declarations(cell: string): Declarations {
  // An object that reads like a block declares nothing.
  const code = isObjectLiteral(cell) ? "" : cell;
  const { program, errors } = parseSync("cell.ts", code, { lang: "ts", sourceType: "module" });
  if (firstError(errors)) return { names: guess(code), exported: new Set() };
  const names = new Set<string>();
  const exported = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === "ExportNamedDeclaration" && statement.declaration) {
      for (const name of declared(statement.declaration)) {
        names.add(name);
        exported.add(name);
      }
    } else {
      for (const name of declared(statement)) names.add(name);
    }
  }
  return { names: [...names], exported };
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
      return statement.id ? [statement.id.name] : [];
    case "TSModuleDeclaration":
      return statement.id.type === "Identifier" ? [statement.id.name] : [];
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
