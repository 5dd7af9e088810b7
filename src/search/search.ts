/**
 * A search on this machine: a strategy is asked for architectures of a space, objectives say how they are, and so on until the
 * budget is spent. Networks are trained in worker processes, as a sweep's are; all else is measured in this process.
 *
 * A folder holds all that the search was told; the same search there again goes on where it stopped.
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { AnyArchitecture } from "../architectures/family.js";
import { expectOptions } from "../base/expect-options.js";
import { checkSignal, expectName } from "../base/expect.js";
import { say } from "../base/say.js";
import { clusterQueue } from "../sweeps/cluster/cluster-queue.js";
import { imagesOf } from "../sweeps/images-of.js";
import type { Constraints } from "../spaces/sample.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import type { Space } from "../spaces/space.js";
import type { SpaceSpecInput } from "../trials/space-spec.js";
import { lockFolder } from "../trials/store/lock.js";
import { StoreError } from "../trials/store/store-error.js";
import { runInFolder } from "../trials/runner/run-in-folder.js";
import { prepareRun, type RunOptions, runOptionKinds, runTrials } from "../trials/runner/run-trials.js";
import type { Objective } from "./objective.js";
import type { Known } from "./runs/known.js";
import { measuredLedger, runMeasured } from "./runs/measured-run.js";
import { type Plan, planSearch } from "./runs/plan.js";
import { type SearchProgress, SearchTally } from "./runs/shown/progress.js";
import { checkFolder, holdsSearch, keepFacts, readFacts } from "./runs/search-folder.js";
import { inWordsOf } from "./runs/words.js";
import { SearchResult } from "./runs/search-result.js";
import { searchView } from "./runs/shown/search-view.js";
import { searchSource } from "./search-source.js";
import type { Strategy } from "./strategy.js";

export interface SearchOptions<A extends AnyArchitecture = AnyArchitecture>
  extends Omit<RunOptions, "out" | "onProgress"> {
  /** Such as `evolution({ population: 20, sample: 5 })`. */
  readonly strategy: Strategy;
  /** What is made small, or great; several for a strategy that searches by several. */
  readonly objective: Objective<A> | readonly Objective<A>[];
  /** Evaluations. A search in a folder may later be given more. */
  readonly budget: number;
  /** Decides all that is drawn; evaluation i trains with this + i. Default 1. */
  readonly seed?: number;
  /** The search's folder, created if need be. It must be given where networks are trained; without, nothing is kept. */
  readonly out?: string;
  /** What an architecture must satisfy to be proposed: nothing else is evaluated. */
  readonly where?: Constraints<A>;
  /**
   * Height and width of the image at which windows of complexity are counted, pixels, where nothing is trained. Default: the
   * architecture's own, or 224.
   */
  readonly resolution?: number;
  /**
   * Proposals that may be outstanding when the strategy is asked, which decides what it knows when: part of the search, unlike
   * the number of workers. Default: 4 where networks are trained, else 1.
   */
  readonly outstanding?: number;
  /**
   * What the strategy is told before it is asked for anything: a search by the same objectives, a population of the space, or the
   * folder or file of one. It costs nothing of the budget, and is part of the search.
   */
  readonly known?: Known;
  /**
   * Evaluations at once. Default: of trainings as in a sweep; of what is measured in this process one, and more only help
   * objectives that wait for something else.
   */
  readonly workers?: number;
  /**
   * Aborting stops the search; evaluations under way are lost, what was told is kept. Default: the signal of the notebook cell
   * that called, so that its Stop button stops the search.
   */
  readonly signal?: AbortSignal;
  /** Called after every change. Default: in a notebook, a view of the search that renews itself. */
  readonly onProgress?: (progress: SearchProgress) => void;
}

/**
 * Searches a space: the strategy proposes, objectives judge. Returns what was found, also where it was stopped; the same call on
 * the same folder goes on.
 *
 * @param space with a program of choices, as a value or as a sweep's spec has it; networks of a space of one's own are trained
 *   where the space is given as a module's export, `{ module: "./mine.ts", export: "space" }`
 * @throws RangeError for what does not fit together: a strategy that cannot search this space or by so many objectives, a budget
 *   that is too small for it
 * @throws SpecError if trainings are not valid, or `out` holds another search
 * @throws StoreError if another process is at work in `out`, or it cannot be written
 * @throws Error where the first evaluation's objective throws, or five in a row do; others are told as failed, as NaN is
 * @example `await search(NasBench201, { strategy: evolution({ population: 20, sample: 5 }), objective: complexityOf("flops"), budget: 100 })`
 */
export function search<A extends AnyArchitecture>(
  space: Space<A> | SpaceSpecInput,
  options: SearchOptions<A>,
): Promise<SearchResult<A>> {
  return searchWith({}, space, options);
}

/** How a search is run that is not a user's to say. */
export interface SearchHow {
  /** The workers' program, which must speak as `worker.ts` does. */
  readonly program?: string;
  /** What paths of a space's modules are relative to. Default: the working folder. */
  readonly folder?: string;
}

export async function searchWith<A extends AnyArchitecture>(
  how: SearchHow,
  space: Space<A> | SpaceSpecInput,
  options: SearchOptions<A>,
): Promise<SearchResult<A>> {
  expectOptions("search", options, {
    ...runOptionKinds,
    strategy: "any",
    objective: "any",
    budget: "any",
    seed: "number?",
    out: "any?",
    where: "object?",
    resolution: "number?",
    outstanding: "any?",
    known: "any?",
    signal: "any?",
  });
  if (options.out !== undefined) expectName("search", "a folder for the search as options.out", options.out);
  checkSignal("search", "options.signal", options.signal);
  checkSignal("search", "options.drain", options.drain);
  const out = options.out === undefined ? undefined : resolve(options.out);
  const kept = out !== undefined && holdsSearch(out) ? readFacts(out, "search") : undefined;
  const plan = await planSearch({
    ...(options as unknown as SearchOptions),
    space,
    ...(how.folder !== undefined && { folder: how.folder }),
    ...(kept && { kept }),
  });
  const view = options.onProgress ? undefined : searchView(plan.facts);
  const problems: unknown[] = [];
  let isAborted = false;
  const work = async (stop: AbortController): Promise<SearchTally> => {
    // An observer that throws stops the search; what was told is kept, and its error is the search's.
    const tally = new SearchTally(plan.facts, progress => {
      try {
        if (options.onProgress) options.onProgress(progress);
        else view?.update(progress);
      } catch (error) {
        problems.push(error);
        stop.abort();
      }
    });
    if (plan.spec) await trainSearch(plan, { ...options, out }, how, tally, stop);
    else await measureSearch(plan, { ...options, out }, tally, stop);
    isAborted = stop.signal.aborted;
    return tally;
  };
  let tally: SearchTally;
  try {
    tally = await runInFolder(out, options.signal, work);
  } catch (error) {
    throw inWordsOf("search", error);
  } finally {
    view?.end();
  }
  if (problems.length > 0) throw problems[0];
  const { outcomes, notes } = tally;
  const program = decisions(plan.context.space);
  const isStopped = options.drain?.aborted || isAborted;
  const early =
    outcomes.length < plan.facts.budget && !isStopped
      ? [
          `${plan.strategy.name} ended the search after ${outcomes.length} of ${plan.facts.budget} evaluations: it had nothing more to propose, as where a small space is spent`,
        ]
      : [];
  return new SearchResult<A>(
    plan.facts,
    outcomes,
    out,
    [...plan.notes, ...notes, ...early],
    code => program.decode(code) as never,
  );
}

interface Run extends Omit<SearchOptions<never>, "out"> {
  readonly out: string | undefined;
}

/** Options for trainings that say nothing to what is measured in this process. */
const OF_TRAININGS = ["threads", "devices", "timeLimit", "memoryLimit", "retries", "testAlong"] as const;

async function measureSearch(
  plan: Plan,
  options: Run,
  tally: SearchTally,
  stop: AbortController,
): Promise<void> {
  const { out, workers = 1, drain } = options;
  const odd = OF_TRAININGS.find(name => options[name] !== undefined);
  if (odd !== undefined) {
    throw new RangeError(
      `search: ${odd} is for trainings, and ${plan.objectives.map(({ name }) => name).join(" and ")} is measured in this process; leave it out`,
    );
  }
  if (!(Number.isSafeInteger(workers) && workers > 0)) {
    throw new RangeError(`search: workers must be a positive integer, got ${say(workers)}`);
  }
  const run = async (folder: string | undefined) => {
    const ledger = measuredLedger(plan, folder);
    tally.told(ledger.outcomes, ledger.notes);
    tally.show("opened", 0);
    try {
      await runMeasured(plan, ledger, { workers, tally, abort: stop.signal, drain });
    } finally {
      ledger.close();
    }
  };
  if (out === undefined) return await run(undefined);
  // A search that is refused leaves nothing behind, be it a folder.
  checkFolder(out, plan.facts);
  measuredLedger(plan, isFolder(out) ? out : undefined);
  const unlock = lockFolder(out);
  try {
    checkFolder(out, plan.facts);
    checkQueue(out);
    keepFacts(out, plan.facts, undefined);
    await run(out);
  } finally {
    unlock();
  }
}

async function trainSearch(
  plan: Plan,
  options: Run,
  { program }: SearchHow,
  tally: SearchTally,
  stop: AbortController,
): Promise<void> {
  const { facts, strategy, objectives } = plan;
  const spec = plan.spec!;
  const { out } = options;
  if (out === undefined) {
    throw new RangeError(
      "search: expected a folder for the search as options.out, since networks are trained and their records kept, got none",
    );
  }
  const source = searchSource({
    spec,
    id: facts.id,
    name: strategy.name,
    strategy: facts.strategy,
    objectives,
    scalar: strategy.scalar,
    make: (space, state) => plan.start(space, state),
    outstanding: facts.outstanding,
    asynchronous: facts.asynchronous ?? false,
    planned: facts.plans ?? false,
    trainImages: (await imagesOf(spec.dataset)).train,
    signal: stop.signal,
    onTold: (outcomes, notes) => tally.told(outcomes, notes),
  });
  const { workers, threads, devices, timeLimit, memoryLimit, retries, testAlong, drain } = options;
  const how = { workers, threads, devices, timeLimit, memoryLimit, retries, testAlong, drain, program };
  const run = { ...Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined)), out };
  checkFolder(out, facts);
  // A search that is refused leaves nothing behind, be it a folder.
  await prepareRun(spec, source, run);
  const unlock = lockFolder(out);
  try {
    checkFolder(out, facts);
    checkQueue(out);
    keepFacts(out, facts, spec);
    const onProgress = ({
      event,
      running: underWay,
    }: {
      event: SearchProgress["event"];
      running: ReadonlyMap<number, number>;
    }) => tally.show(event, underWay.size);
    await runTrials(spec, source, { ...run, onProgress }, stop);
  } finally {
    unlock();
  }
}

/** @throws StoreError while another process is to run it: a job that waits holds no lock */
function checkQueue(out: string): void {
  const [queued] = clusterQueue(out);
  if (!queued || process.env.SLURM_JOB_ID === queued.job) return;
  throw new StoreError(
    `search: the search of ${out} is in Slurm's queue (job ${queued.job}); wait for it, or netspace search cancel ${out}`,
  );
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
