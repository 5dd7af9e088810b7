/** Rows chosen, ordered and told by groups a column at a time: held to what row by row gives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded, tableOf } from "netspace";

const random = seeded(11);
const n = 20_011;
const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, 5e-324, -5e-324];
const rows = Array.from({ length: n }, (_, i) => ({
  i,
  error: random() < 0.2 ? special[Math.floor(special.length * random())] : 2 * random() - 1,
  depth: random() < 0.01 ? Number.NaN : Math.floor(40 * random()) - 2,
  name: random() < 0.1 ? "" : `n${Math.floor(7 * random())}`,
}));
type Rows = (typeof rows)[number];
const table = tableOf(rows);
const kept = (keep: (row: Rows) => boolean) => rows.filter(keep).map(row => row.i);

test("where() keeps the rows that filter() keeps, by bounds, values, lists and functions", () => {
  for (const bound of [...special.filter(value => !Number.isNaN(value)), 0.25, -0.75]) {
    const found = (bounds: object) => table.where({ error: bounds }).column("i");
    assert.deepEqual(
      found({ above: bound }),
      kept(row => row.error > bound),
      `above ${bound}`,
    );
    assert.deepEqual(
      found({ below: bound }),
      kept(row => row.error < bound),
      `below ${bound}`,
    );
    assert.deepEqual(
      found({ atLeast: bound }),
      kept(row => row.error >= bound),
      `at least ${bound}`,
    );
    assert.deepEqual(
      found({ atMost: bound }),
      kept(row => row.error <= bound),
      `at most ${bound}`,
    );
  }
  const chosen = table.where({
    error: { above: -0.5, below: 0.5, atMost: 0.4 },
    depth: { atLeast: 3, below: 20 },
    name: ["n1", "n2", ""],
  });
  const isIn = (row: Rows) =>
    row.error > -0.5 &&
    row.error <= 0.4 &&
    row.depth >= 3 &&
    row.depth < 20 &&
    ["n1", "n2", ""].includes(row.name);
  assert.deepEqual(chosen.column("i"), kept(isIn));
  assert.deepEqual(chosen.column("i"), table.filter(isIn).column("i"));
  assert.deepEqual(
    chosen.texts("name"),
    rows.filter(isIn).map(row => row.name),
  );
  assert.equal(chosen.length, kept(isIn).length);
  assert.deepEqual(
    table.where({ name: "n3", depth: d => d % 2 === 1 }).column("i"),
    kept(row => row.name === "n3" && row.depth % 2 === 1),
  );
  assert.deepEqual(
    table.where({ depth: Number.NaN }).column("i"),
    kept(row => Number.isNaN(row.depth)),
  );
  assert.deepEqual(
    table.where({}).column("i"),
    kept(() => true),
  );
  for (const length of [0, 1, 31, 32, 33]) {
    const few = table.head(length);
    assert.deepEqual(few.where({ i: { atLeast: 1 } }).length, Math.max(0, length - 1));
    assert.equal(few.complete("i").length, length);
  }
  // A table chosen of one chosen.
  assert.deepEqual(
    chosen.where({ depth: 7 }).column("i"),
    kept(row => isIn(row) && row.depth === 7),
  );
});

test("where() says what is no condition", () => {
  const fails = (conditions: unknown, message: RegExp) =>
    assert.throws(() => table.where(conditions as object), { name: "TableError", message });
  fails({ eror: 1 }, /^where: unknown column "eror"; did you mean "error"\? known are i, error, depth, name/);
  fails({ error: { under: 1 } }, /where: .*"under"/);
  fails({ error: { below: "1" } }, /where: expected a number as below of "error", got "1"/);
  fails({ error: { below: Number.NaN } }, /where: expected a number as below of "error", got NaN/);
  fails({ name: { below: 3 } }, /where: .* "name", which has texts, got bounds/);
  fails(
    { error: null },
    /where: expected bounds, a value, a list of values or a function as the condition on "error", got null/,
  );
  fails({ error: () => 1 }, /where: expected true or false from the function of "error", got 1/);
  fails([], /where: expected conditions by column/);
  fails(undefined, /where: expected conditions by column/);
});

test("complete() keeps the rows that have a value in every column named", () => {
  assert.deepEqual(
    table.complete("depth", "name").column("i"),
    kept(row => !Number.isNaN(row.depth) && row.name !== ""),
  );
});

test("sortBy() of many rows is a stable sort in both directions, NaN last, −0 and 0 equal", () => {
  const by = (sign: number) => (a: Rows, b: Rows) => {
    if (Number.isNaN(a.error) || Number.isNaN(b.error))
      return Number(Number.isNaN(a.error)) - Number(Number.isNaN(b.error));
    return a.error < b.error ? -sign : a.error > b.error ? sign : 0;
  };
  assert.deepEqual(
    table.sortBy("error").column("i"),
    rows.toSorted(by(1)).map(row => row.i),
  );
  assert.deepEqual(
    table.sortBy("error", { descending: true }).column("i"),
    rows.toSorted(by(-1)).map(row => row.i),
  );
  const names = rows.toSorted((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0)).map(row => row.i);
  assert.deepEqual(table.sortBy("name", { descending: true }).column("i"), names);
});

test("aggregate() has the groups of groupBy(), with their numbers, missing values left out", () => {
  for (const by of ["depth", "name"] as const) {
    const found = table.aggregate(by, {
      rows: ["count"],
      n: ["count", "depth"],
      named: ["count", "name"],
      total: ["sum", "i"],
      mean: ["mean", "i"],
      best: ["min", "error"],
      worst: ["max", "error"],
      endless: ["sum", "error"],
    });
    const groups = table.groupBy(by);
    assert.deepEqual(
      Array.from<unknown>(found.values(by)),
      groups.map(({ key }) => key),
    );
    for (const [k, { table: group }] of groups.entries()) {
      const there = (name: string) => group.column(name).filter(value => !Number.isNaN(value));
      const row = found.rows[k];
      assert.equal(row.rows, group.length);
      assert.equal(row.n, there("depth").length);
      assert.equal(row.named, group.texts("name").filter(text => text !== "").length);
      assert.equal(
        row.total,
        there("i").reduce((a, b) => a + b, 0),
      );
      assert.equal(row.mean, row.total / group.length);
      assert.equal(row.best, there("error").reduce((a, b) => Math.min(a, b)) + 0);
      assert.equal(row.worst, there("error").reduce((a, b) => Math.max(a, b)) + 0);
    }
    // Of infinite values of both signs there is no sum.
    assert.ok(found.column("endless").every(value => Number.isNaN(value)));
  }
  const empty = tableOf({ depth: [1, 1], error: [Number.NaN, Number.NaN] }).aggregate("depth", {
    mean: ["mean", "error"],
    best: ["min", "error"],
    n: ["count", "error"],
  });
  assert.deepEqual(empty.rows, [{ depth: 1, mean: Number.NaN, best: Number.NaN, n: 0 }]);
  assert.deepEqual(
    tableOf({ a: [1], b: [Infinity] })
      .aggregate("a", { s: ["sum", "b"] })
      .column("s"),
    [Infinity],
  );
});

test("aggregate() loses nothing where values are small next to their sum", () => {
  // math.fsum([1e8] + [0.1] * 99999) is 100009999.9
  const values = Float64Array.from({ length: 100_000 }, (_, i) => (i === 0 ? 1e8 : 0.1));
  const [row] = tableOf({ group: values.map(() => 1), values }).aggregate("group", {
    sum: ["sum", "values"],
  }).rows;
  assert.equal(row.sum, 100_009_999.9);
});

test("aggregate() takes many groups, and says what is no measure", () => {
  const many = tableOf({ key: Float64Array.from({ length: 70_000 }, (_, i) => i / 2) });
  const counted = many.aggregate("key", { n: ["count"] });
  assert.equal(counted.length, 70_000);
  assert.ok(counted.column("n").every(count => count === 1));
  const fails = (by: unknown, measures: unknown, message: RegExp) =>
    assert.throws(() => table.aggregate(by as "depth", measures as { n: ["count"] }), {
      name: "TableError",
      message,
    });
  fails("eror", { n: ["count"] }, /aggregate: unknown column "eror"/);
  fails("depth", { n: ["mean", "eror"] }, /aggregate: unknown column "eror"/);
  fails("depth", { n: ["mean", "name"] }, /expected a column of numbers, got "name", which has texts/);
  fails(
    "depth",
    { n: ["median", "error"] },
    /expected \["count"\], or count, sum, mean, min, max and a column/,
  );
  fails("depth", { n: "mean" }, /as n, got "mean"/);
  fails("depth", { depth: ["count"] }, /measures of other names than "depth"/);
  fails("depth", [], /aggregate: expected measures such as/);
});

test("describe() of many values has the order statistics of sorting, in heaps and far apart too", () => {
  const ways: Record<string, () => number> = {
    even: () => random(),
    "in heaps": () => (random() < 0.4 ? 1e9 : 0) + random() * 1e-9,
    "far apart": () => 10 ** (600 * random() - 300),
    "few values": () => Math.floor(3 * random()),
    endless: () => (random() < 0.1 ? Number.NEGATIVE_INFINITY : random()),
    "beyond all differences": () => (random() < 0.5 ? -1.7e308 : 1.7e308) * random(),
    missing: () => (random() < 0.3 ? Number.NaN : random()),
  };
  for (const [name, draw] of Object.entries(ways)) {
    // 4k + 1 values: quartiles are values.
    let values = Array.from({ length: 12_001 }, draw);
    const there = values.filter(value => !Number.isNaN(value));
    while ((there.length - 1) % 4 > 0) {
      there.push(0.5);
      values = [...values, 0.5];
    }
    const sorted = Float64Array.from(there).sort();
    const [row] = tableOf({ values }).describe().rows;
    const at = (share: number) => sorted[(sorted.length - 1) * share];
    assert.deepEqual(
      [row.count, row.min, row.quarter, row.median, row.threeQuarters, row.max],
      [sorted.length, at(0), at(0.25), at(0.5), at(0.75), at(1)],
      name,
    );
  }
});
