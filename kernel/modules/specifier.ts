/** What may stand for a module in `import(…)`, and what other programs import that this one does not. */

/**
 * A specifier as text.
 *
 * @param asked what was called, for the error's text
 * @throws TypeError for what only stands for a module by mistake: a number, a list, an object without a text of its own
 */
export function specifierOf(value: unknown, asked = "import"): string {
  if (typeof value === "string") return value;
  // URLs, strings as objects, what has a text of its own.
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // oxlint-disable-next-line typescript/no-base-to-string -- asked for in the next line
  const text = isObject ? String(value) : undefined;
  if (text !== undefined && !text.startsWith("[object ")) return text;
  throw new TypeError(
    `${asked}: expected the name of a package or the path of a file, got ${kindOf(value, text)}`,
  );
}

function kindOf(value: unknown, text: string | undefined): string {
  if (value === undefined || value === null) return String(value);
  if (text !== undefined) return text === "[object Object]" ? "an object" : `an object, ${text}`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return `the ${typeof value} ${value as number | bigint | boolean}`;
}

const OTHERS = /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(@[^/]*)?(\/.*)?$/;
const SUPPORTED = /^(?:file|data|node):/;

/** Thrown for a URL that modules are not loaded from. */
export class UnsupportedImportError extends Error {
  readonly code = "ERR_UNSUPPORTED_ESM_URL_SCHEME";
}

/**
 * @param specifier a URL
 * @throws UnsupportedImportError for one of a scheme that Node does not load, with what is done here instead
 */
export function checkScheme(specifier: string): void {
  if (SUPPORTED.test(specifier)) return;
  throw new UnsupportedImportError(`Cannot import "${specifier}": ${instead(specifier)}`);
}

function instead(specifier: string): string {
  const [, registry, name = "", version = "", path = ""] = OTHERS.exec(specifier) ?? [];
  if (registry === "npm") {
    return `packages are installed first and imported by their names: %npm install ${name}${version}, then import … from "${name}${path}"`;
  }
  if (registry === "jsr") {
    const there = `@jsr/${name.replace(/^@/, "").replace("/", "__")}`;
    return `packages are installed first and imported by their names: %npm install ${name}@npm:${there}${version} --@jsr:registry=https://npm.jsr.io, then import … from "${name}${path}"`;
  }
  if (/^https?:/.test(specifier)) {
    return "code is not loaded over the network; install its package with %npm install …, or save it to a file and import that";
  }
  const scheme = specifier.slice(0, specifier.indexOf(":") + 1);
  return `expected the name of a package, the path of a file, or a URL of file:, data: or node:, got one of ${scheme}`;
}
