/** Published networks of stages as AnyNets: RegNets by their rule, others by their lists. */
import type { ActivationKind } from "../../networks/assembly/operators.js";
import type { Architecture, Stem } from "../anynet/architecture.js";
import { blocks } from "../anynet/blocks/index.js";
import { type RegNetParameters, regNet } from "./regnet.js";

/** As the data file of published networks has it: a RegNet's parameters, or lists with one value a stage. */
export interface PublishedAnyNet {
  readonly block: string;
  readonly regnet?: RegNetParameters;
  readonly stem?: Stem;
  readonly stages?: {
    readonly depths: number[];
    readonly widths: number[];
    readonly strides: number[];
    readonly bottleneck?: number;
    readonly groupWidths?: number[];
    readonly expansions?: number[];
    readonly kernels?: number[];
  };
  readonly headWidth?: number;
  readonly activation?: ActivationKind;
}

export function publishedAnyNet(name: string, row: PublishedAnyNet): Architecture {
  const block = blocks[row.block];
  const { stem = { kind: "simple", width: 32 }, headWidth, activation } = row;
  if (row.regnet) return regNet(row.regnet, { name, block, stem });
  const { depths, widths, strides, bottleneck = 1, groupWidths, expansions, kernels } = row.stages!;
  const stages = depths.map((depth, i) => ({
    depth,
    width: widths[i],
    bottleneck: expansions ? 1 / expansions[i] : bottleneck,
    groupWidth: groupWidths?.[i] ?? 1,
    stride: strides[i],
    ...(kernels && { kernel: kernels[i] }),
  }));
  return { name, stem, block, stages, headWidth, activation };
}
