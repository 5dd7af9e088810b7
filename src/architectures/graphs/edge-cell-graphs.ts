/** A cell of NAS-Bench-201's kind as a graph for pictures: operations on the edges between nodes, which are sums. */
import type { GraphEdge, GraphNode, NodeKind, OperationGraph } from "../operation-graph.js";
import type { NasBench201Architecture } from "../nas-bench-201/architecture.js";

/** Of built-in operations: how they are written in a picture, and what they are. */
const words: readonly (readonly [name: RegExp, label: string, kind: NodeKind])[] = [
  [/^none$/, "none", "zero"],
  [/^skip_connect$/, "identity", "identity"],
  [/^nor_conv_(\d)x\d$/, "conv $1×$1", "convolution"],
  [/^(avg|max)_pool_(\d)x\d$/, "$1 $2×$2", "pooling"],
];

export function cellGraphs({ nodes }: NasBench201Architecture): OperationGraph[] {
  const drawn: GraphNode[] = [{ id: "0", label: "input", kind: "input" }];
  const edges: GraphEdge[] = [];
  for (const [n, read] of nodes.entries()) {
    const isLast = n === nodes.length - 1;
    drawn.push({
      id: `${n + 1}`,
      label: isLast ? "output" : `sum ${n + 1}`,
      kind: isLast ? "output" : "state",
    });
    for (const { operation, from } of read) {
      const [name, label, kind] = words.find(([known]) => known.test(operation)) ?? [];
      edges.push([
        `${from}`,
        `${n + 1}`,
        name ? operation.replace(name, label!) : operation,
        kind ?? "other",
      ]);
    }
  }
  return [{ title: "cell", nodes: drawn, edges }];
}
