/** Which measures without training there are, and what of a network's passes each is made of. */
import { complexity } from "../../../networks/complexity.js";
import type { Network } from "../../../networks/network.js";
import { say } from "../../../base/say.js";
import type { Weights } from "../../../training/engine.js";
import type { Probe, Probed, Session } from "../../../training/session.js";
import type { LabelledBatch } from "./batch.js";
import { activationKernel, gradientNorm, jacobianCovariance, saliency, type Scored } from "./formulas.js";
import { relusOf, weightsOf, withoutNorms } from "./variants.js";

/** What a measure may ask of a network at its initial weights; each pass is made once, when the first asks. */
export interface Passes {
  readonly network: Network;
  readonly resolution: number;
  readonly count: number;
  readonly weights: () => Promise<Weights>;
  /** Of the cross-entropy of the batch. */
  readonly gradients: () => Promise<Weights>;
  /** Of the sum of all logits of the batch, with the answers of every ReLU. */
  readonly probe: () => Promise<Probe>;
  /** In double: weights without their signs, no normalisation, one image of ones; gradients of the sum of the logits. */
  readonly flow: () => Promise<{
    readonly weights: Weights;
    readonly gradients: ReadonlyMap<string, Probed>;
  }>;
}

type Measure = (passes: Passes) => Promise<Scored> | Scored;

const finite = (value: number, note: string): Scored =>
  Number.isFinite(value) ? { value } : { value: Number.NaN, note };
const beyond = "the pass gave numbers that are not finite";

/** The values of some weights that a network has. */
const pick = (weights: Weights, names: readonly string[]): Float32Array[] =>
  names.map(name => weights.get(name)!.values);

const all = {
  gradNorm: async ({ network, gradients }) =>
    finite(gradientNorm(pick(await gradients(), weightsOf(network))), beyond),
  snip: async ({ network, weights, gradients }) => {
    const names = weightsOf(network);
    const [own, towards] = [pick(await weights(), names), pick(await gradients(), names)];
    return finite(saliency(own.map((values, i) => [values, towards[i]])), beyond);
  },
  synflow: async ({ network, flow }) => {
    const { weights, gradients } = await flow();
    const pairs = weightsOf(network).map(name => [weights.get(name)!.values, gradients.get(name)!] as const);
    return finite(
      saliency(pairs),
      "the flow is beyond what double holds, 10³⁰⁸, or the weights are not finite",
    );
  },
  jacobCov: async passes => {
    if (await isRounding(passes)) {
      return {
        value: Number.NaN,
        note: "the network ends in batch normalisation, which makes the sum of a batch's logits the same whatever its images are: their gradients are rounding alone",
      };
    }
    return jacobianCovariance((await passes.probe()).images!, passes.count);
  },
  naswot: async ({ network, count, probe }) => {
    const { layers } = await probe();
    return activationKernel(
      relusOf(network).map(name => layers.get(name)!),
      count,
    );
  },
  params: ({ network, resolution }) => ({ value: complexity(network, resolution).params }),
  flops: ({ network, resolution }) => ({ value: complexity(network, resolution).flops }),
} satisfies Record<string, Measure>;

/** Of one batch, how much smaller than that of the loss the gradient of the logits' sum is where it is nothing but rounding. */
const ROUNDING = 1e-3;

/**
 * Whether the gradient of the logits' sum is none: where nothing but sums lies behind the last normalisations, whose mean over the
 * batch is always the same. At the first layer with weights it is then a millionth of the loss's, which weighs the images
 * differently, and otherwise about as large.
 */
async function isRounding({ network, count, probe, gradients }: Passes): Promise<boolean> {
  const [first] = weightsOf(network);
  if (first === undefined) return false;
  const sum = gradientNorm([(await probe()).gradients.get(first)!]);
  const loss = gradientNorm([(await gradients()).get(first)!.values]);
  // Of what does not depend on the images at all both are 0.
  return sum > 0 && sum < ROUNDING * count * loss;
}

/** A measure without training; `params` and `flops` are the baseline that the others have to beat. */
export type ZeroCostName = keyof typeof all;

/** How each is measured. */
export const measureBy: Readonly<Record<ZeroCostName, Measure>> = all;
export const zeroCostNames = Object.keys(all) as readonly ZeroCostName[];

/** @throws RangeError naming the caller, for what is no list of measures */
export function checkedMeasures(caller: string, measures: unknown = zeroCostNames): readonly ZeroCostName[] {
  const asked: unknown[] = Array.isArray(measures) ? measures : [measures];
  const odd = asked.find(name => typeof name !== "string" || !Object.hasOwn(all, name));
  if (asked.length > 0 && odd === undefined) return [...new Set(asked as ZeroCostName[])];
  throw new RangeError(
    `${caller}: expected measures among ${zeroCostNames.join(", ")}, got ${asked.length === 0 ? "none" : say(odd)}`,
  );
}

/** Passes of a network whose weights are a session's. `open` opens another, in double. */
export function passesOf(
  session: Session,
  { batch, labels }: LabelledBatch,
  open: (network: Network) => Promise<Session>,
): Passes {
  const { network } = session;
  const [count, channels, resolution] = batch.shape;
  const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
  };
  const weights = once(() => session.weights());
  return {
    network,
    resolution,
    count,
    weights,
    gradients: once(async () => (await session.gradients(network, batch, labels)).gradients),
    probe: once(() =>
      session.probe!(network, batch, {
        layers: relusOf(network),
        towards: new Float32Array(count * network.classes).fill(1),
      }),
    ),
    flow: once(async () => {
      const bare = withoutNorms(network);
      const double = await open(bare);
      try {
        await double.restore(positive(await weights(), await double.weights()));
        const images = new Float32Array(channels * resolution * resolution).fill(1);
        const { gradients } = await double.probe!(
          bare,
          { images, shape: [1, channels, resolution, resolution] },
          { towards: new Float32Array(network.classes).fill(1) },
        );
        return { weights: await double.weights(), gradients };
      } finally {
        double.dispose();
      }
    }),
  };
}

/** Of the weights those that a network has, without their signs. */
const positive = (weights: Weights, wanted: Weights): Weights =>
  new Map(
    [...wanted].map(([name, { shape }]) => [
      name,
      { shape, values: weights.get(name)!.values.map(Math.abs) },
    ]),
  );
