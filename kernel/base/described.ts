/** Values that came from outside, in a few words for an error's text. */

/** What is longer is cut. */
const SHOWN = 80;

/** A value as JSON, cut to `max` characters; whatever it is, it has a description. */
export function described(value: unknown, max: number = SHOWN): string {
  if (value === undefined) return "nothing";
  const text = json(typeof value === "string" ? value.slice(0, max + 1) : value);
  return text.length > max + 2 ? `${text.slice(0, max)}…` : text;
}

/** The message and place of anything that was thrown. */
export function describedError(thrown: unknown): string {
  if (thrown instanceof Error) return typeof thrown.stack === "string" ? thrown.stack : thrown.message;
  return described(thrown);
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // Nested too deep for JSON, or no JSON at all.
    return Array.isArray(value) ? "a list that cannot be shown" : `a value that cannot be shown`;
  }
}
