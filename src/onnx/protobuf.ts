/**
 * Writing Protocol Buffers (protobuf.dev/programming-guides/encoding): as much of the format as an ONNX file needs,
 * integers from 0, floats, and fields with a length. A field is its number and wire type, then its value.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A message under construction; fields are written in the order of the calls. */
export class Message {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** An integer in [0, 2⁵³). */
  integer(field: number, value: number): this {
    return this.#tag(field, VARINT).#append(varint(value));
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#tag(field, FIXED32).#append(bytes);
  }

  /** Bytes, which are kept and not copied until `encode`. */
  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, LENGTH_DELIMITED).#append(varint(value.length)).#append(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  message(field: number, value: Message): this {
    this.#tag(field, LENGTH_DELIMITED).#append(varint(value.#length));
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  /** A field that comes once for each value. */
  messages(field: number, values: Iterable<Message>): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  /** The message's bytes. */
  encode(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  #tag(field: number, wireType: number): this {
    return this.#append(varint(field * 8 + wireType));
  }

  #append(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

/** Seven bits a byte, the least first; the top bit says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
