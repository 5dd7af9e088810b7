/** Optimisers in tfjs, as torch.optim computes them, on all parameters at once. */
import type { Scalar, Tensor1D } from "@tensorflow/tfjs-core";
import type { WholeSettings } from "../../recipe/optimisers.js";
import type { Tf } from "./tf.js";

/** What an optimiser remembers from step to step. */
export interface Moments {
  readonly of: WholeSettings["optimiser"];
  /** Momentum of SGD and RMSProp, Adam's mean of gradients. */
  readonly first: Tensor1D;
  /** Mean of squared gradients; as many numbers where an optimiser has it, else none. */
  readonly second: Tensor1D;
  readonly steps: number;
}

/** Of an optimiser that has taken no step. */
export const beginMoments = (tf: Tf, of: Moments["of"], size: number): Moments => ({
  of,
  first: tf.zeros([size]),
  second: tf.zeros([of === "sgd" ? 0 : size]),
  steps: 0,
});

/** Parameters and their gradients, and the weight decay of all, or of each. */
export interface Slots {
  readonly flat: Tensor1D;
  readonly gradient: Tensor1D;
  readonly decay: number | Tensor1D;
}

/** The parameters after a step, and what is then remembered; frees nothing that it is given. */
export function optimise(
  tf: Tf,
  settings: WholeSettings,
  { flat, gradient, decay }: Slots,
  moments: Moments,
): { flat: Tensor1D; moments: Moments } {
  const { optimiser, learningRate } = settings;
  const steps = moments.steps + 1;
  const [next, first, second] = tf.tidy((): Tensor1D[] => {
    if (optimiser === "adamw") {
      const kept = decay === 0 ? flat : tf.sub<Tensor1D>(flat, tf.mul(flat, tf.mul(decay, learningRate)));
      return adam(tf, settings, kept, gradient, moments, steps);
    }
    const decayed = decay === 0 ? gradient : tf.add<Tensor1D>(gradient, tf.mul(flat, decay));
    if (optimiser === "adam") return adam(tf, settings, flat, decayed, moments, steps);
    if (optimiser === "rmsprop") return rmsProp(tf, settings, flat, decayed, moments);
    return sgd(tf, settings, flat, decayed, moments);
  });
  return { flat: next, moments: { of: optimiser, first, second, steps } };
}

function sgd(
  tf: Tf,
  { learningRate, momentum, nesterov }: WholeSettings,
  flat: Tensor1D,
  gradient: Tensor1D,
  { first, second }: Moments,
): Tensor1D[] {
  if (momentum === 0) {
    return [tf.sub(flat, tf.mul(gradient, learningRate)), tf.clone(first), tf.clone(second)];
  }
  const moved: Tensor1D = tf.add(tf.mul(first, momentum), gradient);
  const step = nesterov ? tf.add(gradient, tf.mul(moved, momentum)) : moved;
  return [tf.sub(flat, tf.mul(step, learningRate)), moved, tf.clone(second)];
}

function adam(
  tf: Tf,
  { learningRate, beta1, beta2, epsilon }: WholeSettings,
  flat: Tensor1D,
  gradient: Tensor1D,
  moments: Moments,
  steps: number,
): Tensor1D[] {
  const first: Tensor1D = tf.add(tf.mul(moments.first, beta1), tf.mul(gradient, 1 - beta1));
  const second: Tensor1D = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const root = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** steps)), epsilon);
  const step = tf.mul(tf.div(first, root), learningRate / (1 - beta1 ** steps));
  return [tf.sub(flat, step), first, second];
}

function rmsProp(
  tf: Tf,
  { learningRate, momentum, smoothing, epsilon, epsilonInsideRoot }: WholeSettings,
  flat: Tensor1D,
  gradient: Tensor1D,
  moments: Moments,
): Tensor1D[] {
  const second: Tensor1D = tf.add(
    tf.mul(moments.second, smoothing),
    tf.mul(tf.square(gradient), 1 - smoothing),
  );
  const root = epsilonInsideRoot ? tf.sqrt(tf.add(second, epsilon)) : tf.add(tf.sqrt(second), epsilon);
  const scaled: Tensor1D = tf.div(gradient, root);
  const step: Tensor1D = momentum === 0 ? scaled : tf.add(tf.mul(moments.first, momentum), scaled);
  const first = momentum === 0 ? tf.clone(moments.first) : step;
  return [tf.sub(flat, tf.mul(step, learningRate)), first, second];
}

/** The gradient, scaled down to a norm of at most `most` (torch.nn.utils.clip_grad_norm_). */
export const clipped = (tf: Tf, gradient: Tensor1D, most: number): Tensor1D =>
  tf.tidy(() => {
    const norm: Scalar = tf.sqrt(tf.sum(tf.square(gradient)));
    return tf.mul<Tensor1D>(gradient, tf.minimum(tf.div(most, tf.add(norm, 1e-6)), 1));
  });
