/** Each operator in tfjs: what it makes of its inputs, and what its gradient does to those of its inputs. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { EPSILON } from "../../../networks/operators/batchnorm.js";
import type { LayerOf, Rows } from "../../../networks/operators/index.js";
import type { Backend } from "./backend.js";
import type { NormState } from "./kernels/kernels.js";
import { every, pad, spread, unpad } from "./kernels/maps.js";
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./kernels/pooling.js";
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
    const y = kernels.conv(x, parameters.part(`${layer.name}.weight`) as Tensor4D, layer);
    if (!layer.bias) return y;
    const biased = tf.add(y, parameters.part(`${layer.name}.bias`));
    y.dispose();
    return biased;
  },
  batchnorm(layer, [x], { kernels, parameters, training, saved: all }) {
    const { name } = layer;
    const state = normState(parameters, layer);
    if (!training) return kernels.normEvaluate(x, state);
    const { y, mean, variance, saved } = kernels.normTrain(x, state);
    parameters.setStatistics(name, mean, variance);
    all.set(name, saved);
    return y;
  },
  relu: (_, [x], { tf }) => tf.relu(x),
  silu: (_, [x], { tf }) => tf.tidy(() => tf.mul(x, tf.sigmoid(x))),
  sigmoid: (_, [x], { tf }) => tf.sigmoid(x),
  maxpool: (layer, [x], { tf }) => tf.tidy(() => maxPool(tf, x, layer)),
  avgpool: (_, [x], { tf }) => tf.mean(x, [1, 2], true),
  linear: ({ name, out }, [x], { tf, parameters }) =>
    tf.tidy(() => {
      const weight = parameters.part(`${name}.weight`) as Tensor2D;
      const y = tf.add(tf.matMul(rows(tf, x), weight, false, true), parameters.part(`${name}.bias`));
      // Height and width 1 as elsewhere: a gate may be made by linear layers.
      return tf.reshape(y, [x.shape[0], 1, 1, out]);
    }),
  add: (_, inputs, { tf }) => (inputs.length === 2 ? tf.add(inputs[0], inputs[1]) : tf.addN([...inputs])),
  multiply: (_, [x, gate], { tf }) => tf.mul(x, gate),
  dropout: layer => none(layer),
  droppath: layer => none(layer),
  mix: layer => none(layer),
  avgpool2d: (layer, [x], { tf }) => tf.tidy(() => averagePool(tf, x, layer)),
  concat: (_, inputs, { tf }) =>
    tf.tidy(() => {
      const height = Math.max(...inputs.map(x => x.shape[1]));
      const width = Math.max(...inputs.map(x => x.shape[2]));
      const maps = inputs.map(x => {
        const [, h, w] = x.shape;
        return pad(tf, x, [
          [0, height - h],
          [0, width - w],
        ]);
      });
      return tf.concat4d(maps, 3);
    }),
  identity: (_, [x], { tf }) => tf.clone(x),
  zero({ stride }, [x], { tf }) {
    const [n, height, width, channels] = x.shape;
    return tf.zeros([n, Math.ceil(height / stride), Math.ceil(width / stride), channels]);
  },
  subsample: (layer, [x], { tf }) =>
    tf.tidy(() => {
      const [rows, columns] = shifted(layer, x);
      // From the offset on, with the zeros that lie beyond the edge.
      const map = pad(tf, x, [
        [0, rows.beyond],
        [0, columns.beyond],
      ]);
      const from = tf.slice4d(map, [0, layer.offset, layer.offset, 0], [-1, rows.size, columns.size, -1]);
      return tf.clone(every(tf, from, [layer.stride, layer.stride]));
    }),
};

export const backward: Rows<[dy: Tensor4D, pass: Pass], void> = {
  conv(layer, dy, { tf, kernels, parameters, parameterGradients, value, accumulate }) {
    const { name, bias, inputs } = layer;
    const x = value(inputs[0]);
    const weight = parameters.part(`${name}.weight`) as Tensor4D;
    const dw = kernels.convWeightGradient(x, weight.shape, dy, layer);
    parameterGradients.set(`${name}.weight`, dw);
    if (bias) parameterGradients.set(`${name}.bias`, tf.sum(dy, [0, 1, 2]));
    const [input] = inputs;
    if (input !== "input") accumulate(input, kernels.convInputGradient(x.shape, weight, dy, layer));
  },
  batchnorm(layer, dy, { tf, kernels, parameters, parameterGradients, saved, value, accumulate }) {
    const { name, affine = true } = layer;
    const [x] = layer.inputs;
    const gradient = kernels.normGradient(value(x), dy, normState(parameters, layer), saved.get(name)!);
    if (affine) {
      parameterGradients.set(`${name}.weight`, gradient.scale);
      parameterGradients.set(`${name}.bias`, gradient.shift);
    } else tf.dispose([gradient.scale, gradient.shift]);
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
    const [x] = layer.inputs;
    accumulate(
      x,
      tf.tidy(() => maxPoolGradient(tf, value(x), value(layer.name), dy, layer)),
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
  mix: layer => none(layer),
  avgpool2d(layer, dy, { tf, value, accumulate }) {
    const [x] = layer.inputs;
    accumulate(
      x,
      tf.tidy(() => averagePoolGradient(tf, value(x), dy, layer)),
    );
  },
  concat({ inputs }, dy, { tf, value, accumulate }) {
    let from = 0;
    for (const input of inputs) {
      const { shape } = value(input);
      accumulate(input, tf.slice4d(dy, [0, 0, 0, from], shape));
      from += shape[3];
    }
  },
  identity: ({ inputs: [x] }, dy, { tf, accumulate }) => accumulate(x, tf.clone(dy)),
  // No gradient goes back.
  zero: () => {},
  subsample(layer, dy, { tf, value, accumulate }) {
    const { stride, offset, inputs } = layer;
    const x = value(inputs[0]);
    accumulate(
      inputs[0],
      tf.tidy(() => {
        const [rows, columns] = shifted(layer, x);
        const from = spread(tf, dy, [stride, stride], [rows.size, columns.size]);
        const map = pad(tf, from, [
          [offset, rows.unread],
          [offset, columns.unread],
        ]);
        return tf.clone(
          unpad(
            tf,
            map,
            [
              [0, 0],
              [0, 0],
            ],
            x.shape,
          ),
        );
      }),
    );
  },
};

/** Operators that this engine does not have; a training that needs one is refused before it begins. */
function none({ name, op }: { readonly name: string; readonly op: string }): never {
  throw new Error(`layer "${name}": engine tensorflow has no ${op}; use engine torch, or another operator`);
}

/** Along each side: pixels from the offset to the last that is read, how many lie beyond the edge, and how many behind. */
function shifted({ stride, offset }: LayerOf<"subsample">, { shape: [, height, width] }: Tensor4D) {
  return [height, width].map(side => {
    const size = (Math.ceil(side / stride) - 1) * stride + 1;
    return { size, beyond: Math.max(0, offset + size - side), unread: Math.max(0, side - offset - size) };
  });
}

const normState = (parameters: Parameters, layer: LayerOf<"batchnorm">): NormState => {
  const { name, channels, affine = true, epsilon = EPSILON } = layer;
  return {
    scale: affine ? (parameters.part(`${name}.weight`) as Tensor1D) : parameters.filled(1, channels),
    shift: affine ? (parameters.part(`${name}.bias`) as Tensor1D) : parameters.filled(0, channels),
    ...parameters.statistics(name),
    epsilon,
  };
};

/** [N, 1, 1, C] as [N, C]. */
const rows = (tf: Tf, x: Tensor): Tensor2D => tf.reshape(x, [x.shape[0], x.shape.at(-1)!]);
