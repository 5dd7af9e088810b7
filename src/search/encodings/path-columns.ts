/**
 * Path encoding (White, Neiswanger and Savani, AAAI 2021): a number for each row of operations that can lead from an input of
 * a cell to its output, 1 where some path of the cell has it. Of NAS-Bench-201 there are 5 + 25 + 125, `none` and identities
 * among the operations, as in naszilla's code. What the operations are, and how long paths get, is read off graphs of ways
 * that between them have every option of every choice, and of some that are drawn, since a label may be made of several
 * choices; one that none of these has is left out. Where the rows would be too many, long ones are left out, as the paper
 * does: short paths say most.
 */
import { extent } from "../../base/extent.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { familyOf } from "../../architectures/families.js";
import type { NodeKind, OperationGraph } from "../../architectures/operation-graph.js";
import { seededAt } from "../../base/random.js";
import type { Decisions } from "../../spaces/decisions/decisions.js";
import { coveringWays } from "../covering-ways.js";
import type { Columns } from "./encoder.js";

/** Rows of operations at most, where it is not said how long they may be; and where it is. */
const MOST_BY_DEFAULT = 4096;
const MOST = 100_000;
/** Ways that are drawn to look at, besides. */
const DRAWN = 100;
/** Operations on a path at most; graphs of spaces have fewer. */
const MOST_OPERATIONS = 64;

/** Kinds of nodes that are no operations. */
const joints: ReadonlySet<NodeKind> = new Set<NodeKind>(["input", "sum", "concat", "state", "output"]);

/** A graph as paths are looked for: from each node the operation on the way to the next, if any, and that next one. */
interface Walked {
  readonly title: string;
  readonly inputs: readonly { readonly node: string; readonly label: string }[];
  readonly next: ReadonlyMap<
    string,
    readonly { readonly operation: string | undefined; readonly to: string }[]
  >;
  readonly outputs: ReadonlySet<string>;
}

/**
 * @param longest operations of a path at most; undefined: as many as make no more than 4,096 rows
 * @throws RangeError for architectures that have no graphs, and where the shortest paths are too long
 */
export function pathColumns<A extends AnyArchitecture>(
  program: Decisions<A>,
  longest: number | undefined,
): Columns {
  const random = seededAt(0, 0);
  const drawn = Array.from({ length: DRAWN }, () => program.tryDraw(random)).filter(way => way !== undefined);
  const seen = [...coveringWays("encoder", program), ...drawn].map(({ architecture }) =>
    graphsOf(program.name, architecture),
  );
  const parts = partsOf(seen);
  const limit = longest ?? fitting(parts);
  const names: string[] = [];
  const places = new Map<string, number>();
  for (const [p, { title, inputs, operations, lengths }] of parts.entries()) {
    for (const input of inputs) {
      for (let length = 0; length <= limit; length++) {
        if (!lengths.get(input)?.has(length)) continue;
        for (const row of rows(operations, length)) {
          const start = [...(parts.length > 1 ? [title] : []), ...(inputs.length > 1 ? [input] : [])].join(
            ", ",
          );
          places.set(keyOf(p, input, row), names.length);
          names.push([start, row.join(" > ")].filter(text => text !== "").join(": "));
          if (names.length > MOST) throw tooMany(program.name, limit);
        }
      }
    }
  }
  const shortest = extent(seen.map(graphs => extent(graphs.map(shortestPath))[0]))[0];
  if (shortest > limit) {
    throw new RangeError(
      `encoder: expected short paths, got ${shortest} operations on the shortest of ${program.name}, which make more than ${longest === undefined ? MOST_BY_DEFAULT : MOST} rows; take kind: "one-hot"${longest === undefined ? "" : ", or a greater longest"}`,
    );
  }
  return {
    names,
    write({ architecture }, into) {
      const graphs = graphsOf(program.name, architecture);
      for (let p = 0; p < parts.length; p++) {
        // Cells that are the same in all places are one graph.
        const graph = graphs[Math.min(p, graphs.length - 1)];
        for (const { node, label } of graph.inputs) {
          pathsFrom(graph, node, limit, row => {
            const place = places.get(keyOf(p, label, row));
            if (place !== undefined) into[place] = 1;
          });
        }
      }
    },
  };
}

const keyOf = (part: number, input: string, row: readonly string[]): string =>
  `${part}\n${input}\n${row.join("\n")}`;

function graphsOf(space: string, architecture: AnyArchitecture): Walked[] {
  const family = familyOf(architecture);
  const graphs = family.graphs?.(architecture) ?? [];
  if (graphs.length === 0) {
    throw new RangeError(
      `encoder: path encoding needs architectures that are graphs, got ${space}, of the family ${family.name}, which says none; take kind: "one-hot", or give the family graphs`,
    );
  }
  return graphs.map(walked);
}

function walked({ title, nodes, edges }: OperationGraph): Walked {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  // A layer's number is its place, not what it does.
  const labels = new Map(nodes.map(({ id, label }) => [id, label.replace(/^\d+: /, "")]));
  const next = new Map<string, { operation: string | undefined; to: string }[]>();
  for (const [from, to, label] of edges) {
    const operation = label ?? (joints.has(kinds.get(to)!) ? undefined : labels.get(to));
    const list = next.get(from);
    if (list) list.push({ operation, to });
    else next.set(from, [{ operation, to }]);
  }
  const named = nodes.filter(({ kind }) => kind === "output");
  const ends = named.length > 0 ? named : nodes.filter(({ id, kind }) => kind !== "input" && !next.has(id));
  return {
    title,
    next,
    inputs: nodes.flatMap(({ id, kind }) => (kind === "input" ? [{ node: id, label: labels.get(id)! }] : [])),
    outputs: new Set(ends.map(({ id }) => id)),
  };
}

/** Calls back with the operations of every path from a node to an output that has no more than so many. */
function pathsFrom(
  { next, outputs }: Walked,
  start: string,
  limit: number,
  take: (row: readonly string[]) => void,
): void {
  const row: string[] = [];
  const walk = (node: string): void => {
    if (outputs.has(node)) take(row);
    for (const { operation, to } of next.get(node) ?? []) {
      if (operation === undefined) walk(to);
      else if (row.length < limit) {
        row.push(operation);
        walk(to);
        row.pop();
      }
    }
  };
  walk(start);
}

/** One of the graphs that each architecture has, over all ways that were looked at. */
interface Part {
  readonly title: string;
  readonly inputs: readonly string[];
  readonly operations: readonly string[];
  /** By input, how many operations a path may have. */
  readonly lengths: ReadonlyMap<string, ReadonlySet<number>>;
}

function partsOf(seen: readonly (readonly Walked[])[]): Part[] {
  const most = seen.reduce((a, b) => (b.length > a.length ? b : a));
  return most.map(({ title }, p) => {
    const graphs = seen.map(all => all[Math.min(p, all.length - 1)]);
    const operations = new Set<string>();
    const inputs = new Map<string, string>();
    const outputs = new Set<string>();
    const edges = new Map<string, Map<string, Set<number>>>();
    for (const graph of graphs) {
      for (const { node, label } of graph.inputs) inputs.set(node, label);
      for (const node of graph.outputs) outputs.add(node);
      for (const [from, list] of graph.next) {
        for (const { operation, to } of list) {
          if (operation !== undefined) operations.add(operation);
          const steps = edges.get(from) ?? new Map<string, Set<number>>();
          edges.set(from, steps);
          steps.set(to, (steps.get(to) ?? new Set()).add(operation === undefined ? 0 : 1));
        }
      }
    }
    const lengths = new Map<string, ReadonlySet<number>>();
    for (const [node, label] of inputs) lengths.set(label, lengthsFrom(node, edges, outputs));
    return { title, inputs: [...lengths.keys()], operations: [...operations], lengths };
  });
}

/** How many operations paths from a node may have, where any edge that some way has may be there. */
function lengthsFrom(
  start: string,
  edges: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>>,
  outputs: ReadonlySet<string>,
): Set<number> {
  const reached = new Map<string, Set<number>>([[start, new Set([0])]]);
  const open: [string, number][] = [[start, 0]];
  for (let place = 0; place < open.length; place++) {
    const [node, length] = open[place];
    for (const [to, steps] of edges.get(node) ?? []) {
      const known = reached.get(to) ?? new Set<number>();
      reached.set(to, known);
      for (const step of steps) {
        if (length + step > MOST_OPERATIONS || known.has(length + step)) continue;
        known.add(length + step);
        open.push([to, length + step]);
      }
    }
  }
  return new Set([...outputs].flatMap(node => [...(reached.get(node) ?? [])]));
}

/** The greatest length at which all rows are no more than the default allows; 1 at least. */
function fitting(parts: readonly Part[]): number {
  let count = 0;
  for (let length = 0; length <= MOST_OPERATIONS; length++) {
    for (const { operations, lengths } of parts) {
      for (const possible of lengths.values()) if (possible.has(length)) count += operations.length ** length;
    }
    if (count > MOST_BY_DEFAULT) return Math.max(1, length - 1);
  }
  return MOST_OPERATIONS;
}

function* rows(operations: readonly string[], length: number): Generator<string[]> {
  if (length === 0) yield [];
  else
    for (const first of operations) for (const rest of rows(operations, length - 1)) yield [first, ...rest];
}

/** Operations on the shortest path; Infinity where nothing of the input reaches the output. */
function shortestPath(graph: Walked): number {
  let least = Infinity;
  const reached = new Map<string, number>(graph.inputs.map(({ node }) => [node, 0]));
  const open = [...reached.keys()];
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    const length = reached.get(node)!;
    if (graph.outputs.has(node)) least = Math.min(least, length);
    for (const { operation, to } of graph.next.get(node) ?? []) {
      const here = length + (operation === undefined ? 0 : 1);
      if (here >= (reached.get(to) ?? Infinity)) continue;
      reached.set(to, here);
      open.push(to);
    }
  }
  return least;
}

const tooMany = (space: string, longest: number): RangeError =>
  new RangeError(
    `encoder: expected at most ${MOST} rows of operations, got more on paths of up to ${longest} in ${space}; give a smaller longest`,
  );
