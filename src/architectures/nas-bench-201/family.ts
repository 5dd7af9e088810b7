/** NAS-Bench-201's networks as a family of architectures. */
import { type OptionKinds, refuseUnknown } from "../../base/expect-options.js";
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { requireCount } from "../anynet/check-architecture.js";
import type { AnyArchitecture, Family } from "../family.js";
import { assemble, edgeName, type NasBench201Architecture, operationOf } from "./architecture.js";
import { scaledDepth, scaledWidth } from "../mobile/rounding.js";
import { formula } from "./formula.js";
import { cellGraphs } from "../graphs/edge-cell-graphs.js";
import { type EdgeOperation, edgeOperations } from "./operations.js";
import { cellText, type Edge, parseCell } from "./text.js";

/** The benchmark's own: 16 channels, 5 cells a stage, 3 stages, 10 classes, images of 32 × 32. */
const published = { channels: 16, cells: 5, stages: 3, classes: 10, resolution: 32 };

/** Edges that all cells of a network have at most: with more, it does not fit into memory as data. */
const MOST_EDGES = 100_000;

/** What a network may have otherwise than the benchmark. */
export type NasBench201Options = Partial<Omit<NasBench201Architecture, "family" | "nodes">>;

const optionKinds: OptionKinds<NasBench201Options> = {
  name: "text?",
  channels: "number?",
  cells: "number?",
  stages: "number?",
  classes: "number?",
  resolution: "number?",
  operations: "object?",
};

/**
 * The network of a cell that is written as the benchmark writes it. Edges may be missing, which is as good as `none`.
 *
 * @param cell for each node after the first its edges, `|operation~node|…|`, joined by `+`
 * @throws NetworkError naming node and edge of what no cell can have: an operation that there is not, a node that reads
 *   itself or a later one
 * @example
 * ```ts
 * const cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
 * countArchitecture(nasBench201(cell)); // => { flops: 220119690, params: 1531546, acts: 913418 }
 * ```
 */
export function nasBench201(cell: string, options: NasBench201Options = {}): NasBench201Architecture {
  if (typeof cell !== "string") {
    throw new NetworkError(
      `nasBench201: expected a cell such as "|nor_conv_3x3~0|+|none~0|skip_connect~1|", got ${say(cell)}; cellText() writes one`,
    );
  }
  if (!isObject(options)) throw new NetworkError(`nasBench201: expected options, got ${say(options)}`);
  refuseUnknown("nasBench201", options, optionKinds, NetworkError);
  const architecture: NasBench201Architecture = {
    family: nasBench201Family,
    ...published,
    ...options,
    nodes: parseCell("nasBench201", cell),
  };
  check("nasBench201", architecture);
  return architecture;
}

function check(caller: string, architecture: NasBench201Architecture): void {
  const { nodes, channels, cells, stages, operations } = architecture;
  requireCount(caller, "channels", channels);
  requireCount(caller, "cells", cells);
  requireCount(caller, "stages", stages);
  if (operations !== undefined) checkOperations(caller, operations);
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new NetworkError(
      `${caller}: nodes must be lists of edges, one for each node after the first, got ${say(nodes)}; nasBench201("|…|+|…|") makes them`,
    );
  }
  let edgesInAll = 0;
  for (let n = 0; n < nodes.length; n++) {
    const edges: unknown = nodes[n];
    if (!Array.isArray(edges) || edges.length === 0) {
      throw new NetworkError(
        `${caller}: node ${n + 1} of the cell must have edges that lead to it, got ${say(edges)}; one with none gives zeros`,
      );
    }
    for (let e = 0; e < edges.length; e++) checkEdge(caller, architecture, n + 1, e + 1, edges[e] as Edge);
    edgesInAll += edges.length;
  }
  if (edgesInAll * cells * stages > MOST_EDGES) {
    throw new NetworkError(
      `${caller}: all cells together may have at most ${MOST_EDGES} edges, got ${edgesInAll * cells * stages}; take fewer cells`,
    );
  }
}

function checkEdge(
  caller: string,
  architecture: NasBench201Architecture,
  node: number,
  place: number,
  edge: Edge,
): void {
  const isEdge = isObject(edge);
  if (isEdge && Number.isInteger(edge.from) && edge.from >= 0 && edge.from < node) {
    if (operationOf(architecture, edge.operation) !== undefined) return;
  }
  const at = `${caller}: node ${node}, edge ${place} of the cell`;
  if (!isEdge || typeof edge.operation !== "string") {
    throw new NetworkError(`${at}: expected { operation, from }, got ${say(edge)}`);
  }
  if (operationOf(architecture, edge.operation) === undefined) {
    const known = [...(architecture.operations ?? []).map(({ name }) => name), ...edgeOperations.keys()];
    const meant = nearestName(edge.operation, known);
    throw new NetworkError(
      `${at}: unknown operation ${say(edge.operation)}; ${meant === undefined ? "" : `did you mean "${meant}"? `}known are ${known.join(", ")}. One of your own is given as { operations: [yours] }`,
    );
  }
  const range = node === 1 ? "0, the cell's input" : `a node from 0 to ${node - 1}`;
  throw new NetworkError(
    `${at} (${edge.operation}): expected it to read ${range}, got ${say(edge.from)}; a node reads earlier ones only`,
  );
}

/** Operations that were looked at last: a space's architectures share theirs. */
let lastChecked: readonly EdgeOperation[] | undefined;

function checkOperations(caller: string, operations: readonly EdgeOperation[]): void {
  if (operations === lastChecked) return;
  if (!Array.isArray(operations)) {
    throw new NetworkError(`${caller}: operations must be a list of your own, got ${say(operations)}`);
  }
  const names = new Set<string>();
  for (const operation of operations as readonly Partial<EdgeOperation>[]) {
    const { name, build, gives } = isObject(operation) ? operation : {};
    if (typeof name !== "string" || typeof build !== "function") {
      throw new NetworkError(`${caller}: an operation must be { name, build }, got ${say(operation)}`);
    }
    if (!/^[^\s|+~]+$/.test(name)) {
      throw new NetworkError(
        `${caller}: an operation's name must be without blanks, |, + and ~, which cells are written with, got ${say(name)}`,
      );
    }
    if (names.has(name))
      throw new NetworkError(
        `${caller}: two operations are called ${say(name)}; give each a name of its own`,
      );
    names.add(name);
    if (edgeOperations.has(name) && edgeOperations.get(name) !== operation) {
      throw new NetworkError(
        `${caller}: operation "${name}" has the name of a built-in operation and is another; give yours a name of its own`,
      );
    }
    if (gives !== undefined && gives !== "zeros" && gives !== "input") {
      throw new NetworkError(
        `${caller}: an operation gives "zeros" or "input", if either, got ${say(gives)}`,
      );
    }
  }
  lastChecked = operations;
}

/**
 * The most operations that work, neither `none` nor `skip_connect`, on a path from the cell's input to its output; 0 where
 * there is no such path.
 */
function depth(architecture: NasBench201Architecture): number {
  const deepest = [0];
  for (const edges of architecture.nodes) {
    let most = -Infinity;
    for (const { operation, from } of edges) {
      const gives = operationOf(architecture, operation)?.gives;
      if (gives !== "zeros") most = Math.max(most, deepest[from] + (gives === "input" ? 0 : 1));
    }
    deepest.push(most);
  }
  return Math.max(0, deepest[deepest.length - 1]);
}

/** The cell, and what is not the benchmark's: `|…|-C8-N1`. */
const TITLE = /^(?<cell>\|.*\|)(?:-C(?<channels>\d+))?(?:-N(?<cells>\d+))?(?:-S(?<stages>\d+))?$/s;

const letters = { channels: "C", cells: "N", stages: "S" } as const;
const sizes = ["channels", "cells", "stages"] as const;

export const nasBench201Family: Family<NasBench201Architecture> = {
  name: "NAS-Bench-201",
  check,
  assemble,
  /**
   * How often each operation is in the cell; `e<node>_<node that it reads>`, an edge's operation as its place among those
   * the built-in ones and one's own; `depth`, the most working operations on a path.
   */
  parameters(architecture) {
    const { nodes, channels, cells, stages, operations = [] } = architecture;
    const columns: Record<string, number> = { channels, cells, stages };
    const names = [...edgeOperations.keys(), ...operations.map(({ name }) => name)];
    for (const name of names.slice(0, 5)) columns[name] = 0;
    for (const [n, edges] of nodes.entries()) {
      for (const [e, { operation }] of edges.entries()) {
        columns[operation] = (columns[operation] ?? 0) + 1;
        columns[edgeName(edges, e).replace("e", `e${n + 1}_`)] = names.indexOf(operation);
      }
    }
    columns.depth = depth(architecture);
    return columns;
  },
  title(architecture) {
    const other = sizes.filter(size => architecture[size] !== published[size]);
    return [cellText(architecture.nodes), ...other.map(size => `${letters[size]}${architecture[size]}`)].join(
      "-",
    );
  },
  toJson({ nodes, channels, cells, stages, operations }) {
    return {
      cell: cellText(nodes),
      channels,
      cells,
      stages,
      ...(operations && { operations: operations.map(({ name }) => name) }),
    };
  },
  fields: ["cell", ...sizes, "operations"],
  fromJson({ cell, channels, cells, stages, operations: names }, own = []) {
    const caller = "reviveArchitecture";
    if (typeof cell !== "string") {
      throw new NetworkError(`${caller}: expected a cell such as "|none~0|", got ${say(cell)}`);
    }
    const operations = (Array.isArray(names) ? (names as unknown[]) : []).map(name => {
      const code =
        edgeOperations.get(name as string) ??
        own.find((one): one is EdgeOperation => one.name === name && "build" in one);
      if (code) return code;
      throw new RangeError(
        `${caller}: unknown operation ${say(name)}; give it: reviveArchitecture(stored, [yours])`,
      );
    });
    return {
      family: nasBench201Family,
      nodes: parseCell(caller, cell),
      channels: (channels ?? published.channels) as number,
      cells: (cells ?? published.cells) as number,
      stages: (stages ?? published.stages) as number,
      ...(operations.length > 0 && { operations }),
    };
  },
  copy: architecture => ({
    ...architecture,
    nodes: architecture.nodes.map(edges => edges.map(edge => ({ ...edge }))),
  }),
  maker(architecture, place) {
    const [, n, e] = /\.n(\d+)\.e(\d+(?:_\d+)?)/.exec(place ?? "") ?? [];
    if (n === undefined) return undefined;
    const edges = architecture.nodes[Number(n) - 1] ?? [];
    const edge = edges.find((_, i) => edgeName(edges, i) === `e${e}`);
    return edge && `operation "${edge.operation}" of node ${n}`;
  },
  isWhole: ({ operations }) => operations === undefined,
  code: ({ operations }) => operations?.find(({ name }) => !edgeOperations.has(name)),
  scales: {
    depth: (architecture, factor) => ({ ...architecture, cells: scaledDepth(architecture.cells, factor) }),
    width: (architecture, factor, divisor) => ({
      ...architecture,
      channels: scaledWidth(architecture.channels, factor, divisor),
    }),
  },
  graphs: cellGraphs,
  canonical: architecture =>
    `${sizes.map(size => `${letters[size]}${architecture[size]}`).join(" ")} ${formula(architecture)}`,
  named(caller, text) {
    if (!text.trimStart().startsWith("|")) return undefined;
    const { cell, ...given } = TITLE.exec(text.trim())?.groups ?? {};
    const size = Object.entries(given).flatMap(([name, value]) => (value ? [[name, Number(value)]] : []));
    const architecture: NasBench201Architecture = {
      family: nasBench201Family,
      ...published,
      ...(Object.fromEntries(size) as object),
      nodes: parseCell(caller, cell ?? text),
    };
    check(caller, architecture);
    return architecture;
  },
};

/** The benchmark's parts that a space of it may have otherwise. */
export const publishedParts: Readonly<Omit<NasBench201Architecture, "nodes" | keyof AnyArchitecture>> &
  Required<Pick<AnyArchitecture, "classes" | "resolution">> = published;
