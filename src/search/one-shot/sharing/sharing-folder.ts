/**
 * A supernet's training in a folder: `supernet-spec.json`, what decides it, and `supernet-state.safetensors`, where it stands after the
 * last epoch: weights, what their optimiser remembers, and as a note what was recorded. One file, so that none is another epoch's.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile } from "../../../base/node/json-file.js";
import { replaceFile } from "../../../base/node/replace-file.js";
import { isObject, say } from "../../../base/say.js";
import { loadSessionState, saveSessionState } from "../../../training/checkpoints/session-file.js";
import type { SessionState } from "../../../training/session.js";
import { SpecError } from "../../../trials/spec-error.js";
import { specFile } from "../../../trials/spec-file.js";
import { StoreError } from "../../../trials/store/store-error.js";
import { writing } from "../../../trials/store/store.js";
import { canonicalJson } from "../../../trials/trial.js";
import { holdsSearch } from "../../runs/search-folder.js";
import type { SharingFacts, SharingStanding } from "./facts.js";

/** What it takes to go on. */
export interface KeptSharing {
  readonly standing: SharingStanding;
  readonly session: SessionState;
  /** A controller's state; plain data. */
  readonly controller?: unknown;
}

const NOTE = "netspace supernet";
const FORM = 1;

interface Note {
  readonly form: typeof FORM;
  /** Whose state it is. */
  readonly training: string;
  readonly standing: SharingStanding;
  readonly controller?: unknown;
}

const factsFile = (folder: string): string => join(folder, "supernet-spec.json");
const stateFile = (folder: string): string => join(folder, "supernet-state.safetensors");

/** Whether a training may be kept in this folder. @throws SpecError if another is there, or something else's results */
export function checkSharingFolder(fn: string, folder: string, facts: SharingFacts): void {
  const file = factsFile(folder);
  if (existsSync(file)) {
    const kept = readFacts(fn, file);
    if (kept.id === facts.id) return;
    const differing = (Object.keys({ ...kept, ...facts }) as (keyof SharingFacts)[]).filter(
      field => field !== "id" && canonicalJson(kept[field]) !== canonicalJson(facts[field]),
    );
    throw new SpecError(
      `${fn}: ${folder} holds the training of another supernet, whose ${differing.join(", ")} ${differing.length === 1 ? "differs" : "differ"}; choose another folder`,
    );
  }
  const other = holdsSearch(folder) ? "a search" : existsSync(specFile(folder)) ? "a sweep" : undefined;
  if (other) throw new SpecError(`${fn}: ${folder} holds ${other}; choose another folder`);
}

function readFacts(fn: string, file: string): SharingFacts {
  let facts: unknown;
  try {
    facts = readJsonFile(file);
  } catch (error) {
    throw new SpecError(`${fn}: ${file} cannot be read (${(error as Error).message})`, { cause: error });
  }
  const { version } = (isObject(facts) ? facts : {}) as Partial<SharingFacts>;
  if (version === 1) return facts as SharingFacts;
  throw new SpecError(
    `${fn}: expected a supernet's training of form 1 in ${file}, got ${say(version)}; update netspace if a newer one wrote it`,
  );
}

/** Keeps what decides a training, unless it is there. @throws StoreError */
export function keepSharingFacts(folder: string, facts: SharingFacts): void {
  const file = factsFile(folder);
  if (existsSync(file)) return;
  writing(file, () => replaceFile(file, `${JSON.stringify(facts, null, 2)}\n`, { durable: true }));
}

/** Without a sync: an older state only means that epochs are trained again. @throws CheckpointError */
export function keepSharing(folder: string, training: string, { session, ...kept }: KeptSharing): void {
  const note: Note = { form: FORM, training, ...kept };
  saveSessionState(stateFile(folder), session, { [NOTE]: JSON.stringify(note) });
}

/**
 * Where the training in a folder stands; undefined before its first epoch.
 *
 * @throws CheckpointError for a file that cannot be read
 * @throws StoreError for one that is another training's
 */
export function readSharing(fn: string, folder: string, training: string): KeptSharing | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  const { state: session, notes } = loadSessionState(file);
  const note: unknown = JSON.parse(notes[NOTE] ?? "null");
  const { form, training: whose, standing, controller } = (isObject(note) ? note : {}) as Partial<Note>;
  if (form !== FORM || whose !== training || !standing) {
    throw new StoreError(
      `${fn}: expected the state of training ${training} in ${file}, got ${say(whose)}; remove the file to train anew, or choose another folder`,
    );
  }
  return { standing, session, ...(controller !== undefined && { controller }) };
}
