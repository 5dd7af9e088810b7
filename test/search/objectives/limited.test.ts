/** Limits: what is beyond one is neither trained nor measured further, and says why. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { AnyNetXA, countArchitecture, reviveArchitecture } from "netspace";
import {
  complexityOf,
  customObjective,
  limited,
  type MeasuredObjective,
  random,
  search,
  trainingError,
} from "../../../src/search/index.js";
import { decisions } from "../../../src/spaces/decisions/decisions-of.js";
import { readTrials } from "../../../src/trials/store/store.js";
import { smallSweep } from "../../support/small-sweep.js";
import { digits, type Toy } from "../../support/toy-spaces.js";

const root = mkdtempSync(join(tmpdir(), "netspace-limited-"));
after(() => rmSync(root, { recursive: true, force: true }));

const [toy] = [...decisions(digits()).ways()].map(({ architecture }) => architecture);
const counting = (name: string, value: number, cost = 1) => {
  const asked: number[] = [];
  const objective: MeasuredObjective<Toy> = {
    name,
    settings: { value },
    unit: "ms",
    measure: () => {
      asked.push(value);
      return { value, cost: { images: 0, seconds: cost }, details: { more: name } };
    },
  };
  return { objective, asked };
};

test("what is within its limits is measured, and says what was measured of them", async () => {
  const [error, slow] = [counting("error", 12), counting("latency", 3)];
  const objective = limited(error.objective, [{ of: slow.objective, most: 3, least: 3 }]);
  assert.deepEqual(await objective.measure(toy, {}), {
    value: 12,
    cost: { images: 0, seconds: 2 },
    details: { more: "error", limits: { latency: 3 } },
  });
  assert.deepEqual([objective.name, objective.unit], ["error", "ms"]);
  assert.deepEqual(objective.settings, {
    value: 12,
    limits: [{ of: "latency", settings: { value: 3 }, most: 3, least: 3 }],
  });
});

test("what is beyond a limit is not measured further: it fails with the reason", async () => {
  const [error, slow, later] = [counting("error", 12), counting("latency", 3), counting("later", 1)];
  const limits = [
    { of: slow.objective, most: 2 },
    { of: later.objective, most: 2 },
  ];
  const { value, cost, details } = await limited(error.objective, limits).measure(toy, { seed: 4 });
  assert.ok(Number.isNaN(value));
  assert.deepEqual(cost, { images: 0, seconds: 1 });
  assert.deepEqual(details, {
    split: null,
    seed: 4,
    epochs: null,
    limits: { latency: 3 },
    reason: "expected latency of at most 2 ms, got 3",
  });
  assert.deepEqual([error.asked, later.asked], [[], []]);
  const low = await limited(error.objective, [{ of: slow.objective, least: 5 }]).measure(toy, {});
  assert.equal(low.details!.reason, "expected latency of at least 5 ms, got 3");
  // What cannot be measured is beyond, and why is said.
  const unknown = customObjective<Toy>("own", () => ({
    value: Number.NaN,
    details: { reason: "too large" },
  }));
  const beyond = await limited(error.objective, [{ of: unknown, most: 5 }]).measure(toy, {});
  assert.equal(beyond.details!.reason, "expected own of at most 5, got NaN (too large)");
});

test("limits of limits are all asked", async () => {
  const [error, one, two] = [counting("error", 12), counting("one", 1), counting("two", 2)];
  const both = limited(limited(error.objective, [{ of: one.objective, most: 1 }]), [
    { of: two.objective, most: 1 },
  ]);
  assert.ok(Number.isNaN((await both.measure(toy, {})).value));
  assert.equal((both.settings.limits as unknown[]).length, 2);
  const trained = { dataset: smallSweep.dataset, recipe: "tiny" } as const;
  const twice = limited(limited(trainingError(trained), [{ of: complexityOf("flops"), most: 1 }]), [
    { of: complexityOf("params"), most: 1 },
  ]);
  assert.deepEqual(
    twice.limits!.map(({ of }) => of.name),
    ["flops", "params"],
  );
});

test("a search trains what is within, tells what is beyond as failed, and goes on as it was", async () => {
  const out = join(root, "search");
  const params = { ...complexityOf("params", { resolution: 16 }), name: "size" };
  const most = 100_000;
  const options = {
    strategy: random(),
    objective: limited(
      trainingError({
        dataset: smallSweep.dataset,
        recipe: { base: "tiny", epochs: 1 },
        stem: smallSweep.stem,
      }),
      [{ of: params, most }],
    ),
    where: smallSweep.where,
    budget: 6,
    out,
    workers: 1,
    threads: 1,
  };
  const found = await search(AnyNetXA, options);
  assert.equal(found.records.length, 6);
  const trained = [...readTrials(out).records.values()].map(({ index }) => index);
  for (const { place, architecture, status, reason, objectives, cost } of found.records) {
    const beyond = countArchitecture(reviveArchitecture(architecture), 16).params > most;
    assert.equal(trained.includes(place), !beyond);
    assert.equal(status, beyond ? "failed" : "finished");
    assert.equal(objectives[0].value === null, beyond);
    assert.equal(cost.images, beyond ? 0 : 256);
    if (beyond) assert.match(reason!, /^test error: expected size of at most 100000 parameters, got \d+$/);
  }
  assert.ok(trained.length > 0 && trained.length < 6, `${trained.length} of 6 are within`);
  // The same again is there already; more go on.
  const more = await search(AnyNetXA, { ...options, budget: 8 });
  assert.deepEqual(more.records.slice(0, 6), found.records);
  assert.equal(more.records.length, 8);
});

test("limits that are none are refused", () => {
  const { objective } = counting("error", 1);
  const refuses = (limits: unknown, message: RegExp) =>
    assert.throws(() => limited(objective, limits as never), message);
  refuses([{ of: objective }], /limited: expected most or least of error, got neither/);
  refuses([{ of: objective, most: 1, least: 2 }], /expected least ≤ most of error, got 2 and 1/);
  refuses([{ of: objective, most: Number.NaN }], /expected least ≤ most/);
  refuses([{ most: 1 }], /limited: expected an object as of of limits at index 0, got undefined/);
  refuses(
    [{ of: trainingError({ dataset: smallSweep.dataset, recipe: "tiny" }), most: 1 }],
    /a function as measure/,
  );
  refuses({ of: objective, most: 1 }, /expected a list of limits/);
  assert.throws(() => limited({} as never, []), /limited: expected an objective such as trainingError/);
});
