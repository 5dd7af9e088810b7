/**
 * Which way an architecture was made by, on the architecture itself and unseen: a private field, which copies, comparisons
 * and JSON leave out. A WeakMap does the same at twenty times the cost, since each of its entries is looked at by every
 * collection of garbage, and a search makes millions.
 */
import { Given } from "../../base/given.js";
import type { Way } from "./way.js";

class Marked extends Given {
  #way: Way<never>;

  constructor(architecture: object, way: Way<never>) {
    super(architecture);
    this.#way = way;
  }

  static wayOf(architecture: object): Way<never> | undefined {
    return #way in architecture ? architecture.#way : undefined;
  }

  static mark(architecture: object, way: Way<never>): object {
    if (!(#way in architecture)) return new Marked(architecture, way);
    // A program may return the same object again.
    architecture.#way = way;
    return architecture;
  }
}

/** Notes by which way an architecture was made; the last one counts. */
export const markMadeBy = (architecture: object, way: Way<never>): object => Marked.mark(architecture, way);
/** The way that an architecture was made by, if it was made by one. */
export const madeBy = (architecture: object): Way<never> | undefined => Marked.wayOf(architecture);
