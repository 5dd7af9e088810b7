/**
 * The controller of architecture search by reinforcement (Zoph and Le, ICLR 2017; Zoph et al., CVPR 2018; Pham et al., ICML
 * 2018): an LSTM says the choices of a space's program one after the other. What it reads is the embedding of the option that was
 * taken last, at first a learned vector; each word of the vocabulary has a softmax over its options, those that are not offered
 * left out. Logits may be tempered, c · tanh(z / τ) (Bello et al. 2017).
 *
 * It samples by its own arithmetic. It learns by tfjs: the objective is made of tfjs's operations, of which the whole policy
 * is one, with a gradient of its own (`lstm-network.ts`); tfjs differentiates. Made of tfjs's operations down to the gates, some
 * fifty for each step and back, forty choices would take a tenth of a second in JavaScript.
 *
 * Deviations: anchors and pointers (of NAS-RL and ENAS) choose among earlier layers by attention; here such a choice is a word like
 * any other. ENAS' fixed ±0.25 on the logits of the normal cell's convolutions, and its penalty on skips, are left out. [inferred], for no
 * paper prints them: biases begin at zero, also the forget gate's; every embedding is drawn as the weights are.
 */
import { seededAt, MOST_SEED } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import type { Word } from "../../spaces/decisions/survey.js";
import { isCount, isPositive, settingsOf } from "../strategy.js";
import { type ChoiceRows, choiceRows } from "./choice-rows.js";
import type { Controller, Objective, Pass, Sampled } from "./controller.js";
import { LstmNetwork } from "./lstm-network.js";
import { negativeObjective } from "./objective-in-tf.js";
import { Offers } from "./offers.js";
import { withTf } from "./tf.js";

export interface LstmSettings {
  /** LSTMs on top of each other. Default 1, NASNet's. */
  readonly layers?: number;
  /** Numbers that each keeps. Default 100, NASNet's. */
  readonly units?: number;
  /** Weights are drawn uniformly from [−range, range]. Default 0.1, NASNet's. */
  readonly range?: number;
  /** What logits are divided by. Default 1. */
  readonly temperature?: number;
  /** The greatest logit, c of c · tanh(z / temperature). Default false: any. */
  readonly greatestLogit?: number | false;
  /** The same for choices whose options are neither numbers nor true and false, operations for instance. Default: as `greatestLogit`. */
  readonly greatestOperationLogit?: number | false;
  /** Logits at first of options that have these names, by name; those of others are 0. Default none. */
  readonly biases?: Readonly<Record<string, number>>;
}

/** An LSTM as a setting of `reinforce` and `ppo`: plain data. */
export interface LstmController extends Required<LstmSettings> {
  readonly kind: "lstm";
}

const isLimit = (value: unknown): boolean => value === false || isPositive(value as number);

/**
 * An LSTM controller for `reinforce` and `ppo`.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example `ppo({ controller: lstm({ units: 100 }), learningRate: 3.5e-4 })`
 */
export function lstm(settings?: LstmSettings): LstmController {
  const greatestLogit = settings?.greatestLogit ?? false;
  const all = settingsOf<LstmSettings>(
    "lstm",
    settings,
    {
      layers: 1,
      units: 100,
      range: 0.1,
      temperature: 1,
      greatestLogit: false,
      greatestOperationLogit: greatestLogit,
      biases: {},
    },
    {
      layers: ["a positive integer", isCount],
      units: ["a positive integer", isCount],
      range: ["a positive number", isPositive],
      temperature: ["a positive number", isPositive],
      greatestLogit: ["a positive number or false", isLimit],
      greatestOperationLogit: ["a positive number or false", isLimit],
      biases: [
        "numbers by the names of options",
        (value: unknown) => isObject(value) && Object.values(value).every(Number.isFinite),
      ],
    },
  );
  return { kind: "lstm", ...all };
}

/** What an option is called in `biases`. */
const nameOf = (option: unknown): string =>
  isObject(option) && typeof (option as { name?: unknown }).name === "string"
    ? (option as { name: string }).name
    : String(option);

export class Lstm implements Controller {
  readonly parameters: Float32Array;
  readonly #settings: LstmController;
  readonly #offers: Offers;
  readonly #network: LstmNetwork;
  /** Of every option, the greatest logit; Infinity where there is none. */
  readonly #limits: Float64Array;

  /** @throws RangeError for a bias of an option that the vocabulary does not have */
  constructor(vocabulary: readonly Word[], settings: LstmController, seed: number) {
    this.#settings = settings;
    this.#offers = new Offers(vocabulary);
    const { layers, units, range, greatestLogit, greatestOperationLogit, biases } = settings;
    this.#network = new LstmNetwork({ layers, units, options: this.#offers.size });
    this.#limits = Float64Array.from(
      vocabulary.flatMap(({ options }) => {
        const plain = options.every(option => typeof option === "number" || typeof option === "boolean");
        const limit = (plain ? greatestLogit : greatestOperationLogit) || Infinity;
        return options.map(() => limit);
      }),
    );
    this.parameters = new Float32Array(this.#network.size);
    // A place that no proposal has.
    const random = seededAt(seed, MOST_SEED);
    for (const [from, to] of this.#network.weights)
      for (let i = from; i < to; i++) this.parameters[i] = range * (2 * random() - 1);
    const names = vocabulary.flatMap(({ options }) => options.map(nameOf));
    for (const [name, bias] of Object.entries(biases)) {
      if (!names.includes(name)) {
        throw new RangeError(
          `lstm: expected biases of options of the space, got ${say(name)}; there are ${[...new Set(names)].slice(0, 20).join(", ")}`,
        );
      }
      for (const [i, other] of names.entries())
        if (other === name) this.parameters[this.#network.headBias + i] = bias;
    }
  }

  begin(): Pass {
    const walk = this.#network.walk(this.parameters);
    let places: Int32Array;
    return {
      probabilities: question => {
        places = this.#offers.of(question);
        const logits = walk.logits(places);
        for (let i = 0; i < logits.length; i++) logits[i] = this.#tempered(logits[i], places[i]);
        return softmax(logits);
      },
      took: index => walk.read(1 + places[index]),
    };
  }

  #tempered(logit: number, place: number): number {
    const z = logit / this.#settings.temperature;
    const limit = this.#limits[place];
    return limit === Infinity ? z : limit * Math.tanh(z);
  }

  gradient(batch: readonly Sampled[], objective: Objective): Float32Array {
    const rows = choiceRows(batch, this.#offers);
    if (rows.count === 0) return new Float32Array(this.parameters.length);
    return withTf(tf => {
      // The whole policy is one operation: of the parameters, log π of each choice that was taken, and its entropy.
      const policy = tf.customGrad(() => {
        const { logits, back } = this.#network.forward(this.parameters, rows);
        const { values, slopesOfLogits } = this.#choices(logits, rows);
        return {
          value: tf.tensor2d(values, [rows.count, 2]),
          gradFunc: slopes => tf.tensor1d(back(slopesOfLogits(slopes.dataSync<"float32">()))),
        };
      });
      const down = tf.grad(parameters =>
        negativeObjective(tf, policy(parameters), rows, batch.length, objective),
      );
      return down(tf.tensor1d(this.parameters)).dataSync<"float32">();
    });
  }

  /**
   * Of each choice log π of what was taken and entropy, and the way back: ∂ log π(a) / ∂ zₖ = 1[k = a] − πₖ,
   * ∂ H / ∂ zₖ = −πₖ (log πₖ + H), and of a tempered logit limit (1 − tanh²) / temperature by the one before.
   */
  #choices(
    logits: Float32Array,
    { count, width, places, taken }: ChoiceRows,
  ): { readonly values: Float32Array; readonly slopesOfLogits: (slopes: Float32Array) => Float32Array } {
    const values = new Float32Array(2 * count);
    const logs = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      const offered = places[row];
      const first = row * width;
      let most = -Infinity;
      for (let j = 0; j < offered.length; j++)
        most = Math.max(most, (logs[first + j] = this.#tempered(logits[first + j], offered[j])));
      let sum = 0;
      for (let j = 0; j < offered.length; j++) sum += Math.exp(logs[first + j] - most);
      const all = most + Math.log(sum);
      let entropy = 0;
      for (let j = 0; j < offered.length; j++) {
        const log = (logs[first + j] -= all);
        entropy -= Math.exp(log) * log;
      }
      values[2 * row] = logs[first + taken[row]];
      values[2 * row + 1] = entropy;
    }
    const { temperature } = this.#settings;
    const slopesOfLogits = (slopes: Float32Array): Float32Array => {
      const into = new Float32Array(count * width);
      for (let row = 0; row < count; row++) {
        const offered = places[row];
        const [ofLog, ofEntropy, entropy] = [slopes[2 * row], slopes[2 * row + 1], values[2 * row + 1]];
        for (let j = 0; j < offered.length; j++) {
          const at = row * width + j;
          const pi = Math.exp(logs[at]);
          const slope = ofLog * ((j === taken[row] ? 1 : 0) - pi) - ofEntropy * pi * (logs[at] + entropy);
          const limit = this.#limits[offered[j]];
          const bent = limit === Infinity ? 1 : limit * (1 - Math.tanh(logits[at] / temperature) ** 2);
          into[at] = (slope * bent) / temperature;
        }
      }
      return into;
    };
    return { values, slopesOfLogits };
  }
}

function softmax(logits: Float64Array): Float64Array {
  let most = -Infinity;
  for (const z of logits) most = Math.max(most, z);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += logits[i] = Math.exp(logits[i] - most);
  for (let i = 0; i < logits.length; i++) logits[i] /= sum;
  return logits;
}
