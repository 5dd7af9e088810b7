/**
 * An architecture: the few numbers that decide a network (stem, stages of equal blocks, head), as a design
 * space samples them. `build` turns it into a Network; `assemble` is the walk that building and counting share.
 */
import { isObject, say } from "../../base/say.js";
import type { Block, Stage } from "./block.js";
import { X } from "./blocks/index.js";
import { checkArchitecture, checkParts } from "./check-architecture.js";
import { graph } from "../../networks/graph.js";
import type { Network } from "../../networks/network.js";
import { inferShapes, NetworkError } from "../../networks/shapes.js";
import {
  type ActivationKind,
  type Assembly,
  type Feature,
  normed,
  type Operators,
} from "../../networks/operators/operators.js";

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

/**
 * An architecture of X blocks behind the paper's stem.
 *
 * @throws NetworkError unless `stages` is an array and `options` an object; what they hold is checked where it is used
 */
export function anyNet(stages: readonly Stage[], options: Partial<Architecture> = {}): Architecture {
  if (!Array.isArray(stages) || !isObject(options)) {
    throw new NetworkError(
      `anyNet: expected an array of stages, and perhaps { block, stem, … }, got ${say(stages)} and ${say(options)}`,
    );
  }
  checkParts("anyNet", options);
  return { stem: simpleStem, block: X, ...options, stages };
}

/** What walks AnyNets: the operators, and perhaps a short cut through the blocks of a stage. */
interface StageAssembly<F extends Feature> extends Assembly<F> {
  /** Walks the blocks of a stage after its first, for an interpreter that need not walk each of them. */
  rest?(x: F, architecture: Architecture, stage: Stage): F;
}

/** Walks an architecture from image to logits, handing each operator to `ops`. */
export function assemble<F extends Feature>(ops: StageAssembly<F>, image: F, architecture: Architecture): F {
  const { stem, stages, headWidth, activation = "relu", classes = 1000 } = architecture;
  ops.scope("stem");
  const [kernel, stride] = [stem.kind === "resnet" ? 7 : 3, stem.kind === "cifar" ? 1 : 2];
  let x = normed(ops, "", image, stem.width, kernel, stride, 1, activation);
  if (stem.kind === "resnet") x = ops.maxpool("pool", x, 3, 2);
  for (let i = 0; i < stages.length; i++) {
    const stage = stages[i];
    ops.block(i + 1, 1);
    x = walkBlock(ops, x, architecture, stage, stage.stride);
    if (ops.rest && stage.depth > 1) {
      x = ops.rest(x, architecture, stage);
      continue;
    }
    for (let j = 2; j <= stage.depth; j++) {
      ops.block(i + 1, j);
      x = walkBlock(ops, x, architecture, stage, 1);
    }
  }
  ops.scope("head");
  if (headWidth) x = normed(ops, "", x, headWidth, 1, 1, 1, activation);
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

/** Walks one block of a stage. @throws NetworkError if it returns no feature map */
export function walkBlock<F extends Feature>(
  ops: Operators<F>,
  x: F,
  { block, activation = "relu" }: Architecture,
  { width, bottleneck, groupWidth, kernel }: Stage,
  stride: number,
): F {
  const y = block.build(ops, x, { width, bottleneck, groupWidth, kernel, stride, activation });
  if (y?.channels === undefined) throw noFeature(y);
  return y;
}

/** Says what came instead of a block's output. */
function noFeature(got: unknown): NetworkError {
  if (got instanceof Promise) {
    // Its own failure, if it has one, is heard by nobody, and would end the process.
    got.catch(() => undefined);
    return new NetworkError(
      "a block returns the output of its last operator, got a promise; make build no async function",
    );
  }
  const what = got === undefined ? "nothing" : say(got);
  return new NetworkError(
    `a block returns the output of its last operator, got ${what}; return it from build`,
  );
}

/**
 * The architecture's network as data: every operator, with layers named `s<stage>.b<block>.<operator>`.
 *
 * @throws NetworkError naming the block and the layer that cannot be built, such as groups that do not divide its
 *   width, a sum of two shapes, or a block that calls an operator there is not
 * @example
 * ```ts
 * const network = build(zoo("RegNetX-200MF").architecture);
 * network.layers[0].name; // => "stem.conv"
 * ```
 */
export function build(architecture: Architecture): Network {
  checkArchitecture("build", architecture);
  return buildAt(architecture, architecture.resolution ?? USUAL_RESOLUTION);
}

/** `build` for an architecture that was checked, with its shapes checked for images of this height and width. */
export function buildAt(architecture: Architecture, resolution: number): Network {
  const { name, block, classes = 1000 } = architecture;
  const recorder = graph();
  try {
    assemble(recorder, recorder.image(3), architecture);
  } catch (error) {
    const inBlock = isBlock(recorder.place()) ? ` (block "${block.name}")` : "";
    if (error instanceof NetworkError)
      throw new NetworkError(`${recorder.place()}: ${error.message}${inBlock}`, { cause: error });
    const known = `the operators are ${recorder.operators.join(", ")}, and convNorm and squeezeExcite of netspace`;
    throw new NetworkError(`${recorder.place()}: ${String(error)}${inBlock}; ${known}`, { cause: error });
  }
  const network = {
    name: name ?? describe(architecture),
    inputChannels: 3,
    classes,
    layers: recorder.layers,
  };
  try {
    inferShapes(network, resolution);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const at = /layer "(.*)\.[^.]*"/.exec(error.message)?.[1] ?? "";
    throw isBlock(at) ? new NetworkError(`block "${block.name}", ${error.message}`, { cause: error }) : error;
  }
  return network;
}

/** Height and width of an image where nothing says otherwise, pixels. */
export const USUAL_RESOLUTION = 224;

const isBlock = (place: string): boolean => /^s\d+\.b\d+/.test(place);

/**
 * A short name that tells an architecture from others: `X-d1,2,2,4-w48,80,352,560-b1-g8`.
 *
 * @example
 * ```ts
 * describe(zoo("RegNetX-200MF").architecture); // => "X-d1,1,4,7-w24,56,152,368-b1-g8"
 * ```
 */
export function describe(architecture: Architecture): string {
  checkArchitecture("describe", architecture);
  const { block, stages } = architecture;
  const list = (key: "depth" | "width" | "bottleneck" | "groupWidth") => {
    const values = stages.map(stage => stage[key]);
    return values.every(v => v === values[0]) && key !== "depth" ? `${values[0]}` : values.join(",");
  };
  return `${block.name}-d${list("depth")}-w${list("width")}-b${list("bottleneck")}-g${list("groupWidth")}`;
}
