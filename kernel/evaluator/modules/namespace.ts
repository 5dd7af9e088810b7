/** What modules export. */

/** A module's exports by their names. */
export type Namespace = Record<string, unknown>;

/** An export of a module; CommonJS modules may have it on their default export only. */
export function valueOf(namespace: Namespace, name: string): { value: unknown } | undefined {
  if (name in namespace) return { value: namespace[name] };
  const fallback = Object(namespace["default"]) as Namespace;
  return name in fallback ? { value: fallback[name] } : undefined;
}

/** JSON as a module. */
export function jsonNamespace(value: unknown): Namespace {
  const named = typeof value === "object" && !Array.isArray(value) ? (value as Namespace | null) : null;
  return { ...named, default: value };
}
