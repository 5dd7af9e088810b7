/**
 * Memory for the arithmetic of controllers, float32, and the product of matrices in it: one for the process, which every
 * calculation begins anew, so that a thousand searches need no more than one.
 */
import { once } from "../../base/once.js";
import { matrixProduct } from "./matrix-product.js";

/** Bytes. */
const PAGE = 65_536;

class Workspace {
  readonly #memory = new WebAssembly.Memory({ initial: 16 });
  readonly #product = once(() => matrixProduct(this.#memory));
  /** Replaced when it grows: not to be kept across `take`. */
  values = new Float32Array(this.#memory.buffer);
  /** How often it was cleared: what was taken holds until the next time. */
  turn = 0;
  #top = 0;

  /** Forgets all that was taken. */
  clear(): void {
    this.#top = 0;
    this.turn++;
  }

  /** Room for some numbers, zeros: where it begins. */
  take(count: number): number {
    const at = this.#top;
    this.#top = at + count;
    const wanted = 4 * this.#top;
    const has = this.#memory.buffer.byteLength;
    if (wanted > has) {
      this.#memory.grow(Math.ceil((Math.max(wanted, 1.5 * has) - has) / PAGE));
      this.values = new Float32Array(this.#memory.buffer);
    }
    this.values.fill(0, at, this.#top);
    return at;
  }

  /** Room for these numbers. */
  put(given: Float32Array): number {
    const at = this.take(given.length);
    this.values.set(given, at);
    return at;
  }

  copy(from: number, to: number, count: number): void {
    this.values.copyWithin(to, from, from + count);
  }

  /** Adds some numbers to others. */
  add(from: number, to: number, count: number): void {
    const { values } = this;
    for (let i = 0; i < count; i++) values[to + i] += values[from + i];
  }

  /** C += A · B: C of m × n, A of m × k, B of k × n, with any distances between rows (of B and C: n), and A's columns. */
  product(
    m: number,
    k: number,
    n: number,
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    c: number,
    bRow = n,
    cRow = n,
  ): void {
    this.#product()(m, k, n, 4 * a, 4 * aRow, 4 * aColumn, 4 * b, 4 * bRow, 4 * c, 4 * cRow);
  }

  /** The transpose of a matrix of so many rows and columns. */
  transposed(at: number, rows: number, columns: number): number {
    const to = this.take(rows * columns);
    const { values } = this;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) values[to + j * rows + i] = values[at + i * columns + j];
    return to;
  }
}

export const workspace = new Workspace();
