/**
 * Search with a surrogate in the form of BANANAS (White, Neiswanger and Savani, AAAI 2021): some architectures are drawn; then,
 * round after round, a surrogate is fitted to all that was told, mutations of the best are the candidates, and those of them
 * that an acquisition function prefers are evaluated. `bananas` has its published settings (naszilla's code: 10 drawn, 10 in a
 * round, 100 mutations of the best, independent Thompson sampling, 150 in all); the default here is a surrogate that is fitted
 * in a millisecond, since the mutations, not the model, do most of the work (Schneider et al. 2021).
 *
 * Deviations: a mutation makes one choice anew, and with probability 1/3 another, and so on, where naszilla makes each of
 * NAS-Bench-201's anew with probability 1/4; both are 1.5 on average. What is one function with an architecture that was
 * proposed before is not proposed, until nothing else is found. With several under way a round is fitted to what is told.
 */
import { canonical } from "../../architectures/canonical.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { type Random, seededAt } from "../../base/random.js";
import type { Way } from "../../spaces/decisions/way.js";
import { type Encoder, encoder, type EncodingKind, encodingKinds } from "../encodings/encoder.js";
import { Proposer } from "../proposer.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";
import { type Acquisition, acquisitions, acquisitionValues } from "../surrogates/acquisition.js";
import { linearEnsemble } from "../surrogates/linear-ensemble.js";
import { isSurrogate, type Surrogate } from "../surrogates/surrogate.js";
import { rankCorrelation, type SurrogateNote } from "../surrogates/surrogate-report.js";

export interface SurrogateSearchSettings {
  /** Default `linearEnsemble()`. */
  readonly surrogate?: Surrogate;
  /** What it sees of an architecture. Default `"scaled"`. */
  readonly encoding?: EncodingKind;
  /** Architectures that are drawn before the first fit, known ones among them. Default 10. */
  readonly initial?: number;
  /** Architectures that are chosen by one fit. Default 10. */
  readonly round?: number;
  /** Candidates of a round. Default 100. */
  readonly candidates?: number;
  /** How many of the best are mutated for them. Default 5. */
  readonly parents?: number;
  /** Default `"thompson"`. */
  readonly acquisition?: Acquisition;
}

/**
 * Search with a surrogate (in the form of BANANAS, White et al. 2021): of mutations of the best, those that a fit to all outcomes prefers.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { gaussianProcess, simulate, surrogateSearch, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * const strategy = surrogateSearch({ surrogate: gaussianProcess(), initial: 10, round: 5 });
 * const [run] = simulate(strategy, assignments, { evaluations: 40 });
 * (run.judged[39] - assignments.best).toFixed(2); // => "2.96"
 * ```
 */
export function surrogateSearch(settings?: SurrogateSearchSettings): Strategy {
  return surrogateStrategy("surrogateSearch", "surrogate search", settings);
}

/** A strategy of this form under another name. */
export function surrogateStrategy(
  caller: string,
  name: string,
  settings: SurrogateSearchSettings | undefined,
  defaults: SurrogateSearchSettings = {},
): Strategy {
  const all = settingsOf<SurrogateSearchSettings>(
    caller,
    settings,
    {
      surrogate: linearEnsemble(),
      encoding: "scaled",
      initial: 10,
      round: 10,
      candidates: 100,
      parents: 5,
      acquisition: "thompson",
      ...defaults,
    },
    {
      surrogate: ["a surrogate such as linearEnsemble()", isSurrogate],
      encoding: [`one of ${encodingKinds.join(", ")}`, value => encodingKinds.includes(value)],
      initial: ["an integer from 2 on", value => isCount(value) && value > 1],
      round: ["a positive integer", isCount],
      candidates: ["a positive integer", isCount],
      parents: ["a positive integer", isCount],
      acquisition: [`one of ${acquisitions.join(", ")}`, value => acquisitions.includes(value)],
    },
  );
  const { surrogate, ...plain } = all;
  if (plain.candidates < plain.round) {
    throw new RangeError(
      `${caller}: candidates must be at least as many as a round takes, ${plain.round}, got ${plain.candidates}`,
    );
  }
  return {
    name: `${name}, ${surrogate.name}`,
    settings: { ...plain, surrogate: { name: surrogate.name, ...surrogate.settings } },
    takesKnown: true,
    start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher {
      const { budget, known = 0 } = context;
      if (budget !== undefined && budget <= plain.initial - known) {
        throw new RangeError(
          `${caller}: a budget of ${budget} is spent by the ${plain.initial - known} that are drawn first, which would make it random search; give fewer, such as initial: ${Math.max(2, Math.floor(budget / 5))}`,
        );
      }
      return new SurrogateSearcher(caller, context, all, state as State | undefined);
    },
  };
}

/** Sets the streams of rounds apart from those of proposals that are drawn. */
const ROUND_STREAM = 0x50f7;
/** How likely a mutation is followed by another. */
const AGAIN = 1 / 3;
/** Attempts at something new, for each that is wanted, before what there is must do. */
const PATIENCE = 5;

interface Told<A> {
  readonly way: Way<A>;
  /** Infinity of one that failed. */
  readonly error: number;
}

/** Plain data. */
interface State {
  readonly asked: number;
  readonly rounds: number;
  readonly told: readonly { readonly code: readonly number[]; readonly error: number | null }[];
  /** Asked for and not told. */
  readonly under: readonly (readonly number[])[];
  /** Chosen by the last fit and not asked for. */
  readonly chosen: readonly { readonly code: readonly number[]; readonly note: SurrogateNote }[];
}

class SurrogateSearcher<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #encoder: Encoder<A>;
  readonly #seed: number;
  readonly #settings: Required<SurrogateSearchSettings>;
  #asked: number;
  #rounds: number;
  readonly #told: Told<A>[];
  readonly #under: Way<A>[];
  #chosen: { readonly way: Way<A>; readonly note: SurrogateNote }[];
  /** Codes and canonical forms of all that was ever proposed. */
  readonly #known = new Set<string>();
  /** The vectors of what was told. */
  readonly #vectors: Float64Array[] = [];

  constructor(
    caller: string,
    context: SearchContext<A>,
    settings: Required<SurrogateSearchSettings>,
    state?: State,
  ) {
    this.#proposer = new Proposer(caller, context, { changes: true });
    this.#encoder = encoder(context.space, { kind: settings.encoding });
    this.#seed = context.seed;
    this.#settings = settings;
    const { decisions } = this.#proposer;
    this.#asked = state?.asked ?? 0;
    this.#rounds = state?.rounds ?? 0;
    this.#told = [];
    for (const { code, error } of state?.told ?? []) this.#hear(decisions.decode(code), error ?? Infinity);
    this.#under = (state?.under ?? []).map(code => decisions.decode(code));
    this.#chosen = (state?.chosen ?? []).map(({ code, note }) => ({ way: decisions.decode(code), note }));
    for (const way of [...this.#under, ...this.#chosen.map(chosen => chosen.way)]) this.#know(way);
  }

  ask(n: number): Proposal[] {
    return Array.from({ length: n }, () => this.#next());
  }

  tell({ way, error }: Outcome): void {
    const own = way as unknown as Way<A>;
    const code = own.code.join();
    const at = this.#under.findIndex(asked => asked.code.join() === code);
    if (at >= 0) this.#under.splice(at, 1);
    // One that failed is as bad as the worst.
    this.#hear(own, Number.isNaN(error) ? Infinity : error);
  }

  state(): State {
    return {
      asked: this.#asked,
      rounds: this.#rounds,
      told: this.#told.map(({ way, error }) => ({
        code: way.code,
        error: error === Infinity ? null : error,
      })),
      under: this.#under.map(({ code }) => code),
      chosen: this.#chosen.map(({ way, note }) => ({ code: way.code, note })),
    };
  }

  #hear(way: Way<A>, error: number): void {
    this.#told.push({ way, error });
    this.#vectors.push(this.#encoder.encode(way));
    this.#know(way);
  }

  #know(way: Way<A>): void {
    this.#known.add(way.code.join());
    this.#known.add(canonical(way.architecture));
  }

  #next(): Proposal {
    const place = this.#asked++;
    // As many as there were places, and what was known before the first.
    const there = this.#told.length + this.#under.length;
    if (this.#chosen.length === 0 && there >= this.#settings.initial) this.#chooseRound();
    const chosen = this.#chosen.shift();
    const way = chosen?.way ?? this.#drawNew(seededAt(this.#seed, place));
    this.#know(way);
    this.#under.push(way);
    return { way, ...(chosen && { note: chosen.note }) };
  }

  /** Drawn, and not known if that is found soon. */
  #drawNew(random: Random): Way<A> {
    let way = this.#proposer.draw(random);
    for (let tries = 1; tries < 10 * PATIENCE && this.#isKnown(way); tries++)
      way = this.#proposer.draw(random);
    return way;
  }

  #isKnown({ code, architecture }: Way<A>): boolean {
    return this.#known.has(code.join()) || this.#known.has(canonical(architecture));
  }

  /** Fits the surrogate and chooses by it; nothing, where too little is told for that. */
  #chooseRound(): void {
    const { surrogate, acquisition, round } = this.#settings;
    const finite = this.#told.filter(({ error }) => error < Infinity);
    if (finite.length < 2) return;
    const random = seededAt(this.#seed ^ ROUND_STREAM, this.#rounds++);
    let [best, worst] = [Infinity, -Infinity];
    for (const { error } of finite) [best, worst] = [Math.min(best, error), Math.max(worst, error)];
    const errors = this.#told.map(({ error }) => Math.min(error, worst));
    const fitted = surrogate.fit(this.#vectors, errors, { seed: Math.floor(random() * 2 ** 32) });
    const inSample = rankCorrelation(fitted.predict(this.#vectors).mean, errors);
    const candidates = this.#candidates(random);
    const predictions = fitted.predict(candidates.map(way => this.#encoder.encode(way)));
    const values = acquisitionValues(acquisition, predictions, best, random);
    const { mean, deviation } = predictions;
    for (const i of Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b)) {
      if (this.#chosen.length === round) break;
      if (this.#known.has(canonical(candidates[i].architecture))) continue;
      this.#know(candidates[i]);
      this.#chosen.push({
        way: candidates[i],
        note: {
          round: this.#rounds,
          predicted: mean[i],
          ...(deviation && { deviation: deviation[i] }),
          ...(inSample !== undefined && { inSample }),
        },
      });
    }
  }

  /** Mutations of the best that were not proposed; where they are too few, what is drawn. */
  #candidates(random: Random): Way<A>[] {
    const { candidates, parents, round } = this.#settings;
    const { decisions } = this.#proposer;
    const found = new Map<string, Way<A>>();
    const add = (way: Way<A>): void => {
      const key = way.code.join();
      if (!this.#known.has(key) && !found.has(key) && this.#proposer.admits(way)) found.set(key, way);
    };
    const ranked = this.#told.toSorted((a, b) => a.error - b.error);
    // Where all mutations of the best are known, the next best have their turn.
    for (let from = 0; from < ranked.length && found.size < candidates; from += parents) {
      const best = ranked.slice(from, from + parents);
      for (let i = 0; i < candidates && found.size < candidates; i++) {
        let way = decisions.mutate(best[i % best.length].way, random);
        while (random() < AGAIN) way = decisions.mutate(way, random);
        add(way);
      }
      if (found.size >= round) break;
    }
    for (let i = 0; i < PATIENCE * round && found.size < round; i++) add(this.#proposer.draw(random));
    return [...found.values()];
  }
}
