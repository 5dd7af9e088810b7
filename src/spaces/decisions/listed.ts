/**
 * A program of choices whose answers are one of some lists of numbers, each as likely: every choice offers what some list
 * goes on with, so that sizes are exact whatever rule made the lists.
 */
import type { Choose } from "./choose.js";

interface Branch {
  readonly values: number[];
  readonly branches: Map<number, Branch>;
  /** Lists below each value. */
  readonly counts: number[];
}

const branch = (): Branch => ({ values: [], branches: new Map(), counts: [] });

/** Lists that are kept at most: they are in memory, and their ways are walked to be counted. */
export const MOST_LISTS = 200_000;

/**
 * Makes the program.
 *
 * @param names of the choices, one for each number of a list
 * @param lists each once, in rising order
 */
export function listed(
  names: readonly string[],
  lists: readonly (readonly number[])[],
): (choose: Choose) => number[] {
  const root = branch();
  for (const list of lists) {
    let at = root;
    for (const value of list) {
      let next = at.branches.get(value);
      if (!next) {
        next = branch();
        at.branches.set(value, next);
        at.values.push(value);
        at.counts.push(0);
      }
      at.counts[at.values.indexOf(value)]++;
      at = next;
    }
  }
  /** Made once for each branch: asked for again and again. */
  const options = new Map<
    Branch,
    { readonly values: readonly number[]; readonly probabilities: readonly number[] }
  >();
  return choose => {
    let at = root;
    return names.map(name => {
      let there = options.get(at);
      if (!there) {
        const sum = at.counts.reduce((a, b) => a + b, 0);
        there = { values: at.values, probabilities: at.counts.map(count => count / sum) };
        options.set(at, there);
      }
      const value = choose(name, there);
      at = at.branches.get(value)!;
      return value;
    });
  };
}
