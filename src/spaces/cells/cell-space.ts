/** Spaces of networks of cells: which operations there are, how many blocks, and what a cell's output is. */
import {
  type Cell,
  type CellBlock,
  type CellOutput,
  INPUTS,
  MOST_BLOCKS_IN_CELL,
  type Side,
  sides,
} from "../../architectures/cells/cell.js";
import { requireOperation } from "../../architectures/cells/check-cell.js";
import { type CellConvention, dartsConvention } from "../../architectures/cells/conventions.js";
import { cellFamily } from "../../architectures/cells/family.js";
import type { CellNetwork } from "../../architectures/cells/network.js";
import type { Operation } from "../../architectures/cells/operation.js";
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shape.js";
import type { Choose, Program } from "../decisions/choose.js";
import { DecisionSpace } from "../decisions/decision-space.js";
import { type Dimension, oneOf } from "../dimension.js";
import type { Sample } from "../space.js";

/** What a space's networks have in common besides their cells. */
type CellBase = Partial<
  Pick<
    CellNetwork,
    "name" | "classes" | "resolution" | "stem" | "reductions" | "skipsReduction" | "epsilon" | "auxiliary"
  >
>;

export interface CellSpaceOptions extends CellBase {
  readonly name: string;
  /** Names of built-in operations, and operations of one's own. */
  readonly operations: readonly (string | Operation)[];
  /** Blocks of each cell: a number, or what it is drawn from, as a search that grows cells wants it. */
  readonly blocks: number | Dimension;
  readonly output: Exclude<CellOutput, readonly number[]>;
  /** Default: DARTS'. */
  readonly convention?: CellConvention;
  /** Whether the reduction cell is drawn too, or is the normal one. Default: it is drawn. */
  readonly cellKinds?: 1 | 2;
  /**
   * Which pairs of states a block reads: any two, in order, the same one twice included; or two that differ, whose order does
   * not count, as DARTS keeps edges. Default: any.
   */
  readonly inputs?: "any" | "distinct";
  /** Whether sums and concatenations are chosen between. Default: sums alone. */
  readonly combine?: boolean;
  /** Cells and filters, see `CellNetwork`: a number, or what they are drawn from. */
  readonly cells: number | Dimension;
  readonly filters: number | Dimension;
}

const optionNames: OptionNames<CellSpaceOptions> = {
  name: true,
  operations: true,
  blocks: true,
  output: true,
  convention: true,
  cellKinds: true,
  inputs: true,
  combine: true,
  cells: true,
  filters: true,
  classes: true,
  resolution: true,
  stem: true,
  reductions: true,
  skipsReduction: true,
  epsilon: true,
  auxiliary: true,
};

/**
 * A space of cells. A stem is CIFAR's, three times as wide as the filters, unless given.
 *
 * @example
 * ```ts
 * const tiny = new CellSpace({ ...DARTSSpace.options, name: "tiny", operations: ["sep3", "max3"], cells: 3, filters: 4 });
 * tiny.size; // => 2123366400n
 * ```
 */
export class CellSpace extends DecisionSpace<CellNetwork> {
  readonly options: CellSpaceOptions;
  readonly #condition: ((candidate: Sample<CellNetwork>) => boolean) | undefined;

  constructor(options: CellSpaceOptions, accepts?: (candidate: Sample<CellNetwork>) => boolean) {
    checkOptions(options);
    super(options.name, programOf(options), { family: cellFamily, ...(accepts && { accepts }) });
    this.options = options;
    this.#condition = accepts;
  }

  /** The same space with other fixed parts: classes, resolution, stem, cells, filters, auxiliary head, convention. */
  override with(base: Partial<CellNetwork>): CellSpace {
    if (!isObject(base)) throw new NetworkError(`${this.name}.with: expected parts, got ${say(base)}`);
    refuseUnknown<Partial<Omit<CellNetwork, "family" | "normal" | "reduction" | "operations">>>(
      `${this.name}.with`,
      base,
      {
        name: true,
        cells: true,
        filters: true,
        convention: true,
        classes: true,
        resolution: true,
        stem: true,
        reductions: true,
        skipsReduction: true,
        epsilon: true,
        auxiliary: true,
      },
      NetworkError,
    );
    const { name: _name, ...parts } = base;
    return new CellSpace({ ...this.options, ...parts }, this.#condition);
  }

  /** Other values of `cells` or `filters`. */
  withDimension(parameter: "cells" | "filters", dimension: Dimension): CellSpace {
    if (parameter !== "cells" && parameter !== "filters") {
      throw new RangeError(
        `${this.name}.withDimension: expected cells or filters, got ${say(parameter)}; operations and blocks are a CellSpace's own`,
      );
    }
    return new CellSpace({ ...this.options, [parameter]: dimension }, this.#condition);
  }

  /** One value of `cells` or `filters`. */
  fix(parameter: "cells" | "filters", value: number): CellSpace {
    return this.withDimension(parameter, oneOf([value]));
  }

  override named(name: string): CellSpace {
    return new CellSpace({ ...this.options, name }, this.#condition);
  }

  override accepting(condition: (candidate: Sample<CellNetwork>) => boolean): CellSpace {
    const { accepts } = super.accepting(condition);
    return new CellSpace(this.options, accepts);
  }

  /** Choices that make this network, by name; undefined if none do. */
  override choicesOf(network: CellNetwork): Record<string, unknown> | undefined {
    const { cells, filters, blocks, cellKinds = 2, operations } = this.options;
    const choices: Record<string, unknown> = {};
    for (const [name, drawn, value] of [
      ["cells", cells, network.cells],
      ["filters", filters, network.filters],
      ["blocks", blocks, isObject(network.normal) ? network.normal.blocks?.length : undefined],
    ] as const) {
      if (typeof drawn !== "number" && drawn.values.length > 1) choices[name] = value;
    }
    const byName = new Map(operations.map(operation => [nameOf(operation), operation]));
    for (const kind of (["normal", "reduction"] as const).slice(0, cellKinds)) {
      const cell = network[kind];
      if (!isObject(cell) || !Array.isArray(cell.blocks)) return undefined;
      for (const [b, block] of cell.blocks.entries()) {
        if (!this.#readBlock(choices, `${kind}.b${b + 1}`, block, byName)) return undefined;
      }
    }
    return choices;
  }

  #readBlock(
    choices: Record<string, unknown>,
    name: string,
    { left, right, combine }: CellBlock,
    byName: ReadonlyMap<string, string | Operation>,
  ): boolean {
    if (!byName.has(left.op) || !byName.has(right.op)) return false;
    if (this.options.inputs === "distinct") choices[`${name}.states`] = pairName(left.state, right.state);
    else
      for (const [side, { state }] of Object.entries({ left, right }))
        choices[`${name}.${side}.state`] = String(state);
    choices[`${name}.left.op`] = byName.get(left.op);
    choices[`${name}.right.op`] = byName.get(right.op);
    if (this.options.combine) choices[`${name}.combine`] = combine ?? "add";
    return true;
  }
}

const nameOf = (operation: string | Operation): string =>
  typeof operation === "string" ? operation : operation.name;

const pairName = (first: number, second: number): string => `${first} ${second}`;

/** How a program asks for a cell. */
type AskCell = (choose: Choose, blocks: number) => Cell;

/** The numbers of blocks that there are. */
const blocksOf = ({ blocks }: Pick<CellSpaceOptions, "blocks">): readonly number[] =>
  typeof blocks === "number" ? [blocks] : blocks.values;

function programOf(options: CellSpaceOptions): Program<CellNetwork> {
  const { convention = dartsConvention, cellKinds = 2, operations, stem } = options;
  const base: CellBase = {};
  for (const part of [
    "classes",
    "resolution",
    "reductions",
    "skipsReduction",
    "epsilon",
    "auxiliary",
  ] as const) {
    if (options[part] !== undefined) Object.assign(base, { [part]: options[part] });
  }
  const own = operations.filter(operation => typeof operation !== "string");
  const normal = askCell("normal", options);
  const reduction = askCell("reduction", options);
  const number = (name: "cells" | "filters") => {
    const given = options[name];
    if (typeof given === "number") return () => given;
    const [only] = given.values;
    return given.values.length === 1 ? () => only : (choose: Choose) => choose.free(name, given);
  };
  const [cells, filters] = [number("cells"), number("filters")];
  const blocks = blocksOf(options);
  return choose => {
    const width = filters(choose);
    // How many there are decides what is asked: no choice that nothing depends on.
    const count = blocks.length === 1 ? blocks[0] : choose("blocks", options.blocks as Dimension);
    const first = normal(choose, count);
    return {
      family: cellFamily,
      cells: cells(choose),
      filters: width,
      stem: stem ?? { kind: "cifar", width: 3 * width },
      convention,
      ...base,
      ...(own.length > 0 && { operations: own }),
      normal: first,
      reduction: cellKinds === 2 ? reduction(choose, count) : first,
    };
  };
}

/** Asks for a cell's choices; lists of options and sides are made once, since drawing makes millions of cells. */
function askCell(kind: "normal" | "reduction", options: CellSpaceOptions): AskCell {
  const { operations, output, inputs = "any", combine = false } = options;
  const known = new Map<string, Side>();
  const sideOf = (operation: string | Operation, state: number): Side => {
    const key = `${nameOf(operation)} ${state}`;
    let side = known.get(key);
    if (!side) known.set(key, (side = Object.freeze({ op: nameOf(operation), state })));
    return side;
  };
  const ways = ["add", "concat"] as const;
  const asked = Array.from({ length: Math.max(...blocksOf(options)) }, (_, b) => {
    const name = `${kind}.b${b + 1}`;
    const states = Array.from({ length: INPUTS + b }, (__, state) => state);
    const pairs = states.flatMap(second => states.slice(0, second).map(first => [first, second] as const));
    return {
      combine: `${name}.combine`,
      pair: `${name}.states`,
      pairs: new Map(pairs.map(pair => [pairName(...pair), pair])),
      pairNames: pairs.map(pair => pairName(...pair)),
      // As texts: a state is no nearer to the one before it than to others.
      states: states.map(String),
      state: sides.map(side => `${name}.${side}.state`),
      op: sides.map(side => `${name}.${side}.op`),
    };
  });
  return (choose, blocks) => {
    const made: CellBlock[] = [];
    for (let b = 0; b < blocks; b++) {
      const ask = asked[b];
      const [first, second] =
        inputs === "distinct"
          ? ask.pairs.get(choose.free(ask.pair, ask.pairNames))!
          : [Number(choose.free(ask.state[0], ask.states)), Number(choose.free(ask.state[1], ask.states))];
      const left = sideOf(choose.free(ask.op[0], operations), first);
      const right = sideOf(choose.free(ask.op[1], operations), second);
      const combined = combine ? choose.free(ask.combine, ways) : "add";
      made.push(Object.freeze(combined === "add" ? { left, right } : { left, right, combine: combined }));
    }
    return Object.freeze({ blocks: Object.freeze(made), output });
  };
}

function checkOptions(options: CellSpaceOptions): void {
  const fail = (what: string, got: unknown): RangeError =>
    new RangeError(`CellSpace: ${what}, got ${say(got)}`);
  if (!isObject(options)) {
    throw fail("expected { name, operations, blocks, output, cells, filters, … }", options);
  }
  refuseUnknown("CellSpace", options, optionNames);
  const { operations, blocks, output, cells, filters, cellKinds, inputs, combine } = options;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw fail("operations must be a list with at least one", operations);
  }
  const own = operations.filter((operation): operation is Operation => isObject(operation));
  for (const operation of operations)
    requireOperation(
      "CellSpace: operations",
      isObject(operation) ? (operation as Operation).name : operation,
      own,
    );
  const counts = typeof blocks === "number" ? [blocks] : isObject(blocks) ? blocks.values : undefined;
  const isNumber = (count: unknown) =>
    Number.isInteger(count) && Number(count) >= 1 && Number(count) <= MOST_BLOCKS_IN_CELL;
  if (!Array.isArray(counts) || counts.length === 0 || !counts.every(isNumber)) {
    throw fail(
      `blocks must be an integer from 1 to ${MOST_BLOCKS_IN_CELL}, or a dimension of such as oneOf([1, 2, 3])`,
      blocks,
    );
  }
  if (output !== "loose" && output !== "all") throw fail('output must be "loose" or "all"', output);
  if (![undefined, 1, 2].includes(cellKinds)) throw fail("cellKinds must be 1 or 2", cellKinds);
  if (![undefined, "any", "distinct"].includes(inputs))
    throw fail('inputs must be "any" or "distinct"', inputs);
  if (![undefined, true, false].includes(combine)) throw fail("combine must be true or false", combine);
  for (const [name, given] of Object.entries({ cells, filters })) {
    const values = typeof given === "number" ? [given] : isObject(given) ? given.values : undefined;
    if (!Array.isArray(values) || !values.every(value => Number.isSafeInteger(value) && value > 0)) {
      throw fail(`${name} must be a positive integer, or a dimension of such as oneOf([4, 8])`, given);
    }
  }
}
