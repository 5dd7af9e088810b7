/**
 * Supernets of cells (DARTS, arXiv 1806.09055; ENAS, arXiv 1802.03268). All normal cells share their choices, and all reduction
 * cells theirs; where the space has one cell for both, all cells do.
 *
 * In a space whose nodes keep edges from two states that differ, each state is one edge into a node, with every operation, and
 * a path has two of them; relaxed, `none` is among the operations, as DARTS has it. In others each of a node's two sides is an
 * edge that chooses a state and an operation at once, `sep3@0`, each with weights of its own, as ENAS has them.
 */
import { assemble } from "../../../architectures/cells/assemble.js";
import {
  type Cell,
  type CellBlock,
  INPUTS,
  outputStates,
  type Side,
  sides,
} from "../../../architectures/cells/cell.js";
import { type CellNetwork, kindOf, reductionsOf } from "../../../architectures/cells/network.js";
import {
  type CellPlace,
  inputStates,
  operationIn,
  parametersAt,
  requireState,
} from "../../../architectures/cells/walk-cell.js";
import type { Feature } from "../../../networks/assembly/operators.js";
import { strongest } from "../alpha.js";
import { unaffine } from "../relaxed-operators.js";
import { type EdgeToShare, type SharedAssembly, sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";

type Kind = "normal" | "reduction";
const kinds: readonly Kind[] = ["normal", "reduction"];

/** One edge of a node: what it chooses between, operations on states. */
interface Choice {
  /** `"e0"`, `"left"`. */
  readonly at: string;
  readonly options: readonly (Side & { readonly name: string })[];
}

export const cellsSupernets: SupernetFamily<CellNetwork> = {
  family: "Cells",
  fixed: network => ({
    cells: network.cells,
    filters: network.filters,
    stem: network.stem,
    convention: network.convention,
    reductions: reductionsOf(network),
    skipsReduction: network.skipsReduction ?? false,
    epsilon: network.epsilon ?? null,
    "operations of one's own": (network.operations ?? []).map(({ name }) => name),
    blocks: kinds.map(kind => network[kind].blocks.length),
    outputs: kinds.map(kind => network[kind].output),
    "concatenating blocks": kinds.map(kind =>
      network[kind].blocks.map(({ combine }) => combine === "concat"),
    ),
  }),
  design(plan) {
    const { caller, name, examples, classes, resolution } = plan;
    const [base] = examples;
    if (kinds.some(kind => base[kind].blocks.some(({ combine }) => combine === "concat"))) {
      throw new RangeError(
        `${caller}: expected cells whose blocks are sums, got some of ${plan.space.name} that concatenate; their widths are not shared`,
      );
    }
    const isOne = examples.every(({ normal, reduction }) => normal === reduction);
    const byEdge = examples.every(example => kinds.every(kind => example[kind].blocks.every(readsTwo)));
    const relaxed = plan.form === "relaxed" || (plan.form === undefined && byEdge);
    /** What choices are called by: all cells share theirs where there is one cell. */
    const label = (kind: Kind): string => (isOne ? "cell" : kind);
    const nodesOf = (kind: Kind): (readonly Choice[])[] => {
      const cells = isOne ? examples.map(({ normal }) => normal) : examples.map(example => example[kind]);
      return cells[0].blocks.map((_, b) => {
        const blocks = cells.map(({ blocks: all }) => all[b]);
        return byEdge ? edgesInto(blocks, relaxed) : sidesOf(blocks);
      });
    };
    const nodes: Readonly<Record<Kind, readonly (readonly Choice[])[]>> = {
      normal: nodesOf("normal"),
      reduction: nodesOf("reduction"),
    };
    const walk = <F extends Feature>(
      ops: SharedAssembly<F>,
      kind: Kind,
      cell: Cell,
      place: CellPlace,
      previous: F | undefined,
      current: F,
    ): F => {
      const inside = relaxed ? unaffine(ops) : ops;
      const states = inputStates(inside, place, previous, current);
      for (const [n, choices] of nodes[kind].entries()) {
        const node = `n${n + 1}`;
        const edges = choices.map(
          ({ at, options }): EdgeToShare<F> => ({
            name: `${label(kind)}.${node}.${at}`,
            at,
            operations: options.map(({ name: option, op, state }) => ({
              name: option,
              build: () => operationOn(inside, op, states[state], state, place, relaxed),
            })),
          }),
        );
        states.push(ops.share(`${place.scope}.${node}`, `${label(kind)}.${node}`, edges));
      }
      return output(inside, states, label(kind), cell, place);
    };
    const shared = sharedNetwork({ name, classes, resolution }, (ops, image) =>
      assemble(ops, image, { ...base, classes }, (_, cell, place, previous, current) =>
        walk(ops, place.stride === 1 ? "normal" : "reduction", cell, place, previous, current),
      ),
    );
    const edges = new Set(shared.sums.flatMap(sum => sum.edges.map(edge => edge.name)));
    const kindsHere = kinds.filter(kind => edges.has(`${label(kind)}.n1.${nodes[kind][0][0].at}`));
    return {
      ...shared,
      *chosen(network) {
        if (isOne && network.normal !== network.reduction && !alike(network.normal, network.reduction)) {
          throw new RangeError(
            `mixture: expected one cell for both kinds, as ${plan.space.name} has it, got two that differ`,
          );
        }
        for (const kind of isOne ? kindsHere.slice(0, 1) : kindsHere) {
          for (const [b, block] of network[kind].blocks.entries()) {
            for (const side of sides) {
              const { op, state } = block[side];
              yield byEdge
                ? [`${label(kind)}.n${b + 1}.e${state}`, op]
                : [`${label(kind)}.n${b + 1}.${side}`, `${op}@${state}`];
            }
          }
          if (network[kind].output !== "loose") continue;
          for (const state of outputStates(network[kind], network.convention.looseInputs))
            yield [`${label(kind)}.output.s${state}`, "output"];
        }
      },
      discretise(alpha) {
        const found = (kind: Kind): Cell => {
          if (!kindsHere.includes(kind)) return base[kind];
          const blocks = nodes[kind].map((choices, n): CellBlock => {
            const numbers = ({ at }: Choice) => alpha.get(`${label(kind)}.n${n + 1}.${at}`)!;
            const [left, right] = byEdge
              ? twoStrongest(choices, numbers)
              : choices.map(choice => choice.options[strongest(numbers(choice))]);
            return { left: { op: left.op, state: left.state }, right: { op: right.op, state: right.state } };
          });
          return { blocks, output: base[kind].output };
        };
        const normal = found("normal");
        return { ...base, normal, reduction: isOne ? normal : found("reduction") };
      },
      layerOf(network, layer) {
        const [, place, b, side, operator] =
          /^((?:stem\.)?cell\d+)\.b(\d+)\.(left|right)\.(.*)$/.exec(layer) ?? [];
        if (place === undefined) return layer;
        const kind = place.startsWith("stem.") ? "reduction" : kindOf(network, place);
        const { op, state } = network[kind].blocks[Number(b) - 1][side as "left" | "right"];
        return byEdge
          ? `${place}.n${b}.e${state}.${op}.${operator}`
          : `${place}.n${b}.${side}.${op}@${state}.${operator}`;
      },
    };
  },
};

const readsTwo = ({ left, right }: CellBlock): boolean => left.state !== right.state;

const alike = (a: Cell, b: Cell): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Edges into a node from all states that its blocks read in some architecture, with all operations that they have there. */
function edgesInto(blocks: readonly CellBlock[], relaxed: boolean): Choice[] {
  const read = blocks.flatMap(({ left, right }) => [left, right]);
  const operations = unique(read.map(({ op }) => op));
  if (relaxed && !operations.includes("none")) operations.unshift("none");
  return unique(read.map(({ state }) => state))
    .toSorted((a, b) => a - b)
    .map(state => ({ at: `e${state}`, options: operations.map(op => ({ name: op, op, state })) }));
}

/** The two sides of a node, each with every operation on every state that it has in some architecture. */
const sidesOf = (blocks: readonly CellBlock[]): Choice[] =>
  sides.map(side => {
    const read = blocks.map(block => block[side]);
    const operations = unique(read.map(({ op }) => op));
    const states = unique(read.map(({ state }) => state)).toSorted((a, b) => a - b);
    return {
      at: side,
      options: states.flatMap(state => operations.map(op => ({ name: `${op}@${state}`, op, state }))),
    };
  });

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

function operationOn<F extends Feature>(
  ops: SharedAssembly<F>,
  op: string,
  x: F,
  state: number,
  place: CellPlace,
  relaxed: boolean,
): F {
  const operation = operationIn(place, op);
  const y = operation.build(ops, x, parametersAt(place, state));
  requireState(operation, y, place.out);
  return relaxed && operation.kind === "pooling" ? ops.batchnorm("norm", y) : y;
}

/**
 * What a cell gives. Loose ends differ from path to path, and so would the channels of their concatenation: instead each state
 * that may be one has a 1 × 1 convolution to the cell's filters, of which a path adds those of its loose ends, normalised. That
 * is ENAS' 1 × 1 convolution over the concatenation, with rows of its weights gathered.
 */
function output<F extends Feature>(
  ops: SharedAssembly<F>,
  states: readonly F[],
  label: string,
  cell: Cell,
  { scope, convention, out, stride, epsilon }: CellPlace,
): F {
  if (cell.output !== "loose") {
    const given = outputStates(cell, convention.looseInputs).map(state => states[state]);
    ops.scope(scope);
    return given.length === 1 ? given[0] : ops.concat("concat", given);
  }
  const first = convention.looseInputs ? 0 : INPUTS;
  const edges = states.slice(first).map((x, i): EdgeToShare<F> => {
    const state = first + i;
    return {
      name: `${label}.output.s${state}`,
      at: `s${state}`,
      operations: [
        {
          name: "output",
          build: () =>
            ops.conv("conv", ops.activation("relu", x, "relu"), out, { stride: state < INPUTS ? stride : 1 }),
        },
      ],
    };
  });
  const sum = ops.share(`${scope}.output`, `${label}.output`, edges);
  return ops.batchnorm("bn", sum, epsilon === undefined ? undefined : { epsilon });
}

/**
 * DARTS' rule: of a node the two edges whose strongest operation that is not `none` has the largest share, each with that
 * operation, in the order of their states.
 */
function twoStrongest(
  choices: readonly Choice[],
  numbers: (choice: Choice) => Float64Array,
): readonly Side[] {
  const found = choices.map(choice => {
    const alpha = numbers(choice);
    // Shares of different edges are compared, so it is those of the softmax and not α.
    const most = Math.max(...alpha);
    const sum = alpha.reduce((total, value) => total + Math.exp(value - most), 0);
    let best: { readonly option: Side; readonly share: number } | undefined;
    for (const [i, option] of choice.options.entries()) {
      const share = Math.exp(alpha[i] - most) / sum;
      if (option.op !== "none" && (best === undefined || share > best.share)) best = { option, share };
    }
    return best!;
  });
  return found
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ option }) => option)
    .toSorted((a, b) => a.state - b.state);
}
