/**
 * Standard decorators and `accessor` fields, which Node does not know, and namespaces that export variables,
 * of which oxc-transform exports copies: rewritten by esbuild, which is loaded only for code that has them (20 ms;
 * 200 ms the first time).
 */

import { createRequire } from "node:module";
import { type Node, parseSync } from "oxc-parser";
import type { JsxOptions, TsConfig } from "../modules/tsconfig.js";
import { walk } from "./rewrite/walk.js";

/** What a tsconfig.json may say of it. */
export type LoweringOptions = JsxOptions & Pick<TsConfig, "experimentalDecorators">;

const HINT = /@[\p{ID_Start}$_(]|\b(?:accessor|namespace|module)\s/u;

/** What V8 knows beyond the target: left as it is, functions keep their own text. */
export const NATIVE = { using: true };

/** Whether TypeScript code has syntax that only esbuild translates as it is meant. */
export function needsLowering(code: string): boolean {
  if (!HINT.test(code)) return false;
  const { program } = parseSync("code.ts", code, { lang: "ts", sourceType: "module" });
  let found = false;
  walk(program, {
    enter: node => {
      if (node.type === "Decorator" || node.type === "AccessorProperty") found = true;
      if (node.type === "TSModuleBlock" && node.body.some(exportsVariable)) found = true;
    },
  });
  return found;
}

/** Whether a statement of a namespace exports variables whose values may change. */
function exportsVariable(statement: Node): boolean {
  if (statement.type !== "ExportNamedDeclaration" || statement.declaration?.type !== "VariableDeclaration")
    return false;
  const { kind, declare } = statement.declaration;
  return !declare && (kind === "let" || kind === "var");
}

/** JavaScript without types and that syntax; nothing when it cannot be made, which another parser then explains. */
export function lower(
  code: string,
  {
    file,
    sourcemap,
    keepImports = false,
    config = {},
  }: { file: string; sourcemap: boolean; keepImports?: boolean; config?: LoweringOptions },
): { code: string; map: string } | undefined {
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  try {
    const lowered = esbuild.transformSync(code, {
      loader: file.endsWith("x") ? "tsx" : "ts",
      target: "es2022",
      supported: NATIVE,
      format: "esm",
      sourcemap,
      sourcefile: file,
      sourcesContent: false,
      logLevel: "silent",
      tsconfigRaw: {
        compilerOptions: { ...esbuildOptions(config), verbatimModuleSyntax: keepImports },
      },
    });
    return { code: lowered.code, map: lowered.map };
  } catch {
    return undefined;
  }
}

/** What esbuild is told; JSX that another tool is to compile is written out all the same. */
export function esbuildOptions({ jsx, ...rest }: LoweringOptions): object {
  const { jsxImportSource, jsxFactory, jsxFragmentFactory, experimentalDecorators } = rest;
  return {
    jsx: jsx === "react" ? "react" : "react-jsx",
    ...(jsxImportSource !== undefined && { jsxImportSource }),
    ...(jsxFactory !== undefined && { jsxFactory }),
    ...(jsxFragmentFactory !== undefined && { jsxFragmentFactory }),
    ...(experimentalDecorators !== undefined && { experimentalDecorators }),
  };
}
