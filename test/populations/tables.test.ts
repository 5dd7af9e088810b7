import assert from "node:assert/strict";
import { test } from "node:test";
import { edf, Population, seeded, tableOf, type TrialRecord } from "netspace";
import { heldTrial } from "../../src/populations/stored-trial.js";
import { checkSpec } from "../../src/populations/spec.js";

const table = () =>
  tableOf({
    name: ["a", "b", "c", "d"],
    depth: [12, 20, 12, 16],
    error: [40, 38.5, Number.NaN, 41],
    flops: [4e8, 4e9, 3.9e8, 4.1e8],
  });

test("a table gives its columns by name, and its rows as objects", () => {
  const population = table();
  assert.equal(population.length, 4);
  assert.deepEqual(population.names, ["name", "depth", "error", "flops"]);
  assert.deepEqual(population.column("depth"), [12, 20, 12, 16]);
  assert.deepEqual(population.texts("name"), ["a", "b", "c", "d"]);
  assert.deepEqual(population.rows[1], { name: "b", depth: 20, error: 38.5, flops: 4e9 });
});

test("tableOf() takes rows of different columns, and fills what is missing", () => {
  const mixed = tableOf([{ w1: 8 }, { name: "x" }, { w1: 16, w2: 32 }]);
  assert.deepEqual(mixed.column("w1"), [8, Number.NaN, 16]);
  assert.deepEqual(mixed.texts("name"), ["", "x", ""]);
  assert.deepEqual(mixed.complete("w1", "w2").length, 1);
});

test("filter(), complete(), sortBy(), head() and take() give tables, and leave theirs alone", () => {
  const population = table();
  assert.deepEqual(population.filter(row => (row.depth as number) < 20).texts("name"), ["a", "c", "d"]);
  assert.deepEqual(population.filter((_, i) => i % 2 === 1).texts("name"), ["b", "d"]);
  assert.deepEqual(population.complete("error").texts("name"), ["a", "b", "d"]);
  assert.deepEqual(population.sortBy("error").texts("name"), ["b", "a", "d", "c"]);
  assert.deepEqual(population.sortBy("depth", { descending: true }).texts("name"), ["b", "d", "a", "c"]);
  assert.deepEqual(population.take([3, 3, 0]).column("depth"), [16, 16, 12]);
  assert.deepEqual(
    population
      .sortBy("flops")
      .head(2)
      .filter(() => true)
      .texts("name"),
    ["c", "a"],
  );
  assert.deepEqual(population.texts("name"), ["a", "b", "c", "d"]);
});

test("with() adds a column computed from each row", () => {
  const wider = table().with("gf", row => (row.flops as number) / 1e9);
  assert.deepEqual(wider.column("gf"), [0.4, 4, 0.39, 0.41]);
  assert.deepEqual(wider.filter(row => row.gf > 1).texts("name"), ["b"]);
});

test("groupBy() gives a table for each value, values rising, NaN last", () => {
  const depths = table().groupBy("depth");
  assert.deepEqual(
    depths.map(({ key, table: group }) => [key, group.texts("name")]),
    [
      [12, ["a", "c"]],
      [16, ["d"]],
      [20, ["b"]],
    ],
  );
  assert.deepEqual(
    table()
      .groupBy("error")
      .map(({ key }) => key),
    [38.5, 40, 41, Number.NaN],
  );
  assert.deepEqual(
    table()
      .groupBy("name")
      .map(({ key }) => key),
    ["a", "b", "c", "d"],
  );
});

test("groups and filters of a large table are those of its rows", () => {
  const random = seeded(1);
  const n = 100_000;
  const depth = Array.from({ length: n }, () => Math.floor(random() * 40) - 3);
  const error = Array.from({ length: n }, () => random() * 100);
  const large = tableOf({ depth, error });
  const expected = new Map<number, number[]>();
  for (const d of new Set(depth))
    expected.set(
      d,
      error.filter((_, i) => depth[i] === d),
    );
  const groups = large.groupBy("depth");
  assert.equal(groups.length, expected.size);
  for (const { key, table: group } of groups) {
    assert.deepEqual(group.errors, expected.get(key as number));
  }
  const good = large.filter(row => (row.error as number) < 10 && (row.depth as number) > 5);
  assert.deepEqual(
    good.errors,
    error.filter((e, i) => e < 10 && depth[i] > 5),
  );
});

test("describe() gives the numbers of pandas' describe()", () => {
  // pandas.DataFrame({"depth": [12, 20, 12, 16], "error": [40, 38.5, None, 41]}).describe()
  const [depth, error] = table().describe().rows;
  assert.deepEqual([depth.column, depth.count, depth.mean, depth.min, depth.max], ["depth", 4, 15, 12, 20]);
  assert.ok(Math.abs(depth.deviation - 3.829708431025353) < 1e-12);
  assert.deepEqual([depth.quarter, depth.median, depth.threeQuarters], [12, 14, 17]);
  assert.deepEqual([error.count, error.quarter, error.median, error.threeQuarters], [3, 39.25, 40, 40.5]);
});

test("sql() answers in DuckDB's dialect, with missing numbers as NULL", async () => {
  const answer = await table().sql(
    "select depth, count(*) as n, min(error) as best, string_agg(name, '+' order by name) as names from population group by depth order by depth",
  );
  assert.deepEqual(answer.rows, [
    { depth: 12, n: 2, best: 40, names: "a+c" },
    { depth: 16, n: 1, best: 41, names: "d" },
    { depth: 20, n: 1, best: 38.5, names: "b" },
  ]);
  const missing = await table().sql("select name from population where error is null");
  assert.deepEqual(missing.texts("name"), ["c"]);
});

test("sql() gives lists as texts, whatever they are lists of", async () => {
  const query =
    "select list(depth order by depth)::bigint[] as d, [1.5, null] as f, [true] as b, [1.25::decimal(5, 2)] as e, 1.25::decimal(5, 2) as n from population";
  const lists = await table().sql(query);
  assert.deepEqual(lists.rows, [
    { d: "[12, 12, 16, 20]", f: "[1.5, NULL]", b: "[true]", e: "[1.25]", n: 1.25 },
  ]);
});

test("sql() says what DuckDB says, and which columns there are", async () => {
  await assert.rejects(table().sql("select depht from population"), {
    name: "TableError",
    message:
      /^sql: Binder Error: .*depht.*; the table is population, its columns are name, depth, error, flops$/,
  });
  await assert.rejects(table().sql(" "), {
    name: "TableError",
    message: "sql: expected a query, got an empty text",
  });
  await assert.rejects(tableOf({}).sql("select 1"), { message: /a table with columns, got one without/ });
});

test("toDanfo() gives a DataFrame with the same columns", async () => {
  const frame = await table().toDanfo();
  assert.deepEqual(frame.columns, ["name", "depth", "error", "flops"]);
  assert.deepEqual(frame.shape, [4, 4]);
  assert.deepEqual(frame.column("depth").values, [12, 20, 12, 16]);
});

test("a column called as a property of DataFrames does not take its place", async () => {
  const frame = await tableOf([
    { index: 7, error: 20 },
    { index: 8, error: 10 },
  ]).toDanfo();
  assert.deepEqual(frame.columns, ["index_", "error"]);
  assert.deepEqual(frame.sortValues("error").column("index_").values, [8, 7]);
});

test("a table refuses unknown columns, also in a filter, with those it has", () => {
  const known = "known are name, depth, error, flops";
  const error = { name: "TableError", message: `column: unknown column "w9"; ${known}` };
  assert.throws(() => table().column("w9"), error);
  assert.throws(() => table().groupBy("w9"), error);
  assert.throws(() => table().filter(row => (row.w9 as number) > 3), {
    message: `row: unknown column "w9"; ${known}`,
  });
  assert.throws(() => table().column("name"), {
    message: /a column of numbers, got "name", which has texts/,
  });
  assert.throws(() => table().take([7]), { message: "take: expected indices below 4, got 7" });
});

test("tableOf() refuses columns of different lengths, and texts among numbers", () => {
  assert.throws(() => tableOf({ a: [1, 2], b: [1] }), {
    name: "TableError",
    message: "tableOf: expected columns of one length, got 2 values of a and 1 of b",
  });
  assert.throws(() => tableOf({ a: [1, "x"] }), { message: /got a number among the texts of a, row 1/ });
});

test("a table shows its first rows in a notebook, with markup escaped", () => {
  const key = Symbol.for("Jupyter.display");
  const shown = (
    tableOf({ name: ["<b>", "y"], error: [1 / 3, 2] }) as unknown as Record<
      symbol,
      () => Record<string, string>
    >
  )[key]();
  assert.match(shown["text/html"], /<td>&lt;b&gt;<\/td><td>0\.333333<\/td>/);
  assert.match(shown["text/plain"], /^name {2}error\n<b> {2}0\.333333/);
});

const sweepSpec = checkSpec({
  space: "AnyNetXA",
  n: 2,
  recipe: "tiny",
  dataset: { kind: "procedural", resolution: 32, train: 100, test: 50, seed: 1 },
});

test("a sweep's population is a table too: its stages are columns, its filters typed, its members kept", () => {
  const record = (index: number, error: number, widths: number[]): TrialRecord => ({
    version: 1,
    id: `t${index}`,
    sweep: "sweep",
    index,
    architecture: {
      block: "X",
      stem: { kind: "simple", width: 16 },
      stages: widths.map(width => ({ depth: 2, width, bottleneck: 1, groupWidth: 8, stride: 2 })),
    },
    complexity: { flops: 3e6, params: 1e5, acts: 2e5 },
    status: "finished",
    error,
    endedAt: "2026-01-01T00:00:00.000Z",
  });
  const population = new Population(sweepSpec, [record(1, 30, [16, 32]), record(0, 40, [8])].map(heldTrial), [
    "a note",
  ]);
  assert.deepEqual(population.errors, [40, 30]);
  assert.deepEqual(population.column("depth"), [2, 4]);
  assert.deepEqual(population.column("w2"), [Number.NaN, 32]);
  assert.deepEqual(
    population.filter(row => row.error < 35 && row.status === "finished").column("index"),
    [1],
  );
  assert.equal(population.rows[0], population.members[0].row);
  assert.equal(population.members[1].architecture.stages[1].width, 32);
  assert.deepEqual(population.notes, ["a note"]);
  assert.deepEqual(population.sortBy("error").rows[0].id, "t1");
});

test("a population without networks has columns, and statistics that say it is empty", () => {
  const empty = new Population(sweepSpec, []);
  assert.equal(empty.length, 0);
  assert.deepEqual(empty.column("depth"), []);
  assert.throws(() => edf(empty.errors), {
    name: "StatisticsError",
    message: "edf: expected at least 1 errors, got 0",
  });
});

test("toDanfo() refuses a table without rows", async () => {
  await assert.rejects(table().head(0).toDanfo(), {
    name: "TableError",
    message: "toDanfo: expected a table with rows, which danfo.js needs, got 0 rows",
  });
});
