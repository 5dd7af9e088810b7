/** Means of resamples with replacement, of which the bootstrap of a mean draws millions of values. */
import { DATA, STATE, withLoops } from "../base/numbers/loops.js";
import { type Random, stateOf } from "../base/random.js";
import type { Numbers } from "./statistics-error.js";

/** Up to so many values a draw of 32 bits times their number is exact as a double, and both ways draw the same. */
const MOST = 2 ** 21;

/**
 * Means of resamples of `a`; minus one of `b` each, if there is one, drawn after it. The same numbers and the same draws whichever way:
 * generators of `seeded` run in WebAssembly.
 */
export function resampledMeans(
  a: Numbers,
  b: Numbers | undefined,
  repeats: number,
  random: Random,
): Float64Array {
  const state = stateOf(random);
  const [n, m] = [a.length, b?.length ?? 0];
  const found =
    state === undefined || Math.max(n, m) > MOST
      ? undefined
      : withLoops(8 * (n + m + repeats), (loops, memory) => {
          const at = DATA / 8;
          memory.set(a, at);
          if (b) memory.set(b, at + n);
          const [s01, s00, s11, s10] = state();
          const words = new Int32Array(memory.buffer, STATE, 4);
          words.set([s00, s01, s10, s11]);
          loops.resampledMeans(DATA, n, DATA + 8 * n, m, repeats, STATE, DATA + 8 * (n + m));
          state([words[1], words[0], words[3], words[2]]);
          return memory.slice(at + n + m, at + n + m + repeats);
        });
  if (found) return found;
  const drawn = (values: Numbers) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)];
    return sum / values.length;
  };
  return Float64Array.from({ length: repeats }, () => (b ? drawn(a) - drawn(b) : drawn(a)));
}
