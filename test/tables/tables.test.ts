import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { edf, Population, type Row, seeded, tableFromDanfo, tableOf, type TrialRecord } from "netspace";
import { packageRoot } from "../../src/base/node/paths.js";
import { DANFO_REMEDY } from "../../src/tables/table-to-danfo.js";
import { checkSpec } from "../../src/trials/spec.js";

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

test("sql() gives lists as texts of JSON, whatever they are lists of", async () => {
  const query =
    "select list(depth order by depth)::bigint[] as d, [1.5, null] as f, [true] as b, [1.25::decimal(5, 2)] as e, 1.25::decimal(5, 2) as n from population";
  const lists = await table().sql(query);
  assert.deepEqual(lists.rows, [
    { d: "[12, 12, 16, 20]", f: "[1.5, null]", b: "[true]", e: "[1.25]", n: 1.25 },
  ]);
});

test("sql() gives structures, maps and unions as JSON, and dates as they print", async () => {
  const query = `select {'y': 1, 'it''s': [{'z': null}]} as s, map {'a': 1.5, 'b': 'nan'::double} as m,
    union_value(k := 'x') as u, date '2026-01-02' as d, ['a"b'] as l, [9007199254740993] as big from population limit 1`;
  const [row] = (await table().sql(query)).rows;
  assert.deepEqual(JSON.parse(row.s as string), { y: 1, "it's": [{ z: null }] });
  assert.deepEqual(JSON.parse(row.m as string), { a: 1.5, b: null });
  assert.deepEqual(JSON.parse(row.l as string), ['a"b']);
  assert.deepEqual([row.u, row.d, row.big], ["x", "2026-01-02", "[9007199254740993]"]);
});

test("sql() keeps integers that numbers do not, as texts, and rounds sums with a note", async () => {
  const kept = await table().sql(
    "select 9007199254740993 as a, 18446744073709551615::ubigint as b from population limit 1",
  );
  assert.deepEqual(kept.rows, [{ a: "9007199254740993", b: "18446744073709551615" }]);
  assert.equal(kept.notes.length, 2);
  assert.match(kept.notes[0], /^column "a" has integers above 2⁵³/);
  const sum = await tableOf({ run: [9007199254740991, 2] }).sql("select sum(run) as total from population");
  assert.deepEqual(sum.column("total"), [9007199254740992]);
  assert.match(sum.notes.join(), /^column "total" .*; rounded$/);
  assert.deepEqual((await table().sql("select count(*) as n from population")).notes, []);
});

test("sql() reaches no file, no network and no extension, and cannot give itself the right to", async () => {
  const outside = join(tmpdir(), `netspace-sql-${process.pid}.csv`);
  for (const query of [
    "from '/etc/hosts'",
    "select * from read_text('/etc/hosts')",
    "from read_csv('https://example.org/a.csv')",
    "from glob('/*')",
    "install httpfs",
    "load httpfs",
    `attach '${outside}' as other`,
    `copy population to '${outside}'`,
    `export database '${outside}'`,
    "set enable_external_access = true",
  ]) {
    await assert.rejects(table().sql(query), { name: "TableError" }, query);
    assert.equal(existsSync(outside), false, query);
  }
});

test("sql() answers one query, and refuses several, none, and what is no text", async () => {
  assert.deepEqual((await table().sql("select 1 as a; ")).rows, [{ a: 1 }]);
  for (const [query, got] of [
    ["select 1; select 2", "one query, got 2; ask them one by one"],
    ["-- nothing", "one query, got none"],
    [undefined, "a query as text, got undefined"],
  ] as const) {
    await assert.rejects(table().sql(query as string), { name: "TableError", message: new RegExp(got) });
  }
});

test("sql() knows further tables by the names they are given", async () => {
  const answer = await table().sql(
    "select name, population.error - other.error as gain from population join other using (name) order by name",
    { other: tableOf({ name: ["b", "a", "z"], error: [30, 39, 0] }) },
  );
  assert.deepEqual(answer.rows, [
    { name: "a", gain: 1 },
    { name: "b", gain: 8.5 },
  ]);
});

test("columns whose names differ in their case only are told apart in sql()", async () => {
  const answer = await tableOf({ w: [1], W: [2], w_1: [3] }).sql(
    "select w, W_2 as other, w_1 from population",
  );
  assert.deepEqual(answer.rows, [{ w: 1, other: 2, w_1: 3 }]);
  await assert.rejects(tableOf({ w: [1], W: [2] }).sql("select x from population"), {
    message: /its columns are w, W_1$/,
  });
});

test("columns named by integers keep their places", async () => {
  const numbered = tableOf({ name: ["a"] })
    .with("2", () => 5)
    .with("1", () => 6);
  assert.deepEqual(numbered.names, ["name", "2", "1"]);
  assert.deepEqual((await numbered.sql("from population")).names, ["name", "2", "1"]);
});

test("an error of sql() does not repeat a query of megabytes", async () => {
  await assert.rejects(
    table().sql(`select '${"x".repeat(3e6)}'::integer from population`),
    (error: Error) => {
      assert.ok(error.message.length < 1000, String(error.message.length));
      return true;
    },
  );
});

test("sql() says what DuckDB says, and which columns there are", async () => {
  await assert.rejects(table().sql("select depht from population"), {
    name: "TableError",
    message:
      /^sql: Binder Error: .*depht.*; the table is population, its columns are name, depth, error, flops$/,
  });
  await assert.rejects(table().sql(" "), {
    name: "TableError",
    message: "sql: expected a query, got an empty text; for example SELECT * FROM population",
  });
  await assert.rejects(tableOf({}).sql("select 1"), { message: /a table with columns, got one without/ });
});

test("toDanfo() gives a DataFrame with the same columns", async () => {
  const frame = await table().toDanfo();
  assert.deepEqual(frame.columns, ["name", "depth", "error", "flops"]);
  assert.deepEqual(frame.shape, [4, 4]);
  assert.deepEqual(frame.column("depth").values, [12, 20, 12, 16]);
  assert.deepEqual(tableFromDanfo(frame).rows, table().rows, "and back");
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

test("a column of texts says which text keeps it from being numbers", () => {
  const text = (values: string[]) => () => tableOf({ error: values }).errors;
  assert.throws(text(["1", "", "NA", "1,5", "2"]), {
    name: "TableError",
    message:
      'column: expected a column of numbers, got "error", which has texts, such as "1,5" in row 4; see texts(), and the options of readTable()',
  });
  assert.throws(text(["1", "2"]), { message: /which has texts, such as "1" in row 1;/ });
  assert.throws(text([""]), { message: /which has texts; see/ });
  assert.throws(text(["x".repeat(1e6)]), (error: Error) => error.message.length < 300);
});

test("take() and head() refuse what is no place of a row", () => {
  for (const index of [Number.NaN, 0.5, -1, 4, Number.POSITIVE_INFINITY, "1", undefined]) {
    assert.throws(
      () => table().take([0, index as number]),
      { name: "TableError", message: /^take: expected/ },
      String(index),
    );
  }
  for (const n of [Number.NaN, -1, 1.5, "2"]) {
    assert.throws(() => table().head(n as number), {
      name: "TableError",
      message: /^head: expected a whole number of rows/,
    });
  }
  assert.equal(table().head(9).length, 4);
  assert.equal(table().head(Number.POSITIVE_INFINITY).length, 4);
  assert.equal(table().head(0).length, 0);
});

test("a row in filter() can be printed, spread and compared", () => {
  const seen: string[] = [];
  table().filter(row => {
    seen.push(JSON.stringify(row), `${row instanceof Object}`, String(Object.keys({ ...row })));
    assert.equal((row as unknown as { then?: unknown }).then, undefined);
    assert.ok(Object.hasOwn(row, "depth"));
    return true;
  });
  assert.equal(seen[0], '{"name":"a","depth":12,"error":40,"flops":400000000}');
  assert.equal(seen[2], "name,depth,error,flops");
});

test("filter() refuses a promise, which would keep every row", () => {
  const asynchronous = (() => Promise.resolve(false)) as unknown as () => boolean;
  assert.throws(() => table().filter(asynchronous), { name: "TableError", message: /got a promise/ });
});

test("with() adds texts as well, and refuses what is neither text nor number", () => {
  const wider = table().with("family", row => `${row.name as string}-net`.split("-")[0]);
  assert.deepEqual(wider.texts("family"), ["a", "b", "c", "d"]);
  assert.deepEqual(wider.filter(row => row.family === "c").length, 1);
  const refused = (compute: (row: Row) => unknown, message: RegExp) =>
    assert.throws(() => table().with("x", compute as () => number), { name: "TableError", message });
  refused(() => undefined, /^with: expected a number or a text for x, got nothing in row 1; return NaN/);
  refused(row => (row.depth === 12 ? "small" : 1), /^with: .*got a number among the texts of x, row 2/);
  refused(() => Promise.resolve(1), /^with: expected a number or a text, got a promise in x, row 1/);
  refused(() => [1], /^with: .* got a list in x, row 1/);
  assert.deepEqual(table().with("depth", row => (row.depth as number) * 2).names, table().names);
});

test("select() gives the named columns in their order, and refuses others", () => {
  const narrow = table().select("error", "name");
  assert.deepEqual(narrow.names, ["error", "name"]);
  assert.deepEqual(narrow.rows[1], { error: 38.5, name: "b" });
  assert.throws(() => table().select("w9"), {
    name: "TableError",
    message: /^select: unknown column "w9"; known are name/,
  });
});

test("concat() gives the rows of all tables, and their columns, missing where a table lacks one", () => {
  const a = tableOf({ name: ["a"], error: [1] });
  const b = tableOf({ error: [2, 3], id: ["x", "y"], w: [8, 16] });
  const both = a.concat(b, tableOf({}));
  assert.deepEqual(both.names, ["name", "error", "id", "w"]);
  assert.deepEqual(both.rows, [
    { name: "a", error: 1, id: "", w: Number.NaN },
    { name: "", error: 2, id: "x", w: 8 },
    { name: "", error: 3, id: "y", w: 16 },
  ]);
  assert.throws(() => a.concat(tableOf({ error: ["x"] })), {
    name: "TableError",
    message: 'concat: expected numbers or texts, got both in "error"',
  });
});

test("tableOf() keeps its own numbers, whoever changes the array they came from", () => {
  const [numbers, texts] = [Float64Array.of(1, 2), ["a", "b"]];
  const kept = tableOf({ error: numbers, name: texts });
  numbers[0] = 99;
  texts[0] = "z";
  assert.deepEqual(kept.rows[0], { error: 1, name: "a" });
});

test("tableOf() keeps big integers whose digits a number would lose, as texts", () => {
  const made = tableOf({ run: [9007199254740993n, 7n], seed: [5n, 6n] } as unknown as Record<
    string,
    number[]
  >);
  assert.deepEqual(made.rows, [
    { run: "9007199254740993", seed: 5 },
    { run: "7", seed: 6 },
  ]);
});

test("tableOf() says what it expected of what is no table, row or column", () => {
  for (const [source, got] of [
    [null, "got null"],
    [3, "got 3"],
    [[{ a: 1 }, null], "an object as row 2, got null"],
    [["x"], 'an object as row 1, got "x"'],
    [{ a: 5 }, "a list of values as a, got 5"],
    [{ a: "xyz" }, 'a list of values as a, got "xyz"'],
    [{ a: [1, {}] }, "got object in a, row 2"],
  ] as const) {
    assert.throws(
      () => tableOf(source as never),
      (error: Error) =>
        error.name === "TableError" && error.message.startsWith("tableOf: ") && error.message.endsWith(got),
      got,
    );
  }
  assert.deepEqual(tableOf([JSON.parse('{"__proto__": 4}') as object, { b: 1 }]).rows[1], {
    ["__proto__"]: Number.NaN,
    b: 1,
  });
});

// python3 -c "from fractions import Fraction as F; from decimal import Decimal as D; v = [F(1e308), F(1.5e308), F(1.7e308)];
//   m = sum(v) / 3; print(float(m), float(D(int(sum((x - m) ** 2 for x in v) / 2)).sqrt()))"
test("describe() of the greatest and the least numbers is their mean and deviation", () => {
  const [row] = tableOf({ x: [1e308, 1.5e308, 1.7e308] }).describe().rows;
  assert.equal(row.mean, 1.4e308);
  assert.ok(Math.abs(row.deviation / 3.605551275463989e307 - 1) < 1e-12, `${row.deviation}`);
  const [small] = tableOf({ x: [1e-200, 2e-200, 3e-200] }).describe().rows;
  assert.ok(Math.abs(small.deviation / 1e-200 - 1) < 1e-12, `${small.deviation}`);
});

test("describe() of infinite values says what can be said", () => {
  const [row] = tableOf({ error: [1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] }).describe().rows;
  assert.deepEqual([row.count, row.mean, row.min, row.median, row.max], [3, Infinity, 1, Infinity, Infinity]);
  const [both] = tableOf({ error: [-Infinity, 5, Infinity] }).describe().rows;
  assert.deepEqual([both.mean, both.median], [Number.NaN, 5]);
  const [endless] = tableOf({ error: [Infinity, Infinity] }).describe().rows;
  assert.deepEqual([endless.quarter, endless.median], [Infinity, Infinity]);
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

test("a table shows its notes, the beginning of a hash, and no more than fits of a long text", () => {
  const key = Symbol.for("Jupyter.display");
  const source = { id: ["0123456789abcdef".repeat(2)], text: ["x".repeat(1e6)] };
  const noted = tableOf(source, ["1 of 2 runs <have> not finished"]);
  const shown = (noted as unknown as Record<symbol, () => Record<string, string>>)[key]();
  assert.equal(
    shown["text/plain"],
    `id  text\n01234567…  ${"x".repeat(99)}…\nnote: 1 of 2 runs <have> not finished`,
  );
  assert.match(
    shown["text/html"],
    /<td>01234567…<\/td>.*<p>note: 1 of 2 runs &lt;have&gt; not finished<\/p>$/,
  );
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
  const population = new Population(sweepSpec, [record(1, 30, [16, 32]), record(0, 40, [8])], ["a note"]);
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

test("what toDanfo() advises are the overrides that this project itself installs danfo.js with", () => {
  const { overrides } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    overrides: object;
  };
  const [, advised] = /"overrides": (\{.*\}) to the package\.json/.exec(DANFO_REMEDY) ?? [];
  assert.deepEqual(JSON.parse(advised), overrides);
});

test("toDanfo() refuses a table without rows", async () => {
  await assert.rejects(table().head(0).toDanfo(), {
    name: "TableError",
    message: "toDanfo: expected a table with rows, which danfo.js needs, got 0 rows",
  });
});

test("tableOf() refuses what gives its values one by one, which would be a table of nothing", () => {
  const rows = [{ depth: 1 }];
  for (const odd of [rows.values(), new Set(rows), new Map([["depth", [1]]])] as never[]) {
    assert.throws(() => tableOf(odd), {
      name: "TableError",
      message:
        /^tableOf: expected columns by name, or a list of rows, got .+; (Array\.from|Object\.fromEntries)\(\)/,
    });
  }
  assert.throws(
    () => tableOf({ a: new DataView(new ArrayBuffer(8)) as never }),
    /a list of values as a, got a DataView/,
  );
});

test("filter() refuses a condition that decides nothing, and takes any other value for what it is", () => {
  const population = table();
  const says = (keep: unknown, got: string) =>
    assert.throws(() => population.filter(keep as never), {
      message: `filter: expected true or false for each row, got ${got}`,
    });
  says(async () => false, "a promise");
  says(function* () {
    yield false;
  }, "a generator");
  says(() => () => false, "a function");
  assert.equal(population.filter(row => /[ab]/.exec(String(row["name"])) as never).length, 2);
});

test("concat() joins a column of texts with one that has no value, as a file's without any", () => {
  const noted = tableOf({ note: ["x"] });
  const empty = tableOf({ note: [Number.NaN, Number.NaN] });
  assert.deepEqual(noted.concat(empty).texts("note"), ["x", "", ""]);
  assert.deepEqual(empty.concat(noted).texts("note"), ["", "", "x"]);
  assert.throws(
    () => noted.concat(tableOf({ note: [Number.NaN, 1] })),
    /expected numbers or texts, got both in "note"/,
  );
});

test("sql() multiplies and adds up whole numbers beyond 32 bits", async () => {
  const measures = tableOf({ flops: [4e8, 2e9], depth: [20, 2e9], error: [1.5, 2] });
  const { rows } = await measures.sql(
    "select flops * depth as work, flops + 2000000000 as more, depth // 3 as third, typeof(error) as kind from population limit 1",
  );
  assert.deepEqual(rows, [{ work: 8e9, more: 24e8, third: 6, kind: "DOUBLE" }]);
  const joined = await measures.sql("select max(p.flops * o.w) as most from population p, other o", {
    other: tableOf({ w: [7] }),
  });
  assert.deepEqual(joined.column("most"), [14e9]);
});

test("a table says its columns to whoever completes a text that one of its methods is given", () => {
  const columns = tableOf({ depth: [1, 2], error: [3, 4] }) as unknown as Record<
    symbol,
    (asked: object) => unknown
  >;
  const offered = (asked: object) => columns[Symbol.for("Jupyter.completions")](asked);
  assert.deepEqual(offered({ method: "column" }), ["depth", "error"]);
  assert.equal(offered({ method: "head" }), undefined);
  assert.equal(offered({ method: "sortBy", field: "descending" }), undefined);
});
