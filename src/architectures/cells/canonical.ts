/** Cells that are the same but for the order in which they are written: sides that change places, blocks that are numbered otherwise. */
import { type Cell, type CellBlock, INPUTS, outputStates } from "./cell.js";
import { type CellNetwork, reductionsOf } from "./network.js";

/**
 * A text that is equal for networks that compute the same but for the order of their weights: sums do not look at the order
 * of their sides, nor the next cell at that of what is concatenated; blocks that lead nowhere do not count.
 */
export function canonicalCells(network: CellNetwork): string {
  const { normal, reduction, convention, cells, filters, stem, skipsReduction = false, epsilon } = network;
  const {
    name: _name,
    auxiliaryAt: _at,
    dropPath: _share,
    dropsReducedIdentity: _drops,
    ...rules
  } = convention;
  const reductions = reductionsOf(network);
  const reduces = reductions.length > 0 || stem.kind === "nasnet";
  return JSON.stringify([
    canonicalCell(normal, convention.looseInputs),
    reduces ? canonicalCell(reduction, convention.looseInputs) : "",
    Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)),
    [cells, filters, stem.kind, stem.width, reductions, skipsReduction, epsilon ?? null],
  ]);
}

/** Orders that are tried at most where blocks cannot be told apart by what they compute. */
const MOST_ORDERS = 5040;

/**
 * One cell: its blocks in the order of what they compute, those that compute alike in the order that gives the least text.
 * Two blocks may compute alike and are two all the same, since each has weights of its own.
 */
export function canonicalCell(cell: Cell, looseInputs: boolean): string {
  const { blocks } = cell;
  const output = outputStates(cell, looseInputs);
  const alive = reached(blocks, output);
  const [depths, texts] = [
    [0, 0],
    ["0", "1"],
  ];
  for (const { left, right, combine } of blocks) {
    depths.push(1 + Math.max(depths[left.state], depths[right.state]));
    texts.push(joined(`${left.op}(${texts[left.state]})`, `${right.op}(${texts[right.state]})`, combine));
  }
  const key = (state: number) => `${String(depths[state]).padStart(3, "0")} ${texts[state]}`;
  const groups = new Map<string, number[]>();
  for (const state of alive) groups.set(key(state), [...(groups.get(key(state)) ?? []), state]);
  const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, states]) => states);
  let least: string | undefined;
  let tried = 0;
  for (const order of orders(ordered)) {
    const text = written(blocks, output, order);
    if (least === undefined || text < least) least = text;
    if (++tried >= MOST_ORDERS) break;
  }
  return least ?? "";
}

/** Blocks that lead to the output, as states. */
function reached(blocks: readonly CellBlock[], output: readonly number[]): number[] {
  const alive = new Set(output);
  for (let state = INPUTS + blocks.length - 1; state >= INPUTS; state--) {
    if (!alive.has(state)) continue;
    const { left, right } = blocks[state - INPUTS];
    alive.add(left.state).add(right.state);
  }
  return [...alive].filter(state => state >= INPUTS).sort((a, b) => a - b);
}

const joined = (left: string, right: string, combine: CellBlock["combine"]): string =>
  (left <= right ? [left, right] : [right, left]).join(combine === undefined ? "+" : "|");

/** All orders of the states of each group, one group behind the other. */
function* orders(groups: readonly (readonly number[])[]): Generator<readonly number[]> {
  const [first, ...rest] = groups;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const order of permutations(first)) for (const others of orders(rest)) yield [...order, ...others];
}

function* permutations(states: readonly number[]): Generator<readonly number[]> {
  if (states.length <= 1) yield states;
  else
    for (const state of states) {
      for (const rest of permutations(states.filter(other => other !== state))) yield [state, ...rest];
    }
}

/** The blocks in this order, their states numbered by it. */
function written(blocks: readonly CellBlock[], output: readonly number[], order: readonly number[]): string {
  const numbers = new Map([[0, 0], [1, 1], ...order.map((state, i) => [state, INPUTS + i] as const)]);
  const texts = order.map(state => {
    const { left, right, combine } = blocks[state - INPUTS];
    const side = ({ op, state: read }: CellBlock["left"]) => `${op} ${numbers.get(read)}`;
    return joined(side(left), side(right), combine);
  });
  const ends = output.map(state => numbers.get(state)!).sort((a, b) => a - b);
  return `${texts.join(", ")}: ${ends.join(" ")}`;
}
