/**
 * Hyperband (Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18, 2018): brackets of
 * successive halving that begin with many architectures trained a little, s = s_max = ⌊log_η (R / r)⌋, to few trained to the
 * end, s = 0; bracket s draws n = ⌈(s_max + 1) / (s + 1) · η^s⌉ and begins at R η^−s epochs. After the last the first begins again.
 *
 * Deviations: epochs are whole, R η^−s rounded; one that failed does not go on, which leaves a rung one short where there are
 * not enough others.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import type { Searcher } from "../../searcher.js";
import { type SearchContext, settingsOf, type Strategy } from "../../strategy.js";
import { type Bracket, climbBrackets } from "./brackets.js";
import { requireEpochs, rungDefaults, rungEpochs, rungRules, type RungSettings } from "./rungs.js";

export type HyperbandSettings = RungSettings;

/**
 * The brackets of Hyperband, in the order in which they are run.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```
 * hyperbandBrackets({ epochs: 9 }).map(({ n }) => n); // => [9, 5, 3]
 * ```
 */
export function hyperbandBrackets(settings: HyperbandSettings): Bracket[] {
  return bracketsOf("hyperbandBrackets", checked("hyperbandBrackets", settings));
}

/**
 * @throws RangeError for a setting that is not what it must be
 * @example `search(space, { strategy: hyperband({ epochs: 12 }), … })`
 */
export function hyperband(settings: HyperbandSettings): Strategy {
  const all = checked("hyperband", settings);
  const brackets = bracketsOf("hyperband", all);
  return {
    name: "hyperband",
    settings: all,
    epochs: all.epochs,
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      climbBrackets("hyperband", context, all.eta, brackets, state),
  };
}

function checked(caller: string, settings: HyperbandSettings): Required<RungSettings> {
  const all = settingsOf<RungSettings>(caller, settings, { ...rungDefaults, epochs: 1 }, rungRules);
  requireEpochs(caller, settings);
  return all;
}

function bracketsOf(caller: string, settings: Required<RungSettings>): Bracket[] {
  const rungs = rungEpochs(caller, settings);
  return rungs.map((_, i) => {
    const s = rungs.length - 1 - i;
    // In whole numbers: a product with 1/3 may come out above the integer that it is.
    return { n: Math.ceil((rungs.length * settings.eta ** s) / (s + 1)), epochs: rungs.slice(i) };
  });
}
