/** The part of Python that genotypes are written in: texts, numbers, lists, tuples, dictionaries, `range(a, b)` and `Name(part=value, …)`. */
import { say } from "../../../base/say.js";

/** A value: tuples are lists, dictionaries and calls with named parts are objects. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | { readonly [part: string]: PythonValue };

/** More brackets inside each other than any genotype has. */
const MOST_DEPTH = 20;
/** Numbers that a range stands for at most. */
const MOST_IN_RANGE = 1000;

const tokens =
  /\s*(?:#[^\n]*\n\s*)*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[A-Za-z_][\w.]*|[[\](){},=:])/y;

/**
 * Reads one value; what is assigned to a name, `DARTS_V2 = Genotype(…)`, is the value.
 *
 * @param fail makes the error, of what was expected and what came
 */
export function readPython(text: string, fail: (what: string) => Error): PythonValue {
  let at = 0;
  let depth = 0;
  const where = () => `at character ${at + 1}`;
  const peek = (): string | undefined => {
    tokens.lastIndex = at;
    return tokens.exec(text)?.[1];
  };
  const next = (): string => {
    const token = peek();
    if (token === undefined) {
      const rest = text.slice(at).trim();
      throw fail(
        `${where()}: expected a value or a bracket, got ${rest === "" ? "the end of the text" : say(rest.slice(0, 20))}`,
      );
    }
    at = tokens.lastIndex;
    return token;
  };
  const expect = (wanted: string): void => {
    const before = where();
    const token = next();
    if (token !== wanted) throw fail(`${before}: expected ${say(wanted)}, got ${say(token)}`);
  };
  /** What stands between an opening and a closing bracket, one after the other. */
  const until = (closing: string, one: () => void): void => {
    if (++depth > MOST_DEPTH) throw fail(`${where()}: more than ${MOST_DEPTH} brackets inside each other`);
    while (peek() !== closing) {
      one();
      if (peek() === closing) break;
      expect(",");
    }
    expect(closing);
    depth--;
  };
  const value = (): PythonValue => {
    const before = where();
    const token = next();
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (/^-?\d/.test(token)) return Number(token);
    if (token === "[" || token === "(") {
      const list: PythonValue[] = [];
      until(token === "[" ? "]" : ")", () => list.push(value()));
      return list;
    }
    if (token === "{")
      return named("}", ":", () => {
        const key = value();
        if (typeof key === "string") return key;
        throw fail(`${before}: expected texts as keys, got ${say(key)}`);
      });
    if (token === "None") return null;
    if (token === "True" || token === "False") return token === "True";
    if (!/^[A-Za-z_]/.test(token)) throw fail(`${before}: expected a value, got ${say(token)}`);
    if (peek() === "=") {
      next();
      return value();
    }
    expect("(");
    return token === "range" || token === "list" ? call(token, before) : named(")", "=", next);
  };
  const named = (closing: string, between: string, key: () => string): PythonValue => {
    const parts = new Map<string, PythonValue>();
    until(closing, () => {
      const before = where();
      const name = key();
      if (parts.has(name)) throw fail(`${before}: ${say(name)} is given twice`);
      expect(between);
      parts.set(name, value());
    });
    return Object.fromEntries(parts);
  };
  const call = (name: string, before: string): PythonValue => {
    const given: PythonValue[] = [];
    until(")", () => given.push(value()));
    if (name === "list" && given.length === 1) return given[0];
    const [low, high] = given.length === 1 ? [0, given[0]] : given;
    const isRange = given.length <= 2 && Number.isInteger(low) && Number.isInteger(high);
    if (!isRange || (high as number) - (low as number) > MOST_IN_RANGE) {
      throw fail(
        `${before}: expected range(low, high) with two integers, got ${name}(${given.map(say).join(", ")})`,
      );
    }
    const count = Math.max(0, (high as number) - (low as number));
    return Array.from({ length: count }, (_, i) => (low as number) + i);
  };
  const whole = value();
  const rest = text
    .slice(at)
    .replace(/#[^\n]*/g, "")
    .trim();
  if (rest !== "") throw fail(`${where()}: expected the end of the text, got ${say(rest.slice(0, 20))}`);
  return whole;
}
