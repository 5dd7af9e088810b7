/**
 * Errors in the words of the user's own code.
 *
 * V8 quotes the code in its messages ("document is not a function"), and has the script's, where some names have another
 * form. Code that catches such an error reads its message. So it is put right before it leaves the function, or reaches
 * the `catch`, around the code that may be quoted; other functions are left alone.
 */

import { types } from "node:util";
import type { MagicString } from "magic-string";
import type { Node } from "oxc-parser";
import { HOOK } from "../hook.js";
import { ADDED, ADDED_END, plainMessage } from "./inserted-text.js";
import { isFunction } from "./walk.js";

/** Called with what code has thrown. @returns the same, with a message in the user's words */
export function plainError(thrown: unknown): unknown {
  if (!types.isNativeError(thrown)) return thrown;
  const message = Object.getOwnPropertyDescriptor(thrown, "message");
  if (!message?.configurable || typeof message.value !== "string") return thrown;
  const plain = plainMessage(message.value);
  if (plain !== message.value) Object.defineProperty(thrown, "message", { ...message, value: plain });
  return thrown;
}

/** Gives the value of an expression. @throws what it throws, in the user's words */
export function plainly(expression: () => unknown): unknown {
  try {
    return expression();
  } catch (thrown) {
    throw plainError(thrown);
  }
}

/** Where errors are put right: the block of a function or of a `try`, or an expression in place of one. */
type Site = Extract<Node, { start: number; end: number }>;

/** Collects the places where errors must be put right, and writes that there. */
export class PlainErrors {
  readonly #text: MagicString;
  /** With what an expression stands for: the body of an arrow function, or an initial value. */
  readonly #sites = new Map<Site, "block" | "body" | "value">();

  constructor(text: MagicString) {
    this.#text = text;
  }

  /** Learns that V8 may quote a node; nothing is to be done at the top of the cell, whose errors are the kernel's. */
  quotes(node: Node, ancestors: readonly Node[]): void {
    const site = siteOf(node, ancestors);
    if (site) this.#sites.set(site.node, site.kind);
  }

  /**
   * Writes around expressions; names must have been written, and nothing else that ends there.
   *
   * @param named functions and classes that get a name behind their end
   */
  applyToExpressions(named: readonly Node[]): void {
    // Inner ones first, where they end together.
    for (const [node, kind] of [...this.#sites].sort(([a], [b]) => b.start - a.start)) {
      if (kind === "block" || named.some(({ start, end }) => start >= node.start && end === node.end))
        continue;
      const [before, after] =
        kind === "body"
          ? ["{try{return ", `}catch(e){throw ${HOOK}.plain(e)}}`]
          : [`${HOOK}.plainly(()=>(`, "))"];
      this.#text.prependRight(node.start, `${ADDED}${before}${ADDED_END}`);
      this.#text.appendLeft(node.end, `${ADDED}${after}${ADDED_END}`);
    }
  }

  /** Writes into blocks; all that ends within them must have been written. */
  applyToBlocks(): void {
    for (const [node, kind] of this.#sites) {
      if (kind !== "block") continue;
      const start = node.type === "StaticBlock" ? this.#text.original.indexOf("{", node.start) : node.start;
      this.#text.prependLeft(start + 1, `${ADDED}try{${ADDED_END}`);
      this.#text.appendLeft(node.end - 1, `${ADDED}}catch(e){throw ${HOOK}.plain(e)}${ADDED_END}`);
    }
  }
}

/** The innermost place around a node where its errors pass; nothing at the top of a cell. */
function siteOf(
  node: Node,
  ancestors: readonly Node[],
): { node: Site; kind: "block" | "body" | "value" } | undefined {
  let child = node;
  /** The default of a parameter, if it turns out to be one. */
  let fallback: Node | undefined;
  for (const ancestor of ancestors.toReversed()) {
    if (ancestor.type === "TryStatement" && ancestor.block === child && ancestor.handler) {
      return { node: child, kind: "block" };
    }
    if (ancestor.type === "AssignmentPattern" && ancestor.right === child) fallback ??= child;
    if (ancestor.type === "StaticBlock") return { node: ancestor, kind: "block" };
    if (ancestor.type === "PropertyDefinition") {
      if (ancestor.value === child) return { node: child, kind: "value" };
    } else if (isFunction(ancestor)) {
      if (!("body" in ancestor) || ancestor.body !== child) {
        return fallback && { node: fallback, kind: "value" };
      }
      if (child.type === "BlockStatement") return { node: child, kind: "block" };
      // Its end may be that of a value to which more is put; and what is assigned to is seldom quoted.
      return child.type === "AssignmentExpression" ? undefined : { node: child, kind: "body" };
    }
    child = ancestor;
  }
  return undefined;
}
