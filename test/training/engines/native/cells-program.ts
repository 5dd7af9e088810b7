/** A network of every operator that cells have, with an auxiliary head, for programs whose numbers are changed. */
import type { Layer, Network } from "../../../../src/networks/network.js";
import { lower, type Program } from "../../../../src/training/engines/torch/program.js";

const conv = (name: string, input: string, fields: object) => ({
  op: "conv",
  name,
  inputs: [input],
  in: 8,
  out: 8,
  stride: 1,
  groups: 1,
  bias: false,
  ...fields,
});
const logits = (prefix: string, input: string, channels: number) => [
  { op: "avgpool", name: `${prefix}pool`, inputs: [input] },
  { op: "linear", name: `${prefix}fc`, inputs: [`${prefix}pool`], in: channels, out: 4 },
];

const layers: readonly object[] = [
  conv("stem", "input", { in: 3, kernel: [1, 7], stride: [1, 2], bias: true }),
  conv("wide", "stem", { kernel: 5, dilation: 2, padding: "same", groups: 8 }),
  { op: "batchnorm", name: "norm", inputs: ["wide"], channels: 8, affine: false, epsilon: 1e-3 },
  { op: "relu", name: "act", inputs: ["norm"] },
  { op: "maxpool", name: "max", inputs: ["act"], kernel: 3, stride: 2, padding: "same" },
  { op: "avgpool2d", name: "mean", inputs: ["act"], kernel: 3, stride: 2, padding: "same" },
  { op: "avgpool2d", name: "counted", inputs: ["act"], kernel: [3, 1], stride: 2, countPadding: true },
  { op: "subsample", name: "every", inputs: ["act"], stride: 2, offset: 1 },
  { op: "zero", name: "zero", inputs: ["act"], stride: 2 },
  { op: "identity", name: "same", inputs: ["every"] },
  { op: "add", name: "sum", inputs: ["max", "mean", "counted", "same", "zero", "max"] },
  { op: "concat", name: "joined", inputs: ["sum", "stem", "sum"], pad: true },
  ...logits("", "joined", 24),
];
const auxiliary: readonly object[] = [
  { op: "avgpool2d", name: "aux.near", inputs: ["sum"], kernel: 2, stride: 1, padding: "valid" },
  ...logits("aux.", "aux.near", 8),
];

const network: Network = {
  name: "cells",
  inputChannels: 3,
  classes: 4,
  layers: layers as readonly Layer[],
  auxiliary: auxiliary as readonly Layer[],
};

/** Its program, for images of 12 × 12. */
export const cellsProgram: Program & { readonly size: number } = {
  ...lower(network, { auxiliary: true }),
  size: 12,
};
