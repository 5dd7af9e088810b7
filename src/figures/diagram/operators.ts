/** How each operator is drawn. */
import type { LayerOf, Op } from "../../networks/network.js";
import { strideText } from "../../networks/operators/conv.js";
import { kernelText } from "../../networks/window.js";

interface Drawing<K extends Op> {
  /** Stands in the box of the operator before it, where it alone reads that one. */
  readonly follows?: boolean;
  /** Its box: in colour where it holds weights, round where paths join. */
  readonly box: "weights" | "join" | "other";
  /** What it is in one line about a stem or a head; none: it is left out there. */
  readonly summary?: (layer: LayerOf<K>) => string;
}

export const drawings: { readonly [K in Op]: Drawing<K> } = {
  conv: {
    box: "weights",
    summary: ({ kernel, stride, out }) =>
      `${kernelText(kernel)}${strideText(stride).replace(",", "")}, w ${out}`,
  },
  batchnorm: { box: "other", follows: true },
  relu: { box: "other", follows: true },
  silu: { box: "other", follows: true },
  sigmoid: { box: "other", follows: true },
  maxpool: { box: "other", summary: ({ stride }) => `pool${strideText(stride).replace(",", "")}` },
  avgpool: { box: "other", summary: () => "average pool" },
  linear: { box: "weights", summary: () => "FC" },
  add: { box: "join" },
  multiply: { box: "join" },
  dropout: { box: "other" },
  droppath: { box: "other" },
  avgpool2d: { box: "other", summary: ({ stride }) => `average pool${strideText(stride).replace(",", "")}` },
  concat: { box: "join" },
  identity: { box: "other" },
  zero: { box: "other" },
  subsample: { box: "other" },
  mix: { box: "join" },
};
