/**
 * Turns a cell's JavaScript into a script for V8's REPL mode.
 *
 * REPL mode gives top-level await and lets a later cell declare a name again, which functions of earlier
 * cells then see. It asks for care in four places, and a notebook asks for four more things:
 *
 * - `const` followed by `let` of the same name in a later cell is refused, and so is anything after `var` or
 *   a function declaration: all become `let`. Assigning to a constant of the same cell is refused here.
 * - functions are hoisted to the head of the script, `var` names are declared there;
 * - `import` declarations become reads, at the head, of modules that the kernel has loaded before the script starts
 *   (awaiting them here would put the whole cell behind an await, where a SIGINT cannot reach library code it
 *   calls); `import()` and `import.meta` go through the
 *   kernel, because a script evaluated this way has no module loader;
 * - `export` is dropped;
 * - the value of the last expression is handed to the kernel;
 * - every loop turn looks at the interrupt flag.
 */

import { MagicString } from "magic-string";
import { type Function as FunctionNode, type Node, parseSync, type Program } from "oxc-parser";
import { boundNames, declaredNames, isShadowed } from "./bindings.js";
import { CellSyntaxError } from "./cell-syntax-error.js";
import { HOOK } from "./hook.js";
import { isFunction, isLoop, walk } from "./walk.js";

/** Read once a loop turn; kept short and on a name of its own because it stands in the user's hot loops. */
const GUARD = `${HOOK}_flags[0]&&${HOOK}.stop();`;
/** Loops that await also ask whether their execution was given up meanwhile. */
const ASYNC_GUARD = `(${HOOK}_flags[0]|${HOOK}_flags[1])&&${HOOK}.stop();`;

type Import = Extract<Node, { type: "ImportDeclaration" }>;
type Reexport = Extract<Node, { type: "ExportNamedDeclaration" | "ExportAllDeclaration" }>;
type Variables = Extract<Node, { type: "VariableDeclaration" }>;

/** A name that an import declares. */
export interface ImportedName {
  /** What the module calls it; `*` for the whole namespace. */
  readonly imported: string;
  readonly local: string;
  /** Whether the cell uses it as a value; otherwise it may be a type, about which the module can say nothing. */
  readonly used: boolean;
}

/** A module that the script reads as `imported(cell, index)`; it must be loaded before the script starts. */
export interface CellImport {
  readonly specifier: string;
  /** None for an import that is made for its effects. */
  readonly names: readonly ImportedName[];
  /** What stands behind `with`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Whether the cell can do without the module, when all that there is of it are types. */
  readonly mayBeTypes: boolean;
}

/** Imported names that turned out to be no values, by the index of their import. */
export type TypeNames = ReadonlyMap<number, ReadonlySet<string>>;

/** The attributes of a declaration. */
type Attributes = Extract<Node, { type: "ImportDeclaration" }>["attributes"];

/** The rewritten script and the way back to the positions of its input. */
export interface Rewritten {
  code: string;
  /** In the order of their indices. */
  imports: readonly CellImport[];
  /** Source map from the script to the JavaScript that was given; empty unless asked for. */
  map: string;
}

/**
 * Rewrites JavaScript (types already removed) for evaluation in REPL mode.
 *
 * @param id the execution to which the last expression's value belongs
 * @param types imported names that are left out, as types are
 * @throws CellSyntaxError when the cell assigns to its own constant, at an offset into `js`
 */
export function rewrite(
  js: string,
  id: number,
  { map = false, types = new Map() }: { map?: boolean; types?: TypeNames } = {},
): Rewritten {
  const program = parseSync("cell.js", js, { lang: "js", sourceType: "module" }).program;
  const text = new MagicString(js);
  const rewriting = new Rewriting(text, program, id, types);
  rewriting.run();
  const steps = map ? text.generateMap({ hires: "boundary" }).toString() : "";
  return { code: text.toString(), imports: rewriting.loads, map: steps };
}

class Rewriting {
  readonly #text: MagicString;
  readonly #program: Program;
  readonly #id: number;
  readonly #types: TypeNames;
  /** Names declared by `var` anywhere outside functions. */
  readonly #varNames = new Set<string>();
  readonly #constants = new Set<string>();
  readonly #functions = new Set<string>();
  readonly #imports: Import[] = [];
  /** What the kernel must load first. */
  readonly loads: CellImport[] = [];
  /** Identifiers that occur as such, to tell which imports are used as values. */
  readonly #mentioned = new Set<string>();

  /** Where hoisted text goes. */
  readonly #head: number;

  constructor(text: MagicString, program: Program, id: number, types: TypeNames) {
    const [first] = program.body;
    const hoisted = first?.type === "ImportDeclaration" || first?.type === "FunctionDeclaration";
    this.#head = hoisted ? first.end : 0;
    this.#text = text;
    this.#program = program;
    this.#id = id;
    this.#types = types;
  }

  run(): void {
    const body = this.#program.body;
    const last = body.findLast(statement => statement.type !== "EmptyStatement");
    // Order matters twice: moved text keeps the order of the moves, and the walk must have seen every
    // mention of a name before imports are written out.
    for (const statement of body) this.#topLevel(statement, statement === last);
    this.#walk();
    for (const declaration of this.#imports) this.#import(declaration);
    const names = [...this.#varNames].filter(name => !this.#functions.has(name));
    this.#text.prepend(`"use strict";${names.length > 0 ? `let ${names.join(",")};` : ""}`);
  }

  #topLevel(statement: Node, last: boolean): void {
    switch (statement.type) {
      case "ImportDeclaration":
        this.#imports.push(statement);
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) {
          this.#text.remove(statement.start, statement.declaration.start);
          this.#topLevel(statement.declaration, last);
        } else {
          this.#reexport(statement);
        }
        break;
      case "ExportAllDeclaration":
        this.#reexport(statement);
        break;
      case "ExportDefaultDeclaration": {
        const value = statement.declaration as Node;
        this.#text.remove(statement.start, value.start);
        const named = (value.type === "FunctionDeclaration" || value.type === "ClassDeclaration") && value.id;
        if (named) this.#topLevel(value, last);
        else this.#value(value, last);
        break;
      }
      case "FunctionDeclaration":
        this.#function(statement);
        break;
      case "VariableDeclaration":
        if (statement.kind !== "const") break;
        for (const name of declaredNames(statement)) this.#constants.add(name);
        this.#text.overwrite(statement.start, statement.start + "const".length, "let");
        break;
      case "ExpressionStatement":
        if (last) this.#value(statement.expression, true);
        break;
      default:
        break;
    }
  }

  /** Hands an expression's value to the kernel when it is the cell's last; otherwise only keeps it an expression. */
  #value(expression: Node, last: boolean): void {
    this.#text.appendLeft(expression.start, last ? `${HOOK}.value(${this.#id},(` : "(");
    this.#text.appendRight(expression.end, last ? "))" : ")");
  }

  /**
   * `function f(){}` becomes `let f = function(){}` at the head. The expression stays anonymous, so that a
   * recursive call sees a later definition of the name, as it would in Python.
   */
  #function(declaration: FunctionNode): void {
    if (!declaration.id) return;
    const { name, start, end } = declaration.id;
    this.#functions.add(name);
    this.#text.remove(start, end);
    this.#text.appendRight(declaration.start, `let ${name}=`);
    this.#text.appendLeft(declaration.end, ";");
    this.#toHead(declaration);
  }

  #reexport(statement: Reexport): void {
    const { source, attributes } = statement;
    const load = source
      ? this.#load({ specifier: source.value, names: [], mayBeTypes: true }, attributes)
      : undefined;
    this.#text.overwrite(statement.start, statement.end, load === undefined ? ";" : `${this.#loaded(load)};`);
  }

  #import({ start, end, source, specifiers, attributes }: Import): void {
    const specifier = source.value;
    const names = specifiers.map((binding): ImportedName => {
      const local = binding.local.name;
      const used = this.#mentioned.has(local);
      if (binding.type === "ImportNamespaceSpecifier") return { imported: "*", local, used };
      const isDefault = binding.type === "ImportDefaultSpecifier";
      return { imported: isDefault ? "default" : exportName(binding.imported), local, used };
    });
    const mayBeTypes = names.length > 0 && !names.some(({ used }) => used);
    const load = this.#load({ specifier, names, mayBeTypes }, attributes);
    const types = this.#types.get(load);
    const values = names.filter(({ local }) => !types?.has(local));
    const namespaces = values.filter(({ imported }) => imported === "*");
    const named = values.filter(({ imported }) => imported !== "*");
    const bindings = namespaces.map(({ local }) => `${local}=${this.#loaded(load)}`);
    if (named.length > 0 || names.length === 0) {
      const pattern = named.map(({ imported, local }) => `${JSON.stringify(imported)}:${local}`).join(",");
      bindings.push(`{${pattern}}=${this.#loaded(load, ",true")}`);
    }
    this.#text.overwrite(start, end, bindings.length > 0 ? `let ${bindings.join(",")};` : ";");
    this.#toHead({ start, end } as Node);
  }

  /** Asks for a module, @returns its index */
  #load(load: CellImport, attributes: Attributes | undefined): number {
    const pairs = (attributes ?? []).map(({ key, value }) => [exportName(key), value.value] as const);
    return this.loads.push(pairs.length > 0 ? { ...load, attributes: Object.fromEntries(pairs) } : load) - 1;
  }

  /** The expression for a module that the kernel loads first: its namespace, or what its names are read from. */
  #loaded(load: number, names = ""): string {
    return `${HOOK}.imported(${this.#id},${load}${names})`;
  }

  /** Text cannot move to where it already is: a first statement that belongs at the head stays, others follow it. */
  #toHead({ start, end }: Node): void {
    if (start > this.#head) this.#text.move(start, end, this.#head);
  }

  #walk(): void {
    const awaiting = new Set<Node>();
    walk(this.#program, {
      enter: (node, ancestors) => {
        switch (node.type) {
          case "Identifier":
            if (isMention(node, ancestors)) this.#mentioned.add(node.name);
            break;
          case "ImportExpression":
            this.#text.overwrite(node.start, node.start + "import".length, `${HOOK}.import`);
            break;
          case "MetaProperty":
            if (node.meta.name === "import") this.#text.overwrite(node.start, node.end, `${HOOK}.meta`);
            break;
          case "AwaitExpression":
            markLoops(ancestors, awaiting);
            break;
          case "AssignmentExpression":
            for (const name of boundNames(node.left)) this.#assigned(name, node, ancestors);
            break;
          case "UpdateExpression":
            for (const name of boundNames(node.argument)) this.#assigned(name, node, ancestors);
            break;
          case "VariableDeclaration":
            if (node.kind === "var" && !ancestors.some(isFunction)) this.#var(node, ancestors.at(-1));
            break;
          case "ForOfStatement":
            if (node.await) awaiting.add(node);
            break;
          default:
            break;
        }
      },
      leave: node => {
        if (isLoop(node)) this.#guard(node as Extract<Node, { body: Node }>, awaiting.has(node));
      },
    });
  }

  #assigned(name: string, at: Node, ancestors: readonly Node[]): void {
    if (!this.#constants.has(name) || isShadowed(name, ancestors)) return;
    throw new CellSyntaxError(`Assignment to constant variable '${name}'`, {
      offset: at.start,
      end: at.end,
      ename: "TypeError",
    });
  }

  /** `var` names are declared at the head, so the declaration turns into assignments. */
  #var(declaration: Variables, parent: Node | undefined): void {
    for (const name of declaredNames(declaration)) this.#varNames.add(name);
    const first = declaration.declarations[0];
    if (!first) return;
    this.#text.remove(declaration.start, first.start);
    const loopHead = parent?.type === "ForOfStatement" || parent?.type === "ForInStatement";
    if (loopHead) return;
    for (const declarator of declaration.declarations) {
      if (declarator.id.type === "Identifier") continue;
      this.#text.appendLeft(declarator.start, "(");
      this.#text.appendRight(declarator.end, ")");
    }
  }

  #guard(loop: Extract<Node, { body: Node }>, awaits: boolean): void {
    const body = loop.body as Node;
    const guard = awaits ? ASYNC_GUARD : GUARD;
    if (body.type === "BlockStatement") {
      this.#text.appendLeft(body.start + 1, guard);
    } else {
      this.#text.appendRight(body.start, `{${guard}`);
      this.#text.appendLeft(body.end, "}");
    }
  }
}

/** Marks the loops around a node, up to the function it stands in. */
function markLoops(ancestors: readonly Node[], into: Set<Node>): void {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const ancestor = ancestors[i];
    if (!ancestor || isFunction(ancestor)) return;
    if (isLoop(ancestor)) into.add(ancestor);
  }
}

/** Whether an identifier may refer to a binding, rather than declare an import or name a property. */
function isMention(node: Node, ancestors: readonly Node[]): boolean {
  if (ancestors[1]?.type === "ImportDeclaration") return false;
  const parent = ancestors.at(-1);
  if (parent?.type === "MemberExpression") return parent.computed || parent.property !== node;
  if (parent?.type === "Property") return parent.shorthand || parent.computed || parent.key !== node;
  return true;
}

function exportName(imported: Node): string {
  return imported.type === "Literal" ? String(imported.value) : (imported as { name: string }).name;
}
