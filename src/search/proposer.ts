/** Draws and changes ways of a space until they satisfy what may be proposed: nothing else is ever evaluated. */
import type { AnyArchitecture } from "../architectures/family.js";
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import type { Random } from "../base/random.js";
import type { Decisions } from "../spaces/decisions/decisions.js";
import { decisions } from "../spaces/decisions/decisions-of.js";
import { namedProgram } from "../spaces/decisions/named-program.js";
import { requireSteady } from "../spaces/decisions/steady.js";
import type { Way } from "../spaces/decisions/way.js";
import { type Admission, admission } from "../spaces/admission.js";
import type { SearchContext } from "./strategy.js";

/** Draws for one proposal: windows that hold less than one architecture in 100,000 are as good as empty. */
const MOST_TRIES = 1_000_000;
/** Refusals after which a small space is looked through, if it has anything else at all; and how small that is. */
const LOOKED_AFTER = 2_000;
const SMALL = 20_000n;

export class Proposer<A extends AnyArchitecture> {
  readonly decisions: Decisions<A>;
  readonly #admission: Admission<A>;
  readonly #caller: string;

  /**
   * @param changes whether architectures are changed, not only drawn
   * @throws RangeError for a context or windows that are none, for a space without a program of choices, and, where they are
   *   changed, for one in which there is no choice
   */
  constructor(caller: string, context: SearchContext<A>, { changes = false } = {}) {
    expectOptions(caller, context, {
      space: "object",
      seed: "number",
      where: "object?",
      resolution: "number?",
      budget: "number?",
      known: "number?",
    });
    const { space, where, resolution } = context;
    const program = decisions(space);
    requireSteady(caller, space);
    this.decisions = program.remembering;
    if (changes && !this.decisions.hasChoice) {
      throw new RangeError(
        `${caller}: expected a space whose architectures have neighbours, got ${space.name}, in which each choice has one option; give one of them a second`,
      );
    }
    this.#admission = admission(caller, space, where, resolution);
    this.#caller = caller;
  }

  /** Nothing is refused. */
  get everything(): boolean {
    return this.#admission.everything;
  }

  admits(way: Way<A>): boolean {
    try {
      return this.#admission.admits(way.architecture);
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw new RangeError(
        `${this.#caller}: where.accept threw at ${say(way.architecture)}: ${cause instanceof Error ? cause.message : say(cause)}; mend it, or return false of what it cannot judge`,
        { cause },
      );
    }
  }

  /** Drawn by the space's own probabilities. */
  draw(random: Random): Way<A> {
    return this.until(() => this.decisions.tryDraw(random));
  }

  /** One choice made anew. */
  mutate(way: Way<A>, random: Random): Way<A> {
    return this.until(() => this.decisions.mutate(way, random));
  }

  cross(a: Way<A>, b: Way<A>, random: Random): Way<A> {
    return this.until(() => this.decisions.cross(a, b, random));
  }

  /** Those neighbours that may be proposed. */
  *neighbours(way: Way<A>): Generator<Way<A>, void> {
    for (const neighbour of this.decisions.neighbours(way)) if (this.admits(neighbour)) yield neighbour;
  }

  /** @throws RangeError where a million attempts give nothing that may be proposed, or nothing in a small space may */
  until(attempt: () => Way<A> | undefined): Way<A> {
    const { everything } = this.#admission;
    let made = 0;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const way = namedProgram(this.#caller, this.decisions.name, attempt);
      if (!way) continue;
      if (everything || this.admits(way)) return way;
      if (++made !== LOOKED_AFTER || !this.#isEmpty()) continue;
      throw new RangeError(
        `${this.#caller}: no architecture of ${this.decisions.name} may be proposed${this.#admission.refusals()}; widen the windows`,
      );
    }
    const { name } = this.decisions;
    if (made === 0) {
      throw new RangeError(
        `${this.#caller}: none of ${MOST_TRIES} tries made an architecture of ${name}; return one from its program, or narrow its options`,
      );
    }
    throw new RangeError(
      `${this.#caller}: none of ${made} tries gave an architecture of ${name} that may be proposed` +
        `${this.#admission.refusals()}; widen the windows`,
    );
  }

  /** Whether nothing of a small space may be proposed: then no more tries are needed. */
  #isEmpty(): boolean {
    if (!this.#isSmall()) return false;
    for (const way of this.decisions.ways()) if (this.admits(way)) return false;
    return true;
  }

  #isSmall(): boolean {
    try {
      return this.decisions.size <= SMALL;
    } catch {
      // Too large to be counted.
      return false;
    }
  }
}
