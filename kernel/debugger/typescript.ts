/** Expressions and statements that clients send, as V8 takes them. */

import { firstError } from "../source/cell-syntax-error.js";
import { DapError } from "../protocol/dap.js";

/** Removes types; what can be an expression is one, so that `{ a: 1 }` is an object. @throws DapError */
export async function toJavaScript(text: string): Promise<string> {
  // Loaded when needed, as the compiler is.
  const { transformSync } = await import("oxc-transform");
  const options = { lang: "ts", sourceType: "script" } as const;
  const expression = transformSync("expression.ts", `(${text}\n)`, options);
  if (!firstError(expression.errors)) return expression.code;
  const statements = transformSync("statements.ts", text, options);
  const error = firstError(statements.errors);
  if (error) throw new DapError(`cannot evaluate ${JSON.stringify(text.slice(0, 80))}: ${error.message}`);
  return statements.code;
}
