/**
 * AnyNet: four stages, each with its own depth, width, bottleneck ratio and group width, and the refinements
 * that lead from AnyNetXA to AnyNetXE (paper, section 3.2 and Figures 5 and 7).
 */
import type { Shown } from "../notebook/shown-as.js";
import { spaceInWords } from "./shown-samples.js";
import { refuseUnknown } from "../base/expect-options.js";
import { type Architecture, anyNet } from "../architectures/anynet/architecture.js";
import type { Block, Stage } from "../architectures/anynet/block.js";
import { copyOf } from "../architectures/anynet/family.js";
import { X } from "../architectures/anynet/blocks/index.js";
import { checkAnyNet, checkBase } from "../architectures/anynet/check-architecture.js";
import { fit } from "../architectures/anynet/compatibility.js";
import { anyNetChoices, anyNetProgram } from "./anynet-program.js";
import type { Choose, Program } from "./decisions/choose.js";
import { type Random, checkedRandom } from "../base/random.js";
import { say } from "../base/say.js";
import {
  bottleneckRatio,
  checkDimensions,
  countSequences,
  type Dimension,
  keeps,
  logUniform,
  oneOf,
  positiveInteger,
  powersOfTwo,
  type Relation,
  requireOrderable,
  stageSampler,
  type ValueRule,
} from "./dimension.js";
import { both, requireCondition, requireOptions, requireStages, type Sample, type Space } from "./space.js";

/** A parameter that each stage has. */
export type StageParameter = "depth" | "width" | "bottleneck" | "groupWidth";

/** What decides an AnyNet space. */
export interface AnyNetOptions {
  readonly name: string;
  /** Number of stages; each begins with stride 2. */
  readonly stages: number;
  readonly dimensions: Readonly<Record<StageParameter, Dimension>>;
  readonly relations: Readonly<Record<StageParameter, Relation>>;
  /** What all architectures of the space share: block, stem, activation, classes. */
  readonly base: Partial<Architecture> & { readonly block: Block };
  /** A condition on what its networks cost. */
  readonly accepts?: (candidate: Sample) => boolean;
}

/** The paper's letters. */
const letters: Readonly<Record<StageParameter, string>> = {
  depth: "d",
  width: "w",
  bottleneck: "b",
  groupWidth: "g",
};

const rules: Readonly<Record<StageParameter, ValueRule>> = {
  depth: positiveInteger,
  width: positiveInteger,
  bottleneck: bottleneckRatio,
  groupWidth: positiveInteger,
};

/** A function for each parameter that draws one value a stage. */
type StageSamplers = Readonly<Record<StageParameter, (random: Random, out: number[]) => void>>;

/** An AnyNet design space as an immutable value; every refinement returns a new, smaller space. */
export class AnyNetSpace implements Space {
  readonly options: AnyNetOptions;
  // Their tables are made for the first draw: of the many spaces that a refinement passes through, few are drawn from.
  readonly #makeSamplers: () => StageSamplers;
  #samplers?: StageSamplers;
  // Reused by every draw: a population needs millions of candidates, and most are thrown away.
  readonly #drawn: Record<StageParameter, number[]> = {
    depth: [],
    width: [],
    bottleneck: [],
    groupWidth: [],
  };
  // One architecture that every sketch writes over: its fixed parts, and its stages as they can be written.
  readonly #sketch: Architecture;
  readonly #stages: { -readonly [K in keyof Stage]: Stage[K] }[];
  // Relations that fitting widths to groups may break.
  readonly #kept: ("width" | "groupWidth")[] = [];
  readonly #fitted: number[] = [];
  readonly accepts?: (candidate: Sample) => boolean;
  #program: Program | undefined;

  constructor(options: AnyNetOptions) {
    const { dimensions, relations, stages } = requireOptions("AnyNetSpace", options);
    refuseUnknown("AnyNetSpace", options, {
      name: true,
      stages: true,
      dimensions: true,
      relations: true,
      base: true,
      accepts: true,
    });
    requireStages("AnyNetSpace", stages);
    checkDimensions(options.name, dimensions, rules);
    const sampler = (p: StageParameter) => {
      const [dimension, relation] = [dimensions[p], relations[p]];
      requireOrderable(dimension, relation, stages);
      return () => stageSampler(dimension, relation, stages);
    };
    const depth = sampler("depth");
    const width = sampler("width");
    const bottleneck = sampler("bottleneck");
    const groupWidth = sampler("groupWidth");
    this.#makeSamplers = () => ({
      depth: depth(),
      width: width(),
      bottleneck: bottleneck(),
      groupWidth: groupWidth(),
    });
    this.options = options;
    if (options.accepts) this.accepts = options.accepts;
    const stage = () => ({ depth: 1, width: 8, bottleneck: 1, groupWidth: 1, stride: 2 });
    this.#stages = Array.from({ length: stages }, stage);
    this.#sketch = anyNet(this.#stages, options.base);
    checkAnyNet(options.name, this.#sketch);
    const same = (p: StageParameter) => relations[p] === "shared" || dimensions[p].values.length === 1;
    const alike = same("bottleneck") && same("groupWidth");
    // With one b and one g, fitting keeps the order of widths. One group width for all stands for what is cut to it.
    if (!alike && relations.width !== "free") this.#kept.push("width");
    if (relations.groupWidth !== "free" && relations.groupWidth !== "shared") this.#kept.push("groupWidth");
  }

  get name(): string {
    return this.options.name;
  }

  get dimensions(): readonly string[] {
    const { dimensions, relations, stages } = this.options;
    return (Object.keys(dimensions) as StageParameter[]).flatMap(p => {
      if (dimensions[p].values.length === 1) return [];
      if (relations[p] === "shared") return [letters[p]];
      return Array.from({ length: stages }, (_, i) => `${letters[p]}${i + 1}`);
    });
  }

  get size(): bigint {
    const { dimensions, relations, stages } = this.options;
    const parameters = Object.keys(dimensions) as StageParameter[];
    return parameters.reduce((n, p) => n * countSequences(dimensions[p], relations[p], stages), 1n);
  }

  #shown(): Shown {
    const { dimensions, relations, stages } = this.options;
    const words = {
      free: "",
      shared: "one value for all stages",
      nonDecreasing: "rises",
      nonIncreasing: "falls",
    };
    const relating = (Object.keys(dimensions) as StageParameter[]).flatMap(p =>
      relations[p] === "free" ? [] : [`${p}: ${words[relations[p]]}`],
    );
    return spaceInWords(this, { ...dimensions }, [`${stages} stages`, ...relating]);
  }

  /** For notebooks: what can be drawn, in words. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const { text, html } = this.#shown();
    return { "text/html": html!, "text/plain": text };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#shown().text;
  }

  /**
   * One value for all stages: b_i = b, g_i = g (AnyNetXB, AnyNetXC); w_i = w, d_i = d in Figure 7. A group width that
   * is wider than a stage's inner width is cut to it in that stage, as in the paper.
   */
  share(parameter: StageParameter): AnyNetSpace {
    return this.#refine("share", parameter, "shared");
  }
  /**
   * w_{i+1} ≥ w_i, d_{i+1} ≥ d_i (AnyNetXD, AnyNetXE). It holds for widths and group widths as they are after fitting
   * them to each other: where b or g vary by stage, settings that lose the order are drawn again.
   */
  nonDecreasing(parameter: StageParameter): AnyNetSpace {
    return this.#refine("nonDecreasing", parameter, "nonDecreasing");
  }
  /** w_{i+1} ≤ w_i, d_{i+1} ≤ d_i: the controls of Figure 7. */
  nonIncreasing(parameter: StageParameter): AnyNetSpace {
    return this.#refine("nonIncreasing", parameter, "nonIncreasing");
  }
  /** The same space under another name. */
  named(name: string): AnyNetSpace {
    return new AnyNetSpace({ ...this.options, name });
  }
  /** The same space with other fixed parts: block, stem, activation, number of classes. */
  with(base: Partial<Architecture>): AnyNetSpace {
    checkBase(`${this.name}.with`, base);
    return new AnyNetSpace({ ...this.options, base: { ...this.options.base, ...base } });
  }
  /** The same space with other values of a parameter. */
  withDimension(parameter: StageParameter, dimension: Dimension): AnyNetSpace {
    this.#requireKnown("withDimension", parameter);
    return new AnyNetSpace({
      ...this.options,
      dimensions: { ...this.options.dimensions, [parameter]: dimension },
    });
  }

  /** The same space with one value for a parameter. */
  fix(parameter: StageParameter, value: number): AnyNetSpace {
    return this.withDimension(parameter, oneOf([value]));
  }
  /** The same space with another number of stages. */
  withStages(stages: number): AnyNetSpace {
    return new AnyNetSpace({ ...this.options, stages });
  }
  /** Only the networks that also satisfy a condition on what they cost; `sample` rejects the others. */
  accepting(condition: (candidate: Sample) => boolean): AnyNetSpace {
    requireCondition(`${this.name}.accepting`, condition);
    return new AnyNetSpace({ ...this.options, accepts: both(this.options.accepts, condition) });
  }

  #refine(caller: string, parameter: StageParameter, relation: Relation): AnyNetSpace {
    const { relations, name } = this.options;
    this.#requireKnown(caller, parameter);
    if (relations[parameter] !== "free") {
      throw new RangeError(
        `${name}.${caller}: ${parameter} is already ${relations[parameter]}; refine a space in which it is free`,
      );
    }
    return new AnyNetSpace({
      ...this.options,
      name: `${name}, ${parameter} ${relation}`,
      relations: { ...relations, [parameter]: relation },
    });
  }

  #requireKnown(caller: string, parameter: string): void {
    if (typeof parameter === "string" && Object.hasOwn(letters, parameter)) return;
    const known = Object.keys(letters).join(", ");
    throw new RangeError(`${this.name}.${caller}: unknown parameter ${say(parameter)}; known are ${known}`);
  }

  /** The space as a program of choices; `decisions(space)` is what follows from it. */
  decide(choose: Choose): Architecture | undefined {
    return (this.#program ??= anyNetProgram(this.options, letters, this.#kept))(choose);
  }

  /** Choices that make this architecture, by name; undefined if none do. */
  choicesOf(architecture: Architecture): Readonly<Record<string, number>> | undefined {
    return anyNetChoices(this.options, letters, architecture);
  }

  draw(random: Random): Architecture {
    return copyOf(this.sketch(checkedRandom(`${this.name}.draw`, random)));
  }

  sketch(random: Random): Architecture {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      this.#draw(random);
      if (this.#kept.length === 0 || this.#kept.every(p => this.#holds(p))) return this.#sketch;
    }
    const order = this.#kept.map(p => `${p} ${this.options.relations[p]}`).join(" and ");
    throw new RangeError(
      `${this.name}: none of ${MOST_TRIES} settings has ${order} once widths are fitted to groups; share bottleneck and groupWidth, or take fewer stages`,
    );
  }

  #draw(random: Random): void {
    const { depth, width, bottleneck, groupWidth } = this.#drawn;
    const samplers = (this.#samplers ??= this.#makeSamplers());
    samplers.depth(random, depth);
    samplers.width(random, width);
    samplers.bottleneck(random, bottleneck);
    samplers.groupWidth(random, groupWidth);
    const stages = this.#stages;
    for (let i = 0; i < stages.length; i++) {
      const stage = stages[i];
      const fitted = fit(width[i], bottleneck[i], groupWidth[i]);
      stage.depth = depth[i];
      stage.width = fitted.width;
      stage.bottleneck = bottleneck[i];
      stage.groupWidth = fitted.groupWidth;
    }
  }

  #holds(parameter: "width" | "groupWidth"): boolean {
    const stages = this.#stages;
    for (let i = 0; i < stages.length; i++) this.#fitted[i] = stages[i][parameter];
    return keeps(this.options.relations[parameter], this.#fitted);
  }
}

/** Settings to draw at most before one must keep its order. */
const MOST_TRIES = 100_000;

/**
 * AnyNetX, unconstrained: 4 stages, d ≤ 16, w ≤ 1024 in steps of 8, b ∈ {1, 2, 4}, g ∈ {1, …, 32}; d and w
 * log-uniform, b and g uniform over the powers of two (paper, section 3.2).
 */
export const AnyNetXA = new AnyNetSpace({
  name: "AnyNetXA",
  stages: 4,
  dimensions: {
    depth: logUniform(1, 16, 1),
    width: logUniform(8, 1024, 8),
    bottleneck: powersOfTwo(1, 4),
    groupWidth: powersOfTwo(1, 32),
  },
  relations: { depth: "free", width: "free", bottleneck: "free", groupWidth: "free" },
  base: { block: X },
});

/** AnyNetXA with one bottleneck ratio, b_i = b. */
export const AnyNetXB = AnyNetXA.share("bottleneck").named("AnyNetXB");
/** AnyNetXB with one group width, g_i = g. */
export const AnyNetXC = AnyNetXB.share("groupWidth").named("AnyNetXC");
/** AnyNetXC with widths that do not decrease, w_{i+1} ≥ w_i. */
export const AnyNetXD = AnyNetXC.nonDecreasing("width").named("AnyNetXD");
/** AnyNetXD with depths that do not decrease, d_{i+1} ≥ d_i. */
export const AnyNetXE = AnyNetXD.nonDecreasing("depth").named("AnyNetXE");
