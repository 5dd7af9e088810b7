/**
 * What a program can ask, found by walking it: how many ways lead through it, and its vocabulary. Only choices that others
 * may depend on are walked; free ones count as factors, and chains are summed link by link.
 */
import { valuesOf } from "./choose.js";
import { keyOf, type Question, type Walk, type Walker } from "./walker.js";

/** A name of a program, and all options it is ever offered with. */
export interface Word {
  readonly name: string;
  readonly options: readonly unknown[];
}

/** What can be said of a program as a whole. */
export interface Survey {
  /** Ways through it, those that make no architecture included. */
  readonly ways: bigint;
  /** In the order in which they are first asked for; numbers rise. */
  readonly vocabulary: readonly Word[];
}

/** Questions that counting answers at most, and options of chains that it looks at. */
const MOST_ASKED = 2_000_000;
const MOST_LINKS = 20_000_000;

/**
 * Runs a program over and over, in the order of its options: of every question that `counts`, the last one first; the
 * others keep their first option.
 */
export function* walks<A>(
  walker: Walker<A>,
  counts: (question: Question) => boolean,
): Generator<Walk<A>, void> {
  let prefix: number[] = [];
  for (;;) {
    const start = prefix;
    const walk = walker.walk((_, place) => start[place] ?? 0);
    yield walk;
    const { code, questions } = walk;
    let last = code.length - 1;
    while (last >= 0 && !(counts(questions[last]) && code[last] + 1 < questions[last].values.length)) last--;
    if (last < 0) return;
    prefix = code.slice(0, last + 1);
    prefix[last]++;
  }
}

/** @throws RangeError for a program with too many ways to walk */
export function survey<A>(name: string, walker: Walker<A>): Survey {
  const words = new Map<string, Map<unknown, unknown>>();
  /** Lists that were seen under a name: most come again and again. */
  const seen = new Map<string, Set<readonly unknown[]>>();
  const note = (word: string, values: readonly unknown[]) => {
    const lists = seen.get(word) ?? new Set();
    seen.set(word, lists);
    if (lists.has(values)) return;
    // Lists that are made anew on every run would only fill memory.
    if (lists.size < 1000) lists.add(values);
    const known = words.get(word) ?? new Map<unknown, unknown>();
    words.set(word, known);
    for (const [i, value] of values.entries())
      if (!known.has(keyOf(value, i))) known.set(keyOf(value, i), value);
  };
  let ways = 0n;
  let asked = 0;
  for (const { questions } of walks(walker, ({ kind }) => kind === "open")) {
    asked += questions.length;
    if (asked > MOST_ASKED) {
      throw new RangeError(
        `${name}: too many combinations of choices that others may depend on to count them; ask for those that nothing depends on with choose.free(name, options), or in a choose.chain`,
      );
    }
    let product = 1n;
    for (const question of questions) {
      if (question.kind === "free") product *= BigInt(question.values.length);
      if (question.chain) product *= countChain(name, question, note);
      if (question.kind !== "chain") note(question.name, question.values);
    }
    ways += product;
  }
  const vocabulary = [...words].map(([word, options]): Word => {
    const values = [...options.values()];
    return { name: word, options: areNumbers(values) ? values.sort((a, b) => a - b) : values };
  });
  return { ways, vocabulary };
}

const areNumbers = (values: readonly unknown[]): values is number[] =>
  values.every(value => typeof value === "number");

/** Ways through a chain: how many lead to each option of a link, from those that lead to the link before. */
function countChain(
  name: string,
  { chain }: Question,
  note: (asked: string, values: readonly unknown[]) => void,
): bigint {
  const { names, options } = chain!;
  let reached = new Map<unknown, { readonly value: unknown; ways: bigint }>([
    [undefined, { value: undefined, ways: 1n }],
  ]);
  let links = 0;
  for (let place = 0; place < names.length; place++) {
    const next: typeof reached = new Map();
    for (const { value: previous, ways } of reached.values()) {
      const values = valuesOf(options(previous, place));
      links += values.length;
      if (links > MOST_LINKS) {
        throw new RangeError(
          `${name}: more than ${MOST_LINKS} options in the chain of ${names[0]}; take a larger step`,
        );
      }
      for (const [i, value] of values.entries()) {
        const key = keyOf(value, i);
        const there = next.get(key);
        if (there) there.ways += ways;
        else next.set(key, { value, ways });
      }
    }
    reached = next;
    note(
      names[place],
      [...reached.values()].map(({ value }) => value),
    );
  }
  let sum = 0n;
  for (const { ways } of reached.values()) sum += ways;
  return sum;
}
