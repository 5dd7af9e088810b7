/**
 * Layer assignment: how many of a network's layers lie in which stage, at a fixed depth or a fixed cost (Meng et al., AAAI
 * 2020, arXiv 2002.12580, of which the abstract alone was at hand; ranges and limits here are [inferred]).
 */
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { countArchitecture } from "../../architectures/count-architecture.js";
import { checkArchitecture, familyOf } from "../../architectures/families.js";
import type { Architecture } from "../../architectures/anynet/architecture.js";
import type { AnyArchitecture, Family } from "../../architectures/family.js";
import { isList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { say, sayData } from "../../base/say.js";
import { DecisionSpace } from "../decisions/decision-space.js";
import { listed, MOST_LISTS } from "../decisions/listed.js";
import type { Window } from "../sample.js";

/** Which assignments there are; `layers`, `flops` or `most` must bound them. */
export interface LayerAssignmentOptions {
  /** Default: after the base. */
  readonly name?: string;
  /** Layers in all stages together: so many, or from so many to so many, `[3, 8]`. Default: any number. */
  readonly layers?: number | Window;
  /** A window of multiply-adds, `[low, high]`. */
  readonly flops?: Window;
  /** Height and width at which flops are counted, pixels. Default: the architecture's own, or 224. */
  readonly resolution?: number;
  /** Layers of a stage at least, of all or of each. Default 1. */
  readonly least?: number | readonly number[];
  /** Layers of a stage at most, of all or of each. Default: as many as the budget allows. */
  readonly most?: number | readonly number[];
}

/** Layers of a stage that a budget of flops is tried with at most. */
const DEEPEST = 10_000;

/**
 * The space of all ways to assign layers to the stages of a network, each as likely. All else stays as it is in the base,
 * an AnyNet or an architecture of another family that has stages.
 *
 * @throws RangeError for what bounds nothing, for a budget that no assignment meets, for more than 200,000 assignments, and
 *   for a base without stages
 * @example
 * ```ts
 * const base = zoo("ResNet-50").architecture;
 * layerAssignment(base, { layers: 16 }).size; // => 455n
 * layerAssignment(base, { flops: [4e9, 4.2e9], least: 2 }).size; // => 165n
 * ```
 */
export function layerAssignment<A extends AnyArchitecture = Architecture>(
  base: A,
  options: LayerAssignmentOptions,
): DecisionSpace<A> {
  const caller = "layerAssignment";
  checkArchitecture(caller, base);
  expectOptions(caller, options, {
    name: "text?",
    layers: "any?",
    flops: "object?",
    resolution: "number?",
    least: "any?",
    most: "any?",
  });
  const family = familyOf(base) as Family<A>;
  const now = family.depths?.(base);
  if (now === undefined || !family.withDepths) {
    throw new RangeError(
      `${caller}: expected an architecture with stages, got one of family "${family.name}", which has no depths() and withDepths()`,
    );
  }
  const { name: named, ...unnamed } = base;
  const at = (depths: readonly number[]) => family.withDepths!(unnamed as A, depths);
  const lists = assignments(caller, now.length, options, at, base.resolution ?? USUAL_RESOLUTION);
  const depths = listed(
    now.map((_, i) => `d${i + 1}`),
    lists,
  );
  return new DecisionSpace<A>(
    options.name ?? `layers of ${named ?? family.title(base)}`,
    choose => at(depths(choose)),
    {
      ...(base.family && { family }),
      choicesOf: architecture =>
        Object.fromEntries(family.depths!(architecture).map((depth, i) => [`d${i + 1}`, depth])),
    },
  );
}

/** All lists of depths that meet the options. */
function assignments(
  caller: string,
  stages: number,
  options: LayerAssignmentOptions,
  at: (depths: readonly number[]) => AnyArchitecture | undefined,
  usual: number,
): number[][] {
  const { flops, resolution = usual } = options;
  const layers = options.layers === undefined ? undefined : requireLayers(caller, options.layers);
  if (flops !== undefined) requireWindow(caller, flops);
  const least = perStage(caller, "least", stages, options.least ?? 1, 0);
  if (layers === undefined && flops === undefined && options.most === undefined) {
    throw new RangeError(
      `${caller}: expected a bound, such as { layers: 16 }, { flops: [low, high] } or { most: 4 }`,
    );
  }
  const most = perStage(caller, "most", stages, options.most ?? layers?.[1] ?? DEEPEST, 0);
  const fewest = least.reduceRight<number[]>((rest, depth) => [depth + (rest[0] ?? 0), ...rest], []);
  const cost = (depths: readonly number[]): number | undefined => {
    const architecture = at(depths);
    return architecture && countArchitecture(architecture, resolution).flops;
  };
  const found: number[][] = [];
  let tried = 0;
  const walk = (depths: readonly number[], used: number) => {
    const stage = depths.length;
    if (stage === stages) {
      if (layers !== undefined && used < layers[0]) return;
      if (flops && !((cost(depths) ?? -1) >= flops[0])) return;
      if (!flops && at(depths) === undefined) return;
      if (found.length >= MOST_LISTS) throw tooMany(caller);
      found.push([...depths]);
      return;
    }
    for (let depth = least[stage]; depth <= most[stage]; depth++) {
      if (layers !== undefined && used + depth + (fewest[stage + 1] ?? 0) > layers[1]) break;
      if (++tried > 10 * MOST_LISTS) throw tooMany(caller);
      const next = [...depths, depth];
      // What is over the budget with as few layers as may be in the stages that follow is over it with more.
      if (flops) {
        const flopsOf = cost([...next, ...least.slice(stage + 1)]);
        if (flopsOf !== undefined && flopsOf > flops[1]) break;
      }
      walk(next, used + depth);
    }
  };
  walk([], 0);
  if (found.length > 0) return found;
  throw new RangeError(
    `${caller}: no assignment meets ${sayData(options)}; widen flops, or allow other numbers of layers`,
  );
}

const tooMany = (caller: string): RangeError =>
  new RangeError(`${caller}: more than ${MOST_LISTS} assignments; lower most, layers or flops`);

/** A bound for each stage. */
function perStage(caller: string, name: string, stages: number, given: unknown, from: number): number[] {
  const list: unknown[] = isList(given) ? Array.from(given) : Array.from({ length: stages }, () => given);
  if (list.length !== stages) {
    throw new RangeError(
      `${caller}: ${name} must be one number, or one for each of ${stages} stages, got ${say(given)}`,
    );
  }
  return list.map(value => requireNumber(caller, name, value, from));
}

function requireNumber(caller: string, name: string, value: unknown, from: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= from) return value as number;
  throw new RangeError(`${caller}: ${name} must be a whole number from ${from} on, got ${say(value)}`);
}

/** How many layers there are, from and to. */
function requireLayers(caller: string, layers: unknown): Window {
  if (!isList(layers)) {
    const exactly = requireNumber(caller, "layers", layers, 1);
    return [exactly, exactly];
  }
  const [low, high, ...more] = Array.from(layers);
  const least = requireNumber(caller, "layers[0]", low, 1);
  const most = requireNumber(caller, "layers[1]", high, 1);
  if (least <= most && more.length === 0) return [least, most];
  throw new RangeError(
    `${caller}: layers must be a whole number, or [low, high] with low ≤ high, got ${say(layers)}`,
  );
}

function requireWindow(caller: string, window: unknown): void {
  const [low, high, ...more] = isList(window) ? Array.from(window) : [];
  if (typeof low === "number" && typeof high === "number" && low >= 0 && low <= high && more.length === 0)
    return;
  throw new RangeError(`${caller}: flops must be [low, high] with 0 ≤ low ≤ high, got ${say(window)}`);
}
