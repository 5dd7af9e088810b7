/** One network of each family, of 2 to 4 MF on images of 32 × 32, and AnyNets of as many flops: what `families` trains. */
import { anyNet } from "../src/architectures/anynet/architecture.js";
import type { Block } from "../src/architectures/anynet/block.js";
import { blocks } from "../src/architectures/anynet/blocks/index.js";
import { cellNetwork } from "../src/architectures/cells/family.js";
import { nasBench201 } from "../src/architectures/nas-bench-201/family.js";
import { nasBenchMacro } from "../src/architectures/nas-bench-macro/family.js";
import type { AnyArchitecture } from "../src/architectures/family.js";
import { mobileStack } from "../src/architectures/mobile/family.js";
import type { MobileStack } from "../src/architectures/mobile/mobile-stack.js";
import { zoo } from "../src/architectures/zoo.js";
import { ENASMacroSmall, NASRLSmall } from "../src/spaces/layer-spaces.js";
import { sample } from "../src/spaces/sample.js";
import type { Space } from "../src/spaces/space.js";
import type { DatasetSpec } from "../src/training/datasets/index.js";
import type { Recipe } from "../src/training/recipe.js";

const small = { classes: 10, resolution: 32 } as const;

/** Four stages behind a stem of 16 channels, as the populations have them. */
const stages = (
  block: Block,
  depths: readonly number[],
  widths: readonly number[],
  { bottleneck = 1, groupWidth = 8 } = {},
) =>
  anyNet(
    depths.map((depth, i) => ({ depth, width: widths[i], bottleneck, groupWidth, stride: 2 })),
    { block, stem: { kind: "cifar", width: 16 }, ...small },
  );

/** A network of a space, within the regime's flops. */
function drawn<A extends AnyArchitecture>(space: Space<A>): AnyArchitecture {
  const [{ architecture }] = sample(space, {
    n: 1,
    seed: 1,
    resolution: 32,
    where: { flops: [2.8e6, 3.6e6] },
  });
  return { ...architecture, ...small };
}

export const familyNetworks: Readonly<Record<string, AnyArchitecture>> = {
  "NASNet-A, N 1, F 3": cellNetwork({ design: "NASNet-A", cells: 3, filters: 3, ...small }),
  "PNASNet-5, N 1, F 4": cellNetwork({ design: "PNASNet-5", cells: 3, filters: 4, ...small }),
  "AmoebaNet-A, N 1, F 4": cellNetwork({ design: "AmoebaNet-A", cells: 3, filters: 4, ...small }),
  "ENAS micro, L 3, F 3": cellNetwork({ design: "ENAS-micro", cells: 3, filters: 3, ...small }),
  "DARTS-V1, L 5, C 5": cellNetwork({ design: "DARTS-V1", cells: 5, filters: 5, ...small }),
  "DARTS-V2, L 5, C 5": cellNetwork({ design: "DARTS-V2", cells: 5, filters: 5, ...small }),
  // The best cell of the published table on CIFAR-10 [recalled], and the best network of the other.
  "NAS-Bench-201, N 1, C 4": nasBench201(
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|",
    { channels: 4, cells: 1, ...small },
  ),
  "NAS-Bench-Macro 22212220, C 5": nasBenchMacro("22212220", { channels: 5, headWidth: 128, ...small }),
  "MnasNet-A1 × 0.25": mobileStack({
    ...zoo<MobileStack>("MnasNet-A1").architecture,
    name: undefined,
    ...small,
    stem: { width: 16, stride: 1 },
    scaling: { width: 0.25 },
  }),
  "NAS-RL, 6 layers, drawn": drawn(NASRLSmall),
  "ENAS macro, 6 layers, drawn": drawn(ENASMacroSmall),
  "ResNet-RS (RS)": stages(blocks.RS, [1, 1, 2, 1], [32, 64, 128, 192], { bottleneck: 4, groupWidth: 1 }),
  "ResNet (R)": stages(blocks.R, [1, 1, 2, 1], [48, 96, 144, 192], { bottleneck: 4, groupWidth: 1 }),
  "ResNeXt (X)": stages(blocks.X, [1, 1, 2, 1], [24, 48, 88, 160]),
  "RegNetY (Y)": stages(blocks.Y, [1, 1, 2, 1], [24, 48, 88, 160]),
  "plain (V)": stages(blocks.V, [1, 1, 2, 1], [16, 32, 64, 128]),
};

/** The images of the shipped populations. */
export const registeredImages = {
  procedural: { kind: "procedural", resolution: 32, train: 5000, validation: 1000, test: 5000, seed: 11 },
  "fashion-mnist": {
    kind: "idx",
    folder: "/usr/share/datasets/fashion-mnist",
    resolution: 32,
    train: 5000,
    validation: 1000,
  },
} as const satisfies Readonly<Record<string, DatasetSpec>>;

/** Theirs, too. */
export const registeredRecipe: Recipe = {
  epochs: 12,
  batch: 64,
  learningRate: 0.2,
  momentum: 0.9,
  weightDecay: 0.0005,
  warmupEpochs: 1,
  cropPadding: 4,
  flip: true,
  zeroInitResidual: true,
};
