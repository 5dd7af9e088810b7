/**
 * A search as a source of trials: the runner that trains sweeps trains what a strategy asks for.
 *
 * What is measured in this process (complexity, latency) is measured before an architecture is trained, one after the other: an
 * objective that cannot answer says so before the first training.
 */
import { expectFields } from "../base/expect.js";
import { countArchitecture } from "../architectures/count-architecture.js";
import { seededAt } from "../base/random.js";
import { say } from "../base/say.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import type { Space } from "../spaces/space.js";
import { datasetFacts } from "../training/datasets/dataset-facts.js";
import { drawRecipe } from "../trials/recipe-spec.js";
import type { OpenSource, TrialSource } from "../trials/runner/trial-source.js";
import { placedSpace } from "../trials/samples.js";
import type { CheckedSpec } from "../trials/spec.js";
import { readTrials } from "../trials/store/store.js";
import { isSettled, searchId, type Trial, type TrialRecord } from "../trials/trial.js";
import { trialMaker } from "../trials/trials-of.js";
import { addCosts, type Cost } from "./cost.js";
import type { Fidelity, Objective, TrainedObjective } from "./objective.js";
import {
  type Answer,
  type Evaluated,
  measureAll,
  notAsked,
  outcomeOf,
  outcomeRecord,
  rootOf,
  trainedAnswer,
} from "./runs/evaluation.js";
import { type Asked, Ledger } from "./runs/ledger.js";
import type { OutcomeRecord } from "./runs/outcome-log.js";
import type { Searcher } from "./searcher.js";

export interface Search {
  /** Space, dataset, recipe, engine and seeds, as of a sweep; `n` is how many trials the search has. */
  readonly spec: CheckedSpec;
  /** What the strategy is, with all its settings: part of the search's identity. Plain data. */
  readonly strategy: unknown;
  /** Makes the strategy for the spec's space, which has the spec's stem and the dataset's classes. */
  readonly make: (space: Space, state?: unknown) => Searcher;
  /** Trials that may be outstanding when the strategy is asked; also part of its identity, since it decides what is known when. */
  readonly outstanding: number;
  /** What records call the strategy. Default: the name in `strategy`. */
  readonly name?: string;
  /** The search's identity. Default: that of the spec, the strategy and `outstanding`. */
  readonly id?: string;
  /** One of them trained, which is what the trials are for. Default: the error that networks are chosen by. */
  readonly objectives?: readonly Objective[];
  /** What the strategy makes small of several objectives; see `Strategy.scalar`. */
  readonly scalar?: ((errors: readonly number[]) => number) | undefined;
  /** Whether the strategy is told outcomes as they come. */
  readonly asynchronous?: boolean;
  /** Whether it plans by the number of trials, and is asked for no more. */
  readonly planned?: boolean;
  /** Images of the training split, for what trainings cost. Default: not known. */
  readonly trainImages?: number;
  /** Ends measuring. */
  readonly signal?: AbortSignal;
  /** Called after outcomes were told, and once at the beginning. */
  readonly onTold?: (outcomes: readonly OutcomeRecord[], notes: readonly string[]) => void;
}

/** An evaluation that has begun. */
interface UnderWay {
  readonly asked: Asked;
  readonly trial: Trial;
  readonly answers: readonly (Answer | undefined)[];
}

/** Sets the streams that recipes are drawn from apart from those that architectures are. */
const RECIPE_STREAM = 0x5eed;

/**
 * The trials of a search. What it is told is logged before it is told, as `outcomes.log`, and its state written after, as
 * `search.json`.
 *
 * @throws RangeError for a space without a program of choices, repeats, or a number of outstanding trials below 1
 * @example
 * ```ts
 * import { random, searchSource } from "netspace/search";
 *
 * const { spec } = await shippedPopulation("AnyNetXA");
 * const source = searchSource({
 *   spec,
 *   strategy: { name: "random" },
 *   make: (space, state) => random().start({ space, seed: 1, where: spec.where, resolution: 32 }, state),
 *   outstanding: 4,
 * });
 * source.total; // => 128
 * ```
 */
export function searchSource(search: Search): TrialSource {
  expectFields("searchSource", "a search", search, { spec: "object", make: "function" });
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

/** What a search makes small if nothing is said: the error of its trainings. */
const chosenError = ({ dataset, recipe, engine, precision, stem }: CheckedSpec): TrainedObjective => ({
  name: "error",
  settings: {},
  unit: "%",
  trains: { dataset, recipe, engine, precision, stem },
});

class OpenSearch implements OpenSource {
  readonly settled: readonly TrialRecord[];
  readonly #search: Search;
  readonly #evaluated: Evaluated;
  readonly #ledger: Ledger;
  readonly #trialOf: ReturnType<typeof trialMaker>;
  /** The store's, by id. */
  readonly #stored: Map<string, TrialRecord>;
  /** What is under way: its trial, and what was measured of it. */
  readonly #underWay = new Map<number, UnderWay>();
  /** Measured, and not trained yet. */
  readonly #ready: Trial[] = [];
  readonly #byPlace = new Map<number, OutcomeRecord>();
  #measuring: Promise<void> | undefined;

  constructor(search: Search, folder: string | undefined) {
    const { spec, strategy, outstanding, objectives = [chosenError(spec)] } = search;
    this.#search = search;
    // How many trials there are is not what a search is: it may come to have more.
    const id = search.id ?? searchId({ ...spec, n: undefined } as object, { strategy, outstanding });
    const name = search.name ?? (strategy as { readonly name?: string }).name ?? "search";
    this.#evaluated = { search: id, strategy: name, objectives, scalar: search.scalar };
    this.#trialOf = trialMaker(spec, id);
    const stored = folder === undefined ? [] : [...readTrials(folder).records.values()];
    this.settled = stored
      .filter(trial => trial.sweep === id && isSettled(trial))
      .sort((a, b) => a.index - b.index);
    this.#stored = new Map(stored.flatMap(trial => (trial.sweep === id ? [[trial.id, trial]] : [])));
    const space = placedSpace(spec);
    const program = decisions(space);
    this.#ledger = new Ledger({
      search: id,
      budget: spec.n,
      outstanding,
      asynchronous: search.asynchronous ?? false,
      planned: search.planned ?? false,
      folder,
      make: state => search.make(space, state),
      decode: code => program.decode(code),
      outcome: (asked, record) => outcomeOf(objectives, asked, record, this.#stored.get(record.trial ?? "")),
    });
    this.#report();
  }

  get left(): number {
    return this.#ledger.left;
  }

  get problem(): Error | undefined {
    return this.#ledger.problem;
  }

  get ahead(): readonly Trial[] {
    return this.#ledger.open.map(asked => this.#trial(asked));
  }

  next(): Trial | "later" | Promise<void> | undefined {
    for (;;) {
      // What is under way ends, and is kept.
      if (this.problem) return undefined;
      const ready = this.#ready.shift();
      if (ready) return ready;
      // One after the other: what is measured of one would disturb what is measured of another.
      if (this.#measuring) return this.#measuring;
      const asked = this.#ledger.take();
      if (!asked) return this.#ledger.waits ? "later" : undefined;
      this.#measure(asked);
    }
  }

  tell(record: TrialRecord): void {
    this.#stored.set(record.id, record);
    this.#end(this.#underWay.get(record.index)!, record);
  }

  async close(): Promise<void> {
    await this.#measuring?.catch(() => {});
    this.#ledger.close();
  }

  /** Measures what needs no training; then it is trained, or told if it was trained before. */
  #measure(asked: Asked): void {
    const trial = this.#trial(asked);
    const { objectives } = this.#evaluated;
    const fidelity = { ...fidelityOf(asked), seed: trial.seed };
    // Those that a worker has: the others wait for one.
    const beside = this.#underWay.size - this.#ready.length;
    const noted = (answers: readonly (Answer | undefined)[]) =>
      answers.map(
        (answer, i) =>
          answer && (objectives[i].isTimed ? withDetails(answer, { trainingsBeside: beside }) : answer),
      );
    const answers = measureAll(objectives, trial.architecture as never, fidelity, this.#search.signal);
    if (!(answers instanceof Promise)) return this.#measured({ asked, trial, answers: noted(answers) });
    this.#measuring = answers
      .then(each => this.#measured({ asked, trial, answers: noted(each) }))
      .finally(() => {
        this.#measuring = undefined;
      });
  }

  #measured(underWay: UnderWay): void {
    const { trial, answers } = underWay;
    // What a stopped search did not measure is asked again when it goes on.
    if (this.#search.signal?.aborted) return;
    this.#underWay.set(trial.index, underWay);
    const known = this.#stored.get(trial.id);
    const thrown = answers.find(answer => answer?.thrown !== undefined)?.thrown;
    if (thrown !== undefined || answers.every(answer => answer !== undefined)) {
      // A limit forbids its training, or it would be told as failed whatever came of it.
      this.#underWay.delete(trial.index);
      const { objectives } = this.#evaluated;
      const fidelity = { ...fidelityOf(underWay.asked), seed: trial.seed };
      const all = answers.map((answer, i) => answer ?? notAsked(objectives[i], fidelity));
      this.#ledger.ended(outcomeRecord(this.#evaluated, underWay.asked, all), thrown);
      this.#report();
    } else if (known && isSettled(known)) this.#end(underWay, known);
    else this.#ready.push(trial);
  }

  /** All objectives of an evaluation have answered. */
  #end({ asked, trial, answers }: UnderWay, record: TrialRecord): void {
    this.#underWay.delete(asked.place);
    const { objectives } = this.#evaluated;
    const { trainImages = Number.NaN } = this.#search;
    const { stoppedAt } = record;
    const fidelity = {
      ...fidelityOf(asked),
      ...(stoppedAt !== undefined && { epochs: stoppedAt }),
      seed: trial.seed,
    };
    // One that failed is charged what its record says.
    const epochs = record.epochs?.length ?? (record.status === "failed" ? 0 : trial.recipe.epochs);
    const images = record.images ?? (epochs === 0 ? 0 : epochs * trainImages);
    const own = answers.map((answer, i) => answer ?? trainedAnswer(objectives[i], record, fidelity, images));
    const before = this.#told.get(asked.proposal.continues ?? -1);
    // What went on costs, from nothing, what came before it, too.
    const all =
      before && record.from !== 0
        ? own.map((answer, i) =>
            answers[i] ? answer : withCost(answer, addCosts(before.objectives[i].cost, answer.record.cost)),
          )
        : own;
    const paid = own.map(({ record: { cost } }) => cost).reduce(addCosts);
    this.#ledger.ended(outcomeRecord(this.#evaluated, asked, all, { trial: record, paid }));
    this.#report();
  }

  #report(): void {
    this.#search.onTold?.(this.#ledger.outcomes, this.#ledger.notes);
  }

  #trial({ place, proposal: { way, recipe: proposed, epochs, continues, stopAbove } }: Asked): Trial {
    const { spec } = this.#search;
    // What goes on is the training that it was: its seed and its recipe are those of the first of them.
    const told = this.#told;
    const root = rootOf(place, continues, told);
    const own = (continues === undefined ? proposed : told.get(root)!.recipe) ?? {};
    const before = continues === undefined ? undefined : told.get(continues)!.trial;
    // The compiler knows AnyNets alone here; what the space is of is the space's.
    const architecture = way.architecture as Trial["architecture"];
    const cost = countArchitecture(architecture, datasetFacts(spec.dataset).resolution);
    const { recipe, drawn } = drawRecipe(spec.recipe, seededAt(spec.seed ^ RECIPE_STREAM, root));
    return this.#trialOf(
      { architecture, ...cost, recipe: { ...recipe, ...own }, drawn: { ...drawn, ...own } },
      place,
      { until: epochs, stopAbove, ...(before !== undefined && { continues: { id: before, root } }) },
    );
  }

  /** What was told, by place. */
  get #told(): ReadonlyMap<number, OutcomeRecord> {
    const { outcomes } = this.#ledger;
    for (const record of outcomes.slice(this.#byPlace.size)) this.#byPlace.set(record.place, record);
    return this.#byPlace;
  }
}

const withDetails = (answer: Answer, details: object): Answer => ({
  ...answer,
  record: { ...answer.record, details: { ...answer.record.details, ...details } },
});

const withCost = (answer: Answer, cost: Cost): Answer => ({ ...answer, record: { ...answer.record, cost } });

const fidelityOf = ({ proposal: { epochs } }: Asked): Fidelity => (epochs === undefined ? {} : { epochs });
