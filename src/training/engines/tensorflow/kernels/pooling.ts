/** Pooling over windows of any kind, on maps that are padded first. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { LayerOf } from "../../../../networks/operators/index.js";
import { heightOf, type Lay, lays, type Window, widthOf } from "../../../../networks/window.js";
import type { Tf } from "../tf.js";
import { pad, type Pair, type Pairs, unpad } from "./maps.js";

/** Below every finite activation's use: what max pooling sees outside the image. */
const LOWEST = -3.402823e38;

export function maxPool(tf: Tf, x: Tensor4D, layer: LayerOf<"maxpool">): Tensor4D {
  return tf.maxPool(pad(tf, x, around(layer, x), LOWEST), ...windowOf(layer), "valid");
}

/** @param y what `maxPool` gave */
export function maxPoolGradient(
  tf: Tf,
  x: Tensor4D,
  y: Tensor4D,
  dy: Tensor4D,
  layer: LayerOf<"maxpool">,
): Tensor4D {
  const zeros = around(layer, x);
  const inputs = { dy, input: pad(tf, x, zeros, LOWEST), output: y };
  const dx: Tensor4D = tf.engine().runKernel(tf.MaxPoolGrad, inputs, attributesOf(layer));
  return unpad(tf, dx, zeros, x.shape);
}

export function averagePool(tf: Tf, x: Tensor4D, layer: LayerOf<"avgpool2d">): Tensor4D {
  return corrected(tf, x, tf.avgPool(pad(tf, x, around(layer, x)), ...windowOf(layer), "valid"), layer);
}

export function averagePoolGradient(
  tf: Tf,
  x: Tensor4D,
  dy: Tensor4D,
  layer: LayerOf<"avgpool2d">,
): Tensor4D {
  const zeros = around(layer, x);
  const inputs = { dy: corrected(tf, x, dy, layer), input: pad(tf, x, zeros) };
  const dx: Tensor4D = tf.engine().runKernel(tf.AvgPoolGrad, inputs, attributesOf(layer));
  return unpad(tf, dx, zeros, x.shape);
}

const windowOf = ({ kernel, stride }: Window): [Pair, Pair] => [
  [heightOf(kernel), widthOf(kernel)],
  [heightOf(stride), widthOf(stride)],
];

function attributesOf(window: Window) {
  const [filterSize, strides] = windowOf(window);
  return { filterSize, strides, pad: "valid" };
}

const laysOn = (window: Window, { shape: [, height, width, channels] }: Tensor4D): readonly [Lay, Lay] =>
  lays(window, { channels, height, width });

function around(window: Window, x: Tensor4D): Pairs {
  const [rows, columns] = laysOn(window, x);
  return [
    [rows.before, rows.behind],
    [columns.before, columns.behind],
  ];
}

/** Means over all taps as those over the taps that meet pixels, unless all are asked for; linear, and its own transpose. */
function corrected(tf: Tf, x: Tensor4D, means: Tensor4D, layer: LayerOf<"avgpool2d">): Tensor4D {
  const [, height, width] = x.shape;
  const [rows, columns] = laysOn(layer, x);
  if (layer.countPadding || rows.before + rows.behind + columns.before + columns.behind === 0) return means;
  const down = shares(rows, height, heightOf(layer.kernel), heightOf(layer.stride));
  const across = shares(columns, width, widthOf(layer.kernel), widthOf(layer.stride));
  return tf.mul(
    means,
    tf.mul(tf.tensor4d(down, [1, down.length, 1, 1]), tf.tensor4d(across, [1, 1, across.length, 1])),
  );
}

/** Taps by those that meet pixels, along one side. */
function shares({ outputs, before }: Lay, size: number, kernel: number, stride: number): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const first = i * stride - before;
    return kernel / (Math.min(first + kernel, size) - Math.max(first, 0));
  });
}
