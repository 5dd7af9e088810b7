/** Checks of what stands behind `with`, for modules that Node's own loader does not see, in its words. */

type Attributes = Readonly<Record<string, unknown>>;

/**
 * @param url of the module
 * @param isJson whether it is JSON, which may be imported with and without saying so
 * @throws TypeError when an attribute is not known, or does not fit the module
 */
export function checkAttributes(attributes: Attributes | undefined, url: string, isJson: boolean): void {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key !== "type" || value !== "json") {
      throw coded(
        "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
        `Import attribute "${key}" with value "${String(value)}" is not supported in ${url}`,
      );
    }
    if (!isJson)
      throw coded("ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE", `Module "${url}" is not of type "json"`);
  }
}

/** The attributes in the options of `import(…)`. @throws TypeError, as V8 does, when they are none */
export function attributesOf(options: unknown): Record<string, string> | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) {
    throw new TypeError("The second argument to import() must be an object");
  }
  const { with: attributes } = options as { with?: unknown };
  if (attributes === undefined) return undefined;
  if (typeof attributes !== "object" || attributes === null) {
    throw new TypeError("The 'with' option must be an object");
  }
  for (const value of Object.values(attributes)) {
    if (typeof value !== "string") throw new TypeError("Import attribute value must be a string");
  }
  return attributes as Record<string, string>;
}

function coded(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
