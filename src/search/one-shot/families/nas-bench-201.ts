/**
 * Supernets of cells of NAS-Bench-201's kind: every edge with every operation that the space gives it, one sum for each node.
 * All cells of a network are one cell, and share its choices; stem, residual reductions and classifier are shared as they are.
 * Relaxed, normalisations in cells have neither scale nor shift; pools have none, as in the benchmark's own code.
 */
import {
  assembleAround,
  edgeName,
  type NasBench201Architecture,
  operationOf,
} from "../../../architectures/nas-bench-201/architecture.js";
import type { Edge } from "../../../architectures/nas-bench-201/text.js";
import type { Feature } from "../../../networks/assembly/operators.js";
import { strongest } from "../alpha.js";
import { unaffine } from "../relaxed-operators.js";
import { type SharedAssembly, sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";

/** An edge of the cell, and all that it may do. */
interface Choice {
  /** `"e0"`, `"e0_2"`. */
  readonly at: string;
  readonly from: number;
  readonly operations: string[];
}

export const nasBench201Supernets: SupernetFamily<NasBench201Architecture> = {
  family: "NAS-Bench-201",
  fixed: ({ nodes, channels, cells, stages, operations = [] }) => ({
    nodes: nodes.length,
    channels,
    cells,
    stages,
    "operations of one's own": operations.map(({ name }) => name),
  }),
  design({ name, examples, classes, resolution, form }) {
    const [base] = examples;
    const nodes = base.nodes.map((_, n) => choicesAt(examples.map(example => example.nodes[n])));
    const cell = <F extends Feature>(ops: SharedAssembly<F>, input: F, place: string): F => {
      const inside = form === "relaxed" ? unaffine(ops) : ops;
      const states = [input];
      for (const [n, choices] of nodes.entries()) {
        const edges = choices.map(({ at, from, operations }) => ({
          name: `n${n + 1}.${at}`,
          at,
          operations: operations.map(operation => ({
            name: operation,
            build: () => operationOf(base, operation)!.build(inside, states[from]),
          })),
        }));
        states.push(ops.share(`${place}.n${n + 1}`, `n${n + 1}`, edges));
      }
      return states[nodes.length];
    };
    const shared = sharedNetwork({ name, classes, resolution }, (ops, image) =>
      assembleAround(ops, image, { ...base, classes }, (x, place) => cell(ops, x, place!)),
    );
    return {
      ...shared,
      *chosen(architecture) {
        for (const [n, edges] of architecture.nodes.entries()) {
          for (const [e, { operation }] of edges.entries())
            yield [`n${n + 1}.${edgeName(edges, e)}`, operation];
        }
      },
      discretise: alpha => ({
        ...base,
        nodes: nodes.map((choices, n) =>
          choices.map(({ at, from, operations }) => ({
            operation: operations[strongest(alpha.get(`n${n + 1}.${at}`)!)],
            from,
          })),
        ),
      }),
      layerOf(architecture, layer) {
        const [, place, n, at, operator] =
          /^(s\d+\.cell\d+\.n(\d+))\.(e\d+(?:_\d+)?)\.(.*)$/.exec(layer) ?? [];
        if (place === undefined) return layer;
        const edges = architecture.nodes[Number(n) - 1] ?? [];
        const edge = edges.find((_, e) => edgeName(edges, e) === at);
        return edge ? `${place}.${at}.${edge.operation}.${operator}` : layer;
      },
    };
  },
};

/** The edges that lead to a node in some architecture, with the operations that they have there, in order. */
function choicesAt(nodes: readonly (readonly Edge[])[]): Choice[] {
  const choices = new Map<string, Choice>();
  for (const edges of nodes) {
    for (const [e, { operation, from }] of edges.entries()) {
      const at = edgeName(edges, e);
      const choice = choices.get(at) ?? { at, from, operations: [] };
      choices.set(at, choice);
      if (!choice.operations.includes(operation)) choice.operations.push(operation);
    }
  }
  return [...choices.values()].toSorted((a, b) => a.from - b.from);
}
