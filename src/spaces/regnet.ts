/**
 * RegNet design spaces: depth, w₀, w_a, w_m, b and g drawn, block widths from the quantised linear rule (paper,
 * section 3.3), and the variations of Figures 9, 10, 13 and 14.
 */
import type { Shown } from "../notebook/shown-as.js";
import { spaceInWords } from "./shown-samples.js";
import { refuseUnknown } from "../base/expect-options.js";
import { type Architecture, anyNet } from "../architectures/anynet/architecture.js";
import type { Block } from "../architectures/anynet/block.js";
import { X } from "../architectures/anynet/blocks/index.js";
import { checkAnyNet, checkBase } from "../architectures/anynet/check-architecture.js";
import {
  quantisedPower,
  quantisedWidths,
  type RegNetParameters,
  regNetOfRuns,
  runsIn,
} from "../architectures/regnet/regnet.js";
import { type Random, requireRandom } from "../base/random.js";
import { say } from "../base/say.js";
import type { Choose } from "./decisions/choose.js";
import {
  bottleneckRatio,
  checkDimensions,
  type Dimension,
  logUniform,
  oneOf,
  positiveInteger,
  powersOfTwo,
  sampler,
  uniform,
  type ValueRule,
} from "./dimension.js";
import { both, requireCondition, requireOptions, requireStages, type Sample, type Space } from "./space.js";

/** A parameter of a RegNet space. */
export type RegNetParameter = keyof RegNetParameters | "resolution";

/** What decides a RegNet space. */
export interface RegNetOptions {
  readonly name: string;
  /** Number of stages; settings that give another number are rejected. */
  readonly stages: number;
  readonly dimensions: Readonly<Record<keyof RegNetParameters, Dimension>> & {
    /** Height and width of the image where that is drawn too. */
    readonly resolution?: Dimension;
  };
  /** w₀ = w_a: w_a is not drawn. */
  readonly tied: boolean;
  /** What all architectures of the space share: block, stem, activation, classes. */
  readonly base: Partial<Architecture> & { readonly block: Block };
  /** A condition on what its networks cost. */
  readonly accepts?: (candidate: Sample) => boolean;
}

const letters: Readonly<Record<RegNetParameter, string>> = {
  depth: "d",
  w0: "w0",
  wa: "wa",
  wm: "wm",
  bottleneck: "b",
  groupWidth: "g",
  resolution: "r",
};

const rules: Readonly<Record<keyof RegNetParameters, ValueRule>> = {
  depth: positiveInteger,
  w0: { holds: value => value >= 8 && value < Infinity, words: "a number ≥ 8" },
  wa: { holds: value => value >= 0 && value < Infinity, words: "a number ≥ 0" },
  wm: { holds: value => value > 1 && value < Infinity, words: "a number above 1" },
  bottleneck: bottleneckRatio,
  groupWidth: positiveInteger,
};

/** A function for each parameter that draws one value. */
type Samplers = Readonly<Record<keyof RegNetParameters, (random: Random) => number>> & {
  readonly resolution?: (random: Random) => number;
};

/** A RegNet design space as an immutable value; every refinement returns a new space. */
export class RegNetSpace implements Space {
  readonly options: RegNetOptions;
  readonly accepts?: (candidate: Sample) => boolean;
  // Their tables are made for the first draw: of the many spaces that a refinement passes through, few are drawn from.
  readonly #makeSamplers: () => Samplers;
  #samplers?: Samplers;

  constructor(options: RegNetOptions) {
    const { dimensions, stages } = requireOptions("RegNetSpace", options);
    refuseUnknown("RegNetSpace", options, {
      name: true,
      stages: true,
      dimensions: true,
      tied: true,
      base: true,
      accepts: true,
    });
    requireStages("RegNetSpace", stages);
    checkDimensions(options.name, dimensions, rules);
    if (dimensions.resolution) checkDimensions(options.name, dimensions, { resolution: positiveInteger });
    checkAnyNet(options.name, anyNet([], options.base));
    this.options = options;
    if (options.accepts) this.accepts = options.accepts;
    const given = { ...dimensions };
    this.#makeSamplers = () => ({
      depth: sampler(given.depth),
      w0: sampler(given.w0),
      wa: sampler(given.wa),
      wm: sampler(given.wm),
      bottleneck: sampler(given.bottleneck),
      groupWidth: sampler(given.groupWidth),
      ...(given.resolution && { resolution: sampler(given.resolution) }),
    });
  }

  get name(): string {
    return this.options.name;
  }

  get dimensions(): readonly string[] {
    return this.#free().map(parameter => letters[parameter]);
  }

  get size(): bigint {
    const { dimensions } = this.options;
    return this.#free().reduce((n, parameter) => n * BigInt(dimensions[parameter]!.values.length), 1n);
  }

  #shown(): Shown {
    const { dimensions, stages, tied } = this.options;
    return spaceInWords(this, { ...dimensions }, [`${stages} stages`, ...(tied ? ["w0 = wa"] : [])]);
  }

  /** For notebooks: what can be drawn, in words. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const { text, html } = this.#shown();
    return { "text/html": html!, "text/plain": text };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#shown().text;
  }

  #free(): RegNetParameter[] {
    const { dimensions, tied } = this.options;
    const all = Object.keys(dimensions) as RegNetParameter[];
    return all.filter(p => dimensions[p]!.values.length > 1 && !(tied && p === "wa"));
  }

  /** The same space under another name. */
  named(name: string): RegNetSpace {
    return this.#changed({ name });
  }
  /** The same space with other fixed parts: block, stem, activation, number of classes. */
  with(base: Partial<Architecture>): RegNetSpace {
    checkBase(`${this.name}.with`, base);
    return this.#changed({ base: { ...this.options.base, ...base } });
  }
  /** The same space with other values of a parameter. */
  withDimension(parameter: RegNetParameter, dimension: Dimension): RegNetSpace {
    if (typeof parameter !== "string" || !Object.hasOwn(letters, parameter)) {
      const known = Object.keys(letters).join(", ");
      throw new RangeError(
        `${this.name}.withDimension: unknown parameter ${say(parameter)}; known are ${known}`,
      );
    }
    return this.#changed({ dimensions: { ...this.options.dimensions, [parameter]: dimension } });
  }
  /** One value for a parameter, as `fix("wm", 2)` in Figure 9. */
  fix(parameter: RegNetParameter, value: number): RegNetSpace {
    return this.withDimension(parameter, oneOf([value]));
  }
  /** w₀ = w_a (Figure 9). */
  tieWidths(): RegNetSpace {
    return this.#changed({ tied: true });
  }
  /** The same space with another number of stages. */
  withStages(stages: number): RegNetSpace {
    return this.#changed({ stages });
  }
  /** Only the networks that also satisfy a condition on what they cost; `sample` rejects the others. */
  accepting(condition: (candidate: Sample) => boolean): RegNetSpace {
    requireCondition(`${this.name}.accepting`, condition);
    return this.#changed({ accepts: both(this.options.accepts, condition) });
  }

  #changed(change: Partial<RegNetOptions>): RegNetSpace {
    return new RegNetSpace({ ...this.options, ...change });
  }

  /**
   * Draws the parameters and builds the architecture, unless the widths do not come in exactly as many runs as the
   * space has stages with no power of w_m left out, as pycls asks (RegNetX keeps about one setting in seven).
   */
  draw(random: Random): Architecture | undefined {
    if (typeof random !== "function") requireRandom(`${this.name}.draw`, random);
    const { stages, tied, base } = this.options;
    const samplers = (this.#samplers ??= this.#makeSamplers());
    const depth = samplers.depth(random);
    const w0 = samplers.w0(random);
    const wa = tied ? w0 : samplers.wa(random);
    const wm = samplers.wm(random);
    const runs = runsOf(stages, { depth, w0, wa, wm });
    if (!runs) return undefined;
    const bottleneck = samplers.bottleneck(random);
    const groupWidth = samplers.groupWidth(random);
    const resolution = samplers.resolution?.(random);
    return regNetOfRuns(
      runs,
      { depth, w0, wa, wm, bottleneck, groupWidth },
      resolution === undefined ? base : { ...base, resolution },
    );
  }

  /** The space as a program of choices; `decisions(space)` is what follows from it. */
  decide(choose: Choose): Architecture | undefined {
    const { dimensions, stages, tied, base } = this.options;
    const ask = (parameter: RegNetParameter): number => {
      const dimension = dimensions[parameter]!;
      return dimension.values.length === 1 ? dimension.values[0] : choose.free(letters[parameter], dimension);
    };
    const [depth, w0] = [ask("depth"), ask("w0")];
    const wa = tied ? w0 : ask("wa");
    const [wm, bottleneck, groupWidth] = [ask("wm"), ask("bottleneck"), ask("groupWidth")];
    const sized = dimensions.resolution ? { ...base, resolution: ask("resolution") } : base;
    const runs = runsOf(stages, { depth, w0, wa, wm });
    return runs && regNetOfRuns(runs, { depth, w0, wa, wm, bottleneck, groupWidth }, sized);
  }

  /** Choices that make this architecture, by name: its own parameters; undefined if it has none. */
  choicesOf(architecture: Architecture): Readonly<Record<string, number>> | undefined {
    const { parameters, resolution } = architecture;
    if (!parameters) return undefined;
    const values: Readonly<Record<string, number | undefined>> = { ...parameters, resolution };
    const choices = this.#free().map(parameter => [letters[parameter], values[parameter]] as const);
    return Object.fromEntries(
      choices.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }
}

/** Stages of equal width, if the widths come in exactly this many runs with no power of w_m left out. */
function runsOf(
  stages: number,
  rule: Pick<RegNetParameters, "depth" | "w0" | "wa" | "wm">,
): ReturnType<typeof runsIn> | undefined {
  const { depth, w0, wa, wm } = rule;
  // The last block's power of w_m tells most of the settings to refuse before any width is computed.
  if (quantisedPower(w0, wa, wm, depth - 1) !== stages - 1) return undefined;
  const { widths, levels } = quantisedWidths(rule);
  if (levels !== stages) return undefined;
  const runs = runsIn(widths);
  return runs.length === stages ? runs : undefined;
}

/**
 * RegNetX: d < 64, w₀ and w_a below or at 256, 1.5 ≤ w_m ≤ 3, b ∈ {1, 2, 4}, g ∈ {1, …, 32} (paper, section 3.3).
 * Depth is uniform; w₀ in steps of 8, w_a of 0.1 and w_m of 0.001 are log-uniform, as in pycls. That w₀ and w_a
 * begin at 8 is pycls's default; the paper gives upper bounds only.
 */
export const RegNetX = new RegNetSpace({
  name: "RegNetX",
  stages: 4,
  dimensions: {
    depth: uniform(1, 63),
    w0: logUniform(8, 256, 8),
    wa: logUniform(8, 256, 0.1),
    wm: logUniform(1.5, 3, 0.001),
    bottleneck: powersOfTwo(1, 4),
    groupWidth: powersOfTwo(1, 32),
  },
  tied: false,
  base: { block: X },
});
