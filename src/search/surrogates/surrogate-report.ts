/** How well surrogates know their data, and what they are asked for: rank correlations in and out of sample. */
import { isList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { seededAt } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import { spearman } from "../../statistics/correlation.js";
import { requireData, type Surrogate } from "./surrogate.js";

/** What the note of a proposal says that a surrogate chose. Those that were drawn have none. */
export interface SurrogateNote {
  /** Which fit, from 1. */
  readonly round: number;
  /** The error that it expects. */
  readonly predicted: number;
  /** How unsure it is of it. */
  readonly deviation?: number;
  /** Spearman's ρ of what the fit expects of the architectures that it was fitted to, with their errors; absent where one does not vary. */
  readonly inSample?: number;
}

/** One fit and what it chose. Correlations are Spearman's; absent for fewer than three, and where nothing varies. */
export interface SurrogateRound {
  readonly round: number;
  /** Architectures that it chose and that were evaluated. */
  readonly n: number;
  readonly inSample?: number;
  /** Between what it expected of these and what came of them. */
  readonly outOfSample?: number;
}

export interface SurrogateReport {
  readonly rounds: readonly SurrogateRound[];
  /** Of all that surrogates chose. */
  readonly n: number;
  readonly outOfSample?: number;
}

/**
 * What became of a surrogate search's expectations. Those that it chose are the best of its candidates, and alike: ρ among
 * them is lower than over the whole space, of which `surrogateQuality` says more.
 *
 * @param outcomes of a surrogate search, failures included, which are left out
 * @throws RangeError for what are no outcomes
 * @example
 * ```ts
 * import { surrogateReport } from "netspace/search";
 *
 * // What a surrogate expected of two rounds of three networks each, and what came of them.
 * const { rounds, n } = surrogateReport([
 *   { error: 31, note: { round: 1, predicted: 33 } },
 *   { error: 35, note: { round: 1, predicted: 36 } },
 *   { error: 30, note: { round: 1, predicted: 31 } },
 *   { error: 28, note: { round: 2, predicted: 29 } },
 *   { error: 27, note: { round: 2, predicted: 28 } },
 *   { error: 29, note: { round: 2, predicted: 27 } },
 * ]);
 * n; // => 6
 * rounds.map(({ outOfSample }) => outOfSample); // => [1, -0.5]
 * ```
 */
export function surrogateReport(
  outcomes: readonly { readonly error: number; readonly note?: unknown }[],
): SurrogateReport {
  if (!isList(outcomes)) {
    throw new RangeError(`surrogateReport: expected the outcomes of a search, got ${say(outcomes)}`);
  }
  const rounds = new Map<number, { note: SurrogateNote; error: number }[]>();
  for (const outcome of Array.from(outcomes)) {
    if (!isObject(outcome) || typeof outcome.error !== "number") {
      throw new RangeError(`surrogateReport: expected outcomes { error, note }, got ${say(outcome)}`);
    }
    const { note, error } = outcome;
    if (!isNote(note) || Number.isNaN(error)) continue;
    rounds.set(note.round, [...(rounds.get(note.round) ?? []), { note, error }]);
  }
  const all = [...rounds].sort(([a], [b]) => a - b);
  return {
    rounds: all.map(([round, chosen]) => ({
      round,
      n: chosen.length,
      ...(chosen[0].note.inSample !== undefined && { inSample: chosen[0].note.inSample }),
      ...outOfSample(chosen),
    })),
    n: all.reduce((sum, [, chosen]) => sum + chosen.length, 0),
    ...outOfSample(all.flatMap(([, chosen]) => chosen)),
  };
}

const isNote = (note: unknown): note is SurrogateNote =>
  isObject(note) && "round" in note && "predicted" in note && typeof note.predicted === "number";

function outOfSample(chosen: readonly { note: SurrogateNote; error: number }[]) {
  const value = rankCorrelation(
    chosen.map(({ note }) => note.predicted),
    chosen.map(({ error }) => error),
  );
  return value === undefined ? {} : { outOfSample: value };
}

/** Spearman's ρ; undefined for fewer than three, and where one does not vary. */
export function rankCorrelation(predicted: ArrayLike<number>, errors: ArrayLike<number>): number | undefined {
  const varies = (values: ArrayLike<number>) => {
    for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return true;
    return false;
  };
  if (errors.length < 3 || !varies(predicted) || !varies(errors)) return undefined;
  return spearman(Array.from(predicted), Array.from(errors)).value;
}

export interface SurrogateQualityOptions {
  /** Parts of the data of which each is predicted by a fit to the others. Default 5. */
  readonly folds?: number;
  /** Decides the parts and the fits. Default 0. */
  readonly seed?: number;
}

/** Spearman's ρ between what is expected and what is; absent where one does not vary. */
export interface SurrogateQuality {
  /** Of a fit to all of the data, on the same data. */
  readonly inSample?: number;
  /** Each architecture by the fit that did not have it. */
  readonly outOfSample?: number;
  readonly n: number;
}

/**
 * How well a surrogate orders architectures, by cross-validation.
 *
 * @param inputs vectors, as `encoder(space).encode` gives them
 * @param errors what came of each
 * @throws RangeError for fewer architectures than folds, and for what no surrogate can be fitted to
 * @example
 * ```ts
 * import { encoder, linearEnsemble, surrogateQuality, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const encoded = encoder(SmallAssignments, { kind: "scaled" });
 * const ways = [...decisions(SmallAssignments).ways()].slice(0, 200);
 * const { inSample, outOfSample } = surrogateQuality(
 *   linearEnsemble(),
 *   ways.map(way => encoded.encode(way)),
 *   ways.map(way => assignments.look(way).error),
 * );
 * [inSample, outOfSample].map(rho => rho?.toFixed(2)); // => ["0.81", "0.73"]
 * ```
 */
export function surrogateQuality(
  surrogate: Surrogate,
  inputs: readonly Float64Array[],
  errors: ArrayLike<number>,
  options: SurrogateQualityOptions = {},
): SurrogateQuality {
  const caller = "surrogateQuality";
  if (!isObject(surrogate) || typeof surrogate.fit !== "function") {
    throw new RangeError(`${caller}: expected a surrogate such as linearEnsemble(), got ${say(surrogate)}`);
  }
  expectOptions(caller, options, { folds: "number?", seed: "number?" });
  const { folds = 5, seed = 0 } = options;
  requireData(caller, inputs, errors);
  const n = inputs.length;
  if (!(Number.isInteger(folds) && folds > 1 && folds <= n && n - Math.ceil(n / folds) > 1)) {
    throw new RangeError(
      `${caller}: folds must be an integer from 2 on that leaves two architectures or more to fit to, got ${say(folds)} for ${n}`,
    );
  }
  const random = seededAt(seed, 0);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const held = new Float64Array(n);
  for (let fold = 0; fold < folds; fold++) {
    const isOut = (_: unknown, place: number) => place % folds === fold;
    const [out, kept] = [order.filter(isOut), order.filter((i, place) => !isOut(i, place))];
    const fitted = surrogate.fit(
      kept.map(i => inputs[i]),
      kept.map(i => errors[i]),
      { seed },
    );
    const { mean } = fitted.predict(out.map(i => inputs[i]));
    for (const [k, i] of out.entries()) held[i] = mean[k];
  }
  const inSample = rankCorrelation(surrogate.fit(inputs, errors, { seed }).predict(inputs).mean, errors);
  const across = rankCorrelation(held, errors);
  return {
    n,
    ...(inSample !== undefined && { inSample }),
    ...(across !== undefined && { outOfSample: across }),
  };
}
