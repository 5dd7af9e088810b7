/**
 * REINFORCE and proximal policy optimisation, with one softmax for each choice or with an LSTM.
 *
 * REINFORCE (Williams 1992; for architectures Zoph and Le, ICLR 2017) follows, over a batch of m architectures,
 * (1/m) Σₖ Σₜ ∇ log π(aₜ) (Rₖ − b) with b an exponential moving average of rewards; PPO (Schulman et al. 2017; Zoph et al.,
 * CVPR 2018) takes several steps on a batch, along the gradient of min(ρ A, clip(ρ, 1 − c, 1 + c) A) with ρ the ratio of
 * the probability of a choice to what it was when it was drawn. An entropy bonus may be added. The reward is
 * 1 − error / 100, raised to `rewardPower`; one that failed has the least there was, at most 0.
 *
 * Deviations: the default controller is independent softmaxes, as NATS-Bench's REINFORCE has them, at a rate for some hundred
 * evaluations; `presets` has the published settings of LSTM controllers, which are tuned for some ten thousand: at their rates a
 * few hundred are random search. The average of rewards begins at the first batch's mean.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import { isObject } from "../../base/say.js";
import type { Question } from "../../spaces/decisions/walker.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Adam } from "../controllers/adam.js";
import { type Controller, drawFrom, entropyOf, type Pass, type Sampled } from "../controllers/controller.js";
import { Lstm, lstm, type LstmController } from "../controllers/lstm.js";
import { pack, type Packed, unpack } from "../controllers/pack.js";
import { Softmaxes } from "../controllers/softmaxes.js";
import { Proposer } from "../proposer.js";
import type { Proposal, Searcher } from "../searcher.js";
import { isCount, isPositive, isShare, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface ReinforceSettings {
  /** What chooses. Default `"softmaxes"`, one for each choice, independent; `lstm({ … })` is the published kind. */
  readonly controller?: "softmaxes" | "lstm" | LstmController;
  /** Of Adam. Default 0.03, scaled by us to some hundred evaluations. */
  readonly learningRate?: number;
  /** Of Adam. Default 0.9. */
  readonly beta1?: number;
  /** Of Adam. Default 1e-8. */
  readonly epsilon?: number;
  /** Decay of the moving average of rewards. Default 0.9. */
  readonly baselineDecay?: number;
  /** The reward is 1 − error / 100 to this power; NAS-RL's is 3. Default 1. */
  readonly rewardPower?: number;
  /** Architectures of one update. Default 1. */
  readonly batch?: number;
  /** Weight of the entropy. Default 0. */
  readonly entropy?: number;
  /**
   * What the entropy is added to: the `"objective"`, whose gradient it then has part in, or the `"reward"` of each
   * architecture, as ENAS' code has it. Default `"objective"`.
   */
  readonly entropyIn?: "objective" | "reward";
}

export interface PpoSettings extends ReinforceSettings {
  /** How far a ratio may move from 1. Default 0.2, the usual value; none is published for architectures [inferred]. */
  readonly clip?: number;
  /** Steps on each batch. Default 4 [inferred]. */
  readonly passes?: number;
}

const isNotNegative = (value: number) => value >= 0 && Number.isFinite(value);

const rules = {
  controller: ['"softmaxes", "lstm" or lstm({ … })', isController],
  learningRate: ["a positive number", isPositive],
  beta1: ["a number from 0, below 1", (value: number) => value >= 0 && value < 1],
  epsilon: ["a positive number", isPositive],
  baselineDecay: ["a number in [0, 1]", isShare],
  rewardPower: ["a positive number", isPositive],
  batch: ["a positive integer", isCount],
  entropy: ["a number of at least 0", isNotNegative],
  entropyIn: ['"objective" or "reward"', (value: string) => value === "objective" || value === "reward"],
} as const;

const defaults = {
  controller: "softmaxes",
  learningRate: 0.03,
  beta1: 0.9,
  epsilon: 1e-8,
  rewardPower: 1,
  entropyIn: "objective",
} as const;

/**
 * REINFORCE (Williams 1992; Zoph and Le 2017): a controller that follows the gradient of the expected reward, 1 − error / 100.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { reinforce, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const [run] = simulate(reinforce({ learningRate: 0.1 }), assignments, { evaluations: 60 });
 * (run.judged[59] - assignments.best).toFixed(2); // => "2.58"
 * ```
 */
export function reinforce(settings?: ReinforceSettings): Strategy {
  const all = settingsOf<ReinforceSettings>(
    "reinforce",
    settings,
    { ...defaults, baselineDecay: 0.9, batch: 1, entropy: 0 },
    rules,
  );
  return strategy("REINFORCE", all, { ...all, clip: Infinity, passes: 1 });
}

/**
 * Proximal policy optimisation (Schulman et al. 2017; Zoph et al. 2018): a controller that takes several clipped steps on each batch.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { lstm, ppo, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const strategy = ppo({ controller: lstm({ units: 16 }), learningRate: 0.01, batch: 10 });
 * const [run] = simulate(strategy, assignments, { evaluations: 60 });
 * (run.judged[59] - assignments.best).toFixed(2); // => "2.58"
 * ```
 */
export function ppo(settings?: PpoSettings): Strategy {
  const all = settingsOf<PpoSettings>(
    "ppo",
    settings,
    { ...defaults, baselineDecay: 0.95, batch: 20, entropy: 1e-5, clip: 0.2, passes: 4 },
    {
      ...rules,
      clip: ["a positive number", isPositive],
      passes: ["a positive integer", isCount],
    },
  );
  return strategy("PPO", all, all);
}

function isController(value: unknown): boolean {
  if (value === "softmaxes" || value === "lstm") return true;
  return isObject(value) && (value as { kind?: unknown }).kind === "lstm";
}

function strategy(name: string, settings: ReinforceSettings, all: Required<PpoSettings>): Strategy {
  const controller = controllerOf(all.controller);
  return {
    name: controller === "softmaxes" ? name : `${name} with an LSTM`,
    settings: { ...settings, controller },
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Controlled(name, context, { ...all, controller }, state as State | undefined),
  };
}

/** All of a controller's settings, checked again where they come from a file. */
function controllerOf(given: Required<ReinforceSettings>["controller"]): "softmaxes" | LstmController {
  if (given === "softmaxes") return given;
  if (given === "lstm") return lstm();
  const { kind: _, ...settings } = given;
  return lstm(settings);
}

/** An outcome that waits for its batch to be whole. */
interface Waiting<A> {
  readonly way: Way<A>;
  readonly reward: number;
  readonly note: Note;
}

/** What is known of a proposal when it is drawn, and of use when it is told. */
interface Note {
  /** Log-probability of each choice; with a clip alone. */
  readonly drawn?: readonly number[];
  /** Sum over its choices; where it is part of the reward alone. */
  readonly entropy?: number;
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly parameters: Packed;
  readonly first: Packed;
  readonly second: Packed;
  readonly steps: number;
  readonly baseline?: number;
  /** The least reward, where it is below 0. */
  readonly least?: number;
  readonly waiting: readonly {
    readonly code: readonly number[];
    readonly reward: number;
    readonly note: Note;
  }[];
}

/** A way through the choices, and what the controller thought of it. */
class Walked {
  readonly drawn: number[] = [];
  entropy = 0;
  readonly #pass: Pass;

  constructor(controller: Controller) {
    this.#pass = controller.begin();
  }

  answer(question: Question, by: (probabilities: Float64Array) => number): number {
    const probabilities = this.#pass.probabilities(question);
    const index = by(probabilities);
    this.drawn.push(Math.log(probabilities[index]));
    this.entropy += entropyOf(probabilities);
    this.#pass.took(index);
    return index;
  }
}

interface ControlledSettings extends Required<PpoSettings> {
  readonly controller: "softmaxes" | LstmController;
}

class Controlled<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #settings: ControlledSettings;
  readonly #controller: Controller;
  readonly #adam: Adam;
  #asked: number;
  #baseline: number | undefined;
  #least: number;
  #waiting: Waiting<A>[];
  /** Of the state, what only learning changes. */
  #packed: Pick<State, "parameters" | "first" | "second" | "steps"> | undefined;

  constructor(name: string, context: SearchContext<A>, settings: ControlledSettings, state?: State) {
    const { budget } = context;
    if (budget !== undefined && budget < settings.batch) {
      throw new RangeError(
        `${name}: a budget of ${budget} is below the first batch of ${settings.batch}, before anything is learnt, which makes it random search; give a smaller batch, such as ${Math.max(1, Math.floor(budget / 5))}`,
      );
    }
    this.#proposer = new Proposer(name, context);
    this.#seed = context.seed;
    this.#settings = settings;
    const { vocabulary } = this.#proposer.decisions;
    const { controller, learningRate, beta1, epsilon } = settings;
    this.#controller =
      controller === "softmaxes" ? new Softmaxes(vocabulary) : new Lstm(vocabulary, controller, context.seed);
    const { parameters } = this.#controller;
    this.#adam = new Adam(
      parameters.length,
      { learningRate, beta1, epsilon },
      parameters instanceof Float64Array ? Float64Array : Float32Array,
    );
    this.#asked = state?.asked ?? 0;
    this.#baseline = state?.baseline;
    this.#least = state?.least ?? 0;
    this.#waiting = (state?.waiting ?? []).map(({ code, ...rest }) => ({
      way: this.#proposer.decisions.decode(code),
      ...rest,
    }));
    if (!state) return;
    unpack(name, state.parameters, parameters);
    unpack(name, state.first, this.#adam.first);
    unpack(name, state.second, this.#adam.second);
    this.#adam.steps = state.steps;
  }

  ask(n: number): Proposal[] {
    return Array.from({ length: n }, () => this.#propose());
  }

  #propose(): Proposal {
    const random = seededAt(this.#seed, this.#asked++);
    const { decisions } = this.#proposer;
    let walked = new Walked(this.#controller);
    const way = this.#proposer.until(() => {
      walked = new Walked(this.#controller);
      return decisions.answer(question => walked.answer(question, p => drawFrom(p, random)));
    });
    return { way, note: this.#note(walked) };
  }

  #note({ drawn, entropy }: Walked): Note {
    return {
      ...(this.#settings.clip !== Infinity && { drawn }),
      ...(this.#settings.entropy > 0 && this.#settings.entropyIn === "reward" && { entropy }),
    };
  }

  /** The note of a proposal, or, where it comes from elsewhere, as it would be if it were drawn now. */
  #noteOf({ questions, code }: Way<A>, note: unknown): Note {
    if (isObject(note)) return note;
    const walked = new Walked(this.#controller);
    for (const [t, question] of questions.entries()) walked.answer(question, () => code[t]);
    return this.#note(walked);
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
    const { rewardPower, entropy, batch: size } = this.#settings;
    const known = this.#noteOf(way as Way<A>, note);
    const share = 1 - error / 100;
    // Its sign is kept: what is made small may be no error in per cent.
    let reward = Math.sign(share) * Math.abs(share) ** rewardPower;
    if (Number.isFinite(reward)) this.#least = Math.min(this.#least, reward);
    else reward = this.#least;
    if (known.entropy !== undefined) reward += entropy * known.entropy;
    this.#waiting.push({ way: way as Way<A>, reward, note: known });
    if (this.#waiting.length < size) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#learn(batch);
  }

  state(): State {
    this.#packed ??= {
      parameters: pack(this.#controller.parameters),
      first: pack(this.#adam.first),
      second: pack(this.#adam.second),
      steps: this.#adam.steps,
    };
    return {
      asked: this.#asked,
      ...this.#packed,
      ...(this.#baseline !== undefined && { baseline: this.#baseline }),
      ...(this.#least < 0 && { least: this.#least }),
      waiting: this.#waiting.map(({ way, reward, note }) => ({ code: way.code, reward, note })),
    };
  }

  #learn(batch: readonly Waiting<A>[]): void {
    const { baselineDecay, entropy, entropyIn, clip, passes } = this.#settings;
    const mean = batch.reduce((sum, { reward }) => sum + reward, 0) / batch.length;
    const baseline =
      this.#baseline === undefined ? mean : baselineDecay * this.#baseline + (1 - baselineDecay) * mean;
    this.#baseline = baseline;
    const sampled = batch.map(
      ({ way, reward, note }): Sampled => ({ way, advantage: reward - baseline, drawn: note.drawn ?? [] }),
    );
    const objective = { entropy: entropyIn === "objective" ? entropy : 0, clip };
    for (let pass = 0; pass < passes; pass++)
      this.#adam.step(this.#controller.parameters, this.#controller.gradient(sampled, objective));
    this.#packed = undefined;
  }
}
