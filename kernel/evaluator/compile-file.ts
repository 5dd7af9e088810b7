/** TypeScript of a local file to a module that V8 takes. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { transformSync } from "oxc-transform";
import { Source, type SourceOptions } from "./cell.js";
import { firstError } from "./cell-syntax-error.js";
import { FileSyntaxError } from "./file-syntax-error.js";
import { lower, needsLowering } from "./lower.js";
import { positionAt } from "./positions.js";

/** Compiles a file. @throws FileSyntaxError with the place */
export function compileFile(file: string, text: string): { code: string; source: SourceOptions } {
  const label = displayName(file);
  const make = (sourcemap: boolean): { code: string; maps: string[] } => {
    const lowered = needsLowering(text) ? lower(text, { file, sourcemap }) : undefined;
    if (lowered) return { code: lowered.code, maps: [lowered.map] };
    const { code, map, errors } = transformSync(file, text, { sourceType: "module", sourcemap });
    const error = firstError(errors);
    if (!error) return { code, maps: [JSON.stringify({ ...map, sourcesContent: undefined })] };
    const position = positionAt(text, error.labels.at(-1)?.start ?? 0);
    throw new FileSyntaxError(error.message, new Source({ label, source: text, maps: () => [] }), position);
  };
  return { code: make(false).code, source: { label, source: text, maps: () => make(true).maps } };
}

/** Whether a file is an ES module; of `.js` files, its package and its text decide, as in Node. */
export function isModule(file: string, text: string): boolean {
  if (file.endsWith(".cjs")) return false;
  if (!file.endsWith(".js")) return true;
  return packageType(path.dirname(file)) === "module" || parseSync(file, text).module.hasModuleSyntax;
}

function packageType(folder: string): string | undefined {
  const file = path.join(folder, "package.json");
  if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { type?: string }).type;
  return folder === path.dirname(folder) ? undefined : packageType(path.dirname(folder));
}

/** Files below the working folder are shown relative to it. */
function displayName(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
