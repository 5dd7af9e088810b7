/** What a network of cells must be, checked where one comes in; the walk over its operators checks little. */
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import { isCount, NetworkError } from "../../networks/shape.js";
import { type Cell, INPUTS, MOST_BLOCKS_IN_CELL, outputStates, type Side, sides } from "./cell.js";
import type { CellConvention } from "./conventions.js";
import { type CellNetwork, reductionsOf } from "./network.js";
import type { Operation } from "./operation.js";
import { cellOperations } from "./operations.js";

/** Cells that a network has at most: with more, it does not fit into memory as data. */
const MOST_CELLS = 1000;

/** @throws NetworkError naming the first part that no network can have: a cell, its block and side */
export function checkCellNetwork(caller: string, network: CellNetwork): void {
  const { cells, filters, stem, convention, operations, reductions, epsilon, auxiliary } = network;
  const odd = (what: string, got: unknown): NetworkError =>
    new NetworkError(`${caller}: ${what}, got ${say(got)}`);
  checkConvention(caller, convention);
  checkOperations(caller, operations);
  for (const kind of ["normal", "reduction"] as const) {
    checkCell(caller, kind, network[kind], convention, operations);
  }
  if (!isCount(cells) || cells > MOST_CELLS) throw odd(`cells must be an integer from 1 to ${MOST_CELLS}`, cells);
  if (!isCount(filters)) throw odd("filters must be a positive integer", filters);
  if (!isObject(stem) || !(stem.kind in stems)) {
    throw odd(
      `stem must be { kind, width } with kind ${Object.keys(stems).join(", ")}`,
      isObject(stem) ? stem.kind : stem,
    );
  }
  if (!isCount(stem.width) || (stem.kind === "darts" && stem.width < 2)) {
    throw odd(`stem.width must be a positive integer${stem.kind === "darts" ? " from 2 on" : ""}`, stem.width);
  }
  if (stem.kind === "nasnet" && filters < 4) {
    throw odd('filters must be 4 or more with stem "nasnet", whose cells have a quarter of them', filters);
  }
  if (reductions !== undefined) {
    const rising =
      Array.isArray(reductions) &&
      reductions.every((r, i) => Number.isInteger(r) && r >= 0 && r < cells && (i === 0 || r > reductions[i - 1]));
    if (!rising) throw odd(`reductions must be cells from 0 to ${cells - 1}, each once, in order`, reductions);
  }
  const { skipsReduction } = network as { readonly skipsReduction?: unknown };
  if (skipsReduction !== undefined && skipsReduction !== true) {
    throw odd("skipsReduction must be true, or left out", skipsReduction);
  }
  if (epsilon !== undefined && !(typeof epsilon === "number" && epsilon > 0 && epsilon < Infinity)) {
    throw odd("epsilon must be a number above 0", epsilon);
  }
  if (auxiliary !== undefined) checkAuxiliary(caller, auxiliary);
  if (network.resolution !== undefined) checkResolution(caller, network, network.resolution);
}

const stems = { cifar: 0, nasnet: 0, darts: 0 } as const;

function checkAuxiliary(caller: string, given: unknown): void {
  const auxiliary = given as NonNullable<CellNetwork["auxiliary"]>;
  const { stride, norms } = isObject(auxiliary) ? auxiliary : {};
  if (isCount(stride) && (norms === undefined || norms === "first")) return;
  throw new NetworkError(
    `${caller}: auxiliary must be { stride, norms? } with a positive stride and norms "first" or none, got ${isObject(auxiliary) ? `${say(stride)} and ${say(norms)}` : say(auxiliary)}`,
  );
}

/** @throws NetworkError for a reduction cell whose input has a single pixel at this resolution */
function checkResolution(caller: string, network: CellNetwork, resolution: number): void {
  const { stem, convention } = network;
  let size = resolution;
  const inStem = stem.kind === "nasnet" ? 2 : 0;
  if (stem.kind === "darts") for (let i = 0; i < 3; i++) size = Math.ceil(size / 2);
  if (stem.kind === "nasnet") size = Math.floor((size - 3) / 2) + 1;
  const reductions = reductionsOf(network);
  for (let r = 0; r < inStem + reductions.length; r++) {
    if (size <= 1) {
      const extra = convention.reductions === "extra" ? r - inStem : 0;
      const cell = r < inStem ? `stem.cell${r + 1}` : `cell${reductions[r - inStem] + 1 + extra}`;
      throw new NetworkError(
        `${caller}: ${cell}, a reduction cell, would halve a map of 1 × 1 at a resolution of ${resolution}; take a larger resolution, or fewer reductions`,
      );
    }
    size = Math.ceil(size / 2);
  }
}

/** Cells that were found right: a space's architectures share theirs seldom, a network's counts often. */
const right = new WeakMap<Cell, { convention: CellConvention; operations: readonly Operation[] | undefined }>();

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
      throw new NetworkError(
        `${at}: expected 1 to ${MOST_BLOCKS_IN_CELL} blocks, got ${blocks.length}`,
      );
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
  if (typeof op === "string" && (cellOperations.has(op) || operations.some(({ name }) => name === op))) return;
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

function checkOperations(caller: string, operations: readonly Operation[] | undefined): void {
  if (operations === undefined) return;
  if (!Array.isArray(operations)) {
    throw new NetworkError(`${caller}: operations must be a list of { name, build }, got ${say(operations)}`);
  }
  for (const [i, operation] of operations.entries()) {
    const { name, build } = (isObject(operation) ? operation : {}) as Partial<Operation>;
    if (typeof name !== "string" || name === "" || typeof build !== "function") {
      throw new NetworkError(`${caller}: an operation must be { name, build }, got ${say(operation)}`);
    }
    if (cellOperations.has(name)) {
      throw new NetworkError(
        `${caller}: operation "${name}" has the name of a built-in one and is another; give yours a name of its own`,
      );
    }
    if (operations.findIndex(other => other.name === name) < i) {
      throw new NetworkError(`${caller}: two operations are called "${name}"; give each a name of its own`);
    }
  }
}

/** What each part of a convention may be. */
const parts: { readonly [K in Exclude<keyof CellConvention, "name">]-?: readonly CellConvention[K][] } = {
  first: ["current", "previous"],
  current: ["always", "if different", "twice"],
  previous: ["always", "if different"],
  firstPrevious: ["raw", "projected"],
  identity: ["convolution", "factorised"],
  reductionRelu: [true, false],
  bottleneck: [true, false],
  padding: [undefined, "same"],
  looseInputs: [true, false],
  largerOutput: ["reduced", "rejected"],
  otherOutput: ["kept", "projected"],
  reductions: ["extra", "in place"],
  headRelu: [true, false],
  headBias: [true, false],
  dropPath: ["rising", "even"],
  dropsReducedIdentity: [true, false],
  auxiliaryAt: ["before", "at", "behind"],
};

let lastConvention: object = {};

function checkConvention(caller: string, convention: CellConvention): void {
  if (convention === lastConvention) return;
  if (!isObject(convention) || typeof convention.name !== "string") {
    throw new NetworkError(
      `${caller}: convention must be one such as cellConventions.NASNet, got ${say(convention)}`,
    );
  }
  for (const [part, values] of Object.entries(parts)) {
    const value = convention[part as keyof typeof parts];
    if ((values as readonly unknown[]).includes(value)) continue;
    throw new NetworkError(
      `${caller}: ${part} of convention "${convention.name}" must be ${values.map(say).join(" or ")}, got ${say(value)}`,
    );
  }
  const unknown = Object.keys(convention).find(part => part !== "name" && !(part in parts));
  if (unknown !== undefined) {
    throw new NetworkError(
      `${caller}: convention "${convention.name}" has no part ${say(unknown)}; its parts are ${Object.keys(parts).join(", ")}`,
    );
  }
  if (Object.isFrozen(convention)) lastConvention = convention;
}
