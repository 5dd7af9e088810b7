/** A network of cells: the few numbers and the two cells that decide it. */
import type { AnyArchitecture, Family } from "../family.js";
import type { Cell } from "./cell.js";
import type { CellConvention } from "./conventions.js";
import type { Operation } from "./operation.js";

/**
 * What comes before the cells. `"cifar"`: 3 × 3 of stride 1. `"nasnet"`: 3 × 3 of stride 2 without padding, then two
 * reduction cells of a quarter and half of the filters. `"darts"`: three 3 × 3 of stride 2, to `width` / 2, `width` and
 * `width` channels.
 */
export interface CellStem {
  readonly kind: "cifar" | "nasnet" | "darts";
  readonly width: number;
}

/**
 * A classifier beside the network for the sake of its training: ReLU, an average over 5 × 5 without padding, 1 × 1 to 128,
 * and a convolution over all that is left to 768.
 */
export interface AuxiliaryHead {
  /** Of the average. */
  readonly stride: number;
  /** Normalisations: `"first"` leaves out the one behind the last convolution. Default: both. */
  readonly norms?: "first";
}

/** A network of the family of cells. */
export interface CellNetwork extends AnyArchitecture {
  readonly family: Family<CellNetwork>;
  readonly normal: Cell;
  readonly reduction: Cell;
  /** Normal cells, and reduction cells where the convention has these among them. */
  readonly cells: number;
  /** Filters of the operations in the first cells; each reduction doubles them. */
  readonly filters: number;
  readonly stem: CellStem;
  readonly convention: CellConvention;
  /** Operations of one's own that the cells name. */
  readonly operations?: readonly Operation[];
  /** Cells at (or before) which the reductions stand, from 0. Default: ⌊n / 3⌋ and ⌊2n / 3⌋. */
  readonly reductions?: readonly number[];
  /** The cell behind an extra reduction reads as its previous input not the cell before the reduction, but the one before that. */
  readonly skipsReduction?: true;
  /** Of the normalisations. Default 1e-5. */
  readonly epsilon?: number;
  readonly auxiliary?: AuxiliaryHead;
}

/** Where a network's reductions stand: each cell once. */
export function reductionsOf({
  cells,
  reductions,
}: Pick<CellNetwork, "cells" | "reductions">): readonly number[] {
  if (reductions) return reductions;
  const [first, second] = [Math.floor(cells / 3), Math.floor((2 * cells) / 3)];
  return first === second ? [first] : [first, second];
}

/** Of which kind the cell of a layer is, by the layer's name: cells are counted from 1, extra reductions among them. */
export function kindOf(network: CellNetwork, place: string): "normal" | "reduction" {
  const number = Number(/^cell(\d+)/.exec(place)?.[1] ?? 1) - 1;
  const extra = network.convention.reductions === "extra";
  const at = reductionsOf(network).map((cell, r) => (extra ? cell + r : cell));
  return at.includes(number) ? "reduction" : "normal";
}
