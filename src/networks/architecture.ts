/**
 * An architecture: the few numbers that decide a network (stem, stages of equal blocks, head), as a design
 * space samples them. `build` turns it into a Network; `assemble` is the walk that building and counting share.
 */
import type { Block, Stage } from "./block.js";
import { X } from "./blocks/index.js";
import { graph } from "./graph.js";
import type { Network } from "./network.js";
import { NetworkError } from "./shapes.js";
import { type ActivationKind, type Assembly, convNorm, type Feature } from "./operators.js";

/**
 * What comes before the stages: `"simple"` a 3 × 3 convolution of stride 2 (the paper's), `"cifar"` the same
 * with stride 1 for small images, `"resnet"` 7 × 7 of stride 2 and a 3 × 3 max-pool of stride 2.
 */
export interface Stem {
  readonly kind: "simple" | "cifar" | "resnet";
  readonly width: number;
}

/** A network of the AnyNet family: stem, stages, head of global average pooling and a linear classifier. */
export interface Architecture {
  readonly name?: string;
  readonly stem: Stem;
  readonly block: Block;
  readonly stages: readonly Stage[];
  /** Channels of a 1 × 1 convolution before pooling (EfficientNet's head); none unless given. */
  readonly headWidth?: number;
  /** Default `"relu"`. */
  readonly activation?: ActivationKind;
  /** Default 1000. */
  readonly classes?: number;
  /** Height and width of the images it is meant for, pixels, where the space has them as a parameter. */
  readonly resolution?: number;
  /** The numbers it was made from where they are other than the stages': a RegNet's depth, w0, wa, wm, b and g. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** The paper's stem: 3 × 3, stride 2, width 32. */
export const simpleStem: Stem = { kind: "simple", width: 32 };

/** An architecture of X blocks behind the paper's stem. */
export const anyNet = (stages: readonly Stage[], options: Partial<Architecture> = {}): Architecture => ({
  stem: simpleStem,
  block: X,
  ...options,
  stages,
});

/** Walks an architecture from image to logits, handing each operator to `ops`. */
export function assemble<F extends Feature>(ops: Assembly<F>, image: F, architecture: Architecture): F {
  const { stem, block, stages, headWidth, activation = "relu", classes = 1000 } = architecture;
  ops.scope("stem");
  const stemConv = { kernel: stem.kind === "resnet" ? 7 : 3, stride: stem.kind === "cifar" ? 1 : 2 };
  let x = convNorm(ops, "", image, stem.width, stemConv, activation);
  if (stem.kind === "resnet") x = ops.maxpool("pool", x, 3, 2);
  for (let i = 0; i < stages.length; i++) {
    const { depth, width, bottleneck, groupWidth, kernel, stride } = stages[i];
    for (let j = 0; j < depth; j++) {
      ops.block(i + 1, j + 1);
      x = block.build(ops, x, {
        width,
        bottleneck,
        groupWidth,
        kernel,
        stride: j === 0 ? stride : 1,
        activation,
      });
      if (j === 1 && ops.repeat && depth > 2) {
        ops.repeat(depth - 2);
        break;
      }
    }
  }
  ops.scope("head");
  if (headWidth) x = convNorm(ops, "", x, headWidth, {}, activation);
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

/**
 * The architecture's network as data: every operator, with layers named `s<stage>.b<block>.<operator>`.
 *
 * @throws NetworkError naming the block that cannot be built, such as one whose groups do not fill its width
 * @example
 * ```ts
 * const network = build(zoo("RegNetX-200MF").architecture);
 * network.layers[0].name; // => "stem.conv"
 * ```
 */
export function build(architecture: Architecture): Network {
  const { name, classes = 1000 } = architecture;
  const recorder = graph();
  try {
    assemble(recorder, recorder.image(3), architecture);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new NetworkError(`${recorder.place()}: ${error.message}`, { cause: error });
  }
  return {
    name: name ?? describe(architecture),
    inputChannels: 3,
    classes,
    layers: recorder.layers,
  };
}

/**
 * A short name that tells an architecture from others: `X-d1,2,2,4-w48,80,352,560-b1-g8`.
 *
 * @example
 * ```ts
 * describe(zoo("RegNetX-200MF").architecture); // => "X-d1,1,4,7-w24,56,152,368-b1-g8"
 * ```
 */
export function describe({ block, stages }: Architecture): string {
  const list = (key: "depth" | "width" | "bottleneck" | "groupWidth") => {
    const values = stages.map(stage => stage[key]);
    return values.every(v => v === values[0]) && key !== "depth" ? `${values[0]}` : values.join(",");
  };
  return `${block.name}-d${list("depth")}-w${list("width")}-b${list("bottleneck")}-g${list("groupWidth")}`;
}
