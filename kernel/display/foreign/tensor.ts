/** Tensors, of whatever library: recognised by `shape` and `dtype`, shown as NumPy shows arrays. */

import type { Form } from "../form.js";
import { className, hasMethods, isListOf, peek } from "./look.js";
import { type Extent, HINT } from "../plain.js";

export const tensor: Form = {
  name: "tensor",
  show: (value, extent) => {
    const text = tensorText(value, extent);
    return text === undefined ? undefined : { "text/plain": text };
  },
};

/** More elements than these are not all shown: of every axis only so many at both ends. */
const MAX_ELEMENTS = 1000;
const EDGE = 3;

type Numbers = ArrayLike<number | bigint | boolean | string>;

interface Tensor {
  shape: readonly number[];
  dtype: string;
}

/** The text of a tensor, or nothing when a value is none. */
function tensorText(value: object, { full = false }: Extent = {}): string | undefined {
  if (!isTensor(value)) return undefined;
  const { shape, dtype } = value;
  const title = `${nameOf(value)} ${dtype} [${shape.join(", ")}]`;
  const data = read(value);
  if (typeof data === "string") return `${title} (${data})`;
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length < size) return `${title} (${data.length} of ${size} elements are there)`;
  if (size === 0) return `${title} []`;
  const edge = full || size <= MAX_ELEMENTS ? Infinity : EDGE;
  const format = formatter(data, shape, edge);
  const body = rows(data, shape, { axis: 0, offset: 0, edge, format });
  return `${title}\n${body}${edge === Infinity ? "" : `\n… cut; ${HINT}`}`;
}

const isLength = (length: unknown): boolean => Number.isInteger(length) && (length as number) >= 0;

function isTensor(value: object): value is Tensor {
  const shape = peek(value, "shape");
  if (typeof peek(value, "dtype") !== "string" || !isListOf(shape, isLength)) return false;
  return ["dataSync", "data", "values"].some(name => name in value);
}

function nameOf(value: object): string {
  const name = className(value);
  return name === "" || name === "Object" ? "Tensor" : name;
}

/** The elements in row-major order, or why there are none. */
function read(value: object): Numbers | string {
  try {
    if (hasMethods(value, "dataSync")) return (value as { dataSync(): Numbers }).dataSync();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const numbers = ["data", "values"]
    .map(key => peek(value, key))
    .find(each => ArrayBuffer.isView(each) || Array.isArray(each));
  return numbers === undefined ? "its elements cannot be read at once" : (numbers as Numbers);
}

interface Place {
  axis: number;
  offset: number;
  edge: number;
  format: (element: Numbers[number]) => string;
}

function rows(data: Numbers, shape: readonly number[], { axis, offset, edge, format }: Place): string {
  const length = shape[axis];
  if (length === undefined) return format(data[offset] ?? 0);
  const stride = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
  const last = axis === shape.length - 1;
  const items = shownIndices(length, edge).map(index =>
    index === undefined
      ? "…"
      : rows(data, shape, { axis: axis + 1, offset: offset + index * stride, edge, format }),
  );
  // Rows stand below each other, and higher axes apart, as NumPy prints them.
  const gap = last ? ", " : `,${"\n".repeat(shape.length - 1 - axis)}${" ".repeat(axis + 1)}`;
  return `[${items.join(gap)}]`;
}

/** The indices of an axis that are shown; nothing stands for a gap. */
function shownIndices(length: number, edge: number): (number | undefined)[] {
  if (length <= 2 * edge) return Array.from({ length }, (_, i) => i);
  const ends = (from: number) => Array.from({ length: edge }, (_, i) => from + i);
  return [...ends(0), undefined, ...ends(length - edge)];
}

/** Formats all elements alike: to the same width, fractions to the same number of digits. */
function formatter(data: Numbers, shape: readonly number[], edge: number): Place["format"] {
  const seen: Numbers[number][] = [];
  const collect = (axis: number, offset: number): void => {
    const length = shape[axis];
    if (length === undefined) {
      seen.push(data[offset] ?? 0);
      return;
    }
    const stride = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    for (const index of shownIndices(length, edge))
      if (index !== undefined) collect(axis + 1, offset + index * stride);
  };
  collect(0, 0);
  const numbers = seen.filter(each => typeof each === "number");
  const text = numberText(numbers);
  const one = (element: Numbers[number]): string =>
    typeof element === "number"
      ? text(element)
      : typeof element === "string"
        ? JSON.stringify(element)
        : String(element);
  const width = seen.reduce<number>((widest, each) => Math.max(widest, one(each).length), 0);
  return element => one(element).padStart(width);
}

const DIGITS = 4;

function numberText(numbers: readonly number[]): (value: number) => string {
  const finite = numbers.filter(Number.isFinite);
  if (finite.every(Number.isInteger)) return String;
  const sizes = finite.filter(value => value !== 0).map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const wide = largest >= 1e6 || smallest < 1e-4 || largest / smallest > 1e6;
  if (wide) return value => (Number.isFinite(value) ? value.toExponential(DIGITS) : String(value));
  return value => (Number.isFinite(value) ? value.toFixed(DIGITS) : String(value));
}
