/** Every exported function and class, called with what is none of its arguments, one at a time and by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as netspace from "../src/index.js";
import { Markdown, markdown, PrintedTable, tableOf } from "../src/index.js";
import * as replication from "../src/replication/index.js";
import * as spaces from "../src/spaces/index.js";
import { isClass, parametersOf, type Work } from "./support/functions.js";
import { type Arguments, folder, objects, validCalls } from "./support/valid-calls.js";

const { Population, sample } = netspace;

// A file that a call may come to write is then among those that go with the folder.
process.chdir(folder);

const odd: readonly unknown[] = [
  undefined,
  null,
  "x",
  "",
  "RegNetX-200MF",
  NaN,
  -1,
  5,
  Infinity,
  5n,
  Symbol("s"),
  {},
  Object.create(null),
  [],
  [null],
  [undefined],
  [{}],
  [Symbol("s")],
  Object.assign([], { length: 3 }),
  new DataView(new ArrayBuffer(8)),
  [1, 2].values(),
  new Date(0),
  new Map(),
  () => {},
  Promise.resolve(),
];
/** What engines, and Node, say where something that has no message of ours is used. */
const raw =
  /Cannot (read|destructure|convert|use|mix|set|create|define|add)|is not (a function|iterable|a constructor|defined|an object)|undefined is not|null is not|must be called|Invalid (array length|time value|string length|typed array)|Maximum call stack|out of memory|serialize a BigInt|Reduce of empty|private member|Class constructor|argument must be of|Received |non-callable|incompatible receiver/;

/** Whether an error is one of ours: typed, and in words. */
function check(call: string, error: unknown): asserts error is Error {
  assert.ok(error instanceof Error, call);
  assert.doesNotMatch(error.message, raw, `${call} gives ${error.name}: ${error.message}`);
  assert.match(
    error.message,
    /expected|must|unknown|cannot|no |needs|not |; (give|choose) /,
    `${call} gives ${error.message}`,
  );
}

/** A value as a call shows it. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.slice(0, 3).map(shown).join(", ")}]`;
  return typeof value === "object" && value !== null ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}

/** Errors only take a message, as `Error` does. */
const works = Object.entries(netspace).filter(
  ([name, value]) => typeof value === "function" && !name.endsWith("Error"),
) as unknown as [string, Work][];

/** Made by the library alone, out of what it has checked: their first arguments are looked at. */
const inner = ["Population", "AnyNetSpace", "RegNetSpace", "Model"];
/**
 * What errors begin with besides the names of functions: data that people write, which come in by a dozen doors, are
 * named themselves, and so are a network's layers.
 */
const described = /^(recipe|sweep spec|sweep|dataset|layer "|s\d+\.b\d+|sbatch|engine )/;
const names = new Set(works.map(([name]) => name.toLowerCase()));

/** Of a population whose networks can be trained again. */
function trainsAgain([population, options]: Arguments): boolean {
  const { networks: n } = (options ?? {}) as { networks?: number };
  return population instanceof Population && [undefined, 5].includes(n);
}

/** What takes long where it is not refused: a training, or a measurement by the clock. */
const takesLong: Readonly<Record<string, ((spoilt: Arguments) => boolean) | undefined>> = {
  measureParallelism: ([options]) => typeof options === "object",
  retrain: trainsAgain,
  verifyPopulation: trainsAgain,
  time: ([, options]) =>
    Object.keys(options ?? {}).length < 3 || (options as { signal?: unknown }).signal === undefined,
  train: ([, options]) => (options as { signal?: unknown } | undefined)?.signal === undefined,
  sweep: ([, options]) => (options as { signal?: unknown } | undefined)?.signal === undefined,
  study: ([, options]) => Boolean((options as { fresh?: unknown } | undefined)?.fresh),
};

const made = (work: Work, given: Arguments): unknown => (isClass(work) ? new work(...given) : work(...given));

for (const [name, work] of works) {
  if (name === "Model") continue;
  test(`${name} says in words what it was given in place of its first two arguments`, async () => {
    const known = takesLong[name];
    // One that takes a single argument would do all its work again for each second one.
    const second = parametersOf(work).length > 1 || isClass(work) ? odd : [];
    const calls = odd.flatMap(one => [[one], ...second.map(two => [one, two])]);
    for (const given of calls) {
      // A network that can be timed or trained is; that is no misuse.
      if (known && given[0] === "RegNetX-200MF") continue;
      const said = `${name}(${given.map(shown).join(", ")})`;
      try {
        await made(work, given);
      } catch (error) {
        check(said, error);
        const { message } = error;
        const isNamed =
          name === "checkWeights" ||
          described.test(message) ||
          message.toLowerCase().startsWith(name.toLowerCase());
        // A text may be what was asked for, and the name of nothing.
        assert.ok(isNamed || given.length > 1 || typeof given[0] === "string", `${said} gives ${message}`);
      }
    }
  });

  if (inner.includes(name) || work.length === 0) continue;
  const valid = validCalls[name] as Arguments | undefined;
  const skip = valid === undefined && "test/support/valid-calls.ts has no call of it";
  test(`${name} says in words which of its arguments, fields or elements is wrong`, { skip }, async () => {
    if (valid === undefined) return;
    for (const [at, argument] of valid.entries()) {
      for (const [path, spoilt] of spoil(argument, 2)) {
        const given = valid.with(at, spoilt);
        if (takesLong[name]?.(given)) continue;
        try {
          await made(work, given);
        } catch (error) {
          if (error instanceof Error && error.name === "AbortError") continue;
          const said = `${name}(…) with argument ${at + 1}${path}`;
          check(said, error);
          const [begins] = /^\w+/.exec(error.message) ?? [""];
          const isNamed = described.test(error.message) || names.has(begins.toLowerCase());
          // Its caller names itself.
          assert.ok(isNamed || name === "checkWeights", `${said} gives ${error.message}`);
        }
      }
    }
  });
}

for (const [what, object] of Object.entries(objects)) {
  const methods = new Set<string>();
  for (let at: object = object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const { value } = Object.getOwnPropertyDescriptor(at, name)!;
      // Those without an argument have nothing to be misused by.
      const takesSome = typeof value === "function" && !/^(async )?\w*\(\)/.test(String(value));
      if (takesSome && name !== "constructor") methods.add(name);
    }
  }
  for (const name of methods) {
    test(`${name} of ${what} says in words what it was given`, async () => {
      const method = (object as Record<string, Work>)[name];
      const calls = odd.flatMap(one => [[one], ...odd.map(two => [one, two])]);
      for (const given of calls) {
        // What is left to its default is drawn.
        if (name === "toPng" && (given[0] === undefined || typeof given[0] === "number")) continue;
        // DuckDB says what is wrong with a query.
        if (name === "sql" && typeof given[0] === "string") continue;
        try {
          await method.apply(object, given);
        } catch (error) {
          check(`${name}(${given.map(shown).join(", ")}) of ${what}`, error);
        }
      }
    });
  }
}

/** A value with another in its place, in that of each of its fields, or of its first element. */
function* spoil(value: unknown, depth: number): Generator<[path: string, spoilt: unknown]> {
  for (const one of odd) yield [` as ${shown(one)}`, one];
  if (depth === 0 || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    if (value.length === 0) return;
    for (const [path, spoilt] of spoil(value[0], depth - 1)) yield [`[0]${path}`, value.with(0, spoilt)];
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, held] of Object.entries(value)) {
      for (const [path, spoilt] of spoil(held, depth - 1)) {
        yield [`.${key}${path}`, { ...value, [key]: spoilt }];
      }
    }
  }
}

const refinements = [
  "share",
  "nonDecreasing",
  "nonIncreasing",
  "with",
  "withDimension",
  "fix",
  "withStages",
  "accepting",
  "draw",
];
for (const space of [spaces.AnyNetXA, spaces.RegNetX]) {
  test(`the methods of ${space.name} say in words what they were given`, () => {
    const methods = space as unknown as Record<string, ((...values: unknown[]) => unknown) | undefined>;
    for (const name of refinements.filter(one => methods[one])) {
      for (const first of [...odd, "width", "depth"]) {
        for (const second of odd) {
          try {
            methods[name]!.call(space, first, second);
          } catch (error) {
            check(`${space.name}.${name}(${shown(first)}, ${shown(second)})`, error);
          }
        }
      }
    }
  });
}

test("an even stranger object in each place of an architecture is named", () => {
  const whole = netspace.zoo("RegNetX-200MF").architecture;
  const parts = { ...whole, stem: { ...whole.stem } } as Record<string, unknown>;
  for (const key of ["stem", "block", "stages"]) {
    for (const value of odd) {
      const architecture = { ...parts, [key]: value } as unknown as netspace.Architecture;
      for (const use of [
        netspace.build,
        netspace.countArchitecture,
        netspace.storeArchitecture,
        netspace.describe,
      ]) {
        try {
          use(architecture);
        } catch (error) {
          check(`${use.name}({ ${key}: ${shown(value)} })`, error);
        }
      }
    }
  }
});

test("sql() wants tables by name", async () => {
  const asked = tableOf({ a: [1] }).sql("select 1", null as never);
  await assert.rejects(asked, /sql: expected tables by name, got null/);
});

test("what is no table of columns or rows makes no empty one", () => {
  assert.throws(() => tableOf(new Map([["a", [1]]]) as never), /tableOf: expected columns .* a Map; Object/);
  assert.throws(() => tableOf([[1, 2]] as never), /tableOf: expected an object as row 1, got \[1, 2\]/);
  assert.throws(() => new PrintedTable(null as never), /PrintedTable: expected a list of rows, got null/);
  assert.throws(() => new replication.Verdict(null as never), /Verdict: expected a list of claims, got null/);
  assert.equal(String(markdown`a ${new Markdown("*b*")}`), "a *b*");
});

test("more networks than candidates are refused before the first is drawn", () => {
  const all = { n: 1e12, seed: 1 };
  assert.throws(() => sample(spaces.AnyNetXA, all), /sample: n must be at most limit.* got 1000000000000/);
});
