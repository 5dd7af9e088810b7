/**
 * Gives a cell's bindings of reserved names, and those that compilation made, names of their own in the script.
 *
 * Functions and classes keep the name that the user wrote: `{Map:class{}}.Map` is a class called `Map`.
 */

import type { MagicString } from "magic-string";
import type { Class, Node } from "oxc-parser";
import { declaredNames, isScope, isShadowed } from "./bindings.js";
import type { CellNames } from "./cell-names.js";
import { HOOK } from "../hook.js";
import { ADDED, ADDED_END } from "./inserted-text.js";
import type { PlainErrors } from "./plain-errors.js";
import { helperName, hiddenName, isGlobal, isReserved } from "./reserved-names.js";

type Identifier = Extract<Node, { type: "Identifier" }>;

/** A reserved name, or one of compilation's, as it occurs. */
interface Mention {
  node: Identifier;
  parent: Node | undefined;
  outer: Node | undefined;
  scopes: Node[];
  ancestors: Node[];
  /** In code that compilation made, where globals are meant. */
  made: boolean;
}

/** Collects what a cell declares and mentions, and then changes the names. */
export class Renaming {
  readonly #text: MagicString;
  readonly #cell: number;
  readonly #names: CellNames;
  readonly #isMade: (name: string) => boolean;
  readonly #mentions: Mention[] = [];
  /** What is declared at the top of the cell, as far as it is called otherwise in the script. */
  readonly #scriptNames = new Map<string, string>();
  readonly #madeStatements = new Set<Node>();
  readonly #classes: Class[] = [];
  readonly #adopted: string[] = [];
  readonly #own = new Set<string>();
  readonly #plain: PlainErrors;

  constructor(
    text: MagicString,
    cell: number,
    names: CellNames,
    plain: PlainErrors,
    isMade: (name: string) => boolean = () => false,
  ) {
    this.#text = text;
    this.#cell = cell;
    this.#names = names;
    this.#plain = plain;
    this.#isMade = isMade;
  }

  /** Learns what the cell declares at its top. */
  declare(names: readonly string[]): void {
    for (const name of names) {
      if (this.#isMade(name)) this.#scriptNames.set(name, helperName(name, this.#cell));
      else if (isReserved(name)) this.#scriptNames.set(name, hiddenName(name));
    }
  }

  /** Learns of a declaration of variables. */
  declareIn(declaration: Node): void {
    const names = declaredNames(declaration);
    this.declare(names);
    if (names.length > 0 && names.every(this.#isMade)) this.#madeStatements.add(declaration);
  }

  /** Learns of a class at the top. */
  declareClass(declaration: Class): void {
    if (!declaration.id) return;
    this.declare([declaration.id.name]);
    if (this.#scriptNames.has(declaration.id.name)) this.#classes.push(declaration);
  }

  /** Learns of an identifier that stands for a binding. */
  mention(node: Identifier, ancestors: readonly Node[]): void {
    if (!isReserved(node.name) && !this.#isMade(node.name)) return;
    const [parent, outer] = [ancestors.at(-1), ancestors.at(-2)];
    const inHelper = ancestors[1] !== undefined && this.#madeStatements.has(ancestors[1]);
    const made = inHelper || this.#isStorage(parent, outer);
    this.#mentions.push({
      node,
      parent,
      outer,
      scopes: ancestors.filter(isScope),
      ancestors: [...ancestors],
      made,
    });
  }

  /**
   * Learns that the cell gives a value to a name. A global is not changed for all programs by that: the cell gets a
   * variable of that name, as with `Map = 3` in Python.
   */
  assigned(name: string, ancestors: readonly Node[]): void {
    if (this.#scriptNames.has(name) || !isGlobal(name) || isShadowed(name, ancestors)) return;
    if (this.#names.isOwn(name)) return;
    const existing = Object.getOwnPropertyDescriptor(globalThis, name);
    // `undefined = 1` is an error, and should say so.
    if (existing && existing.writable === false) return;
    this.#adopted.push(name);
  }

  /** What a name that the cell declares is called in the script. */
  nameOf(name: string): string {
    return this.#scriptNames.get(name) ?? name;
  }

  /** Whether compilation made a binding of this name, in this cell. */
  hasHelper(name: string): boolean {
    return this.#isMade(name) && this.#scriptNames.has(name);
  }

  /** What to put around a function without name, so that it is called what the cell calls it. */
  nameFor(name: string): [string, string] {
    if (!this.#scriptNames.has(name)) return ["", ""];
    // As a plain key this one would set the prototype.
    return name === "__proto__" ? [`{["${name}"]:`, `}["${name}"]`] : [`{${name}:`, `}.${name}`];
  }

  /** Reserved names that the cell declares. */
  get declared(): string[] {
    return [...this.#scriptNames.keys()].filter(name => !this.#isMade(name));
  }

  /** Declarations of the globals that the cell gives values to. */
  get adopted(): string[] {
    return [...new Set(this.#adopted)].map(name => `${this.nameOf(name)}=${name}`);
  }

  /** Reserved names that are used for bindings of other cells. */
  get own(): string[] {
    return [...this.#own];
  }

  /** Changes the names; everything must have been learnt. */
  apply(): void {
    for (const name of this.#adopted) {
      if (!this.#scriptNames.has(name)) this.#scriptNames.set(name, hiddenName(name));
    }
    const naming: (() => void)[] = [];
    const named: Node[] = [];
    for (const mention of this.#mentions) {
      const { node, parent } = mention;
      const scriptName = this.#meant(mention);
      if (scriptName === undefined) continue;
      this.#write(mention, scriptName);
      const value = valueGiven(node, parent);
      if (!value || !isAnonymous(value)) continue;
      const [before, after] = this.nameFor(node.name);
      named.push(value);
      this.#text.appendRight(value.start, before);
      naming.push(() => this.#text.appendLeft(value.end, after));
    }
    for (const { id, start, end } of this.#classes) {
      this.#text.appendRight(start, `let ${this.nameOf(id?.name ?? "")}=`);
      naming.push(() => this.#text.appendLeft(end, ";"));
    }
    this.#plain.applyToExpressions(named);
    for (const put of naming) put();
  }

  /** Whether this is `_field = new WeakMap()`, where esbuild keeps private fields. */
  #isStorage(parent: Node | undefined, outer: Node | undefined): boolean {
    if (parent?.type !== "NewExpression" || parent.arguments.length > 0) return false;
    return (
      outer?.type === "AssignmentExpression" &&
      outer.left.type === "Identifier" &&
      this.#isMade(outer.left.name)
    );
  }

  /** What the binding is called in the script, when that is something else than the user wrote. */
  #meant({ node: { name }, scopes, made }: Mention): string | undefined {
    if (made && !this.#isMade(name)) return undefined;
    const declared = this.#scriptNames.get(name);
    if (declared === undefined && isGlobal(name) && !this.#names.isOwn(name)) return undefined;
    if (isShadowed(name, scopes)) return undefined;
    if (declared !== undefined || !isReserved(name)) return declared;
    if (!this.#names.isOwn(name)) return undefined;
    this.#own.add(name);
    return hiddenName(name);
  }

  #write({ node, parent, outer, ancestors }: Mention, scriptName: string): void {
    const { name, start, end } = node;
    if (parent?.type === "UnaryExpression" && parent.operator === "typeof" && !this.#scriptNames.has(name)) {
      // There may be no such thing, about which `typeof` must not complain.
      this.#text.update(parent.start, parent.end, `${HOOK}.typeOf(${JSON.stringify(name)})`);
      return;
    }
    if (!this.#isMade(name)) this.#plain.quotes(node, ancestors);
    const property = parent?.type === "AssignmentPattern" && parent.left === node ? outer : parent;
    if (property?.type === "Property" && property.shorthand) {
      this.#text.appendRight(start, `${ADDED}${name}:${ADDED_END}`);
    }
    this.#text.appendLeft(end, scriptName.slice(name.length));
  }
}

/** The value that a binding is given where it is mentioned. */
function valueGiven(node: Node, parent: Node | undefined): Node | undefined {
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id === node ? (parent.init ?? undefined) : undefined;
    case "AssignmentPattern":
    case "AssignmentExpression":
      return parent.left === node ? parent.right : undefined;
    default:
      return undefined;
  }
}

/** Whether a value is a function or class that would take the name of what it is given to. */
function isAnonymous(value: Node): boolean {
  switch (value.type) {
    case "ParenthesizedExpression":
      return isAnonymous(value.expression);
    case "ArrowFunctionExpression":
      return true;
    case "FunctionExpression":
    case "ClassExpression":
      return value.id === null;
    default:
      return false;
  }
}
