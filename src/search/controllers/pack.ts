/** Numbers of a controller as JSON holds them: float64 as a list, float32, of which there are ten thousands, in base64. */
import { say } from "../../base/say.js";

export type Packed = readonly number[] | string;

export const pack = (values: Float32Array | Float64Array): Packed =>
  values instanceof Float64Array
    ? [...values]
    : Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");

/** @throws RangeError for numbers that are not as many, or of another kind */
export function unpack(caller: string, packed: unknown, into: Float32Array | Float64Array): void {
  if (into instanceof Float64Array ? Array.isArray(packed) : typeof packed === "string") {
    const values =
      typeof packed === "string" ? floats(packed) : Float64Array.from(packed as readonly number[]);
    if (values?.length === into.length && values.every(Number.isFinite)) return into.set(values);
  }
  throw new RangeError(
    `${caller}: expected a state with ${into.length} numbers, as many as this controller has on this space, got ${say(packed)}; start it with the settings and the space that it was of`,
  );
}

function floats(packed: string): Float32Array | undefined {
  const bytes = Uint8Array.from(Buffer.from(packed, "base64"));
  return bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : undefined;
}
