/**
 * Design spaces beside each other, by their error distributions: which differences do the data support? (NDS,
 * section 3.2; paper, section 3.1.)
 */
import { expectFields, expectList } from "../expect.js";
import { errorDigits, fixed } from "../fixed.js";
import { edf } from "../statistics/edf.js";
import { ksTest } from "../statistics/kolmogorov-smirnov.js";
import { meanDifference } from "../statistics/mean-difference.js";
import { TableError } from "./table-error.js";

/** A population's errors under a name; two of them may share a space, but not a name. */
export interface Compared {
  readonly name: string;
  /** Per cent. */
  readonly errors: readonly number[];
}

/** A population in the paper's numbers. */
export interface ComparedSummary {
  readonly name: string;
  readonly n: number;
  /** Least and mean error, per cent. */
  readonly min: number;
  readonly mean: number;
}

/** Two populations beside each other. */
export interface PopulationPair {
  readonly a: string;
  readonly b: string;
  /** The Kolmogorov–Smirnov statistic and its probability if both were drawn from one distribution. */
  readonly d: number;
  readonly p: number;
  /** p times what Holm's method asks for as many pairs as were tested, at most 1. */
  readonly adjusted: number;
  /** The mean error of `a` less that of `b`, per cent, with the bootstrap's interval of 95 %. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  /** Whether the data support that the distributions differ: the adjusted p is below `level`. */
  readonly differ: boolean;
  /** Which has the lower mean error, if the distributions differ and the interval leaves 0 out. */
  readonly better: string | undefined;
}

export interface Comparison {
  readonly populations: readonly ComparedSummary[];
  readonly pairs: readonly PopulationPair[];
  /** Probability of naming any difference where there is none. */
  readonly level: number;
}

/**
 * Compares every pair. Several tests at once find differences by chance, so their p values are adjusted by Holm's
 * step-down method, which holds whatever the tests have in common.
 *
 * @throws TableError for fewer than two populations, names that are not distinct, or a population of fewer than two
 * networks or with an error that is no number, by its name
 */
export function comparePopulations(populations: readonly Compared[], level = 0.05): Comparison {
  expectList("comparePopulations", "populations", populations, { name: "text", errors: "list" });
  const names = new Set(populations.map(({ name }) => name));
  if (populations.length < 2 || names.size < populations.length) {
    const got = populations.map(({ name }) => name).join(", ");
    throw new TableError(
      `comparePopulations: expected two or more populations of distinct names, got ${got}`,
    );
  }
  for (const { name, errors } of populations) requireErrors(name, errors);
  const tested = populations.flatMap((a, i) =>
    populations.slice(i + 1).map(b => ({ a, b, ...ksTest(a.errors, b.errors) })),
  );
  const adjusted = holm(tested.map(({ p }) => p));
  const pairs = tested.map(({ a, b, d, p }, i): PopulationPair => {
    const { value, low, high } = meanDifference(a.errors, b.errors, { repeats: 2000 });
    const differ = adjusted[i] < level;
    const better = differ && high < 0 ? a.name : differ && low > 0 ? b.name : undefined;
    const difference = { value, low, high };
    return { a: a.name, b: b.name, d, p, adjusted: adjusted[i], difference, differ, better };
  });
  const summaries = populations.map(({ name, errors }) => {
    const { n, min, mean } = edf(errors);
    return { name, n, min, mean };
  });
  return { populations: summaries, pairs, level };
}

function requireErrors(name: string, errors: readonly number[]): void {
  const odd = errors.findIndex(error => !Number.isFinite(error));
  const got =
    odd >= 0
      ? `${errors[odd]} for network ${odd + 1} of ${errors.length}; leave out with complete("error") those that have none`
      : `${errors.length === 1 ? "one network" : "no networks"}; train more, or leave it out`;
  if (odd < 0 && errors.length > 1) return;
  throw new TableError(
    `comparePopulations: expected two or more networks with an error each in ${name}, got ${got}`,
  );
}

/** Holm's adjusted p values: the k-th smallest of m times m − k + 1, never below the one before, at most 1. */
function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j]);
  const adjusted = p.map(() => 1);
  let least = 0;
  for (const [k, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (p.length - k) * p[i]));
    adjusted[i] = least;
  }
  return adjusted;
}

/** A pair in words: what the data support of it. */
export function describePair(pair: PopulationPair): string {
  expectFields("describePair", "a pair of comparePopulations()", pair, {
    a: "text",
    b: "text",
    adjusted: "number",
    difference: "object",
  });
  const { a, b, adjusted, difference, differ, better } = pair;
  const { value, low, high } = difference;
  // Of errors in fractions a decimal says nothing.
  const digits = errorDigits([low, high]);
  const by = `mean difference ${fixed(value, digits)} [${fixed(low, digits)}, ${fixed(high, digits)}] %`;
  const p = adjusted < 0.001 ? "p < 0.001" : `p = ${adjusted.toFixed(3)}`;
  if (better) return `${better} is better than ${better === a ? b : a}: supported (${p}, ${by})`;
  if (differ)
    return `${a} and ${b} differ in their distributions (${p}), but not surely in their means (${by})`;
  return `${a} and ${b}: no difference supported (${p}, ${by})`;
}
