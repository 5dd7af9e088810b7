/** Supernets of NAS-Bench-Macro's kind: every layer with every block that the space gives it, each with weights of its own. */
import {
  assembleAround,
  layerChoice,
  type NasBenchMacroArchitecture,
  walkLayer,
} from "../../../architectures/nas-bench-macro/architecture.js";
import type { Feature } from "../../../networks/assembly/operators.js";
import { strongest } from "../alpha.js";
import { likeliest } from "../likeliest.js";
import { unaffine } from "../relaxed-operators.js";
import { type SharedAssembly, sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";

export const nasBenchMacroSupernets: SupernetFamily<NasBenchMacroArchitecture> = {
  family: "NAS-Bench-Macro",
  fixed: ({ stages, channels, headWidth }) => ({ stages, channels, "head width": headWidth }),
  design({ name, space, examples, classes, resolution, form }) {
    const [base] = examples;
    const choices = base.layers.map((_, i) => [...new Set(examples.map(({ layers }) => layers[i]))]);
    const layer = <F extends Feature>(
      ops: SharedAssembly<F>,
      x: F,
      at: number,
      channels: number,
      stage: number,
      block: number,
    ): F => {
      const inside = form === "relaxed" ? unaffine(ops) : ops;
      const operations = choices[at].map(choice => ({
        name: choice,
        build: () => walkLayer(inside, x, layerChoice(choice)!, channels, block === 1 ? 2 : 1),
      }));
      const edge = `layer${at + 1}`;
      return ops.share(`s${stage}.b${block}`, edge, [{ name: edge, at: "", operations }]);
    };
    const shared = sharedNetwork({ name, classes, resolution }, (ops, image) =>
      assembleAround(ops, image, { ...base, classes }, (x, at, channels, stage, block) =>
        layer(ops, x, at, channels, stage, block),
      ),
    );
    const chosen = ({ layers }: NasBenchMacroArchitecture) =>
      layers.map((choice, i) => [`layer${i + 1}`, choice] as const);
    return {
      ...shared,
      chosen,
      // Layer assignment lets in some combinations alone.
      discretise: alpha =>
        likeliest(space, shared.sums, chosen, alpha) ?? {
          ...base,
          layers: choices.map((options, i) => options[strongest(alpha.get(`layer${i + 1}`)!)]),
        },
      layerOf({ layers, stages }, given) {
        const [, place, stage, block, operator] = /^(s(\d+)\.b(\d+))\.(.*)$/.exec(given) ?? [];
        if (place === undefined) return given;
        const before = stages.slice(0, Number(stage) - 1).reduce((sum, depth) => sum + depth, 0);
        return `${place}.${layers[before + Number(block) - 1]}.${operator}`;
      },
    };
  },
};
