/** AnyNet as a family of architectures: what names no other is of this one. */
import { say } from "../../base/say.js";
import type { Family } from "../family.js";
import { type Architecture, assemble } from "./architecture.js";
import { blocks } from "./blocks/index.js";
import { checkAnyNet, isBuiltIn } from "./check-architecture.js";
import type { Block, Stage } from "./block.js";
import { deeper, wider } from "./scaled.js";

/** An AnyNet with its block by name. */
export interface StoredArchitecture extends Omit<Architecture, "block" | "family"> {
  readonly family?: undefined;
  readonly block: string;
}

/** The paper's letters for what a RegNet has once; its depth is the stages' together. */
const LETTERS: Readonly<Record<string, string>> = { bottleneck: "b", groupWidth: "g" };

/** `d1`, `w1`, `b1` and `g1`, a row for each stage: made once, since a population asks for each of its networks. */
const stageNames: (readonly [d: string, w: string, b: string, g: string])[] = [];

/** A copy of a sketch that stays as it is. */
export const copyOf = (sketch: Architecture): Architecture => ({
  ...sketch,
  stages: sketch.stages.map(stage => ({ ...stage })),
  ...(sketch.parameters && { parameters: { ...sketch.parameters } }),
});

/** Blocks in all stages together. */
export function blocksOf(stages: readonly Stage[]): number {
  let depth = 0;
  for (const stage of stages) depth += stage.depth;
  return depth;
}

/** The parameters that it was made from, then depth, width, bottleneck ratio and group width of each stage. */
export function anyNetParameters({
  parameters,
  stages,
}: Pick<Architecture, "parameters" | "stages">): Record<string, number> {
  const columns: Record<string, number> = {};
  for (const name in parameters) columns[LETTERS[name] ?? name] = parameters[name];
  for (let s = 0; s < stages.length; s++) {
    const { depth, width, bottleneck, groupWidth } = stages[s];
    const [d, w, b, g] = (stageNames[s] ??= [`d${s + 1}`, `w${s + 1}`, `b${s + 1}`, `g${s + 1}`]);
    columns[d] = depth;
    columns[w] = width;
    columns[b] = bottleneck;
    columns[g] = groupWidth;
  }
  columns.depth = blocksOf(stages);
  return columns;
}

/** Where blocks stand; stem and head are netspace's own. */
const isBlock = (place: string): boolean => /^s\d+\.b\d+/.test(place);

export const anyNetFamily: Family<Architecture> = {
  name: "AnyNet",
  check: checkAnyNet,
  assemble,
  parameters: anyNetParameters,
  title({ block, stages }) {
    const list = (key: "depth" | "width" | "bottleneck" | "groupWidth") => {
      const values = stages.map(stage => stage[key]);
      return values.every(v => v === values[0]) && key !== "depth" ? `${values[0]}` : values.join(",");
    };
    return `${block.name}-d${list("depth")}-w${list("width")}-b${list("bottleneck")}-g${list("groupWidth")}`;
  },
  toJson({ family: _family, ...architecture }): StoredArchitecture {
    return { ...architecture, block: architecture.block.name };
  },
  fromJson(json, own = []) {
    const { block: name } = json;
    const builtIn = typeof name === "string" && Object.hasOwn(blocks, name) ? blocks[name] : undefined;
    const block = builtIn ?? own.find((code): code is Block => code.name === name && "build" in code);
    if (block === undefined) {
      const known = [...Object.keys(blocks), ...own.map(code => code.name)].join(", ");
      throw new RangeError(
        `reviveArchitecture: unknown block ${say(name)}; known are ${known}. Give another block itself: { ...stored, block }`,
      );
    }
    return { ...(json as unknown as StoredArchitecture), block };
  },
  copy: copyOf,
  maker: ({ block }, place) => (place === undefined || isBlock(place) ? `block "${block.name}"` : undefined),
  code: ({ block }) => (isBuiltIn(block) ? undefined : block),
  /** What its network is made of; the parameters that its stages were made from are not. */
  canonical({ block, stem, stages, headWidth = 0, activation = "relu" }) {
    const parts = stages.map(({ depth, width, bottleneck, groupWidth, stride, kernel = 3 }) =>
      [depth, width, bottleneck, groupWidth, stride, kernel].join(","),
    );
    return `${block.name} ${stem.kind}${stem.width} ${activation} ${parts.join(" ")} head ${headWidth}`;
  },
  scales: { depth: deeper, width: wider },
  depths: ({ stages }) => stages.map(({ depth }) => depth),
  withDepths({ parameters: _made, ...architecture }, depths) {
    if (depths.includes(0)) return undefined;
    return {
      ...architecture,
      stages: architecture.stages.map((stage, i) => ({ ...stage, depth: depths[i] })),
    };
  },
};
