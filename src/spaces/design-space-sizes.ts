/**
 * The sizes of the design spaces (paper, Table 1), as exact integers: as the paper counts them, and as they are.
 *
 * The paper divides by 4! for an order among four values, as if no two were equal; the exact count of ordered values
 * is that of multisets. For RegNet it takes 64 values for each of d, w₀, w_a and w_m; ours have the values that
 * sampling draws.
 */
import { PrintedTable } from "../base/printed-table.js";
import { AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE } from "./anynet.js";
import { RegNetX } from "./regnet.js";
import type { Space } from "./space.js";

export interface DesignSpaceSize {
  readonly space: string;
  /** The restriction that leads to it from the space before. */
  readonly restriction: string;
  /** Degrees of freedom. */
  readonly dimensions: number;
  /** The paper's count as a formula. */
  readonly formula: string;
  /** The paper's count; the divisions leave no remainder. */
  readonly paper: bigint;
  /** How many settings `sample` can draw. */
  readonly exact: bigint;
}

const [depths, widths, bottlenecks, groups] = [16n, 128n, 3n, 6n];
const factorial4 = 24n;

const row = (space: Space, restriction: string, formula: string, paper: bigint): DesignSpaceSize => ({
  space: space.name,
  restriction,
  dimensions: space.dimensions.length,
  formula,
  paper,
  exact: space.size,
});

const pairs = (depths * widths) ** 4n * bottlenecks * groups;

/** Table 1. */
export const designSpaceSizes: PrintedTable<DesignSpaceSize> = new PrintedTable([
  row(AnyNetXA, "none", "(16·128·3·6)⁴", (depths * widths * bottlenecks * groups) ** 4n),
  row(AnyNetXB, "+ b_i = b", "(16·128·6)⁴·3", (depths * widths * groups) ** 4n * bottlenecks),
  row(AnyNetXC, "+ g_i = g", "(16·128)⁴·3·6", pairs),
  row(AnyNetXD, "+ w_{i+1} ≥ w_i", "(16·128)⁴·3·6 / 4!", pairs / factorial4),
  row(AnyNetXE, "+ d_{i+1} ≥ d_i", "(16·128)⁴·3·6 / (4!)²", pairs / factorial4 ** 2n),
  row(RegNetX, "quantised linear", "64⁴·6·3", 64n ** 4n * groups * bottlenecks),
]);
