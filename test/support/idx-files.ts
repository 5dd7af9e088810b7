/** Writes small sets in MNIST's format. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The bytes of a file: magic number, sizes, data. */
export function idxBytes(sizes: readonly number[], data: ArrayLike<number>, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE((type << 8) | sizes.length, 0);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(data)]);
}

export interface SmallSet {
  readonly rows: number;
  readonly columns: number;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** A pixel that tells split, image and place apart. */
export const pixel = (split: "train" | "test", image: number, place: number): number =>
  (7 * image + 3 * place + (split === "test" ? 101 : 1)) % 256;

/** The four files of a set with these labels; `names` may spell them in another way. */
export function writeSet(
  folder: string,
  { rows, columns, train, test }: SmallSet,
  { zipped = false, names = (name: string) => name } = {},
): string {
  mkdirSync(folder, { recursive: true });
  const put = (name: string, bytes: Buffer) =>
    writeFileSync(join(folder, names(name) + (zipped ? ".gz" : "")), zipped ? gzipSync(bytes) : bytes);
  for (const [split, name, labels] of [
    ["train", "train", train],
    ["test", "t10k", test],
  ] as const) {
    const size = rows * columns;
    const pixels = Array.from({ length: labels.length * size }, (_, i) =>
      pixel(split, Math.floor(i / size), i % size),
    );
    put(`${name}-images-idx3-ubyte`, idxBytes([labels.length, rows, columns], pixels));
    put(`${name}-labels-idx1-ubyte`, idxBytes([labels.length], labels));
  }
  return folder;
}
