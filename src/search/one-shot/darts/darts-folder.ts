/**
 * A search by DARTS in a folder: `darts-spec.json`, which decides all that it does, and `darts-state.safetensors`, where it stands after the
 * last epoch: weights and what their optimiser remembers, α and Adam's, and what was recorded. One file, so that none of
 * them is another epoch's.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile } from "../../../base/node/json-file.js";
import { replaceFile } from "../../../base/node/replace-file.js";
import { isObject, say } from "../../../base/say.js";
import { loadSessionState, saveSessionState } from "../../../training/checkpoints/session-file.js";
import type { Precision } from "../../../training/engine.js";
import type { SessionState } from "../../../training/session.js";
import { SpecError } from "../../../trials/spec-error.js";
import { specFile } from "../../../trials/spec-file.js";
import { StoreError } from "../../../trials/store/store-error.js";
import { writing } from "../../../trials/store/store.js";
import { canonicalJson } from "../../../trials/trial.js";
import { differingFields } from "../../../trials/differing-fields.js";
import { holdsSearch } from "../../runs/search-folder.js";
import type { Supernet } from "../supernet.js";
import type { AlphaState } from "./alpha-vector.js";
import type { DartsEpoch } from "./epoch.js";
import type { DartsSettings, SkipLimit } from "./settings.js";

/** All that a search is, as plain data. */
export interface DartsFacts extends DartsSettings {
  readonly version: 1;
  /** Hash of all else. */
  readonly id: string;
  readonly space: string;
  /** Hash of the supernet's layers and of what its sums choose between. */
  readonly supernet: string;
  /** Edges and their operations, in the order of α. */
  readonly edges: Readonly<Record<string, readonly string[]>>;
  readonly dataset: string;
  /** Images that the weights are trained on, and that α is moved by. */
  readonly images: { readonly training: number; readonly validation: number };
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
  readonly stopAt?: Required<SkipLimit>;
  /** Hash of what α begins with, where that was given. */
  readonly from?: string;
}

export type DartsStatus = "running" | "finished" | "stopped" | "diverged" | "cancelled";

/** How a search stands, but for its weights. */
export interface DartsStanding {
  /** `"running"` in a folder: there are epochs to come. */
  readonly status: DartsStatus;
  readonly history: readonly DartsEpoch[];
  /** Why it was stopped or diverged, in words. */
  readonly reason?: string;
  /** Where a number stopped being finite, both from 1. */
  readonly divergedAt?: { readonly epoch: number; readonly step: number };
}

/** What it takes to go on. */
export interface DartsState extends DartsStanding {
  readonly alpha: AlphaState;
  readonly session: SessionState;
}

const hash = (data: unknown): string =>
  createHash("sha256").update(canonicalJson(data)).digest("hex").slice(0, 32);

/** A short name of data. */
export const printOf = hash;

export const supernetPrint = ({ network, sums }: Pick<Supernet, "network" | "sums">): string =>
  hash({ layers: network.layers, classes: network.classes, sums });

export const withId = (facts: Omit<DartsFacts, "id">): DartsFacts => ({ ...facts, id: hash(facts) });

const factsFile = (folder: string): string => join(folder, "darts-spec.json");
const stateFile = (folder: string): string => join(folder, "darts-state.safetensors");

export const holdsDarts = (folder: string): boolean => existsSync(factsFile(folder));

/** @throws SpecError if the folder holds no such search, or one that cannot be read */
export function readDartsFacts(fn: string, folder: string): DartsFacts {
  const file = factsFile(folder);
  if (!existsSync(file)) {
    throw new SpecError(
      `${fn}: expected the folder of a search by DARTS, with a darts-spec.json, got ${folder}; darts(space, { …, out: ${say(folder)} }) begins one`,
    );
  }
  let facts: unknown;
  try {
    facts = readJsonFile(file);
  } catch (error) {
    throw new SpecError(`${fn}: ${file} cannot be read (${(error as Error).message})`, { cause: error });
  }
  const { version } = (isObject(facts) ? facts : {}) as Partial<DartsFacts>;
  if (version !== 1) {
    throw new SpecError(
      `${fn}: expected a search of form 1 in ${file}, got ${say(version)}; update netspace if a newer one wrote it`,
    );
  }
  return facts as DartsFacts;
}

/** Whether the search may be kept in this folder. @throws SpecError if another is there, or something else's results */
export function checkDartsFolder(folder: string, facts: DartsFacts): void {
  if (holdsDarts(folder)) {
    const kept = readDartsFacts("darts", folder);
    if (kept.id === facts.id) return;
    throw new SpecError(
      `darts: ${folder} holds another search (${differingFields(kept, facts).words}); choose another folder`,
    );
  }
  const other = holdsSearch(folder) ? "a search" : existsSync(specFile(folder)) ? "a sweep" : undefined;
  if (other) throw new SpecError(`darts: ${folder} holds ${other}; choose another folder`);
}

export function keepDartsFacts(folder: string, facts: DartsFacts): void {
  if (holdsDarts(folder)) return;
  const file = factsFile(folder);
  writing(file, () => replaceFile(file, `${JSON.stringify(facts, null, 2)}\n`, { durable: true }));
}

/** The note's name in the file, and the form of what it says. */
const NOTE = "darts";
const FORM = 1;

/** All of a state but the session's. */
interface Note extends Omit<DartsState, "session"> {
  readonly form: typeof FORM;
  readonly search: string;
}

/** Writes where a search stands, whole or not at all. Without a sync: an older state only means that epochs are run again. @throws StoreError */
export function keepDartsState(folder: string, search: string, state: DartsState): void {
  const { session, ...standing } = state;
  const note: Note = { form: FORM, search, ...standing };
  const file = stateFile(folder);
  writing(file, () => saveSessionState(file, session, { [NOTE]: JSON.stringify(note) }));
}

/**
 * Where the search in a folder stands; undefined before its first epoch.
 *
 * @throws StoreError for a file that cannot be read, or is another search's
 */
export function readDartsState(fn: string, folder: string, search: string): DartsState | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  const fail = (problem: string, cause?: unknown): never => {
    throw new StoreError(
      `${fn}: ${file} ${problem}; remove it to begin the search anew, or choose another folder`,
      { cause },
    );
  };
  let read: ReturnType<typeof loadSessionState>;
  let note: Partial<Note> | null;
  try {
    read = loadSessionState(file);
    note = JSON.parse(read.notes[NOTE] ?? "null") as Partial<Note> | null;
  } catch (error) {
    return fail(`cannot be read (${(error as Error).message})`, error);
  }
  const { form, search: whose, ...standing } = note ?? {};
  if (form !== FORM) return fail(`holds no search by DARTS of form ${FORM}, got ${say(form)}`);
  if (whose !== search) return fail(`is the state of another search, expected ${search}, got ${say(whose)}`);
  return { ...(standing as Omit<DartsState, "session">), session: read.state };
}
