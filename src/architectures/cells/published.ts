/**
 * The published cells, as data: NASNet-A, PNASNet-5, AmoebaNet's four, ENAS' and DARTS' two, in the order and with the
 * outputs of their authors' code, and two that DARTS' code reads otherwise.
 */
import { blocksOf, type Cell, type CellOutput } from "./cell.js";
import {
  amoebaNetConvention,
  type CellConvention,
  dartsConvention,
  enasConvention,
  nasNetConvention,
  pnasNetConvention,
} from "./conventions.js";

/** Two cells and how their networks are put together. */
export interface CellDesign {
  readonly normal: Cell;
  readonly reduction: Cell;
  readonly convention: CellConvention;
  /** Where they were published. */
  readonly source: string;
}

const cell = (blocks: string, output: CellOutput): Cell => frozenCell({ blocks: blocksOf(blocks), output });

/** The same cell as data that cannot change. */
export function frozenCell({ blocks, output }: Cell): Cell {
  const frozen = blocks.map(({ left, right, combine }) =>
    Object.freeze({
      left: Object.freeze({ op: left.op, state: left.state }),
      right: Object.freeze({ op: right.op, state: right.state }),
      ...(combine !== undefined && { combine }),
    }),
  );
  const states = typeof output === "string" ? output : Object.freeze([...output]);
  return Object.freeze({ blocks: Object.freeze(frozen), output: states });
}

const darts = "quark0/darts cnn/genotypes.py";
const amoeba = "tensorflow/tpu models/official/amoeba_net/model_specs.py";

const pnasNet5 = cell(
  "sep5 1 max3 1, sep7 0 max3 0, sep5 0 sep3 0, sep3 4 max3 0, sep3 1 identity 0",
  [2, 3, 4, 5, 6],
);

export const cellDesigns: Readonly<Record<string, CellDesign>> = Object.freeze({
  "NASNet-A": {
    normal: cell(
      "sep5 0 sep3 1, sep5 1 sep3 1, avg3 0 identity 1, avg3 1 avg3 1, sep3 0 identity 0",
      [1, 2, 3, 4, 5, 6],
    ),
    reduction: cell(
      "sep5 0 sep7 1, max3 0 sep7 1, avg3 0 sep5 1, identity 3 avg3 2, sep3 2 max3 0",
      [3, 4, 5, 6],
    ),
    convention: nasNetConvention,
    source: "tensorflow/models research/slim/nets/nasnet/nasnet_utils.py",
  },
  "PNASNet-5": {
    normal: pnasNet5,
    reduction: pnasNet5,
    convention: pnasNetConvention,
    source: "tensorflow/models research/slim/nets/nasnet/pnasnet.py",
  },
  "AmoebaNet-A": {
    normal: cell(
      "avg3 0 max3 0, sep3 1 identity 1, identity 0 avg3 1, sep3 0 sep5 2, avg3 5 sep3 0",
      [1, 3, 4, 6],
    ),
    reduction: cell(
      "sep3 1 avg3 0, max3 0 sep7 2, max3 1 max3 0, sep3 4 1x7-7x1 0, avg3 1 sep7 0",
      [2, 3, 4, 5, 6],
    ),
    convention: amoebaNetConvention,
    source: amoeba,
  },
  "AmoebaNet-B": {
    normal: cell(
      "conv1 1 max3 1, identity 1 sep3 0, conv1 1 sep3 0, conv1 2 identity 2, avg3 1 conv1 5",
      [0, 3, 4, 6],
    ),
    reduction: cell(
      "max2 0 max3 0, identity 2 conv3 1, dilsep5x2 2 max3 2, identity 3 sep3 1, avg3 4 conv1 3",
      [5, 6],
    ),
    convention: amoebaNetConvention,
    source: amoeba,
  },
  "AmoebaNet-C": {
    normal: cell(
      "avg3 0 sep3 0, identity 0 sep3 0, avg3 2 sep3 1, identity 0 sep3 1, avg3 3 sep3 0",
      [1, 2, 4, 5, 6],
    ),
    reduction: cell(
      "max3 0 max3 0, sep7 2 sep3 0, sep7 0 max3 1, sep5 4 sep5 4, max3 1 sep3 1",
      [0, 2, 3, 4, 5, 6],
    ),
    convention: amoebaNetConvention,
    source: amoeba,
  },
  "AmoebaNet-D": {
    normal: cell(
      "conv1 1 max3 1, identity 1 1x7-7x1 0, conv1 0 1x7-7x1 0, max3 2 identity 2, avg3 1 conv1 5",
      [0, 3, 4, 6],
    ),
    reduction: cell(
      "max2 0 max3 0, identity 2 conv3 1, 1x7-7x1 2 max3 2, identity 3 max2 1, avg3 2 conv1 3",
      [4, 5, 6],
    ),
    convention: amoebaNetConvention,
    source: amoeba,
  },
  "ENAS-micro": {
    normal: cell(
      "avg3 0 sep3 0, identity 0 sep5 0, identity 0 sep5 1, sep3 1 sep5 0, avg3 0 sep5 1",
      "loose",
    ),
    reduction: cell("sep3 1 sep3 1, max3 0 avg3 0, sep5 1 sep5 3, sep3 1 identity 0, max3 0 sep5 1", "loose"),
    convention: enasConvention,
    source: "melodyguan/enas scripts/cifar10_micro_final.sh",
  },
  "DARTS-V1": {
    normal: cell("sep3 1 sep3 0, identity 0 sep3 1, identity 0 sep3 1, sep3 0 identity 2", "all"),
    reduction: cell("max3 0 max3 1, identity 2 max3 0, max3 0 identity 2, identity 2 avg3 0", "all"),
    convention: dartsConvention,
    source: darts,
  },
  "DARTS-V2": {
    normal: cell("sep3 0 sep3 1, sep3 0 sep3 1, sep3 1 identity 0, identity 0 dilsep3 2", "all"),
    reduction: cell("max3 0 max3 1, identity 2 max3 1, max3 0 identity 2, identity 2 max3 1", "all"),
    convention: dartsConvention,
    source: darts,
  },
  "NASNet-as-DARTS-reads-it": {
    normal: cell(
      "sep5 1 sep3 0, sep5 0 sep3 0, avg3 1 identity 0, avg3 0 avg3 0, sep3 1 identity 1",
      [2, 3, 4, 5, 6],
    ),
    reduction: cell(
      "sep5 1 sep7 0, max3 1 sep7 0, avg3 1 sep5 0, identity 3 avg3 2, sep3 2 max3 1",
      [4, 5, 6],
    ),
    convention: dartsConvention,
    source: darts,
  },
  "AmoebaNet-as-DARTS-reads-it": {
    normal: cell(
      "avg3 0 max3 1, sep3 0 sep5 2, sep3 0 avg3 3, sep3 1 identity 1, identity 0 avg3 1",
      [4, 5, 6],
    ),
    reduction: cell(
      "avg3 0 sep3 1, max3 0 sep7 2, sep7 0 avg3 1, max3 0 max3 1, 1x7-7x1 0 sep3 5",
      [3, 4, 6],
    ),
    convention: dartsConvention,
    source: darts,
  },
});
