/**
 * Successive halving (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS
 * 2016, in the form of Li et al.'s Hyperband): `n` architectures are trained for few epochs; the best ⌊n / η⌋ go on to η times
 * as many, and so on. Where one bracket is over, the next begins with other architectures.
 *
 * The epochs are those of one schedule, whose learning rate falls as in the whole training. Evaluations are proposals: an
 * architecture counts once on each rung that it is on, and costs the further epochs alone.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import type { Searcher } from "../../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../../strategy.js";
import { climbBrackets } from "./brackets.js";
import { requireEpochs, rungDefaults, rungEpochs, rungRules, type RungSettings } from "./rungs.js";

export interface SuccessiveHalvingSettings extends RungSettings {
  /** Architectures that a bracket begins with. Default η^s for s rungs above the first, of which one is trained to the end. */
  readonly n?: number;
}

/**
 * @throws RangeError for a setting that is not what it must be
 * @example `search(space, { strategy: successiveHalving({ epochs: 12, eta: 2 }), … })`
 */
export function successiveHalving(settings: SuccessiveHalvingSettings): Strategy {
  const rungsOnly = { ...rungDefaults, epochs: 1 };
  const { n: asked, ...rungs } = settingsOf<SuccessiveHalvingSettings>(
    "successiveHalving",
    settings,
    { ...rungsOnly, n: 0 },
    { ...rungRules, n: ["a positive integer", isCount] },
  );
  requireEpochs("successiveHalving", settings);
  const epochs = rungEpochs("successiveHalving", rungs);
  const fewest = rungs.eta ** (epochs.length - 1);
  const n = asked || fewest;
  if (n < fewest) {
    throw new RangeError(
      `successiveHalving: n must be at least ${fewest}, of which one is left on the last of ${epochs.length} rungs, got ${n}; give it more, or a greater least`,
    );
  }
  return {
    name: "successive halving",
    settings: { ...rungs, n },
    epochs: rungs.epochs,
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      climbBrackets("successiveHalving", context, rungs.eta, [{ n, epochs }], state),
  };
}
