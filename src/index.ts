/// <reference types="node" preserve="true" />
/**
 * netspace: a laboratory for network design spaces.
 *
 * Sample architectures from a space, train them, and read the space off their error distribution, as in
 * *Designing Network Design Spaces* (Radosavovic et al., CVPR 2020).
 *
 * In Node `start.ts` has these names and loads what is behind them later: a new name is written there, too.
 *
 * @module
 */

// The names of everyday, which the guides use.
export { anyNet, type Block, blocks, build, regNet, zoo } from "./architectures/index.js";
export { fitQuantisedLinear } from "./architectures/index.js";
export { complexity, convNorm, type Network } from "./networks/index.js";
export { AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE, RegNetX, oneOf, sample } from "./spaces/index.js";
export { bestValue, edf, ksTest, meanDifference, pearson, spearman } from "./statistics/index.js";
export { edfPanel, grid, type Panel, randomSearchPanel, row } from "./figures/index.js";
export { structureDiagram, widthProfilePanel } from "./figures/index.js";
export { recipes, time, torch, train } from "./training/index.js";
export { sweep, sweepStatus } from "./sweeps/index.js";
export type { SweepSpec } from "./trials/index.js";
export { compactSweep, readPopulation, shippedPopulation } from "./populations/index.js";
export { study } from "./replication/index.js";
export { tableOf } from "./tables/index.js";
export { duration } from "./base/duration.js";
export { Markdown, markdown } from "./base/markdown.js";
export { PrintedTable } from "./base/printed-table.js";
export { type Random, seeded } from "./base/random.js";

// All others are names of a room, as in `import { kendall } from "netspace/statistics"`. They are here for one version
// more, and not marked as deprecated before the notebooks take them from the rooms: every cell would be struck through.
export * from "./architectures/index.js";
export * from "./figures/index.js";
export * from "./networks/index.js";
export * from "./onnx/index.js";
export * from "./populations/index.js";
export * from "./replication/index.js";
export * from "./spaces/index.js";
export * from "./statistics/index.js";
export * from "./sweeps/index.js";
export * from "./tables/index.js";
export * from "./training/index.js";
export * from "./trials/index.js";
