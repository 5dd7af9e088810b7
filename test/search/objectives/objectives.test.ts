/** Objectives: what each says of an architecture, of what that cost, and of what was asked wrongly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countArchitecture, nasBench201, NetworkError, type AnyArchitecture } from "netspace";
import {
  complexityOf,
  customObjective,
  latency,
  ObjectiveError,
  searchTable,
  tableError,
  trainingError,
} from "../../../src/search/index.js";
import { decisions } from "../../../src/spaces/decisions/decisions-of.js";
import type { Engine } from "../../../src/training/engine.js";
import { digits, type Toy } from "../../support/toy-spaces.js";

const cell = { ...nasBench201("|none~0|"), resolution: 12 };
const dataset = {
  kind: "procedural",
  resolution: 12,
  train: 40,
  validation: 20,
  test: 20,
  seed: 1,
  classes: 4,
} as const;

test("a training's error is that on the validation split, or says that it is the test split's", () => {
  const objective = trainingError({ dataset, recipe: "tiny", run: { workers: 2 } });
  assert.deepEqual(
    [objective.name, objective.split, objective.unit],
    ["validation error", "validation", "%"],
  );
  // All defaults are said; how it is run is none of its identity, but kept for the runner.
  assert.deepEqual(
    [objective.settings.engine, objective.settings.precision, objective.settings.run],
    ["torch", "float32", undefined],
  );
  assert.deepEqual(objective.trains.run, { workers: 2 });
  const { validation: _, ...without } = dataset;
  assert.equal(trainingError({ dataset: without, recipe: "tiny" }).split, "test");
});

test("a training that no engine can follow is refused when the objective is made", () => {
  const refused = (options: unknown, message: RegExp) =>
    assert.throws(() => trainingError(options as never), { name: "SpecError", message });
  refused({ dataset, recipe: { batch: 0 } }, /^trainingError: recipe/);
  refused({ dataset, recipe: "tiny", engine: "tensorflow", precision: "bf16" }, /^trainingError: precision/);
  refused({ dataset, recipe: "tiny", repeats: 3 }, /^trainingError: unknown field "repeats"; known are/);
  refused({ recipe: "tiny" }, /^trainingError: dataset/);
  refused(undefined, /^trainingError: expected what is trained/);
});

test("counts are those of countArchitecture, at the architecture's size or another", async () => {
  for (const what of ["flops", "params", "acts"] as const) {
    const { value, cost, details } = await complexityOf(what).measure(cell, {});
    assert.equal(value, countArchitecture(cell, 12)[what]);
    assert.deepEqual(cost, { images: 0, seconds: 0 });
    assert.deepEqual(details, { split: null, seed: null, epochs: null, resolution: 12 });
  }
  const { value } = await complexityOf("effectiveFlops", { resolution: 32 }).measure(cell, { epochs: 3 });
  assert.equal(value, countArchitecture(cell, 32, { taps: "inside" }).flops);
  assert.equal(complexityOf("flops", { better: "greatest" }).better, "greatest");
  assert.throws(
    () => complexityOf("flop" as never),
    /complexityOf: expected flops, params, acts, effectiveFlops, got "flop"/,
  );
  assert.throws(
    () => complexityOf("flops", { resolution: 0 }),
    /resolution must be a positive integer, got 0/,
  );
});

test("latency is the median of as many runs as asked for, with the machine they ran on", async () => {
  let i = 0;
  const asked: number[] = [];
  const engine: Engine = {
    name: "clock",
    train: () => Promise.reject(new Error("not here")),
    timer: async () => ({
      run: async runs => {
        asked.push(runs);
        // Every third run is disturbed.
        return Float64Array.from({ length: runs }, () => (i++ % 3 === 2 ? 0.5 : 0.01));
      },
      dispose: () => {},
    }),
  };
  const objective = latency({ engine, batch: 8, threads: 1, runs: 21 });
  assert.deepEqual(objective.settings, {
    batch: 8,
    mode: "inference",
    precision: "float32",
    threads: 1,
    runs: 21,
    engine: "clock",
  });
  const { value, cost, details } = await objective.measure(cell, { seed: 7, epochs: 2 });
  assert.equal(value, 0.01);
  assert.ok(cost.seconds! >= 0 && cost.images === 0);
  assert.deepEqual([details!.runs, details!.resolution, details!.seed], [21, 12, null]);
  assert.ok((details!.machine as { cores: number }).cores > 0);
  // Two that warm up.
  assert.equal(
    asked.reduce((a, b) => a + b, 0),
    23,
  );
  assert.throws(() => latency({ runs: 0 }), /latency: runs must be a positive integer, got 0/);
  assert.throws(() => latency({ mode: "train" as never }), /latency: mode must be/);
  assert.throws(
    () => latency({ batches: 2 } as never),
    /latency: unknown option "batches"; did you mean "batch"/,
  );
});

test("latency of the engine: larger batches take longer", async () => {
  const at = async (batch: number) =>
    (await latency({ batch, resolution: 12, threads: 1, runs: 15 }).measure(cell, {})).value;
  assert.ok((await at(256)) > (await at(1)));
});

test("a table's row is told by epochs, with its cost; what it lacks is named", async () => {
  const space = digits();
  const table = searchTable(space, ({ values }) =>
    values.length === 3
      ? { error: values[0] * 10, judged: values[0], cost: { images: 100, seconds: 2 } }
      : undefined,
  );
  const objective = tableError(table, { seed: 1 });
  const architecture = decisions(space).decode([2, 3, 0, 0]).architecture;
  assert.deepEqual(await objective.measure(architecture, { seed: 99 }), {
    value: 30,
    cost: { images: 100, seconds: 2 },
    details: { split: "validation", seed: 1, epochs: null, judged: 3 },
  });
  // One that was made elsewhere is found.
  assert.equal((await objective.measure({ ...architecture }, {})).value, 30);
  assert.throws(
    () => objective.measure(decisions(space).decode([0, 1]).architecture, {}),
    /searchTable: expected an architecture of the table/,
  );
  assert.throws(() => objective.measure(architecture, { epochs: 500 }), /epochs/);
  assert.throws(() => tableError({} as never), /tableError: expected a table, got \{\}/);
  assert.throws(() => tableError(table, { split: "train" as never }), /split must be "validation" or "test"/);
});

test("a table that draws which training tells is told by the seed of whoever asks, or by one for all", async () => {
  const table = {
    ...searchTable(digits(), () => ({ error: 0, judged: 0 })),
    forRun: (seed: number) => searchTable(digits(), () => ({ error: seed, judged: 0 })),
  };
  const told = async (objective: ReturnType<typeof tableError>, seed?: number) => {
    const { value, details } = await objective.measure(toy, seed === undefined ? {} : { seed });
    return [value, details!.seed];
  };
  assert.deepEqual(await told(tableError(table), 7), [7, 7]);
  assert.deepEqual(await told(tableError(table)), [0, 0]);
  assert.deepEqual(await told(tableError(table, { seed: 3 }), 7), [3, 3]);
});

const [toy] = [...decisions(digits()).ways()].map(({ architecture }) => architecture);

test("a function of one's own gives numbers or measurements, at once or later", async () => {
  const plain = customObjective<Toy>("sum", ({ values }) => values.reduce((a, b) => a + b, 1), {
    unit: "digits",
  });
  const { value, cost, details } = await plain.measure(toy, { seed: 3, epochs: 2 });
  assert.equal(value, 1);
  assert.ok(cost.seconds! >= 0);
  assert.deepEqual(details, { split: null, seed: 3, epochs: 2 });
  const later = customObjective<Toy>("later", async () => ({
    value: 2,
    cost: { images: 5 },
    details: { more: 1 },
  }));
  assert.deepEqual(await later.measure(toy, {}), {
    value: 2,
    cost: { images: 5 },
    details: { split: null, seed: 0, epochs: null, more: 1 },
  });
});

test("the text of a function is part of a search's identity", () => {
  const one = customObjective("size", () => 1);
  assert.deepEqual(customObjective("size", () => 1).settings, one.settings);
  assert.notDeepEqual(customObjective("size", () => 2).settings, one.settings);
});

test("a function that throws or gives no finite number is named, with the architecture", async () => {
  const fails = async (f: (architecture: AnyArchitecture) => unknown, message: RegExp) =>
    assert.rejects(
      async () => customObjective("mine", f as never).measure(toy, {}),
      (error: Error) => {
        assert.ok(error instanceof ObjectiveError);
        assert.match(error.message, message);
        return true;
      },
    );
  await fails(
    () => Number.NaN,
    /objective "mine": expected a finite number for toy-0, got NaN; return \{ value: NaN/,
  );
  await fails(() => Infinity, /expected a finite number for toy-0, got Infinity/);
  await fails(() => "3", /expected a number, or \{ value, cost, details \} for toy-0, got "3"/);
  await fails(() => undefined, /got undefined/);
  await fails(() => ({ value: Number.NaN, cost: {} }), /expected a finite value for toy-0, got NaN/);
  await fails(
    () => ({ value: 1, cost: { images: -1 } }),
    /expected a cost such as \{ images, seconds \} for toy-0, got -1/,
  );
  await fails(() => {
    throw new TypeError("no stages");
  }, /objective "mine": its function threw at toy-0: no stages/);
  await fails(() => Promise.reject(new Error("later")), /its function threw at toy-0: later/);
  const unknown = customObjective("mine", () => ({ value: Number.NaN, details: { reason: "too large" } }));
  assert.equal((await unknown.measure(toy, {})).details!.reason, "too large");
});

test("a stopped function's error is the stop, not its own", async () => {
  const controller = new AbortController();
  const objective = customObjective("mine", () => {
    controller.abort(new Error("stopped"));
    throw new Error("broken off");
  });
  await assert.rejects(
    async () => objective.measure(toy, {}, { signal: controller.signal }),
    /^Error: stopped/,
  );
});

test("objectives refuse arguments that are none", () => {
  assert.throws(() => customObjective("", () => 1), /customObjective: expected a name, got ""/);
  assert.throws(
    () => customObjective("x", 3 as never),
    /expected a function from an architecture to a number, got 3/,
  );
  assert.throws(
    () => customObjective("x", () => 1, { better: "more" as never }),
    /better must be "least" or "greatest", got "more"/,
  );
  assert.throws(() => complexityOf("flops").measure({ stages: [] } as never, {}), NetworkError);
});
