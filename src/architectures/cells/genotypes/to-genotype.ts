/** Cells as others write them: the opposite of `readGenotype`. */
import { isObject, say } from "../../../base/say.js";
import { NetworkError } from "../../../networks/shape.js";
import { type Cell, INPUTS, outputStates, type Side } from "../cell.js";
import { checkCell } from "../check-cell.js";
import type { CellConvention } from "../conventions.js";
import type { Operation } from "../operation.js";
import { toDarts } from "./operation-names.js";

/** What has two cells: a network of them, a design, or what `readGenotype` gave. */
export interface Genotyped {
  readonly normal: Cell;
  readonly reduction: Cell;
  readonly convention: CellConvention;
  readonly operations?: readonly Operation[];
}

/**
 * Two cells as DARTS' Python literal. State 0 is the output of the cell before the previous one there: of cells whose
 * convention has it the other way round, the inputs change places. The rest of a convention has no words in it.
 *
 * @throws NetworkError for an operation that DARTS' vocabulary has no name for, and for a block that concatenates
 * @example
 * ```ts
 * toGenotype(cellDesigns["DARTS-V2"]).slice(0, 48); // => "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv"
 * ```
 */
export function toGenotype(network: Genotyped): string {
  if (!isObject(network) || !isObject(network.convention)) {
    throw new NetworkError(
      `toGenotype: expected a network of cells, got ${say(network)}; cellNetwork makes one`,
    );
  }
  const { normal, reduction, convention, operations } = network;
  const swapped = convention.first === "current";
  const stateOf = (state: number) => (swapped && state < INPUTS ? 1 - state : state);
  const cell = (kind: "normal" | "reduction", given: Cell) => {
    checkCell("toGenotype", kind, given, convention, operations);
    const edges = given.blocks.flatMap(({ left, right, combine }, b) => {
      const at = `toGenotype: ${kind} cell, block ${b + 1}`;
      if (combine)
        throw new NetworkError(
          `${at}: DARTS' form has sums alone, got a concatenation; storeArchitecture(network) keeps any cell`,
        );
      return [
        edge(`${at}, left`, left, stateOf, operations),
        edge(`${at}, right`, right, stateOf, operations),
      ];
    });
    return `[${edges.join(", ")}]`;
  };
  const concat = (given: Cell) => `[${outputStates(given, convention.looseInputs).map(stateOf).join(", ")}]`;
  return `Genotype(normal=${cell("normal", normal)}, normal_concat=${concat(normal)}, reduce=${cell("reduction", reduction)}, reduce_concat=${concat(reduction)})`;
}

function edge(
  at: string,
  { op, state }: Side,
  stateOf: (state: number) => number,
  operations: readonly Operation[] = [],
): string {
  const name = toDarts.get(op) ?? operations.find(operation => operation.name === op)?.name;
  if (name !== undefined) return `('${name.replace(/['\\]/g, "\\$&")}', ${stateOf(state)})`;
  throw new NetworkError(
    `${at}: DARTS' vocabulary has no name for ${say(op)}; its are ${[...toDarts.values()].join(", ")}`,
  );
}
