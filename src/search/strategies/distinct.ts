/**
 * A strategy by which no function is evaluated twice. What it proposes again, under the same description or another one of the
 * same function (`canonical`), it is told again, from memory, and it costs nothing.
 *
 * Papers evaluate repeats anew; NNI draws until something is new, which changes what a strategy proposes. Here its proposals
 * are as published, but the noise of an evaluation is drawn once for each function: a child that is its parent again has its
 * parent's luck, where regularised evolution means it to be trained anew.
 */
import { hash } from "node:crypto";
import { canonical } from "../../architectures/canonical.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Decisions } from "../../spaces/decisions/decisions.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface DistinctSettings {
  /** After so many repeats in a row nothing new is expected of a strategy, and the search ends. Default 10,000. */
  readonly repeats?: number;
}

/** Repeats that wait for outcomes before them, at most: then the strategy waits, too. */
const MOST_HELD = 64;

/**
 * @throws RangeError for what is no strategy
 * @example `search(space, { strategy: distinct(evolution({ population: 20, sample: 10 })), … })`
 */
export function distinct(strategy: Strategy, settings?: DistinctSettings): Strategy {
  if (!isObject(strategy) || typeof strategy.start !== "function") {
    throw new RangeError(`distinct: expected a strategy such as evolution(), got ${say(strategy)}`);
  }
  const all = settingsOf<DistinctSettings>(
    "distinct",
    settings,
    { repeats: 10_000 },
    { repeats: ["a positive integer", isCount] },
  );
  return {
    ...strategy,
    name: `${strategy.name}, distinct`,
    settings: { ...strategy.settings, distinct: all },
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new Distinct(strategy, context as never, all.repeats, state as State | undefined),
  };
}

/** What was told of a function. */
interface Known {
  /** Place of the proposal whose outcome it is. */
  readonly place: number;
  readonly error: number;
  readonly objectives?: readonly number[];
}

/** What the strategy proposed and was not told yet, in order. */
interface Asked {
  readonly proposal: Proposal;
  /** Its place among the strategy's own. */
  readonly own: number;
  readonly form: string;
  /** Place of the proposal that is evaluated for it; one of an earlier proposal for a repeat. */
  readonly place: number;
  readonly repeats: boolean;
  outcome?: Outcome;
}

type Stored = Omit<Proposal, "way"> & { readonly code: readonly number[] };

/** Plain data. */
interface State {
  readonly inner: unknown;
  /** Form, place, error and objectives of each function. */
  readonly known: readonly (readonly [string, number, number | null, readonly (number | null)[] | null])[];
  readonly asked: readonly (Stored & {
    readonly own: number;
    readonly form: string;
    readonly place: number;
    readonly repeats: boolean;
  })[];
  /** Of each proposal of the strategy, the place of the one that was evaluated for it. */
  readonly places: readonly number[];
  /** Codes of what was trained in part, by place: a training that goes on is of that very architecture. */
  readonly parts: readonly (readonly [number, readonly number[]])[];
  readonly next: number;
}

class Distinct implements Searcher {
  readonly #decisions: Decisions<AnyArchitecture>;
  readonly #inner: Searcher;
  readonly #repeats: number;
  readonly #asynchronous: boolean;
  readonly #known: Map<string, Known>;
  /** Places of forms that are under way. */
  readonly #under = new Map<string, number>();
  #asked: Asked[];
  readonly #places: number[];
  readonly #parts: Map<number, readonly number[]>;
  #next: number;

  constructor(strategy: Strategy, context: SearchContext, repeats: number, state?: State) {
    this.#decisions = decisions(context.space);
    this.#repeats = repeats;
    this.#asynchronous = strategy.asynchronous ?? false;
    this.#inner = strategy.start(context, state?.inner);
    this.#known = new Map(
      (state?.known ?? []).map(([form, place, error, objectives]) => [
        form,
        {
          place,
          error: error ?? Number.NaN,
          ...(objectives && { objectives: objectives.map(value => value ?? Number.NaN) }),
        },
      ]),
    );
    this.#asked = (state?.asked ?? []).map(({ code, own, form, place, repeats: again, ...rest }) => ({
      proposal: { way: this.#decisions.decode(code), ...rest },
      own,
      form,
      place,
      repeats: again,
    }));
    for (const { form, place } of this.#asked) if (!this.#known.has(form)) this.#under.set(form, place);
    this.#places = [...(state?.places ?? [])];
    this.#parts = new Map(state?.parts);
    this.#next = state?.next ?? 0;
  }

  ask(n: number): readonly Proposal[] {
    const fresh: Proposal[] = [];
    let again = 0;
    while (fresh.length < n && again < this.#repeats && this.#held() < MOST_HELD) {
      const asked = this.#inner.ask(n - fresh.length);
      if (asked.length === 0) break;
      for (const proposal of asked) {
        const given = this.#take(proposal);
        again = given ? 0 : again + 1;
        if (given) fresh.push(given);
      }
      this.#tellKnown();
    }
    return fresh;
  }

  tell(outcome: Outcome): void {
    // Known from the beginning, and nothing that was proposed.
    if (outcome.place < 0) {
      const { way, epochs, recipe, error, objectives, place } = outcome;
      const form = formOf(way.architecture, epochs, recipe);
      // Of several evaluations of one function the first is told again, as in the search itself.
      if (!this.#known.has(form)) this.#known.set(form, { place, error, ...(objectives && { objectives }) });
      return this.#inner.tell(outcome);
    }
    const asked = this.#asked.find(({ place, repeats }) => place === outcome.place && !repeats);
    if (!asked) {
      throw new RangeError(
        `distinct: expected the outcome of a proposal, got one at place ${say(outcome.place)}`,
      );
    }
    asked.outcome = outcome;
    const { error, objectives, place } = outcome;
    this.#known.set(asked.form, { place, error, ...(objectives && { objectives }) });
    this.#under.delete(asked.form);
    this.#tellKnown();
  }

  state(): State {
    return {
      inner: this.#inner.state(),
      known: [...this.#known].map(([form, { place, error, objectives }]) => [
        form,
        place,
        finite(error),
        objectives?.map(finite) ?? null,
      ]),
      asked: this.#asked.map(({ proposal: { way, ...rest }, own, form, place, repeats }) => ({
        code: way.code,
        ...rest,
        own,
        form,
        place,
        repeats,
      })),
      places: this.#places,
      parts: [...this.#parts],
      next: this.#next,
    };
  }

  #held(): number {
    return this.#asked.reduce((sum, { repeats }) => sum + (repeats ? 1 : 0), 0);
  }

  /** Notes a proposal; gives what is to be evaluated for it, nothing for a repeat. */
  #take(proposal: Proposal): Proposal | undefined {
    const { way, epochs, recipe, continues } = proposal;
    const form = formOf(way.architecture, epochs, recipe);
    const before = this.#known.get(form)?.place ?? this.#under.get(form);
    const place = before ?? this.#next++;
    this.#asked.push({ proposal, own: this.#places.length, form, place, repeats: before !== undefined });
    this.#places.push(place);
    if (before !== undefined) return undefined;
    this.#under.set(form, place);
    const { continues: _own, ...anew } = proposal;
    const from = continues === undefined ? undefined : this.#places[continues];
    const code = from === undefined ? undefined : this.#parts.get(from);
    // Of the same function, but perhaps described otherwise: what was begun is what goes on.
    const begun = code && code.join() !== way.code.join() ? this.#decisions.decode(code) : way;
    if (epochs !== undefined) this.#parts.set(place, begun.code);
    // What was known from the beginning was trained elsewhere, and cannot go on.
    return { ...anew, way: begun, ...(from !== undefined && from >= 0 && { continues: from }) };
  }

  /** Tells the strategy what is known, in the order in which it asked unless it takes outcomes as they come. */
  #tellKnown(): void {
    const left: Asked[] = [];
    for (const asked of this.#asked) {
      const { proposal, own, form, outcome, repeats } = asked;
      const known = this.#known.get(form);
      if (!known || (left.length > 0 && !this.#asynchronous)) left.push(asked);
      else if (!repeats && outcome) this.#inner.tell({ ...outcome, ...proposal, place: own });
      else {
        const { error, objectives } = known;
        const cost = { images: 0, seconds: 0 };
        this.#inner.tell({ ...proposal, place: own, error, ...(objectives && { objectives }), cost });
      }
    }
    this.#asked = left;
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What is evaluated, in few characters: the function, and how it is trained. */
const formOf = (
  architecture: AnyArchitecture,
  epochs: Proposal["epochs"],
  recipe: Proposal["recipe"],
): string =>
  hash(
    "sha256",
    `${canonical(architecture)} ${epochs ?? ""} ${JSON.stringify(recipe ?? {})}`,
    "base64url",
  ).slice(0, 16);
