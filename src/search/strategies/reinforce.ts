/**
 * REINFORCE and proximal policy optimisation with one softmax for each choice.
 *
 * REINFORCE (Williams 1992; for architectures Zoph and Le, ICLR 2017) follows, over a batch of m architectures,
 * (1/m) Σₖ Σₜ ∇ log π(aₜ) (Rₖ − b) with b an exponential moving average of rewards; PPO (Schulman et al. 2017; Zoph et al.,
 * CVPR 2018) takes several steps on a batch, along the gradient of min(ρ A, clip(ρ, 1 − c, 1 + c) A) with ρ the ratio of
 * the probability of a choice to what it was when it was drawn. An entropy bonus may be added. The reward is
 * 1 − error / 100.
 *
 * Deviation: independent softmaxes in place of an LSTM, as NATS-Bench's REINFORCE has them; `presets` name the published
 * settings of controllers, which are tuned for some ten thousand samples: at their rates a few hundred are random search.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Adam } from "../controllers/adam.js";
import { Softmaxes } from "../controllers/softmaxes.js";
import { Proposer } from "../proposer.js";
import type { Proposal, Searcher } from "../searcher.js";
import { isCount, isPositive, isShare, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface ReinforceSettings {
  /** Of Adam. Default 0.03, scaled by us to some hundred evaluations. */
  readonly learningRate?: number;
  /** Decay of the moving average of rewards. Default 0.9. */
  readonly baselineDecay?: number;
  /** Architectures of one update. Default 1. */
  readonly batch?: number;
  /** Weight of the entropy. Default 0. */
  readonly entropy?: number;
}

export interface PpoSettings extends ReinforceSettings {
  /** How far a ratio may move from 1. Default 0.2, the usual value; none is published for architectures [inferred]. */
  readonly clip?: number;
  /** Steps on each batch. Default 4 [inferred]. */
  readonly passes?: number;
}

const rules = {
  learningRate: ["a positive number", isPositive],
  baselineDecay: ["a number in [0, 1]", isShare],
  batch: ["a positive integer", isCount],
  entropy: ["a number of at least 0", (value: number) => value >= 0 && Number.isFinite(value)],
} as const;

/** @throws RangeError for a setting that is not what it must be */
export function reinforce(settings?: ReinforceSettings): Strategy {
  const all = settingsOf<ReinforceSettings>(
    "reinforce",
    settings,
    { learningRate: 0.03, baselineDecay: 0.9, batch: 1, entropy: 0 },
    rules,
  );
  return strategy("REINFORCE", all, { ...all, clip: Infinity, passes: 1 });
}

/** @throws RangeError for a setting that is not what it must be */
export function ppo(settings?: PpoSettings): Strategy {
  const all = settingsOf<PpoSettings>(
    "ppo",
    settings,
    { learningRate: 0.03, baselineDecay: 0.95, batch: 20, entropy: 1e-5, clip: 0.2, passes: 4 },
    {
      ...rules,
      clip: ["a positive number", isPositive],
      passes: ["a positive integer", isCount],
    },
  );
  return strategy("PPO", all, all);
}

const strategy = (name: string, settings: object, all: Required<PpoSettings>): Strategy => ({
  name,
  settings: settings as Strategy["settings"],
  start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
    new Controlled(name, context, all, state as State | undefined),
});

/** An outcome that waits for its batch to be whole. */
interface Waiting<A> {
  readonly way: Way<A>;
  readonly reward: number;
  /** Log-probability of each choice when it was drawn. */
  readonly drawn: readonly number[];
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly parameters: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly steps: number;
  readonly baseline?: number;
  readonly waiting: readonly {
    readonly code: readonly number[];
    readonly reward: number;
    readonly drawn: readonly number[];
  }[];
}

class Controlled<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #settings: Required<PpoSettings>;
  readonly #policy: Softmaxes;
  readonly #adam: Adam;
  readonly #gradient: Float64Array;
  #asked: number;
  #baseline: number | undefined;
  #waiting: Waiting<A>[];

  constructor(name: string, context: SearchContext<A>, settings: Required<PpoSettings>, state?: State) {
    this.#proposer = new Proposer(name, context);
    this.#seed = context.seed;
    this.#settings = settings;
    this.#policy = new Softmaxes(this.#proposer.decisions.vocabulary);
    const { parameters } = this.#policy;
    this.#adam = new Adam(parameters.length, { learningRate: settings.learningRate });
    this.#gradient = new Float64Array(parameters.length);
    this.#asked = state?.asked ?? 0;
    this.#baseline = state?.baseline;
    this.#waiting = (state?.waiting ?? []).map(({ code, ...rest }) => ({
      way: this.#proposer.decisions.decode(code),
      ...rest,
    }));
    if (!state) return;
    parameters.set(state.parameters);
    this.#adam.first.set(state.first);
    this.#adam.second.set(state.second);
    this.#adam.steps = state.steps;
  }

  ask(n: number): Proposal[] {
    return Array.from({ length: n }, () => {
      const random = seededAt(this.#seed, this.#asked++);
      const { decisions } = this.#proposer;
      const way = this.#proposer.until(() =>
        decisions.answer(question => this.#policy.sample(question, random)),
      );
      return { way: way as never, note: this.#settings.passes > 1 ? this.#logProbabilities(way) : [] };
    });
  }

  tell({
    way,
    error,
    note,
  }: {
    readonly way: unknown;
    readonly error: number;
    readonly note?: unknown;
  }): void {
    // One that failed is as bad as can be.
    const reward = Number.isNaN(error) ? 0 : 1 - error / 100;
    const drawn = (note ?? []) as readonly number[];
    this.#waiting.push({ way: way as Way<A>, reward, drawn });
    if (this.#waiting.length < this.#settings.batch) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#learn(batch);
  }

  state(): State {
    return {
      asked: this.#asked,
      parameters: [...this.#policy.parameters],
      first: [...this.#adam.first],
      second: [...this.#adam.second],
      steps: this.#adam.steps,
      ...(this.#baseline !== undefined && { baseline: this.#baseline }),
      waiting: this.#waiting.map(({ way, reward, drawn }) => ({ code: way.code, reward, drawn })),
    };
  }

  #learn(batch: readonly Waiting<A>[]): void {
    const { baselineDecay, entropy, clip, passes } = this.#settings;
    const mean = batch.reduce((sum, { reward }) => sum + reward, 0) / batch.length;
    this.#baseline =
      this.#baseline === undefined ? mean : baselineDecay * this.#baseline + (1 - baselineDecay) * mean;
    for (let pass = 0; pass < passes; pass++) {
      this.#gradient.fill(0);
      for (const { way, reward, drawn } of batch) {
        const advantage = reward - this.#baseline;
        for (let t = 0; t < way.questions.length; t++) {
          const answered = { question: way.questions[t], index: way.code[t] };
          // A descent: the negative of what is to rise.
          const weight = -this.#weight(answered, advantage, drawn[t], clip) / batch.length;
          this.#policy.addGradient(answered, weight, -entropy / batch.length, this.#gradient);
        }
      }
      this.#adam.step(this.#policy.parameters, this.#gradient);
    }
  }

  /** ∂ objective / ∂ log π of a choice. */
  #weight(
    { question, index }: { readonly question: Way<A>["questions"][number]; readonly index: number },
    advantage: number,
    drawn: number | undefined,
    clip: number,
  ): number {
    if (drawn === undefined) return advantage;
    const ratio = this.#policy.probabilities(question)[index] / Math.exp(drawn);
    // Beyond the clip the objective is flat.
    if (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip) return 0;
    return ratio * advantage;
  }

  #logProbabilities({ questions, code }: Way<A>): number[] {
    return questions.map((question, t) => Math.log(this.#policy.probabilities(question)[code[t]]));
  }
}
