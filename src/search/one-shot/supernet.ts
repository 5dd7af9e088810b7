/**
 * A supernet: one network that holds all architectures of a space as paths, with the weights that they share. Its choices
 * come together in weighted sums (`mix`), whose weights are given with each call of a session: ones and zeros are one
 * architecture, a softmax of α is DARTS' relaxation, and what has weight 0 is not run.
 */
import { USUAL_RESOLUTION } from "../../architectures/build.js";
import { familyOf } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say, sayData } from "../../base/say.js";
import type { Mixture } from "../../networks/mixture.js";
import type { Network } from "../../networks/network.js";
import type { Space } from "../../spaces/space.js";
import { type Alpha, requireAlpha } from "./alpha.js";
import { examplesOf } from "./examples.js";
import { familyOfSpace, supernetFamilyOf } from "./families.js";
import type { SupernetForm } from "./supernet-family.js";

/** One choice of an operation, `"normal.n2.e0"`. */
export interface SharedEdge {
  readonly name: string;
  readonly operations: readonly string[];
}

/** A group of weighted sums. Its weights are in order edge by edge, operation by operation. */
export interface SharedSum {
  readonly group: string;
  readonly edges: readonly SharedEdge[];
}

/** A network whose paths are a space's architectures. One of one's own is a value of this type. */
export interface Supernet<A extends AnyArchitecture = AnyArchitecture> {
  /** Whose architectures are its paths. */
  readonly space: Space<A>;
  /** All weights. */
  readonly network: Network;
  /** All groups of its weighted sums. */
  readonly sums: readonly SharedSum[];
  /**
   * Ones and zeros: this architecture alone.
   *
   * @throws RangeError naming what of an architecture it does not hold
   */
  mixture(architecture: A): Mixture;
  /**
   * The architecture that α says, by the space's rule.
   *
   * @throws RangeError for what is no α of this supernet
   */
  discretise(alpha: Alpha): A;
  /**
   * Of a layer with weights of the architecture's own network the layer here that has them, by name. Default: the same.
   */
  layerOf?(architecture: A, layer: string): string;
}

export interface SupernetOptions {
  /** Default: after the space. */
  readonly name?: string;
  /** Default: what the space's architectures are for, which must say it then. */
  readonly classes?: number;
  /** Height and width of the images, pixels. Default: what the space's architectures are for, or 224. */
  readonly resolution?: number;
  /**
   * `"paths"`: operations are what an architecture's own network has, so that a path computes the same. `"relaxed"`: as sums by a
   * softmax want them, with normalisations in cells without scale and shift, which would undo the weights; pools of DARTS' cells
   * are normalised then too. Default: `"relaxed"` for cells that keep two edges of each node, as DARTS' do, else `"paths"`.
   */
  readonly form?: SupernetForm;
}

/**
 * The supernet of a space, by the family of its architectures.
 *
 * @throws RangeError for a space of a family that has none, one whose architectures differ in more than choices that can be
 *   shared, and if nothing says how many classes there are
 * @throws NetworkError for sizes that no network has
 * @example
 * ```ts
 * import { supernet } from "netspace/search";
 *
 * const shared = supernet(SmallCells);
 * shared.sums.map(({ group, edges }) => `${group}: ${edges.length} edges`); // => ["n1: 1 edges", "n2: 2 edges", "n3: 3 edges"]
 * complexity(supernet(DARTSSpace).network, 32).params; // => 1930618
 * ```
 */
export function supernet<A extends AnyArchitecture>(
  space: Space<A>,
  options: SupernetOptions = {},
): Supernet<A> {
  return supernetFor("supernet", space, options);
}

/** The same for whoever makes one of a space that it was given. @param caller the function that was called, for errors */
export function supernetFor<A extends AnyArchitecture>(
  caller: string,
  space: Space<A>,
  options: SupernetOptions,
): Supernet<A> {
  expectOptions(caller, options, { name: "text?", classes: "number?", resolution: "number?", form: "text?" });
  const { form } = options;
  if (form !== undefined && form !== "relaxed" && form !== "paths") {
    throw new RangeError(`${caller}: form must be "relaxed" or "paths", got ${say(form)}`);
  }
  for (const name of ["classes", "resolution"] as const) {
    const given = options[name];
    if (given === undefined || (Number.isSafeInteger(given) && given > 0)) continue;
    throw new RangeError(`${caller}: ${name} must be a positive integer, got ${say(given)}`);
  }
  const family = familyOfSpace(caller, space);
  const make = supernetFamilyOf<A>(caller, space, family);
  const given = withParts(space, options);
  const examples = examplesOf(caller, given);
  const fixed = new Map(Object.entries(make.fixed(examples[0])));
  for (const example of examples) requireFixed(caller, space.name, fixed, make.fixed(example));
  const { classes = options.classes, resolution = options.resolution ?? USUAL_RESOLUTION } = examples[0];
  if (classes === undefined) {
    throw new RangeError(
      `${caller}: expected a number of classes, which the architectures of ${space.name} do not say; give it: supernet(space, { classes: 10 })`,
    );
  }
  const name = options.name ?? `supernet of ${space.name}`;
  const design = make.design({ caller, name, space: given, examples, classes, resolution, form });
  const edges = new Map(design.sums.flatMap(sum => sum.edges).map(edge => [edge.name, edge]));
  return {
    space: given,
    network: design.network,
    sums: design.sums,
    mixture(architecture) {
      const at = `mixture: ${given.name}`;
      if (!isObject(architecture) || familyOf(architecture).name !== family.name) {
        throw new RangeError(
          `${at}: expected an architecture of family "${family.name}", got ${say(architecture)}`,
        );
      }
      family.check(at, architecture);
      requireFixed(at, `its supernet`, fixed, make.fixed(architecture));
      return mixtureOf(at, design.sums, edges, design.chosen(architecture));
    },
    discretise(alpha) {
      requireAlpha("discretise", design.sums, alpha);
      return design.discretise(alpha);
    },
    layerOf: (architecture, layer) => design.layerOf?.(architecture, layer) ?? layer,
  };
}

/** The space with the classes and the resolution that are asked for in its architectures. */
function withParts<A extends AnyArchitecture>(
  space: Space<A>,
  { classes, resolution }: SupernetOptions,
): Space<A> {
  if (classes === undefined && resolution === undefined) return space;
  const parts = {
    ...(classes !== undefined && { classes }),
    ...(resolution !== undefined && { resolution }),
  };
  if (space.with) return space.with(parts as Partial<A>);
  const put = (architecture: A | undefined) => architecture && { ...architecture, ...parts };
  return {
    name: space.name,
    ...(space.family && { family: space.family }),
    dimensions: space.dimensions,
    size: space.size,
    draw: random => put(space.draw(random)),
    ...(space.accepts && { accepts: candidate => space.accepts!(candidate) }),
    ...(space.decide && { decide: choose => put(space.decide!(choose)) }),
    ...(space.choicesOf && { choicesOf: architecture => space.choicesOf!(architecture) }),
  };
}

/** @throws RangeError for an architecture whose fixed parts are others */
function requireFixed(
  caller: string,
  whose: string,
  fixed: ReadonlyMap<string, unknown>,
  parts: Readonly<Record<string, unknown>>,
): void {
  for (const [part, value] of Object.entries(parts)) {
    const expected = fixed.get(part);
    if (value === expected || JSON.stringify(value) === JSON.stringify(expected)) continue;
    throw new RangeError(
      `${caller}: expected architectures that differ in their choices alone, whose ${part} ${verb(part)} ${sayData(expected)} as in ${whose}, got ${sayData(value)}; weights of other shapes are not shared`,
    );
  }
}

const verb = (part: string): string => (part.endsWith("s") ? "are" : "is");

/** @throws RangeError for operations that there are not */
function mixtureOf(
  caller: string,
  sums: readonly SharedSum[],
  edges: ReadonlyMap<string, SharedEdge>,
  chosen: Iterable<readonly [edge: string, operation: string]>,
): Mixture {
  const weights = new Map<string, Map<string, number>>();
  for (const [edge, operation] of chosen) {
    const known = edges.get(edge);
    if (!known?.operations.includes(operation)) {
      const there = known
        ? `choices there are ${known.operations.join(", ")}`
        : `edges are ${[...edges.keys()].slice(0, 12).join(", ")}${edges.size > 12 ? " …" : ""}`;
      throw new RangeError(`${caller} has no ${say(operation)} at ${say(edge)} in its supernet; ${there}`);
    }
    const ofEdge = weights.get(edge) ?? new Map<string, number>();
    ofEdge.set(operation, (ofEdge.get(operation) ?? 0) + 1);
    weights.set(edge, ofEdge);
  }
  const mixture = new Map<string, Float64Array>();
  for (const { group, edges: own } of sums) {
    const flat = own.flatMap(({ name, operations }) =>
      operations.map(operation => weights.get(name)?.get(operation) ?? 0),
    );
    if (flat.every(weight => weight === 0)) {
      throw new RangeError(
        `${caller}: expected an architecture that chooses something of ${own.map(edge => edge.name).join(", ")}, got none`,
      );
    }
    mixture.set(group, Float64Array.from(flat));
  }
  return mixture;
}
