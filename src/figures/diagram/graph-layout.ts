/** Where the nodes and the edges of a graph lie, in layers (dagre: Sugiyama's method, network simplex). */
import { dagre } from "#graph-layout";
import type { GraphEdge, GraphNode, OperationGraph } from "../../architectures/operation-graph.js";

export type Point = readonly [x: number, y: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A node around its centre. */
export interface PlacedNode extends Size {
  readonly node: GraphNode;
  readonly at: Point;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** From one node's side to the other's, with a point in each layer between. */
  readonly points: readonly Point[];
}

export interface Layout extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** What dagre says of a node and of an edge. */
type Node = Size & { readonly x: number; readonly y: number };
interface Edge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Between nodes of a layer, between edges there, and between layers. */
const APART = { nodesep: 10, edgesep: 8, ranksep: 32 };
/** Nodes in which ways come together, and how much nearer what they read is kept than what reads them. */
const JOINS: ReadonlySet<string> = new Set(["sum", "state"]);
const NEAR = 8;
const ROOT = "before the inputs";
/** Ends of edges at one side of a node, at most. */
const PORTS_APART = 9;

/**
 * Lays out a graph without circles, from its own top left corner.
 *
 * @param sizeOf how large a node is drawn
 */
export function layOut(graph: OperationGraph, sizeOf: (node: GraphNode) => Size): Layout {
  const down = graph.direction === "down";
  if (down && graph.edges.some(([, , , kind]) => kind === "skip")) return inARow(graph, sizeOf);
  const { Graph, layout } = dagre();
  const placed = new Graph<{ width: number; height: number }, Node, Edge>({ multigraph: true });
  placed.setGraph({ rankdir: down ? "TB" : "LR", ...APART });
  for (const node of graph.nodes) placed.setNode(node.id, { ...sizeOf(node) });
  const joins = new Set(graph.nodes.filter(({ kind }) => JOINS.has(kind)).map(({ id }) => id));
  for (const [i, [from, to]] of graph.edges.entries()) {
    // What alone goes into a join lies next to it, and crossings are where a value is read.
    const isNear = joins.has(to) && !joins.has(from);
    placed.setEdge(from, to, { weight: isNear ? NEAR : 1 }, `${i}`);
  }
  // A cell's inputs lie in one layer, the first: behind a node that is not drawn.
  const inputs = graph.nodes.filter(({ kind }) => kind === "input");
  if (inputs.length > 1) placed.setNode(ROOT, { width: 0, height: 0 });
  if (inputs.length > 1) for (const { id } of inputs) placed.setEdge(ROOT, id, { weight: 100 }, ROOT);
  layout(placed);
  const { width, height } = placed.graph();
  const nodes = new Map(
    graph.nodes.map((node): [string, PlacedNode] => {
      const { x, y, width: w, height: h } = placed.node(node.id);
      return [node.id, { node, at: [x, y], width: w, height: h }];
    }),
  );
  const between = graph.edges.map(([from, to], i): readonly Point[] =>
    placed
      .edge(from, to, `${i}`)
      .points.slice(1, -1)
      .map(({ x, y }: { readonly x: number; readonly y: number }): Point => [x, y]),
  );
  const ends = (end: 0 | 1) => portsOf(graph, nodes, between, end, down);
  const [starts, stops] = [ends(0), ends(1)];
  const edges = graph.edges.map((edge, i) => ({ edge, points: [starts[i], ...between[i], stops[i]] }));
  const first = Math.min(...[...nodes.values()].map(({ at, ...node }) => at[0] - node.width / 2));
  const above = Math.min(...[...nodes.values()].map(({ at, ...node }) => at[1] - node.height / 2));
  const [left, top] = down ? [0, above] : [first, 0];
  const moved = ([x, y]: Point): Point => [x - left, y - top];
  return {
    width: width - left,
    height: height - top,
    nodes: [...nodes.values()].map(node => ({ ...node, at: moved(node.at) })),
    edges: edges.map(({ edge, points }) => ({ edge, points: points.map(moved) })),
  };
}

/** Between the nodes of a row, and how far to the right a way round each of them goes. */
const ROW = { apart: 22, first: 16, further: 14 };

/** A chain straight down, and what goes round its nodes as arcs to the right of it, the further the longer. */
function inARow({ nodes, edges }: OperationGraph, sizeOf: (node: GraphNode) => Size): Layout {
  const width = Math.max(...nodes.map(node => sizeOf(node).width));
  let bottom = 0;
  const placed = nodes.map((node): PlacedNode => {
    const { height } = sizeOf(node);
    const at: Point = [width / 2, bottom + height / 2];
    bottom += height + ROW.apart;
    return { node, at, width, height };
  });
  const position = new Map(nodes.map(({ id }, i) => [id, i]));
  let right = width;
  const ways = edges.map((edge): PlacedEdge => {
    const [i, j] = [position.get(edge[0])!, position.get(edge[1])!];
    const [from, to] = [placed[i], placed[j]];
    if (edge[3] !== "skip") {
      return {
        edge,
        points: [
          [from.at[0], from.at[1] + from.height / 2],
          [to.at[0], to.at[1] - to.height / 2],
        ],
      };
    }
    // Ways out below the middle, ways in above it.
    const [top, end] = [from.at[1] + 5, to.at[1] - 5];
    const x = width + ROW.first + ROW.further * Math.abs(j - i);
    right = Math.max(right, x);
    return {
      edge,
      points: [
        [width, top],
        [x, top],
        [x, end],
        [width, end],
      ],
    };
  });
  return { width: right, height: bottom - ROW.apart, nodes: placed, edges: ways };
}

/** Where edges leave their first node, or enter their second: side by side, in the order in which they go on. */
function portsOf(
  { edges }: OperationGraph,
  nodes: ReadonlyMap<string, PlacedNode>,
  between: readonly (readonly Point[])[],
  end: 0 | 1,
  down: boolean,
): Point[] {
  const across = down ? 0 : 1;
  const ports: Point[] = [];
  for (const [id, { at, width, height }] of nodes) {
    const mine = [...edges.keys()].filter(i => edges[i][end] === id);
    const next = (i: number): number =>
      (between[i].at(end === 0 ? 0 : -1) ?? nodes.get(edges[i][end === 0 ? 1 : 0])!.at)[across];
    const sorted = mine.sort((a, b) => next(a) - next(b));
    const side = down ? width : height;
    const apart = Math.min(PORTS_APART, (0.7 * side) / Math.max(1, sorted.length - 1));
    for (const [k, i] of sorted.entries()) {
      const shift = (k - (sorted.length - 1) / 2) * apart;
      const out = (end === 0 ? 0.5 : -0.5) * (down ? height : width);
      ports[i] = down ? [at[0] + shift, at[1] + out] : [at[0] + out, at[1] + shift];
    }
  }
  return ports;
}
