/// <reference types="node" preserve="true" />
/**
 * netspace: a laboratory for network design spaces.
 *
 * Sample architectures from a space, train them, and read the space off their error distribution, as in
 * *Designing Network Design Spaces* (Radosavovic et al., CVPR 2020).
 *
 * @module
 */
export { duration } from "./base/duration.js";
export * from "./architectures/index.js";
export * from "./figures/index.js";
export { Markdown, markdown } from "./base/markdown.js";
export * from "./networks/index.js";
export * from "./onnx/index.js";
export * from "./populations/index.js";
export { PrintedTable } from "./base/printed-table.js";
export { type Random, seeded } from "./base/random.js";
export * from "./replication/index.js";
export * from "./spaces/index.js";
export * from "./statistics/index.js";
export * from "./sweeps/index.js";
export * from "./tables/index.js";
export * from "./training/index.js";
export * from "./trials/index.js";
