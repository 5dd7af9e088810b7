/** Names that declarations bind, and whether a use of a name means a given declaration. */

import type { Node } from "oxc-parser";

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

/** Whether some scope between a node and the top of the cell declares `name`, so that it hides the cell's own. */
export function isShadowed(name: string, ancestors: readonly Node[]): boolean {
  return ancestors.slice(1).some(scope => scopeNames(scope).includes(name));
}

/** Names declared directly by a scope below the top level. */
function scopeNames(scope: Node): string[] {
  switch (scope.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      const names = scope.params.flatMap(parameter => boundNames(parameter as Node));
      if (scope.type === "FunctionExpression" && scope.id) names.push(scope.id.name);
      return names;
    }
    case "ClassExpression":
      return scope.id ? [scope.id.name] : [];
    case "CatchClause":
      return scope.param ? boundNames(scope.param) : [];
    case "ForStatement":
      return scope.init ? declaredNames(scope.init) : [];
    case "ForOfStatement":
    case "ForInStatement":
      return declaredNames(scope.left);
    case "BlockStatement":
    case "StaticBlock":
      return scope.body.flatMap(declaredNames);
    case "SwitchStatement":
      return scope.cases.flatMap(branch => branch.consequent.flatMap(declaredNames));
    default:
      return [];
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
