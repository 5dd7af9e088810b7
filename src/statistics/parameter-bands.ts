/**
 * How a parameter of good networks changes along another, mostly flops: the all / good / best bands of Figures 11
 * to 13.
 */
import { inTable, short } from "./shown-result.js";
import { quantileSorted } from "./scale.js";
import { type BestValue, type BestValueOptions, bestValue } from "./best-value.js";
import {
  checkedOptions,
  type Numbers,
  requireFinite,
  requireNumbers,
  requireSameLength,
  StatisticsError,
} from "./statistics-error.js";

/** The models of one regime, for example all those sampled near 400 MF. */
export interface ParameterBand {
  /** Where the regime lies: its value of `along`. */
  readonly along: number;
  readonly n: number;
  /** Central interval of the parameter over all its models. */
  readonly all: readonly [number, number];
  /** The interval of the best value by empirical bootstrap: where good models lie. */
  readonly good: readonly [number, number];
  /** Its median: the trend line. */
  readonly best: number;
}

export type ParameterBandsOptions = Pick<BestValueOptions, "fraction" | "level">;

/**
 * All, good and best values of a parameter in each regime, regimes rising.
 *
 * The paper draws these bands without saying how; here "good" and "best" are the interval and median that its
 * section 3.2 defines for the best value, and "all" is the central interval of all models at the same level, 95 %
 * by default.
 *
 * @param along the regime of each model, equal for the models of one regime: round flops to the regime's
 * @param values the parameter, one per model
 * @param errors one per model, per cent
 * @throws StatisticsError if a regime has fewer than two models
 * @example
 * ```ts
 * const { rows, errors } = await shippedPopulation("RegNetX");
 * const regimes = rows.map(({ flops }) => (flops < 1.5e6 ? 1.25e6 : 1.75e6));
 * const bands = parameterBands(regimes, rows.map(({ depth }) => depth), errors);
 * bands.map(({ n, best }) => [n, best]); // => [[69, 15], [59, 12]]
 * ```
 */
export function parameterBands(
  along: Numbers,
  values: Numbers,
  errors: Numbers,
  options: ParameterBandsOptions = {},
): ParameterBand[] {
  const fn = "parameterBands";
  requireFinite(fn, "regimes", along, 2);
  requireSameLength(fn, "values", values, "regimes", along);
  requireSameLength(fn, "errors", errors, "regimes", along);
  const regimes = new Map<number, { values: number[]; errors: number[] }>();
  for (let i = 0; i < along.length; i++) {
    let regime = regimes.get(along[i]);
    if (!regime) regimes.set(along[i], (regime = { values: [], errors: [] }));
    regime.values.push(values[i]);
    regime.errors.push(errors[i]);
  }
  const { level = 0.95 } = checkedOptions(fn, options, { fraction: true, level: true });
  requireNumbers(fn, { level });
  const bands = [...regimes]
    .sort(([a], [b]) => a - b)
    .map(([where, regime]) => {
      if (regime.values.length < 2) {
        throw new StatisticsError(
          `${fn}: expected at least 2 models a regime, got 1 at ${where}; round \`along\` to the regimes`,
        );
      }
      const { low, high, median }: BestValue = bestValue(regime.values, regime.errors, options);
      const sorted = regime.values.toSorted((a, b) => a - b);
      const all = [quantileSorted(sorted, (1 - level) / 2), quantileSorted(sorted, (1 + level) / 2)] as const;
      return { along: where, n: sorted.length, all, good: [low, high] as const, best: median };
    });
  const range = ([low, high]: readonly [number, number]) => `${short(low)} to ${short(high)}`;
  return inTable(bands, some => ({
    title: `Values of ${short(100 * level)} % of all, and the best by the empirical bootstrap, in ${some.length} regimes`,
    head: ["along", "all", "good", "best", "n"],
    rows: some.map(({ along: where, all, good, best, n }) => [
      short(where),
      range(all),
      range(good),
      short(best),
      String(n),
    ]),
  }));
}
