/**
 * What each operator costs, as formulas (paper, Figure 12, top left): w channels in and out, an output of r × r,
 * groups of g channels. The rows below the paper's are this project's, by the same rules; tests hold every row to
 * what the layer walk counts.
 */
import { PrintedTable } from "../base/printed-table.js";
import type { Complexity } from "./complexity.js";

/** The sizes that the formulas speak of. */
export interface OperatorSizes {
  /** Channels in and out. */
  readonly w: number;
  /** Height and width of the output. */
  readonly r: number;
  /** Channels a group. */
  readonly g: number;
}

export interface OperatorFormula {
  readonly operator: string;
  /** As one writes it. */
  readonly flops: string;
  readonly params: string;
  readonly acts: string;
  /** The same, computed. */
  cost(sizes: OperatorSizes): Complexity;
}

/** A convolution of kernel k; `reach` is how many input channels each output channel sees. */
const conv = (
  operator: string,
  formula: string,
  k: number,
  reach: (sizes: OperatorSizes) => number,
): OperatorFormula => ({
  operator,
  flops: `${formula}r²`,
  params: formula,
  acts: "wr²",
  cost(sizes) {
    const { w, r } = sizes;
    const params = k * k * w * reach(sizes);
    return { flops: params * r * r, params, acts: w * r * r };
  },
});

const rows: readonly OperatorFormula[] = [
  conv("1×1 conv", "w²", 1, ({ w }) => w),
  conv("3×3 conv", "3²w²", 3, ({ w }) => w),
  conv("3×3 group conv", "3²wg", 3, ({ g }) => g),
  conv("3×3 depthwise conv", "3²w", 3, () => 1),
  {
    operator: "linear",
    flops: "w² + w",
    params: "w² + w",
    acts: "w",
    cost: ({ w }) => ({ flops: w * w + w, params: w * w + w, acts: w }),
  },
  {
    operator: "squeeze-and-excitation to w/4",
    flops: "w²/2 + 5w/4",
    params: "w²/2 + 5w/4",
    acts: "5w/4",
    cost: ({ w }) => ({
      flops: (w * w) / 2 + (5 * w) / 4,
      params: (w * w) / 2 + (5 * w) / 4,
      acts: (5 * w) / 4,
    }),
  },
  {
    operator: "batch normalisation",
    flops: "0",
    params: "2w",
    acts: "0",
    cost: ({ w }) => ({ flops: 0, params: 2 * w, acts: 0 }),
  },
  {
    operator: "max-pool",
    flops: "0",
    params: "0",
    acts: "wr²",
    cost: ({ w, r }) => ({ flops: 0, params: 0, acts: w * r * r }),
  },
  {
    operator: "activation, average pool, sum",
    flops: "0",
    params: "0",
    acts: "0",
    cost: () => ({ flops: 0, params: 0, acts: 0 }),
  },
];

/** The table of formulas; a notebook shows it set, `rows` has it as data. */
export const operatorTable: PrintedTable<OperatorFormula> = new PrintedTable(rows, [
  "operator",
  "flops",
  "params",
  "acts",
]);
