/**
 * The same kernels in JavaScript, for plain tfjs on its "cpu" backend: loops over typed arrays.
 *
 * tfjs's own gradient of a convolution reaches 0.014 GMAC/s on this backend, and knows no groups. Here the innermost
 * loop runs over channels, which lie next to each other in every array.
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import {
  type Kernels,
  type NormGradient,
  type NormOutcome,
  type NormState,
  type Shape4D,
  STATISTICS_MOMENTUM,
  type Window,
} from "./kernels.js";
import { heightOf, type Lay, lays, widthOf } from "../../../../networks/window.js";
import type { Tf } from "../tf.js";

/** Kernels for plain tfjs. */
export function portableKernels(tf: Tf): Kernels {
  const make4d = (values: Float32Array, shape: Shape4D) => tf.tensor4d(values, shape);
  const make1d = (values: Float32Array) => tf.tensor1d(values);
  return {
    conv(x, weight, window) {
      const shape = outputShape(x.shape, weight.shape[3], window);
      const y = new Float32Array(size(shape));
      eachTap(x.shape, shape, window, conv(data(x), data(weight), y, x.shape[3], shape[3], window.groups));
      return make4d(y, shape);
    },
    convInputGradient(shape, weight, dy, window) {
      const dx = new Float32Array(size(shape));
      const work = inputGradient(dx, data(weight), data(dy), shape[3], dy.shape[3], window.groups);
      eachTap(shape, dy.shape, window, work);
      return make4d(dx, shape);
    },
    convWeightGradient(x, shape, dy, window) {
      const dw = new Float64Array(size(shape));
      const work = weightGradient(data(x), dw, data(dy), x.shape[3], dy.shape[3], window.groups);
      eachTap(x.shape, dy.shape, window, work);
      return make4d(Float32Array.from(dw), shape);
    },
    reluGradient(y, dy) {
      const outputs = data(y);
      return tf.tensor(
        data(dy).map((gradient, i) => (outputs[i] > 0 ? gradient : 0)),
        y.shape,
      );
    },
    normTrain(x, state) {
      return normTrain(x, state, make4d, make1d);
    },
    normEvaluate(x, { scale, shift, mean, variance, epsilon }) {
      const inverse = data(variance).map(v => 1 / Math.sqrt(v + epsilon));
      return make4d(normalise(x, data(mean), inverse, data(scale), data(shift)), x.shape);
    },
    normGradient(x, dy, { scale }, saved) {
      return normGradient(x, dy, scale, saved, make4d, make1d);
    },
  };
}

const data = (tensor: Tensor): Float32Array => tensor.dataSync<"float32">();
const size = (shape: Shape4D): number => shape.reduce((a, b) => a * b, 1);

/** How a window lies on a map, along height and width. */
const laysOn = ([, height, width, channels]: Shape4D, window: Window): readonly [Lay, Lay] =>
  lays(window, { channels, height, width });

function outputShape(shape: Shape4D, channels: number, window: Window): Shape4D {
  const [rows, columns] = laysOn(shape, window);
  return [shape[0], rows.outputs, columns.outputs, channels];
}

/** Given the first elements of an input pixel, of a window's tap in the weights, and of an output pixel. */
type Tap = (input: number, tap: number, output: number) => void;

/** Calls `work` for every output pixel and every tap of its window that lies inside the input. */
function eachTap(input: Shape4D, output: Shape4D, window: Window, { tapSize, work }: TapWork): void {
  const { kernel, stride, dilation = 1 } = window;
  const [kernelHeight, kernelWidth] = [heightOf(kernel), widthOf(kernel)];
  const [strideDown, strideAcross] = [heightOf(stride), widthOf(stride)];
  const [n, height, width, channels] = input;
  const [, rows, columns, out] = output;
  const [{ before: above }, { before: left }] = laysOn(input, window);
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const to = ((image * rows + row) * columns + column) * out;
        for (let i = 0; i < kernelHeight; i++) {
          const y = row * strideDown + i * dilation - above;
          if (y < 0 || y >= height) continue;
          for (let j = 0; j < kernelWidth; j++) {
            const x = column * strideAcross + j * dilation - left;
            if (x < 0 || x >= width) continue;
            work(((image * height + y) * width + x) * channels, (i * kernelWidth + j) * tapSize, to);
          }
        }
      }
    }
  }
}

interface TapWork {
  /** Weights of one tap. */
  readonly tapSize: number;
  readonly work: Tap;
}

function conv(
  x: Float32Array,
  w: Float32Array,
  y: Float32Array,
  channels: number,
  out: number,
  groups: number,
): TapWork {
  const inGroup = channels / groups;
  const outGroup = out / groups;
  return {
    tapSize: inGroup * out,
    work(from, tap, to) {
      for (let g = 0; g < groups; g++) {
        const first = to + g * outGroup;
        for (let c = 0; c < inGroup; c++) {
          const value = x[from + g * inGroup + c];
          const weights = tap + c * out + g * outGroup;
          for (let o = 0; o < outGroup; o++) y[first + o] += value * w[weights + o];
        }
      }
    },
  };
}

function inputGradient(
  dx: Float32Array,
  w: Float32Array,
  dy: Float32Array,
  channels: number,
  out: number,
  groups: number,
): TapWork {
  const inGroup = channels / groups;
  const outGroup = out / groups;
  return {
    tapSize: inGroup * out,
    work(from, tap, to) {
      for (let g = 0; g < groups; g++) {
        const first = to + g * outGroup;
        for (let c = 0; c < inGroup; c++) {
          const weights = tap + c * out + g * outGroup;
          let sum = 0;
          for (let o = 0; o < outGroup; o++) sum += dy[first + o] * w[weights + o];
          dx[from + g * inGroup + c] += sum;
        }
      }
    },
  };
}

function weightGradient(
  x: Float32Array,
  dw: Float64Array,
  dy: Float32Array,
  channels: number,
  out: number,
  groups: number,
): TapWork {
  const inGroup = channels / groups;
  const outGroup = out / groups;
  return {
    tapSize: inGroup * out,
    work(from, tap, to) {
      for (let g = 0; g < groups; g++) {
        const first = to + g * outGroup;
        for (let c = 0; c < inGroup; c++) {
          const value = x[from + g * inGroup + c];
          const weights = tap + c * out + g * outGroup;
          for (let o = 0; o < outGroup; o++) dw[weights + o] += value * dy[first + o];
        }
      }
    },
  };
}

type Make4D = (values: Float32Array, shape: Shape4D) => Tensor4D;
type Make1D = (values: Float32Array) => Tensor1D;

function normTrain(x: Tensor4D, state: NormState, make4d: Make4D, make1d: Make1D): NormOutcome {
  const values = data(x);
  const channels = x.shape[3];
  const count = values.length / channels;
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) sums[c] += values[i + c];
  }
  const means = sums.map(sum => sum / count);
  const squares = new Float64Array(channels);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) squares[c] += (values[i + c] - means[c]) ** 2;
  }
  const mean = Float32Array.from(means);
  const inverse = Float32Array.from(squares, square => 1 / Math.sqrt(square / count + state.epsilon));
  const moved = (old: Float32Array, fresh: (c: number) => number) =>
    old.map((value, c) => value + STATISTICS_MOMENTUM * (fresh(c) - value));
  return {
    y: make4d(normalise(x, mean, inverse, data(state.scale), data(state.shift)), x.shape),
    mean: make1d(moved(data(state.mean), c => means[c])),
    // Of a single value there is no unbiased variance; PyTorch gives NaN as well.
    variance: make1d(moved(data(state.variance), c => squares[c] / (count - 1))),
    saved: [make1d(mean), make1d(inverse)],
  };
}

function normalise(
  x: Tensor4D,
  mean: Float32Array,
  inverse: Float32Array,
  scale: Float32Array,
  shift: Float32Array,
): Float32Array {
  const values = data(x);
  const channels = x.shape[3];
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      out[i + c] = (values[i + c] - mean[c]) * inverse[c] * scale[c] + shift[c];
    }
  }
  return out;
}

/** With x̂ the normalised input: dx = γ / σ · (dy − mean(dy) − x̂ · mean(dy · x̂)) (Ioffe & Szegedy 2015). */
function normGradient(
  x: Tensor4D,
  dy: Tensor4D,
  scale: Tensor1D,
  saved: readonly Tensor1D[],
  make4d: Make4D,
  make1d: Make1D,
): NormGradient {
  const [mean, inverse] = saved.map(data) as [Float32Array, Float32Array];
  const values = data(x);
  const gradients = data(dy);
  const gamma = data(scale);
  const channels = x.shape[3];
  const count = values.length / channels;
  const dScale = new Float64Array(channels);
  const dShift = new Float64Array(channels);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      dShift[c] += gradients[i + c];
      dScale[c] += gradients[i + c] * (values[i + c] - mean[c]) * inverse[c];
    }
  }
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const normalised = (values[i + c] - mean[c]) * inverse[c];
      const centred = gradients[i + c] - dShift[c] / count - (normalised * dScale[c]) / count;
      out[i + c] = gamma[c] * inverse[c] * centred;
    }
  }
  return {
    x: make4d(out, x.shape),
    scale: make1d(Float32Array.from(dScale)),
    shift: make1d(Float32Array.from(dShift)),
  };
}
