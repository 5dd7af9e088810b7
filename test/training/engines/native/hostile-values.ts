/** What a caller might pass instead of what a native function asks for. */
import type { DatasetHandle, ModelHandle } from "../../../../src/training/engines/torch/addon.js";

export interface Handles {
  readonly model: ModelHandle;
  readonly freed: ModelHandle;
  readonly dataset: DatasetHandle;
}

function detached(): Float32Array {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

function shrunk(): Float32Array {
  // Of ES2024, which the library's target does not have.
  const Resizable = ArrayBuffer as unknown as new (
    size: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(size: number): void };
  const buffer = new Resizable(64, { maxByteLength: 64 });
  const array = new Float32Array(buffer, 32);
  buffer.resize(16);
  return array;
}

/** An array of the longest length, whose elements are all missing. */
function sparse(): unknown[] {
  const array: unknown[] = [];
  array.length = 2 ** 32 - 1;
  return array;
}

/** By what they are called in a failed assertion. */
export function hostileValues({ model, freed, dataset }: Handles): ReadonlyMap<string, unknown> {
  const numbers = [
    Number.NaN,
    Infinity,
    -Infinity,
    -1,
    -0.5,
    0,
    0.5,
    1.5,
    2 ** 31,
    2 ** 32 + 1,
    2 ** 53,
    1e308,
  ];
  const float16 = (globalThis as { Float16Array?: new (length: number) => unknown }).Float16Array;
  const values: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    true: true,
    false: false,
    "−2³¹": -(2 ** 31),
    "5e-324": 5e-324,
    "1n": 1n,
    "2n ** 64n": 2n ** 64n,
    '""': "",
    "a text": "a text",
    '"meta"': "meta",
    '"cpu:7"': "cpu:7",
    '"cuda:99"': "cuda:99",
    '"cuda:-1"': "cuda:-1",
    "half a surrogate pair": "\ud800",
    "a text with a null byte": "cpu\0",
    "a long text": "x".repeat(1e6),
    "a symbol": Symbol("s"),
    "a function": () => 1,
    "{}": {},
    "an object that throws": new Proxy({}, { get: () => assertNever("get"), has: () => assertNever("has") }),
    "an object with valueOf": { valueOf: () => 1, toString: () => "cpu" },
    "an object of length 10⁹": { length: 1e9 },
    "a boxed number": Object(4),
    "[]": [],
    "[1, 2]": [1, 2],
    "[NaN, {}, null, 'x']": [Number.NaN, {}, null, "x"],
    "a sparse array": sparse(),
    "a date": new Date(0),
    "a promise": Promise.resolve(1),
    "an ArrayBuffer": new ArrayBuffer(16),
    "a SharedArrayBuffer": new SharedArrayBuffer(16),
    "a DataView": new DataView(new ArrayBuffer(16)),
    "a detached array": detached(),
    "an array beyond its shrunken buffer": shrunk(),
    "Float32Array of 0": new Float32Array(),
    "Float32Array of 5": new Float32Array(5),
    "Float32Array of NaN": new Float32Array(2).fill(Number.NaN),
    "Float32Array over shared memory": new Float32Array(new SharedArrayBuffer(20)),
    "Float64Array of 0": new Float64Array(),
    "Float64Array of 1000": new Float64Array(1000),
    "Float64Array of NaN": new Float64Array(1).fill(Number.NaN),
    "Float64Array of −1": new Float64Array(1).fill(-1),
    "Int32Array of 0": new Int32Array(),
    "Int32Array of 5": new Int32Array(5),
    "Int32Array of −1": new Int32Array(4).fill(-1),
    "Int32Array of 99": new Int32Array(4).fill(99),
    "Int32Array of 2³¹ − 1": new Int32Array(36).fill(2 ** 31 - 1),
    "Int16Array of 4": new Int16Array(4),
    "Uint8Array of 0": new Uint8Array(),
    "Uint8Array of 5": new Uint8Array(5),
    "BigInt64Array of 4": new BigInt64Array(4),
    ...(float16 && { "Float16Array of 4": new float16(4) }),
    "a model": model,
    "a dataset": dataset,
    "a model that was disposed of": freed,
    "an object before a model": Object.create(model),
    "a proxy of a model": new Proxy(model, {}),
    "a copy of a model": { ...model },
  };
  for (const number of numbers) values[`${number}`] = number;
  return new Map(Object.entries(values));
}

/** What the throwing object throws, which may come out as it is. */
export const OWN_ERROR = "the caller's own error";
function assertNever(trap: string): never {
  throw new Error(`${OWN_ERROR}: ${trap}`);
}
