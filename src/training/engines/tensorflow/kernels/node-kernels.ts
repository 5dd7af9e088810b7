/**
 * TensorFlow's own kernels, called by name through tfjs-node's backend.
 *
 * On a CPU only oneDNN's kernels have the gradients of grouped convolutions, and those take no explicit padding; what
 * its operators do not take is brought into a form that they do (`conv-road.ts`). TensorFlow without oneDNN (other
 * processors than x86, old versions) computes such gradients group by group.
 */
import type { Rank, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import {
  type Kernels,
  type NormGradient,
  type NormOutcome,
  type NormState,
  type Shape4D,
  STATISTICS_MOMENTUM,
  type Window,
} from "./kernels.js";
import { heightOf, widthOf } from "../../../../networks/window.js";
import type { Tf } from "../tf.js";
import { ConvRoad } from "./conv-road.js";

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

/** How one of TensorFlow's operators runs. */
type Run = Pick<ConvRoad, "padding" | "strides">;

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
    return this.#tf.tidy(() => {
      const road = this.#road(window, x.shape, weight.shape);
      const input = road.enter(x);
      return road.leave(
        isDepthwise(window, weight.shape)
          ? this.#run("DepthwiseConv2dNative", road, [input, this.#asDepthwise(weight, window)])
          : this.#run("Conv2D", road, [input, weight]),
      );
    });
  }

  convInputGradient(shape: Shape4D, weight: Tensor4D, dy: Tensor4D, window: Window): Tensor4D {
    const { groups } = window;
    return this.#tf.tidy(() => {
      const road = this.#road(window, shape, weight.shape);
      const back = road.leaveBack(dy);
      const gradient = (of: Shape4D, w: Tensor4D, d: Tensor4D) =>
        this.#run("Conv2DBackpropInput", road, [this.#sizes(of), w, d]);
      let dx: Tensor4D;
      if (isDepthwise(window, weight.shape)) {
        const inputs = [this.#sizes(road.inner), this.#asDepthwise(weight, window), back];
        dx = this.#run("DepthwiseConv2dNativeBackpropInput", road, inputs);
      } else if (groups === 1 || this.#grouped) dx = gradient(road.inner, weight, back);
      else {
        const outputs = this.#tf.split<Tensor4D>(back, groups, 3);
        const [n, height, width, channels] = road.inner;
        const parts = this.#tf
          .split<Tensor4D>(weight, groups, 3)
          .map((w, g) => gradient([n, height, width, channels / groups], w, outputs[g]));
        dx = this.#tf.concat(parts, 3);
      }
      return road.enterBack(dx);
    });
  }

  convWeightGradient(x: Tensor4D, shape: Shape4D, dy: Tensor4D, window: Window): Tensor4D {
    const { groups } = window;
    return this.#tf.tidy(() => {
      const road = this.#road(window, x.shape, shape);
      const input = road.enter(x);
      const back = road.leaveBack(dy);
      const gradient = (from: Tensor4D, of: Shape4D, d: Tensor4D) =>
        this.#run("Conv2DBackpropFilter", road, [from, this.#sizes(of), d]);
      if (isDepthwise(window, shape)) {
        const [height, width, , out] = shape;
        const inputs = [input, this.#sizes([height, width, groups, out / groups]), back];
        const dw = this.#run("DepthwiseConv2dNativeBackpropFilter", road, inputs);
        return this.#tf.reshape(dw, shape);
      }
      if (groups === 1 || this.#grouped) return gradient(input, shape, back);
      const outputs = this.#tf.split<Tensor4D>(back, groups, 3);
      const part: Shape4D = [shape[0], shape[1], shape[2], shape[3] / groups];
      const parts = this.#tf
        .split<Tensor4D>(input, groups, 3)
        .map((from, g) => gradient(from, part, outputs[g]));
      return this.#tf.concat(parts, 3);
    });
  }

  reluGradient(y: Tensor, dy: Tensor): Tensor {
    const { TF_FLOAT, TF_ATTR_TYPE } = this.#backend.binding;
    const attributes: Attribute[] = [{ name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT }];
    return this.#backend.executeSingleOutput("ReluGrad", attributes, [dy, y]);
  }

  normTrain(x: Tensor4D, { scale, shift, mean, variance, epsilon }: NormState): NormOutcome {
    const factor: Attribute = {
      name: "exponential_avg_factor",
      type: this.#backend.binding.TF_ATTR_FLOAT,
      value: STATISTICS_MOMENTUM,
    };
    const inputs = [x, scale, shift, mean, variance];
    const [y, newMean, newVariance, ...saved] = this.#norm(
      "FusedBatchNormV3",
      epsilon,
      inputs,
      6,
      true,
      factor,
    );
    return {
      y: y as Tensor4D,
      mean: newMean as Tensor1D,
      variance: newVariance as Tensor1D,
      saved: saved as Tensor1D[],
    };
  }

  normEvaluate(x: Tensor4D, { scale, shift, mean, variance, epsilon }: NormState): Tensor4D {
    const [y, ...rest] = this.#norm("FusedBatchNormV3", epsilon, [x, scale, shift, mean, variance], 6, false);
    this.#tf.dispose(rest);
    return y as Tensor4D;
  }

  normGradient(
    x: Tensor4D,
    dy: Tensor4D,
    { scale, epsilon }: Pick<NormState, "scale" | "epsilon">,
    saved: readonly Tensor1D[],
  ): NormGradient {
    const inputs = [dy, x, scale, ...saved];
    const [dx, dScale, dShift, ...rest] = this.#norm("FusedBatchNormGradV3", epsilon, inputs, 5, true);
    this.#tf.dispose(rest);
    return { x: dx as Tensor4D, scale: dScale as Tensor1D, shift: dShift as Tensor1D };
  }

  #road(window: Window, shape: Shape4D, weight: readonly number[]): ConvRoad {
    return new ConvRoad(this.#tf, window, shape, isDepthwise(window, weight));
  }

  /** A depthwise convolution's weights in the layout of TensorFlow's depthwise kernels: [height, width, in, times]. */
  #asDepthwise(weight: Tensor4D, { kernel, groups }: Window): Tensor4D {
    return this.#tf.reshape(weight, [heightOf(kernel), widthOf(kernel), groups, weight.shape[3] / groups]);
  }

  #sizes(shape: Shape4D): Tensor1D {
    return this.#tf.tensor1d(shape, "int32");
  }

  #run(name: string, { padding, strides }: Run, inputs: Tensor[]): Tensor4D {
    const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = this.#backend.binding;
    const attributes: Attribute[] = [
      { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "strides", type: TF_ATTR_INT, value: [1, ...strides, 1] },
      { name: "padding", type: TF_ATTR_STRING, value: padding },
      { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
      { name: "dilations", type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    ];
    return this.#backend.executeSingleOutput(name, attributes, inputs) as Tensor4D;
  }

  #norm(
    name: string,
    epsilon: number,
    inputs: Tensor[],
    outputs: number,
    training: boolean,
    ...more: Attribute[]
  ): Tensor[] {
    const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = this.#backend.binding;
    const attributes: Attribute[] = [
      { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "U", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "epsilon", type: TF_ATTR_FLOAT, value: epsilon },
      { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
      { name: "is_training", type: TF_ATTR_BOOL, value: training },
      ...more,
    ];
    return this.#backend.executeMultipleOutputs(name, attributes, inputs, outputs);
  }

  #tryGroupedGradients(): boolean {
    const run: Run = { padding: "VALID", strides: [1, 1] };
    return this.#tf.tidy(() => {
      const x = this.#tf.zeros<Rank.R4>([1, 1, 1, 4]);
      const weight = this.#tf.zeros<Rank.R4>([1, 1, 2, 4]);
      try {
        this.#run("Conv2DBackpropInput", run, [this.#sizes([1, 1, 1, 4]), weight, x]);
        this.#run("Conv2DBackpropFilter", run, [x, this.#sizes([1, 1, 2, 4]), x]);
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
