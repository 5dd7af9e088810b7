/** TypeScript of a local file to a module that V8 takes. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parseSync, type Statement } from "oxc-parser";
import { type JsxOptions as OxcJsx, transformSync } from "oxc-transform";
import { Source, type SourceOptions } from "../source/cell.js";
import { firstError } from "../source/cell-syntax-error.js";
import { displayName } from "../source/display-name.js";
import { FileSyntaxError } from "../source/file-syntax-error.js";
import { esbuildOptions, lower, NATIVE, needsLowering } from "./lower.js";
import { offsetAt, positionAt } from "../source/positions.js";
import { readJson } from "../modules/read-json.js";
import { isTypeScript } from "../modules/resolve-local.js";
import { type JsxOptions, readableTsconfigOf } from "../modules/tsconfig.js";
import { withoutTypeExports } from "../modules/type-exports.js";

/** What a file was compiled to. */
export interface CompiledFile {
  code: string;
  source: SourceOptions;
}

/** Compiles a file to an ES module. @throws FileSyntaxError with the place */
export function compileFile(file: string, text: string): CompiledFile {
  const label = displayName(file);
  const source = isTypeScript(file) ? withoutTypeExports(file, text) : text;
  const config = readableTsconfigOf(path.dirname(file));
  const make = (sourcemap: boolean): { code: string; maps: string[] } => {
    const lowered = needsLowering(source)
      ? lower(source, { file, sourcemap, ...(config && { config }) })
      : undefined;
    if (lowered) return { code: lowered.code, maps: [lowered.map] };
    const options = { sourceType: "module", sourcemap, jsx: oxcJsx(config) } as const;
    const { code, map, errors } = transformSync(file, source, options);
    const error = firstError(errors);
    if (!error) return { code, maps: [JSON.stringify({ ...map, sourcesContent: undefined })] };
    throw syntaxError(file, text, error.message, error.labels.at(-1)?.start ?? 0);
  };
  return { code: make(false).code, source: { label, source: text, maps: () => make(true).maps } };
}

/** Compiles a file, whatever kind of module it is, to CommonJS. @throws FileSyntaxError with the place */
export function compileCommonJs(file: string, text: string): CompiledFile {
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const config = readableTsconfigOf(path.dirname(file));
  const make = (sourcemap: boolean): { code: string; map: string } => {
    try {
      return esbuild.transformSync(text, {
        loader: file.endsWith("x") ? "tsx" : "ts",
        target: "es2022",
        supported: NATIVE,
        format: "cjs",
        platform: "node",
        sourcemap,
        sourcefile: file,
        sourcesContent: false,
        logLevel: "silent",
        define: { "import.meta.filename": "__filename", "import.meta.dirname": "__dirname" },
        tsconfigRaw: { compilerOptions: esbuildOptions(config ?? {}) },
      });
    } catch (error) {
      const [first] = (error as import("esbuild").TransformFailure).errors ?? [];
      if (!first) throw error;
      const message = first.text.startsWith("Top-level await")
        ? "require: expected a module without top-level await; load it with await import(…)"
        : first.text;
      const { line = 1, column = 0 } = first.location ?? {};
      throw syntaxError(file, text, message, offsetAt(text, { line, column: column + 1 }));
    }
  };
  const source = { label: displayName(file), source: text, maps: () => [make(true).map] };
  return { code: make(false).code, source };
}

/** Whether a file is an ES module; its name, its text and its package decide, as in Node. */
export function isModule(file: string, text: string): boolean {
  const extension = path.extname(file);
  if (extension === ".cjs" || extension === ".cts") return false;
  if (extension === ".mjs" || extension === ".mts") return true;
  const name = extension === "" ? `${file}.js` : file;
  const { program, module } = parseSync(name, text);
  if (isOldStyle(program.body)) return false;
  if (module.hasModuleSyntax || packageType(path.dirname(file)) === "module") return true;
  // Without imports and exports, TypeScript is a module unless it speaks of CommonJS, JavaScript when it awaits.
  return isTypeScript(file) ? !/\b(?:module\.exports|exports\.|require\s*\()/.test(text) : awaits(name, text);
}

/** Whether a file has TypeScript's own words for CommonJS. */
function isOldStyle(body: readonly Statement[]): boolean {
  const has = (type: Statement["type"]) => body.some(each => each.type === type);
  const isModern =
    has("ImportDeclaration") || has("ExportNamedDeclaration") || has("ExportDefaultDeclaration");
  return has("TSExportAssignment") || (has("TSImportEqualsDeclaration") && !isModern);
}

function awaits(name: string, text: string): boolean {
  return (
    /\bawait\b/.test(text) && firstError(parseSync(name, text, { sourceType: "script" }).errors) !== undefined
  );
}

function packageType(folder: string): unknown {
  const file = path.join(folder, "package.json");
  if (existsSync(file)) return (readJson(file) as { type?: unknown } | null)?.type;
  return folder === path.dirname(folder) ? undefined : packageType(path.dirname(folder));
}

/** How the parser's own transformer is told what a configuration says. */
export function oxcJsx({ jsx, jsxImportSource, jsxFactory, jsxFragmentFactory }: JsxOptions = {}): OxcJsx {
  if (jsx !== "react") {
    return { runtime: "automatic", ...(jsxImportSource !== undefined && { importSource: jsxImportSource }) };
  }
  return {
    runtime: "classic",
    ...(jsxFactory !== undefined && { pragma: jsxFactory }),
    ...(jsxFragmentFactory !== undefined && { pragmaFrag: jsxFragmentFactory }),
  };
}

function syntaxError(file: string, text: string, message: string, offset: number): FileSyntaxError {
  const source = new Source({ label: displayName(file), source: text, maps: () => [] });
  return new FileSyntaxError(message, source, positionAt(text, offset));
}
