/**
 * Pictures of cells: operations coloured by kind, laid out in layers from the inputs to the output, normal and reduction
 * cells side by side. Any family draws its own: it says what its graphs are (`Family.graphs`), and a graph can be given
 * by itself.
 */
import { expectList } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { checkArchitecture, familyOf } from "../../architectures/families.js";
import type { GivenArchitecture } from "../../architectures/family.js";
import type { OperationGraph } from "../../architectures/operation-graph.js";
import { CellDiagram } from "./cell-picture.js";
import { drawGraph, nodeKinds } from "./draw-graph.js";
import { sideBySide } from "./svg.js";

/**
 * The picture of an architecture's cells, or of graphs.
 *
 * @param given an architecture whose family draws cells, such as `zoo("NASNet-A-mobile").architecture`, or one graph or more
 * @throws RangeError for a family that draws none, and for a graph whose edges lead to no node
 * @throws NetworkError for an architecture that no network can have
 * @example
 * ```ts
 * cellDiagram(zoo("DARTS-V2-cifar").architecture).svg.startsWith("<svg"); // => true
 * ```
 */
export function cellDiagram(
  given: GivenArchitecture | OperationGraph | readonly OperationGraph[],
): CellDiagram {
  const [name, graphs] = graphsOf(given);
  for (const [i, graph] of graphs.entries()) requireGraph(graph, i);
  const drawn = graphs.map(drawGraph);
  const all = graphs.map(inWords);
  const titles = graphs.map(({ title }) => title).join(" and ");
  const title = name === undefined ? titles : `${name}: ${titles}`;
  const description = name === undefined ? all.join("\n") : [name, ...all].join("\n");
  return new CellDiagram(
    sideBySide(drawn, title, description),
    description,
    drawn.map((panel, i) => sideBySide([panel], graphs[i].title, all[i])),
  );
}

function graphsOf(given: unknown): [name: string | undefined, graphs: readonly OperationGraph[]] {
  if (Array.isArray(given)) {
    expectList("cellDiagram", "graphs", given, { title: "text" });
    if (given.length > 0) return [undefined, given as readonly OperationGraph[]];
  } else if (isObject(given)) {
    if ("edges" in given) return [undefined, [given as unknown as OperationGraph]];
    const architecture = given as GivenArchitecture;
    checkArchitecture("cellDiagram", architecture);
    const family = familyOf(architecture);
    const graphs = family.graphs?.(architecture);
    if (graphs && graphs.length > 0) return [architecture.name ?? family.title(architecture), graphs];
    throw new RangeError(
      `cellDiagram: expected an architecture that has cells, got one of family ${family.name}; structureDiagram(build(architecture)) draws every network`,
    );
  }
  throw new RangeError(
    `cellDiagram: expected an architecture, such as zoo("NASNet-A-mobile").architecture, or graphs { title, nodes, edges }, got ${say(given)}`,
  );
}

function requireGraph({ title, nodes, edges }: OperationGraph, index: number): void {
  const of = `cellDiagram: graph ${index + 1}${typeof title === "string" ? ` (${title})` : ""}`;
  if (typeof title !== "string" || !Array.isArray(nodes) || nodes.length === 0 || !Array.isArray(edges)) {
    throw new RangeError(`${of}: expected a title, nodes and edges, got ${say({ title, nodes, edges })}`);
  }
  const known = new Set<unknown>();
  for (const node of nodes as OperationGraph["nodes"]) {
    const isNode = isObject(node) && typeof node.id === "string" && typeof node.label === "string";
    if (!isNode || !nodeKinds.includes(node.kind)) {
      throw new RangeError(
        `${of}: expected nodes { id, label, kind } of kind ${nodeKinds.join(", ")}, got ${say(node)}`,
      );
    }
    if (known.has(node.id))
      throw new RangeError(`${of}: expected nodes of different ids, got ${say(node.id)} twice`);
    known.add(node.id);
  }
  for (const edge of edges as OperationGraph["edges"]) {
    const isEdge = Array.isArray(edge) && known.has(edge[0]) && known.has(edge[1]);
    if (isEdge && edge[0] !== edge[1]) continue;
    throw new RangeError(`${of}: expected edges [from, to] between its nodes, got ${say(edge)}`);
  }
}

/** A line for what each node reads. */
function inWords({ title, nodes, edges }: OperationGraph): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const lines = nodes.flatMap(({ id, label }) => {
    const read = edges.filter(([, to]) => to === id);
    if (read.length === 0) return [];
    const parts = read.map(([from, , operation, kind]) => {
      const name = labels.get(from)!;
      if (operation === undefined || kind === "skip") return name;
      return `${operation} of ${name}`;
    });
    return [`  ${label}: ${parts.join(", ")}`];
  });
  return [title, ...lines].join("\n");
}
