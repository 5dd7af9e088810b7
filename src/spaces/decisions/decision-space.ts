/** A design space of one's own, from a program of choices alone. */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { checkBase } from "../../architectures/anynet/check-architecture.js";
import type { AnyArchitecture, Family } from "../../architectures/family.js";
import { expectName } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { checkedRandom, type Random } from "../../base/random.js";
import { say } from "../../base/say.js";
import { decided, requireCondition, type Sample, type Space } from "../space.js";
import type { Choose, Program } from "./choose.js";
import { decisions } from "./decisions-of.js";

export interface DecisionSpaceOptions<A extends AnyArchitecture = Architecture> {
  /** What its architectures are of. Default: AnyNet. */
  readonly family?: Family<A>;
  /** A condition on what its networks cost. */
  readonly accepts?: (candidate: Sample<A>) => boolean;
  /** The choices that make an architecture, by name, so that one that was made elsewhere is found without looking for it. */
  readonly choicesOf?: (architecture: A) => Readonly<Record<string, unknown>> | undefined;
  /** Makes the space with other fixed parts, where more follows from them than that they are put into each architecture. */
  readonly remake?: (parts: Partial<A>) => DecisionSpace<A>;
}

/**
 * A design space whose author writes no more than how an architecture is decided.
 *
 * @example
 * ```ts
 * const small = new DecisionSpace("small", choose => {
 *   const stages = choose("stages", [2, 3]);
 *   return anyNet(
 *     Array.from({ length: stages }, (_, i) => ({
 *       depth: choose.free(`d${i + 1}`, [1, 2, 4]),
 *       width: choose.free(`w${i + 1}`, uniform(8, 64, 8)),
 *       bottleneck: 1,
 *       groupWidth: 8,
 *       stride: 2,
 *     })),
 *   );
 * });
 * small.size; // => 14400n
 * sample(small, { n: 2, seed: 1 }).map(({ architecture }) => describe(architecture)); // => ["X-d2,2,2-w32,48,40-b1-g8", "X-d2,2,4-w48,24,56-b1-g8"]
 * ```
 */
export class DecisionSpace<A extends AnyArchitecture = Architecture> implements Space<A> {
  readonly name: string;
  readonly family?: Family<A>;
  readonly decide: Program<A>;
  readonly accepts?: (candidate: Sample<A>) => boolean;
  readonly #remake: ((parts: Partial<A>) => DecisionSpace<A>) | undefined;

  constructor(name: string, decide: Program<A>, options: DecisionSpaceOptions<A> = {}) {
    expectName("DecisionSpace", "a name for the space", name);
    if (typeof decide !== "function") {
      throw new RangeError(
        `DecisionSpace: expected a program such as choose => anyNet([{ depth: choose("d", [1, 2]), … }]), got ${say(decide)}`,
      );
    }
    expectOptions("DecisionSpace", options, {
      family: "object?",
      accepts: "function?",
      choicesOf: "function?",
      remake: "function?",
    });
    const { family, accepts, choicesOf, remake } = options;
    this.#remake = remake;
    this.name = name;
    if (family) this.family = family;
    if (accepts) this.accepts = accepts;
    if (choicesOf) this.choicesOf = choicesOf;
    this.decide = decide;
  }

  /** Choices that make this architecture, by name, where the space was given a way to read them. */
  choicesOf?(architecture: A): Readonly<Record<string, unknown>> | undefined;

  /** The names of its choices that have a second option. */
  get dimensions(): readonly string[] {
    return decisions(this).vocabulary.flatMap(({ name, options }) => (options.length > 1 ? [name] : []));
  }

  get size(): bigint {
    return decisions(this).size;
  }

  draw(random: Random): A | undefined {
    return decisions(this).tryDraw(checkedRandom(`${this.name}.draw`, random))?.architecture;
  }

  /** Whether `with` rejects the names of parts that there are not. */
  get knowsParts(): boolean {
    return this.#remake !== undefined || !this.family;
  }

  /** The same space with other fixed parts: of AnyNets block, stem, activation, number of classes. */
  with(base: Partial<A>): DecisionSpace<A> {
    if (!this.family) checkBase(`${this.name}.with`, base as Partial<Architecture>);
    if (this.#remake) {
      const made = this.#remake(base).named(this.name);
      return this.accepts ? made.accepting(this.accepts) : made;
    }
    const { decide } = this;
    const placed = (choose: Choose) => {
      const architecture = decide(choose);
      return architecture && { ...architecture, ...base };
    };
    return new DecisionSpace(this.name, placed, this.#options);
  }

  /** The same space under another name. */
  named(name: string): DecisionSpace<A> {
    return new DecisionSpace(name, this.decide, this.#options);
  }

  /** Only the networks that also satisfy a condition on what they cost; `sample` rejects the others. */
  accepting(condition: (candidate: Sample<A>) => boolean): DecisionSpace<A> {
    requireCondition(`${this.name}.accepting`, condition);
    const { accepts } = this;
    const holds = (candidate: Sample<A>) =>
      (!accepts || decided("a space's condition", accepts(candidate))) && condition(candidate);
    return new DecisionSpace(this.name, this.decide, { ...this.#options, accepts: holds });
  }

  get #options(): DecisionSpaceOptions<A> {
    const { family, accepts } = this;
    const remake = this.#remake;
    return {
      ...(family && { family }),
      ...(accepts && { accepts }),
      ...(this.choicesOf && { choicesOf: architecture => this.choicesOf!(architecture) }),
      ...(remake && { remake }),
    };
  }
}
