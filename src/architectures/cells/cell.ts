/**
 * What a cell is, as data: blocks of two operations, each on a state of the cell, and the states that are its output.
 *
 * States 0 and 1 are the cell's two inputs, in the order of its convention; block b (counted from 1) makes state b + 1. A
 * node of DARTS with its two edges is such a block.
 */

/** An operation, by name, on a state. */
export interface Side {
  readonly op: string;
  readonly state: number;
}

/** Two operations and how their results are combined. */
export interface CellBlock {
  readonly left: Side;
  readonly right: Side;
  /** Default: they are added. */
  readonly combine?: "concat";
}

/**
 * Which states are concatenated to the cell's output: those that nothing in the cell reads, all blocks, or these, in this
 * order.
 */
export type CellOutput = "loose" | "all" | readonly number[];

export interface Cell {
  readonly blocks: readonly CellBlock[];
  readonly output: CellOutput;
}

/** Inputs of a cell: states 0 and 1. */
export const INPUTS = 2;

export const sides = ["left", "right"] as const;

/**
 * The states that a cell's output consists of, in order.
 *
 * @param looseInputs whether an input that nothing reads is a loose end too
 */
export function outputStates({ blocks, output }: Cell, looseInputs: boolean): readonly number[] {
  if (typeof output !== "string") return output;
  const states: number[] = [];
  const read = output === "loose" ? readStates(blocks) : 0;
  for (let state = output === "loose" && looseInputs ? 0 : INPUTS; state < INPUTS + blocks.length; state++) {
    if ((read & (1 << state)) === 0) states.push(state);
  }
  return states;
}

/** A bit for each state that some block reads. Cells have at most `MOST_BLOCKS_IN_CELL` blocks. */
function readStates(blocks: readonly CellBlock[]): number {
  let read = 0;
  for (const { left, right } of blocks) read |= (1 << left.state) | (1 << right.state);
  return read;
}

/** More states than an integer has bits would be told apart no longer. */
export const MOST_BLOCKS_IN_CELL = 28;

/**
 * Blocks of the short form that published cells are written in: `"sep5 0 sep3 1, avg3 0 identity 1"`.
 */
export const blocksOf = (text: string): CellBlock[] =>
  text.split(",").map(block => {
    const [left, leftState, right, rightState] = block.trim().split(/\s+/);
    return { left: { op: left, state: Number(leftState) }, right: { op: right, state: Number(rightState) } };
  });
