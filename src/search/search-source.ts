/**
 * A search as a source of trials: the runner that trains sweeps trains what a strategy asks for.
 *
 * Strategies are asked and told in an order that does not depend on which training ends first: outcomes are told in the
 * order in which they were asked for, and after each the strategy is asked for as many as it then may have outstanding.
 * So a search that was killed, and goes on from the state in its folder, or, where that is lost, from the outcomes
 * alone, tries what it would have tried.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { countArchitecture } from "../architectures/count-architecture.js";
import { seededAt } from "../base/random.js";
import { replaceFile } from "../base/node/replace-file.js";
import { isObject, say } from "../base/say.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import type { Space } from "../spaces/space.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import type { Recipe } from "../training/recipe.js";
import { drawRecipe } from "../trials/recipe-spec.js";
import type { OpenSource, TrialSource } from "../trials/runner/trial-source.js";
import { placedSpace } from "../trials/samples.js";
import { selectionError } from "../trials/selection-error.js";
import type { CheckedSpec } from "../trials/spec.js";
import { readStoreFile, readTrials, writing } from "../trials/store/store.js";
import { StoreError } from "../trials/store/store-error.js";
import { isSettled, searchId, type Trial, type TrialRecord } from "../trials/trial.js";
import { trialMaker } from "../trials/trials-of.js";
import type { Proposal, Searcher } from "./searcher.js";

export interface Search {
  /** Space, dataset, recipe, engine and seeds, as of a sweep; `n` is how many trials the search has. */
  readonly spec: CheckedSpec;
  /** What the strategy is, with all its settings: part of the search's identity. Plain data. */
  readonly strategy: unknown;
  /** Makes the strategy for the spec's space, which has the spec's stem and the dataset's classes. */
  readonly make: (space: Space, state?: unknown) => Searcher;
  /** Trials that may be outstanding when the strategy is asked; also part of its identity, since it decides what is known when. */
  readonly outstanding: number;
}

/** A trial that was asked for and is not told yet. */
interface Asked {
  readonly proposal: Proposal;
  readonly trial: Trial;
}

/** What lies in the folder beside the trials. */
interface Kept {
  readonly version: 1;
  readonly search: string;
  /** How many outcomes the strategy was told. */
  readonly told: number;
  /** What it was not, in order. */
  readonly asked: readonly {
    readonly code: readonly number[];
    readonly recipe?: Partial<Recipe>;
    readonly note?: unknown;
  }[];
  readonly state: unknown;
}

const stateFile = (folder: string): string => join(folder, "search.json");
/** Sets the streams that recipes are drawn from apart from those that architectures are. */
const RECIPE_STREAM = 0x5eed;

/**
 * The trials of a search. Its state is written after every outcome that the strategy is told, as `search.json`.
 *
 * @throws RangeError for a space without a program of choices, repeats, or a number of outstanding trials below 1
 */
export function searchSource(search: Search): TrialSource {
  const { spec, outstanding } = search;
  if (!(Number.isInteger(outstanding) && outstanding > 0)) {
    throw new RangeError(`searchSource: outstanding must be a positive integer, got ${say(outstanding)}`);
  }
  if ((spec.repeats ?? 1) > 1) {
    throw new RangeError(
      "searchSource: expected a spec without repeats; a strategy proposes again what it wants again",
    );
  }
  return { total: spec.n, open: folder => new OpenSearch(search, folder) };
}

class OpenSearch implements OpenSource {
  readonly settled: readonly TrialRecord[];
  readonly #search: Search;
  readonly #id: string;
  readonly #folder: string | undefined;
  readonly #space: Space;
  readonly #trialOf: ReturnType<typeof trialMaker>;
  readonly #searcher: Searcher;
  /** Outcomes that are not told yet, by place, for others before them are not there. */
  readonly #ended = new Map<number, TrialRecord>();
  /** Asked and not told, in order. */
  readonly #asked: Asked[] = [];
  /** Those of them that nobody works at. */
  readonly #open: Trial[] = [];
  #told = 0;

  constructor(search: Search, folder: string | undefined) {
    const { spec, strategy, outstanding } = search;
    this.#search = search;
    this.#folder = folder;
    this.#id = searchId(spec, { strategy, outstanding });
    this.#space = placedSpace(spec);
    this.#trialOf = trialMaker(spec, this.#id);
    const stored = folder === undefined ? [] : [...readTrials(folder).records.values()];
    this.settled = stored
      .filter(trial => trial.sweep === this.#id && isSettled(trial))
      .sort((a, b) => a.index - b.index);
    const kept = folder === undefined ? undefined : readState(folder, this.#id);
    this.#searcher = search.make(this.#space, kept?.state);
    const known = new Map(this.settled.map(trial => [trial.id, trial]));
    if (kept) {
      this.#told = kept.told;
      const program = decisions(this.#space);
      for (const { code, ...rest } of kept.asked) this.#note({ way: program.decode(code), ...rest }, known);
    } else this.#ask(known);
    this.#goOn(known);
  }

  get left(): number {
    return this.#search.spec.n - this.#told - this.#ended.size;
  }

  get ahead(): readonly Trial[] {
    return this.#open;
  }

  next(): Trial | "later" | undefined {
    const trial = this.#open.shift();
    if (trial) return trial;
    return this.#asked.length > this.#ended.size ? "later" : undefined;
  }

  tell(record: TrialRecord): void {
    this.#ended.set(record.index, record);
    const before = this.#told;
    this.#goOn();
    if (this.#told > before) this.#keep();
  }

  /** Tells what is next to be told, and asks after each. */
  #goOn(known: ReadonlyMap<string, TrialRecord> = new Map()): void {
    for (let record = this.#ended.get(this.#told); record; record = this.#ended.get(this.#told)) {
      const { proposal } = this.#asked.shift()!;
      const { error, validationError } = record;
      this.#searcher.tell({
        ...proposal,
        place: this.#told,
        error: error === undefined ? Number.NaN : selectionError({ error, validationError }),
        record,
      });
      this.#ended.delete(this.#told);
      this.#told++;
      this.#ask(known);
    }
  }

  #ask(known: ReadonlyMap<string, TrialRecord>): void {
    const { spec, outstanding } = this.#search;
    const room = Math.min(outstanding, spec.n - this.#told) - this.#asked.length;
    if (room <= 0) return;
    const proposals = this.#searcher.ask(room);
    if (proposals.length > room) {
      throw new RangeError(
        `search: expected at most the ${room} architectures asked for, got ${proposals.length}`,
      );
    }
    for (const proposal of proposals) this.#note(proposal, known);
  }

  /** Makes the trial of a proposal; one whose outcome is known waits to be told, the others to be trained. */
  #note(proposal: Proposal, known: ReadonlyMap<string, TrialRecord>): void {
    const trial = this.#trial(proposal, this.#told + this.#asked.length);
    this.#asked.push({ proposal, trial });
    const outcome = known.get(trial.id);
    if (outcome) this.#ended.set(trial.index, outcome);
    else this.#open.push(trial);
  }

  #trial({ way, recipe: own = {} }: Proposal, index: number): Trial {
    const { spec } = this.#search;
    // The compiler knows AnyNets alone here; what the space is of is the space's.
    const architecture = way.architecture as Trial["architecture"];
    const cost = countArchitecture(architecture, datasetFacts(spec.dataset).resolution);
    const { recipe, drawn } = drawRecipe(spec.recipe, seededAt(spec.seed ^ RECIPE_STREAM, index));
    return this.#trialOf(
      { architecture, ...cost, recipe: { ...recipe, ...own }, drawn: { ...drawn, ...own } },
      index,
    );
  }

  #keep(): void {
    if (this.#folder === undefined) return;
    const kept: Kept = {
      version: 1,
      search: this.#id,
      told: this.#told,
      asked: this.#asked.map(({ proposal: { way, recipe, note } }) => ({
        code: way.code,
        ...(recipe && { recipe }),
        ...(note !== undefined && { note }),
      })),
      state: this.#searcher.state(),
    };
    const file = stateFile(this.#folder);
    writing(file, () => replaceFile(file, JSON.stringify(kept)));
  }
}

/**
 * The state in a folder; undefined where there is none, or one that a power cut tore: then the strategy is told all
 * outcomes again.
 *
 * @throws StoreError for the state of another search
 */
function readState(folder: string, search: string): Kept | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  let kept: unknown;
  try {
    kept = JSON.parse(readStoreFile(file));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return undefined;
  }
  const { version, search: whose } = (isObject(kept) ? kept : {}) as Partial<Kept>;
  if (version !== 1) {
    throw new StoreError(
      `search: expected a state of form 1 in ${file}, got ${say(version)}; update netspace, or remove the file to tell the strategy all outcomes again`,
    );
  }
  if (whose !== search) {
    throw new StoreError(
      `search: ${file} is the state of another search, expected ${search}, got ${say(whose)}; choose another folder`,
    );
  }
  return kept as Kept;
}
