/** One run of a search as it is looked at afterwards, whether it was simulated on a table or trained. */
import type { AnyArchitecture } from "../architectures/family.js";
import type { Space } from "../spaces/space.js";
import type { Cost } from "./cost.js";

/** One evaluation of a run. */
export interface Evaluation {
  /** The way's code, in the decisions of the space that is searched. */
  readonly code: readonly number[];
  /** What the search was told; NaN where the evaluation failed. */
  readonly error: number;
  /** What the architecture is judged by, which the search does not see: the error on the test split, say. */
  readonly judged: number;
  /** Of this evaluation alone. */
  readonly cost?: Cost | undefined;
  /** Epochs of the schedule after which the search was told. Default: all. */
  readonly epochs?: number | undefined;
  /** The second objective, made small, where there is one. */
  readonly also?: number | undefined;
}

/** A run, evaluation by evaluation in the order in which they were asked for; every list has one entry an evaluation. */
export interface SearchRun {
  /** Name of the strategy. */
  readonly strategy: string;
  readonly seed: number;
  /** What was searched, where that is known: the codes are ways through its decisions. */
  readonly space?: Space<AnyArchitecture>;
  /**
   * What the best so far is judged by: the one with the least error that the search was told of. Errors after fewer epochs
   * are not held against those after more: the best is among the longest trained so far. NaN until an evaluation succeeded.
   */
  readonly judged: Float64Array;
  /** Images trained on so far, and seconds; NaN where that is not known. */
  readonly images: Float64Array;
  readonly seconds: Float64Array;
  /** Of each proposal itself: the error that was told, NaN of one that failed, and what it is judged by. */
  readonly told: Float64Array;
  readonly own: Float64Array;
  /** Epochs after which it was told; NaN: all. */
  readonly epochs: Float64Array;
  /** The second objective of each proposal, made small; absent of runs that have one. */
  readonly also?: Float64Array;
  readonly codes: readonly (readonly number[])[];
  /** What they make, where the space is not at hand: of a search's folder. */
  readonly architectures?: readonly AnyArchitecture[];
  /** Evaluations that it was given, where the strategy had nothing more to propose before: what it has found then holds. */
  readonly budget?: number;
}

const listNames = ["judged", "images", "seconds", "told", "own", "epochs"] as const;
type Lists = Record<(typeof listNames)[number], Float64Array>;

/** Collects a run's evaluations. */
export class RunLog {
  readonly #about: Pick<SearchRun, "strategy" | "seed" | "space">;
  #lists: Lists;
  readonly #codes: (readonly number[])[] = [];
  readonly #also: number[] = [];
  #least = Infinity;
  #of = Number.NaN;
  #longest = 0;
  #images = 0;
  #seconds = 0;

  /** @param expected evaluations, as far as they are known */
  constructor(about: Pick<SearchRun, "strategy" | "seed" | "space">, expected = 64) {
    this.#about = about;
    const empty = () => new Float64Array(expected);
    this.#lists = {
      judged: empty(),
      images: empty(),
      seconds: empty(),
      told: empty(),
      own: empty(),
      epochs: empty(),
    };
  }

  get length(): number {
    return this.#codes.length;
  }

  add({ code, error, judged, cost, epochs, also }: Evaluation): void {
    const place = this.#codes.length;
    if (place === this.#lists.told.length) this.#grow();
    const trained = epochs ?? Infinity;
    if (!Number.isNaN(error)) {
      if (trained > this.#longest) [this.#longest, this.#least] = [trained, Infinity];
      // The first one is the best there is even where its error has no bounds.
      if (trained === this.#longest && (error < this.#least || Number.isNaN(this.#of))) {
        [this.#least, this.#of] = [error, judged];
      }
    }
    this.#images += cost?.images ?? Number.NaN;
    this.#seconds += cost?.seconds ?? Number.NaN;
    const lists = this.#lists;
    lists.judged[place] = this.#of;
    lists.images[place] = this.#images;
    lists.seconds[place] = this.#seconds;
    lists.told[place] = error;
    lists.own[place] = judged;
    lists.epochs[place] = epochs ?? Number.NaN;
    if (also !== undefined) this.#also[place] = also;
    this.#codes.push(code);
  }

  /**
   * The run so far.
   *
   * @param budget evaluations that there would have been, of one whose strategy ended before
   */
  run(budget?: number): SearchRun {
    const n = this.#codes.length;
    const { judged, images, seconds, told, own, epochs } = this.#lists;
    const cut = (list: Float64Array) => (list.length === n ? list : list.slice(0, n));
    return {
      ...this.#about,
      judged: cut(judged),
      images: cut(images),
      seconds: cut(seconds),
      told: cut(told),
      own: cut(own),
      epochs: cut(epochs),
      ...(this.#also.length > 0 && { also: Float64Array.from(this.#also) }),
      codes: this.#codes.slice(),
      ...(budget !== undefined && { budget }),
    };
  }

  #grow(): void {
    const room = 2 * this.#codes.length + 64;
    const grown = listNames.map(name => {
      const list = new Float64Array(room);
      list.set(this.#lists[name]);
      return [name, list] as const;
    });
    this.#lists = Object.fromEntries(grown) as Lists;
  }
}
