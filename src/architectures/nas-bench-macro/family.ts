/** NAS-Bench-Macro's networks as a family of architectures. */
import { type OptionKinds, refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { requireCount } from "../anynet/check-architecture.js";
import type { Family } from "../family.js";
import { scaledWidth } from "../mobile/rounding.js";
import { assemble, layerChoice, type NasBenchMacroArchitecture } from "./architecture.js";

/** What the digits of a code mean. */
export const publishedLayers: readonly string[] = ["id", "e3k3", "e6k5"];

/** The benchmark's own, but for the layers. */
export const publishedMacro = {
  stages: [2, 3, 3],
  channels: 32,
  headWidth: 1280,
  classes: 10,
  resolution: 32,
} as const;

/** Layers that a network has at most: with more, it does not fit into memory as data. */
const MOST_LAYERS = 10_000;

/** What a network may have otherwise than the benchmark. */
export type NasBenchMacroOptions = Partial<Omit<NasBenchMacroArchitecture, "family" | "layers">>;

const optionKinds: OptionKinds<NasBenchMacroOptions> = {
  name: "text?",
  stages: "object?",
  channels: "number?",
  headWidth: "number?",
  classes: "number?",
  resolution: "number?",
};

/**
 * The network of a code: for each layer `0`, identity, `1`, an inverted residual block that widens three times with
 * kernel 3, or `2`, six times with kernel 5; or the layers' names, `["id", "e4k3", …]`.
 *
 * @throws NetworkError naming the layer that is none, or if there are not as many as in the stages
 * @example
 * ```ts
 * countArchitecture(nasBenchMacro("22212220")); // => { flops: 85164554, params: 1985514, acts: 942090 }
 * ```
 */
export function nasBenchMacro(
  code: string | readonly string[],
  options: NasBenchMacroOptions = {},
): NasBenchMacroArchitecture {
  const caller = "nasBenchMacro";
  if (typeof code !== "string" && !Array.isArray(code)) {
    throw new NetworkError(
      `${caller}: expected a code such as "22212220", or names of layers, got ${say(code)}`,
    );
  }
  if (!isObject(options)) throw new NetworkError(`${caller}: expected options, got ${say(options)}`);
  refuseUnknown(caller, options, optionKinds, NetworkError);
  const layers = typeof code === "string" ? layersOf(caller, code) : code;
  const architecture: NasBenchMacroArchitecture = {
    family: nasBenchMacroFamily,
    ...publishedMacro,
    ...options,
    layers,
  };
  check(caller, architecture);
  return architecture;
}

function layersOf(caller: string, code: string): string[] {
  return Array.from(code.trim(), (digit, i) => {
    const name = /^\d$/.test(digit) ? publishedLayers[Number(digit)] : undefined;
    if (name !== undefined) return name;
    throw new NetworkError(
      `${caller}: layer ${i + 1} of the code: expected 0 (identity), 1 (e3k3) or 2 (e6k5), got ${say(digit)}`,
    );
  });
}

function check(caller: string, { layers, stages, channels, headWidth }: NasBenchMacroArchitecture): void {
  requireCount(caller, "channels", channels);
  requireCount(caller, "headWidth", headWidth);
  if (!Array.isArray(stages) || stages.length === 0 || !Array.isArray(layers)) {
    throw new NetworkError(
      `${caller}: expected layers as names and stages as numbers of layers, got ${say(layers)} and ${say(stages)}; nasBenchMacro("22212220") makes them`,
    );
  }
  let inAll = 0;
  for (const [i, stage] of (stages as readonly number[]).entries()) {
    requireCount(caller, `stage ${i + 1}`, stage);
    inAll += stage;
  }
  if (inAll > MOST_LAYERS) {
    throw new NetworkError(
      `${caller}: stages may have at most ${MOST_LAYERS} layers, got ${inAll}; take fewer`,
    );
  }
  if (layers.length !== inAll) {
    throw new NetworkError(
      `${caller}: expected ${inAll} layers, as many as stages of ${stages.join(", ")} have, got ${layers.length}`,
    );
  }
  const odd = layers.findIndex(name => typeof name !== "string" || layerChoice(name) === undefined);
  if (odd < 0) return;
  throw new NetworkError(
    `${caller}: layer ${odd + 1}: expected "id", or "e<expansion>k<kernel>" with an odd kernel such as "e3k3", got ${say(layers[odd])}`,
  );
}

/** Layers of each stage, their names. */
const byStage = ({ layers, stages }: Pick<NasBenchMacroArchitecture, "layers" | "stages">): string[][] => {
  let at = 0;
  return stages.map(stage => layers.slice(at, (at += stage)));
};

/** Those that are no identities. */
const working = (layers: readonly string[]): string[] => layers.filter(name => name !== "id");

const digits = (layers: readonly string[]): string | undefined => {
  const places = layers.map(name => publishedLayers.indexOf(name));
  return places.includes(-1) ? undefined : places.join("");
};

export const nasBenchMacroFamily: Family<NasBenchMacroArchitecture> = {
  name: "NAS-Bench-Macro",
  check,
  assemble,
  /**
   * Of each layer expansion (0: identity) and kernel (of an identity, 1); layers that work in each stage, `d1` …, and in
   * all, `depth`.
   */
  parameters({ layers, stages, channels, headWidth }) {
    const columns: Record<string, number> = { channels, headWidth };
    for (const [i, name] of layers.entries()) {
      const choice = layerChoice(name);
      const is = choice === undefined || choice === "id" ? { expansion: 0, kernel: 1 } : choice;
      columns[`expansion${i + 1}`] = is.expansion;
      columns[`kernel${i + 1}`] = is.kernel;
    }
    for (const [s, stage] of byStage({ layers, stages }).entries())
      columns[`d${s + 1}`] = working(stage).length;
    columns.depth = working(layers).length;
    return columns;
  },
  /** The code, where the layers have one; stages and channels where they are not the benchmark's. */
  title({ layers, stages, channels, headWidth }) {
    const other = [
      ...(stages.join() === publishedMacro.stages.join() ? [] : [`S${stages.join(",")}`]),
      ...(channels === publishedMacro.channels ? [] : [`C${channels}`]),
      ...(headWidth === publishedMacro.headWidth ? [] : [`H${headWidth}`]),
    ];
    return [digits(layers) ?? layers.join(","), ...other].join("-");
  },
  toJson: ({ layers, stages, channels, headWidth }) => ({ layers, stages, channels, headWidth }),
  fields: ["layers", "stages", "channels", "headWidth"],
  fromJson({ layers, stages, channels, headWidth }) {
    const whole = {
      stages: stages ?? publishedMacro.stages,
      channels: channels ?? publishedMacro.channels,
      headWidth: headWidth ?? publishedMacro.headWidth,
    };
    return { family: nasBenchMacroFamily, layers, ...whole } as NasBenchMacroArchitecture;
  },
  copy: architecture => ({
    ...architecture,
    layers: [...architecture.layers],
    stages: [...architecture.stages],
  }),
  maker: () => undefined,
  code: () => undefined,
  /** An identity inside a stage is nothing, so that the layers that work may lie anywhere behind the first. */
  canonical(architecture) {
    const { channels, headWidth } = architecture;
    const stages = byStage(architecture).map(([first, ...others]) => [first, ...working(others)].join(" "));
    return `C${channels} H${headWidth} ${stages.join(" | ")}`;
  },
  named(caller, text) {
    const code = /^(?:NAS-Bench-Macro-)?(?<code>\d{8})$/.exec(text.trim())?.groups?.code;
    if (code === undefined) return undefined;
    return { family: nasBenchMacroFamily, ...publishedMacro, layers: layersOf(caller, code) };
  },
  /** Its layers are chosen one by one: which a deeper network has more of, a factor does not say. */
  scales: {
    width: (architecture, factor, divisor) => ({
      ...architecture,
      channels: scaledWidth(architecture.channels, factor, divisor),
      headWidth: scaledWidth(architecture.headWidth, factor, divisor),
    }),
  },
  depths: architecture => byStage(architecture).map(stage => working(stage).length),
  /** The first layers of a stage work, the others are identities; they are what the stage's first working layer is. */
  withDepths(architecture, depths) {
    const stages = byStage(architecture);
    const usual = working(architecture.layers)[0];
    const layers = stages.map((stage, s) => {
      const kind = working(stage)[0] ?? usual;
      const depth = depths[s];
      if (depth > stage.length || (depth > 0 && kind === undefined)) return undefined;
      return stage.map((_, i) => (i < depth ? kind : "id"));
    });
    if (layers.includes(undefined)) return undefined;
    return { ...architecture, layers: layers.flat() as string[] };
  },
};
