/** Values as JSON can say them: a front end gets numbers where a figure has a typed array. */

/** Deeper than this a specification does not go, but a cycle does. */
const MAX_DEPTH = 60;

/**
 * A copy of a value that `JSON.stringify` takes as it is: typed arrays become arrays, dates ISO text, big integers
 * numbers (text beyond what a number holds), maps objects, sets arrays; functions are left out, and what is not a
 * finite number is null.
 *
 * @throws TypeError when the value contains itself
 */
export function jsonSafe(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) {
    throw new TypeError(`json: expected at most ${MAX_DEPTH} levels; does the value contain itself?`);
  }
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      return value === null ? null : objectToJson(value, depth + 1);
    case "string":
    case "boolean":
      return value;
    default:
      return undefined;
  }
}

function objectToJson(value: object, depth: number): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return jsonSafe(Reflect.apply(toJSON, value, [""]), depth);
  const list = (items: Iterable<unknown>) => Array.from(items, item => jsonSafe(item, depth) ?? null);
  if (Array.isArray(value) || value instanceof Set) return list(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return list(value as unknown as Iterable<unknown>);
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.flatMap(([key, item]: [unknown, unknown]) => {
      const safe = jsonSafe(item, depth);
      return safe === undefined ? [] : [[String(key), safe]];
    }),
  );
}
