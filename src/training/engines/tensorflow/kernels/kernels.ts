/**
 * What a backend computes by kernels of its own: convolutions in groups and batch normalisation, with their
 * gradients, where tfjs has no grouped convolution and no training-mode normalisation; and the gradient of ReLU, which
 * tfjs puts together from four operations.
 *
 * Feature maps are [N, H, W, C]. A convolution's weights are [kernel, kernel, in / groups, out], as TensorFlow's.
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";

/** A convolution's window; the padding is (kernel − 1) / 2 on every side. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly groups: number;
}

export type Shape4D = [number, number, number, number];

/** A batch normalisation's learned parameters and running statistics, [C] each. */
export interface NormState {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** Training-mode normalisation: its output, the moved running statistics, and what its gradient will need. */
export interface NormOutcome {
  readonly y: Tensor4D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly saved: readonly Tensor1D[];
}

export interface NormGradient {
  readonly x: Tensor4D;
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** As PyTorch's default: added to the variance. */
export const EPSILON = 1e-5;
/** As PyTorch's default: weight of a batch's statistics in the running ones. */
export const STATISTICS_MOMENTUM = 0.1;

export interface Kernels {
  conv(x: Tensor4D, weight: Tensor4D, window: Window): Tensor4D;
  /** Gradient of a convolution's input, of shape `shape`, from that of its output. */
  convInputGradient(shape: Shape4D, weight: Tensor4D, dy: Tensor4D, window: Window): Tensor4D;
  /** Gradient of a convolution's weights, of shape `shape`. */
  convWeightGradient(x: Tensor4D, shape: Shape4D, dy: Tensor4D, window: Window): Tensor4D;
  /** Gradient of a ReLU's input from its output and that output's gradient. */
  reluGradient(y: Tensor, dy: Tensor): Tensor;
  /** Normalises by the batch's statistics (biased variance) and moves the running ones (unbiased variance). */
  normTrain(x: Tensor4D, state: NormState): NormOutcome;
  /** Normalises by the running statistics. */
  normEvaluate(x: Tensor4D, state: NormState): Tensor4D;
  normGradient(x: Tensor4D, dy: Tensor4D, scale: Tensor1D, saved: readonly Tensor1D[]): NormGradient;
}
