/**
 * Progressive search (PNAS; Liu et al., ECCV 2018): all architectures of the smallest kind are evaluated, a surrogate is fitted,
 * every one that is kept is expanded by all that a further block may be, the surrogate scores these, the best K are evaluated,
 * and so on up to the greatest kind. Published: cells of 1 to 5 blocks, 136 of one block and then K = 256 of each kind, 1,160 in
 * all; an ensemble of five, each on ⅘ of the data [settings recalled].
 *
 * What grows is a choice of the space that searched, a number by which the program decides what it asks for: `blocks` of
 * `new CellSpace({ ...PNASSpace.options, blocks: oneOf([1, 2, 3, 4, 5]) })`. At each stage all proposals have one value of it, so
 * that what is proposed is a way of the space like any other; the paper's answer is the best of the last stage, a search's the best of
 * all.
 *
 * Deviations: the surrogate is the paper's perceptron on means of its tokens (`"pooled"`), not its LSTM; it is fitted anew to
 * all that was told, not trained on; its epochs (30) are ours. The first stage is at most K, drawn where it has more. An
 * architecture with more expansions than `expansions` is expanded by so many that are drawn. After the last stage the search ends.
 */
import { canonical } from "../../architectures/canonical.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { type Random, seededAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Decisions } from "../../spaces/decisions/decisions.js";
import { drawOption } from "../../spaces/decisions/draw-option.js";
import { indexOf, type Question } from "../../spaces/decisions/walker.js";
import type { Way } from "../../spaces/decisions/way.js";
import { type Encoder, encoder, type EncodingKind, encodingKinds } from "../encodings/encoder.js";
import { Proposer } from "../proposer.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";
import { networkEnsemble } from "../surrogates/network-ensemble.js";
import { isSurrogate, type Surrogate } from "../surrogates/surrogate.js";
import { rankCorrelation, type SurrogateNote } from "../surrogates/surrogate-report.js";

export interface PnasSettings {
  /** The choice that grows. Default `"blocks"`. */
  readonly grows?: string;
  /** K: architectures that are evaluated, and expanded, of each kind. Default 256. */
  readonly keep?: number;
  /** Default: an ensemble of networks of 2 layers of 100. `linearEnsemble()` takes a hundredth of its time. */
  readonly surrogate?: Surrogate;
  /** What it sees of an architecture. Default `"pooled"`, by which blocks that were never seen say something. */
  readonly encoding?: EncodingKind;
  /** Expansions of an architecture that are scored at most. Default 4096. */
  readonly expansions?: number;
}

/**
 * Progressive search (Liu et al. 2018): from the smallest cells on, a surrogate chooses which ones with a block more are evaluated.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { complexityOf, linearEnsemble, pnas, search } from "netspace/search";
 *
 * const space = new CellSpace({ ...PNASSpace.options, blocks: oneOf([1, 2]), cells: 3, filters: 4 });
 * const { records } = await search(space, {
 *   strategy: pnas({ keep: 8, surrogate: linearEnsemble() }),
 *   objective: complexityOf("params"),
 *   budget: 24,
 * });
 * records.length; // => 16
 * ```
 */
export function pnas(settings?: PnasSettings): Strategy {
  const all = settingsOf<PnasSettings>(
    "pnas",
    settings,
    {
      grows: "blocks",
      keep: 256,
      surrogate: networkEnsemble({ layers: 2, width: 100, epochs: 30, share: 0.8 }),
      encoding: "pooled",
      expansions: 4096,
    },
    {
      grows: ["the name of a choice", value => typeof value === "string" && value !== ""],
      keep: ["an integer from 2 on", value => isCount(value) && value > 1],
      surrogate: ["a surrogate such as linearEnsemble()", isSurrogate],
      encoding: [`one of ${encodingKinds.join(", ")}`, value => encodingKinds.includes(value)],
      expansions: ["a positive integer", isCount],
    },
  );
  const { surrogate, ...plain } = all;
  return {
    name: `PNAS, ${surrogate.name}`,
    settings: { ...plain, surrogate: { name: surrogate.name, ...surrogate.settings } },
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Progressive(context, all, state as State | undefined),
  };
}

/** Sets the streams of stages apart from those of other strategies. */
const STAGE_STREAM = 0x9a57;
/** Of the best by score so many times K are held: an architecture may be expanded to from its other blocks, and with sides swapped. */
const HELD = 16;

interface Told<A> {
  readonly way: Way<A>;
  /** Infinity of one that failed. */
  readonly error: number;
}

/** Plain data. */
interface State {
  /** Stages that were begun. */
  readonly stages: number;
  readonly told: readonly { readonly code: readonly number[]; readonly error: number | null }[];
  /** Asked for and not told. */
  readonly under: readonly (readonly number[])[];
  /** Of this stage, and not asked for. */
  readonly chosen: readonly { readonly code: readonly number[]; readonly note?: SurrogateNote }[];
}

class Progressive<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #encoder: Encoder<A>;
  readonly #seed: number;
  readonly #settings: Required<PnasSettings>;
  /** The values of what grows. */
  readonly #kinds: readonly number[];
  #stages: number;
  readonly #told: Told<A>[];
  readonly #under: Way<A>[];
  #chosen: { readonly way: Way<A>; readonly note?: SurrogateNote }[];

  constructor(context: SearchContext<A>, settings: Required<PnasSettings>, state?: State) {
    this.#proposer = new Proposer("pnas", context, { changes: true });
    const { decisions } = this.#proposer;
    this.#kinds = kindsOf(decisions, settings.grows);
    this.#encoder = encoder(context.space, { kind: settings.encoding });
    this.#seed = context.seed;
    this.#settings = settings;
    this.#stages = state?.stages ?? 0;
    this.#told = (state?.told ?? []).map(({ code, error }) => ({
      way: decisions.decode(code),
      error: error ?? Infinity,
    }));
    this.#under = (state?.under ?? []).map(code => decisions.decode(code));
    this.#chosen = (state?.chosen ?? []).map(({ code, note }) => ({
      way: decisions.decode(code),
      ...(note && { note }),
    }));
    if (state) return;
    while (this.#chosen.length === 0 && this.#stages < this.#kinds.length) this.#beginFirst();
    const { budget } = context;
    const first = this.#chosen.length;
    if (first === 0) {
      throw new RangeError(
        `pnas: none of the architectures of ${context.space.name} that were tried may be proposed; widen the windows`,
      );
    }
    if (budget !== undefined && budget <= first && this.#stages < this.#kinds.length) {
      throw new RangeError(
        `pnas: a budget of ${budget} is spent by the ${first} of the first kind, before anything grows; give a smaller keep, such as ${Math.max(2, Math.floor(budget / this.#kinds.length))}`,
      );
    }
  }

  ask(n: number): Proposal[] {
    const proposals: Proposal[] = [];
    while (proposals.length < n) {
      // A stage is chosen when all of the one before is told.
      if (this.#chosen.length === 0 && this.#under.length === 0) this.#grow();
      const chosen = this.#chosen.shift();
      if (!chosen) break;
      this.#under.push(chosen.way);
      proposals.push({ way: chosen.way, ...(chosen.note && { note: chosen.note }) });
    }
    return proposals;
  }

  tell({ way, error }: Outcome): void {
    const own = way as unknown as Way<A>;
    const code = own.code.join();
    const at = this.#under.findIndex(asked => asked.code.join() === code);
    if (at >= 0) this.#under.splice(at, 1);
    this.#told.push({ way: own, error: Number.isNaN(error) ? Infinity : error });
  }

  state(): State {
    return {
      stages: this.#stages,
      told: this.#told.map(({ way, error }) => ({
        code: way.code,
        error: error === Infinity ? null : error,
      })),
      under: this.#under.map(({ code }) => code),
      chosen: this.#chosen.map(({ way, note }) => ({ code: way.code, ...(note && { note }) })),
    };
  }

  /** All of the next kind that may be proposed, each function once; K of them, where there are more. */
  #beginFirst(): void {
    const random = seededAt(this.#seed ^ STAGE_STREAM, this.#stages);
    const kind = this.#kinds[this.#stages++];
    const { keep } = this.#settings;
    const found = [...this.#distinct(this.#grown(undefined, kind, random))];
    if (found.length > keep) {
      for (let i = 0; i < keep; i++) {
        const j = i + Math.floor(random() * (found.length - i));
        [found[i], found[j]] = [found[j], found[i]];
      }
    }
    this.#chosen = found.slice(0, keep).map(way => ({ way }));
  }

  /** Chooses among the expansions of the best of the last stage; nothing, after the last. */
  #grow(): void {
    if (this.#stages >= this.#kinds.length) return;
    const random = seededAt(this.#seed ^ STAGE_STREAM, this.#stages);
    const before = this.#kinds[this.#stages - 1];
    const kind = this.#kinds[this.#stages++];
    const { surrogate, grows, keep } = this.#settings;
    const finite = this.#told.filter(({ error }) => error < Infinity);
    const parents = finite
      .filter(({ way }) => way.choices[grows] === before)
      .sort((a, b) => a.error - b.error)
      .slice(0, keep);
    // Two are the least that anything is fitted to.
    if (finite.length < 2) return;
    const vectors = finite.map(({ way }) => this.#encoder.encode(way));
    const errors = finite.map(({ error }) => error);
    const fitted = surrogate.fit(vectors, errors, { seed: Math.floor(random() * 2 ** 32) });
    const inSample = rankCorrelation(fitted.predict(vectors).mean, errors);
    let held: { way: Way<A>; note: SurrogateNote }[] = [];
    const cut = () => {
      held = held.sort((a, b) => a.note.predicted - b.note.predicted).slice(0, HELD * keep);
    };
    for (const { way } of parents) {
      const children = [...this.#grown(way, kind, random)];
      const { mean, deviation } = fitted.predict(children.map(child => this.#encoder.encode(child)));
      for (const [i, child] of children.entries()) {
        held.push({
          way: child,
          note: {
            round: this.#stages,
            predicted: mean[i],
            ...(deviation && { deviation: deviation[i] }),
            ...(inSample !== undefined && { inSample }),
          },
        });
      }
      if (held.length > 4 * HELD * keep) cut();
    }
    cut();
    const notes = new Map(held.map(({ way, note }) => [way, note]));
    for (const way of this.#distinct(notes.keys())) {
      this.#chosen.push({ way, note: notes.get(way)! });
      if (this.#chosen.length === keep) break;
    }
  }

  /** Those that may be proposed, each function once. */
  *#distinct(ways: Iterable<Way<A>>): Generator<Way<A>, void> {
    const known = new Set<string>();
    for (const way of ways) {
      const form = canonical(way.architecture);
      if (known.has(form) || !this.#proposer.admits(way)) continue;
      known.add(form);
      yield way;
    }
  }

  /**
   * All ways of a kind that decide alike what their parent decides, in the order of what is new; `expansions` that are drawn, where
   * there are more.
   */
  *#grown(parent: Way<A> | undefined, kind: number, random: Random): Generator<Way<A>, void> {
    const { grows, expansions } = this.#settings;
    const { decisions } = this.#proposer;
    const before = new Map(
      parent?.questions.map((question, i) => [question.name, { question, index: parent.code[i] }]),
    );
    /** Answers with the parent's, or, to what it was not asked, by a function. */
    const answered = (anew: (question: Question, place: number) => number) => {
      let place = 0;
      const way = decisions.answer(question => {
        const { name, values } = question;
        if (name === grows) return Math.max(0, values.indexOf(kind));
        const known = before.get(name);
        const kept = known ? indexOf(values, known.question.values[known.index], known.index) : -1;
        return kept >= 0 ? kept : anew(question, place++);
      });
      return way?.choices[grows] === kind ? way : undefined;
    };
    let sizes: number[] = [];
    const first = (prefix: readonly number[]) => {
      sizes = [];
      return answered(({ values }, place) => {
        sizes.push(values.length);
        return prefix[place] ?? 0;
      });
    };
    first([]);
    if (sizes.reduce((product, size) => product * size, 1) > expansions) {
      for (let i = 0; i < expansions; i++) {
        const way = answered(question => drawOption(question, random));
        if (way) yield way;
      }
      return;
    }
    for (let prefix: number[] | undefined = []; prefix; prefix = following(prefix, sizes)) {
      const way = first(prefix);
      if (way) yield way;
    }
  }
}

/** The next in the order of the options, the last choice first; undefined after the last. */
function following(prefix: readonly number[], sizes: readonly number[]): number[] | undefined {
  let last = sizes.length - 1;
  while (last >= 0 && (prefix[last] ?? 0) + 1 >= sizes[last]) last--;
  if (last < 0) return undefined;
  return sizes.slice(0, last + 1).map((_, i) => (prefix[i] ?? 0) + (i === last ? 1 : 0));
}

/** @throws RangeError for a space in which nothing of that name grows */
function kindsOf<A>({ name, vocabulary }: Decisions<A>, grows: string): readonly number[] {
  const word = vocabulary.find(other => other.name === grows);
  if (word && word.options.length > 1 && word.options.every(option => typeof option === "number")) {
    return word.options;
  }
  const got = word ? `one that chooses ${say(grows)} of ${say(word.options)}` : `one without`;
  throw new RangeError(
    `pnas: expected a space that chooses a number ${say(grows)}, by which its architectures grow, got ${name}, ${got}; a CellSpace with blocks: oneOf([1, 2, 3]) is one, and { grows } names another choice`,
  );
}
