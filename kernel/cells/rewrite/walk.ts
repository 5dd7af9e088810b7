/** A walk over an oxc syntax tree that knows its ancestors and visits children in source order. */

import { type Node, visitorKeys } from "oxc-parser";

/** What to do at each node; `ancestors` runs from the root to the node's parent and is reused: do not keep it. */
export interface Visitor {
  enter(node: Node, ancestors: readonly Node[]): void;
  leave?(node: Node, ancestors: readonly Node[]): void;
}

/**
 * Visits `root` and everything below it. Without recursion: a sum of ten thousand terms is a tree ten thousand nodes
 * deep, which V8's own compiler takes.
 */
export function walk(root: Node, visitor: Visitor): void {
  const ancestors: Node[] = [];
  /** What is yet to be visited, the next last; nothing stands for the end of the innermost ancestor. */
  const pending: (Node | undefined)[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (!node) {
      const left = ancestors.pop();
      if (left) visitor.leave?.(left, ancestors);
      continue;
    }
    visitor.enter(node, ancestors);
    ancestors.push(node);
    pending.push(undefined);
    const keys = visitorKeys[node.type] ?? [];
    for (let i = keys.length - 1; i >= 0; i--) {
      const child: unknown = (node as unknown as Record<string, unknown>)[keys[i] ?? ""];
      if (Array.isArray(child)) {
        for (let j = child.length - 1; j >= 0; j--) if (isNode(child[j])) pending.push(child[j]);
      } else if (isNode(child)) {
        pending.push(child);
      }
    }
  }
}

/** Whether a node opens a function body, where `await`, `return` and `var` stop. */
export function isFunction(node: Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression" ||
    node.type === "StaticBlock" ||
    node.type === "PropertyDefinition"
  );
}

/** Whether a node is a loop. */
export function isLoop(node: Node): boolean {
  return (
    node.type === "ForStatement" ||
    node.type === "ForOfStatement" ||
    node.type === "ForInStatement" ||
    node.type === "WhileStatement" ||
    node.type === "DoWhileStatement"
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
