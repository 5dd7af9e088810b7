/** Names that declarations bind, and whether a use of a name means a given declaration. */

import type { Node } from "oxc-parser";
import { isFunction, walk } from "./walk.js";

/** The names a binding pattern introduces, in source order. */
export function boundNames(pattern: Node, into: string[] = []): string[] {
  switch (pattern.type) {
    case "Identifier":
      into.push(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        boundNames(property.type === "RestElement" ? property.argument : property.value, into);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) boundNames(element, into);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left, into);
      break;
    case "RestElement":
      boundNames(pattern.argument, into);
      break;
    default:
      break;
  }
  return into;
}

/**
 * Whether some scope between a node and the top of the cell declares `name`, so that it hides the cell's own.
 *
 * @param ancestors of the node, from the program on; those that are no scopes may be left out
 */
export function isShadowed(name: string, ancestors: readonly Node[]): boolean {
  return ancestors.some((scope, i) => i > 0 && scopeNames(scope, ancestors[i - 1]).includes(name));
}

/** The names that scopes between a node and the top of the cell declare. */
export function namesAround(ancestors: readonly Node[]): string[] {
  return ancestors.flatMap((scope, i) => (i > 0 ? scopeNames(scope, ancestors[i - 1]) : []));
}

/** Whether a node may declare names for what is below it. */
export function isScope(node: Node): boolean {
  return SCOPES.has(node.type);
}

const SCOPES = new Set<Node["type"]>([
  "Program",
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassDeclaration",
  "ClassExpression",
  "CatchClause",
  "ForStatement",
  "ForOfStatement",
  "ForInStatement",
  "BlockStatement",
  "StaticBlock",
  "SwitchStatement",
]);

/** Names declared directly by a scope below the top level, `outer` being the scope around it. */
function scopeNames(scope: Node, outer: Node | undefined): string[] {
  switch (scope.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      const names = scope.params.flatMap(parameter => boundNames(parameter as Node));
      if (scope.type === "FunctionExpression" && scope.id) names.push(scope.id.name);
      return names;
    }
    case "ClassDeclaration":
    case "ClassExpression":
      // A class knows itself by its name, whatever becomes of the name around it.
      return scope.id ? [scope.id.name] : [];
    case "CatchClause":
      return scope.param ? boundNames(scope.param) : [];
    case "ForStatement":
      return scope.init ? lexicalNames(scope.init) : [];
    case "ForOfStatement":
    case "ForInStatement":
      return lexicalNames(scope.left);
    case "BlockStatement":
    case "StaticBlock": {
      const names = scope.body.flatMap(lexicalNames);
      const isBody = scope.type === "StaticBlock" || (outer !== undefined && isFunction(outer));
      return isBody ? [...names, ...hoistedNames(scope)] : names;
    }
    case "SwitchStatement":
      return scope.cases.flatMap(branch => branch.consequent.flatMap(lexicalNames));
    default:
      return [];
  }
}

const hoisted = new WeakMap<Node, string[]>();

/** The names that `var` declares anywhere in a function's body. */
function hoistedNames(body: Node): string[] {
  const known = hoisted.get(body);
  if (known) return known;
  const names: string[] = [];
  walk(body, {
    enter: (node, ancestors) => {
      if (
        node.type === "VariableDeclaration" &&
        node.kind === "var" &&
        !ancestors.slice(1).some(isFunction)
      ) {
        names.push(...declaredNames(node));
      }
    },
  });
  hoisted.set(body, names);
  return names;
}

/** Names a statement declares in its block, rather than in its function. */
function lexicalNames(statement: Node): string[] {
  return statement.type === "VariableDeclaration" && statement.kind === "var" ? [] : declaredNames(statement);
}

/** Whether an identifier stands for a binding, which it uses or declares, rather than for a property or a label. */
export function isBinding(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed || parent.property !== node;
    case "Property":
      // Of `{ name }` the value is the binding.
      return parent.value === node || (parent.computed && parent.key === node);
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return parent.value === node || parent.computed;
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "ImportAttribute":
    case "ExportSpecifier":
    case "ExportAllDeclaration":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return false;
    default:
      return true;
  }
}

/** Names a statement declares in the scope it stands in. */
export function declaredNames(statement: Node): string[] {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.declarations.flatMap(declarator => boundNames(declarator.id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return statement.id ? [statement.id.name] : [];
    default:
      return [];
  }
}
