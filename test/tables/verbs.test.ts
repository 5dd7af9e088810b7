/** Tables joined, pivoted, and brought back from danfo.js, against pandas 3.0.6 (the commands stand beside the numbers). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedPopulation, tableFromDanfo, tableOf } from "netspace";

// a = pd.DataFrame({"name": ["a","b","b","c",None], "depth": [12, 20, 20, 12, 9], "error": [40, 38.5, 37, None, 41]})
// b = pd.DataFrame({"name": ["b","c","d","b",None], "depth": [20, 12, 7, 20, 9], "error": [30, 31, 32, 33, 34], "flops": [1, 2, 3, 4, 5]})
const a = tableOf({
  name: ["a", "b", "b", "c", ""],
  depth: [12, 20, 20, 12, 9],
  error: [40, 38.5, 37, Number.NaN, 41],
});
const b = tableOf({
  name: ["b", "c", "d", "b", ""],
  depth: [20, 12, 7, 20, 9],
  error: [30, 31, 32, 33, 34],
  flops: [1, 2, 3, 4, 5],
});

/** Rows as lists, in one order, as pandas prints them: null for what is missing. */
const values = (table: { names: string[]; rows: readonly object[] }) =>
  table.rows
    .map(row => Object.values(row).map(value => (value === "" || Number.isNaN(value) ? null : value)))
    .map(row => JSON.stringify(row))
    .sort();
const sorted = (rows: readonly unknown[][]) => rows.map(row => JSON.stringify(row)).sort();

test("join() gives the rows that pandas' merge gives", () => {
  // a.dropna(subset="name").merge(b.dropna(subset="name"), on=["name", "depth"], how=how, suffixes=("", "_other"))
  const inner = [
    ["b", 20, 37, 30, 1],
    ["b", 20, 37, 33, 4],
    ["b", 20, 38.5, 30, 1],
    ["b", 20, 38.5, 33, 4],
    ["c", 12, null, 31, 2],
  ];
  const left = [["a", 12, 40, null, null], ...inner];
  const on = ["name", "depth"] as const;
  const found = a.join(b, { on });
  assert.deepEqual(found.names, ["name", "depth", "error", "error_other", "flops"]);
  assert.deepEqual(values(found), sorted(inner));
  // What is missing is equal to nothing, as in SQL; pandas would join the two rows without a name.
  assert.deepEqual(values(a.join(b, { on, how: "left" })), sorted([...left, [null, 9, 41, null, null]]));
  assert.deepEqual(
    values(a.join(b, { on, how: "outer" })),
    sorted([...left, [null, 9, 41, null, null], ["d", 7, null, 32, 3], [null, 9, null, 34, 5]]),
  );
});

test("join() keeps the order of this table's rows, and fills a key from the other table alone", () => {
  const found = a.join(b, { on: "name", how: "outer", suffix: " there" });
  assert.deepEqual(found.texts("name"), ["a", "b", "b", "b", "b", "c", "", "d", ""]);
  assert.deepEqual(found.column("depth").slice(-2), [Number.NaN, Number.NaN]);
  assert.deepEqual(found.column("depth there").slice(-2), [7, 9]);
});

test("join() and sql() agree on two populations", async () => {
  const [one, other] = [await shippedPopulation("AnyNetXA"), await shippedPopulation("AnyNetXE")];
  const joined = one.join(other, { on: ["d1", "w1"] });
  // s.merge(e, on=["d1", "w1"], suffixes=("", "_other")); len(j), (j.error - j.error_other).mean()
  assert.equal(joined.length, 582);
  const gains = joined.rows.map(row => row.error - row.error_other);
  assert.ok(Math.abs(gains.reduce((sum, gain) => sum + gain, 0) / 582 - 4.065893470790378) < 1e-9);
  const query =
    "select count(*) as n, avg(population.error - other.error) as gain from population join other using (d1, w1)";
  const [row] = (await one.sql(query, { other })).rows;
  assert.equal(row.n, 582);
  assert.ok(Math.abs(Number(row.gain) - 4.065893470790378) < 1e-9);
});

test("join() on two columns takes for equal what it takes on one", () => {
  const left = tableOf({ a: [Infinity, -0, 12, 1], b: ["x", "x", "3", "2:23"] });
  const right = tableOf({ a: [-Infinity, 0, 1, 12], b: ["x", "x", "23", "3"], c: [1, 2, 3, 4] });
  assert.deepEqual(left.join(right, { on: ["a", "b"] }).values("c"), Float64Array.of(2, 4));
  assert.deepEqual(
    left
      .select("a")
      .join(right.select("a", "c"), { on: ["a"] })
      .values("c"),
    Float64Array.of(2, 4, 3),
  );
});

test("pivot() gives the cells that pandas' pivot_table gives", async () => {
  const population = await shippedPopulation("AnyNetXE");
  const asked = { rows: "d1", columns: "g1", values: "error" } as const;
  // e.pivot_table(index="d1", columns="g1", values="error", aggfunc="mean")
  const means = population.pivot(asked);
  assert.equal(means.length, 5);
  assert.deepEqual(means.names, ["d1", "1", "2", "4", "6", "8", "10", "12", "16"]);
  const first = [
    43.826190476190476, 43.99411764705882, 44.171875, 37.125, 37.542857142857144, 48.25, 33.6, 31.4625,
  ];
  for (const [i, name] of means.names.slice(1).entries()) {
    assert.ok(Math.abs(means.column(name)[0] - first[i]) < 1e-9, name);
  }
  const all = means.names.slice(1).flatMap(name => means.column(name).filter(value => !Number.isNaN(value)));
  assert.ok(Math.abs(all.reduce((sum, value) => sum + value, 0) - 1030.5471831232494) < 1e-9);
  // aggfunc="median", .loc[2, 8]; aggfunc="count", .fillna(0).loc[2]
  const medians = population.pivot({ ...asked, by: "median" });
  assert.ok(Math.abs(medians.column("8")[1] - 33.85) < 1e-9);
  const counts = population.pivot({ rows: "d1", columns: "g1", by: "count" });
  assert.deepEqual(
    counts.names.slice(1).map(name => counts.column(name)[1]),
    [10, 7, 10, 2, 4, 0, 0, 2],
  );
  const spans = population.pivot({ ...asked, by: numbers => Math.max(...numbers) - Math.min(...numbers) });
  assert.ok(spans.column("1")[0] > 0);
});

test("tableFromDanfo() takes columns and rows as danfo.js gives them", () => {
  assert.deepEqual(tableFromDanfo({ columns: ["a"], values: [1, null] }).column("a"), [1, Number.NaN]);
  const frame = {
    columns: ["a", "b"],
    values: [
      [true, "x"],
      [false, undefined],
    ],
  };
  assert.deepEqual(tableFromDanfo(frame).rows, [
    { a: 1, b: "x" },
    { a: 0, b: "" },
  ]);
});

test("joins and pivots that cannot be say what to do", () => {
  const misuse: [() => unknown, RegExp][] = [
    [
      () => a.join(b, { on: "flops" }),
      /join: expected a column that both tables have, got "flops", which this table does not; known there are name, depth, error/,
    ],
    [() => a.join(b, { on: [] }), /join: expected on as a column's name or a list of them, got \[\]/],
    [
      () => a.join(b, { on: "name", how: "right" as never }),
      /expected how as one of inner, left, outer, got "right"/,
    ],
    [() => a.join(b, { on: "name", sufix: "x" } as never), /unknown option "sufix"; did you mean "suffix"\?/],
    [
      () => a.join(tableOf({ name: [1] }), { on: "name" }),
      /"name" to be alike in both tables, got texts here and numbers there/,
    ],
    [() => a.join({} as never, { on: "name" }), /join: expected another table, got {}/],
    [
      () => tableOf({ k: [1], x: [1], x_other: [2] }).join(tableOf({ k: [1], x: [1] }), { on: "k" }),
      /with which "x_other" is there twice; give another suffix/,
    ],
    [
      () => {
        const same = tableOf({ k: new Float64Array(10_000) });
        return same.join(same, { on: "k" });
      },
      /expected at most 50,000,000 rows, got 100,000,000, since keys repeat in both tables; join on more columns/,
    ],
    [() => a.pivot({ rows: "depth", columns: "depth", values: "error" }), /two columns, got "depth" as both/],
    [
      () => a.pivot({ rows: "depth", columns: "error", values: "name" }),
      /column of numbers as values, got "name"/,
    ],
    [
      () => a.pivot({ rows: "deep", columns: "error", values: "error" }),
      /a column's name as rows, got "deep"; known are name, depth, error/,
    ],
    [
      () => a.pivot({ rows: "depth", columns: "name", values: "error", by: "mode" as never }),
      /by as one of mean, median, .*got "mode"/,
    ],
    [
      () => a.pivot({ rows: "depth", columns: "name", values: "error", by: () => "x" as never }),
      /expected a number from by, got "x"/,
    ],
    [() => tableFromDanfo(a as never), /tableFromDanfo: expected a DataFrame of danfo.js/],
    [() => tableFromDanfo({ columns: ["a", "a"], values: [] }), /different names, got "a" twice/],
    [() => tableFromDanfo({ columns: ["a", "b"], values: [[1]] }), /expected 2 values in row 1, got 1/],
  ];
  for (const [call, message] of misuse) assert.throws(call, message);
});

test("select() of a list says how its names are given", () => {
  assert.throws(
    () => a.select(["depth", "error"] as never),
    /select: expected names one by one, got \["depth", "error"\]; select\("depth", "error"\)/,
  );
});
