/**
 * Local search (White et al. 2020, "Local Search is State of the Art for NAS Benchmarks"; Den Ottelander et al. 2020): all
 * neighbours of the incumbent are evaluated, in an order drawn anew, and the first that is better takes its place
 * (`"first"`), or the best of all (`"best"`); where none is, the search starts again elsewhere.
 */
import type { AnyArchitecture } from "../../architectures/family.js";
import { seededAt } from "../../base/random.js";
import type { Way } from "../../spaces/decisions/way.js";
import { Proposer } from "../proposer.js";
import type { Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface LocalSearchSettings {
  /** Architectures that are drawn first, of which the best is climbed from. Default 10 (naszilla's). */
  readonly initial?: number;
  /** Which better neighbour is taken. Default `"best"`. */
  readonly step?: "first" | "best";
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly told: number;
  readonly incumbent?: { readonly code: readonly number[]; readonly error: number | null };
  /** Best neighbour of the incumbent, or best of the start, that was told so far. */
  readonly best?: { readonly code: readonly number[]; readonly error: number | null };
  /** Place of the proposal that the start, or the neighbourhood, began with; neighbours are drawn in an order of it. */
  readonly from: number;
  /** How many of it there are: of the start `initial`. */
  readonly of: number;
  readonly starts: boolean;
}

/**
 * Local search: climbs from the best of some architectures to better neighbours, and starts again where there is none.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { localSearch, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const [run] = simulate(localSearch({ initial: 5, step: "first" }), assignments, { evaluations: 60 });
 * (run.judged[59] - assignments.best).toFixed(2); // => "2.96"
 * ```
 */
export function localSearch(settings?: LocalSearchSettings): Strategy {
  const all = settingsOf<LocalSearchSettings>(
    "localSearch",
    settings,
    { initial: 10, step: "best" },
    {
      initial: ["a positive integer", isCount],
      step: ['"first" or "best"', value => value === "first" || value === "best"],
    },
  );
  return {
    name: "local search",
    settings: all,
    takesKnown: true,
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Climb(context, all, state as State | undefined),
  };
}

interface Told<A> {
  readonly way: Way<A>;
  readonly error: number;
}

class Climb<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #initial: number;
  readonly #first: boolean;
  #asked: number;
  #told: number;
  #incumbent: Told<A> | undefined;
  #best: Told<A> | undefined;
  #from: number;
  #of: number;
  #starts: boolean;
  /** Of the incumbent, in the order of this neighbourhood; undefined until asked. */
  #neighbours: readonly Way<A>[] | undefined;

  constructor(context: SearchContext<A>, { initial, step }: Required<LocalSearchSettings>, state?: State) {
    const { budget } = context;
    if (budget !== undefined && budget < initial) {
      throw new RangeError(
        `localSearch: a budget of ${budget} is below the ${initial} that are drawn first, which makes it random search; give fewer, such as initial: ${Math.max(1, Math.floor(budget / 5))}`,
      );
    }
    this.#proposer = new Proposer("localSearch", context, { changes: true });
    this.#seed = context.seed;
    this.#initial = initial;
    this.#first = step === "first";
    this.#asked = state?.asked ?? 0;
    this.#told = state?.told ?? 0;
    this.#from = state?.from ?? 0;
    this.#of = state?.of ?? initial;
    this.#starts = state?.starts ?? true;
    this.#incumbent = this.#revived(state?.incumbent);
    this.#best = this.#revived(state?.best);
  }

  ask(n: number): Proposal[] {
    const proposals: Proposal[] = [];
    while (proposals.length < n && this.#asked < this.#from + this.#of) {
      proposals.push({ way: this.#next(this.#asked - this.#from) });
      this.#asked++;
    }
    return proposals;
  }

  tell({
    way,
    error,
    place,
  }: {
    readonly way: unknown;
    readonly error: number;
    readonly place: number;
  }): void {
    const told: Told<A> = { way: way as Way<A>, error: Number.isNaN(error) ? Infinity : error };
    // What is known from the beginning may be what is climbed from first.
    if (place < 0) {
      if (!this.#best || told.error < this.#best.error) this.#best = told;
      return;
    }
    this.#told++;
    // One that was under way when the climb had gone on.
    if (place < this.#from) return;
    if (!this.#best || told.error < this.#best.error) this.#best = told;
    const better = this.#incumbent && this.#best.error < this.#incumbent.error;
    if (!this.#starts && this.#first && better) this.#climbTo(this.#best);
    else if (this.#told >= this.#from + this.#of) {
      if (this.#starts || better) this.#climbTo(this.#best);
      else this.#startAgain();
    }
  }

  state(): State {
    const stored = (told: Told<A> | undefined) =>
      told && { code: told.way.code, error: told.error === Infinity ? null : told.error };
    return {
      asked: this.#asked,
      told: this.#told,
      ...(this.#incumbent && { incumbent: stored(this.#incumbent)! }),
      ...(this.#best && { best: stored(this.#best)! }),
      from: this.#from,
      of: this.#of,
      starts: this.#starts,
    };
  }

  #next(place: number): Way<A> {
    if (this.#starts) return this.#proposer.draw(seededAt(this.#seed, this.#from + place));
    return this.#ordered()[place];
  }

  #ordered(): readonly Way<A>[] {
    if (this.#neighbours) return this.#neighbours;
    const all = [...this.#proposer.neighbours(this.#incumbent!.way)];
    const random = seededAt(this.#seed, this.#from);
    // Fisher and Yates's shuffle.
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [all[i], all[j]] = [all[j], all[i]];
    }
    this.#neighbours = all;
    return all;
  }

  #climbTo(incumbent: Told<A>): void {
    this.#incumbent = incumbent;
    this.#best = undefined;
    this.#starts = false;
    this.#neighbours = undefined;
    this.#from = this.#asked;
    this.#of = this.#ordered().length;
    if (this.#of === 0) this.#startAgain();
  }

  #startAgain(): void {
    this.#incumbent = undefined;
    this.#best = undefined;
    this.#starts = true;
    this.#neighbours = undefined;
    this.#from = this.#asked;
    this.#of = this.#initial;
  }

  #revived(stored: State["best"]): Told<A> | undefined {
    if (!stored) return undefined;
    return { way: this.#proposer.decisions.decode(stored.code), error: stored.error ?? Infinity };
  }
}
