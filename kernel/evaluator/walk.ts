/** A walk over an oxc syntax tree that knows its ancestors and visits children in source order. */

import { type Node, visitorKeys } from "oxc-parser";

/** What to do at each node; `ancestors` runs from the root to the node's parent and is reused: do not keep it. */
export interface Visitor {
  enter(node: Node, ancestors: readonly Node[]): void;
  leave?(node: Node, ancestors: readonly Node[]): void;
}

/** Visits `root` and everything below it. */
export function walk(root: Node, visitor: Visitor): void {
  const ancestors: Node[] = [];
  const visit = (node: Node): void => {
    visitor.enter(node, ancestors);
    ancestors.push(node);
    for (const key of visitorKeys[node.type] ?? []) {
      const child: unknown = (node as unknown as Record<string, unknown>)[key];
      if (Array.isArray(child)) {
        for (const item of child) if (isNode(item)) visit(item);
      } else if (isNode(child)) {
        visit(child);
      }
    }
    ancestors.pop();
    visitor.leave?.(node, ancestors);
  };
  visit(root);
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
