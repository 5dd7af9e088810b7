/**
 * Runs a program of choices and sees to it that it keeps its word: that a name is asked for once, and that what is asked
 * depends on nothing but the choices that may be depended on.
 *
 * What was asked is remembered as a tree that branches at those choices alone, so that the ways through it can be
 * counted by walking the branches.
 */
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { type Choose, type Options, type Program, valuesOf } from "./choose.js";

/** Choices in a row, each of which depends on the one before. */
export interface Chain {
  readonly names: readonly string[];
  readonly options: (previous: unknown, place: number) => Options<unknown>;
}

/** One choice, as it was asked. */
export interface Question {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Undefined: equally likely. */
  readonly probabilities: readonly number[] | undefined;
  /** `"open"`: what follows may depend on it. */
  readonly kind: "open" | "free" | "chain";
  /** Of the first link: the whole chain. */
  readonly chain: Chain | undefined;
  /** Sums of the probabilities, once something was drawn. */
  sums: Float64Array | undefined;
}

/** Gives the index of the option to take. */
export type Answer = (question: Question, place: number) => number;

/** One way through a program. */
export interface Walk<A> {
  /** Undefined where the choices make no architecture. */
  readonly architecture: A | undefined;
  readonly questions: readonly Question[];
  /** Indices of the chosen options. */
  readonly code: readonly number[];
}

/** What is remembered of a question; it is asked again without being made anew. */
interface Node {
  readonly question: Question;
  /** Of a chain: each link's questions, by what was chosen before. */
  readonly links: Map<unknown, Question>[];
  /** By the index chosen of an open question; of another at 0. */
  readonly next: (Node | typeof END | undefined)[];
}
const END = "end";

/** Questions remembered at most: beyond that a program is not held to what it asked before. */
const MOST_NODES = 50_000;

/** Choices on one way at most: a program that asks for more asks for ever, be it only when all answers are the first. */
const MOST_CHOICES = 10_000;

/**
 * What tells an option from others: a primitive value itself; an object by its name, or by its place, since programs may
 * make it anew on every run.
 */
export function keyOf(value: unknown, index: number): unknown {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
  const { name } = value as { name?: unknown };
  return typeof name === "string" && name !== ""
    ? Symbol.for(`option ${name}`)
    : Symbol.for(`option ${index}`);
}

/** Whether this is what was asked before. */
function isAsked(
  question: Question,
  name: string,
  options: Options<unknown>,
  kind: Question["kind"],
): boolean {
  if (question.name !== name || question.kind !== kind || !isObject(options)) return false;
  const { values, probabilities } = question;
  if (options === values) return probabilities === undefined || kind === "chain";
  return "probabilities" in options
    ? isSame(values, options.values) && isSame(probabilities ?? [], options.probabilities)
    : probabilities === undefined && isSame(values, options);
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b ||
  (Array.isArray(b) &&
    a.length === b.length &&
    a.every((value, i) => Object.is(value, b[i]) || Object.is(keyOf(value, i), keyOf(b[i], i))));

/** The index of an option among others, −1 if it is not there; `index` is where it was, if that is known. */
export function indexOf(values: readonly unknown[], value: unknown, index = values.length): number {
  const key = keyOf(value, index);
  const is = (other: unknown, i: number) => Object.is(other, value) || Object.is(keyOf(other, i), key);
  if (index < values.length && is(values[index], index)) return index;
  return values.findIndex(is);
}

/** Lists of options that were found to differ from each other: a dimension's is asked again and again. */
const distinct = new WeakSet<readonly unknown[]>();

/** How far a sum of probabilities may be from 1, by rounding. */
const TOLERANCE = 1e-6;

export class Walker<A> {
  readonly #name: string;
  readonly #program: Program<A>;
  readonly #root: (Node | typeof END | undefined)[] = [undefined];
  #nodes = 0;
  /** Of the run under way; undefined between runs. */
  #answer: Answer | undefined;
  #questions: Question[] = [];
  #code: number[] = [];
  /** Names of the first questions, as far as they were looked at. */
  readonly #names = new Set<string>();
  #named = 0;
  /** Where the tree goes on; undefined where it is too large to be remembered. */
  #branch: (Node | typeof END | undefined)[] | undefined;
  #at = 0;
  readonly #choose: Choose;

  constructor(name: string, program: Program<A>) {
    this.#name = name;
    this.#program = program;
    const choose = (asked: string, options: Options<unknown>) => this.#ask(asked, options, "open");
    const free = (asked: string, options: Options<unknown>) => this.#ask(asked, options, "free");
    const chain = (names: readonly string[], options: Chain["options"]) => this.#chain(names, options);
    this.#choose = Object.assign(choose, { free, chain }) as Choose;
  }

  /** Runs the program once. */
  walk(answer: Answer): Walk<A> {
    if (this.#answer) throw this.#problem("its program runs itself; it must only ask, and build");
    this.#answer = answer;
    this.#questions = [];
    this.#code = [];
    if (this.#named > 0) this.#names.clear();
    this.#named = 0;
    this.#branch = this.#root;
    this.#at = 0;
    try {
      const architecture = this.#program(this.#choose);
      this.#end();
      if (architecture instanceof Promise) {
        architecture.catch(() => undefined);
        throw this.#problem("its program returned a promise; make it no async function");
      }
      return { architecture, questions: this.#questions, code: this.#code };
    } finally {
      this.#answer = undefined;
    }
  }

  #ask(name: string, options: Options<unknown>, kind: "open" | "free"): unknown {
    if (!this.#answer) throw this.#late(name);
    const node = this.#follow(name, options, kind);
    const question = node ? node.question : this.#question(name, options, kind);
    const index = this.#take(question);
    if (node && kind === "open") this.#at = index;
    return question.values[index];
  }

  #chain(names: readonly string[], options: Chain["options"]): unknown[] {
    if (!this.#answer) throw this.#late(names);
    if (!Array.isArray(names) || names.length === 0 || typeof options !== "function") {
      throw this.#problem(
        `choose.chain needs names, and a function from the value before to options, got ${say(names)} and ${say(options)}`,
      );
    }
    const node = this.#follow(names[0], names, "chain");
    const values: unknown[] = [];
    let before: unknown;
    for (let place = 0; place < names.length; place++) {
      const chain = place === 0 ? { names, options } : undefined;
      const question = this.#link(
        node,
        names[place],
        options(values[place - 1], place),
        place,
        before,
        chain,
      );
      const index = this.#take(question);
      const value = question.values[index];
      before = keyOf(value, index);
      values.push(value);
    }
    return values;
  }

  #take(question: Question): number {
    if (this.#code.length >= MOST_CHOICES) {
      throw this.#problem(
        `its program asks for more than ${MOST_CHOICES} choices, the last ${say(question.name)}; it must end, whatever the answers are`,
      );
    }
    const index = this.#answer!(question, this.#code.length);
    this.#questions.push(question);
    this.#code.push(index);
    return index;
  }

  /** The question, its options checked. */
  #question(name: string, options: Options<unknown>, kind: Question["kind"], chain?: Chain): Question {
    if (typeof name !== "string" || name === "")
      throw this.#problem(`a choice needs a name, got ${say(name)}`);
    const values = isObject(options) ? valuesOf(options) : undefined;
    if (!Array.isArray(values) || values.length === 0) {
      throw this.#problem(
        `choice ${say(name)} needs options, a list or a dimension with at least one, got ${say(options)}; what is continuous is given in steps, as uniform(low, high, step) and logUniform do`,
      );
    }
    const probabilities = "probabilities" in options ? options.probabilities : undefined;
    if (!distinct.has(values)) {
      if (new Set(values.map(keyOf)).size < values.length) {
        throw this.#problem(
          `choice ${say(name)} needs options that differ from each other, got ${say(values)}`,
        );
      }
      distinct.add(values);
    }
    if (this.#asked(name)) {
      throw this.#problem(
        `${say(name)} is asked for twice; keep the answer, or give each choice a name of its own`,
      );
    }
    if (probabilities !== undefined) this.#checkProbabilities(name, values, probabilities);
    return { name, values, probabilities, kind, chain, sums: undefined };
  }

  /** Whether a name was asked for in this run. */
  #asked(name: string): boolean {
    for (; this.#named < this.#questions.length; this.#named++)
      this.#names.add(this.#questions[this.#named].name);
    return this.#names.has(name);
  }

  /** Goes on in the tree; undefined where it is too large to be remembered. */
  #follow(name: string, options: Options<unknown>, kind: Question["kind"]): Node | undefined {
    const branch = this.#branch;
    if (!branch) return undefined;
    let node = branch[this.#at];
    if (node === undefined) {
      if (this.#nodes >= MOST_NODES) {
        this.#branch = undefined;
        return undefined;
      }
      this.#nodes++;
      const question =
        kind === "chain"
          ? {
              name,
              values: options as readonly string[],
              probabilities: undefined,
              kind,
              chain: undefined,
              sums: undefined,
            }
          : this.#question(name, options, kind);
      node = { question, links: [], next: [] };
      branch[this.#at] = node;
    } else if (node === END || !isAsked(node.question, name, options, kind)) {
      throw this.#broken(name, options, node === END ? undefined : node.question);
    }
    this.#branch = node.next;
    this.#at = 0;
    return node;
  }

  /** A link of a chain: the options depend on the place and on what was chosen before. */
  #link(
    node: Node | undefined,
    name: string,
    options: Options<unknown>,
    place: number,
    before: unknown,
    chain: Chain | undefined,
  ): Question {
    const known = node?.links[place]?.get(before);
    if (known) {
      if (isAsked(known, name, options, "chain")) return known;
      throw this.#broken(name, options, known);
    }
    const question = this.#question(name, options, "chain", chain);
    if (node && this.#nodes < MOST_NODES) {
      this.#nodes++;
      node.links[place] ??= new Map();
      node.links[place].set(before, question);
    }
    return question;
  }

  /** The program returned. */
  #end(): void {
    if (!this.#branch) return;
    const known = this.#branch[this.#at];
    if (known === undefined) this.#branch[this.#at] = END;
    else if (known !== END) throw this.#broken(undefined, [], known.question);
  }

  #broken(name: string | undefined, options: Options<unknown>, before: Question | undefined): RangeError {
    const count = (values: readonly unknown[]) => `${values.length} option${values.length === 1 ? "" : "s"}`;
    const now = name === undefined ? "nothing more" : `${say(name)} with ${count(valuesOf(options) ?? [])}`;
    const then = before ? `${say(before.name)} with ${count(before.values)}` : "nothing more";
    return this.#problem(
      `its program asks for ${now} where it asked for ${then} before; what is asked may depend on the answers of choose(), ` +
        "not on those of choose.free and choose.chain, nor on anything else",
    );
  }

  #late(name: unknown): RangeError {
    return this.#problem(`${say(name)} was asked for after its program returned; ask at once`);
  }

  #checkProbabilities(name: string, values: readonly unknown[], probabilities: unknown): void {
    const are =
      Array.isArray(probabilities) &&
      probabilities.length === values.length &&
      holdsForAll(probabilities, p => typeof p === "number" && p >= 0);
    const sum = are ? (probabilities as number[]).reduce((a, b) => a + b, 0) : Number.NaN;
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      throw this.#problem(
        `choice ${say(name)} needs a probability for each of its ${values.length} values, which sum to 1, got ${say(probabilities)}; oneOf makes them of weights`,
      );
    }
  }

  #problem(what: string): RangeError {
    return new RangeError(`${this.#name}: ${what}`);
  }
}
