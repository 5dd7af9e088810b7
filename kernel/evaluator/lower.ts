/**
 * Standard decorators, `accessor` fields and `using`, which Node 20 does not know: rewritten by esbuild, which
 * is loaded only for code that has them (20 ms; 200 ms the first time).
 */

import { createRequire } from "node:module";
import { parseSync } from "oxc-parser";
import type { JsxOptions, TsConfig } from "./tsconfig.js";
import { walk } from "./walk.js";

/** What a tsconfig.json may say of it. */
export type LoweringOptions = JsxOptions & Pick<TsConfig, "experimentalDecorators">;

const HINT = /@[\p{ID_Start}$_(]|\busing\s|\baccessor\s/u;

/** Whether TypeScript code has syntax that this Node lacks. */
export function needsLowering(code: string): boolean {
  if (!HINT.test(code)) return false;
  const { program } = parseSync("code.ts", code, { lang: "ts", sourceType: "module" });
  let found = false;
  walk(program, {
    enter: node => {
      if (node.type === "Decorator" || node.type === "AccessorProperty") found = true;
      if (node.type === "VariableDeclaration" && node.kind.endsWith("using")) found = true;
    },
  });
  return found;
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
