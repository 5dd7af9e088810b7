/**
 * Architectures as JSON: an AnyNet's block becomes its name, all else stays, a RegNet's parameters included; another
 * family's are what its `toJson` gives, under its name, with its numbers as columns, so that a population can be read
 * without the family's code.
 *
 * Only the built-in blocks and families come back by name; a user's is code, which a name does not bring back. Give it
 * with the architecture: `reviveArchitecture(stored, [mine])`. A family that is registered comes back by itself.
 */
import { expectList } from "../base/expect.js";
import { nearestName } from "../base/nearest-name.js";
import { isObject, say } from "../base/say.js";
import { NetworkError } from "../networks/shapes.js";
import type { Architecture } from "./anynet/architecture.js";
import { anyNetFamily, anyNetParameters, type StoredArchitecture } from "./anynet/family.js";
import type { Block } from "./anynet/block.js";
import { blocks } from "./anynet/blocks/index.js";
import { checkBlock } from "./anynet/check-architecture.js";
import {
  checkArchitecture,
  commonParts,
  familyByName,
  familyOf,
  isBuiltInName,
  requireFamily,
} from "./families.js";
import type { AnyArchitecture, Family } from "./family.js";
import type { LayerOperation } from "./layers/operations.js";
import type { MobileOperation } from "./mobile/operations.js";

export type { StoredArchitecture };

/** An architecture of another family than AnyNet: what its `toJson` gave, and what is the same for all. */
export interface StoredMember {
  /** The family's name. */
  readonly family: string;
  readonly name?: string;
  readonly classes?: number;
  readonly resolution?: number;
  /** Its numbers by their names as columns of a population. */
  readonly columns?: Readonly<Record<string, number>>;
  readonly [part: string]: unknown;
}

/** An architecture as JSON can hold it. */
export type AnyStoredArchitecture = StoredArchitecture | StoredMember;

/** What populations call other numbers than a family's: one of that name would be written over the other. */
const populationColumns: ReadonlySet<string> = new Set([
  "index",
  "id",
  "status",
  "network",
  "error",
  "validationError",
  "flops",
  "params",
  "acts",
  "seconds",
  "imagesPerSecond",
  "epochs",
  "learningRate",
  "weightDecay",
  "trainBatch",
  "seed",
]);

/**
 * The architecture as JSON can hold it: its block, or its family, by name.
 *
 * @throws NetworkError for a block or a family of one's own under a built-in's name, which would come back as the
 *   built-in, and for a family whose data or numbers JSON cannot hold
 * @example
 * ```ts
 * const stored = JSON.stringify(storeArchitecture(zoo("RegNetX-200MF").architecture));
 * countArchitecture(reviveArchitecture(JSON.parse(stored))).flops; // => 199040872
 * ```
 */
export function storeArchitecture(architecture: Architecture): StoredArchitecture;
export function storeArchitecture(architecture: AnyArchitecture): AnyStoredArchitecture;
export function storeArchitecture(architecture: AnyArchitecture): AnyStoredArchitecture {
  checkArchitecture("storeArchitecture", architecture);
  const family = familyOf(architecture);
  const json: unknown = family.toJson(architecture);
  if (family === anyNetFamily) return json as StoredArchitecture;
  const problem = (what: string): NetworkError =>
    new NetworkError(`storeArchitecture: family "${family.name}": ${what}`);
  if (!isObject(json) || Array.isArray(json)) {
    throw problem(`toJson() must give an object, got ${say(json)}`);
  }
  const taken = ["family", "columns"].find(key => key in json);
  if (taken !== undefined) throw problem(`toJson() must not give ${taken}, which stores write themselves`);
  const columns: unknown = family.parameters(architecture);
  if (!isObject(columns)) throw problem(`parameters() must give numbers by name, got ${say(columns)}`);
  const odd = Object.entries(columns).find(([, value]) => typeof value !== "number");
  if (odd) throw problem(`parameters() must give numbers by name, got ${odd[0]}: ${say(odd[1])}`);
  const other = Object.keys(columns).find(name => populationColumns.has(name));
  if (other !== undefined) {
    throw problem(
      `parameters() must not give ${other}, which is another column of populations; call it otherwise`,
    );
  }
  return {
    family: family.name,
    ...json,
    ...commonParts(architecture),
    columns: columns as Record<string, number>,
  };
}

/** Whether a stored architecture comes back by itself, anywhere: its block, or its family, is built in. */
export const isRevivable = (stored: AnyStoredArchitecture): boolean =>
  isMember(stored)
    ? isBuiltInName(stored.family) && (familyByName("isRevivable", stored.family).isWhole?.(stored) ?? true)
    : typeof stored.block === "string" && Object.hasOwn(blocks, stored.block);

/** Code of one's own that stored architectures know by name: a block, an operation of a family, or a family. */
export type OwnCode = Block | MobileOperation | LayerOperation | Family;

/**
 * The architecture again, with its block, operations or family as code.
 *
 * @param own blocks, operations and families that are not built in and may be among the stored ones, such as
 *   `(await import("./ghost.ts")).ghost`
 * @throws RangeError if the block is neither built in nor one of them, or no family of that name is known
 * @throws NetworkError for what no network can have
 * @example
 * ```ts
 * const stored = JSON.parse(JSON.stringify(storeArchitecture(zoo("RegNetX-200MF").architecture)));
 * describe(reviveArchitecture(stored)) === describe(zoo("RegNetX-200MF").architecture); // => true
 * ```
 */
export function reviveArchitecture(stored: StoredArchitecture, own?: readonly OwnCode[]): Architecture;
export function reviveArchitecture(stored: AnyStoredArchitecture, own?: readonly OwnCode[]): AnyArchitecture;
export function reviveArchitecture(
  stored: AnyStoredArchitecture,
  own: readonly OwnCode[] = [],
): AnyArchitecture {
  if (!isObject(stored)) {
    throw new RangeError(
      `reviveArchitecture: expected what storeArchitecture() gave, got ${say(stored)}; parse its JSON first`,
    );
  }
  expectList("reviveArchitecture", "blocks or families of one's own", own, { name: "text" });
  for (const code of own) {
    if (isFamily(code)) requireFamily("reviveArchitecture", code);
    else checkBlock("reviveArchitecture", code as Block);
  }
  const architecture = revived(stored, own);
  checkArchitecture("reviveArchitecture", architecture);
  return architecture;
}

const isFamily = (code: OwnCode): code is Family => "assemble" in code;

function revived(stored: AnyStoredArchitecture, own: readonly OwnCode[]): AnyArchitecture {
  if (!isMember(stored)) {
    return anyNetFamily.fromJson(stored as unknown as Readonly<Record<string, unknown>>, own);
  }
  const { family: name, columns: _columns, ...json } = stored;
  const mine = own.find((code): code is Family => isFamily(code) && code.name === name);
  const family = mine ?? familyByName("reviveArchitecture", name);
  if (family.fields) requireFields(family.name, family.fields, json);
  const architecture: unknown = family.fromJson(json, own);
  if (!isObject(architecture) || Array.isArray(architecture)) {
    throw new NetworkError(
      `reviveArchitecture: fromJson() of family "${family.name}" must give an architecture, got ${say(architecture)}`,
    );
  }
  return { ...commonParts(stored), ...architecture, family };
}

/** Of every family; and what a sample's JSON has beside its architecture. */
const COMMON: readonly string[] = ["name", "classes", "resolution"];
const COSTS: ReadonlySet<string> = new Set(["params", "flops", "acts"]);

/** A field that a family does not have would be lost, with whatever was meant by it. */
function requireFields(
  family: string,
  fields: readonly string[],
  json: Readonly<Record<string, unknown>>,
): void {
  const known = [...new Set([...COMMON, ...fields])];
  const other = Object.keys(json).find(name => !known.includes(name) && !COSTS.has(name));
  if (other === undefined) return;
  const meant = nearestName(other, known);
  const remedy = meant === undefined ? "" : `did you mean "${meant}"? `;
  throw new NetworkError(
    `reviveArchitecture: unknown field ${say(other)} of family "${family}"; ${remedy}known are ${known.join(", ")}`,
  );
}

/** Whether a stored architecture is of another family than AnyNet. */
export const isMember = (stored: AnyStoredArchitecture): stored is StoredMember =>
  stored.family !== undefined;

/** A stored architecture's numbers, by their names as columns of a population. */
export const columnsOf = (stored: AnyStoredArchitecture): Readonly<Record<string, number>> =>
  isMember(stored) ? (stored.columns ?? {}) : anyNetParameters(stored);

/** The same for people: an AnyNet's d, w, b and g with a value for each stage, another's numbers one by one. */
export function listing(stored: AnyStoredArchitecture): Readonly<Record<string, string>> {
  if (isMember(stored)) {
    return Object.fromEntries(
      Object.entries(columnsOf(stored)).map(([name, value]) => [name, String(value)]),
    );
  }
  const list = (key: "depth" | "width" | "bottleneck" | "groupWidth") =>
    stored.stages.map(stage => stage[key]).join(", ");
  return { d: list("depth"), w: list("width"), b: list("bottleneck"), g: list("groupWidth") };
}

/** The names of some listings, each once, in the order in which they come. */
export const listedNames = (listings: readonly Readonly<Record<string, string>>[]): string[] => [
  ...new Set(listings.flatMap(listed => Object.keys(listed))),
];
