/// <reference types="node" preserve="true" />
/**
 * netspace: a laboratory for network design spaces.
 *
 * Sample architectures from a space, train them, and read the space off their error distribution, as in
 * *Designing Network Design Spaces* (Radosavovic et al., CVPR 2020).
 *
 * @module
 */
export { duration } from "./duration.js";
export * from "./figures/index.js";
export { Markdown, markdown } from "./markdown.js";
export * from "./networks/index.js";
export * from "./onnx/index.js";
export * from "./populations/index.js";
export { PrintedTable } from "./printed-table.js";
export { type Random, seeded } from "./random.js";
export * from "./replication/index.js";
export * from "./spaces/index.js";
export * from "./statistics/index.js";
export * from "./training/index.js";
