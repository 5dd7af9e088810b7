/** Design spaces by name, for the command line and for sweep specs. */
import { AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE } from "./anynet.js";
import { cellSpaces } from "./cells/published-cell-spaces.js";
import { ENASMacro, ENASMacroSmall, NASRL, NASRLSmall, NASRLStrides } from "./layer-spaces.js";
import { MnasNet, MnasNetBothExpansions, MnasNetSmall } from "./mobile-spaces.js";
import { paperSpaces } from "./paper-spaces.js";
import { RegNetX } from "./regnet.js";
import { SmallAssignments } from "./scaling/small-assignments.js";
import { say } from "../base/say.js";
import { completes } from "../notebook/completes.js";
import type { Space } from "./space.js";
import { NasBench201, NasBenchMacro, SmallCells } from "./tabular.js";

const anyNets: readonly Space[] = [
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  AnyNetXD,
  AnyNetXE,
  RegNetX,
  ...paperSpaces,
  SmallAssignments,
];
/** Spaces of other families: who asks for one by its name knows which it is of. */
const others = [
  ...cellSpaces,
  NasBench201,
  NasBenchMacro,
  SmallCells,
  MnasNet,
  MnasNetBothExpansions,
  MnasNetSmall,
  NASRL,
  NASRLStrides,
  NASRLSmall,
  ENASMacro,
  ENASMacroSmall,
] as readonly unknown[] as readonly Space[];
const spaces = new Map<string, Space>([...anyNets, ...others].map(space => [space.name, space]));

/** The names of the spaces that specs and the command line know. */
export const spaceNames = (): string[] => [...spaces.keys()];

/**
 * @throws RangeError for a name that no space has, with the names there are
 *
 * @example
 * ```ts
 * spaceByName("AnyNetXE") === AnyNetXE; // => true
 * ```
 */
export function spaceByName(name: string): Space {
  const space = spaces.get(name);
  if (!space)
    throw new RangeError(`spaceByName: unknown space ${say(name)}; known are ${spaceNames().join(", ")}`);
  return space;
}
completes(spaceByName, spaceNames);
