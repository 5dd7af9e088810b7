/**
 * What follows from a program of choices without its author writing it: drawing, size, enumeration, neighbours, mutation,
 * crossover, encodings, and the vocabulary of a controller.
 *
 * Whatever changes an answer runs the program again: answers that are still offered are kept by name; a number that is no
 * longer offered becomes the nearest that is; what is asked for the first time is drawn, or, where nothing is to be drawn,
 * the most probable option.
 */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import { isList } from "../../base/expect.js";
import { checkedRandom, type Random } from "../../base/random.js";
import { isObject, say } from "../../base/say.js";
import { alike } from "./alike.js";
import type { Program } from "./choose.js";
import { drawOption, drawOther } from "./draw-option.js";
import { MadeWays } from "./made-ways.js";
import { madeBy, markMadeBy } from "./made-by.js";
import { isOrdered } from "./ordered.js";
import { type Survey, survey, walks, type Word } from "./survey.js";
import { type Answer, indexOf, keyOf, type Question, type Walk, Walker } from "./walker.js";
import { Way } from "./way.js";

/** Choices that make no architecture in a row before drawing, mutation or crossover gives up. */
const MOST_TRIES = 100_000;
/** Ways among which an architecture is looked for that was not made here. */
const MOST_LOOKED_AT = 100_000;
/** Ways in a row that make no architecture before counting through a space of more than ten million gives up. */
const MOST_BARREN = 200_000;
const MOST_COUNTED = 10_000_000n;

export class Decisions<A = Architecture> {
  readonly name: string;
  readonly #program: Program<A>;
  readonly #walker: Walker<A>;
  readonly #read: ((architecture: A) => Readonly<Record<string, unknown>> | undefined) | undefined;
  #survey: Survey | undefined;
  /** What ways say that they are of: these decisions, or those of which these are the remembering ones. */
  readonly #base: Decisions<A>;
  #remembering: Decisions<A> | undefined;
  /** Of remembering ones, once something was walked; null where nothing is to be remembered. */
  #made: MadeWays<A> | null | undefined;

  /**
   * @param name what errors begin with
   * @param read the choices of an architecture that was made elsewhere, by name, where the space knows a short way to them
   * @param base whose remembering ones these are
   */
  constructor(
    name: string,
    program: Program<A>,
    read?: (architecture: A) => Readonly<Record<string, unknown>> | undefined,
    base?: Decisions<A>,
  ) {
    this.name = name;
    this.#program = program;
    this.#walker = base ? base.#walker : new Walker(name, program);
    this.#read = read;
    this.#base = base ?? this;
    if (!base) this.#made = null;
  }

  /**
   * The same decisions for a search: of a small space the same answers give the same way, whose architecture all that
   * hold it share.
   */
  get remembering(): Decisions<A> {
    if (this.#base !== this) return this;
    return (this.#remembering ??= new Decisions(this.name, this.#program, this.#read, this));
  }

  /**
   * How many ways lead through the program, exactly; those that make no architecture, and several that make the same one,
   * are all counted.
   *
   * @throws RangeError where the combinations of choices that others may depend on are too many to walk
   */
  get size(): bigint {
    return this.#surveyed().ways;
  }

  /** All names that are ever asked for, in order, with all options that they are offered with: what a controller speaks. */
  get vocabulary(): readonly Word[] {
    return this.#surveyed().vocabulary;
  }

  /** Whether any choice has a second option, so that there is more than one way. */
  get hasChoice(): boolean {
    // The questions up to the first with a second option are the same on every way.
    return this.#walker.walk(() => 0).questions.some(({ values }) => values.length > 1);
  }

  #surveyed(): Survey {
    if (this.#base !== this) return this.#base.#surveyed();
    // A walker of its own: its walks would fill what the other one remembers with what is seldom drawn.
    return (this.#survey ??= survey(this.name, new Walker(this.name, this.#program)));
  }

  /** Draws once, each option with its probability; undefined where the choices make no architecture. */
  tryDraw(random: Random): Way<A> | undefined {
    return this.#remembered
      ? this.#remembered.draw(random)
      : this.#way(this.#walker.walk(question => drawOption(question, random)));
  }

  /**
   * Answers each choice by a function, which is given the choice and its place: as a controller does, whose next answer may
   * depend on those before. Undefined where the answers make no architecture.
   *
   * @throws RangeError for an answer that is no place among the choice's options
   */
  answer(by: (question: Question, place: number) => number): Way<A> | undefined {
    return this.#walk((question, place) => {
      const index = by(question, place);
      if (Number.isInteger(index) && index >= 0 && index < question.values.length) return index;
      throw this.#problem(
        "answer",
        `expected a place from 0 to ${question.values.length - 1} for ${say(question.name)}, got ${say(index)}`,
      );
    });
  }

  /**
   * Draws until the choices make an architecture.
   *
   * @throws RangeError if 100,000 in a row make none
   */
  draw(random: Random): Way<A> {
    const source = checkedRandom(() => `${this.name}.draw`, random);
    return this.#until("draw", () => this.tryDraw(source));
  }

  /**
   * All ways that make an architecture, one at a time, counted through in the order of their options, the last choice first.
   *
   * @throws RangeError where 200,000 in a row make none, of a space that is too large to be counted through anyway
   */
  *ways(): Generator<Way<A>, void> {
    let barren = 0;
    for (const walk of walks(this.#walker, () => true)) {
      const way = this.#way(walk);
      if (way) {
        barren = 0;
        yield way;
      } else if (++barren === MOST_BARREN && this.#isHuge()) {
        throw this.#problem(
          "ways",
          `${MOST_BARREN} ways in a row make no architecture, and the space has too many to try all; draw from it instead`,
        );
      }
    }
  }

  #isHuge(): boolean {
    try {
      return this.size > MOST_COUNTED;
    } catch {
      // Too large to be counted.
      return true;
    }
  }

  /**
   * All ways that differ in one choice, and in what depends on it: in the next smaller and the next greater value where
   * the options are numbers that rise, else in any other.
   */
  *neighbours(way: Way<A>): Generator<Way<A>, void> {
    way = this.#ownWay("neighbours", way);
    // Codes of two neighbours differ where the first of them differs from the way's.
    for (const [place, question] of way.questions.entries()) {
      for (const index of besides(question, way.code[place])) {
        const made = way.place < 0 ? undefined : this.#remembered;
        const neighbour = made
          ? made.changed(way, place, index)
          : this.#walk(this.#changed(way, place, index, asked => likeliest(asked)));
        if (neighbour) yield neighbour;
      }
    }
  }

  /**
   * A way that differs in one choice, and in what depends on it: any of the choices, each as likely, becomes another of
   * its options, by their probabilities.
   *
   * @throws RangeError if no choice has another option, or 100,000 changes in a row make no architecture
   */
  mutate(way: Way<A>, random: Random): Way<A> {
    way = this.#ownWay("mutate", way);
    const source = checkedRandom(() => `${this.name}.mutate`, random);
    const { questions } = way;
    let open = 0;
    for (let i = 0; i < questions.length; i++) if (questions[i].values.length > 1) open++;
    if (open === 0) throw this.#problem("mutate", "there is no choice with a second option");
    return this.#until("mutate", () => {
      const place = openPlace(questions, Math.floor(source() * open));
      const index = drawOther(way.questions[place], way.code[place], source);
      if (index === undefined) return undefined;
      const made = way.place < 0 ? undefined : this.#remembered;
      if (made) return made.changed(way, place, index);
      return this.#walk(this.#changed(way, place, index, asked => drawOption(asked, source)));
    });
  }

  /**
   * A way whose choices are each one parent's or the other's, as likely; where only one parent's is offered, that one's;
   * where neither's is, drawn.
   *
   * @throws RangeError if 100,000 in a row make no architecture
   */
  cross(a: Way<A>, b: Way<A>, random: Random): Way<A> {
    const source = checkedRandom(() => `${this.name}.cross`, random);
    const [one, other] = [a, b].map(parent => this.#answersOf(this.#ownWay("cross", parent)));
    return this.#until("cross", () =>
      this.#walk((question, place) => {
        const isFirst = source() < 0.5;
        const index = (isFirst ? one : other)(question, place);
        if (index >= 0) return index;
        const second = (isFirst ? other : one)(question, place);
        return second >= 0 ? second : drawOption(question, source);
      }),
    );
  }

  /**
   * The way with this code, or with these choices by name.
   *
   * @throws RangeError naming the choice that fits no way through the program, or if the choices make no architecture
   */
  decode(given: readonly number[] | Readonly<Record<string, unknown>>): Way<A> {
    if (isList(given)) return this.#decodeList(given);
    if (!isObject(given)) {
      throw this.#problem("decode", `expected a way's code or choices, got ${say(given)}`);
    }
    return this.#decodeNamed(new Map(Object.entries(given).map(([name, value]) => [name, { value }])));
  }

  #decodeNamed(answers: ReadonlyMap<string, Answered>, caller = "decode"): Way<A> {
    const walk = this.#walker.walk(question => {
      const { name } = question;
      const index = kept(answers, question);
      if (index >= 0) return index;
      const answer = answers.get(name);
      const [expected, got] = answer
        ? [`${offered(question)} as ${say(name)}`, say(answer.value)]
        : [`a choice ${say(name)}`, words([...answers.keys()])];
      throw this.#problem(caller, `expected ${expected}, got ${got}`);
    });
    const asked = new Set(walk.questions.map(({ name }) => name));
    const more = [...answers.keys()].find(name => !asked.has(name));
    if (more !== undefined) {
      throw this.#problem(caller, `nothing asks for ${say(more)} on this way; leave it out`);
    }
    return this.#decided(caller, walk);
  }

  #decodeList(code: ArrayLike<unknown>): Way<A> {
    const walk = this.#walker.walk((question, place) => {
      const index = code[place];
      const { name, values } = question;
      if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < values.length)
        return index as number;
      const got = place < code.length ? say(index) : `a code of ${code.length} numbers`;
      throw this.#problem(
        "decode",
        `expected an index from 0 to ${values.length - 1} at ${place}, for ${say(name)}, got ${got}`,
      );
    });
    if (walk.code.length < code.length) {
      throw this.#problem(
        "decode",
        `expected ${walk.code.length} numbers, as many as this way has choices, got ${code.length}`,
      );
    }
    return this.#decided("decode", walk);
  }

  /**
   * How an architecture is made: as it was here, else as the space reads it, else by looking through the first 100,000
   * ways. Where several ways make the same architecture it is one of them.
   *
   * @throws RangeError if it is none of the space's
   */
  encode(architecture: A): Way<A> {
    if (!isObject(architecture)) {
      throw this.#problem("encode", `expected an architecture, got ${say(architecture)}`);
    }
    if ("architecture" in architecture) {
      throw this.#problem(
        "encode",
        `expected an architecture, got what has one, ${say(architecture)}; give its architecture`,
      );
    }
    const made = madeBy(architecture) as Way<A> | undefined;
    if (made?.decisions === this.#base) return made;
    if (this.#read) {
      const choices = this.#read(architecture);
      const way = choices && this.decode(choices);
      if (way && alike(way.architecture, architecture)) return way;
      throw this.#problem("encode", "expected an architecture of the space, got one that no way leads to");
    }
    let looked = 0;
    for (const way of this.ways()) {
      if (alike(way.architecture, architecture)) return way;
      if (++looked < MOST_LOOKED_AT) continue;
      throw this.#problem(
        "encode",
        `expected an architecture that was made here, got one that is none of the first ${MOST_LOOKED_AT}; keep the way, or its code`,
      );
    }
    throw this.#problem("encode", "expected an architecture of the space, got one that no way leads to");
  }

  /** The way as a vector of one length for the whole space: for each word the place of its option; −1 where it is not asked. */
  vector(way: Way<A>): number[] {
    const answers = answersOf(this.#ownWay("vector", way));
    return this.vocabulary.map(({ name, options }) => {
      const answer = answers.get(name);
      return answer ? indexOf(options, answer.value, answer.index) : -1;
    });
  }

  /**
   * The way with this vector.
   *
   * @throws RangeError if it fits no way through the program
   */
  fromVector(vector: readonly number[]): Way<A> {
    const { vocabulary } = this;
    if (!isList(vector) || vector.length !== vocabulary.length) {
      throw this.#problem(
        "fromVector",
        `expected ${vocabulary.length} numbers, one for each word of the vocabulary, got ${isList(vector) ? vector.length : say(vector)}`,
      );
    }
    const answers = Array.from(vector).flatMap((place, i): [string, Answered][] => {
      if (place === -1) return [];
      const { name, options } = vocabulary[i];
      if (Number.isInteger(place) && place >= 0 && place < options.length)
        return [[name, { value: options[place], index: place }]];
      throw this.#problem(
        "fromVector",
        `expected −1 or a place from 0 to ${options.length - 1} for ${say(name)}, got ${say(place)}`,
      );
    });
    return this.#decodeNamed(new Map(answers));
  }

  /** Answers as before but for one; what comes after it may have other options. */
  #changed(way: Way<A>, at: number, index: number, anew: (question: Question) => number): Answer {
    const answered = this.#answersOf(way);
    return (question, place) => {
      if (place < at) return way.code[place];
      if (place === at) return index;
      const there = answered(question, place);
      return there >= 0 ? there : (nearest(answersOf(way), question) ?? anew(question));
    };
  }

  /** How a way answered a question; −1 where that is not offered. By name only where something else is asked than on that way. */
  #answersOf(way: Way<A>): Answer {
    const { questions, code } = way;
    let answers: Map<string, Answered> | undefined;
    return (question, place) =>
      questions[place] === question ? code[place] : kept((answers ??= answersOf(way)), question);
  }

  /** Of remembering decisions what they made, where that is to be remembered. */
  get #remembered(): MadeWays<A> | null {
    if (this.#made === undefined) {
      const { questions } = this.#walker.walk(() => 0);
      this.#made =
        MadeWays.of(questions, (code, place) =>
          this.#way(
            this.#walker.walk((_, i) => code[i]),
            place,
          ),
        ) ?? null;
    }
    return this.#made;
  }

  /** Runs the program, or remembers what it made. */
  #walk(answer: Answer): Way<A> | undefined {
    return this.#remembered ? this.#remembered.walk(answer) : this.#way(this.#walker.walk(answer));
  }

  #way({ architecture, code, questions }: Walk<A>, place = -1): Way<A> | undefined {
    if (architecture === undefined) return undefined;
    if (!isObject(architecture)) {
      throw new RangeError(
        `${this.name}: its program must return an architecture, or undefined, got ${say(architecture)}`,
      );
    }
    const way = new Way<A>(architecture, code, questions, this.#base, place);
    markMadeBy(architecture, way as Way<never>);
    return way;
  }

  #decided(caller: string, walk: Walk<A>): Way<A> {
    const way = this.#way(walk);
    if (way) return way;
    throw this.#problem(caller, `the choices ${walk.code.join()} make no architecture; choose otherwise`);
  }

  #until(caller: string, attempt: () => Way<A> | undefined): Way<A> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const way = attempt();
      if (way) return way;
    }
    throw this.#problem(
      caller,
      `none of ${MOST_TRIES} tries made an architecture; return one from the program, or narrow its options`,
    );
  }

  /** A way of this space; one of another, as of the space before it was placed, by its choices. */
  #ownWay(caller: string, way: unknown): Way<A> {
    if (!(way instanceof Way)) {
      throw this.#problem(
        caller,
        `expected a way, as draw, decode and encode give it, got ${say(way)}; encode(architecture) is an architecture's`,
      );
    }
    return way.decisions === this.#base ? way : this.#decodeNamed(answersOf(way as Way<A>), caller);
  }

  #problem(caller: string, what: string): RangeError {
    return new RangeError(`${this.name}.${caller}: ${what}`);
  }
}

/** The place of the choice with a second option that has so many of them before it. */
function openPlace(questions: readonly Question[], before: number): number {
  let left = before;
  for (let place = 0; ; place++) if (questions[place].values.length > 1 && left-- === 0) return place;
}

interface Answered {
  readonly value: unknown;
  /** Where it was among the options, if that is known. */
  readonly index?: number;
}

const answersOf = <A>({ questions, code }: Way<A>): Map<string, Answered> =>
  new Map(questions.map(({ name, values }, i) => [name, { value: values[code[i]], index: code[i] }]));

/** The index of the answer to the same name; −1 if that is not offered. */
function kept(answers: ReadonlyMap<string, Answered>, { name, values }: Question): number {
  const answer = answers.get(name);
  return answer ? indexOf(values, answer.value, answer.index) : -1;
}

/** The offered number that is nearest to the answer to the same name, if they are numbers. */
function nearest(answers: ReadonlyMap<string, Answered>, { name, values }: Question): number | undefined {
  const wanted = answers.get(name)?.value;
  if (typeof wanted !== "number" || !isOrdered(values)) return undefined;
  let best = 0;
  for (const [i, value] of values.entries()) {
    if (Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = i;
  }
  return best;
}

const likeliest = ({ probabilities }: Question): number =>
  probabilities ? probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b))) : 0;

/** Indices of the options beside one. */
function besides({ values }: Question, index: number): number[] {
  if (isOrdered(values)) return [index - 1, index + 1].filter(i => i >= 0 && i < values.length);
  return values.flatMap((_, i) => (i === index ? [] : [i]));
}

const words = (keys: readonly string[]): string =>
  keys.length === 0 ? "no choices" : keys.slice(0, 8).map(say).join(", ");

const offered = ({ values }: Question): string => {
  const shown = values.slice(0, 8).map((value, i) => {
    const key = keyOf(value, i);
    return typeof key === "symbol" ? key.description : say(value);
  });
  return `one of ${shown.join(", ")}${values.length > 8 ? `, … ${values.length} in all` : ""}`;
};
