/**
 * Sorting numbers, fast for a million of them: by radix on the doubles' bits, which takes a fraction of the time that
 * comparing does. −0 and 0 are equal.
 */
import { COUNTERS, DATA, withLoops } from "./loops.js";

/** Numbers in a row: an array or a typed array. */
type Numbers = readonly number[] | Float64Array;

/** Below this many, comparing is as fast. */
const FEW = 4096;

/** The numbers in rising order. */
export function sortNumbers(numbers: Numbers): Float64Array {
  return withSorted(numbers, (sorted, isOwn) => (isOwn ? sorted : sorted.slice()));
}

/**
 * What `use` makes of the numbers in rising order.
 *
 * @param use gets numbers that it must not keep unless they are its own, and sorts nothing meanwhile
 */
export function withSorted<T extends object | number>(
  numbers: Numbers,
  use: (sorted: Float64Array, isOwn: boolean) => T,
): T {
  const n = numbers.length;
  const found =
    n < FEW
      ? undefined
      : withLoops(16 * n, (loops, memory) => {
          memory.set(numbers, DATA / 8);
          loops.sort(DATA, DATA + 8 * n, n, COUNTERS);
          return use(memory.subarray(DATA / 8 + n, DATA / 8 + 2 * n), false);
        });
  return found ?? use(new Float64Array(numbers).sort(), true);
}

/** The indices of the numbers in rising order; equal numbers keep theirs. */
export function sortOrder(numbers: Numbers): Uint32Array {
  return withOrder(numbers, (order, stride) => {
    if (stride === 1) return order;
    const own = new Uint32Array(numbers.length);
    for (let i = 0; i < own.length; i++) own[i] = order[stride * i];
    return own;
  });
}

/**
 * What `use` makes of the order of the numbers, and of the numbers in it.
 *
 * @param use gets the index of the i-th number as `order[stride * i]`, and keeps neither unless the stride is 1
 */
export function withOrder<T extends object | number>(
  numbers: Numbers,
  use: (order: Uint32Array, stride: number, sorted: () => Float64Array) => T,
): T {
  const n = numbers.length;
  const found =
    n < FEW
      ? undefined
      : withLoops(24 * n, (loops, memory) => {
          const from = DATA / 8;
          memory.set(numbers, from);
          loops.order(DATA, DATA + 8 * n, DATA + 16 * n, n, COUNTERS);
          const order = new Uint32Array(memory.buffer, DATA + 16 * n, 2 * n);
          return use(order, 2, () => memory.subarray(from + n, from + 2 * n));
        });
  if (found !== undefined) return found;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => numbers[i] - numbers[j] || i - j);
  return use(order, 1, () => Float64Array.from(order, i => numbers[i]));
}

/** What `use` makes of two samples in rising order, neither of which it keeps. */
export function withBothSorted<T extends object | number>(
  a: Numbers,
  b: Numbers,
  use: (a: Float64Array, b: Float64Array) => T,
): T {
  const [m, n] = [a.length, b.length];
  const found =
    Math.min(m, n) < FEW
      ? undefined
      : withLoops(16 * (m + n), (loops, memory) => {
          const [first, second] = [DATA, DATA + 16 * m];
          memory.set(a, first / 8);
          memory.set(b, second / 8);
          loops.sort(first, first + 8 * m, m, COUNTERS);
          loops.sort(second, second + 8 * n, n, COUNTERS);
          return use(
            memory.subarray(first / 8 + m, second / 8),
            memory.subarray(second / 8 + n, second / 8 + 2 * n),
          );
        });
  return found ?? use(sortNumbers(a), sortNumbers(b));
}
