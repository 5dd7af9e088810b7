/**
 * The small spaces of which complete tables are published: every network of them was trained. NAS-Bench-201 has 15,625
 * cells, NAS-Bench-Macro 6,561 networks; smaller ones of the same kind are trained completely in an hour.
 */
import type { NasBench201Architecture } from "../architectures/nas-bench-201/architecture.js";
import { nasBench201Family, publishedParts } from "../architectures/nas-bench-201/family.js";
import {
  type EdgeOperation,
  edgeOperations,
  publishedOperations,
} from "../architectures/nas-bench-201/operations.js";
import type { NasBenchMacroArchitecture } from "../architectures/nas-bench-macro/architecture.js";
import {
  nasBenchMacroFamily,
  publishedLayers,
  publishedMacro,
} from "../architectures/nas-bench-macro/family.js";
import { expectList } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { isObject, say } from "../base/say.js";
import { DecisionSpace } from "./decisions/decision-space.js";
import type { Dimension } from "./dimension.js";

/** What a space of cells may have otherwise than NAS-Bench-201. */
export interface NasBench201SpaceOptions {
  readonly name?: string;
  /**
   * Nodes of the cell, its input among them: a number, or what it is drawn from, such as `oneOf([2, 3, 4])`, as a search that grows
   * cells wants it; `"nodes"` is then the choice that grows. Default 4.
   */
  readonly nodes?: number | Dimension;
  /** What each edge chooses from: names of built-in operations, or operations of one's own. Default: the published five. */
  readonly operations?: readonly (string | EdgeOperation)[];
  /** What an edge that jumps over a node chooses from instead, names of operations as above. Default: the same. */
  readonly jumps?: readonly string[];
  readonly channels?: number;
  readonly cells?: number;
  readonly stages?: number;
  readonly classes?: number;
  readonly resolution?: number;
}

/** Nodes of a cell at most: the edges grow with their square. */
const MOST_NODES = 50;

/**
 * The space of all cells whose nodes read every earlier one, each by an operation of its own choice.
 *
 * @throws RangeError for fewer than two nodes, or operations that there are not
 * @throws NetworkError for sizes that no network has
 * @example
 * ```ts
 * nasBench201Space({ nodes: 3, channels: 8, cells: 1 }).size; // => 125n
 * nasBench201Space({ nodes: oneOf([2, 3, 4]) }).size; // => 15755n
 * ```
 */
export function nasBench201Space(
  options: NasBench201SpaceOptions = {},
): DecisionSpace<NasBench201Architecture> {
  const caller = "nasBench201Space";
  expectOptions(caller, options, {
    name: "text?",
    nodes: "any?",
    operations: "object?",
    jumps: "object?",
    channels: "number?",
    cells: "number?",
    stages: "number?",
    classes: "number?",
    resolution: "number?",
  });
  const { name, nodes = 4, operations: given = publishedOperations, jumps, ...sizes } = options;
  const counts = nodeCounts(caller, nodes);
  expectList(caller, "operations", given);
  if (given.length === 0) throw new RangeError(`${caller}: expected operations, got none`);
  const operations = given.map(one => {
    const operation = typeof one === "string" ? edgeOperations.get(one) : one;
    if (operation !== undefined) return operation;
    throw new RangeError(
      `${caller}: unknown operation ${say(one)}; known are ${[...edgeOperations.keys()].join(", ")}. One of your own is given itself`,
    );
  });
  const names = operations.map(operation => operation.name);
  if (new Set(names).size < names.length) {
    throw new RangeError(`${caller}: expected operations that differ, got ${names.join(", ")}`);
  }
  if (jumps !== undefined) expectList(caller, "jumps", jumps);
  const unknown = jumps?.find(jump => !names.includes(jump));
  if (unknown !== undefined || jumps?.length === 0 || new Set(jumps).size < (jumps?.length ?? 0)) {
    throw new RangeError(
      `${caller}: jumps must be some of the operations, ${names.join(", ")}, each once, got ${say(jumps)}`,
    );
  }
  const own = operations.filter(operation => edgeOperations.get(operation.name) !== operation);
  const parts = {
    family: nasBench201Family,
    ...publishedParts,
    ...Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined)),
    ...(own.length > 0 && { operations: own }),
  };
  // Sizes and operations are looked at once, with the simplest of cells.
  nasBench201Family.check(caller, { ...parts, nodes: [[{ operation: names[0], from: 0 }]] });
  return new DecisionSpace<NasBench201Architecture>(
    name ?? "cells of NAS-Bench-201's kind",
    choose => {
      const drawn = counts.length > 1 ? choose("nodes", nodes as Dimension) : counts[0];
      return {
        ...parts,
        nodes: Array.from({ length: drawn - 1 }, (_, n) =>
          Array.from({ length: n + 1 }, (__, from) => ({
            operation: choose.free(`e${n + 1}_${from}`, jumps !== undefined && from < n ? jumps : names),
            from,
          })),
        ),
      };
    },
    {
      family: nasBench201Family,
      choicesOf: architecture => ({
        ...(counts.length > 1 && { nodes: architecture.nodes.length + 1 }),
        ...Object.fromEntries(
          architecture.nodes.flatMap((edges, n) =>
            edges.map(({ operation, from }) => [`e${n + 1}_${from}`, operation]),
          ),
        ),
      }),
      remake: other => nasBench201Space({ ...options, ...(other as NasBench201SpaceOptions) }),
    },
  );
}

/** How many nodes a cell may have. */
function nodeCounts(caller: string, nodes: unknown): readonly number[] {
  const isDrawn = isObject(nodes) && "values" in nodes && Array.isArray(nodes.values);
  const counts: readonly unknown[] = isDrawn ? (nodes.values as unknown[]) : [nodes];
  const areCounts = counts.every(
    count => Number.isInteger(count) && (count as number) >= 2 && (count as number) <= MOST_NODES,
  );
  if (counts.length > 0 && areCounts) return counts as number[];
  throw new RangeError(
    `${caller}: nodes must be an integer from 2 to ${MOST_NODES}, or oneOf([…]) of such, got ${say(isDrawn ? counts : nodes)}`,
  );
}

/** NAS-Bench-201: four nodes, five operations on each of six edges. */
export const NasBench201 = nasBench201Space({ name: "NAS-Bench-201" });

/**
 * NAS-Bench-201's cells small enough to train all of them on a desk: edges that jump over a node have no weights, so that 3,375 cells
 * compute 1,163 different functions; eight channels, one cell a stage. The shipped table has them all.
 */
export const SmallCells = nasBench201Space({
  name: "SmallCells",
  jumps: ["none", "skip_connect", "avg_pool_3x3"],
  channels: 8,
  cells: 1,
  classes: 10,
  resolution: 12,
});

/** What a space of layers may have otherwise than NAS-Bench-Macro. */
export interface NasBenchMacroSpaceOptions {
  readonly name?: string;
  /** Layers of each stage. Default 2, 3 and 3. */
  readonly stages?: readonly number[];
  /** What each layer chooses from, as `nasBenchMacro` has it. Default `"id"`, `"e3k3"` and `"e6k5"`. */
  readonly layers?: readonly string[];
  readonly channels?: number;
  readonly headWidth?: number;
  readonly classes?: number;
  readonly resolution?: number;
}

/**
 * The space of all networks whose layers choose among some, each for itself.
 *
 * @throws RangeError for no layers to choose from, or the same twice
 * @throws NetworkError for sizes, and for layers, that no network has
 * @example
 * ```ts
 * nasBenchMacroSpace({ stages: [2, 2], channels: 8, headWidth: 64 }).size; // => 81n
 * ```
 */
export function nasBenchMacroSpace(
  options: NasBenchMacroSpaceOptions = {},
): DecisionSpace<NasBenchMacroArchitecture> {
  const caller = "nasBenchMacroSpace";
  expectOptions(caller, options, {
    name: "text?",
    stages: "object?",
    layers: "object?",
    channels: "number?",
    headWidth: "number?",
    classes: "number?",
    resolution: "number?",
  });
  const { name, layers: choices = publishedLayers, ...sizes } = options;
  expectList(caller, "layers to choose from", choices);
  if (choices.length === 0 || new Set(choices).size < choices.length) {
    throw new RangeError(
      `${caller}: expected layers that differ, such as "id", "e3k3" and "e6k5", got ${say(choices)}`,
    );
  }
  const parts = {
    family: nasBenchMacroFamily,
    ...publishedMacro,
    ...Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined)),
  };
  const { stages }: Pick<NasBenchMacroArchitecture, "stages"> = parts;
  for (const choice of choices) {
    nasBenchMacroFamily.check(caller, { ...parts, stages: [1], layers: [choice] });
  }
  const depth = Array.isArray(stages) ? stages.reduce((a: number, b: number) => a + b, 0) : 0;
  const first = Array.from(
    { length: Number.isSafeInteger(depth) && depth < 1e6 ? depth : 0 },
    () => choices[0],
  );
  nasBenchMacroFamily.check(caller, { ...parts, layers: first });
  return new DecisionSpace<NasBenchMacroArchitecture>(
    name ?? "layers of NAS-Bench-Macro's kind",
    choose => ({ ...parts, layers: first.map((_, i) => choose.free(`layer${i + 1}`, choices)) }),
    {
      family: nasBenchMacroFamily,
      choicesOf: ({ layers }) => Object.fromEntries(layers.map((layer, i) => [`layer${i + 1}`, layer])),
      remake: other => nasBenchMacroSpace({ ...options, ...(other as NasBenchMacroSpaceOptions) }),
    },
  );
}

/** NAS-Bench-Macro: eight layers in stages of two, three and three, each of them one of three. */
export const NasBenchMacro = nasBenchMacroSpace({ name: "NAS-Bench-Macro" });
