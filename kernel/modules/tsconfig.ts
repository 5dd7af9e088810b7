/** The tsconfig.json that holds for a folder, as far as it changes what code means when it runs. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Node, parseSync } from "oxc-parser";
import { Source } from "../source/cell.js";
import { firstError } from "../source/cell-syntax-error.js";
import { displayName } from "../source/display-name.js";
import { FileSyntaxError } from "../source/file-syntax-error.js";
import { positionAt } from "../source/positions.js";
import { resolvePath } from "./resolve-local.js";

/** How JSX is written out, in TypeScript's words. */
export interface JsxOptions {
  jsx?: string;
  jsxImportSource?: string;
  jsxFactory?: string;
  jsxFragmentFactory?: string;
}

/** What a configuration says. */
export interface TsConfig extends JsxOptions {
  /** The file. */
  file: string;
  /** Patterns with at most one `*`, and the paths they stand for. */
  paths: readonly (readonly [string, readonly string[]])[];
  /** Where names that are no relative paths are looked up first. */
  baseUrl?: string;
  experimentalDecorators?: boolean;
}

type Options = Omit<TsConfig, "file">;

/** A configuration with the files it was read from, and their times of change. */
interface Read {
  options: Options;
  stamps: ReadonlyMap<string, number>;
}

const NAMES = ["tsconfig.json", "jsconfig.json"];

const known = new Map<string, Read>();

/**
 * The configuration of code in a folder; nothing when there is none.
 *
 * @throws FileSyntaxError when it, or what it extends, is not what it should be
 */
export function tsconfigOf(folder: string): TsConfig | undefined {
  // Packages come with the configurations they were made with.
  if (/[\\/]node_modules(?:[\\/]|$)/.test(folder)) return undefined;
  const file = nearest(folder);
  if (file === undefined) return undefined;
  let read = known.get(file);
  if (!read || [...read.stamps].some(([each, stamp]) => modified(each) !== stamp)) {
    const stamps = new Map<string, number>();
    read = { options: readOptions(file, path.dirname(file), stamps), stamps };
    known.set(file, read);
  }
  return { file, ...read.options };
}

/** The same, or nothing when it cannot be read: for those who can do without, and leave its errors to others. */
export function readableTsconfigOf(folder: string): TsConfig | undefined {
  try {
    return tsconfigOf(folder);
  } catch {
    return undefined;
  }
}

/** The file that a specifier means by the configuration's `paths` and `baseUrl`. */
export function aliased(specifier: string, { paths, baseUrl }: TsConfig): string | undefined {
  return aliasedPaths(specifier, { paths, ...(baseUrl !== undefined && { baseUrl }) })
    .map(each => resolvePath(each))
    .find(each => each !== undefined);
}

/** The paths, to be tried in their order, that a specifier stands for. */
export function aliasedPaths(
  specifier: string,
  { paths, baseUrl }: Pick<TsConfig, "paths" | "baseUrl">,
): string[] {
  const fitting = paths
    .map(([pattern, targets]) => ({ pattern, targets, star: matched(pattern, specifier) }))
    .filter(({ star }) => star !== undefined)
    // The exact name counts before patterns, and of these the one with the longest beginning.
    .toSorted((a, b) => rank(b.pattern) - rank(a.pattern));
  const targets = (fitting[0]?.targets ?? []).map(target =>
    target.replace("*", () => fitting[0]?.star ?? ""),
  );
  return baseUrl === undefined ? targets : [...targets, path.resolve(baseUrl, specifier)];
}

/** What the `*` of a pattern stands for; empty for a pattern without one. */
function matched(pattern: string, specifier: string): string | undefined {
  const [head = "", tail] = pattern.split("*");
  if (tail === undefined) return pattern === specifier ? "" : undefined;
  if (specifier.length < head.length + tail.length) return undefined;
  if (!specifier.startsWith(head) || !specifier.endsWith(tail)) return undefined;
  return specifier.slice(head.length, specifier.length - tail.length);
}

function rank(pattern: string): number {
  const star = pattern.indexOf("*");
  return star < 0 ? Number.POSITIVE_INFINITY : star;
}

function nearest(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = NAMES.map(name => path.join(at, name)).find(each => existsSync(each));
    if (found !== undefined || at === path.dirname(at)) return found;
  }
}

/** @param root folder of the configuration that extends the others, which `${configDir}` means */
function readOptions(
  file: string,
  root: string,
  stamps: Map<string, number>,
  above: readonly string[] = [],
): Options {
  stamps.set(file, modified(file));
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  const fail = (message: string, offset = 0): never => {
    const source = new Source({ label: displayName(file), source: text, maps: () => [] });
    throw new FileSyntaxError(message, source, positionAt(text, offset));
  };
  if (above.includes(file)) return fail("this configuration extends itself");
  const { extends: base = [], compilerOptions = {} } = fields(relaxedJson(text, fail));
  let options: Options = { paths: [] };
  for (const each of Array.isArray(base) ? base : [base]) {
    const from = extended(String(each), path.dirname(file));
    if (from === undefined) return fail(`cannot find "${String(each)}", which this configuration extends`);
    options = { ...options, ...readOptions(from, root, stamps, [...above, file]) };
  }
  return { ...options, ...ownOptions(fields(compilerOptions), path.dirname(file), root) };
}

function ownOptions(options: Record<string, unknown>, folder: string, root: string): Partial<Options> {
  const own: Partial<Options> = {};
  const absolute = (each: string, from: string) => path.resolve(from, each.replace("${configDir}", root));
  for (const name of ["jsx", "jsxImportSource", "jsxFactory", "jsxFragmentFactory"] as const) {
    const value = options[name];
    if (typeof value === "string") own[name] = value;
  }
  const { baseUrl, paths, experimentalDecorators } = options;
  if (typeof experimentalDecorators === "boolean") own.experimentalDecorators = experimentalDecorators;
  if (typeof baseUrl === "string") own.baseUrl = absolute(baseUrl, folder);
  if (paths !== undefined) {
    const from = own.baseUrl ?? folder;
    own.paths = Object.entries(fields(paths)).map(
      ([pattern, targets]) =>
        [pattern, (Array.isArray(targets) ? targets : []).map(each => absolute(String(each), from))] as const,
    );
  }
  return own;
}

/** The configuration that `extends` names. */
function extended(specifier: string, folder: string): string | undefined {
  if (/^\.{0,2}\//.test(specifier)) {
    const base = path.resolve(folder, specifier);
    return [base, `${base}.json`].find(each => existsSync(each) && statSync(each).isFile());
  }
  const { resolve } = createRequire(path.join(folder, "tsconfig.cjs"));
  for (const each of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      const found = resolve(each);
      if (found.endsWith(".json")) return found;
    } catch {
      // The next may be there.
    }
  }
  return undefined;
}

/** JSON with comments and commas at ends is an expression of JavaScript, of which nothing but literals is taken. */
function relaxedJson(text: string, fail: (message: string, offset?: number) => never): unknown {
  if (text.trim() === "") return {};
  const { program, errors } = parseSync("tsconfig.js", `(${text}\n)`, { lang: "js" });
  const error = firstError(errors);
  const [statement] = program.body;
  if (error || statement?.type !== "ExpressionStatement") {
    return fail(error?.message ?? "expected an object", (error?.labels[0]?.start ?? 1) - 1);
  }
  const read = (node: Node): unknown => {
    switch (node.type) {
      case "ParenthesizedExpression":
        return read(node.expression);
      case "Literal":
        return node.value;
      case "ArrayExpression":
        return node.elements.map(each => (each ? read(each) : undefined));
      case "ObjectExpression":
        return Object.fromEntries(
          node.properties.map(each => {
            const isPair = each.type === "Property" && each.key.type === "Literal";
            if (!isPair) return fail("expected a name in quotes", each.start - 1);
            return [String((each.key as { value: unknown }).value), read(each.value)];
          }),
        );
      case "UnaryExpression":
        return -Number(read(node.argument));
      default:
        return fail("expected a value of JSON", node.start - 1);
    }
  };
  return read(statement.expression);
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
