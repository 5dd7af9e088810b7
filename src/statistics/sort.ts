/**
 * Sorting numbers, fast for a million of them: by radix, 16 bits of the double at a time, which takes a quarter of
 * the time that comparing does.
 */
import type { Numbers } from "./statistics-error.js";

/** Below this many, comparing is faster than counting. */
const FEW = 20_000;
const DIGIT = 1 << 16;
/** Where a double's upper half lies among its two 32-bit words. */
const [UPPER, LOWER] = new Uint32Array(new Float64Array([1]).buffer)[0] === 0 ? [1, 0] : [0, 1];

/** The numbers in rising order. */
export function sortNumbers(numbers: Numbers): Float64Array {
  const doubles = new Float64Array(numbers);
  if (numbers.length < FEW) return doubles.sort();
  const { lower, upper } = radixSort(doubles);
  const words = new Uint32Array(doubles.buffer);
  for (let i = 0; i < lower.length; i++) {
    const negative = upper[i] >>> 31 === 0;
    words[2 * i + LOWER] = negative ? ~lower[i] : lower[i];
    words[2 * i + UPPER] = negative ? ~upper[i] : upper[i] ^ 0x80000000;
  }
  return doubles;
}

/** The indices of the numbers in rising order; equal numbers keep theirs. */
export function sortOrder(numbers: Numbers): Uint32Array {
  const order = new Uint32Array(numbers.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (order.length < FEW) return order.sort((i, j) => numbers[i] - numbers[j] || i - j);
  return radixSort(new Float64Array(numbers), order).order!;
}

/** Sorts doubles as pairs of words; the order `first`, if given, moves along. */
function radixSort(doubles: Float64Array, first?: Uint32Array) {
  let order = first;
  const n = doubles.length;
  const words = new Uint32Array(doubles.buffer);
  let [lower, upper] = [new Uint32Array(n), new Uint32Array(n)];
  let [otherLower, otherUpper] = [new Uint32Array(n), new Uint32Array(n)];
  let otherOrder: Uint32Array | undefined = order && new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    if (doubles[i] === 0) doubles[i] = 0; // −0 and 0 are equal.
    // As unsigned integers these rise as the doubles do: negative ones reversed, and below the others.
    const negative = words[2 * i + UPPER] >>> 31 === 1;
    lower[i] = negative ? ~words[2 * i + LOWER] : words[2 * i + LOWER];
    upper[i] = negative ? ~words[2 * i + UPPER] : words[2 * i + UPPER] ^ 0x80000000;
  }
  const starts = new Uint32Array(DIGIT + 1);
  for (let digit = 0; digit < 4; digit++) {
    const key = digit < 2 ? lower : upper;
    const shift = 16 * (digit % 2);
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[((key[i] >>> shift) & 0xffff) + 1]++;
    if (starts.includes(n)) continue; // The same digit in all.
    for (let d = 0; d < DIGIT; d++) starts[d + 1] += starts[d];
    for (let i = 0; i < n; i++) {
      const place = starts[(key[i] >>> shift) & 0xffff]++;
      otherLower[place] = lower[i];
      otherUpper[place] = upper[i];
      if (order && otherOrder) otherOrder[place] = order[i];
    }
    [lower, otherLower] = [otherLower, lower];
    [upper, otherUpper] = [otherUpper, upper];
    [order, otherOrder] = [otherOrder, order];
  }
  return { lower, upper, order };
}
