/** What trainings and inference are timed on: AnyNets as a population has them, and networks of other families. */
import {
  build,
  cellNetwork,
  countArchitecture,
  mobileStack,
  nasBench201,
} from "../src/architectures/index.js";
import type { Network } from "../src/networks/network.js";
import { AnyNetXE } from "../src/spaces/index.js";
import { sample } from "../src/spaces/sample.js";

export interface TimedNetwork {
  readonly network: Network;
  /** On images of 32 × 32. */
  readonly flops: number;
}

const small = { classes: 10, resolution: 32 } as const;
const edges = [
  "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|",
  "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|",
  "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
  "|nor_conv_1x1~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|avg_pool_3x3~2|",
  "|avg_pool_3x3~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|nor_conv_1x1~0|avg_pool_3x3~1|nor_conv_3x3~2|",
];
/** Networks of cells and of mobile blocks, for images of 32 × 32. */
export const otherFamilies: readonly TimedNetwork[] = [
  ...edges.map((cell, i) =>
    nasBench201(cell, { name: `NAS-Bench-201, C 8, cell ${i + 1}`, channels: 8, cells: 1, ...small }),
  ),
  cellNetwork({ name: "DARTS-V2, C 4, L 5", design: "DARTS-V2", cells: 5, filters: 4, ...small }),
  cellNetwork({ name: "NASNet-A, N 1, F 4", design: "NASNet-A", cells: 3, filters: 4, ...small }),
  mobileStack({
    name: "MnasNet-like, 2 MF",
    stem: { width: 8, stride: 1 },
    blocks: [
      { operation: "depthwise-separable", kernel: 3, stride: 1, width: 8, repeats: 1 },
      { operation: "mbconv", expansion: 3, kernel: 3, stride: 2, width: 12, repeats: 2 },
      { operation: "mbconv", expansion: 3, kernel: 5, stride: 2, width: 16, repeats: 2, squeezeExcite: 0.25 },
      { operation: "mbconv", expansion: 6, kernel: 5, stride: 2, width: 32, repeats: 2, squeezeExcite: 0.25 },
    ],
    head: { width: 128 },
    ...small,
  }),
].map(architecture => ({ network: build(architecture), flops: countArchitecture(architecture, 32).flops }));

/** So many of AnyNetXE, always the same, of 1 to 16 MF on images of 32 × 32. */
export const anyNets = (count: number): TimedNetwork[] =>
  count === 0
    ? []
    : sample(AnyNetXE.with({ classes: 10 }), {
        n: count,
        seed: 1,
        resolution: 32,
        where: { flops: [1e6, 16e6], depth: [4, 24] },
      }).map(({ architecture, flops }) => ({ network: build(architecture), flops }));
