/**
 * The way round to a convolution that TensorFlow has: on a CPU it knows no dilation in groups, no padding in numbers for
 * gradients, and one stride for both sides of a depthwise window.
 *
 * Where TensorFlow's own padding is not the window's, zeros are put around the map first. Of what a dilation and a stride
 * have in common, pixels are left out before. What is left of the dilation separates pixels that no window joins: they
 * become images of their own. What is left of a stride then chooses among outputs. Each step is linear, and has its
 * transpose here for gradients.
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { heightOf, lay, lays, widthOf } from "../../../../networks/window.js";
import type { Tf } from "../tf.js";
import type { Shape4D, Window } from "./kernels.js";
import { every, pad, type Pair, type Pairs, spread, unpad } from "./maps.js";

export class ConvRoad {
  /** What TensorFlow is to do itself. */
  readonly padding: "SAME" | "VALID";
  readonly strides: Pair;
  /** Shape of what its operator reads. */
  readonly inner: Shape4D;
  readonly #tf: Tf;
  readonly #shape: Shape4D;
  /** Zeros before and behind each side. */
  readonly #zeros: Pairs;
  /** The map's sides with them. */
  readonly #padded: Pair;
  /** One of so many pixels is read at all; the sides of what is. */
  readonly #apart: Pair;
  readonly #read: Pair;
  /** So many images are made of one along each side, and cropped so far when they are one again. */
  readonly #images: Pair;
  readonly #crops: Pair;
  /** One of so many outputs is wanted; the sides of all. */
  readonly #wanted: Pair;
  readonly #outputs: Pair;

  /**
   * @param shape of the map
   * @param isDepthwise whether the operator has one stride alone
   */
  constructor(tf: Tf, window: Window, shape: Shape4D, isDepthwise: boolean) {
    this.#tf = tf;
    this.#shape = shape;
    const [n, height, width, channels] = shape;
    const size: Pair = [height, width];
    const at = lays(window, { channels, height, width });
    const kernel: Pair = [heightOf(window.kernel), widthOf(window.kernel)];
    const stride: Pair = [heightOf(window.stride), widthOf(window.stride)];
    // Of one tap, every other pixel may be left out.
    const dilation = each(i => (kernel[i] === 1 ? stride[i] : (window.dilation ?? 1)));
    this.#apart = each(i => (dilation[i] === 1 ? 1 : divisor(stride[i], dilation[i])));
    this.#images = each(i => dilation[i] / this.#apart[i]);
    const steps = each(i => stride[i] / this.#apart[i]);
    const wanted = each(i => (this.#images[i] > 1 ? steps[i] : 1));
    this.strides = each(i => steps[i] / wanted[i]);
    const uneven = isDepthwise && this.strides[0] !== this.strides[1];
    if (uneven) this.strides = [1, 1];
    this.#wanted = uneven ? steps : wanted;

    const isDirect = [...this.#apart, ...this.#images, ...this.#wanted].every(one => one === 1);
    const asSame = [0, 1].every(i => {
      const same = lay(size[i], kernel[i], stride[i], 1, "same");
      return same.before === at[i].before && same.behind === at[i].behind;
    });
    const isPadded = at.some(({ before, behind }) => before + behind > 0);
    this.padding = isDirect && isPadded && asSame ? "SAME" : "VALID";
    const zeros = (i: number): Pair => (this.padding === "SAME" ? [0, 0] : [at[i].before, at[i].behind]);
    this.#zeros = [zeros(0), zeros(1)];
    this.#padded = each(i => size[i] + zeros(i)[0] + zeros(i)[1]);
    this.#read = each(i => Math.ceil(this.#padded[i] / this.#apart[i]));
    const inner = each(i => Math.ceil(this.#read[i] / this.#images[i]));
    this.inner = [n * this.#images[0] * this.#images[1], ...inner, channels];
    const given = each(i => Math.floor((inner[i] - kernel[i]) / this.strides[i]) + 1);
    this.#outputs = each(i =>
      this.#images[i] > 1 ? this.#read[i] - (kernel[i] - 1) * this.#images[i] : given[i],
    );
    this.#crops = each(i => given[i] * this.#images[i] - this.#outputs[i]);
  }

  /** The map as TensorFlow's operator reads it. */
  enter(x: Tensor4D): Tensor4D {
    const y = every(this.#tf, pad(this.#tf, x, this.#zeros), this.#apart);
    return this.#isSplit ? this.#tf.spaceToBatchND(y, this.#images, behind(this.#more)) : y;
  }

  /** What the operator gave, as the convolution's output. */
  leave(y: Tensor4D): Tensor4D {
    const whole = this.#isSplit ? this.#tf.batchToSpaceND(y, this.#images, behind(this.#crops)) : y;
    return every(this.#tf, whole, this.#wanted);
  }

  /** The gradient of what the operator gave, from that of the convolution's output. */
  leaveBack(dy: Tensor4D): Tensor4D {
    const whole = spread(this.#tf, dy, this.#wanted, this.#outputs);
    return this.#isSplit ? this.#tf.spaceToBatchND(whole, this.#images, behind(this.#crops)) : whole;
  }

  /** The gradient of the map, from that of what the operator read. */
  enterBack(dx: Tensor4D): Tensor4D {
    const y = this.#isSplit ? this.#tf.batchToSpaceND(dx, this.#images, behind(this.#more)) : dx;
    return unpad(this.#tf, spread(this.#tf, y, this.#apart, this.#padded), this.#zeros, this.#shape);
  }

  get #isSplit(): boolean {
    return this.#images[0] > 1 || this.#images[1] > 1;
  }

  /** Zeros behind what is read, for images of one size. */
  get #more(): Pair {
    return each(i => this.inner[i + 1] * this.#images[i] - this.#read[i]);
  }
}

const each = (of: (side: number) => number): Pair => [of(0), of(1)];

const behind = ([height, width]: Pair): [Pair, Pair] => [
  [0, height],
  [0, width],
];

/** The greatest common one. */
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
