/**
 * Between a strategy and whoever evaluates what it proposes: who is asked for what, and what is told when.
 *
 * Outcomes are told in the order in which they were asked for, and after each the strategy is asked for as many as may then be
 * outstanding. So one worker, four, and a search that was killed evaluate the same architectures. A strategy that says that
 * it is asynchronous is told outcomes as they come; the log of outcomes is then the journal of their order, which is told
 * again in it.
 *
 * What the machine did to a training is told as a failure and is kept once a later evaluation ended well: only then it is the
 * architecture's. What fails at the end of a run is tried again by the next.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import type { Way } from "../../spaces/decisions/way.js";
import { StoreError } from "../../trials/store/store-error.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { Failures } from "./failures.js";
import { OutcomeLog, type OutcomeRecord, readOutcomes } from "./outcome-log.js";
import { keepState, readState } from "./state-file.js";

/** A proposal that was asked for. */
export interface Asked {
  readonly place: number;
  readonly proposal: Proposal;
}

export interface LedgerOptions {
  /** The search's identity. */
  readonly search: string;
  /** Evaluations in all. */
  readonly budget: number;
  /** Proposals that may be outstanding when the strategy is asked. */
  readonly outstanding: number;
  /** Whether outcomes are told as they come. */
  readonly asynchronous: boolean;
  /** Whether the strategy plans by the budget, and cannot be asked for more. */
  readonly planned: boolean;
  /** Where the state and the log lie; undefined: nothing is kept. */
  readonly folder: string | undefined;
  make(state?: unknown): Searcher;
  decode(code: readonly number[]): Way<AnyArchitecture>;
  /** What the strategy is told of a proposal's record. */
  outcome(asked: Asked, record: OutcomeRecord): Outcome;
}

export class Ledger {
  /** All outcomes that were told, in that order. */
  readonly outcomes: OutcomeRecord[] = [];
  /** What of the folder's log had to be passed over, in words. */
  readonly notes: readonly string[];
  readonly #options: LedgerOptions;
  readonly #searcher: Searcher;
  readonly #log: OutcomeLog | undefined;
  /** What the folder's log has. */
  readonly #logged: ReadonlyMap<number, OutcomeRecord>;
  /** Asked and not told, by place, in order. */
  readonly #asked = new Map<number, Asked>();
  /** Those of them that nobody works at, as far as the budget goes. */
  readonly #open: Asked[] = [];
  /** Outcomes that are not told yet, for others before them are not there. */
  readonly #ended = new Map<number, OutcomeRecord>();
  readonly #thrown = new Map<number, unknown>();
  #places = 0;
  readonly #failures = new Failures();
  /** Told, and not in the log: failures that the next run tries again unless one behind them ends well. */
  readonly #held: OutcomeRecord[] = [];
  #problem: Error | undefined;
  /** Whether the folder's state is older than the searcher's, and whether the latter is one that was asked and told in full. */
  #isBehind = false;
  #isWhole = true;
  /** When the state may be written again, by the clock of `performance`. */
  #keptUntil = 0;

  /**
   * A search at the place where its folder leaves it. Nothing is written.
   *
   * @throws StoreError for another search's folder, and where the strategy proposes something else than it did
   */
  constructor(options: LedgerOptions) {
    this.#options = options;
    const { folder, search, budget } = options;
    const kept = folder === undefined ? undefined : readState(folder, search);
    const { outcomes, notes, isDamaged } = folder === undefined ? nothing : readOutcomes(folder);
    const foreign = outcomes.find(record => record.search !== search);
    if (foreign) {
      throw new StoreError(
        `search: expected outcomes of search ${search} in ${folder}, got ${foreign.search}'s; choose another folder`,
      );
    }
    if (outcomes.length > budget) {
      throw new RangeError(
        `search: expected a budget of at least the ${outcomes.length} evaluations that ${folder} has, got ${budget}; openSearch() reads it as it is`,
      );
    }
    this.notes = notes;
    this.#log = folder === undefined ? undefined : new OutcomeLog(folder);
    this.#logged = new Map(outcomes.map(record => [record.place, record]));
    // A log that lost some of what was told cannot say how many of its outcomes that was.
    if (kept && kept.told <= outcomes.length && !isDamaged) {
      this.#searcher = options.make(kept.state);
      this.outcomes.push(...outcomes.slice(0, kept.told));
      this.#places = kept.told;
      for (const { place = this.#places, code, ...rest } of kept.asked) {
        this.#note({ place, proposal: { way: options.decode(code), ...rest } });
      }
    } else this.#searcher = options.make();
    this.#ask();
    if (options.asynchronous) this.#replay(outcomes);
    else this.#goOn();
  }

  /** Evaluations whose outcome is not known. */
  get left(): number {
    return this.#options.budget - this.outcomes.length - this.#ended.size;
  }

  /** Why nothing more is to be evaluated, if that is so; see `Failures`. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Those that nobody works at, in order. */
  get open(): readonly Asked[] {
    return this.#open;
  }

  /** Whether any are under way, after whose outcomes there may be others. */
  get waits(): boolean {
    const { budget } = this.#options;
    return [...this.#asked.values()].some(({ place }) => place < budget && !this.#ended.has(place));
  }

  /** The next to be evaluated; undefined where there is none now. */
  take(): Asked | undefined {
    return this.#open.shift();
  }

  /**
   * What came of one that was taken. Whatever can be told now is, once it is in the log.
   *
   * @param thrown by an objective
   */
  ended(record: OutcomeRecord, thrown?: unknown): void {
    this.#ended.set(record.place, record);
    if (thrown !== undefined) this.#thrown.set(record.place, thrown);
    const before = this.outcomes.length;
    if (!this.#options.asynchronous) this.#goOn();
    else if (!this.#problem) this.#tell(record.place);
    if (this.outcomes.length > before) this.#keep();
  }

  close(): void {
    try {
      if (this.#isBehind && this.#isWhole) this.#keep(true);
    } finally {
      this.#log?.close();
    }
  }

  /** Tells what is next to be told. */
  #goOn(): void {
    const first = (): number => this.#asked.keys().next().value ?? -1;
    for (let place = first(); this.#ended.has(place) && !this.#problem; place = first()) {
      this.#tell(place);
    }
  }

  /** Tells the log's outcomes again, in their order. */
  #replay(outcomes: readonly OutcomeRecord[]): void {
    for (const { place } of outcomes) if (this.#ended.has(place)) this.#tell(place);
    // Of a damaged log: what waited for an outcome that it lost.
    for (let left = [...this.#ended.keys()]; left.length > 0; left = [...this.#ended.keys()]) {
      for (const place of left) this.#tell(place);
    }
  }

  #tell(place: number): void {
    const record = this.#ended.get(place)!;
    if (!this.#logged.has(place) && !this.#write(record)) return;
    // A strategy that throws in between is no state to keep.
    this.#isWhole = false;
    this.#searcher.tell(this.#options.outcome(this.#asked.get(place)!, record));
    this.#ended.delete(place);
    this.#asked.delete(place);
    this.outcomes.push(record);
    this.#ask();
    this.#isWhole = true;
  }

  /** Puts into the log what belongs there. Whether the strategy is to be told. */
  #write(record: OutcomeRecord): boolean {
    const told = this.outcomes.length;
    const isHeld = record.fault === "training" || (record.fault !== undefined && this.#held.length > 0);
    const held = this.#held.length + (isHeld ? 1 : 0);
    const kept = this.#log && told + 1 - held;
    this.#problem = this.#failures.look(record, { told, kept, held, thrown: this.#thrown.get(record.place) });
    if (this.#problem && told === 0) return false;
    if (isHeld) this.#held.push(record);
    else for (const each of [...this.#held.splice(0), record]) this.#log?.append(each);
    return true;
  }

  /**
   * Asks for as many as may be outstanding, also beyond the budget, which only says how many are evaluated: so that a search
   * whose budget grows goes on as one that had it from the beginning.
   */
  #ask(): void {
    const { outstanding, budget, planned } = this.#options;
    const most = planned ? Math.min(outstanding, budget - this.outcomes.length) : outstanding;
    const room = most - this.#asked.size;
    if (room <= 0) return;
    const proposals = this.#searcher.ask(room);
    if (proposals.length > room) {
      throw new RangeError(
        `search: expected at most the ${room} architectures asked for, got ${proposals.length}`,
      );
    }
    for (const proposal of proposals) this.#note({ place: this.#places, proposal });
  }

  /** One whose outcome is in the log waits to be told, the others to be evaluated. */
  #note(asked: Asked): void {
    const { place, proposal } = asked;
    this.#places = Math.max(this.#places, place + 1);
    this.#asked.set(place, asked);
    const record = this.#logged.get(place);
    if (!record) {
      if (place < this.#options.budget) this.#open.push(asked);
      return;
    }
    if (String(record.code) !== String(proposal.way.code)) {
      throw new StoreError(
        `search: the strategy proposes another architecture at place ${place} than it did when ${this.#options.folder} was begun, from the same outcomes; expected it to depend on its seed and on what it is told alone; choose another folder`,
      );
    }
    this.#ended.set(place, record);
  }

  /**
   * Writes the state, unless that takes more than a share of the time: one that is older only means that more is told again. The
   * last is written at the end.
   */
  #keep(isLast = false): void {
    const { folder, search } = this.#options;
    this.#isBehind = true;
    // A state knows no more than the log has.
    if (folder === undefined || this.#held.length > 0) return;
    const began = performance.now();
    if (!isLast && began < this.#keptUntil) return;
    keepState(folder, {
      version: 1,
      search,
      told: this.outcomes.length,
      asked: [...this.#asked.values()].map(({ place, proposal: { way, ...rest } }) => ({
        place,
        code: way.code,
        ...rest,
      })),
      state: this.#searcher.state(),
    });
    this.#isBehind = false;
    const ended = performance.now();
    this.#keptUntil = ended + PAUSE * (ended - began);
  }
}

/** How many times as long as writing a state nothing is written. */
const PAUSE = 20;

const nothing = { outcomes: [], notes: [], isDamaged: false } as const;
