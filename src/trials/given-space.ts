/**
 * A space that is a list of architectures: the networks of one sweep, to be trained again with another block, activation or
 * recipe, each of them once and in their order.
 */
import type { Stem } from "../architectures/anynet/architecture.js";
import type { Block, Stage } from "../architectures/anynet/block.js";
import type { StoredArchitecture } from "../architectures/anynet/family.js";
import type { AnyArchitecture } from "../architectures/family.js";
import {
  type AnyStoredArchitecture,
  isMember,
  reviveArchitecture,
  storeArchitecture,
} from "../architectures/stored.js";
import type { OptionNames } from "../base/expect-options.js";
import { nearestName } from "../base/nearest-name.js";
import { say } from "../base/say.js";
import { DecisionSpace } from "../spaces/decisions/decision-space.js";
import type { CodeExport } from "./source/code-export.js";
import { SpecError } from "./spec-error.js";
import { canonicalJson } from "./trial.js";
import { isRecord } from "./vocabulary.js";

/** Architectures as they are stored, or are in memory; AnyNets may get another block and activation. */
export interface GivenSpace {
  readonly architectures: readonly AnyStoredArchitecture[];
  /** What figures and tables call it. Default: how many they are, and what is changed. */
  readonly name?: string | undefined;
  /** In place of each architecture's own. */
  readonly block?: string | CodeExport | undefined;
  readonly activation?: "relu" | "silu" | undefined;
}

export const isGiven = (spec: unknown): spec is GivenSpace => isRecord(spec) && "architectures" in spec;

/** What is in memory as it is stored: a spec is data. What is stored already, or is no architecture, as it is. */
export function storedForms(given: readonly unknown[]): unknown[] {
  return given.map((each, place) => {
    if (!isRecord(each) || !(isRecord(each.block) || isRecord(each.family))) return each;
    return atPlace(place, () => storeArchitecture(each as unknown as AnyArchitecture));
  });
}

/**
 * The space.
 *
 * @param block in place of each architecture's own
 * @throws RangeError naming the architecture that is none, or cannot be changed so
 */
export function givenSpace(
  name: string,
  { architectures, activation }: GivenSpace,
  block?: Block,
): DecisionSpace {
  const revived = architectures.map((stored, place) =>
    atPlace(place, () => changed(stored, { ...(block && { block }), ...(activation && { activation }) })),
  );
  const { family } = revived[0];
  const other = revived.findIndex(architecture => architecture.family !== family);
  if (other >= 0) {
    throw new RangeError(
      `architectures: expected one family, got ${familyName(revived[0])} and, as number ${other}, ${familyName(revived[other])}; give each family a sweep of its own`,
    );
  }
  const places = revived.map((_, place) => place);
  const space = new DecisionSpace<AnyArchitecture>(
    name,
    choose => revived[choose("architecture", places)],
    family && { family },
  );
  return space as unknown as DecisionSpace;
}

function changed(
  stored: AnyStoredArchitecture,
  parts: { readonly block?: Block; readonly activation?: "relu" | "silu" },
): AnyArchitecture {
  // What is written into a spec may be anything.
  const written: unknown = stored;
  if (!isRecord(written) || !("stages" in written || "family" in written)) {
    const remedy =
      isRecord(written) && "architecture" in written ? "; a sample has one as its architecture" : "";
    throw new RangeError(`expected an architecture, got ${say(written)}${remedy}`);
  }
  if (!isMember(stored)) refuseOtherFields(stored);
  const change = Object.keys(parts)[0];
  if (change === undefined) return reviveArchitecture(stored);
  if (isMember(stored)) {
    throw new RangeError(`${change} changes AnyNets, got one of family ${stored.family}; leave it out`);
  }
  // A block of the user's own that is replaced need not be there.
  const { block } = parts;
  return reviveArchitecture({ ...stored, ...parts, block: block?.name ?? stored.block }, block && [block]);
}

const FIELDS: OptionNames<StoredArchitecture> = {
  family: true,
  name: true,
  block: true,
  stem: true,
  stages: true,
  headWidth: true,
  activation: true,
  parameters: true,
  classes: true,
  resolution: true,
};
const OF_STEM: OptionNames<Stem> = { kind: true, width: true };
const OF_STAGE: OptionNames<Stage> = {
  depth: true,
  width: true,
  bottleneck: true,
  groupWidth: true,
  stride: true,
  kernel: true,
};

/** A field that is misspelt would be taken for one that is left out. @throws RangeError naming it */
function refuseOtherFields(stored: StoredArchitecture): void {
  refuse("", stored, FIELDS);
  refuse("stem: ", stored.stem, OF_STEM);
  // What they must be is said by whoever revives it.
  if (!Array.isArray(stored.stages)) return;
  for (const [i, stage] of stored.stages.entries()) refuse(`stages[${i}]: `, stage, OF_STAGE);
}

function refuse(at: string, fields: unknown, known: object): void {
  if (!isRecord(fields)) return;
  const odd = Object.keys(fields).find(name => !Object.hasOwn(known, name));
  if (odd === undefined) return;
  const names = Object.keys(known).filter(name => name !== "family");
  const meant = nearestName(odd, names);
  throw new RangeError(
    `${at}unknown field ${say(odd)}; ${meant === undefined ? "" : `did you mean "${meant}"? `}known are ${names.join(", ")}`,
  );
}

const familyName = ({ family }: AnyArchitecture): string => family?.name ?? "AnyNet";

function atPlace<T>(place: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new RangeError(`architectures[${place}]: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The stem that all of them have, which a spec need not repeat; undefined for families without stems.
 *
 * @throws SpecError if there are several
 */
export function stemOf({ architectures }: GivenSpace): unknown {
  const stems = new Map(
    architectures.flatMap(stored => (isMember(stored) ? [] : [[canonicalJson(stored.stem), stored.stem]])),
  );
  if (stems.size <= 1) return [...stems.values()][0];
  throw new SpecError(
    `sweep spec: stem: expected one that all networks get, since the architectures have ${stems.size} (${[...stems.keys()].slice(0, 3).join(", ")}), got none; write it into the spec`,
  );
}
