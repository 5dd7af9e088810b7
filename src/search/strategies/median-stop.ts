/**
 * A strategy whose trainings are ended early where they are hopeless, by the median rule (Golovin et al., "Google Vizier", KDD
 * 2017): one whose error after an epoch is worse than the median of what others had after that epoch goes no further, and is told with the
 * error that it had then.
 *
 * The medians are those of the outcomes that were told when the training was asked for; they go with it. So which training ends
 * first decides nothing, and a search that was killed ends the same trainings after the same epochs.
 *
 * Deviations: errors after an epoch are compared with one another, where Vizier compares a trial's best so far with the running
 * means of others. On tables, which tell of no epoch in between, nothing is ended.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface MedianStopSettings {
  /** Epochs that every training gets. Default 1. */
  readonly after?: number;
  /** Errors after an epoch that must be known before any training is ended there. Default 5. */
  readonly trials?: number;
}

/** Plain data: errors after epochs, each list rising. */
interface State {
  readonly inner: unknown;
  readonly errors: readonly (readonly [epoch: number, errors: readonly number[]])[];
}

/**
 * @param strategy what proposes; the recipe must test along the way (`testEvery`): a search with nothing to compare is refused
 * @throws RangeError for what is no strategy, or a setting that is not what it must be
 * @example `search(space, { strategy: medianStop(random(), { after: 3 }), … })`
 */
export function medianStop(strategy: Strategy, settings?: MedianStopSettings): Strategy {
  if (!isObject(strategy) || typeof strategy.start !== "function") {
    throw new RangeError(`medianStop: expected a strategy such as evolution(), got ${say(strategy)}`);
  }
  const all = settingsOf<MedianStopSettings>(
    "medianStop",
    settings,
    { after: 1, trials: 5 },
    { after: ["a positive integer", isCount], trials: ["a positive integer", isCount] },
  );
  return {
    ...strategy,
    name: `${strategy.name}, median stop`,
    settings: { ...strategy.settings, medianStop: all },
    watches: true,
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Stopping(
        strategy.start(context, (state as State | undefined)?.inner),
        all,
        state as State | undefined,
      ),
  };
}

class Stopping implements Searcher {
  readonly #inner: Searcher;
  readonly #after: number;
  readonly #trials: number;
  readonly #errors: Map<number, number[]>;

  constructor(inner: Searcher, { after, trials }: Required<MedianStopSettings>, state?: State) {
    this.#inner = inner;
    this.#after = after;
    this.#trials = trials;
    this.#errors = new Map((state?.errors ?? []).map(([epoch, errors]) => [epoch, [...errors]]));
  }

  ask(n: number): readonly Proposal[] {
    return this.#inner.ask(n).map(proposal => {
      const stopAbove = this.#bounds(proposal.epochs);
      return Object.keys(stopAbove).length > 0 ? { ...proposal, stopAbove } : proposal;
    });
  }

  tell(outcome: Outcome): void {
    for (const { epoch, validationError, testError } of outcome.record?.epochs ?? []) {
      const error = validationError ?? testError;
      if (error === undefined) continue;
      const errors = this.#errors.get(epoch) ?? [];
      const above = errors.findIndex(other => other > error);
      errors.splice(above < 0 ? errors.length : above, 0, error);
      this.#errors.set(epoch, errors);
    }
    this.#inner.tell(outcome);
  }

  state(): State {
    return { inner: this.#inner.state(), errors: [...this.#errors] };
  }

  /** The median after each epoch before a training's last. */
  #bounds(epochs: number = Math.max(0, ...this.#errors.keys())): Record<number, number> {
    const bounds: Record<number, number> = {};
    for (const [epoch, errors] of this.#errors) {
      if (epoch < this.#after || epoch >= epochs || errors.length < this.#trials) continue;
      const middle = (errors.length - 1) / 2;
      bounds[epoch] = (errors[Math.floor(middle)] + errors[Math.ceil(middle)]) / 2;
    }
    return bounds;
  }
}
