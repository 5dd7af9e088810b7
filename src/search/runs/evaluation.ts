/** Evaluations: objectives asked of an architecture, and what a strategy is told and a log keeps of the answers. */
import { storeArchitecture } from "../../architectures/stored.js";
import { isObject, say } from "../../base/say.js";
import { addCosts, type Cost } from "../cost.js";
import {
  type Fidelity,
  isTrained,
  type Measurement,
  type Objective,
  type TrainedObjective,
} from "../objective.js";
import { beyondLimits } from "../objectives/limits.js";
import type { Outcome } from "../searcher.js";
import { isSettled, type TrialRecord } from "../../trials/trial.js";
import { selectionError } from "../../trials/selection-error.js";
import type { Asked } from "./ledger.js";
import type { ObjectiveRecord, OutcomeRecord } from "./outcome-log.js";

/** What an objective said, or why it did not. */
export interface Answer {
  readonly record: ObjectiveRecord;
  /** Why there is no value. */
  readonly reason?: string;
  /** What it threw. */
  readonly thrown?: unknown;
}

/** What an objective's value is to who looks for the least. */
export const madeSmall = ({ better = "least" }: Pick<Objective, "better">, value: number | null): number =>
  value === null ? Number.NaN : better === "greatest" ? -value : value;

/**
 * Asks the objectives that are measured in this process, one after the other; a trained one has no answer yet. A promise only
 * where an objective gives one, so that thousands of rows of a table are not thousands of turns of the event loop.
 */
export function measureAll(
  objectives: readonly Objective[],
  architecture: never,
  fidelity: Fidelity & { readonly seed: number },
  signal?: AbortSignal,
): (Answer | undefined)[] | Promise<(Answer | undefined)[]> {
  const answers: (Answer | undefined)[] = [];
  for (const [i, objective] of objectives.entries()) {
    const answer = measureOne(objective, architecture, fidelity, signal);
    if (!(answer instanceof Promise)) answers.push(answer);
    else {
      return (async () => {
        answers.push(await answer);
        for (const other of objectives.slice(i + 1)) {
          answers.push(await measureOne(other, architecture, fidelity, signal));
        }
        return answers;
      })();
    }
  }
  return answers;
}

function measureOne(
  objective: Objective,
  architecture: never,
  fidelity: Fidelity & { readonly seed: number },
  signal?: AbortSignal,
): Answer | undefined | Promise<Answer | undefined> {
  if (isTrained(objective)) return refusalOf(objective, architecture, fidelity, signal);
  const failed = (error: unknown): Answer => ({
    record: objectiveRecord(objective, fidelity, { value: Number.NaN, cost: {} }),
    reason: `${objective.name}: ${error instanceof Error ? error.message : say(error)}`,
    thrown: error,
  });
  const checked = (measured: unknown): Answer => {
    const problem = problemOf(measured);
    if (problem !== undefined) {
      return failed(new RangeError(`expected measure() to give { value, cost }, got ${problem}`));
    }
    const { value } = measured as Measurement;
    return {
      record: objectiveRecord(objective, fidelity, measured as Measurement),
      ...(!Number.isFinite(value) && { reason: `${objective.name}: ${reasonOf(measured as Measurement)}` }),
    };
  };
  try {
    const measured: unknown = objective.measure(architecture, fidelity, signal && { signal });
    return measured instanceof Promise
      ? untilStopped(measured, signal).then(checked, failed)
      : checked(measured);
  } catch (error) {
    return failed(error);
  }
}

/** An answer, or a rejection as soon as the search is stopped: an objective may never answer. */
function untilStopped<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Why there is no finite value. */
const reasonOf = ({ value, details }: Measurement): string =>
  typeof details?.reason === "string" ? details.reason : `its value is ${value}`;

/** The answer of an objective whose training a limit forbids; none where it is to be trained. */
function refusalOf(
  objective: TrainedObjective,
  architecture: never,
  fidelity: Fidelity & { readonly seed: number },
  signal?: AbortSignal,
): undefined | Promise<Answer | undefined> {
  const { limits } = objective;
  if (!limits) return undefined;
  const answered = (measured: Measurement): Answer => ({
    record: objectiveRecord(objective, fidelity, measured),
    reason: `${objective.name}: ${reasonOf(measured)}`,
  });
  return untilStopped(beyondLimits(limits, architecture, fidelity, signal), signal).then(
    ({ reason, cost, measured }) =>
      reason === undefined
        ? undefined
        : answered({ value: Number.NaN, cost, details: { reason, limits: measured } }),
    (error: unknown): Answer => ({
      ...answered({ value: Number.NaN, cost: {} }),
      reason: `${objective.name}: ${error instanceof Error ? error.message : say(error)}`,
      thrown: error,
    }),
  );
}

function problemOf(measured: unknown): string | undefined {
  if (!isObject(measured)) return say(measured);
  const { value, cost } = measured as Partial<Measurement>;
  if (typeof value !== "number") return `value: ${say(value)}`;
  return isObject(cost) ? undefined : `cost: ${say(cost)}; give {} where it costs nothing that is counted`;
}

const objectiveRecord = (
  { name, unit, split }: Objective,
  { epochs, seed }: Fidelity & { readonly seed: number },
  { value, cost, details }: Measurement,
): ObjectiveRecord => ({
  objective: name,
  value: Number.isFinite(value) ? value : null,
  ...(unit !== undefined && { unit }),
  ...(split !== undefined && { split }),
  seed,
  ...(epochs !== undefined && { epochs }),
  cost,
  ...(details && { details }),
});

/** What a training says of its objective. */
export function trainedAnswer(
  objective: Objective,
  trial: TrialRecord,
  { epochs, seed }: Fidelity & { readonly seed: number },
  images: number,
): Answer {
  const { status, error, validationError, seconds, reason } = trial;
  // An objective on the test split is one that was asked for.
  const value =
    error === undefined || !isSettled(trial)
      ? Number.NaN
      : objective.split === "test"
        ? error
        : selectionError({ error, validationError });
  const known = validationError !== undefined && objective.split !== "test" ? "validation" : "test";
  const cost: Cost = { images, ...(seconds !== undefined && { seconds }) };
  const details = error === undefined ? undefined : { testError: error };
  const record = objectiveRecord(
    { ...objective, split: known },
    { epochs, seed },
    { value, cost, ...(details && { details }) },
  );
  return { record, ...(status === "failed" && { reason: `training: ${reason ?? "it failed"}` }) };
}

/** What stands for a training that is not made, since what was measured before threw. */
export const notAsked = (objective: Objective, fidelity: Fidelity & { readonly seed: number }): Answer => ({
  record: objectiveRecord(objective, fidelity, { value: Number.NaN, cost: {} }),
});

/** Whose evaluations they are. */
export interface Evaluated {
  readonly search: string;
  readonly strategy: string;
  readonly objectives: readonly Objective[];
  /** What the strategy makes small of several objectives. */
  readonly scalar?: ((errors: readonly number[]) => number) | undefined;
}

/** The record of an evaluation, all of whose objectives have answered. */
export function outcomeRecord(
  { search, strategy, objectives, scalar: made }: Evaluated,
  { place, proposal }: Asked,
  answers: readonly Answer[],
  { paid, trial }: { readonly paid?: Cost; readonly trial?: TrialRecord } = {},
): OutcomeRecord {
  const { way, recipe, continues } = proposal;
  // Of one that was ended early, what it is known by.
  const epochs = trial?.stoppedAt ?? proposal.epochs;
  const reasons = answers.flatMap(({ reason }) => reason ?? []);
  const cost = answers.map(({ record }) => record.cost).reduce(addCosts);
  const scalar = made?.(answers.map(({ record: { value } }, i) => madeSmall(objectives[i], value)));
  const isThrown = answers.some(({ thrown }) => thrown !== undefined);
  const status = reasons.length > 0 ? "failed" : trial?.status === "diverged" ? "diverged" : "finished";
  return {
    version: 1,
    search,
    strategy,
    place,
    code: way.code,
    architecture: storeArchitecture(way.architecture),
    ...(recipe && { recipe }),
    ...(epochs !== undefined && { epochs }),
    ...(continues !== undefined && { continues }),
    status,
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
    ...(isThrown ? { fault: "objective" } : trial?.status === "failed" && { fault: "training" }),
    objectives: answers.map(({ record }) => record),
    ...(scalar !== undefined && Number.isFinite(scalar) && { scalar }),
    cost: paid ?? cost,
    ...(trial && { trial: trial.id }),
    endedAt: new Date().toISOString(),
  };
}

/** What the strategy is told. */
export function outcomeOf(
  objectives: readonly Objective[],
  { proposal, place }: Asked,
  { objectives: said, cost }: OutcomeRecord,
  trial?: TrialRecord,
): Outcome {
  const values = said.map(({ value }, i) => madeSmall(objectives[i], value));
  return {
    ...proposal,
    place,
    error: values[0],
    ...(values.length > 1 && { objectives: values }),
    cost,
    ...(trial && { record: trial }),
  };
}

/** Where a training, or what stands for one, began that goes on: its seed is that of all that follow. */
export function rootOf(
  place: number,
  continues: number | undefined,
  told: ReadonlyMap<number, OutcomeRecord>,
): number {
  let [root, before] = [place, continues];
  while (before !== undefined) {
    const record = told.get(before);
    if (!record) {
      throw new RangeError(
        `search: expected proposal ${place} to continue one that was told, got ${before}, which was not; the strategy is to wait for it`,
      );
    }
    [root, before] = [before, record.continues];
  }
  return root;
}

/** What was paid, of all that it costs, for going on from an earlier evaluation; nothing to say where it did not. */
export function paidFor(
  answers: readonly Answer[],
  continues: number | undefined,
  told: ReadonlyMap<number, OutcomeRecord>,
): { readonly paid?: Cost } {
  const before = continues === undefined ? undefined : told.get(continues);
  if (!before) return {};
  const sum = (records: readonly ObjectiveRecord[]) => records.map(({ cost }) => cost).reduce(addCosts);
  const [all, earlier] = [sum(answers.map(({ record }) => record)), sum(before.objectives)];
  const rest = (name: keyof Cost) =>
    all[name] !== undefined &&
    earlier[name] !== undefined && { [name]: Math.max(0, all[name] - earlier[name]) };
  return { paid: { ...rest("images"), ...rest("seconds") } };
}
