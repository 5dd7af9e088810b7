/** Something known of each way of a small space, found at once: what a table has of it. */
import type { AnyArchitecture } from "../../architectures/family.js";
import { decisions } from "../../spaces/decisions/decisions-of.js";
import type { Way } from "../../spaces/decisions/way.js";
import type { Space } from "../../spaces/space.js";

export class WayValues<A extends AnyArchitecture, V> {
  readonly #program: object;
  /** By the places of ways that the space remembers (`Way.place`). */
  readonly #values: (V | undefined)[] = [];
  /** By code: of ways that are not remembered, of the space before it was placed, or where there are too many. */
  readonly #byCode = new Map<string, V>();

  /** @param valueOf is asked for every way at once */
  constructor(space: Space<A>, valueOf: (architecture: A) => V | undefined) {
    const program = decisions(space);
    this.#program = program;
    const { remembering } = program;
    for (const { code, architecture } of program.ways()) {
      const value = valueOf(architecture);
      if (value === undefined) continue;
      this.#byCode.set(keyOf(code), value);
      const { place } = remembering.answer((_, i) => code[i])!;
      if (place >= 0) this.#values[place] = value;
    }
  }

  /** How many ways have a value. */
  get size(): number {
    return this.#byCode.size;
  }

  get({ code, place, decisions: whose }: Way<A>): V | undefined {
    return place >= 0 && whose === this.#program ? this.#values[place] : this.#byCode.get(keyOf(code));
  }
}

/** A code as a text: one character for each choice, whose options are fewer than 65,536. */
const keyOf = (code: readonly number[]): string => String.fromCharCode(...code);
