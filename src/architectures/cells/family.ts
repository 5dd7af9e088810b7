/** The family of cells: what building, stores, spaces and the zoo ask of its architectures. */
import { refuseUnknown, type OptionNames } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { isCount, NetworkError } from "../../networks/shape.js";
import type { Family } from "../family.js";
import { assemble } from "./assemble.js";
import { INPUTS } from "./cell.js";
import { canonicalCells } from "./canonical.js";
import { checkCellNetwork } from "./check.js";
import { checkCell } from "./check-cell.js";
import { checkConvention } from "./check-convention.js";
import { cellColumns, cellTitle } from "./columns.js";
import { cellConventions } from "./conventions.js";
import { readGenotype } from "#genotypes";
import { type CellNetwork, kindOf } from "./network.js";
import type { Operation } from "./operation.js";
import { scaledDepth, scaledWidth } from "../mobile/rounding.js";
import { cellGraphs } from "../graphs/cell-graphs.js";
import { cellDesigns, frozenCell } from "./published.js";

/** What `cellNetwork` is given: two cells and a convention, or a published design by name, and the numbers. */
export interface CellNetworkOptions extends Partial<Omit<CellNetwork, "family" | "cells" | "filters">> {
  /** `"NASNet-A"`, `"DARTS-V2"`: what it has is taken where it is not given. */
  readonly design?: string;
  readonly cells: number;
  readonly filters: number;
}

const optionNames: OptionNames<CellNetworkOptions> = {
  design: true,
  name: true,
  classes: true,
  resolution: true,
  normal: true,
  reduction: true,
  cells: true,
  filters: true,
  stem: true,
  convention: true,
  operations: true,
  reductions: true,
  skipsReduction: true,
  epsilon: true,
  auxiliary: true,
};

/**
 * A network of cells, as data that cannot change.
 *
 * @throws NetworkError for what no network can have, naming the cell, block and side
 * @example
 * ```ts
 * const small = cellNetwork({ design: "DARTS-V2", cells: 5, filters: 4, classes: 10, resolution: 32 });
 * countArchitecture(small).params; // => 11554
 * ```
 */
export function cellNetwork(options: CellNetworkOptions): CellNetwork {
  if (!isObject(options)) {
    throw new NetworkError(
      `cellNetwork: expected { design: "NASNet-A", cells: 18, filters: 32 } or two cells and a convention, got ${say(options)}`,
    );
  }
  const network = made("cellNetwork", options);
  checkCellNetwork("cellNetwork", network);
  return network;
}

/** Puts a network together; a stem is CIFAR's, three times as wide as the filters, unless given. */
function made(caller: string, options: CellNetworkOptions): CellNetwork {
  refuseUnknown(caller, options, optionNames, NetworkError);
  const { design, ...given } = options;
  if (design !== undefined && !(typeof design === "string" && Object.hasOwn(cellDesigns, design))) {
    throw new NetworkError(
      `${caller}: unknown design ${say(design)}; known are ${Object.keys(cellDesigns).join(", ")}`,
    );
  }
  const { normal, reduction, convention } = { ...(design !== undefined && cellDesigns[design]), ...given };
  // What is no number is told by the check.
  const width = isCount(given.filters) ? 3 * given.filters : 1;
  const parts = { stem: { kind: "cifar" as const, width }, ...given, convention };
  if (normal === undefined || convention === undefined) {
    throw new NetworkError(
      `${caller}: expected a design, such as "NASNet-A", or normal (and perhaps reduction) and a convention, got ${say(given)}`,
    );
  }
  const network = { ...parts, family: cellFamily, normal, reduction: reduction ?? normal, convention };
  checkConvention(caller, convention);
  for (const kind of ["normal", "reduction"] as const) {
    if (Object.isFrozen(network[kind])) continue;
    checkCell(caller, kind, network[kind], convention, given.operations);
    network[kind] = frozenCell(network[kind]);
  }
  return Object.freeze(network);
}

export const cellFamily: Family<CellNetwork> = Object.freeze<Family<CellNetwork>>({
  name: "Cells",
  check: checkCellNetwork,
  assemble,
  parameters: cellColumns,
  title: cellTitle,
  toJson({ family: _family, convention, operations, ...network }) {
    const builtIn =
      Object.hasOwn(cellConventions, convention.name) && cellConventions[convention.name] === convention;
    return {
      ...network,
      convention: builtIn ? convention.name : convention,
      ...(operations && { operations: operations.map(({ name }) => name) }),
    };
  },
  fields: Object.keys(optionNames),
  fromJson(json, own = []) {
    const { convention, operations, ...rest } = json;
    // A sample as JSON has its costs beside these.
    const options = Object.fromEntries(
      Object.entries(rest).filter(([part]) => Object.hasOwn(optionNames, part)),
    ) as unknown as CellNetworkOptions;
    return made("reviveArchitecture", {
      ...options,
      ...(convention !== undefined && { convention: conventionOf(convention) }),
      ...(operations !== undefined && { operations: operationsOf(operations, own) }),
    });
  },
  maker(network, place) {
    if (place === undefined) return ownNames(network);
    const at = /^(?:stem\.)?cell(\d+)(?:\.b(\d+)(?:\.(left|right))?)?/.exec(place);
    if (!at) return undefined;
    return placeInWords(network, place, at[2], at[3]);
  },
  code: ({ operations }) => operations,
  scales: {
    /** Reductions that are listed stay where they are in the network. */
    depth(network, factor) {
      const cells = scaledDepth(network.cells, factor);
      const moved = network.reductions?.map(at => Math.floor((at * cells) / network.cells));
      return Object.freeze({ ...network, cells, ...(moved && { reductions: moved }) });
    },
    width: (network, factor, divisor) =>
      Object.freeze({
        ...network,
        filters: scaledWidth(network.filters, factor, divisor),
        stem: { ...network.stem, width: scaledWidth(network.stem.width, factor, divisor) },
      }),
  },
  graphs: cellGraphs,
  canonical: canonicalCells,
  // DARTS' literal alone is known by its looks; its network is the one that its cells are published with.
  named: (_caller, text) =>
    /^\s*(?:\w+\s*=\s*)?Genotype\s*\(/.test(text)
      ? cellNetwork({ ...readGenotype(text), cells: 20, filters: 36, classes: 10, resolution: 32 })
      : undefined,
  isWhole: ({ operations }) => operations === undefined,
});

function conventionOf(given: unknown): CellNetwork["convention"] {
  if (typeof given !== "string") return Object.freeze(given) as CellNetwork["convention"];
  if (Object.hasOwn(cellConventions, given)) return cellConventions[given];
  throw new NetworkError(
    `reviveArchitecture: unknown convention ${say(given)}; known are ${Object.keys(cellConventions).join(", ")}`,
  );
}

function operationsOf(names: unknown, own: readonly { readonly name: string }[]): Operation[] {
  if (!Array.isArray(names)) {
    throw new NetworkError(`reviveArchitecture: operations must be names, got ${say(names)}`);
  }
  return names.map(name => {
    const operation = own.find(code => code.name === name && "build" in code);
    if (operation) return operation as Operation;
    throw new RangeError(
      `reviveArchitecture: unknown operation ${say(name)}; give it with the architecture: reviveArchitecture(stored, [mine])`,
    );
  });
}

/** The user's operations, which anything odd is looked for in. */
const ownNames = ({ operations }: CellNetwork): string | undefined =>
  operations?.length ? `operation ${operations.map(({ name }) => `"${name}"`).join(", ")}` : undefined;

/** `reduction cell, block 2, left, "max3" of state 0`. */
function placeInWords(
  network: CellNetwork,
  place: string,
  block: string | undefined,
  side: string | undefined,
): string | undefined {
  const kind = place.startsWith("stem.") ? "reduction" : kindOf(network, place);
  if (block === undefined) return `${kind} cell`;
  const given = network[kind].blocks[Number(block) - 1];
  if (side !== "left" && side !== "right") return `${kind} cell, block ${block}`;
  const { op, state } = given[side];
  const of = state < INPUTS ? `input ${state}` : `state ${state}`;
  return `${kind} cell, block ${block}, ${side}: "${op}" of ${of}`;
}
