/**
 * An AnyNet: the few numbers that decide a network (stem, stages of equal blocks, head), as a design space samples
 * them. `assemble` is the walk that building and counting share.
 */
import { isObject, say } from "../../base/say.js";
import type { Block, Stage } from "./block.js";
import { X } from "./blocks/index.js";
import { checkParts } from "./check-architecture.js";
import type { AnyArchitecture } from "../family.js";
import { NetworkError } from "../../networks/shapes.js";
import {
  type ActivationKind,
  type Assembly,
  type Feature,
  normed,
  type Operators,
} from "../../networks/assembly/operators.js";

/**
 * What comes before the stages: `"simple"` a 3 × 3 convolution of stride 2 (the paper's), `"cifar"` the same
 * with stride 1 for small images, `"resnet"` 7 × 7 of stride 2 and a 3 × 3 max-pool of stride 2, `"resnet-rs"` three
 * 3 × 3, the first of stride 2, the first two of half the width, and a fourth of stride 2 in place of the max-pool.
 */
export interface Stem {
  readonly kind: "simple" | "cifar" | "resnet" | "resnet-rs";
  readonly width: number;
}

/** A network of the AnyNet family: stem, stages, head of global average pooling and a linear classifier. */
export interface Architecture extends AnyArchitecture {
  /** No other than AnyNet, which need not be named. */
  readonly family?: undefined;
  readonly stem: Stem;
  readonly block: Block;
  readonly stages: readonly Stage[];
  /** Channels of a 1 × 1 convolution before pooling (EfficientNet's head); none unless given. */
  readonly headWidth?: number;
  /** Default `"relu"`. */
  readonly activation?: ActivationKind;
  /** The numbers it was made from where they are other than the stages': a RegNet's depth, w0, wa, wm, b and g. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** The paper's stem: 3 × 3, stride 2, width 32. */
export const simpleStem: Stem = { kind: "simple", width: 32 };

/**
 * An architecture of X blocks behind the paper's stem.
 *
 * @throws NetworkError unless `stages` is an array and `options` an object; what they hold is checked where it is used
 * @example
 * ```ts
 * const architecture = anyNet([{ depth: 1, width: 24, bottleneck: 1, groupWidth: 8, stride: 2 }]);
 * countArchitecture(architecture).params; // => 29960
 * ```
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

/**
 * Walks an architecture from image to logits, handing each operator to `ops`.
 *
 * @param stageOutput what a stage, from 1, gives, of its input's and its blocks' outputs in order. Default: its last block's
 */
export function assemble<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  architecture: Architecture,
  stageOutput?: (outputs: readonly F[], stage: number) => F,
): F {
  const { stem, stages, headWidth, activation = "relu", classes = 1000 } = architecture;
  ops.scope("stem");
  let x = walkStem(ops, image, stem, activation);
  let stage: Stage;
  // One function for all stages: a space's candidates are counted a million times a second.
  const again = (y: F) => walkBlock(ops, y, architecture, stage, 1);
  for (let i = 0; i < stages.length; i++) {
    stage = stages[i];
    const outputs = stageOutput && [x];
    ops.block(i + 1, 1);
    x = walkBlock(ops, x, architecture, stage, stage.stride);
    outputs?.push(x);
    if (ops.repeat && stage.depth > 1) {
      x = ops.repeat(stage.depth - 1, x, again);
      continue;
    }
    for (let j = 2; j <= stage.depth; j++) {
      ops.block(i + 1, j);
      x = walkBlock(ops, x, architecture, stage, 1);
      outputs?.push(x);
    }
    if (outputs) x = stageOutput(outputs, i + 1);
  }
  ops.scope("head");
  if (headWidth) x = normed(ops, "", x, headWidth, 1, 1, 1, activation);
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

function walkStem<F extends Feature>(
  ops: Operators<F>,
  image: F,
  { kind, width }: Stem,
  activation: ActivationKind,
): F {
  if (kind === "resnet-rs") {
    const half = Math.max(1, Math.floor(width / 2));
    let x = normed(ops, 1, image, half, 3, 2, 1, activation);
    x = normed(ops, 2, x, half, 3, 1, 1, activation);
    x = normed(ops, 3, x, width, 3, 1, 1, activation);
    return normed(ops, 4, x, width, 3, 2, 1, activation);
  }
  const [kernel, stride] = [kind === "resnet" ? 7 : 3, kind === "cifar" ? 1 : 2];
  const x = normed(ops, "", image, width, kernel, stride, 1, activation);
  return kind === "resnet" ? ops.maxpool("pool", x, 3, 2) : x;
}

/** One block of a stage. @throws NetworkError if it returns no feature map */
function walkBlock<F extends Feature>(
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
