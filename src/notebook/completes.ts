/**
 * Which texts a function takes, said to whoever completes what a user types: a kernel asks what is called by
 * `[Symbol.for("Jupyter.completions")]`, with the field of the options that the text is in, if it is in one.
 */
const COMPLETIONS = Symbol.for("Jupyter.completions");

/** What is completed: a method's name where a method is called, and a field's where the text is in an object. */
export interface Asked {
  readonly method?: string;
  readonly field?: string;
}

/**
 * @param own what its arguments may be
 * @param fields the same of fields of its options, by name
 */
export function completes(
  fn: object,
  own: () => readonly string[],
  fields: Readonly<Record<string, () => readonly string[]>> = {},
): void {
  const value = ({ field }: Asked) => (field === undefined ? own() : fields[field]?.());
  Object.defineProperty(fn, COMPLETIONS, { value });
}

/** What a function says of itself, for one that stands in its place. */
export const completionsOf = (fn: unknown): unknown =>
  (fn as { readonly [COMPLETIONS]?: unknown } | undefined)?.[COMPLETIONS];
