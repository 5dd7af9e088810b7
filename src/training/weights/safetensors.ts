/**
 * The safetensors format (huggingface.co/docs/safetensors): eight bytes with the length of the header, little-endian;
 * the header, JSON with each tensor's dtype, shape and place; the tensors' bytes, little-endian and row-major.
 *
 * Read and written here because the format is these few lines: PyTorch, timm and TensorFlow read it without running
 * code from the file, as pickles do.
 */
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

/**
 * Weights as the bytes of a safetensors file, float32.
 *
 * @param metadata texts to keep with them
 */
export function encodeSafetensors(
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = { ...metadata };
  let size = 0;
  for (const [name, { shape, values }] of weights) {
    const end = size + values.length * 4;
    header[name] = { dtype: "F32", shape, data_offsets: [size, end] };
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

/**
 * Reads the bytes of a safetensors file. Half-precision and double tensors become float32.
 *
 * @param from names the bytes in errors
 * @throws WeightsError if they are not a safetensors file, or hold other than floating-point tensors
 */
export function decodeSafetensors(bytes: Uint8Array, from = "the file"): SafetensorsContent {
  const fail = (problem: string, cause?: unknown): never => {
    throw new WeightsError(`decodeSafetensors: ${from} is no safetensors file: ${problem}`, { cause });
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8) fail(`expected at least 8 bytes, got ${buffer.length}`);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > MAX_HEADER || 8 + length > buffer.length) {
    fail(`its header should be ${length} bytes long, the file has ${buffer.length}`);
  }
  let header: Record<string, Entry | Record<string, string>> = {};
  try {
    header = JSON.parse(buffer.toString("utf8", 8, 8 + length));
  } catch (error) {
    fail(`its header is not JSON (${(error as Error).message})`, error);
  }
  const data = buffer.subarray(8 + length);
  const weights = new Map<string, Weight>();
  let metadata = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") metadata = entry;
    else if (!COUNTER.test(name)) weights.set(name, decodeTensor(name, entry as Entry, data, fail));
  }
  return { weights, metadata };
}

/** Bytes an element, and how one is read. */
const decoders: Readonly<Record<string, readonly [size: number, read: (b: Buffer, at: number) => number]>> = {
  F32: [4, (b, at) => b.readFloatLE(at)],
  F64: [8, (b, at) => b.readDoubleLE(at)],
  F16: [2, (b, at) => halfToNumber(b.readUInt16LE(at))],
  BF16: [2, (b, at) => bfloatToNumber(b.readUInt16LE(at))],
};

function decodeTensor(name: string, entry: Entry, data: Buffer, fail: (problem: string) => never): Weight {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (
    !Array.isArray(shape) ||
    !shape.every(isNatural) ||
    !Array.isArray(offsets) ||
    !offsets.every(isNatural)
  ) {
    fail(`"${name}" has no shape and place, but ${JSON.stringify(entry)}`);
  }
  if (!Object.hasOwn(decoders, dtype)) {
    const known = Object.keys(decoders).join(", ");
    throw new WeightsError(
      `decodeSafetensors: "${name}": expected a dtype among ${known}, got ${dtype}; convert it before saving`,
    );
  }
  const [bytes, read] = decoders[dtype];
  const size = shape.reduce((product, n) => product * n, 1);
  const [begin, end] = offsets;
  if (end - begin !== size * bytes || end > data.length) {
    const needs = `${dtype} [${shape.join(", ")}] needs ${size * bytes} bytes`;
    fail(`"${name}" lies at ${begin} to ${end} of ${data.length} bytes, where ${needs}`);
  }
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = read(data, begin + i * bytes);
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
