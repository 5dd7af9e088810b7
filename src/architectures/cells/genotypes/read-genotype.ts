/**
 * Genotypes as others write them: DARTS' Python literal, a network of NDS' JSON files, and NNI's sample of its hub's spaces.
 */
import { nearestName } from "../../../base/nearest-name.js";
import { expectOptions } from "../../../base/expect-options.js";
import { isObject, say } from "../../../base/say.js";
import { isCount, NetworkError } from "../../../networks/shape.js";
import { type Cell, type CellBlock, type CellOutput, INPUTS, type Side } from "../cell.js";
import { checkCell } from "../check-cell.js";
import { type CellConvention, dartsConvention } from "../conventions.js";
import type { Operation } from "../operation.js";
import { cellOperations } from "../operations.js";
import { frozenCell } from "../published.js";
import { fromDarts } from "./operation-names.js";
import { readPython } from "./python-literal.js";

/** Two cells, and the numbers of their network where the text has them: what `cellNetwork` takes. */
export interface Genotype {
  readonly normal: Cell;
  readonly reduction: Cell;
  readonly convention: CellConvention;
  readonly operations?: readonly Operation[];
  readonly cells?: number;
  readonly filters?: number;
}

export interface GenotypeOptions {
  /** What a cell's output is, for a sample of NNI, which does not say: `"all"` in DARTS and PNAS, else `"loose"`. */
  readonly output?: Exclude<CellOutput, readonly number[]>;
  /** Operations of one's own that the genotype names. */
  readonly operations?: readonly Operation[];
}

/**
 * Reads a genotype: DARTS' `Genotype(normal=[('sep_conv_3x3', 0), …], normal_concat=range(2, 6), reduce=…, reduce_concat=…)`,
 * what NDS has as `net` or its `genotype`, or a sample of NNI's `{ "normal/op_2_0": "sep_conv_3x3", "normal/input_2_0": 0, … }`;
 * the latter two as JSON or as what JSON.parse made of it. State 0 is the output of the cell before the previous one, as in
 * all three.
 *
 * @throws NetworkError naming the cell, block and side that no network can have, or the place where the text is none
 * @example
 * ```ts
 * const text = `Genotype(
 *   normal=[('sep_conv_3x3', 0), ('skip_connect', 1), ('max_pool_3x3', 0), ('dil_conv_5x5', 2)], normal_concat=[2, 3],
 *   reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('sep_conv_5x5', 1)], reduce_concat=[2, 3])`;
 * const network = cellNetwork({ ...readGenotype(text), cells: 5, filters: 4, classes: 10, resolution: 32 });
 * countArchitecture(network).params; // => 6930
 * ```
 */
export function readGenotype(genotype: string | object, options: GenotypeOptions = {}): Genotype {
  expectOptions("readGenotype", options, { output: "text?", operations: "list?" });
  const { output } = options;
  if (output !== undefined && output !== "all" && output !== "loose") {
    throw fail(`output must be "all" or "loose", got ${say(output)}`);
  }
  const given: unknown = typeof genotype === "string" ? parse(genotype) : genotype;
  if (!isObject(given) || Array.isArray(given)) throw notOne(given);
  const parts = given as Readonly<Record<string, unknown>>;
  const read = Object.keys(parts).some(key => nniKey.test(key))
    ? readNni(parts, options)
    : readNds(parts, options);
  for (const kind of ["normal", "reduction"] as const) {
    checkCell("readGenotype", kind, read[kind], dartsConvention, options.operations);
  }
  return Object.freeze({
    ...read,
    convention: dartsConvention,
    ...(options.operations && { operations: options.operations }),
  });
}

const fail = (what: string): NetworkError => new NetworkError(`readGenotype: ${what}`);

const notOne = (given: unknown): NetworkError =>
  fail(
    `expected DARTS' Genotype(normal=…, normal_concat=…, reduce=…, reduce_concat=…), a net of NDS' JSON or a sample of NNI's, got ${say(given)}`,
  );

/** A text: JSON if it is some, else Python. */
function parse(text: string): unknown {
  if (text.trim() === "") throw notOne(text);
  try {
    return JSON.parse(text);
  } catch {
    return readPython(text, fail);
  }
}

interface Read {
  readonly normal: Cell;
  readonly reduction: Cell;
  readonly cells?: number;
  readonly filters?: number;
}

/** DARTS' parts, perhaps inside of NDS' `net`, or of an entry that has one. */
function readNds(given: Readonly<Record<string, unknown>>, options: GenotypeOptions): Read {
  if (isObject(given.net)) return readNds(given.net as typeof given, options);
  const genotype = isObject(given.genotype) ? (given.genotype as typeof given) : given;
  const numbers = genotype === given ? {} : numbersOf(given);
  const parts = ["normal", "normal_concat", "reduce", "reduce_concat"];
  const missing = parts.find(part => genotype[part] === undefined || genotype[part] === null);
  if (missing !== undefined) {
    const has = Object.keys(genotype).slice(0, 8).join(", ");
    throw fail(
      `expected a genotype with ${parts.join(", ")}, got one without ${missing}${has ? `, but with ${has}` : ""}`,
    );
  }
  const unknown = Object.keys(genotype).find(part => !parts.includes(part));
  if (unknown !== undefined)
    throw fail(`expected a genotype with ${parts.join(", ")}, got ${say(unknown)} too`);
  return {
    normal: cellOf("normal", genotype.normal, genotype.normal_concat, options),
    reduction: cellOf("reduction", genotype.reduce, genotype.reduce_concat, options),
    ...numbers,
  };
}

/** Depth and width are NDS' and NNI's words for cells and filters. */
function numbersOf({ depth, width }: Readonly<Record<string, unknown>>): Pick<Read, "cells" | "filters"> {
  for (const [name, value] of Object.entries({ depth, width })) {
    if (value !== undefined && !isCount(value))
      throw fail(`${name} must be a positive integer, got ${say(value)}`);
  }
  return {
    ...(depth !== undefined && { cells: depth as number }),
    ...(width !== undefined && { filters: width as number }),
  };
}

/** A cell of DARTS' form: its edges in a row, two for each node, or in pairs. */
function cellOf(kind: string, edges: unknown, concat: unknown, options: GenotypeOptions): Cell {
  const at = `${kind} cell`;
  if (!Array.isArray(edges))
    throw fail(`${at}: expected a list of edges, ('sep_conv_3x3', 0), got ${say(edges)}`);
  const flat: unknown[] = edges.every(pair => Array.isArray(pair) && Array.isArray(pair[0]))
    ? edges.flat(1)
    : edges;
  if (flat.length === 0 || flat.length % 2 === 1) {
    throw fail(`${at}: expected two edges for each block, got ${flat.length}`);
  }
  const blocks: CellBlock[] = [];
  for (let b = 0; b < flat.length / 2; b++) {
    blocks.push({
      left: sideOf(`${at}, block ${b + 1}, left`, flat[2 * b], options),
      right: sideOf(`${at}, block ${b + 1}, right`, flat[2 * b + 1], options),
    });
  }
  if (!Array.isArray(concat))
    throw fail(`${at}: expected the states of its output as a list or range, got ${say(concat)}`);
  return frozenCell({ blocks, output: concat as number[] });
}

function sideOf(at: string, edge: unknown, options: GenotypeOptions): Side {
  if (!Array.isArray(edge) || edge.length < 2 || typeof edge[0] !== "string") {
    throw fail(`${at}: expected an operation and a state, ('sep_conv_3x3', 0), got ${say(edge)}`);
  }
  return { op: operationOf(at, edge[0], options), state: edge[1] as number };
}

function operationOf(at: string, name: unknown, { operations = [] }: GenotypeOptions): string {
  const ours = typeof name === "string" ? fromDarts.get(name) : undefined;
  if (ours !== undefined) return ours;
  if (typeof name === "string" && operations.some(operation => operation.name === name)) return name;
  const known = [...fromDarts.keys(), ...operations.map(operation => operation.name)];
  const near = typeof name === "string" ? nearestName(name, known) : undefined;
  // netspace's own names would be read back, and are not what these forms have.
  const own =
    typeof name === "string" && cellOperations.has(name) ? "; netspace's own names are for cellNetwork" : "";
  throw fail(
    `${at}: unknown operation ${say(name)}; ${near ? `did you mean "${near}"? ` : ""}known are ${known.join(", ")}${own}`,
  );
}

/** A label of NNI's: the cell, the node counted with the inputs, and which of its two sides. */
const nniKey = /(?:^|\/)(normal|reduce)\/(op|input)_(\d+)_(\d+)$/;

function readNni(given: Readonly<Record<string, unknown>>, options: GenotypeOptions): Read {
  const found = { normal: new Map<string, unknown>(), reduce: new Map<string, unknown>() };
  for (const [key, value] of Object.entries(given)) {
    const label = nniKey.exec(key);
    if (label) found[label[1] as keyof typeof found].set(`${label[2]} ${label[3]} ${label[4]}`, value);
    else if (!["depth", "width"].includes(key.slice(key.lastIndexOf("/") + 1))) {
      throw fail(`expected labels such as "normal/op_2_0", depth and width, got ${say(key)}`);
    }
  }
  const numbers = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key.slice(key.lastIndexOf("/") + 1), value]),
  );
  return {
    normal: nniCell("normal", found.normal, options),
    reduction: nniCell("reduction", found.reduce, options),
    ...numbersOf(numbers),
  };
}

function nniCell(
  kind: "normal" | "reduction",
  found: ReadonlyMap<string, unknown>,
  options: GenotypeOptions,
): Cell {
  const nodes = Math.ceil(found.size / 4);
  const label = (part: string, node: number, side: number): string =>
    `${kind === "normal" ? "normal" : "reduce"}/${part}_${node}_${side}`;
  const blocks: CellBlock[] = [];
  for (let node = INPUTS; node < INPUTS + nodes; node++) {
    const [left, right] = [0, 1].map((side): Side => {
      const at = `${kind} cell, block ${node - INPUTS + 1}, ${side === 0 ? "left" : "right"}`;
      for (const part of ["op", "input"]) {
        if (!found.has(`${part} ${node} ${side}`)) {
          throw fail(
            `${at}: expected ${say(label(part, node, side))} among the labels of ${nodes} blocks, got none`,
          );
        }
      }
      const input = found.get(`input ${node} ${side}`);
      const state: unknown = Array.isArray(input) && input.length === 1 ? input[0] : input;
      return { op: operationOf(at, found.get(`op ${node} ${side}`), options), state: state as number };
    });
    blocks.push({ left, right });
  }
  if (blocks.length === 0)
    throw fail(`${kind} cell: expected labels such as ${say(label("op", 2, 0))}, got none`);
  const { output = blocks.length === 4 ? "all" : undefined } = options;
  if (output !== undefined) return frozenCell({ blocks, output });
  throw fail(
    `a sample of NNI's with ${blocks.length} blocks does not say what a cell's output is; give { output: "loose" } for NNI's NASNet, AmoebaNet and ENAS, { output: "all" } for PNAS`,
  );
}
