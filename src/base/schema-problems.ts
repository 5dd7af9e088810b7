/** What a Zod schema finds wrong with data that people write, in words: `n: expected a number > 0, got 0`. */
import type * as z from "zod";
import { sayData } from "./say.js";

/** Problems that are said: a list of a million faults is one fault. */
export const MOST_PROBLEMS = 20;

/** What is shown of a value, at most. */
const SHOWN = 80;

/** What was expected where a schema does not say it in its own words: an error map for `safeParse`. */
export const expectation: z.core.$ZodErrorMap = issue => {
  if (issue.code === "invalid_type") return `expected ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `expected ${oneOf(issue.values)}`;
  if (issue.code === "invalid_union" && Array.isArray(issue.options))
    return `expected ${oneOf(issue.options)}`;
  if (issue.code === "too_small")
    return bounded(issue.origin, issue.minimum, issue.inclusive ? "≥" : ">", "least");
  if (issue.code === "too_big")
    return bounded(issue.origin, issue.maximum, issue.inclusive ? "≤" : "<", "most");
  return undefined;
};

/** The data as the schema gives it, or what is wrong with each of its fields. */
export function parseBy<T extends z.ZodType>(
  schema: T,
  data: unknown,
): { readonly data: z.output<T> } | { readonly problems: readonly string[] } {
  const parsed = schema.safeParse(data, { error: expectation });
  if (parsed.success) return { data: parsed.data };
  const { issues } = parsed.error;
  const problems = issues.slice(0, MOST_PROBLEMS).map(issue => problem(issue, data));
  const more = issues.length - problems.length;
  return { problems: more > 0 ? [...problems, `and ${more} more`] : problems };
}

function problem(issue: z.core.$ZodIssue, data: unknown): string {
  const { path, message } = issue;
  if (issue.code === "unrecognized_keys") {
    return `${[...path, issue.keys.join(", ")].join(".")}: no such field; take it out, or check its spelling`;
  }
  const said = path.length === 0 ? message : `${path.join(".")}: ${message}`;
  if (message.includes(", got ")) return said;
  const came = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], data);
  const text = came === undefined ? "nothing" : sayData(came);
  return `${said}, got ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}

const kinds: Readonly<Record<string, string>> = {
  int: "an integer",
  number: "a number",
  string: "a text",
  object: "an object",
  record: "an object",
  array: "an array",
  tuple: "an array",
};

function oneOf(values: readonly unknown[]): string {
  const known = values.map(value => JSON.stringify(value));
  return known.length === 1 ? known[0] : `one of ${known.join(", ")}`;
}

function bounded(origin: string, bound: number | bigint, sign: string, extreme: string): string {
  if (origin === "array") return `expected an array of at ${extreme} ${bound}`;
  if (origin === "string") return `expected a text of at ${extreme} ${bound} characters`;
  return `expected a number ${sign} ${bound}`;
}
