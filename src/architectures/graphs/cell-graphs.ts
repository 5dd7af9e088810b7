/** A network's cells as graphs for pictures: operations as nodes, blocks as sums, and the concatenation behind them. */
import type { GraphNode, NodeKind, OperationGraph } from "../operation-graph.js";
import { type Cell, INPUTS, outputStates, sides } from "../cells/cell.js";
import type { CellConvention } from "../cells/conventions.js";
import type { CellNetwork } from "../cells/network.js";
import type { Operation } from "../cells/operation.js";
import { cellOperations } from "../cells/operations.js";

/** Its normal and its reduction cell; once, where they are the same. */
export function cellGraphs({ normal, reduction, convention, operations }: CellNetwork): OperationGraph[] {
  const options = { convention, ...(operations && { operations }) };
  if (JSON.stringify(normal) === JSON.stringify(reduction)) {
    return [cellGraph(normal, { ...options, title: "normal and reduction cell" })];
  }
  return [
    cellGraph(normal, { ...options, title: "normal cell" }),
    cellGraph(reduction, { ...options, title: "reduction cell" }),
  ];
}

export interface CellGraphOptions {
  /** Says which input is which, and what the loose ends are. Default: inputs 0 and 1 that are no loose ends. */
  readonly convention?: Pick<CellConvention, "first" | "looseInputs">;
  readonly operations?: readonly Operation[];
  /** Default `"cell"`. */
  readonly title?: string;
}

/** A cell as a graph; `h` is the output of the cell before it, `h−1` that of the one before that. */
export function cellGraph(cell: Cell, options: CellGraphOptions = {}): OperationGraph {
  const { convention, operations = [], title = "cell" } = options;
  const names = convention
    ? convention.first === "current"
      ? ["h", "h−1"]
      : ["h−1", "h"]
    : ["input 0", "input 1"];
  const output = outputStates(cell, convention?.looseInputs ?? false);
  const used = new Set([...cell.blocks.flatMap(block => sides.map(side => block[side].state)), ...output]);
  const id = (state: number) => (state < INPUTS ? `input ${state}` : `block ${state - INPUTS + 1}`);
  // The cell before this one first, in all conventions.
  const inputs = names[0] === "h−1" ? [1, 0] : [0, 1];
  const nodes = inputs.flatMap((state): GraphNode[] =>
    used.has(state) ? [{ id: id(state), label: names[state], kind: "input" }] : [],
  );
  const edges: [string, string, string?, NodeKind?][] = [];
  for (const [b, block] of cell.blocks.entries()) {
    const joins = `block ${b + 1}`;
    nodes.push({ id: joins, label: `${block.combine ?? "sum"} ${b + 1}`, kind: block.combine ?? "sum" });
    for (const side of sides) {
      const { op, state } = block[side];
      const operation = operations.find(({ name }) => name === op) ?? cellOperations.get(op);
      edges.push([id(state), joins, operationLabel(op), kindOf(op, operation)]);
    }
  }
  nodes.push({
    id: "output",
    label: output.length > 1 ? "concat" : "output",
    kind: output.length > 1 ? "concat" : "output",
  });
  for (const state of output) edges.push([id(state), "output"]);
  return { title, nodes, edges };
}

function kindOf(name: string, operation: Operation | undefined): NodeKind {
  const { kind = "other" } = operation ?? {};
  if (kind === "none") return "zero";
  return cellOperations.has(name) && name.startsWith("dil") ? "dilated" : kind;
}

const words: Readonly<Record<string, string>> = { dilsep: "dil sep", dil: "dil conv" };

/** `"sep3"` as `"sep 3×3"`; a name that no built-in operation has as it is. */
function operationLabel(name: string): string {
  if (!cellOperations.has(name)) return name;
  const [, kind, kernel, twice] = /^([a-z]+)(\d)(x2)?$/.exec(name) ?? [];
  if (kind === undefined) return name.replaceAll("x", "×").replace("-", ", ");
  return `${words[kind] ?? kind} ${kernel}×${kernel}${twice ? ", twice" : ""}`;
}
