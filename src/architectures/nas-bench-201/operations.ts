/**
 * Operations on the edges of a NAS-Bench-201 cell: each reads a map and gives one of the same shape. The first five are
 * the published ones, under the names and in the order that the benchmark has them (Dong and Yang, ICLR 2020,
 * arXiv 2001.00326; public code: D-X-Y/AutoDL-Projects xautodl/models/cell_operations.py).
 */
import type { Feature, Operators } from "../../networks/assembly/operators.js";
import { normed } from "../../networks/assembly/operators.js";

/** What an edge does. A user's own is a value of this type, with a name that no built-in one has. */
export interface EdgeOperation {
  readonly name: string;
  /** Appends its operators; they read `x` and give as many channels at the same size. */
  build<F extends Feature>(ops: Operators<F>, x: F): F;
  /** Whether it gives zeros whatever it reads, or what it reads: two cells may then be one function. */
  readonly gives?: "zeros" | "input";
}

/** ReLU, convolution, batch normalisation. */
const convolution = (kernel: number): EdgeOperation => ({
  name: `nor_conv_${kernel}x${kernel}`,
  build(ops, x) {
    return normed(ops, "", ops.activation("act", x, "relu"), x.channels, kernel, 1, 1);
  },
});

/** Stride 1; padding is left out of a mean, and pooling has no parameters and no activations. */
const pooling = (kind: "max" | "average"): EdgeOperation => ({
  name: `${kind === "max" ? "max" : "avg"}_pool_3x3`,
  build: (ops, x) => ops.pool("pool", x, kind, 3, 1),
});

const none: EdgeOperation = { name: "none", gives: "zeros", build: (ops, x) => ops.zero("zero", x, 1) };
const skip: EdgeOperation = {
  name: "skip_connect",
  gives: "input",
  build: (ops, x) => ops.identity("identity", x),
};

/** The five operations of the benchmark, in its order. */
export const publishedOperations: readonly EdgeOperation[] = [
  none,
  skip,
  convolution(1),
  convolution(3),
  pooling("average"),
];

/** All that need not be given: the published ones, and three that cells of one's own often have besides. */
export const edgeOperations: ReadonlyMap<string, EdgeOperation> = new Map(
  [...publishedOperations, convolution(5), convolution(7), pooling("max")].map(operation => [
    operation.name,
    operation,
  ]),
);
