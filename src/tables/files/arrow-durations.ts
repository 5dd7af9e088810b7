/**
 * Durations in a Parquet file. Parquet has no type for them: they are integers, and only the schema of Arrow that Arrow's
 * writers (pandas, polars, R) put into the metadata says in which unit.
 */

/** Numbers of Arrow's format: the kinds of a message's header and of a field's type, and the units of a duration. */
const SCHEMA = 1;
const DURATION = 18;
const UNITS = ["seconds", "milliseconds", "microseconds", "nanoseconds"];

/**
 * The unit of each column that is a duration, or holds some, by the column's name.
 *
 * @param schema the value of `ARROW:schema`: a message in base64
 */
export function arrowDurations(schema: string): Map<string, string> {
  const bytes = Buffer.from(schema, "base64");
  const units = new Map<string, string>();
  try {
    // Behind a marker, if there is one, and the length.
    const start = bytes.readUInt32LE(0) === 0xffff_ffff ? 8 : 4;
    const message = new FlatTable(bytes, start + bytes.readUInt32LE(start));
    if (message.byte(1) !== SCHEMA) return units;
    for (const field of message.table(2)?.tables(1) ?? []) {
      const unit = unitOf(field);
      const name = field.text(0);
      if (unit !== undefined && name !== undefined) units.set(name, unit);
    }
  } catch (error) {
    // A schema that is damaged says nothing, and the columns are there without it.
    if (!(error instanceof RangeError)) throw error;
  }
  return units;
}

/** A field's unit, or that of what it has within it. */
function unitOf(field: FlatTable): string | undefined {
  if (field.byte(2) === DURATION) return UNITS[field.table(3)?.short(0, 1) ?? 1];
  for (const child of field.tables(5)) {
    const unit = unitOf(child);
    if (unit !== undefined) return unit;
  }
  return undefined;
}

/** A table of FlatBuffers, Arrow's encoding: fields by their numbers, each absent where it has its default. */
class FlatTable {
  readonly #bytes: Buffer;
  readonly #start: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#start = start;
  }

  byte(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : this.#bytes.readUInt8(at);
  }

  short(field: number, otherwise: number): number {
    const at = this.#at(field);
    return at === 0 ? otherwise : this.#bytes.readInt16LE(at);
  }

  text(field: number): string | undefined {
    const at = this.#target(field);
    return at === 0 ? undefined : this.#bytes.toString("utf8", at + 4, at + 4 + this.#bytes.readUInt32LE(at));
  }

  table(field: number): FlatTable | undefined {
    const at = this.#target(field);
    return at === 0 ? undefined : new FlatTable(this.#bytes, at);
  }

  tables(field: number): FlatTable[] {
    const at = this.#target(field);
    const count = at === 0 ? 0 : this.#bytes.readUInt32LE(at);
    if (4 * count > this.#bytes.length) throw new RangeError("more tables than bytes");
    return Array.from({ length: count }, (_, i) => {
      const place = at + 4 + 4 * i;
      return new FlatTable(this.#bytes, place + this.#bytes.readUInt32LE(place));
    });
  }

  #target(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : at + this.#bytes.readUInt32LE(at);
  }

  /** Where a field is; 0 where it is absent. */
  #at(field: number): number {
    const fields = this.#start - this.#bytes.readInt32LE(this.#start);
    const entry = 4 + 2 * field;
    const offset = entry < this.#bytes.readUInt16LE(fields) ? this.#bytes.readUInt16LE(fields + entry) : 0;
    return offset === 0 ? 0 : this.#start + offset;
  }
}
