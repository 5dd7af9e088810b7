/** What a cell must be: its blocks, their sides, and its output. */
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shape.js";
import { type Cell, INPUTS, MOST_BLOCKS_IN_CELL, outputStates, type Side, sides } from "./cell.js";
import type { CellConvention } from "./conventions.js";
import type { Operation } from "./operation.js";
import { cellOperations } from "./operations.js";

/** Cells that were found right: a space's architectures share theirs seldom, a network's counts often. */
const right = new WeakMap<
  Cell,
  { convention: CellConvention; operations: readonly Operation[] | undefined }
>();

/**
 * Checks one cell.
 *
 * @throws NetworkError naming the cell, and the block and side where it is one of these
 */
export function checkCell(
  caller: string,
  kind: "normal" | "reduction",
  cell: Cell,
  convention: CellConvention,
  operations?: readonly Operation[],
): void {
  const known = isObject(cell) ? right.get(cell) : undefined;
  const at = `${caller}: ${kind} cell`;
  if (known?.convention !== convention || known.operations !== operations) {
    if (!isObject(cell) || !Array.isArray(cell.blocks)) {
      throw new NetworkError(`${at}: expected { blocks, output }, got ${say(cell)}`);
    }
    const { blocks } = cell;
    if (blocks.length === 0 || blocks.length > MOST_BLOCKS_IN_CELL) {
      throw new NetworkError(`${at}: expected 1 to ${MOST_BLOCKS_IN_CELL} blocks, got ${blocks.length}`);
    }
    for (let b = 0; b < blocks.length; b++) checkBlock(at, b, blocks[b], blocks.length, operations);
    checkOutput(at, cell);
    // Writing over a cell that is not frozen would go unseen.
    if (Object.isFrozen(cell) && Object.isFrozen(blocks)) right.set(cell, { convention, operations });
  }
  if (kind === "normal" || convention.largerOutput === "reduced") return;
  const larger = outputStates(cell, convention.looseInputs).find(state => state < INPUTS);
  if (larger === undefined) return;
  throw new NetworkError(
    `${at}: its output would concatenate unequal sizes: state ${larger} is an input of the cell, and twice as large as its blocks; leave it out of the output`,
  );
}

function checkBlock(
  at: string,
  b: number,
  given: unknown,
  blocks: number,
  operations: readonly Operation[] | undefined,
): void {
  const block = given as { readonly [side in "left" | "right" | "combine"]?: unknown };
  const place = `${at}, block ${b + 1}`;
  if (!isObject(block)) throw new NetworkError(`${place}: expected { left, right }, got ${say(block)}`);
  for (const side of sides) checkSide(`${place}, ${side}`, block[side], b, blocks, operations);
  const { combine } = block;
  if (combine === undefined || combine === "concat") return;
  throw new NetworkError(`${place}: combine must be "concat", or left out for a sum, got ${say(combine)}`);
}

function checkSide(
  at: string,
  given: unknown,
  b: number,
  blocks: number,
  operations: readonly Operation[] | undefined,
): void {
  if (!isObject(given)) throw new NetworkError(`${at}: expected { op, state }, got ${say(given)}`);
  const { op, state } = given as Side;
  requireOperation(at, op, operations);
  const own = INPUTS + b;
  if (Number.isInteger(state) && state >= 0 && state < own) return;
  const states = `states 0 to ${own - 1} are there before it`;
  if (Number.isInteger(state) && state >= own && state < INPUTS + blocks) {
    const whose = state === own ? "its own block gives" : `block ${state - INPUTS + 1} gives, behind it`;
    throw new NetworkError(`${at}: ${say(op)} reads state ${state}, which ${whose}: a loop; ${states}`);
  }
  throw new NetworkError(`${at}: ${say(op)} reads state ${say(state)}, which does not exist; ${states}`);
}

/** @throws NetworkError for an operation that is neither built in nor one of these, with the name that was probably meant */
export function requireOperation(at: string, op: unknown, operations: readonly Operation[] = []): void {
  if (typeof op === "string" && (cellOperations.has(op) || operations.some(({ name }) => name === op)))
    return;
  const known = [...cellOperations.keys(), ...operations.map(({ name }) => name)];
  const near = typeof op === "string" ? nearestName(op, known) : undefined;
  throw new NetworkError(
    `${at}: unknown operation ${say(op)}; ${near ? `did you mean "${near}"? ` : ""}known are ${known.join(", ")}`,
  );
}

function checkOutput(at: string, { blocks, output }: Cell): void {
  if (output === "loose" || output === "all") return;
  const states = INPUTS + blocks.length;
  if (!Array.isArray(output) || output.length === 0) {
    throw new NetworkError(`${at}: output must be "loose", "all" or a list of states, got ${say(output)}`);
  }
  for (const [i, state] of output.entries()) {
    if (!Number.isInteger(state) || state < 0 || state >= states) {
      throw new NetworkError(
        `${at}: its output names state ${say(state)}, which does not exist; it has states 0 to ${states - 1}`,
      );
    }
    if (output.indexOf(state) < i) {
      throw new NetworkError(`${at}: its output names state ${state} twice; name each once`);
    }
  }
}
