/** What a network of cells must be, checked where one comes in; the walk over its operators checks little. */
import { isObject, say } from "../../base/say.js";
import { isCount, NetworkError } from "../../networks/shape.js";
import { checkCell } from "./check-cell.js";
import { checkConvention } from "./check-convention.js";
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
  if (!isCount(cells) || cells > MOST_CELLS)
    throw odd(`cells must be an integer from 1 to ${MOST_CELLS}`, cells);
  if (!isCount(filters)) throw odd("filters must be a positive integer", filters);
  if (!isObject(stem) || typeof stem.kind !== "string" || !Object.hasOwn(stems, stem.kind)) {
    throw odd(
      `stem must be { kind, width } with kind ${Object.keys(stems).join(", ")}`,
      isObject(stem) ? stem.kind : stem,
    );
  }
  if (!isCount(stem.width) || (stem.kind === "darts" && stem.width < 2)) {
    throw odd(
      `stem.width must be a positive integer${stem.kind === "darts" ? " from 2 on" : ""}`,
      stem.width,
    );
  }
  if (stem.kind === "nasnet" && filters < 4) {
    throw odd('filters must be 4 or more with stem "nasnet", whose cells have a quarter of them', filters);
  }
  if (reductions !== undefined) {
    const rising =
      Array.isArray(reductions) &&
      reductions.every(
        (r, i) => Number.isInteger(r) && r >= 0 && r < cells && (i === 0 || r > reductions[i - 1]),
      );
    if (!rising)
      throw odd(`reductions must be cells from 0 to ${cells - 1}, each once, in order`, reductions);
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
