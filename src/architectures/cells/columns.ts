/** The numbers by which networks of cells are told apart: columns of a population, and a short name. */
import { type Cell, INPUTS, outputStates } from "./cell.js";
import type { CellConvention } from "./conventions.js";
import { type CellNetwork, reductionsOf } from "./network.js";
import type { OperationKind } from "./operation.js";
import { cellOperations } from "./operations.js";

/** How columns call the kinds of operations. */
const kinds: { readonly [K in OperationKind]: string } = {
  separable: "Separable",
  convolution: "Convolution",
  pooling: "Pooling",
  identity: "Identity",
  none: "None",
  other: "Other",
};

/**
 * `cells` (all of them but a stem's), `width` (filters of the first), `depth` (blocks on the longest path through the
 * network), and for each of the two cells its depth, how many states it concatenates, and its operations of each kind.
 */
export function cellColumns(network: CellNetwork): Record<string, number> {
  const { normal, reduction, cells, filters, convention, operations = [] } = network;
  const extra = convention.reductions === "extra" ? reductionsOf(network).length : 0;
  const columns: Record<string, number> = { cells: cells + extra, width: filters, depth: depthOf(network) };
  for (const [name, cell] of [
    ["normal", normal],
    ["reduction", reduction],
  ] as const) {
    columns[`${name}Depth`] = Math.max(...pathsThrough(cell, convention));
    columns[`${name}Loose`] = outputStates(cell, convention.looseInputs).length;
    for (const kind of Object.values(kinds)) columns[`${name}${kind}`] = 0;
    for (const { left, right } of cell.blocks) {
      for (const { op } of [left, right]) {
        const operation = cellOperations.get(op) ?? operations.find(({ name: own }) => own === op);
        columns[`${name}${kinds[operation?.kind ?? "other"]}`]++;
      }
    }
  }
  return columns;
}

/** Blocks on the longest path from each input to the cell's output; −∞ where none leads there. */
function pathsThrough(cell: Cell, convention: CellConvention): [first: number, second: number] {
  const output = outputStates(cell, convention.looseInputs);
  const from = (input: number): number => {
    const longest = Array.from({ length: INPUTS }, (_, state) => (state === input ? 0 : -Infinity));
    for (const { left, right } of cell.blocks) {
      longest.push(1 + Math.max(longest[left.state], longest[right.state]));
    }
    return Math.max(...output.map(state => longest[state]));
  };
  return [from(0), from(1)];
}

function depthOf(network: CellNetwork): number {
  const { normal, reduction, cells, convention, stem } = network;
  const extra = convention.reductions === "extra";
  const reductions = reductionsOf(network);
  const current = convention.first === "current" ? 0 : 1;
  const [ofNormal, ofReduction] = [pathsThrough(normal, convention), pathsThrough(reduction, convention)];
  let [before, last] = [0, 0];
  const through = (paths: readonly number[], previous: number) =>
    Math.max(paths[current] + last, paths[1 - current] + previous);
  const inStem = stem.kind === "nasnet" ? 2 : 0;
  for (let i = 0; i < inStem; i++) [before, last] = [last, through(ofReduction, before)];
  for (let cell = 0; cell < cells; cell++) {
    const reduces = reductions.includes(cell);
    const past = before;
    if (reduces) [before, last] = [last, through(ofReduction, before)];
    if (reduces && !extra) continue;
    const previous = reduces && network.skipsReduction ? past : before;
    [before, last] = [last, through(ofNormal, previous)];
  }
  return Math.max(last, 0);
}

/** `"DARTS-n20-f36-1f3a9c2e"`: convention, cells, filters, and a hash of the two cells. */
export function cellTitle({ convention, cells, filters, normal, reduction }: CellNetwork): string {
  const text = JSON.stringify([normal.blocks, normal.output, reduction.blocks, reduction.output]);
  return `${convention.name}-n${cells}-f${filters}-${fnv(text).toString(16).padStart(8, "0")}`;
}

/** The 32-bit hash of Fowler, Noll and Vo, 1a. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
