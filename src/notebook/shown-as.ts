/** Plain data that shows itself as what it is, where a notebook or a console would print all its fields. */

/** How a value is shown: in words, and as HTML where a page can have more. */
export interface Shown {
  readonly text: string;
  readonly html?: string;
}

/**
 * The same value with a display: `text` in consoles and plain outputs, `html` in notebooks. Neither is a field of its data:
 * equality, JSON and copies know nothing of it.
 */
export function shownAs<T extends object>(value: T, show: (value: T) => Shown): T {
  Object.defineProperties(value, {
    [Symbol.for("Jupyter.display")]: { value: () => bundleOf(show(value)), configurable: true },
    [Symbol.for("nodejs.util.inspect.custom")]: { value: () => show(value).text, configurable: true },
  });
  return value;
}

/** As a kernel takes it. */
export const bundleOf = ({ text, html }: Shown): Record<string, string> => ({
  ...(html !== undefined && { "text/html": html }),
  "text/plain": text,
});
