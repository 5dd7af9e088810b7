/** Two sweeps of the same architectures compared network by network. */
import { expectOptions } from "../base/expect-options.js";
import { expectFields, expectList } from "../base/expect.js";
import { errorDigits } from "../base/fixed.js";
import { escapeHtml } from "../base/escape-html.js";
import { say } from "../base/say.js";
import { shownAs } from "../notebook/shown-as.js";
import { pairedTest, type PairedTest } from "../statistics/paired-test.js";
import { type Table, tableOf } from "../tables/table.js";
import { TableError } from "../tables/table-error.js";
import { spaceName } from "../trials/space-spec.js";
import { canonicalJson } from "../trials/trial.js";
import { sayDifference, sayP } from "./compare-pair.js";
import type { Population } from "./population.js";
import { beyondQuestion, regimeDifferences, sayRegime } from "./regime-differences.js";

export interface ComparePairedOptions {
  /**
   * What may differ, since it is the question: parts of the architectures, such as `block` or `activation`, and fields of the
   * specs, such as `recipe.learningRate`. Default: nothing.
   */
  readonly differ?: readonly string[];
  /** What the two are called. Default: their spaces' names, `a` and `b` behind them if these are the same. */
  readonly names?: readonly [string, string];
  /** The column compared: `"error"` (default), or another of numbers, such as `"validationError"` or `"seconds"`. */
  readonly column?: string;
  /** Probability that the interval holds. Default 0.95. */
  readonly level?: number;
}

/** A row of the pairs: one architecture in both sweeps. */
export interface PairedRow {
  /** Places of the two in their sweeps; of one that was trained several times the first. */
  readonly a: number;
  readonly b: number;
  /** The values compared, means where one was trained several times. */
  readonly first: number;
  readonly second: number;
  /** The first minus the second. */
  readonly difference: number;
  /** What both cost, multiply-adds. */
  readonly firstFlops: number;
  readonly secondFlops: number;
}

/** Two sweeps compared network by network; shows itself in words. */
export interface PairedComparison extends PairedTest {
  readonly names: readonly [string, string];
  /** Architectures of each that the other has not, which are in no number here. */
  readonly withoutPartner: readonly [number, number];
  readonly pairs: Table<PairedRow>;
  /** What the data support, in words. */
  readonly verdict: string;
}

/** Parts of an architecture that are names or follow from others. */
const LABELS = new Set(["name", "parameters", "columns"]);

/**
 * Compares two sweeps by the architectures that both have, with the paired t test: of networks that differ in one thing
 * alone, what they have in common does not blur the difference. A network trained several times counts once, with its mean.
 *
 * @throws TableError if they were trained differently, or share fewer than two architectures, with what to name in `differ`
 * @example
 * ```ts
 * const [fast, slow] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXA")];
 * comparePaired(fast, slow, { names: ["fast", "slow"] }).n; // => 128
 * ```
 */
export function comparePaired(
  a: Population,
  b: Population,
  options: ComparePairedOptions = {},
): PairedComparison {
  const fn = "comparePaired";
  for (const [which, population] of [
    ["first", a],
    ["second", b],
  ] as const) {
    expectFields(fn, `a sweep's population as the ${which} argument`, population, {
      spec: "object",
      trials: "list",
    });
  }
  expectOptions(fn, options, { differ: "list?", names: "list?", column: "text?", level: "number?" });
  const { differ = [], column = "error", level = 0.95 } = options;
  expectList(fn, "fields that may differ", differ);
  for (const population of [a, b]) {
    if (population.names.includes(column) && population.values(column) instanceof Float64Array) continue;
    throw new TableError(
      `${fn}: expected a column of numbers that both sweeps have, got ${say(column)}; known are ${population.names.join(", ")}`,
    );
  }
  const names = checkedNames(fn, a, b, options.names);
  const parts = partsOf(a, b);
  const regime = differ.filter(field => typeof field !== "string" || !parts.has(field) || field === "stem");
  // The same architectures are the same, whatever window they were drawn from.
  const others = regimeDifferences(a.spec, b.spec).filter(({ field }) => !field.startsWith("where"));
  const beyond = beyondQuestion(fn, others, regime);
  if (beyond.length > 0) {
    const fields = beyond.map(({ field }) => say(field)).join(", ");
    throw new TableError(
      `${fn}: expected sweeps that were trained alike, got ${sayRegime(beyond)}; if that is the question, give differ: [${fields}]`,
    );
  }
  const ignored = new Set([...LABELS, ...differ]);
  const [ofA, ofB] = [byArchitecture(a, column, ignored), byArchitecture(b, column, ignored)];
  const shared = [...ofA].flatMap(([key, first]) => {
    const second = ofB.get(key);
    return second ? [{ first, second }] : [];
  });
  if (shared.length < 2)
    throw new TableError(`${fn}: ${tooFew(a, b, column, ignored, parts, shared.length)}`);
  const pairs = tableOf<PairedRow>(
    shared.map(({ first, second }) => ({
      a: first.index,
      b: second.index,
      first: first.value,
      second: second.value,
      difference: first.value - second.value,
      firstFlops: first.flops,
      secondFlops: second.flops,
    })),
  );
  const test = pairedTest(pairs.column("first"), pairs.column("second"), { level });
  const withoutPartner = [ofA.size - shared.length, ofB.size - shared.length] as const;
  const found = { ...test, names, withoutPartner, pairs };
  const verdict = inWords(found, column, level);
  return shownAs({ ...found, verdict }, ({ verdict: text }) => ({
    text,
    html: `<p>${escapeHtml(text)}</p>`,
  }));
}

function checkedNames(
  fn: string,
  a: Population,
  b: Population,
  names: readonly unknown[] | undefined,
): readonly [string, string] {
  if (names) {
    const isPair = names.length === 2 && names.every(name => typeof name === "string");
    if (isPair) return names as readonly [string, string];
    throw new RangeError(`${fn}: expected two names, got ${say(names)}`);
  }
  const [first, second] = [spaceName(a.spec.space), spaceName(b.spec.space)];
  return first === second ? [`${first} (a)`, `${second} (b)`] : [first, second];
}

/** One architecture of a population. */
interface Member {
  readonly index: number;
  readonly value: number;
  readonly flops: number;
}

/** Each architecture once, with the mean of its values; those without a value are left out. */
function byArchitecture(
  population: Population,
  column: string,
  ignored: ReadonlySet<string>,
): Map<string, Member> {
  const values = population.column(column);
  const flops = population.column("flops");
  const found = new Map<string, { readonly index: number; readonly flops: number; values: number[] }>();
  for (const [row, { index, architecture }] of population.trials.entries()) {
    if (Number.isNaN(values[row])) continue;
    const key = keyOf(architecture, ignored);
    const known = found.get(key);
    if (known) known.values.push(values[row]);
    else found.set(key, { index, flops: flops[row], values: [values[row]] });
  }
  return new Map(
    [...found].map(([key, { values: several, ...member }]) => [
      key,
      { ...member, value: several.reduce((sum, value) => sum + value, 0) / several.length },
    ]),
  );
}

const keyOf = (architecture: object, ignored: ReadonlySet<string>): string =>
  canonicalJson(Object.fromEntries(Object.entries(architecture).filter(([name]) => !ignored.has(name))));

/** What the architectures of both are made of, by name. */
const partsOf = (...populations: readonly Population[]): Set<string> =>
  new Set(
    populations
      .flatMap(({ trials }) => trials.slice(0, 100).flatMap(({ architecture }) => Object.keys(architecture)))
      .filter(name => !LABELS.has(name)),
  );

/** Why there are no pairs, and which part, if it were the question, would make some. */
function tooFew(
  a: Population,
  b: Population,
  column: string,
  ignored: ReadonlySet<string>,
  parts: ReadonlySet<string>,
  shared: number,
): string {
  const said = `expected two or more architectures that both sweeps have, got ${shared === 0 ? "none" : shared} among ${a.length} and ${b.length}`;
  const helpful = [...parts].find(part => {
    if (ignored.has(part)) return false;
    const more = new Set([...ignored, part]);
    const others = byArchitecture(b, column, more);
    return [...byArchitecture(a, column, more).keys()].filter(key => others.has(key)).length > 1;
  });
  return helpful === undefined
    ? `${said}; comparePopulations() compares whole populations`
    : `${said}; they are the same but for their ${helpful}: if that is the question, give differ: [${say(helpful)}]`;
}

function inWords(
  {
    names: [first, second],
    n,
    withoutPartner,
    lower,
    higher,
    pairs,
    ...test
  }: Omit<PairedComparison, "verdict">,
  column: string,
  level: number,
): string {
  const what = column === "error" || column === "validationError" ? "error" : column;
  const digits = errorDigits([test.low, test.high]);
  const better = test.p >= 1 - level ? undefined : test.value < 0 ? [first, second] : [second, first];
  const said = better
    ? `${better[0]} has a lower ${what} than ${better[1]} on the same architectures`
    : `${first} and ${second}: no difference of ${what} supported on the same architectures`;
  const [ofA, ofB] = withoutPartner;
  const alone =
    ofA + ofB === 0 ? "none without a partner" : `without a partner: ${ofA} of ${first}, ${ofB} of ${second}`;
  const [flopsA, flopsB] = [pairs.column("firstFlops"), pairs.column("secondFlops")];
  const ratio = flopsA.reduce((sum, flops, i) => sum + Math.log(flops / flopsB[i]), 0) / n;
  const cost = Math.abs(ratio) < 5e-4 ? "" : `; flops × ${Math.exp(ratio).toFixed(3)}`;
  const alike = n - lower - higher;
  return (
    `${said} (${sayP(test.p)}; ${first} minus ${second} ${sayDifference(test, digits)}, n = ${n} pairs, ` +
    `lower in ${lower}, higher in ${higher}${alike > 0 ? `, equal in ${alike}` : ""}; ${alone}${cost})`
  );
}
