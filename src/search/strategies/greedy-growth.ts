/**
 * Greedy growth of layers, after NIR (Meng et al., "Neural Inheritance Relation Guided One-Shot Layer Assignment Search", AAAI 2020,
 * arXiv 2002.12580): if the best assignment of a deeper network contains that of a shallower one, it need be looked for only
 * among those that have a layer more. From the fewest layers, all networks with one more in one stage are
 * evaluated, the best is kept and grows on: as many evaluations a layer as there are stages, instead of all assignments.
 *
 * [inferred] The paper's code and body were not available. Its abstract says that the optimum of a shallow depth guides the sampling at
 * the next; that one layer is added at a time, that all candidates are evaluated, and that the start is the fewest layers, is a
 * reading of it. `step` and `sample` are ours: several layers at once, and a draw among the candidates that this makes.
 *
 * It grows until the space has nothing deeper or the windows let nothing in: `where: { depth: [0, 16] }` and
 * `where: { flops: [0, 4e9] }` are its budgets. All else that the space chooses stays as it was drawn at the start, or as
 * `from` has it.
 */
import { canonical } from "../../architectures/canonical.js";
import { familyOf } from "../../architectures/families.js";
import type { AnyArchitecture, Family } from "../../architectures/family.js";
import { isList } from "../../base/expect.js";
import { seededAt } from "../../base/random.js";
import { say } from "../../base/say.js";
import type { Way } from "../../spaces/decisions/way.js";
import { contains } from "../assignments/assignment-errors.js";
import { Proposer } from "../proposer.js";
import type { Outcome, Proposal, Searcher } from "../searcher.js";
import { isCount, type SearchContext, settingsOf, type Strategy } from "../strategy.js";

export interface GreedyGrowthSettings {
  /** Layers that are added at once, anywhere. Default 1. */
  readonly step?: number;
  /** Candidates that are evaluated in each step, drawn without replacement. Default null: all. */
  readonly sample?: number | null;
  /** Layers of each stage to start from. Default null: the fewest. */
  readonly from?: readonly number[] | null;
}

/** What each proposal has as its note. */
export interface GrowthNote {
  /** Layers of each stage. */
  readonly depths: readonly number[];
  /** Of what it has grown from; none at the start. */
  readonly from?: readonly number[];
}

interface Candidate<A> {
  readonly way: Way<A>;
  error?: number;
}

/** Plain data. */
interface State {
  readonly asked: number;
  /** Place of the first proposal of this step, which candidates are drawn by. */
  readonly first: number;
  readonly parent?: readonly number[];
  /** Of this step; the error null of one that failed, absent of one that is not told yet. */
  readonly candidates: readonly { readonly code: readonly number[]; readonly error?: number | null }[];
}

/**
 * Greedy growth of layers (after NIR, Meng et al. 2020): one layer more wherever it helps most, from the fewest on.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { greedyGrowth, simulate, table } from "netspace/search";
 *
 * const assignments = (await table("SmallAssignments")).search();
 * // From the fewest layers, one more at each step, wherever it helps most.
 * const [run] = simulate(greedyGrowth(), assignments, { evaluations: 60 });
 * run.codes.length; // => 16
 * (run.judged.at(-1)! - assignments.best).toFixed(2); // => "2.96"
 * ```
 */
export function greedyGrowth(settings?: GreedyGrowthSettings): Strategy {
  const all = settingsOf<GreedyGrowthSettings>(
    "greedyGrowth",
    settings,
    { step: 1, sample: null, from: null },
    {
      step: ["a positive integer", isCount],
      sample: ["a positive integer, or null", (value: number | null) => value === null || isCount(value)],
      from: [
        "numbers of layers, one for each stage, or null",
        (value: unknown) => value === null || areDepths(value),
      ],
    },
  );
  const { from } = all;
  return {
    name: "greedy growth",
    settings: { ...all, from: from && Array.from(from) },
    start: <A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher =>
      new GreedyGrowth(context, all, state as State | undefined),
  };
}

const areDepths = (value: unknown): boolean =>
  isList(value) &&
  value.length > 0 &&
  Array.from(value).every(depth => Number.isSafeInteger(depth) && (depth as number) >= 0);

class GreedyGrowth<A extends AnyArchitecture> implements Searcher {
  readonly #proposer: Proposer<A>;
  readonly #seed: number;
  readonly #step: number;
  readonly #sample: number | null;
  #asked: number;
  #first: number;
  #parent: Way<A> | undefined;
  #candidates: Candidate<A>[];

  constructor(
    context: SearchContext<A>,
    { step, sample, from }: Required<GreedyGrowthSettings>,
    state?: State,
  ) {
    this.#proposer = new Proposer("greedyGrowth", context, { changes: true });
    this.#seed = context.seed;
    this.#step = step;
    this.#sample = sample;
    this.#asked = state?.asked ?? 0;
    this.#first = state?.first ?? 0;
    const { decisions } = this.#proposer;
    this.#parent = state?.parent && decisions.decode(state.parent);
    this.#candidates = state
      ? state.candidates.map(({ code, error }) => ({
          way: decisions.decode(code),
          ...(error !== undefined && { error: error ?? Infinity }),
        }))
      : [{ way: this.#growing(this.#start(from)) }];
  }

  ask(n: number): Proposal[] {
    if (this.#candidates.length > 0 && this.#candidates.every(({ error }) => error !== undefined))
      this.#grow();
    const from = this.#parent && depthsOf(this.#parent.architecture);
    const rest = this.#candidates.slice(this.#asked - this.#first).slice(0, n);
    this.#asked += rest.length;
    return rest.map(({ way }) => {
      const note: GrowthNote = { depths: depthsOf(way.architecture), ...(from && { from }) };
      return { way: way as never, note };
    });
  }

  tell({ place, error }: Outcome): void {
    const candidate = this.#candidates[place - this.#first] as Candidate<A> | undefined;
    if (candidate) candidate.error = Number.isNaN(error) ? Infinity : error;
  }

  state(): State {
    return {
      asked: this.#asked,
      first: this.#first,
      ...(this.#parent && { parent: this.#parent.code }),
      candidates: this.#candidates.map(({ way, error }) => ({
        code: way.code,
        ...(error !== undefined && { error: error === Infinity ? null : error }),
      })),
    };
  }

  /** The best candidate is kept; what has grown from it is next. Where all have failed growth ends. */
  #grow(): void {
    let best: Candidate<A> | undefined;
    for (const one of this.#candidates) if (one.error! < (best?.error ?? Infinity)) best = one;
    this.#first = this.#asked;
    this.#parent = best?.way;
    this.#candidates = best ? this.#drawn(this.#grown(best.way)).map(way => ({ way })) : [];
  }

  /** Some of the candidates, in the order of all; `seededAt(seed, place)` draws them. */
  #drawn(ways: readonly Way<A>[]): readonly Way<A>[] {
    const sample = this.#sample ?? ways.length;
    if (sample >= ways.length) return ways;
    const random = seededAt(this.#seed, this.#first);
    const rest = [...ways.keys()];
    const chosen = Array.from(
      { length: sample },
      () => rest.splice(Math.floor(random() * rest.length), 1)[0],
    );
    return chosen.sort((a, b) => a - b).map(i => ways[i]);
  }

  /** All ways with so many layers more, in any stages, and nothing else changed. */
  #grown(way: Way<A>): readonly Way<A>[] {
    let layer = new Map([[String(way.code), way]]);
    for (let added = 0; added < this.#step; added++) {
      const next = new Map<string, Way<A>>();
      for (const one of layer.values()) {
        for (const other of this.#changed(one, 1)) next.set(String(other.code), other);
      }
      layer = next;
    }
    const functions = new Map([...layer.values()].map(one => [canonical(one.architecture), one]));
    return [...functions.values()].filter(one => this.#proposer.admits(one));
  }

  /** Neighbours that have more layers (1), or fewer (−1), in one stage, and are the same otherwise. */
  *#changed(way: Way<A>, sign: 1 | -1): Generator<Way<A>, void> {
    const { architecture } = way;
    const family = familyOf(architecture) as Family<A>;
    const before = depthsOf(architecture);
    for (const neighbour of this.#proposer.decisions.neighbours(way)) {
      const after = depthsOf(neighbour.architecture);
      const [large, small] = sign > 0 ? [after, before] : [before, after];
      const changed = before.filter((depth, s) => depth !== after[s]).length;
      if (after.length !== before.length || changed !== 1 || !contains(large, small)) continue;
      const same = family.withDepths?.(architecture, after);
      if (same && canonical(same) === canonical(neighbour.architecture)) yield neighbour;
    }
  }

  /** @throws RangeError where there is nothing that it could grow into */
  #growing(start: Way<A>): Way<A> {
    if (this.#grown(start).length > 0) return start;
    const more = this.#step === 1 ? "a layer" : `${this.#step} layers`;
    throw new RangeError(
      `greedyGrowth: expected a space, and windows, in which something has ${more} more than the start, got ${this.#proposer.decisions.name}, where nothing has more than ${depthsOf(start.architecture).join("-")}; widen them, as with layers: [low, high] of layerAssignment`,
    );
  }

  /** What growth starts from: a draw whose layers are taken away, one after the other, or those that are asked for. */
  #start(from: readonly number[] | null): Way<A> {
    let way = this.#proposer.draw(seededAt(this.#seed, 0));
    const { architecture } = way;
    const family = familyOf(architecture) as Family<A>;
    if (!family.depths || !family.withDepths) {
      throw new RangeError(
        `greedyGrowth: expected a space of networks with stages, got ${this.#proposer.decisions.name}, of family "${family.name}", which has no depths() and withDepths()`,
      );
    }
    if (from) return this.#from(from, architecture);
    // Where layers may be of several kinds, as in NAS-Bench-Macro, those of a stage are of one from here on.
    way = this.#placed(architecture, family.depths(architecture)) ?? way;
    for (let fewer: Way<A> | undefined = way; fewer; ) {
      way = fewer;
      fewer = undefined;
      for (const other of this.#changed(way, -1)) {
        // Without any layer NAS-Bench-Macro's do not say of which kind one more would be.
        if (!this.#proposer.admits(other) || this.#changed(other, 1).next().done) continue;
        fewer = other;
        break;
      }
    }
    return way;
  }

  /** @throws RangeError where the space has no such network that may be proposed */
  #from(from: readonly number[], drawn: A): Way<A> {
    const way = this.#placed(drawn, Array.from(from));
    if (way) return way;
    throw new RangeError(
      `greedyGrowth: from must be numbers of layers that ${this.#proposer.decisions.name} has in its ${depthsOf(drawn).length} stages, got ${say(from)}; leave it out to start with the fewest`,
    );
  }

  /** The way to an architecture with other depths, if the space has one that may be proposed. */
  #placed(architecture: A, depths: readonly number[]): Way<A> | undefined {
    const family = familyOf(architecture) as Family<A>;
    if (depths.length !== depthsOf(architecture).length) return undefined;
    const at = family.withDepths?.(architecture, depths);
    if (!at) return undefined;
    try {
      const way = this.#proposer.decisions.encode(at);
      return this.#proposer.admits(way) ? way : undefined;
    } catch (error) {
      // No way of the space leads to it.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

const depthsOf = (architecture: AnyArchitecture): readonly number[] =>
  familyOf(architecture).depths?.(architecture) ?? [];
