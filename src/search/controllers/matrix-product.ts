/**
 * The product of float32 matrices as a function of WebAssembly with 128-bit vectors: JavaScript has no vectors, and takes some ten
 * times as long. The function is small enough to be written here instruction by instruction.
 *
 * Four rows of C by eight columns are kept in registers while a column of A and a row of B are read for each step of the
 * inner dimension; rows and columns that remain follow one by one. Every element is summed in the order of the inner
 * dimension, whichever way it goes, so that a row's result does not depend on how many there are.
 */

/** Instructions by their names in the specification. */
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  br: [0x0c],
  brIf: [0x0d],
  localGet: [0x20],
  localSet: [0x21],
  f32Load: [0x2a, 2],
  f32Store: [0x38, 2],
  i32Const: [0x41],
  i32GtS: [0x4a],
  i32Add: [0x6a],
  i32Mul: [0x6c],
  f32Add: [0x92],
  f32Mul: [0x94],
  v128Load: [0xfd, 0, 2],
  v128Store: [0xfd, 11, 2],
  f32x4Splat: [0xfd, 19],
  f32x4Add: [0xfd, 0xe4, 1],
  f32x4Mul: [0xfd, 0xe6, 1],
} as const;

type Code = readonly number[];

/** Parameters, then what is counted; addresses and distances are in bytes. */
const names = [
  "m",
  "k",
  "n",
  "a",
  "aRow",
  "aColumn",
  "b",
  "bRow",
  "c",
  "cRow",
  "i",
  "j",
  "p",
  "fromB",
] as const;
const ROWS = 4;
type Local = (typeof names)[number] | `fromA${number}` | `toC${number}`;
const locals: readonly Local[] = [
  ...names,
  ...Array.from({ length: ROWS }, (_, r): Local => `fromA${r}`),
  ...Array.from({ length: ROWS }, (_, r): Local => `toC${r}`),
];
/** Sums of vectors, vectors of B and one of A; then the same as single numbers. */
const VECTORS = 4;
const firstVector = locals.length;
const vectorCount = ROWS * VECTORS + VECTORS + 1;
const firstNumber = firstVector + vectorCount;
const numberCount = ROWS + 2;

const get = (local: Local): Code => [...op.localGet, locals.indexOf(local)];
const set = (local: Local, ...value: readonly Code[]): Code => [
  ...value.flat(),
  ...op.localSet,
  locals.indexOf(local),
];
const constant = (value: number): Code => [...op.i32Const, value];
const sum = (...terms: readonly Code[]): Code =>
  terms.flatMap((term, i) => (i === 0 ? term : [...term, ...op.i32Add]));
const times = (a: Code, b: Code): Code => [...a, ...b, ...op.i32Mul];
const at = (place: number): { readonly get: Code; readonly set: Code } => ({
  get: [...op.localGet, place],
  set: [...op.localSet, place],
});

/** Goes on as long as there is room for another step before the end. */
const steps = (counter: Local, step: number, end: Local, ...body: readonly Code[]): Code => [
  ...op.block,
  ...op.loop,
  ...sum(get(counter), constant(step)),
  ...get(end),
  ...op.i32GtS,
  ...op.brIf,
  1,
  ...body.flat(),
  ...set(counter, sum(get(counter), constant(step))),
  ...op.br,
  0,
  ...op.end,
  ...op.end,
];

/** So many rows by so many vectors of columns, from i and j on; 0 vectors: by one column. */
function tile(rows: number, vectors: number): Code {
  const all = Array.from({ length: rows }, (_, r) => r);
  const columns = Array.from({ length: Math.max(1, vectors) }, (_, q) => q);
  const scalar = vectors === 0;
  const first = scalar ? firstNumber : firstVector;
  const sumAt = (r: number, q: number) => at(first + r * columns.length + q);
  const ofB = (q: number) => at(first + rows * columns.length + q);
  const ofA = at(first + rows * columns.length + columns.length);
  const load = scalar ? op.f32Load : op.v128Load;
  const store = scalar ? op.f32Store : op.v128Store;
  const [multiply, add] = scalar ? [op.f32Mul, op.f32Add] : [op.f32x4Mul, op.f32x4Add];
  const offset = (q: number) => 16 * q;
  return [
    ...all.flatMap(r => [
      ...set(`fromA${r}`, sum(get("a"), times(sum(get("i"), constant(r)), get("aRow")))),
      ...set(
        `toC${r}`,
        sum(get("c"), times(sum(get("i"), constant(r)), get("cRow")), times(get("j"), constant(4))),
      ),
      ...columns.flatMap(q => [...get(`toC${r}`), ...load, offset(q), ...sumAt(r, q).set]),
    ]),
    ...set("fromB", sum(get("b"), times(get("j"), constant(4)))),
    ...set("p", constant(0)),
    ...steps(
      "p",
      1,
      "k",
      columns.flatMap(q => [...get("fromB"), ...load, offset(q), ...ofB(q).set]),
      all.flatMap(r => [
        ...get(`fromA${r}`),
        ...op.f32Load,
        0,
        ...(scalar ? [] : op.f32x4Splat),
        ...ofA.set,
        ...set(`fromA${r}`, sum(get(`fromA${r}`), get("aColumn"))),
        ...columns.flatMap(q => [
          ...sumAt(r, q).get,
          ...ofA.get,
          ...ofB(q).get,
          ...multiply,
          ...add,
          ...sumAt(r, q).set,
        ]),
      ]),
      set("fromB", sum(get("fromB"), get("bRow"))),
    ),
    ...all.flatMap(r => columns.flatMap(q => [...get(`toC${r}`), ...sumAt(r, q).get, ...store, offset(q)])),
  ];
}

const band = (rows: number, vectors: number): Code => [
  ...set("j", constant(0)),
  ...steps("j", 4 * vectors, "n", tile(rows, vectors)),
  ...steps("j", 4, "n", tile(rows, 1)),
  ...steps("j", 1, "n", tile(rows, 0)),
];

/** What a module begins with: its name, and the format's version. */
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const body = [
    ...set("i", constant(0)),
    ...steps("i", ROWS, "m", band(ROWS, 2)),
    ...steps("i", 1, "m", band(1, VECTORS)),
    ...op.end,
  ];
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
  const parameters = 10;
  const declared = [
    3,
    ...leb(locals.length - parameters),
    i32,
    ...leb(vectorCount),
    v128,
    ...leb(numberCount),
    f32,
  ];
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const section = (id: number, content: Code) => [id, ...leb(content.length), ...content];
  const code = [...declared, ...body];
  return Uint8Array.from([
    ...header,
    // A type without results; memory "m" of at least a page; a function of that type, exported as "p".
    ...section(1, [1, 0x60, parameters, ...Array.from({ length: parameters }, () => i32), 0]),
    ...section(2, [1, ...text("e"), ...text("m"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("p"), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** An unsigned number in the module's own form. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >> 7)];
}

/** C += A · B, all in bytes: C of m × n, A of m × k, B of k × n, with any distances between rows, and A's columns. */
export type MatrixProduct = (
  m: number,
  k: number,
  n: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  c: number,
  cRow: number,
) => void;

/** The product in a memory. */
export function matrixProduct(memory: WebAssembly.Memory): MatrixProduct {
  const made = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { e: { m: memory } });
  return made.exports.p as MatrixProduct;
}
