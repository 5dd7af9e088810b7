/**
 * What a block is: the unit that a stage repeats, a function of its input, its stage's parameters and the stride.
 *
 * The built-in blocks stand in `blocks/`. A user's block is a value of the same type, written in a notebook cell;
 * it is counted, drawn, trained and sampled like the built-in ones.
 */
import {
  type ActivationKind,
  type Feature,
  normed,
  type Operators,
} from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shapes.js";

/** A stage's parameters, as the paper names them: d, w, b and g, plus the stride of its first block. */
export interface Stage {
  /** Number of blocks, d. */
  readonly depth: number;
  /** Channels out of each block, w. */
  readonly width: number;
  /** Bottleneck ratio b: the inner width is w / b; below 1 the block widens. */
  readonly bottleneck: number;
  /** Channels a group of the 3 × 3 convolution, g. */
  readonly groupWidth: number;
  /** Stride of the first block; the others have stride 1. */
  readonly stride: number;
  /** Kernel of the spatial convolution. Default 3. */
  readonly kernel?: number;
}

/** What one block of a stage is built from. */
export interface BlockParameters extends Omit<Stage, "depth" | "stride"> {
  readonly stride: number;
  readonly activation: ActivationKind;
}

/**
 * A kind of block. `build` appends its operators to `ops` and returns the block's output. It must depend on its
 * arguments alone: a stage's blocks with equal arguments are counted as equal. Its name must be none of the built-in
 * blocks', which stores and specs know by their names.
 */
export interface Block {
  readonly name: string;
  build<F extends Feature>(ops: Operators<F>, x: F, parameters: BlockParameters): F;
}

/** Identity, or a strided 1 × 1 projection with batch normalisation when the shape changes (Figure 4). */
export function shortcut<F extends Feature>(ops: Operators<F>, x: F, width: number, stride: number): F {
  if (stride === 1 && x.channels === width) return x;
  return normed(ops, "_shortcut", x, width, 1, stride, 1);
}

/** The inner width of a block, checked. @throws NetworkError if the bottleneck leaves no channel */
export function innerWidth(inner: number): number {
  if (inner >= 1) return inner;
  throw new NetworkError(
    "the bottleneck ratio leaves an inner width of 0; take a smaller one, or a larger width",
  );
}
