/** The walk over one cell: its inputs brought to size, its blocks, and what is concatenated. */
import { say } from "../../base/say.js";
import type { Assembly, Feature } from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shape.js";
import { type Cell, INPUTS, outputStates, type Side } from "./cell.js";
import type { Operation, OperationParameters } from "./operation.js";
import { cellOperations } from "./operations.js";
import { convNorm, factorisedReduction, reluConvNorm } from "./parts.js";

/** What a cell is walked with. */
export interface CellPlace extends OperationParameters {
  /** What its layers' names begin with, `"cell3"`. */
  readonly scope: string;
  /** Size of its previous input, as a multiple of its current one's. */
  readonly previousLarger: 1 | 2;
  /** Share of drop path's rate. */
  readonly share: number;
  /** The user's operations. */
  readonly operations: readonly Operation[] | undefined;
}

/**
 * Walks a cell; gives its output.
 *
 * @param previous undefined where there is none, and its convention has the current input in its place as it is
 */
export function walkCell<F extends Feature>(
  ops: Assembly<F>,
  cell: Cell,
  place: CellPlace,
  previous: F | undefined,
  current: F,
): F {
  const { convention, scope } = place;
  // Counting has no names, and most of its time would go into them.
  const named = ops.convNorm === undefined;
  const states = inputStates(ops, place, previous, current);
  const { blocks } = cell;
  for (let b = 0; b < blocks.length; b++) {
    const { left, right, combine } = blocks[b];
    if (named) ops.scope(`${scope}.b${b + 1}.left`);
    const first = walkSide(ops, left, states, place);
    if (named) ops.scope(`${scope}.b${b + 1}.right`);
    const second = walkSide(ops, right, states, place);
    if (named) ops.scope(`${scope}.b${b + 1}`);
    states.push(
      combine === undefined ? ops.add("add", first, second) : ops.concat("concat", [first, second]),
    );
  }
  const given = outputStates(cell, convention.looseInputs);
  const outputs: F[] = [];
  for (const state of given) {
    const x = states[state];
    outputs.push(state < INPUTS ? inputAsOutput(ops, place, x, state, named) : x);
  }
  if (outputs.length === 1) return outputs[0];
  if (named) ops.scope(scope);
  return ops.concat("concat", outputs);
}

/** States 0 and 1: the cell's inputs, brought to its shape. */
export function inputStates<F extends Feature>(
  ops: Assembly<F>,
  place: CellPlace,
  previous: F | undefined,
  current: F,
): F[] {
  const named = ops.convNorm === undefined;
  const before = previousInput(ops, place, previous, current, named);
  const projected = currentInput(ops, place, current, named);
  return place.convention.first === "current" ? [projected, before] : [before, projected];
}

function previousInput<F extends Feature>(
  ops: Assembly<F>,
  place: CellPlace,
  previous: F | undefined,
  current: F,
  named: boolean,
): F {
  const { convention, out, previousLarger, scope } = place;
  if (previous === undefined) return current;
  if (named) ops.scope(`${scope}.previous`);
  if (previousLarger > 1) return factorisedReduction(ops, previous, out, true, place);
  if (convention.previous === "if different" && previous.channels === out) return previous;
  return reluConvNorm(ops, "", previous, out, 1, 1, place);
}

function currentInput<F extends Feature>(ops: Assembly<F>, place: CellPlace, current: F, named: boolean): F {
  const { convention, out, scope } = place;
  if (named) ops.scope(`${scope}.current`);
  if (convention.current === "if different" && current.channels === out) return current;
  const twice = convention.current === "twice" && current.channels !== out;
  const x = twice ? reluConvNorm(ops, 1, current, out, 1, 1, place) : current;
  return reluConvNorm(ops, twice ? 2 : "", x, out, 1, 1, place);
}

/** The operation of that name. */
export const operationIn = ({ operations }: Pick<CellPlace, "operations">, op: string): Operation =>
  cellOperations.get(op) ?? operations!.find(({ name }) => name === op)!;

/** What an operation on a state is built from: only what reads an input strides. */
export const parametersAt = (place: CellPlace, state: number): OperationParameters =>
  place.stride > 1 && state >= INPUTS ? { ...place, stride: 1 } : place;

function walkSide<F extends Feature>(
  ops: Assembly<F>,
  { op, state }: Side,
  states: readonly F[],
  place: CellPlace,
): F {
  const x = states[state];
  const operation = operationIn(place, op);
  const parameters = parametersAt(place, state);
  const y = operation.build(ops, x, parameters);
  requireState(operation, y, place.out);
  // What an operation hands on unchanged is another's value.
  if (ops.dropPath !== undefined && y !== x && isDropped(operation, parameters)) ops.dropPath(y, place.share);
  return y;
}

const isDropped = ({ kind }: Operation, { stride, convention }: OperationParameters): boolean =>
  kind === "identity" ? stride > 1 && convention.dropsReducedIdentity : kind !== "none";

/** @throws NetworkError saying what an operation gave instead of a state */
export function requireState(operation: Operation, got: Feature | undefined, out: number): void {
  if (got?.channels !== out) throw noState(operation, got, out);
}

/** Says what an operation gave instead of a state. */
function noState({ name }: Operation, got: Feature | undefined, out: number): NetworkError {
  if (got instanceof Promise) got.catch(() => undefined);
  const what =
    got === undefined
      ? "nothing"
      : got instanceof Promise
        ? "a promise"
        : got.channels === undefined
          ? say(got)
          : `${got.channels} channels`;
  return new NetworkError(
    `operation "${name}" must return its last operator's output, of ${out} channels, got ${what}`,
  );
}

/** An input of the cell among its outputs, brought to their shape. */
function inputAsOutput<F extends Feature>(
  ops: Assembly<F>,
  place: CellPlace,
  x: F,
  state: number,
  named: boolean,
): F {
  const { convention, out, stride, scope } = place;
  if (named) ops.scope(`${scope}.out${state}`);
  if (stride > 1) return factorisedReduction(ops, x, out, convention.reductionRelu, place);
  const isKept = x.channels === out || convention.otherOutput === "kept";
  return isKept ? x : convNorm(ops, "", x, out, 1, 1, place);
}
