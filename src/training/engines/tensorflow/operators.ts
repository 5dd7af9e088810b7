/** Each operator in tfjs: what it makes of its inputs, and what its gradient does to those of its inputs. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Rows } from "../../../networks/operators/index.js";
import type { Window } from "../../../networks/window.js";
import type { Backend } from "./backend.js";
import type { NormState } from "./kernels/kernels.js";
import type { Parameters } from "./parameters.js";
import type { Tf } from "./tf.js";

/** What the rows see of a pass through a model. */
export interface Pass extends Pick<Backend, "tf" | "kernels"> {
  readonly parameters: Parameters;
  /** Normalise by the batch's statistics, and keep what the backward pass needs. */
  readonly training: boolean;
  /** What the forward pass kept, by layer. */
  readonly value: (name: string) => Tensor4D;
  /** What normalisations keep besides. */
  readonly saved: Map<string, readonly Tensor1D[]>;
  /** Gradients of parameters, by their whole names. */
  readonly parameterGradients: Map<string, Tensor>;
  /** Takes over a part of the gradient of a value. */
  readonly accumulate: (name: string, gradient: Tensor) => void;
}

export const forward: Rows<[inputs: readonly Tensor4D[], pass: Pass], Tensor> = {
  conv(layer, [x], { tf, kernels, parameters }) {
    const y = kernels.conv(x, parameters.part(`${layer.name}.weight`) as Tensor4D, plain(layer));
    if (!layer.bias) return y;
    const biased = tf.add(y, parameters.part(`${layer.name}.bias`));
    y.dispose();
    return biased;
  },
  batchnorm({ name }, [x], { kernels, parameters, training, saved: all }) {
    const state = normState(parameters, name);
    if (!training) return kernels.normEvaluate(x, state);
    const { y, mean, variance, saved } = kernels.normTrain(x, state);
    parameters.setStatistics(name, mean, variance);
    all.set(name, saved);
    return y;
  },
  relu: (_, [x], { tf }) => tf.relu(x),
  silu: (_, [x], { tf }) => tf.tidy(() => tf.mul(x, tf.sigmoid(x))),
  sigmoid: (_, [x], { tf }) => tf.sigmoid(x),
  maxpool(layer, [x], { tf }) {
    const { kernel, stride } = plain(layer);
    return tf.tidy(() => tf.maxPool(bordered(tf, x, kernel), kernel, stride, "valid"));
  },
  avgpool: (_, [x], { tf }) => tf.mean(x, [1, 2], true),
  linear: ({ name, out }, [x], { tf, parameters }) =>
    tf.tidy(() => {
      const weight = parameters.part(`${name}.weight`) as Tensor2D;
      const y = tf.add(tf.matMul(rows(tf, x), weight, false, true), parameters.part(`${name}.bias`));
      // Height and width 1 as elsewhere: a gate may be made by linear layers.
      return tf.reshape(y, [x.shape[0], 1, 1, out]);
    }),
  add: (_, [x, y], { tf }) => tf.add(x, y),
  multiply: (_, [x, gate], { tf }) => tf.mul(x, gate),
  dropout: layer => none(layer),
  droppath: layer => none(layer),
  avgpool2d: layer => none(layer),
  concat: layer => none(layer),
  identity: layer => none(layer),
  zero: layer => none(layer),
  subsample: layer => none(layer),
};

export const backward: Rows<[dy: Tensor4D, pass: Pass], void> = {
  conv(layer, dy, { tf, kernels, parameters, parameterGradients, value, accumulate }) {
    const { name, bias, inputs } = layer;
    const x = value(inputs[0]);
    const weight = parameters.part(`${name}.weight`) as Tensor4D;
    const dw = kernels.convWeightGradient(x, weight.shape, dy, plain(layer));
    parameterGradients.set(`${name}.weight`, dw);
    if (bias) parameterGradients.set(`${name}.bias`, tf.sum(dy, [0, 1, 2]));
    const [input] = inputs;
    if (input !== "input") accumulate(input, kernels.convInputGradient(x.shape, weight, dy, plain(layer)));
  },
  batchnorm(
    { name, inputs: [x] },
    dy,
    { kernels, parameters, parameterGradients, saved, value, accumulate },
  ) {
    const { scale } = normState(parameters, name);
    const gradient = kernels.normGradient(value(x), dy, scale, saved.get(name)!);
    parameterGradients.set(`${name}.weight`, gradient.scale);
    parameterGradients.set(`${name}.bias`, gradient.shift);
    accumulate(x, gradient.x);
  },
  relu: ({ name, inputs: [x] }, dy, { kernels, value, accumulate }) =>
    accumulate(x, kernels.reluGradient(value(name), dy)),
  silu: ({ name, inputs: [x] }, dy, { tf, value, accumulate }) =>
    // s + x s (1 − s), with s = σ(x).
    accumulate(
      x,
      tf.tidy(() => {
        const s = tf.sigmoid(value(x));
        return tf.mul(dy, tf.add(s, tf.mul(value(name), tf.sub(1, s))));
      }),
    ),
  sigmoid({ name, inputs: [x] }, dy, { tf, value, accumulate }) {
    const y = value(name);
    accumulate(
      x,
      tf.tidy(() => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
    );
  },
  maxpool(layer, dy, { tf, value, accumulate }) {
    const { name, kernel, stride } = plain(layer);
    const [x] = layer.inputs;
    const border = (kernel - 1) / 2;
    accumulate(
      x,
      tf.tidy(() => {
        const inputs = { dy, input: bordered(tf, value(x), kernel), output: value(name) };
        const attributes = { filterSize: kernel, strides: stride, pad: "valid" };
        const dx: Tensor4D = tf.engine().runKernel(tf.MaxPoolGrad, inputs, attributes);
        return tf.slice4d(dx, [0, border, border, 0], value(x).shape);
      }),
    );
  },
  avgpool({ inputs: [x] }, dy, { tf, value, accumulate }) {
    const [, height, width] = value(x).shape;
    accumulate(
      x,
      tf.tidy(() => tf.tile(tf.div(dy, height * width), [1, height, width, 1])),
    );
  },
  linear({ name, inputs: [x] }, dy, { tf, parameters, parameterGradients, value, accumulate }) {
    const weight = parameters.part(`${name}.weight`) as Tensor2D;
    const gradient = rows(tf, dy);
    const dw = tf.tidy(() => tf.matMul(gradient, rows(tf, value(x)), true, false));
    parameterGradients.set(`${name}.weight`, dw);
    parameterGradients.set(`${name}.bias`, tf.sum(gradient, 0));
    const dx = tf.tidy(() => tf.reshape(tf.matMul(gradient, weight), value(x).shape));
    gradient.dispose();
    accumulate(x, dx);
  },
  add({ inputs }, dy, { tf, accumulate }) {
    for (const input of inputs) accumulate(input, tf.clone(dy));
  },
  multiply({ inputs: [x, gate] }, dy, { tf, value, accumulate }) {
    accumulate(
      gate,
      tf.tidy(() => tf.sum(tf.mul(dy, value(x)), [1, 2], true)),
    );
    accumulate(x, tf.mul(dy, value(gate)));
  },
  dropout: layer => none(layer),
  droppath: layer => none(layer),
  avgpool2d: layer => none(layer),
  concat: layer => none(layer),
  identity: layer => none(layer),
  zero: layer => none(layer),
  subsample: layer => none(layer),
};

/** Operators that this engine does not have; a training that needs one is refused before it begins. */
function none({ name, op }: { readonly name: string; readonly op: string }): never {
  throw new Error(`layer "${name}": engine tensorflow has no ${op}`);
}

/** A window of one number a side, with the usual padding. */
function plain<L extends Window & { readonly name: string; readonly op: string }>(
  layer: L,
): L & { readonly kernel: number; readonly stride: number } {
  const { kernel, stride, dilation = 1, padding } = layer;
  if (typeof kernel !== "number" || typeof stride !== "number" || dilation > 1 || padding) none(layer);
  return layer as L & { readonly kernel: number; readonly stride: number };
}

/** Below every finite activation's use: what max pooling sees outside the image. */
const LOWEST = -3.402823e38;

/** With the border that a pooling window of this size reads. */
function bordered(tf: Tf, x: Tensor4D, kernel: number): Tensor4D {
  const border = (kernel - 1) / 2;
  const sides: [number, number] = [border, border];
  return tf.pad4d(x, [[0, 0], sides, sides, [0, 0]], LOWEST);
}

const normState = (parameters: Parameters, layer: string): NormState => ({
  scale: parameters.part(`${layer}.weight`) as Tensor1D,
  shift: parameters.part(`${layer}.bias`) as Tensor1D,
  ...parameters.statistics(layer),
});

/** [N, 1, 1, C] as [N, C]. */
const rows = (tf: Tf, x: Tensor): Tensor2D => tf.reshape(x, [x.shape[0], x.shape.at(-1)!]);
