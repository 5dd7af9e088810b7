/**
 * Networks of NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv 2001.00326; the topology space of NATS-Bench): one cell, a
 * graph whose edges are operations and whose nodes are sums, N times in each of three stages.
 *
 * Stem 3 × 3 to C channels; stages of C, 2 C and 4 C channels, with a residual block of stride 2 before the second and
 * the third; batch normalisation, ReLU, mean, classifier. The benchmark has four nodes, five operations, C = 16 and N = 5;
 * here they may be others, and an edge may be missing. Public code: D-X-Y/AutoDL-Projects
 * xautodl/models/cell_infers/tiny_network.py.
 */
import type { Assembly, Feature, Operators } from "../../networks/assembly/operators.js";
import { normed } from "../../networks/assembly/operators.js";
import type { AnyArchitecture, Family } from "../family.js";
import { type EdgeOperation, edgeOperations } from "./operations.js";
import type { Edge } from "./text.js";

/** A network of NAS-Bench-201's kind. */
export interface NasBench201Architecture extends AnyArchitecture {
  readonly family: Family<NasBench201Architecture>;
  /** For each node after the first, the edges that lead to it; the last node is the cell's output. */
  readonly nodes: readonly (readonly Edge[])[];
  /** C: channels of the first stage, doubled in each that follows. */
  readonly channels: number;
  /** N: cells of each stage. */
  readonly cells: number;
  readonly stages: number;
  /** Operations of one's own that the cell names; the built-in ones need not be given. */
  readonly operations?: readonly EdgeOperation[];
}

/** The operation of that name, one's own first. */
export function operationOf(
  architecture: Pick<NasBench201Architecture, "operations">,
  name: string,
): EdgeOperation | undefined {
  const { operations } = architecture;
  return operations?.find(own => own.name === name) ?? edgeOperations.get(name);
}

/** Walks a network from image to logits. */
export function assemble<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  architecture: NasBench201Architecture,
): F {
  const { nodes } = architecture;
  const built: EdgeOperation[] = [];
  for (const edges of nodes) {
    for (const { operation } of edges) built.push(operationOf(architecture, operation)!);
  }
  return assembleAround(ops, image, architecture, (x, place) => walkCell(ops, x, nodes, built, place));
}

/**
 * The network around its cells.
 *
 * @param cell one cell, given its input; `place` is what its layers' names begin with, none for an interpreter without names
 */
export function assembleAround<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  { channels, cells, stages, classes = 1000 }: Omit<NasBench201Architecture, "nodes">,
  cell: (x: F, place?: string) => F,
): F {
  ops.scope("stem");
  let x = normed(ops, "", image, channels, 3, 1, 1);
  for (let stage = 1; stage <= stages; stage++) {
    if (stage > 1) {
      ops.scope(`s${stage}.reduction`);
      x = reduction(ops, x);
    }
    if (ops.repeat) {
      x = ops.repeat(cells, x, y => cell(y));
      continue;
    }
    for (let i = 1; i <= cells; i++) x = cell(x, `s${stage}.cell${i}`);
  }
  ops.scope("head");
  x = ops.activation("act", ops.batchnorm("bn", x), "relu");
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

/**
 * One cell.
 *
 * @param built the operations of its edges, node after node
 * @param place none for an interpreter that needs no names
 */
function walkCell<F extends Feature>(
  ops: Assembly<F>,
  input: F,
  nodes: NasBench201Architecture["nodes"],
  built: readonly EdgeOperation[],
  place?: string,
): F {
  const states = [input];
  let at = 0;
  for (let n = 0; n < nodes.length; n++) {
    const edges = nodes[n];
    const terms: F[] = [];
    for (let e = 0; e < edges.length; e++) {
      if (place !== undefined) ops.scope(`${place}.n${n + 1}.${edgeName(edges, e)}`);
      terms.push(built[at++].build(ops, states[edges[e].from]));
    }
    if (place !== undefined) ops.scope(`${place}.n${n + 1}`);
    states.push(sum(ops, terms));
  }
  return states[nodes.length];
}

/** Counting walks hundreds of thousands of cells per second, most of whose nodes have few edges. */
function sum<F extends Feature>(ops: Operators<F>, terms: readonly F[]): F {
  if (terms.length === 1) return terms[0];
  if (terms.length === 2) return ops.add("sum", terms[0], terms[1]);
  if (terms.length === 3) return ops.add("sum", terms[0], terms[1], terms[2]);
  return ops.add("sum", terms[0], ...terms.slice(1));
}

/** `e<node that it reads>`, with a number behind it where an edge before it reads the same. */
export function edgeName(edges: readonly Edge[], e: number): string {
  const { from } = edges[e];
  let earlier = 0;
  for (let i = 0; i < e; i++) if (edges[i].from === from) earlier++;
  return earlier === 0 ? `e${from}` : `e${from}_${earlier + 1}`;
}

/** A basic block of stride 2 to twice the channels; its shortcut is a mean of 2 × 2 and a 1 × 1 convolution alone. */
function reduction<F extends Feature>(ops: Operators<F>, x: F): F {
  const channels = 2 * x.channels;
  let y = normed(ops, "1", ops.activation("act1", x, "relu"), channels, 3, 2, 1);
  y = normed(ops, "2", ops.activation("act2", y, "relu"), channels, 3, 1, 1);
  // On an odd size the mean at the edge is of what is there, so that both branches have one size.
  const mean = ops.pool("pool_shortcut", x, "average", 2, 2, "same");
  return ops.add("sum", y, ops.conv("conv_shortcut", mean, channels));
}
