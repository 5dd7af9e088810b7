/**
 * What runs on one supernet keep in a folder: a spec, which decides all that they do, and a state, where they stand after the last
 * epoch: weights and what their optimiser remembers, and as a note all else. One file, so that none of it is another epoch's.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileProblem } from "../../base/node/file-problem.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { readJsonFile } from "../../base/node/json-file.js";
import { replaceFile } from "../../base/node/replace-file.js";
import { isObject, say } from "../../base/say.js";
import { loadSessionState, saveSessionState } from "../../training/checkpoints/session-file.js";
import type { SessionState } from "../../training/session.js";
import { differingFields } from "../../trials/differing-fields.js";
import { SpecError } from "../../trials/spec-error.js";
import { specFile } from "../../trials/spec-file.js";
import { StoreError } from "../../trials/store/store-error.js";
import { writing } from "../../trials/store/store.js";
import { canonicalJson } from "../../trials/trial.js";
import { holdsSearch } from "../runs/search-folder.js";
import type { Supernet } from "./supernet.js";

/** What every kind of run says of itself. */
export interface RunFacts {
  readonly version: 1;
  /** Hash of all else. */
  readonly id: string;
}

/** The kinds of runs by the beginning of their files' names, and what a folder then holds. */
const kinds = { darts: "a search by DARTS", supernet: "a supernet's training" } as const;
type Kind = keyof typeof kinds;

const factsFile = (kind: Kind, folder: string): string => join(folder, `${kind}-spec.json`);
const NOTE = "netspace run";
const FORM = 1;

/** A short name of data. */
export const printOf = (data: unknown): string =>
  createHash("sha256").update(canonicalJson(data)).digest("hex").slice(0, 32);

/** A short name of a supernet: its layers, and what its sums choose between. */
export const supernetPrint = <A extends AnyArchitecture>({
  network,
  sums,
}: Pick<Supernet<A>, "network" | "sums">): string =>
  printOf({ layers: network.layers, classes: network.classes, sums });

export const withId = <F extends RunFacts>(facts: Omit<F, "id">): F =>
  ({ ...facts, id: printOf(facts) }) as F;

/** A kind of run in folders. @typeParam Note what a state has besides the session's, plain data */
export class RunFolder<Facts extends RunFacts, Note extends object> {
  readonly #kind: Kind;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  holds(folder: string): boolean {
    return existsSync(factsFile(this.#kind, folder));
  }

  /** @throws SpecError if the folder holds no such run, or one that cannot be read */
  facts(fn: string, folder: string): Facts {
    const file = factsFile(this.#kind, folder);
    if (!existsSync(file)) {
      throw new SpecError(
        `${fn}: expected the folder of ${kinds[this.#kind]}, with a ${this.#kind}-spec.json, got ${folder}; the function that runs one keeps it in { out: ${say(folder)} }`,
      );
    }
    let facts: unknown;
    try {
      facts = readJsonFile(file);
    } catch (error) {
      throw new SpecError(`${fn}: ${file} cannot be read (${fileProblem(error)})`, { cause: error });
    }
    const { version } = (isObject(facts) ? facts : {}) as Partial<Facts>;
    if (version === 1) return facts as Facts;
    throw new SpecError(
      `${fn}: expected ${kinds[this.#kind]} of form 1 in ${file}, got ${say(version)}; update netspace if a newer one wrote it`,
    );
  }

  /** Whether the run may be kept in this folder. @throws SpecError if another is there, or something else's results */
  check(fn: string, folder: string, facts: Facts): void {
    const refuse = (held: string): never => {
      throw new SpecError(`${fn}: ${folder} holds ${held}; choose another folder`);
    };
    if (this.holds(folder)) {
      const kept = this.facts(fn, folder);
      if (kept.id === facts.id) return;
      refuse(`${kinds[this.#kind].replace(/^a /, "another ")} (${differingFields(kept, facts).words})`);
    }
    const other = Object.entries(kinds).find(([kind]) => existsSync(factsFile(kind as Kind, folder)))?.[1];
    if (other) refuse(other);
    if (holdsSearch(folder)) refuse("a search");
    if (existsSync(specFile(folder))) refuse("a sweep");
  }

  /** Keeps what decides a run, unless it is there. @throws StoreError */
  keepFacts(folder: string, facts: Facts): void {
    if (this.holds(folder)) return;
    const file = factsFile(this.#kind, folder);
    writing(file, () => replaceFile(file, `${JSON.stringify(facts, null, 2)}\n`, { durable: true }));
  }

  /** Writes where a run stands, whole or not at all, after a power failure as well. @throws StoreError */
  keep(folder: string, run: string, session: SessionState, note: Note): void {
    const file = this.#stateFile(folder);
    const text = JSON.stringify({ form: FORM, run, note });
    writing(file, () => saveSessionState(file, session, { [NOTE]: text }));
  }

  /**
   * Where the run in a folder stands; undefined before its first epoch.
   *
   * @throws StoreError for a file that cannot be read, or is another run's
   */
  read(
    fn: string,
    folder: string,
    run: string,
  ): { readonly session: SessionState; readonly note: Note } | undefined {
    const file = this.#stateFile(folder);
    if (!existsSync(file)) return undefined;
    const fail = (problem: string, cause?: unknown): never => {
      throw new StoreError(`${fn}: ${file} ${problem}; remove it to begin anew, or choose another folder`, {
        cause,
      });
    };
    let read: ReturnType<typeof loadSessionState>;
    let kept: { readonly form?: unknown; readonly run?: unknown; readonly note?: Note } | null;
    try {
      read = loadSessionState(file);
      kept = JSON.parse(read.notes[NOTE] ?? "null") as typeof kept;
    } catch (error) {
      return fail(`cannot be read (${fileProblem(error)})`, error);
    }
    const { form, run: whose, note } = kept ?? {};
    if (form !== FORM || !isObject(note)) {
      return fail(`holds no state of ${kinds[this.#kind]} of form ${FORM}, got ${say(form)}`);
    }
    if (whose !== run) return fail(`is the state of another run, expected ${run}, got ${say(whose)}`);
    return { session: read.state, note };
  }

  #stateFile(folder: string): string {
    return join(folder, `${this.#kind}-state.safetensors`);
  }
}
