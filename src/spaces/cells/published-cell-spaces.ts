/**
 * The spaces of cells that were published, at the size at which each paper searched: for images of 32 × 32 and ten classes.
 * `with` and `fix` give others, such as smaller ones for a CPU.
 *
 * NDS' five (Radosavovic et al. 2019, arXiv 1905.13214) have one network around all cells, DARTS', in three widths and five
 * depths; their operations are those of microsoft/nni nni/nas/hub/pytorch/nasnet.py.
 */
import {
  amoebaNetConvention,
  dartsConvention,
  enasConvention,
  nasNetConvention,
  pnasNetConvention,
} from "../../architectures/cells/conventions.js";
import { oneOf } from "../dimension.js";
import { CellSpace, type CellSpaceOptions } from "./cell-space.js";

const cifar = { classes: 10, resolution: 32 } as const;

const nasNetOperations = [
  "identity",
  "1x3-3x1",
  "1x7-7x1",
  "dil3",
  "avg3",
  "max3",
  "max5",
  "max7",
  "conv1",
  "conv3",
  "sep3",
  "sep5",
  "sep7",
] as const;
const amoebaNetOperations = [
  "identity",
  "sep3",
  "sep5",
  "sep7",
  "avg3",
  "max3",
  "dilsep3x2",
  "1x7-7x1",
] as const;
const pnasOperations = ["sep3", "sep5", "sep7", "1x7-7x1", "identity", "avg3", "max3", "dil3"] as const;
const enasOperations = ["sep3", "sep5", "avg3", "max3", "identity"] as const;
const dartsOperations = ["max3", "avg3", "identity", "sep3", "sep5", "dilsep3", "dilsep5"] as const;

/**
 * NASNet's (arXiv 1707.07012): 13 operations, sums alone, at N = 2 and F = 32 (F recalled). How its dense convolutions are
 * built was not published: ReLU, convolutions, normalisation is inferred.
 */
export const NASNetSpace = new CellSpace({
  name: "NASNet",
  operations: nasNetOperations,
  blocks: 5,
  output: "loose",
  convention: nasNetConvention,
  cells: 6,
  filters: 32,
  ...cifar,
});

/** The same with the choice between a sum and a concatenation in each block. */
export const NASNetCombineSpace = new CellSpace({
  ...NASNetSpace.options,
  name: "NASNet-combine",
  combine: true,
});

/** AmoebaNet's (arXiv 1802.01548): 8 operations, at N = 3 and F = 24. */
export const AmoebaNetSpace = new CellSpace({
  name: "AmoebaNet",
  operations: amoebaNetOperations,
  blocks: 5,
  output: "loose",
  convention: amoebaNetConvention,
  cells: 9,
  filters: 24,
  ...cifar,
});

/** PNAS' (arXiv 1712.00559): one cell, also where the size is halved, all blocks in its output; N = 2, F = 24 (recalled). */
export const PNASSpace = new CellSpace({
  name: "PNAS",
  operations: pnasOperations,
  blocks: 5,
  output: "all",
  convention: pnasNetConvention,
  cellKinds: 1,
  cells: 6,
  filters: 24,
  ...cifar,
});

/** ENAS' micro space (arXiv 1802.03268), at the 6 + 2 layers and 20 filters of its public script. */
export const ENASMicroSpace = new CellSpace({
  name: "ENAS-micro",
  operations: enasOperations,
  blocks: 5,
  output: "loose",
  convention: enasConvention,
  cells: 6,
  filters: 20,
  ...cifar,
});

/**
 * DARTS' (arXiv 1806.09055) in the form that its search ends in: each node keeps edges from two states that differ, each with
 * one of 7 operations; 8 cells of 16 filters.
 */
export const DARTSSpace = new CellSpace({
  name: "DARTS",
  operations: dartsOperations,
  blocks: 4,
  output: "all",
  convention: dartsConvention,
  inputs: "distinct",
  cells: 8,
  filters: 16,
  ...cifar,
});

/** The same without restriction: two edges in order from any states, with any of 8 operations, none included. */
export const DARTSOrderedSpace = new CellSpace({
  ...DARTSSpace.options,
  name: "DARTS-ordered",
  operations: ["none", ...dartsOperations],
  inputs: "any",
});

const nds = (
  name: string,
  operations: readonly string[],
  blocks: number,
  output: CellSpaceOptions["output"],
): CellSpace =>
  new CellSpace({
    name: `NDS-${name}`,
    operations,
    blocks,
    output,
    convention: dartsConvention,
    cells: oneOf([4, 8, 12, 16, 20]),
    filters: oneOf([16, 24, 32]),
    ...cifar,
  });

/** NDS' call a depthwise dilated convolution what NASNet's and PNAS' code has as a dense one. */
const depthwise = (operations: readonly string[]): string[] =>
  operations.map(operation => (operation === "dil3" ? "dilsep3" : operation));

export const NDSNASNetSpace = nds("NASNet", depthwise(nasNetOperations), 5, "loose");
export const NDSAmoebaNetSpace = nds("AmoebaNet", amoebaNetOperations, 5, "loose");
export const NDSPNASSpace = nds("PNAS", depthwise(pnasOperations), 5, "all");
export const NDSENASSpace = nds("ENAS", enasOperations, 5, "loose");
export const NDSDARTSSpace = nds("DARTS", ["none", ...dartsOperations], 4, "all");

/** All of these. */
export const cellSpaces = [
  NASNetSpace,
  NASNetCombineSpace,
  AmoebaNetSpace,
  PNASSpace,
  ENASMicroSpace,
  DARTSSpace,
  DARTSOrderedSpace,
  NDSNASNetSpace,
  NDSAmoebaNetSpace,
  NDSPNASSpace,
  NDSENASSpace,
  NDSDARTSSpace,
] as const;
