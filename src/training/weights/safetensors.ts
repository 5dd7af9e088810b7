/**
 * The safetensors format (huggingface.co/docs/safetensors): eight bytes with the length of the header, little-endian;
 * the header, JSON with each tensor's dtype, shape and place; the tensors' bytes, little-endian and row-major.
 *
 * Read and written here because the format is these few lines: PyTorch, timm and TensorFlow read it without running
 * code from the file, as pickles do.
 */
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import type { Weight, Weights } from "../engine.js";
import { WeightsError } from "./weights.js";

/** A header entry: the tensor's bytes are [begin, end) of what follows the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** What a file holds. */
export interface SafetensorsContent {
  readonly weights: Weights;
  /** The file's own notes, texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The largest header that the reference implementation accepts, bytes. */
const MAX_HEADER = 100_000_000;

/** PyTorch counts batches in each normalisation; it is no weight, and not kept. */
const COUNTER = /\.num_batches_tracked$/;

/** What a file may not call a tensor: the header keeps its own notes there. */
const METADATA = "__metadata__";

/**
 * Weights as the bytes of a safetensors file, float32.
 *
 * @param metadata texts to keep with them
 * @throws WeightsError for what no reader takes: metadata that are not texts, a shape that is not of whole numbers, as
 *   many values as it does not have, half a character in a name or text, a tensor called `__metadata__`
 * @example
 * ```ts
 * const weights = new Map([["fc.bias", { shape: [2], values: new Float32Array([0.5, -0.5]) }]]);
 * const bytes = encodeSafetensors(weights, { source: "by hand" });
 * Array.from(decodeSafetensors(bytes).weights.get("fc.bias")!.values); // => [0.5, -0.5]
 * ```
 */
export function encodeSafetensors(
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkEncodable(weights, metadata);
  // Without a prototype: a tensor may have any name.
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header[METADATA] = { ...metadata };
  let size = 0;
  for (const [name, { shape, values }] of weights) {
    const end = size + values.length * 4;
    header[name] = { dtype: "F32", shape: [...shape], data_offsets: [size, end] };
    size = end;
  }
  // Spaces after the JSON bring the data to a multiple of eight, as the reference implementation writes it.
  const unpadded = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(unpadded.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length + size, " ", "latin1");
  bytes.writeBigUInt64LE(BigInt(length), 0);
  unpadded.copy(bytes, 8);
  let at = 8 + length;
  for (const { values } of weights.values()) {
    for (const value of values) at = bytes.writeFloatLE(value, at);
  }
  return bytes;
}

function checkEncodable(weights: Weights, metadata: unknown): void {
  const fail = (problem: string): never => {
    throw new WeightsError(`encodeSafetensors: ${problem}`);
  };
  if (!(weights instanceof Map)) fail(`expected weights, a Map of tensors by name, got ${say(weights)}`);
  if (!isObject(metadata) || Array.isArray(metadata))
    fail(`expected metadata as texts by name, got ${say(metadata)}`);
  for (const [key, text] of Object.entries(metadata as object)) {
    if (typeof text !== "string")
      fail(`metadata ${say(key)} must be a text, got ${say(text)}; JSON.stringify() makes one`);
    if (HALF.test(key) || HALF.test(text))
      fail(
        `metadata ${say(key)} must be Unicode, got half a character in ${say(HALF.test(key) ? key : text)}`,
      );
  }
  for (const [name, tensor] of weights as ReadonlyMap<unknown, Weight>) {
    if (typeof name !== "string" || name === METADATA)
      fail(`a tensor must have a name other than "${METADATA}", got ${say(name)}; call it something else`);
    if (HALF.test(name as string))
      fail(`a tensor's name must be Unicode, got half a character in ${say(name)}`);
    if (!isObject(tensor) || !Array.isArray(tensor.shape) || !(tensor.values instanceof Float32Array))
      fail(`${say(name)} must be { shape, values }, values as a Float32Array, got ${say(tensor)}`);
    if (!holdsForAll(tensor.shape, isNatural))
      fail(`${say(name)} must have a shape of whole numbers, got ${say(tensor.shape)}`);
    const size = sizeOf(tensor.shape);
    if (size !== tensor.values.length)
      fail(
        `${say(name)} of shape ${say(tensor.shape)} must have ${size} values, got ${tensor.values.length}`,
      );
  }
}

/** Half of a pair of UTF-16: JSON can say it, and readers in other languages reject it. */
const HALF = /\p{Surrogate}/u;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/**
 * Reads the bytes of a safetensors file. Half-precision and double tensors become float32.
 *
 * @param from names the bytes in errors
 * @throws WeightsError if they are not a safetensors file, or hold other than floating-point tensors; as the reference
 *   implementation, it takes no overlaps, holes or bytes behind the last tensor
 * @example
 * ```ts
 * const weights = new Map([["fc.bias", { shape: [2], values: new Float32Array([0.5, -0.5]) }]]);
 * decodeSafetensors(encodeSafetensors(weights, { source: "by hand" })).metadata; // => { source: "by hand" }
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, from = "the file"): SafetensorsContent {
  const fail = (problem: string, cause?: unknown): never => {
    throw new WeightsError(`decodeSafetensors: ${from} is no safetensors file: ${problem}`, { cause });
  };
  if (!(bytes instanceof Uint8Array)) {
    throw new WeightsError(
      `decodeSafetensors: expected the bytes of a file, got ${say(bytes)}; loadWeights reads one`,
    );
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8) fail(`expected at least 8 bytes, got ${buffer.length}`);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > MAX_HEADER || 8 + length > buffer.length) {
    fail(`its header should be ${length} bytes long, the file has ${buffer.length}`);
  }
  const header = readHeader(buffer.toString("utf8", 8, 8 + length), fail);
  const data = buffer.subarray(8 + length);
  const weights = new Map<string, Weight>();
  let metadata: Record<string, string> = {};
  const places: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of header) {
    if (name === METADATA) metadata = readMetadata(entry, fail);
    else places.push({ name, ...placeOf(name, entry, data, fail) });
  }
  checkPlaces(places, data.length, fail);
  // After the places: tensors that share bytes would take more memory than the file has.
  for (const { name } of places) {
    if (!COUNTER.test(name)) weights.set(name, decodeTensor(header.get(name) as Entry, data));
  }
  return { weights, metadata };
}

type Fail = (problem: string, cause?: unknown) => never;

function readHeader(text: string, fail: Fail): Map<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    return fail(`its header is not JSON (${(error as Error).message})`, error);
  }
  if (!isObject(header) || Array.isArray(header))
    return fail(`its header must be an object, got ${say(header)}`);
  return new Map(Object.entries(header));
}

function readMetadata(entry: unknown, fail: Fail): Record<string, string> {
  const texts =
    isObject(entry) && !Array.isArray(entry) && Object.values(entry).every(v => typeof v === "string");
  return texts
    ? (entry as Record<string, string>)
    : fail(`its ${METADATA} must be texts by name, got ${say(entry)}`);
}

/** Every byte behind the header belongs to one tensor. */
function checkPlaces(
  places: readonly { readonly name: string; readonly begin: number; readonly end: number }[],
  size: number,
  fail: Fail,
): void {
  let at = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) fail(`${say(name)} at ${begin} overlaps the tensor before it, which ends at ${at}`);
    if (begin > at) fail(`bytes ${at} to ${begin}, before ${say(name)}, belong to no tensor`);
    at = end;
  }
  if (at !== size) fail(`bytes ${at} to ${size}, behind the last tensor, belong to none`);
}

/** Bytes an element, and how one is read. */
const decoders: Readonly<Record<string, readonly [size: number, read: (b: Buffer, at: number) => number]>> = {
  F32: [4, (b, at) => b.readFloatLE(at)],
  F64: [8, (b, at) => b.readDoubleLE(at)],
  F16: [2, (b, at) => halfToNumber(b.readUInt16LE(at))],
  BF16: [2, (b, at) => bfloatToNumber(b.readUInt16LE(at))],
};

/** Bytes an element of the types that are no weights: where they lie is checked all the same. */
const others: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  I64: 8,
  U64: 8,
};

/** Where a tensor lies, checked against its shape. */
function placeOf(name: string, entry: unknown, data: Buffer, fail: Fail): { begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (isObject(entry) ? entry : {}) as Partial<Entry>;
  if (
    !Array.isArray(shape) ||
    !shape.every(isNatural) ||
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isNatural)
  ) {
    return fail(
      `${say(name)} has no shape and place, but ${isObject(entry) ? shortJson(entry) : say(entry)}`,
    );
  }
  const counter = COUNTER.test(name) && typeof dtype === "string" && Object.hasOwn(others, dtype);
  if (!counter && (typeof dtype !== "string" || !Object.hasOwn(decoders, dtype))) {
    const known = Object.keys(decoders).join(", ");
    throw new WeightsError(
      `decodeSafetensors: ${say(name)}: expected a dtype among ${known}, got ${typeof dtype === "string" ? dtype : say(dtype)}; convert it before saving`,
    );
  }
  const needed = sizeOf(shape) * (counter ? others[dtype] : decoders[dtype][0]);
  const [begin, end] = offsets as [number, number];
  if (end - begin !== needed || end > data.length) {
    const needs = `${dtype} [${shape.join(", ")}] needs ${needed} bytes`;
    fail(`${say(name)} lies at ${begin} to ${end} of ${data.length} bytes, where ${needs}`);
  }
  return { begin, end };
}

/** What a header says of a tensor, cut: it may be nested deeper than JSON.stringify goes. */
function shortJson(entry: object): string {
  try {
    return JSON.stringify(entry).slice(0, 200);
  } catch {
    return say(entry);
  }
}

function decodeTensor({ dtype, shape, data_offsets: [begin] }: Entry, data: Buffer): Weight {
  const [bytes, read] = decoders[dtype];
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = read(data, begin + i * bytes);
  return { shape, values };
}

const isNatural = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** IEEE 754 binary16: one sign bit, five of exponent, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
