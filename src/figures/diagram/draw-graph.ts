/** A graph of operations as boxes coloured by kind, joins as round ones, and curves between them. */
import type { GraphEdge, GraphNode, NodeKind, OperationGraph } from "../../architectures/operation-graph.js";
import { colours } from "../style.js";
import { layOut, type Size } from "./graph-layout.js";
import {
  arc,
  box,
  type BoxStyle,
  curve,
  type Drawn,
  fills,
  ink,
  joining,
  page,
  soft,
  TITLE,
  text,
  textWidth,
} from "./svg.js";

const [blue, , green, purple, orange] = colours;

/** Boxes by kind: colours that colour-blind readers tell apart, with the words in them to go by without. */
const styles: Readonly<Record<NodeKind, BoxStyle>> = {
  input: { fill: fills.other, stroke: ink },
  convolution: { fill: fills.weights, stroke: blue },
  separable: { fill: fills.separable, stroke: green },
  dilated: { fill: fills.dilated, stroke: purple },
  pooling: { fill: fills.pooling, stroke: orange },
  identity: { fill: page, stroke: soft },
  zero: { fill: page, stroke: soft, dashed: true },
  other: { fill: fills.other, stroke: soft },
  sum: { fill: fills.joins, stroke: joining, radius: 12 },
  concat: { fill: fills.joins, stroke: joining, radius: 4 },
  state: { fill: fills.joins, stroke: joining, radius: 12 },
  output: { fill: fills.other, stroke: ink },
};

export const nodeKinds = Object.keys(styles) as readonly NodeKind[];

const FONT = 12;
const HEIGHT = 24;

/** The graph with the operations on its edges as nodes of their own. */
function withOperations({ nodes, edges, ...graph }: OperationGraph): OperationGraph {
  const all = [...nodes];
  const ways = edges.flatMap(([from, to, label, kind], i): GraphEdge[] => {
    if (label === undefined || kind === "skip") return [[from, to, undefined, kind]];
    const id = `operation ${i} from ${from} to ${to}`;
    all.push({ id, label, kind: kind ?? "other" });
    return [
      [from, id],
      [id, to],
    ];
  });
  return { ...graph, nodes: all, edges: ways };
}

export function drawGraph(given: OperationGraph): Drawn {
  const graph = withOperations(given);
  const down = graph.direction === "down";
  const ends = (id: string) =>
    Math.max(...[0, 1].map(end => graph.edges.filter(edge => edge[end] === id).length));
  const sizeOf = (node: GraphNode): Size => {
    // Where many edges end, they have room side by side.
    const room = 8 * ends(node.id);
    const width = textWidth(node.label, FONT) + 16;
    return down
      ? { width: Math.max(width, room), height: HEIGHT }
      : { width, height: Math.max(HEIGHT, room) };
  };
  const { nodes, edges, width, height } = layOut(graph, sizeOf);
  const elements = [text(0, 14, graph.title, { anchor: "start", bold: true, size: 13 })];
  const top = TITLE + 4;
  elements.push(`<g transform="translate(0 ${top})">`);
  // So that two bundles can be told apart where they cross.
  const second = nodes.filter(({ node }) => node.kind === "input")[1]?.node.id;
  for (const { edge, points } of edges) {
    const isSkip = edge[3] === "skip";
    const style = { down, dashed: isSkip || edge[0] === second, colour: isSkip ? soft : ink };
    elements.push(isSkip && points.length === 4 ? arc(points, style) : curve(points, style));
  }
  for (const { node, at, width: w, height: h } of nodes) {
    elements.push(
      box(at[0], at[1], w, h, styles[node.kind]),
      text(at[0], at[1] + 4, node.label, { size: FONT }),
    );
  }
  elements.push("</g>");
  return { elements, width: Math.max(width, textWidth(graph.title, 13.5)), height: top + height };
}
