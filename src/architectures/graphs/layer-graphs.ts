/** A layer stack as a graph for pictures: layers in a row, and dashed what they read of earlier ones. */
import { heightOf, kernelText, widthOf } from "../../networks/window.js";
import type { LayerStack, StackLayer } from "../layers/layer-stack.js";
import { operationOf } from "../layers/operations.js";
import type { GraphEdge, GraphNode, NodeKind, OperationGraph } from "../operation-graph.js";

const kinds: Readonly<Record<string, NodeKind>> = {
  conv: "convolution",
  separable: "separable",
  max: "pooling",
  average: "pooling",
};

export function layerGraphs({ joins, stem, layers, reductions = [] }: LayerStack): OperationGraph[] {
  const nodes: GraphNode[] = [{ id: "0", label: stem ? "stem" : "image", kind: "input" }];
  const edges: GraphEdge[] = [];
  const loose = new Set(["0"]);
  let before = "0";
  for (const [i, layer] of layers.entries()) {
    const id = `${i + 1}`;
    // ENAS's final networks activate first, all of them.
    const name = operationOf(layer.operation).name.replace(/^preactivated-/, "");
    const kind = Object.entries(kinds).find(([start]) => name.startsWith(start))?.[1] ?? "other";
    nodes.push({ id, label: labelOf(i + 1, name, layer), kind });
    const from = (layer.from ?? []).map(String);
    // Joined before its operation, it reads what it names alone; behind it, the layer before as well.
    const main = joins !== "before" ? before : from.includes(before) ? before : (from.at(-1) ?? "0");
    // A straight line to a layer further on would lie behind those between.
    edges.push(main === before ? [main, id] : [main, id, undefined, "skip"]);
    for (const each of from) if (each !== main) edges.push([each, id, undefined, "skip"]);
    for (const each of [main, ...from]) loose.delete(each);
    loose.add(id);
    before = id;
    if (!reductions.includes(i + 1)) continue;
    nodes.push({ id: `reduction ${id}`, label: "reduction, /2", kind: "other" });
    edges.push([id, `reduction ${id}`]);
    before = `reduction ${id}`;
  }
  nodes.push({ id: "classifier", label: "classifier", kind: "output" });
  edges.push([before, "classifier"]);
  const last = `${layers.length}`;
  // What nothing reads is concatenated before the classifier.
  if (joins === "before") {
    for (const each of loose) if (each !== last) edges.push([each, "classifier", undefined, "skip"]);
  }
  return [{ title: "layers", nodes, edges, direction: "down" }];
}

function labelOf(number: number, name: string, { kernel = 3, stride = 1 }: StackLayer): string {
  const strides = heightOf(stride) * widthOf(stride) > 1 ? `, /${kernelText(stride)}` : "";
  return `${number}: ${name} ${kernelText(kernel)}${strides}`;
}
