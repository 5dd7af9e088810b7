/** A search whose objectives are measured in this process: what workers and a store are to trainings, a loop is to it. */
import { setImmediate as turn } from "node:timers/promises";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import { type Answer, measureAll, outcomeOf, outcomeRecord, paidFor, rootOf } from "./evaluation.js";
import { type Asked, Ledger } from "./ledger.js";
import type { Plan } from "./plan.js";
import type { SearchTally } from "./shown/progress.js";

export interface MeasuredRunOptions {
  /** Evaluations at once, of objectives that take their time. */
  readonly workers: number;
  readonly tally: SearchTally;
  /** Ends the search at once; what is under way is not kept. */
  readonly abort: AbortSignal;
  /** Begins no more. */
  readonly drain: AbortSignal | undefined;
}

/** Milliseconds after which others get their turn: a Stop, a view that draws. */
const TURN_MS = 50;
const SEEDS = 2 ** 32;

/** A search as its folder leaves it, without an evaluation. */
export function measuredLedger(plan: Plan, folder: string | undefined): Ledger {
  const { facts, objectives, context, start } = plan;
  const program = decisions(context.space);
  return new Ledger({
    search: facts.id,
    budget: facts.budget,
    outstanding: facts.outstanding,
    asynchronous: facts.asynchronous ?? false,
    planned: facts.plans ?? false,
    folder,
    make: state => start(context.space as never, state),
    decode: code => program.decode(code) as never,
    outcome: (asked, record) => outcomeOf(objectives, asked, record),
  });
}

/** Evaluates until the budget is spent, the strategy ends, or it is stopped. @throws Error of an objective; see `Failures` */
export async function runMeasured(plan: Plan, ledger: Ledger, options: MeasuredRunOptions): Promise<void> {
  const { facts, objectives } = plan;
  const { workers, tally, abort, drain } = options;
  const evaluated = {
    search: facts.id,
    strategy: facts.strategy.name,
    objectives,
    scalar: plan.strategy.scalar,
  };
  const byPlace = new Map(ledger.outcomes.map(record => [record.place, record]));
  let running = 0;
  let waiting: (() => void)[] = [];
  let broken = false;
  let turned = performance.now();
  const isOver = () => abort.aborted || drain?.aborted || broken || ledger.problem !== undefined;

  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const asked = ledger.take();
      if (!asked) {
        if (running === 0) return;
        await new Promise<void>(resolve => waiting.push(resolve));
        continue;
      }
      running++;
      try {
        await evaluate(asked);
      } catch (error) {
        // The others are not to go on alone.
        broken = true;
        throw error;
      } finally {
        running--;
        for (const wake of waiting) wake();
        waiting = [];
      }
    }
  };
  const evaluate = async (asked: Asked): Promise<void> => {
    const { place, proposal } = asked;
    const { epochs, way } = proposal;
    tally.show("started", running);
    const seed = (facts.seed + rootOf(place, proposal.continues, byPlace)) % SEEDS;
    const fidelity = { ...(epochs !== undefined && { epochs }), seed };
    const asking = measureAll(objectives, way.architecture as never, fidelity, abort);
    // Awaited only where it has to be: a turn for each row of a table would take longer than the rows.
    const answers = (asking instanceof Promise ? await asking : asking) as Answer[];
    if (abort.aborted) return;
    const record = outcomeRecord(evaluated, asked, answers, paidFor(answers, proposal.continues, byPlace));
    byPlace.set(place, record);
    ledger.ended(record, answers.find(({ thrown }) => thrown !== undefined)?.thrown);
    tally.told(ledger.outcomes, ledger.notes);
    tally.show("ended", running - 1);
    if (performance.now() - turned > TURN_MS) {
      await turn();
      turned = performance.now();
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: workers }, lane));
  const failed = lanes.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
  if (ledger.problem) throw ledger.problem;
}
