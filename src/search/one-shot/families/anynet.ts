/**
 * Supernets of AnyNets that differ in the depths of their stages, as layer assignment has them: each stage with as many blocks
 * as any path has, and one choice, after how many of them it ends. A path of d blocks has the first d; deeper ones are not run.
 */
import { type Architecture, assemble } from "../../../architectures/anynet/architecture.js";
import type { Stage } from "../../../architectures/anynet/block.js";
import { strongest } from "../alpha.js";
import { likeliest } from "../likeliest.js";
import { sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";

const edgeOf = (stage: number): string => `s${stage}.depth`;

/** Numbers of blocks, rising. */
export const rising = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);

export const anyNetSupernets: SupernetFamily<Architecture> = {
  family: "AnyNet",
  fixed({ stem, block, stages, headWidth = 0, activation = "relu" }) {
    const each = (part: keyof Stage) => stages.map(stage => stage[part]);
    return {
      stem,
      block: block.name,
      stages: stages.length,
      widths: each("width"),
      bottlenecks: each("bottleneck"),
      "group widths": each("groupWidth"),
      strides: each("stride"),
      kernels: stages.map(({ kernel = 3 }) => kernel),
      "head width": headWidth,
      activation,
    };
  },
  design({ name, space, examples, classes, resolution }) {
    const { parameters: _made, ...base } = examples[0];
    const depths = base.stages.map((_, s) => rising(examples.map(({ stages }) => stages[s].depth)));
    const withDepths = (depthOf: (stage: number) => number): Architecture => ({
      ...base,
      stages: base.stages.map((stage, s) => ({ ...stage, depth: depthOf(s) })),
    });
    const deepest = { ...withDepths(s => depths[s].at(-1)!), classes };
    const shared = sharedNetwork({ name, classes, resolution }, (ops, image) =>
      assemble(ops, image, deepest, (outputs, stage) => {
        const operations = depths[stage - 1].map(depth => ({
          name: `${depth}`,
          build: () => outputs[depth],
        }));
        return ops.share(`s${stage}`, edgeOf(stage), [{ name: edgeOf(stage), at: "", operations }]);
      }),
    );
    const chosen = ({ stages }: Architecture) =>
      stages.map(({ depth }, s) => [edgeOf(s + 1), `${depth}`] as const);
    return {
      ...shared,
      chosen,
      discretise: alpha =>
        likeliest(space, shared.sums, chosen, alpha) ??
        withDepths(s => depths[s][strongest(alpha.get(edgeOf(s + 1))!)]),
    };
  },
};
