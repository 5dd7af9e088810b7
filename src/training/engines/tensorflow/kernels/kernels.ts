/**
 * What a backend computes by kernels of its own: convolutions in groups and batch normalisation, with their
 * gradients, where tfjs has no grouped convolution and no training-mode normalisation; and the gradient of ReLU, which
 * tfjs puts together from four operations.
 *
 * Feature maps are [N, H, W, C]. A convolution's weights are [height, width, in / groups, out], as TensorFlow's.
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Window as NetworkWindow } from "../../../../networks/window.js";

/** A convolution's window, in groups. */
export interface Window extends NetworkWindow {
  readonly groups: number;
}

export type Shape4D = [number, number, number, number];

/** A batch normalisation's learned parameters and running statistics, [C] each. */
export interface NormState {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  /** Added to the variance. */
  readonly epsilon: number;
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
  normGradient(
    x: Tensor4D,
    dy: Tensor4D,
    state: Pick<NormState, "scale" | "epsilon">,
    saved: readonly Tensor1D[],
  ): NormGradient;
}
