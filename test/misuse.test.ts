/** Every public function of networks, spaces, statistics, training and weights, called with what is none of its arguments. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "netspace";
import * as networks from "../src/networks/index.js";
import * as spaces from "../src/spaces/index.js";
import * as statistics from "../src/statistics/index.js";
import * as training from "../src/training/index.js";

const odd: readonly unknown[] = [
  undefined,
  null,
  "x",
  "RegNetX-200MF",
  NaN,
  -1,
  5,
  {},
  [],
  [null],
  [undefined],
  new Date(0),
];
/** What engines say where something that has no message of ours is used. */
const raw =
  /Cannot (read|destructure|convert|use)|is not (a function|iterable|a constructor|defined)|undefined is not|null is not|must be called|Invalid array length|Maximum call stack|out of memory/;

/** Whether an error is one of ours: typed, and in words. */
function check(call: string, error: unknown): void {
  assert.ok(error instanceof Error, call);
  assert.doesNotMatch(error.message, raw, `${call} gives ${error.name}: ${error.message}`);
  assert.match(
    error.message,
    /expected|must|unknown|cannot|no |needs|not /,
    `${call} gives ${error.message}`,
  );
}

/** Functions that belong to a block, whose arguments building has made. */
const within = ["convNorm", "squeezeExcite"];

for (const [room, names] of Object.entries({ networks, spaces, statistics, training, random: { seeded } })) {
  for (const [name, value] of Object.entries(names)) {
    if (
      typeof value !== "function" ||
      /^class\b/.test(Function.prototype.toString.call(value)) ||
      within.includes(name)
    )
      continue;
    const work = value as (...values: unknown[]) => unknown;
    test(`${name}() of ${room} says in words what it was given`, async () => {
      const calls = odd.flatMap(one => [[one], ...odd.map(two => [one, two])]);
      for (const values of calls) {
        // A network that can be timed or trained is; that is no misuse.
        if (["time", "train"].includes(name) && values[0] === "RegNetX-200MF") continue;
        const call = `${name}(${values.map(v => (v instanceof Date ? "a date" : (JSON.stringify(v) ?? String(v)))).join(", ")})`;
        try {
          await work(...values);
        } catch (error) {
          check(call, error);
        }
      }
    });
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
            check(`${space.name}.${name}(${String(first)}, ${String(second)})`, error);
          }
        }
      }
    }
  });
}

test("an even stranger object in each place of an architecture is named", () => {
  const whole = networks.zoo("RegNetX-200MF").architecture;
  const parts = { ...whole, stem: { ...whole.stem } } as Record<string, unknown>;
  for (const key of ["stem", "block", "stages"]) {
    for (const value of odd) {
      const architecture = { ...parts, [key]: value } as unknown as networks.Architecture;
      for (const use of [
        networks.build,
        networks.countArchitecture,
        networks.storeArchitecture,
        networks.describe,
      ]) {
        try {
          use(architecture);
        } catch (error) {
          check(`${use.name}({ ${key}: ${String(value)} })`, error);
        }
      }
    }
  }
});
