/**
 * TensorFlow's own kernels, called by name through tfjs-node's backend.
 *
 * On a CPU only oneDNN's kernels have the gradients of grouped convolutions, and those take no explicit padding: where
 * "SAME" is not (kernel − 1) / 2 on every side (stride 2 on an even size), the input is padded first. TensorFlow
 * without oneDNN (other processors than x86, old versions) computes such gradients group by group.
 */
import type { Rank, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import {
  EPSILON,
  type Kernels,
  type NormGradient,
  type NormOutcome,
  type NormState,
  type Shape4D,
  STATISTICS_MOMENTUM,
  type Window,
} from "./kernels.js";
import type { Tf } from "../tf.js";

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of tfjs-node's backend that is used here. */
export interface NodeBackend {
  readonly binding: Readonly<
    Record<
      | "TF_FLOAT"
      | "TF_ATTR_TYPE"
      | "TF_ATTR_INT"
      | "TF_ATTR_FLOAT"
      | "TF_ATTR_BOOL"
      | "TF_ATTR_STRING"
      | "TF_Version",
      number
    >
  >;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[];
}

type Padding = "SAME" | "VALID";

/** Kernels of the TensorFlow that `backend` is linked to. */
export class NodeKernels implements Kernels {
  readonly #tf: Tf;
  readonly #backend: NodeBackend;
  /** Whether gradients of grouped convolutions are there. */
  readonly #grouped: boolean;

  constructor(tf: Tf, backend: NodeBackend) {
    this.#tf = tf;
    this.#backend = backend;
    this.#grouped = this.#tryGroupedGradients();
  }

  conv(x: Tensor4D, weight: Tensor4D, window: Window): Tensor4D {
    return this.#padded(x, window, (input, padding) =>
      isDepthwise(window, weight.shape)
        ? this.#run("DepthwiseConv2dNative", window, padding, [input, this.#asDepthwise(weight, window)])
        : this.#run("Conv2D", window, padding, [input, weight]),
    );
  }

  convInputGradient(shape: Shape4D, weight: Tensor4D, dy: Tensor4D, window: Window): Tensor4D {
    const { kernel, groups } = window;
    const [n, height, width, channels] = shape;
    const padding = paddingOf(height, width, window);
    const border = padding === "SAME" ? 0 : (kernel - 1) / 2;
    const full: Shape4D = [n, height + 2 * border, width + 2 * border, channels];
    const gradient = (of: Shape4D, w: Tensor4D, d: Tensor4D, how: Window) =>
      this.#run("Conv2DBackpropInput", how, padding, [this.#sizes(of), w, d]);
    return this.#tf.tidy(() => {
      let dx: Tensor4D;
      if (isDepthwise(window, weight.shape)) {
        const inputs = [this.#sizes(full), this.#asDepthwise(weight, window), dy];
        dx = this.#run("DepthwiseConv2dNativeBackpropInput", window, padding, inputs);
      } else if (groups === 1 || this.#grouped) dx = gradient(full, weight, dy, window);
      else {
        const outputs = this.#tf.split<Tensor4D>(dy, groups, 3);
        const part: Shape4D = [n, full[1], full[2], channels / groups];
        const parts = this.#tf
          .split<Tensor4D>(weight, groups, 3)
          .map((w, g) => gradient(part, w, outputs[g], { ...window, groups: 1 }));
        dx = this.#tf.concat(parts, 3);
      }
      return border === 0 ? dx : this.#tf.slice4d(dx, [0, border, border, 0], shape);
    });
  }

  convWeightGradient(x: Tensor4D, shape: Shape4D, dy: Tensor4D, window: Window): Tensor4D {
    const { groups } = window;
    return this.#padded(x, window, (input, padding) => {
      const gradient = (from: Tensor4D, of: Shape4D, d: Tensor4D, how: Window) =>
        this.#run("Conv2DBackpropFilter", how, padding, [from, this.#sizes(of), d]);
      if (isDepthwise(window, shape)) {
        const [kernel, , , out] = shape;
        const inputs = [input, this.#sizes([kernel, kernel, groups, out / groups]), dy];
        const dw = this.#run("DepthwiseConv2dNativeBackpropFilter", window, padding, inputs);
        return this.#tf.reshape(dw, shape);
      }
      if (groups === 1 || this.#grouped) return gradient(input, shape, dy, window);
      const outputs = this.#tf.split<Tensor4D>(dy, groups, 3);
      const part: Shape4D = [shape[0], shape[1], shape[2], shape[3] / groups];
      const parts = this.#tf
        .split<Tensor4D>(input, groups, 3)
        .map((from, g) => gradient(from, part, outputs[g], { ...window, groups: 1 }));
      return this.#tf.concat(parts, 3);
    });
  }

  reluGradient(y: Tensor, dy: Tensor): Tensor {
    const { TF_FLOAT, TF_ATTR_TYPE } = this.#backend.binding;
    const attributes: Attribute[] = [{ name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT }];
    return this.#backend.executeSingleOutput("ReluGrad", attributes, [dy, y]);
  }

  normTrain(x: Tensor4D, { scale, shift, mean, variance }: NormState): NormOutcome {
    const factor: Attribute = {
      name: "exponential_avg_factor",
      type: this.#backend.binding.TF_ATTR_FLOAT,
      value: STATISTICS_MOMENTUM,
    };
    const inputs = [x, scale, shift, mean, variance];
    const [y, newMean, newVariance, ...saved] = this.#norm("FusedBatchNormV3", inputs, 6, true, factor);
    return {
      y: y as Tensor4D,
      mean: newMean as Tensor1D,
      variance: newVariance as Tensor1D,
      saved: saved as Tensor1D[],
    };
  }

  normEvaluate(x: Tensor4D, { scale, shift, mean, variance }: NormState): Tensor4D {
    const [y, ...rest] = this.#norm("FusedBatchNormV3", [x, scale, shift, mean, variance], 6, false);
    this.#tf.dispose(rest);
    return y as Tensor4D;
  }

  normGradient(x: Tensor4D, dy: Tensor4D, scale: Tensor1D, saved: readonly Tensor1D[]): NormGradient {
    const inputs = [dy, x, scale, ...saved];
    const [dx, dScale, dShift, ...rest] = this.#norm("FusedBatchNormGradV3", inputs, 5, true);
    this.#tf.dispose(rest);
    return { x: dx as Tensor4D, scale: dScale as Tensor1D, shift: dShift as Tensor1D };
  }

  /** Calls `work` with the input and the padding that TensorFlow is to add, after padding the input if it cannot. */
  #padded(x: Tensor4D, window: Window, work: (x: Tensor4D, padding: Padding) => Tensor4D): Tensor4D {
    const padding = paddingOf(x.shape[1], x.shape[2], window);
    const border = padding === "SAME" ? 0 : (window.kernel - 1) / 2;
    return this.#tf.tidy(() => {
      if (border === 0) return work(x, padding);
      const sides: [number, number] = [border, border];
      return work(this.#tf.pad4d(x, [[0, 0], sides, sides, [0, 0]]), padding);
    });
  }

  /** A depthwise convolution's weights in the layout of TensorFlow's depthwise kernels: [kernel, kernel, in, times]. */
  #asDepthwise(weight: Tensor4D, { kernel, groups }: Window): Tensor4D {
    return this.#tf.reshape(weight, [kernel, kernel, groups, weight.shape[3] / groups]);
  }

  #sizes(shape: Shape4D): Tensor1D {
    return this.#tf.tensor1d(shape, "int32");
  }

  #run(name: string, { stride }: Window, padding: Padding, inputs: Tensor[]): Tensor4D {
    const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = this.#backend.binding;
    const attributes: Attribute[] = [
      { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "strides", type: TF_ATTR_INT, value: [1, stride, stride, 1] },
      { name: "padding", type: TF_ATTR_STRING, value: padding },
      { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
      { name: "dilations", type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    ];
    return this.#backend.executeSingleOutput(name, attributes, inputs) as Tensor4D;
  }

  #norm(name: string, inputs: Tensor[], outputs: number, training: boolean, ...more: Attribute[]): Tensor[] {
    const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = this.#backend.binding;
    const attributes: Attribute[] = [
      { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "U", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "epsilon", type: TF_ATTR_FLOAT, value: EPSILON },
      { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
      { name: "is_training", type: TF_ATTR_BOOL, value: training },
      ...more,
    ];
    return this.#backend.executeMultipleOutputs(name, attributes, inputs, outputs);
  }

  #tryGroupedGradients(): boolean {
    const window: Window = { kernel: 1, stride: 1, groups: 2 };
    return this.#tf.tidy(() => {
      const x = this.#tf.zeros<Rank.R4>([1, 1, 1, 4]);
      const weight = this.#tf.zeros<Rank.R4>([1, 1, 2, 4]);
      try {
        this.#run("Conv2DBackpropInput", window, "VALID", [this.#sizes([1, 1, 1, 4]), weight, x]);
        this.#run("Conv2DBackpropFilter", window, "VALID", [x, this.#sizes([1, 1, 2, 4]), x]);
        return true;
      } catch {
        return false;
      }
    });
  }
}

/** One input channel per group, in several groups. */
const isDepthwise = ({ groups }: Window, [, , inGroup]: readonly number[]): boolean =>
  groups > 1 && inGroup === 1;

/** "SAME" where it pads (kernel − 1) / 2 on every side, else "VALID" on what is padded already. */
function paddingOf(height: number, width: number, { kernel, stride }: Window): Padding {
  const border = (kernel - 1) / 2;
  if (border === 0) return "VALID";
  const isSame = (size: number) => (Math.ceil(size / stride) - 1) * stride + kernel - size === 2 * border;
  return isSame(height) && isSame(width) ? "SAME" : "VALID";
}
