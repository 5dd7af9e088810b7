/**
 * Files in MNIST's format (IDX), as they are or compressed with gzip: a magic number, the sizes as big-endian 32-bit
 * integers, then one unsigned byte a pixel or label.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DatasetError } from "../dataset-error.js";

/** What each file of a set is. */
export type IdxRole = "train-images" | "train-labels" | "test-images" | "test-labels";
const ROLES: readonly IdxRole[] = ["train-images", "train-labels", "test-images", "test-labels"];

/** `t10k-images-idx3-ubyte`, with a point for the second hyphen, and with what some sets have before it. */
const NAME = /^(?:(.+)[-_.])?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/i;
/** Unsigned bytes in one dimension, and in three. */
const MAGIC = { labels: 0x0801, images: 0x0803 } as const;
/** Most bytes that a file unpacks to: what an array of bytes holds. */
const MOST = 0xffff_ffff;
/** Most pixels of a side. */
const MOST_SIDE = 1024;

const remedy =
  "it must hold train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each perhaps with .gz, as MNIST and Fashion-MNIST come " +
  "(Debian's package dataset-fashion-mnist puts Fashion-MNIST into /usr/share/datasets/fashion-mnist; the repository zalandoresearch/fashion-mnist on GitHub has the same files)";

/** Images or labels of a file. */
export interface IdxContent {
  readonly file: string;
  readonly count: number;
  /** Height and width of an image; 1 and 1 for labels. */
  readonly rows: number;
  readonly columns: number;
  /** A byte a pixel or label. */
  readonly bytes: Uint8Array;
}

/**
 * The four files of the set in a folder.
 *
 * A file may be there several times, say as it is and compressed, if the bytes are the same.
 *
 * @throws DatasetError if one is missing, or there are files of several sets
 */
export async function findIdxFiles(folder: string): Promise<Readonly<Record<IdxRole, string>>> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" ? "there is no folder" : `cannot read (${cause.message}) the folder`;
    throw new DatasetError(`loadIdx: ${what} ${folder}; ${remedy}`, { cause });
  });
  const found = new Map<IdxRole, string[]>();
  const prefixes = new Set<string>();
  // Sorted, a file comes before its compressed form, which takes longer to read.
  for (const name of names.sort()) {
    const [, prefix = "", split, what] = NAME.exec(name) ?? [];
    if (split === undefined) continue;
    // Some archives have folders of that name.
    if ((await stat(join(folder, name)).catch(() => undefined))?.isDirectory()) continue;
    prefixes.add(prefix);
    const role = `${split.toLowerCase() === "train" ? "train" : "test"}-${what.toLowerCase()}` as IdxRole;
    found.set(role, [...(found.get(role) ?? []), join(folder, name)]);
  }
  if (prefixes.size > 1) {
    const [one, other] = [...prefixes].map(prefix => `"${prefix}"`);
    throw new DatasetError(
      `loadIdx: expected the files of one set in ${folder}, got some that begin with ${one} and some with ${other}; put each set into a folder of its own`,
    );
  }
  const missing = ROLES.filter(role => !found.has(role));
  if (missing.length > 0) {
    const which = missing.length === ROLES.length ? "none of the files" : `no ${missing.join(", no ")}`;
    throw new DatasetError(`loadIdx: ${which} in ${folder}; ${remedy}`);
  }
  for (const [role, files] of found) await requireSame(role, files);
  return Object.fromEntries(ROLES.map(role => [role, found.get(role)![0]])) as Record<IdxRole, string>;
}

/** Throws a DatasetError for files of one role with different bytes: no one knows which is meant. */
async function requireSame(role: IdxRole, [first, ...others]: readonly string[]): Promise<void> {
  const what = role.endsWith("images") ? "images" : "labels";
  for (const other of others) {
    const [one, two] = await Promise.all([readIdxFile(first, what), readIdxFile(other, what)]);
    const isSame =
      one.count === two.count &&
      one.rows === two.rows &&
      one.columns === two.columns &&
      Buffer.compare(one.bytes, two.bytes) === 0;
    if (isSame) continue;
    throw new DatasetError(
      `loadIdx: expected one file with the ${role.replace("-", " ")}, got ${first} and ${other}, which differ; move one of them elsewhere`,
    );
  }
}

/**
 * Reads a file, unpacked if it is compressed, whatever its name says.
 *
 * @throws DatasetError if it cannot be read, or is not what it should be
 */
export async function readIdxFile(file: string, what: keyof typeof MAGIC): Promise<IdxContent> {
  const fail = (expected: string, got: string, cause?: unknown): never => {
    throw new DatasetError(
      `loadIdx: ${file}: expected ${expected}, got ${got}; the file is damaged or another's, copy it anew`,
      cause === undefined ? undefined : { cause },
    );
  };
  const data = await read(file, fail);
  const header = what === "images" ? 16 : 8;
  if (data.length < header) fail(`a header of ${header} bytes`, `a file of ${data.length}`);
  const magic = data.readUInt32BE(0);
  if (magic !== MAGIC[what]) {
    const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;
    const other = what === "images" ? "labels" : "images";
    const kind = magic === MAGIC[other] ? `, that of ${other}` : "";
    fail(`the magic number of ${what}, ${hex(MAGIC[what])}`, `${hex(magic)}${kind}`);
  }
  const count = data.readUInt32BE(4);
  const [rows, columns] = what === "images" ? [data.readUInt32BE(8), data.readUInt32BE(12)] : [1, 1];
  if (count === 0) fail(`at least one of its ${what}`, "none");
  if (rows < 1 || columns < 1 || rows > MOST_SIDE || columns > MOST_SIDE) {
    fail(`images of 1 to ${MOST_SIDE} pixels a side`, `${rows} × ${columns}`);
  }
  const bytes = header + count * rows * columns;
  if (data.length !== bytes) {
    const size = what === "images" ? `${count} images of ${rows} × ${columns}` : `${count} labels`;
    fail(`${bytes} bytes for the ${size} that its header names`, `${data.length}`);
  }
  return { file, count, rows, columns, bytes: data.subarray(header) };
}

type Fail = (expected: string, got: string, cause?: unknown) => never;

async function read(file: string, fail: Fail): Promise<Buffer> {
  let data: Buffer;
  try {
    // Before reading: a pipe or a device may never end.
    if (!(await stat(file)).isFile())
      throw new TypeError("no file with bytes in it, but a pipe, socket or device");
    data = await readFile(file);
  } catch (cause) {
    throw new DatasetError(`loadIdx: cannot read ${file} (${(cause as Error).message}); ${remedy}`, {
      cause,
    });
  }
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  try {
    // In one piece: its size modulo 2³² is at the end, and joining pieces takes as long as unpacking them.
    const size = data.length < 4 ? 0 : data.readUInt32LE(data.length - 4);
    const chunkSize = Math.min(Math.max(size + 1, 2 ** 16), 2 ** 28);
    return await promisify(gunzip)(data, { maxOutputLength: MOST, chunkSize });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const how = code === "Z_BUF_ERROR" ? "one that ends too early" : `one that does not unpack (${message})`;
    return fail("a whole gzip file", how, cause);
  }
}
