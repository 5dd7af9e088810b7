/** MnasNet's space (Tan et al., CVPR 2019) as a program of choices. */
import { mobileFamily, mobileStack } from "../architectures/mobile/family.js";
import type { MobileBlock, MobileStack } from "../architectures/mobile/mobile-stack.js";
import type { MobileOperationName } from "../architectures/mobile/operations.js";
import { holdsForAll, isList } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { DecisionSpace } from "./decisions/decision-space.js";

export interface MnasNetOptions {
  /** Channels that the filters of each block are relative to. Default: MobileNetV2's, 16, 24, 32, 64, 96, 160 and 320. */
  readonly widths?: readonly number[];
  /** Layers that those of each block are relative to. Default: MobileNetV2's, 1, 2, 3, 4, 3, 3 and 1. */
  readonly repeats?: readonly number[];
  /** Strides of the blocks. Default: MobileNetV2's, 1, 2, 2, 2, 1, 2 and 1. */
  readonly strides?: readonly number[];
  /** Expansions of MBConv, each an operation of its own. Default: 6 alone. */
  readonly expansions?: readonly number[];
  /** Default: width 32, stride 2. */
  readonly stem?: { readonly width: number; readonly stride?: number };
  /** Channels of the head; 0 for none. Default 1280. */
  readonly head?: number;
  /** Height and width of the images that its networks are for, pixels. Default: ImageNet's, 224, which are not written out. */
  readonly resolution?: number;
}

const kernels = [3, 5];
const ratios = [0, 0.25];
const skips = ["identity", "pool", "none"] as const;
const filterFactors = [0.75, 1, 1.25];
const changes = [-1, 0, 1];

/**
 * MnasNet's space of blocks: for each the operation (convolution, depthwise-separable convolution, MBConv), the kernel (3, 5), the
 * ratio of squeeze-and-excitation (0, 1/4), the skip (identity, pooling, none), filters (¾, 1, 1¼ times) and layers (−1, 0, +1) relative to
 * MobileNetV2; 324 ways per block. A block of one layer that loses it is left out.
 *
 * The paper prints 432 per block, which is no product of what it lists. With two expansions of MBConv, 3 and 6, as its
 * networks and its ablation have them, there are four operations, and 432 ways [inferred].
 *
 * Filters are products as they are, rounded to integers, and pooling is an average over 3 × 3, with a 1 × 1 projection where
 * the number of channels changes; the paper says neither [inferred].
 *
 * @throws RangeError for options that give no space
 * @example
 * ```ts
 * mnasNetSpace().size === 324n ** 7n; // => true
 * mnasNetSpace({ expansions: [3, 6] }).size === 432n ** 7n; // => true
 * ```
 */
export function mnasNetSpace(options: MnasNetOptions = {}): DecisionSpace<MobileStack> {
  expectOptions("mnasNetSpace", options, {
    widths: "list?",
    repeats: "list?",
    strides: "list?",
    expansions: "list?",
    stem: "object?",
    head: "number?",
    resolution: "number?",
  });
  const { widths = [16, 24, 32, 64, 96, 160, 320], repeats = [1, 2, 3, 4, 3, 3, 1] } = options;
  const {
    strides = [1, 2, 2, 2, 1, 2, 1],
    expansions = [6],
    stem = { width: 32 },
    head = 1280,
    resolution,
  } = options;
  expectOptions("mnasNetSpace: stem", stem, { width: "number", stride: "number?" });
  for (const [name, values] of Object.entries({ widths, repeats, strides, expansions })) {
    const are =
      isList(values) &&
      values.length > 0 &&
      holdsForAll(values, value => Number.isSafeInteger(value) && value > 0);
    if (!are) throw new RangeError(`mnasNetSpace: ${name} must be positive integers, got ${say(values)}`);
  }
  if (!(Number.isSafeInteger(head) && head >= 0)) {
    throw new RangeError(`mnasNetSpace: head must be 0, or a positive integer, got ${say(head)}`);
  }
  if (repeats.length !== widths.length || strides.length !== widths.length) {
    throw new RangeError(
      `mnasNetSpace: widths, repeats and strides must have one value per block, got ${widths.length}, ${repeats.length} and ${strides.length}; give each ${widths.length}`,
    );
  }
  const operations = new Map<
    string,
    { readonly operation: MobileOperationName; readonly expansion?: number }
  >([
    ["conv", { operation: "conv" }],
    ["depthwise-separable", { operation: "depthwise-separable" }],
    ...expansions.map(expansion => [`mbconv${expansion}`, { operation: "mbconv", expansion }] as const),
  ]);
  const operationNames = [...operations.keys()];
  const blocks = widths.map((width, i) => ({
    operation: `op${i + 1}`,
    kernel: `k${i + 1}`,
    ratio: `se${i + 1}`,
    skip: `skip${i + 1}`,
    filters: `w${i + 1}`,
    layers: `d${i + 1}`,
    width,
    repeats: repeats[i],
    stride: strides[i],
  }));
  const fixed = {
    stem,
    ...(head > 0 && { head: { width: head, fixed: true as const } }),
    // Written out, so that a space can be given others of both.
    activation: "relu" as const,
    scaling: { width: 1, depth: 1 },
    ...(resolution !== undefined && { resolution }),
  };
  return new DecisionSpace<MobileStack>(
    "MnasNet",
    choose => {
      const made = blocks.map(
        (block): MobileBlock => ({
          ...operations.get(choose.free(block.operation, operationNames))!,
          kernel: choose.free(block.kernel, kernels),
          squeezeExcite: choose.free(block.ratio, ratios),
          skip: choose.free(block.skip, skips),
          width: Math.round(block.width * choose.free(block.filters, filterFactors)),
          repeats: block.repeats + choose.free(block.layers, changes),
          stride: block.stride,
        }),
      );
      return mobileStack({ ...fixed, blocks: made });
    },
    { family: mobileFamily },
  );
}

export const MnasNet: DecisionSpace<MobileStack> = mnasNetSpace();
/** With both expansions of MBConv: the paper's printed number of ways per block [inferred]. */
export const MnasNetBothExpansions: DecisionSpace<MobileStack> = mnasNetSpace({ expansions: [3, 6] }).named(
  "MnasNet-expansions",
);
/** For images of 32 × 32 on a small machine: a stem without stride, an eighth to a quarter of the channels, two strides less. */
export const MnasNetSmall: DecisionSpace<MobileStack> = mnasNetSpace({
  widths: [4, 8, 8, 16, 24, 40, 64],
  strides: [1, 2, 1, 2, 1, 2, 1],
  stem: { width: 8, stride: 1 },
  head: 128,
  resolution: 32,
}).named("MnasNet-small");
