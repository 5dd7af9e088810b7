/**
 * A mobile stack: the networks of MnasNet and EfficientNet as data, blocks of equal layers between a stem and a head.
 * `assemble` is the walk that building and counting share.
 */
import { say } from "../../base/say.js";
import {
  type ActivationKind,
  type Assembly,
  type Feature,
  normed,
  type Operators,
} from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shapes.js";
import type { AnyArchitecture, Family } from "../family.js";
import { type MobileOperation, type MobileOperationName, operationOf } from "./operations.js";
import { scaledDepth, scaledWidth } from "./rounding.js";

/** What goes around each layer of a block: its input where the shape stays, its input pooled, or nothing. */
export type MobileSkip = "identity" | "pool" | "none";

/** A block: equal layers, of which the first has the stride. */
export interface MobileBlock {
  readonly operation: MobileOperationName | MobileOperation;
  /** How many layers; 0 leaves the block out. */
  readonly repeats: number;
  /** Channels out of each layer. */
  readonly width: number;
  /** Odd. */
  readonly kernel: number;
  /** Of the first layer; the others have stride 1. */
  readonly stride: number;
  /** Inner channels over those of the input, of operations that widen. Default 1. */
  readonly expansion?: number;
  /** Channels inside squeeze-and-excitation over those of the layer's input, in [0, 1]. Default 0: none. */
  readonly squeezeExcite?: number;
  /** Default `"identity"`. */
  readonly skip?: MobileSkip;
}

/** Multipliers of what an architecture says, 1 unless given. They are applied, with their rounding, when it is assembled. */
export interface MobileScaling {
  /** Of the widths of stem, blocks and head, rounded to multiples of the divisor and never below 90 %. */
  readonly width?: number;
  /** Of the blocks' repeats, rounded up. */
  readonly depth?: number;
  /** What multiplied widths are multiples of. Default 8. */
  readonly divisor?: number;
}

export interface MobileStack extends AnyArchitecture {
  readonly family: Family<MobileStack>;
  /** Convolution, normalisation and activation on the image. */
  readonly stem: {
    readonly width: number;
    /** Default 3. */
    readonly kernel?: number;
    /** Default 2; 1 for small images. */
    readonly stride?: number;
  };
  readonly blocks: readonly MobileBlock[];
  /** 1 × 1 convolution before pooling; none unless given. */
  readonly head?: {
    readonly width: number;
    /** The width multiplier leaves it as it is, as MnasNet's does. */
    readonly fixed?: true;
  };
  /** Default `"relu"`. */
  readonly activation?: ActivationKind;
  readonly scaling?: MobileScaling;
}

/** Layers of all blocks together. */
export function layersOf({ blocks, scaling }: Pick<MobileStack, "blocks" | "scaling">): number {
  let layers = 0;
  for (const { repeats } of blocks) layers += scaledDepth(repeats, scaling?.depth);
  return layers;
}

/** What a supernet does in place of a block's layers; blocks and layers are counted from 1. */
export interface BlockWalk<F extends Feature> {
  layer(x: F, block: number, layer: number, width: number, stride: number): F;
  /** What a block gives, of its layers' outputs in order. */
  output(outputs: readonly F[], block: number): F;
}

/** Walks a stack from image to logits, handing each operator to `ops`. */
export function assemble<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  stack: MobileStack,
  walk?: BlockWalk<F>,
): F {
  const { stem, blocks, head, activation = "relu", scaling, classes = 1000 } = stack;
  const layers = layersOf(stack);
  let layer = 0;
  ops.scope("stem");
  const stemWidth = scaledWidth(stem.width, scaling?.width, scaling?.divisor);
  let x = normed(ops, "", image, stemWidth, stem.kernel ?? 3, stem.stride ?? 2, 1, activation);
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    const repeats = scaledDepth(block.repeats, scaling?.depth);
    if (repeats === 0) continue;
    const width = scaledWidth(block.width, scaling?.width, scaling?.divisor);
    if (walk) {
      const outputs: F[] = [];
      for (let j = 1; j <= repeats; j++) {
        x = walk.layer(x, i + 1, j, width, j === 1 ? block.stride : 1);
        outputs.push(x);
      }
      x = walk.output(outputs, i + 1);
      continue;
    }
    ops.block(i + 1, 1);
    x = walkLayer(ops, x, block, width, block.stride, activation, layer++ / layers);
    if (ops.repeat && repeats > 1) {
      // Who need not walk them does not train them either.
      x = ops.repeat(repeats - 1, x, y => walkLayer(ops, y, block, width, 1, activation, 0));
      layer += repeats - 1;
      continue;
    }
    for (let j = 2; j <= repeats; j++) {
      ops.block(i + 1, j);
      x = walkLayer(ops, x, block, width, 1, activation, layer++ / layers);
    }
  }
  ops.scope("head");
  if (head) {
    const width = head.fixed ? head.width : scaledWidth(head.width, scaling?.width, scaling?.divisor);
    x = normed(ops, "", x, width, 1, 1, 1, activation);
  }
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

/**
 * One layer, with what goes around it.
 *
 * @param share of the rate of drop path, where there is something to go around by: i / n at layer i of n, from 0
 * @throws NetworkError if the operation returns no feature map
 */
export function walkLayer<F extends Feature>(
  ops: Assembly<F>,
  x: F,
  { operation, kernel, expansion = 1, squeezeExcite = 0, skip = "identity" }: MobileBlock,
  width: number,
  stride: number,
  activation: ActivationKind,
  share: number,
): F {
  const parameters = { width, kernel, stride, expansion, squeezeExcite, activation };
  const y = operationOf(operation).build(ops, x, parameters);
  if (y?.channels === undefined) throw noFeature(y);
  const isSame = stride === 1 && x.channels === width;
  if (skip === "none" || (skip === "identity" && !isSame)) return y;
  if (share > 0) ops.dropPath?.(y, share);
  return ops.add("add", y, skip === "pool" ? pooled(ops, x, width, stride) : x);
}

/** The input averaged over 3 × 3 with the layer's stride, projected where the number of channels changes. */
function pooled<F extends Feature>(ops: Operators<F>, x: F, width: number, stride: number): F {
  const y = ops.pool("pool_shortcut", x, "average", 3, stride);
  return x.channels === width ? y : normed(ops, "_shortcut", y, width, 1, 1, 1);
}

function noFeature(got: unknown): NetworkError {
  // A promise's own failure, if it has one, is heard by nobody, and would end the process.
  if (got instanceof Promise) got.catch(() => undefined);
  const what = got === undefined ? "nothing" : say(got);
  const remedy = got instanceof Promise ? "make build no async function" : "return it from build";
  return new NetworkError(`an operation returns the output of its last operator, got ${what}; ${remedy}`);
}
