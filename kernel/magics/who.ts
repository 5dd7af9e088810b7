/** `%who`: the notebook's variables. */

import { inspect } from "node:util";
import type { EvaluatorMagic } from "./magic.js";

export const who: EvaluatorMagic = {
  name: "who",
  line: { usage: "%who", summary: "Lists the variables of the notebook with their types and values." },
  runs: "evaluator",
  start:
    ({ variables }) =>
    () =>
      console.log(describeVariables(variables())),
};

const MAX_VALUE = 60;

/** One line a variable: name, type, and the beginning of its value. */
function describeVariables(variables: readonly (readonly [string, unknown])[]): string {
  if (variables.length === 0) return "no variables";
  const rows = variables.map(([name, value]) => [name, typeName(value), valueText(value)] as const);
  const names = Math.max(...rows.map(([name]) => name.length));
  const types = Math.max(...rows.map(([, type]) => type.length));
  return rows
    .map(([name, type, value]) => `${name.padEnd(names)}  ${type.padEnd(types)}  ${value}`.trimEnd())
    .join("\n");
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") {
    return Function.prototype.toString.call(value).startsWith("class") ? "class" : "function";
  }
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return `Array(${value.length})`;
  return value.constructor?.name || "Object";
}

function valueText(value: unknown): string {
  if (typeof value === "function") return "";
  const limits = { depth: 1, breakLength: Infinity, maxArrayLength: 10, maxStringLength: MAX_VALUE };
  const line = inspect(value, limits).replace(/\s+/g, " ");
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE - 1)}…` : line;
}
