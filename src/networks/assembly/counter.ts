/**
 * The interpreter of operators that adds up their flops, params and acts, without a network in between.
 *
 * What is repeated is counted once, and taken as often as it comes again; what changes the shape is counted each time.
 */
import { type Attributes, type Layer, type Op, operatorOf, outputShape } from "../operators/index.js";
import { NetworkError, type Shape, strided } from "../shape.js";
import { bothSides, type Sides, type Window } from "../window.js";
import type { Assembly, ConvOptions, Feature, NormOptions } from "./operators.js";
import { insideTaps } from "../taps.js";

/** A feature map while counting: its channels, height and width. */
export interface Map2d extends Feature {
  readonly channels: number;
  /** Height, and width unless that is given: maps are square but between the halves of a 1 × 7 and a 7 × 1. */
  readonly size: number;
  readonly width?: number;
}

/**
 * The interpreter of operators that adds them up. One class for all blocks, built-in or not: V8 compiles their calls as
 * calls of these methods, whichever blocks were counted before.
 */
export class Counter implements Assembly<Map2d> {
  flops = 0;
  params = 0;
  acts = 0;
  #asks = false;

  /**
   * Starts from nothing, with the image.
   *
   * @param asks whether to ask of each operator what `inferShapes` asks of a layer
   */
  start(resolution: number, asks: boolean): Map2d {
    this.flops = this.params = this.acts = 0;
    this.#asks = asks;
    return { channels: 3, size: resolution };
  }
  scope(): void {
    // Sums have no names.
  }
  block(): void {
    // Neither have blocks.
  }
  repeat(times: number, x: Map2d, unit: (x: Map2d) => Map2d): Map2d {
    for (let left = times; left > 0; left--) {
      const { flops, params, acts } = this;
      this.flops = this.params = this.acts = 0;
      const y = unit(x);
      // Those that follow have equal arguments only if this one left the shape as it was.
      const alike = y.channels === x.channels && y.size === x.size && y.width === x.width ? left : 1;
      this.flops = flops + alike * this.flops;
      this.params = params + alike * this.params;
      this.acts = acts + alike * this.acts;
      if (alike === left) return y;
      x = y;
    }
    return x;
  }
  conv(_name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false, padding } = options;
    // Padding "same" and the usual one give maps of the same size.
    const isOther = padding !== undefined && (this.#asks || padding !== "same");
    if (typeof kernel !== "number" || typeof stride !== "number" || isOther || x.width !== undefined) {
      return this.window(x, out, options);
    }
    if (this.#asks && !isCount(options.dilation ?? 1)) throw unfit;
    if (this.#asks) requireConv(x.channels, out, kernel, stride, groups);
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups + (bias ? out : 0);
    this.flops += weights * size * size;
    this.params += weights;
    this.acts += out * size * size;
    return { channels: out, size };
  }
  /** A convolution whose window has two sides, or padding of its own. */
  protected window(x: Map2d, out: number, options: ConvOptions): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false } = options;
    return this.apply("conv", "", [x], {
      in: x.channels,
      out,
      kernel: bothSides("conv", kernel),
      stride: bothSides("conv", stride),
      groups,
      bias,
      ...(options.dilation !== undefined && { dilation: options.dilation }),
      ...(options.padding !== undefined && { padding: options.padding }),
    });
  }
  convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    if (x.width !== undefined) return this.batchnorm("", this.window(x, out, { kernel, stride, groups }));
    if (this.#asks) requireConv(x.channels, out, kernel, stride, groups);
    const size = stride === 1 ? x.size : strided(x.size, stride);
    const weights = (kernel * kernel * x.channels * out) / groups;
    const area = size * size;
    this.flops += weights * area;
    this.params += weights + 2 * out;
    this.acts += out * area;
    return { channels: out, size };
  }
  batchnorm(_name: string, x: Map2d, options?: NormOptions): Map2d {
    if (options === undefined) this.params += 2 * x.channels;
    else this.apply("batchnorm", "", [x], { channels: x.channels, ...options });
    return x;
  }
  activation(_name: string, x: Map2d, kind: string): Map2d {
    if (this.#asks && kind !== "relu" && kind !== "silu" && kind !== "sigmoid") throw unfit;
    return x;
  }
  maxpool(_name: string, x: Map2d, kernel: number, stride: number): Map2d {
    if (x.width !== undefined) return this.apply("maxpool", "", [x], { kernel, stride });
    if (this.#asks && !isWindow(kernel, stride)) throw unfit;
    const size = strided(x.size, stride);
    this.acts += x.channels * size * size;
    return { channels: x.channels, size };
  }
  pool(
    _name: string,
    x: Map2d,
    kind: "max" | "average",
    kernel: Sides,
    stride: Sides,
    padding?: Window["padding"],
  ): Map2d {
    if (kind !== "max" && kind !== "average") throw unfit;
    const isUsual = padding === undefined || (padding === "same" && !this.#asks);
    if (typeof kernel === "number" && typeof stride === "number" && isUsual && x.width === undefined) {
      if (this.#asks && !isWindow(kernel, stride)) throw unfit;
      return stride === 1 ? x : { channels: x.channels, size: strided(x.size, stride) };
    }
    const window = {
      kernel: bothSides("pool", kernel),
      stride: bothSides("pool", stride),
      ...(padding && { padding }),
    };
    if (kind === "average") return this.apply("avgpool2d", "", [x], window);
    return this.apply("maxpool", "", [x], { ...window, uncounted: true });
  }
  avgpool(_name: string, x: Map2d): Map2d {
    return { channels: x.channels, size: 1 };
  }
  linear(_name: string, x: Map2d, out: number): Map2d {
    if (this.#asks && (x.size !== 1 || x.width !== undefined || !isCount(out))) throw unfit;
    this.flops += (x.channels + 1) * out;
    this.params += (x.channels + 1) * out;
    this.acts += out;
    return { channels: out, size: 1 };
  }
  dropout(_name: string, x: Map2d, rate: number, kind = "dropout"): Map2d {
    if (this.#asks && !(rate >= 0 && rate < 1 && (kind === "dropout" || kind === "droppath"))) throw unfit;
    return x;
  }
  add(_name: string, x: Map2d, ...others: readonly Map2d[]): Map2d {
    if (!this.#asks) return x;
    for (const y of others) {
      if (x.channels !== y.channels || x.size !== y.size || x.width !== y.width) throw unfit;
    }
    if (others.length === 0) throw unfit;
    return x;
  }
  concat(_name: string, inputs: readonly Map2d[], options?: { readonly pad?: boolean }): Map2d {
    if (options?.pad || inputs.length < 2) {
      return this.apply("concat", "", inputs, options?.pad ? { pad: true } : {});
    }
    const { size, width } = inputs[0];
    let channels = 0;
    for (const x of inputs) {
      if (this.#asks && (x.size !== size || x.width !== width)) throw unfit;
      channels += x.channels;
    }
    return width === undefined ? { channels, size } : { channels, size, width };
  }
  identity(_name: string, x: Map2d): Map2d {
    return x;
  }
  zero(_name: string, x: Map2d, stride: number): Map2d {
    if (x.width !== undefined) return this.apply("zero", "", [x], { stride });
    if (this.#asks && !isCount(stride)) throw unfit;
    return stride === 1 ? x : { channels: x.channels, size: strided(x.size, stride) };
  }
  subsample(_name: string, x: Map2d, stride: number, offset: number): Map2d {
    if (x.width !== undefined) return this.apply("subsample", "", [x], { stride, offset });
    // A map of one pixel has no second one: that is asked of built-in families too, whose reductions may meet it.
    if (!isCount(stride) || !(offset >= 0 && offset < stride && offset < x.size)) throw unfit;
    return { channels: x.channels, size: strided(x.size, stride) };
  }
  multiply(_name: string, x: Map2d, y: Map2d): Map2d {
    if (this.#asks && (x.channels !== y.channels || y.size !== 1 || y.width !== undefined)) throw unfit;
    return x;
  }
  apply<K extends Op>(op: K, name: string, inputs: readonly Map2d[], attributes: Attributes<K>): Map2d {
    const layer = { op, name, inputs: inputs.map(() => ""), ...attributes } as unknown as Layer;
    const shapes = inputs.map(({ channels, size, width }) => ({
      channels,
      height: size,
      width: width ?? size,
    }));
    const output = outputShape(layer, shapes);
    const { params, acts } = operatorOf(layer).cost(layer, output, shapes);
    this.flops += this.flopsOf(layer, output, shapes);
    this.params += params;
    this.acts += acts;
    const { channels, height, width } = output;
    return width === height ? { channels, size: height } : { channels, size: height, width };
  }
  protected flopsOf(layer: Layer, output: Shape, inputs: readonly Shape[]): number {
    return operatorOf(layer).cost(layer, output, inputs).flops;
  }
}

/** Counts as flops only taps that meet pixels. */
export class InsideCounter extends Counter {
  override conv(name: string, x: Map2d, out: number, options: ConvOptions = {}): Map2d {
    const { kernel = 1, stride = 1, groups = 1, bias = false, dilation = 1, padding } = options;
    const isPlain = typeof kernel === "number" && typeof stride === "number" && !padding;
    if (!isPlain || dilation !== 1 || x.width !== undefined) return this.window(x, out, options);
    const flops = this.flops + ((x.channels * out) / groups) * insideTaps(x.size, kernel, stride) ** 2;
    const y = super.conv(name, x, out, options);
    this.flops = bias ? flops + out * y.size * y.size : flops;
    return y;
  }
  override convNorm(x: Map2d, out: number, kernel: number, stride: number, groups: number): Map2d {
    if (x.width !== undefined) return super.convNorm(x, out, kernel, stride, groups);
    const flops = this.flops + ((x.channels * out) / groups) * insideTaps(x.size, kernel, stride) ** 2;
    const y = super.convNorm(x, out, kernel, stride, groups);
    this.flops = flops;
    return y;
  }
  protected override flopsOf(layer: Layer, output: Shape, inputs: readonly Shape[]): number {
    return operatorOf(layer).insideFlops?.(layer, output, inputs) ?? super.flopsOf(layer, output, inputs);
  }
}

/** Says that an operator cannot be; building says which one, and why. */
export const unfit = new NetworkError("an operator that no network can have");

/** Infinity passes, and shows in the sums. */
const isCount = (value: number): boolean => value > 0 && Math.floor(value) === value;

/** What `inferShapes` asks of a window, the usual ones first. */
const isWindow = (kernel: number, stride: number): boolean =>
  (kernel === 1 || kernel === 3 || (isCount(kernel) && kernel % 2 === 1)) &&
  (stride === 1 || stride === 2 || isCount(stride));

function requireConv(channels: number, out: number, kernel: number, stride: number, groups: number): void {
  if (!isCount(out) || !isWindow(kernel, stride)) throw unfit;
  if (groups === 1) return;
  // A division takes less time than the rest of one does.
  if (!isCount(groups) || !isCount(channels / groups) || !isCount(out / groups)) throw unfit;
}
