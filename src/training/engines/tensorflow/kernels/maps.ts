/** Pixels of feature maps [N, H, W, C] put around, left out and spread, each with its transpose. */
import type { Rank, Tensor4D } from "@tensorflow/tfjs-core";
import type { Tf } from "../tf.js";
import type { Shape4D } from "./kernels.js";

/** Of height and width. */
export type Pair = [height: number, width: number];
/** Before and behind each. */
export type Pairs = readonly [Pair, Pair];

/** The map with so many pixels of a value around it; itself, where they are none. */
export function pad(tf: Tf, x: Tensor4D, [rows, columns]: Pairs, value = 0): Tensor4D {
  if (rows[0] + rows[1] + columns[0] + columns[1] === 0) return x;
  return tf.pad4d(x, [[0, 0], rows, columns, [0, 0]], value);
}

/** The map without them, of shape `shape`; the transpose of `pad` with zeros. */
export function unpad(tf: Tf, x: Tensor4D, [rows, columns]: Pairs, shape: Shape4D): Tensor4D {
  if (x.shape[1] === shape[1] && x.shape[2] === shape[2]) return x;
  return tf.slice4d(x, [0, rows[0], columns[0], 0], shape);
}

/** The first pixel of each side, and every nth from it on. */
export function every(tf: Tf, x: Tensor4D, [rows, columns]: Pair): Tensor4D {
  if (rows === 1 && columns === 1) return x;
  return tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, rows, columns, 1]) as Tensor4D;
}

/** The transpose of `every`: the pixels back in their places on a map of these sides, and zeros between them. */
export function spread(tf: Tf, y: Tensor4D, [rows, columns]: Pair, [height, width]: Pair): Tensor4D {
  if (rows === 1 && columns === 1) return y;
  const [n, h, w, c] = y.shape;
  const apart = tf.reshape<Rank.R6>(y, [n, h, 1, w, 1, c]);
  const none: Pair = [0, 0];
  const zeros = tf.pad(apart, [none, none, [0, rows - 1], none, [0, columns - 1], none]);
  const whole: Tensor4D = tf.reshape(zeros, [n, h * rows, w * columns, c]);
  return unpad(tf, whole, [none, none], [n, height, width, c]);
}
