/** The order that sorts numbers: fast for a million of them. */
import type { Numbers } from "./statistics-error.js";

/** Below this many, comparing is faster than counting. */
const FEW = 20_000;
const DIGIT = 1 << 16;
/** Where a double's upper half lies among its two 32-bit words. */
const [UPPER, LOWER] = new Uint32Array(new Float64Array([1]).buffer)[0] === 0 ? [1, 0] : [0, 1];

/**
 * The indices of the numbers in rising order; equal numbers keep theirs. Many numbers are sorted by radix, 16 bits
 * of the double at a time, which takes a tenth of the time that comparing does.
 */
export function sortOrder(numbers: Numbers): Uint32Array {
  const n = numbers.length;
  let order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (n < FEW) return order.sort((i, j) => numbers[i] - numbers[j] || i - j);
  const doubles = new Float64Array(n);
  for (let i = 0; i < n; i++) doubles[i] = numbers[i] + 0; // −0 becomes 0: they are equal.
  const words = new Uint32Array(doubles.buffer);
  const keys = [new Uint32Array(n), new Uint32Array(n)];
  for (let i = 0; i < n; i++) {
    // As unsigned integers these rise as the doubles do: negative ones reversed, and below the others.
    const [upper, lower] = [words[2 * i + UPPER], words[2 * i + LOWER]];
    const negative = upper >>> 31 === 1;
    keys[0][i] = negative ? ~lower : lower;
    keys[1][i] = negative ? ~upper : upper ^ 0x80000000;
  }
  let spare = new Uint32Array(n);
  const starts = new Uint32Array(DIGIT + 1);
  for (const key of keys) {
    for (const shift of [0, 16]) {
      starts.fill(0);
      for (let i = 0; i < n; i++) starts[((key[i] >>> shift) & 0xffff) + 1]++;
      if (starts.includes(n)) continue; // The same digit in all.
      for (let d = 0; d < DIGIT; d++) starts[d + 1] += starts[d];
      for (let k = 0; k < n; k++) {
        const i = order[k];
        spare[starts[(key[i] >>> shift) & 0xffff]++] = i;
      }
      [order, spare] = [spare, order];
    }
  }
  return order;
}
