/**
 * Turns a cell's JavaScript into a script for V8's REPL mode.
 *
 * REPL mode gives top-level await and lets a later cell declare a name again, which functions of earlier
 * cells then see. It asks for care in four places, and a notebook asks for six more things:
 *
 * - `const` followed by `let` of the same name in a later cell is refused, and so is anything after `var` or
 *   a function declaration: all become `let`. Assigning to a constant of the same cell is refused here, or where it
 *   is tried, if it stands in a `try`.
 * - functions are hoisted to the head of the script, `var` names are declared there, with the value they had;
 * - `import` declarations become reads, at the head, of modules that the kernel has loaded before the script starts;
 *   `import()` and `import.meta` go through the kernel, because a script evaluated this way has no module loader;
 * - `export` is dropped, and what `using` declares is disposed of by the kernel;
 * - names that other programs know as globals, and helpers of compilation, are declared under other names (`Renaming`);
 * - the value of the last expression is handed to the kernel, and whatever the cell awaits;
 * - every loop turn looks at the interrupt flag.
 *
 * What is put into functions is taken out of their text again by `functionText`.
 */

import { MagicString } from "magic-string";
import { type Function as FunctionNode, type Node, parseSync, type Program } from "oxc-parser";
import { boundNames, declaredNames, isBinding, isShadowed, namesAround } from "./bindings.js";
import { type CellNames, NO_NAMES } from "./cell-names.js";
import { CellSyntaxError } from "../../source/cell-syntax-error.js";
import { HOOK } from "../hook.js";
import { ADDED, ADDED_END, ASYNC_GUARD, declaredAs, GUARD } from "./inserted-text.js";
import { PlainErrors } from "./plain-errors.js";
import { Renaming } from "./renaming.js";
import { positionAt } from "../../source/positions.js";
import { isFunction, isLoop, walk } from "./walk.js";

type Import = Extract<Node, { type: "ImportDeclaration" }>;
type Reexport = Extract<Node, { type: "ExportNamedDeclaration" | "ExportAllDeclaration" }>;
type CallExpression = Extract<Node, { type: "CallExpression" }>;
type Variables = Extract<Node, { type: "VariableDeclaration" }>;
type Assignment = Extract<
  Node,
  { type: "AssignmentExpression" | "UpdateExpression" | "ForOfStatement" | "ForInStatement" }
>;

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

/** A declaration that binds names to what a module exports. */
interface Binding {
  start: number;
  end: number;
  specifier: string;
  attributes: Attributes | undefined;
  names: ImportedName[];
  mayBeTypes: boolean;
}

/**
 * Statements that leave a value, as `for (…) text += line` does. V8 describes to its inspector what a script leaves, text
 * in full, which took a minute where there were 500 MB of it.
 */
const COMPOUND = /^(?:Block|If|For|ForIn|ForOf|While|DoWhile|Switch|Try|Labeled)Statement$/;

/** The rewritten script and the way back to the positions of its input. */
export interface Rewritten {
  code: string;
  /** In the order of their indices. */
  imports: readonly CellImport[];
  /** Reserved names that the cell declares. */
  declared: readonly string[];
  /** Reserved names that it uses as the cells' own without declaring them. */
  own: readonly string[];
  /** Source map from the script to the JavaScript that was given; empty unless asked for. */
  map: string;
}

/** What is known of a cell beside its text. */
export interface RewriteOptions {
  map?: boolean;
  /** Which reserved names mean a binding of an earlier cell. */
  names?: CellNames;
  /** Tells the bindings that compilation made from the user's own. */
  isMade?: ((name: string) => boolean) | undefined;
  /** Names of enums and namespaces, which a cell that is run again makes anew. */
  fresh?: ReadonlySet<string>;
  /** Imported names that are left out, as types are. */
  types?: TypeNames;
}

/**
 * Rewrites JavaScript (types already removed) for evaluation in REPL mode.
 *
 * @param id the execution to which the last expression's value belongs
 * @throws CellSyntaxError when the cell assigns to its own constant, at an offset into `js`
 */
export function rewrite(js: string, id: number, options: RewriteOptions = {}): Rewritten {
  const program = parseSync("cell.js", js, { lang: "js", sourceType: "module" }).program;
  const text = new MagicString(js);
  const rewriting = new Rewriting(text, program, id, options);
  const names = rewriting.run();
  const map = options.map ? text.generateMap({ hires: "boundary" }).toString() : "";
  return { code: text.toString(), imports: rewriting.loads, map, ...names };
}

class Rewriting {
  readonly #text: MagicString;
  readonly #program: Program;
  readonly #id: number;
  readonly #types: TypeNames;
  readonly #renaming: Renaming;
  readonly #plain: PlainErrors;
  readonly #fresh: ReadonlySet<string>;
  /** Names declared by `var` anywhere outside functions. */
  readonly #varNames = new Set<string>();
  readonly #constants = new Set<string>();
  readonly #functions = new Set<string>();
  /** Where these are named, which is written anew. */
  readonly #functionNames = new Set<Node>();
  /** What binds imported names, once it is known which of them are used. */
  readonly #imports: (() => void)[] = [];
  /** What the kernel must load first. */
  readonly loads: CellImport[] = [];
  /** Identifiers that occur as such, to tell which imports are used as values. */
  readonly #mentioned = new Set<string>();
  /** Text that comes behind all that is put at the same place. */
  readonly #afterwards: (() => void)[] = [];

  /** Text that comes behind that, too. */
  readonly #usings: (() => void)[] = [];

  /** Where hoisted text goes. */
  readonly #head: number;

  constructor(text: MagicString, program: Program, id: number, options: RewriteOptions) {
    const [first] = program.body;
    const hoisted = first?.type === "ImportDeclaration" || first?.type === "FunctionDeclaration";
    this.#head = hoisted ? first.end : 0;
    this.#text = text;
    this.#program = program;
    this.#id = id;
    this.#types = options.types ?? new Map();
    this.#fresh = options.fresh ?? new Set();
    this.#plain = new PlainErrors(text);
    this.#renaming = new Renaming(text, id, options.names ?? NO_NAMES, this.#plain, options.isMade);
  }

  run(): Pick<Rewritten, "declared" | "own"> {
    const { body, hashbang } = this.#program;
    if (hashbang) this.#text.remove(hashbang.start, hashbang.end);
    const last = lastStatement(body);
    // Order matters three times: moved text keeps the order of the moves, the walk must have seen every mention of a
    // name before imports are written out, and every declaration before names are changed.
    for (const statement of body) this.#topLevel(statement, statement === last);
    this.#walk();
    this.#renaming.apply();
    for (const put of [...this.#afterwards, ...this.#usings]) put();
    this.#plain.applyToBlocks();
    const valued = body.findLast(({ type }) => type === "ExpressionStatement" || COMPOUND.test(type));
    // The value of a last expression goes to the kernel, and V8 sees nothing of it.
    if (valued && (valued !== last || COMPOUND.test(valued.type))) {
      this.#text.appendLeft(valued.end, ";void 0");
    }
    for (const bind of this.#imports) bind();
    const heads = [...this.#variables(), ...this.#renaming.adopted];
    this.#text.prepend(`"use strict";${heads.length > 0 ? `let ${heads.join(",")};` : ""}`);
    return { declared: this.#renaming.declared, own: this.#renaming.own };
  }

  #topLevel(statement: Node, last: boolean): void {
    switch (statement.type) {
      case "ImportDeclaration":
        this.#imports.push(() => this.#import(statement));
        this.#renaming.declare(statement.specifiers.map(({ local }) => local.name));
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
      case "ClassDeclaration":
        this.#renaming.declareClass(statement);
        break;
      case "VariableDeclaration":
        this.#renaming.declareIn(statement);
        if (statement.kind.endsWith("using")) this.#using(statement);
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

  /** What `using` declares at the top the kernel disposes of at the cell's end. */
  #using({ kind, start, declarations }: Variables): void {
    const [first] = declarations;
    if (first) this.#text.overwrite(start, first.start, "let ");
    for (const { id, init } of declarations) {
      for (const name of boundNames(id)) this.#constants.add(name);
      if (!init) continue;
      this.#text.appendRight(init.start, `${HOOK}.uses(${this.#id},`);
      this.#usings.push(() => this.#text.appendLeft(init.end, `,${kind === "await using"})`));
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
    this.#functionNames.add(declaration.id);
    this.#renaming.declare([name]);
    this.#text.overwrite(start, end, declaredAs(name));
    const [before, after] = this.#renaming.nameFor(name);
    this.#text.appendRight(declaration.start, `let ${this.#renaming.nameOf(name)}=${before}`);
    this.#text.appendLeft(declaration.end, `${after};`);
    this.#toHead(declaration);
  }

  /** What a cell passes on it has as well: later cells import nothing from it, but see what it declares. */
  #reexport(statement: Reexport): void {
    const { start, end, source, attributes } = statement;
    if (!source) {
      this.#text.overwrite(start, end, ";");
      return;
    }
    const passed =
      statement.type === "ExportAllDeclaration"
        ? [{ imported: "*", local: statement.exported && exportName(statement.exported) }]
        : statement.specifiers.map(({ local, exported }) => ({
            imported: exportName(local),
            local: exportName(exported),
          }));
    const bound = passed.flatMap(({ imported, local }) =>
      local && this.#isNew(local) ? [{ imported, local }] : [],
    );
    this.#renaming.declare(bound.map(({ local }) => local));
    this.#imports.push(() => {
      const names = bound.map(each => ({ ...each, used: this.#mentioned.has(each.local) }));
      const mayBeTypes = !names.some(({ used }) => used);
      this.#bind({ start, end, specifier: source.value, attributes, names, mayBeTypes });
    });
  }

  /** Whether a name that the cell exports could be one that it declares, and is none so far. */
  #isNew(name: string): boolean {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) || name === "default") return false;
    return !this.#program.body.some(statement => declaredByStatement(statement).includes(name));
  }

  #import({ start, end, source, specifiers, attributes }: Import): void {
    const names = specifiers.map((binding): ImportedName => {
      const local = binding.local.name;
      const used = this.#mentioned.has(local);
      if (binding.type === "ImportNamespaceSpecifier") return { imported: "*", local, used };
      const isDefault = binding.type === "ImportDefaultSpecifier";
      return { imported: isDefault ? "default" : exportName(binding.imported), local, used };
    });
    const mayBeTypes = names.length > 0 && !names.some(({ used }) => used);
    this.#bind({ start, end, specifier: source.value, attributes, names, mayBeTypes });
  }

  #bind({ start, end, specifier, attributes, names, mayBeTypes }: Binding): void {
    const load = this.#load({ specifier, names, mayBeTypes }, attributes);
    const types = this.#types.get(load);
    const values = names.filter(({ local }) => !types?.has(local));
    const namespaces = values.filter(({ imported }) => imported === "*");
    const named = values.filter(({ imported }) => imported !== "*");
    const bindings = namespaces.map(({ local }) => `${this.#renaming.nameOf(local)}=${this.#loaded(load)}`);
    if (named.length > 0 || names.length === 0) {
      const pattern = named.map(
        ({ imported, local }) => `${JSON.stringify(imported)}:${this.#renaming.nameOf(local)}`,
      );
      bindings.push(`{${pattern.join(",")}}=${this.#loaded(load, ",true")}`);
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
            if (!isBinding(node, ancestors.at(-1)) || this.#functionNames.has(node)) break;
            this.#mentioned.add(node.name);
            this.#renaming.mention(node, ancestors);
            break;
          case "ImportExpression":
            this.#text.update(node.start, node.start + "import".length, `${HOOK}.import`);
            break;
          case "MetaProperty":
            if (node.meta.name !== "import") break;
            this.#text.update(node.start, node.end, `${HOOK}.meta`);
            this.#plain.quotes(node, ancestors);
            break;
          case "CallExpression":
            this.#directEval(node, ancestors);
            break;
          case "AwaitExpression":
            markLoops(ancestors, awaiting);
            if (ancestors.some(isFunction)) break;
            this.#hold("awaits", node.argument, node);
            this.#plain.quotes(node, ancestors);
            break;
          case "AssignmentExpression":
            for (const name of boundNames(node.left)) this.#assigned(name, node, ancestors);
            break;
          case "UpdateExpression":
            for (const name of boundNames(node.argument)) this.#assigned(name, node, ancestors);
            break;
          case "VariableDeclaration":
            if (node.kind === "var" && !ancestors.some(isFunction)) this.#var(node, ancestors);
            break;
          case "ForOfStatement":
            if (node.await) {
              awaiting.add(node);
              markLoops(ancestors, awaiting);
              if (!ancestors.some(isFunction)) {
                this.#hold("awaitsEach", node.right, node.right);
                this.#plain.quotes(node, ancestors);
              }
            }
            this.#loopHead(node, ancestors);
            break;
          case "ForInStatement":
            this.#loopHead(node, ancestors);
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

  /**
   * What the cell itself awaits is handed to the kernel, with the place in
   * the JavaScript, for what rejects without one.
   */
  #hold(hook: "awaits" | "awaitsEach", awaited: Node, { start }: Node): void {
    this.#text.appendRight(awaited.start, `${HOOK}.${hook}(${this.#id},`);
    const { line, column } = positionAt(this.#text.original, start);
    this.#afterwards.push(() => this.#text.appendLeft(awaited.end, `,${line},${column})`));
  }

  /** Code that `eval` is given in a cell sees the cells' variables, whatever they are called in scripts. */
  #directEval(call: CallExpression, ancestors: readonly Node[]): void {
    const {
      callee,
      arguments: [code],
    } = call;
    if (callee.type !== "Identifier" || callee.name !== "eval" || !code || code.type === "SpreadElement")
      return;
    this.#plain.quotes(call, ancestors);
    const local = [...new Set(namesAround(ancestors))];
    this.#text.appendRight(code.start, `${ADDED}${HOOK}.direct(${ADDED_END}`);
    const end = `${ADDED}${local.length > 0 ? `,${JSON.stringify(local)}` : ""})${ADDED_END}`;
    this.#afterwards.push(() => this.#text.appendLeft(code.end, end));
  }

  #loopHead(
    loop: Extract<Node, { type: "ForOfStatement" | "ForInStatement" }>,
    ancestors: readonly Node[],
  ): void {
    if (loop.left.type === "VariableDeclaration") return;
    for (const name of boundNames(loop.left)) this.#assigned(name, loop, ancestors);
  }

  /** Something is given to a name that is no declaration of it. */
  #assigned(name: string, at: Assignment, ancestors: readonly Node[]): void {
    this.#renaming.assigned(name, ancestors);
    if (!this.#constants.has(name) || isShadowed(name, ancestors)) return;
    if (
      ancestors.some(
        (ancestor, i) => ancestor.type === "TryStatement" && ancestor.block === (ancestors[i + 1] ?? at),
      )
    ) {
      this.#refuseThere(at);
      return;
    }
    throw new CellSyntaxError(`Assignment to constant variable '${name}'`, {
      offset: at.start,
      end: at.end,
      ename: "TypeError",
    });
  }

  /** Code that expects an assignment to fail sees it fail where ECMAScript says, once the new value is there. */
  #refuseThere(at: Assignment): void {
    const refused = `${HOOK}.constant()`;
    const value =
      at.type === "AssignmentExpression" ? at.right : at.type === "UpdateExpression" ? at : at.right;
    const order = at.type === "UpdateExpression" ? [`${refused},`, ""] : ["", `,${refused}`];
    this.#text.appendRight(value.start, `${ADDED}(${order[0]}${ADDED_END}`);
    this.#afterwards.push(() => this.#text.appendLeft(value.end, `${ADDED}${order[1]})${ADDED_END}`));
  }

  /** `var` names are declared at the head, so the declaration turns into assignments. */
  #var(declaration: Variables, ancestors: readonly Node[]): void {
    const parent = ancestors.at(-1);
    for (const name of declaredNames(declaration)) this.#varNames.add(name);
    this.#renaming.declareIn(declaration);
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

  /** The declarations of `var` names: declared again, they keep their values. */
  #variables(): string[] {
    return [...this.#varNames].flatMap(name => {
      if (this.#functions.has(name)) return [];
      const local = this.#renaming.nameOf(name);
      if (this.#fresh.has(name) || this.#renaming.hasHelper(name)) return [local];
      return [`${local}=${HOOK}.kept(${JSON.stringify(name)},()=>${local})`];
    });
  }

  #guard(loop: Extract<Node, { body: Node }>, awaits: boolean): void {
    const body = loop.body as Node;
    const guard = awaits ? ASYNC_GUARD : GUARD;
    if (body.type === "BlockStatement") {
      this.#text.appendLeft(body.start + 1, guard);
    } else {
      this.#text.appendRight(body.start, `${ADDED}{${ADDED_END}${guard}`);
      this.#afterwards.push(() => this.#text.appendLeft(body.end, `${ADDED}}${ADDED_END}`));
    }
  }
}

/** The statement that may give a cell its value: what only says what is exported comes after it. */
function lastStatement(body: readonly Node[]): Node | undefined {
  return body.findLast(statement => {
    if (statement.type === "ExportNamedDeclaration")
      return statement.declaration !== null || statement.source !== null;
    return statement.type !== "EmptyStatement";
  });
}

/** What a statement at the top declares, be it exported or not. */
function declaredByStatement(statement: Node): string[] {
  if (statement.type === "ImportDeclaration") return statement.specifiers.map(({ local }) => local.name);
  const declaration = "declaration" in statement ? (statement.declaration as Node | null) : statement;
  return declaration ? declaredNames(declaration) : [];
}

/** Marks the loops around a node, up to the function it stands in. */
function markLoops(ancestors: readonly Node[], into: Set<Node>): void {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const ancestor = ancestors[i];
    if (!ancestor || isFunction(ancestor)) return;
    if (isLoop(ancestor)) into.add(ancestor);
  }
}

function exportName(imported: Node): string {
  return imported.type === "Literal" ? String(imported.value) : (imported as { name: string }).name;
}
