/** What values look like in a front end. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { JSDOM } from "jsdom";
import { createDisplay, type DisplaySink } from "../../display/display.js";
import { html, json, latex, md, png, progress, svg } from "../../display/index.js";
import { jsonSafe } from "../../display/json-safe.js";
import { progressView } from "../../display/progress.js";
import { DISPLAY, toBundle } from "../../display/to-bundle.js";

/** The bundle of a value whose display is not asynchronous. */
function bundle(value: unknown, full = false): Record<string, unknown> {
  const shown = toBundle(value, { full });
  assert.ok(!(shown instanceof Promise));
  return shown.data;
}
const text = (value: unknown, full = false): string => String(bundle(value, full)["text/plain"]);
const markup = (value: unknown, full = false): string => String(bundle(value, full)["text/html"]);
const EVIL = `<img src=x onerror="alert('1')">&`;
const ESCAPED = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;";

describe("tables", () => {
  test("arrays of flat records are tables, numbers to the right", () => {
    const rows = [
      { net: "A", widths: [8, 16], error: 49.5 },
      { net: "B", widths: [16, 32], error: 50.25, note: null },
    ];
    assert.equal(
      text(rows),
      [
        "net  widths      error  note",
        "A    [ 8, 16 ]   49.50",
        "B    [ 16, 32 ]  50.25",
        "2 rows × 4 columns",
      ].join("\n"),
    );
    assert.match(markup(rows), /<td style="text-align:right">49\.50<\/td>/);
  });

  test("other arrays are not", () => {
    for (const value of [
      [],
      [1, 2],
      [{ nested: { a: 1 } }],
      [{ a: 1 }, 2],
      [{}],
      [new Date(0)],
      [{ f() {} }],
    ]) {
      assert.deepEqual(Object.keys(bundle(value)), ["text/plain"]);
    }
  });

  test("looking at a value runs none of its getters and no proxy's traps", () => {
    const touched: unknown[] = [];
    const getter = Object.defineProperty({}, "a", { enumerable: true, get: () => touched.push("getter") });
    const proxy = new Proxy([{ a: 1 }], {
      get: (target, key) => (touched.push(key), Reflect.get(target, key)),
    });
    bundle([getter]);
    bundle(proxy);
    bundle([proxy, [proxy]]);
    bundle(new Map([["a", proxy]]));
    for (const key of ["columns", "data", "layout", "shape", "dtype", "outerHTML", "schema", "columnNames"]) {
      bundle(Object.defineProperty({}, key, { get: () => touched.push(key) }));
      bundle(Object.create(Object.defineProperty({}, key, { get: () => touched.push(key) })));
    }
    assert.deepEqual(touched, []);
  });

  test("text from data never becomes markup, in cells, columns, labels and keys", () => {
    const values = [
      [{ [EVIL]: EVIL }],
      new Map([[EVIL, EVIL]]),
      new Map([[EVIL, { a: EVIL }]]),
      frame([EVIL], [[EVIL]], [EVIL], [EVIL]),
      [{ value: Symbol(EVIL), list: [EVIL] }],
    ];
    for (const value of values) {
      assert.doesNotMatch(markup(value), /<img/);
      assert.match(markup(value), /&lt;img/);
    }
    assert.ok(markup(values[0]).includes(ESCAPED));
  });

  test("long tables are cut in the middle, and full shows all", () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ i, square: i * i }));
    const short = text(rows);
    assert.match(short, /\n 14 {5}196\n {2}⋮ {7}⋮\n995 {2}990025\n/);
    assert.match(
      short,
      /1,000 rows × 2 columns; 980 rows left out, display\(value, \{ full: true \}\) shows all$/,
    );
    assert.equal((markup(rows).match(/<tr>/g) ?? []).length, 1 + 20 + 1);
    assert.equal(text(rows, true).split("\n").length, 1 + 1000 + 1);
    const wide = [Object.fromEntries(Array.from({ length: 35 }, (_, i) => [`c${i}`, i]))];
    assert.match(text(wide), /1 row × 35 columns; 5 columns left out/);
    assert.match(text([{ long: "x".repeat(500) }]), /x…\n/);
  });

  test("numbers of a column have the same decimals and six digits, until full shows them as they are", () => {
    const numbers = (values: (number | bigint)[], full = false) =>
      text(
        values.map(x => ({ x })),
        full,
      )
        .split("\n")
        .slice(1, -1)
        .map(line => line.trim());
    assert.deepEqual(numbers([1 / 3, 100, 2.5]), ["0.333", "100.000", "2.500"]);
    assert.deepEqual(numbers([1 / 3], true), [String(1 / 3)]);
    assert.deepEqual(numbers([1e-7, 0.25]), ["1e-7", "0.25"]);
    assert.deepEqual(numbers([200_000_000, 1e21]), ["200000000", "1e+21"]);
    assert.deepEqual(numbers([2n ** 70n, 1]), [String(2n ** 70n), "1"]);
    assert.deepEqual(numbers([NaN, 1.5]), ["NaN", "1.5"]);
  });

  test("a column that only a late row has is shown, with the rows that lack it blank", () => {
    const rows: object[] = Array.from({ length: 5000 }, () => ({ a: 1 }));
    rows.push({ a: 2, extra: "x" });
    assert.match(text(rows), /^a {2}extra\n1\n/);
    assert.match(text(rows), /\n2 {2}x\n5,001 rows × 2 columns; 4,981 rows left out/);
    assert.match(text(new Map(rows.map((row, i) => [i, row]))), /^ {6}a {2}extra/);
    assert.match(text(new Set(rows)), /^a {2}extra/);
    const wide = [{ a: 1 }, ...rows.map((_, i) => ({ [`c${i}`]: i }))];
    assert.match(text(wide), /5,002 rows × 5,002 columns; 4,982 rows and 4,972 columns left out, display/);
  });

  test("rows may be missing; what is neither a record nor missing makes an array no table", () => {
    assert.equal(text([{ a: 1 }, null, undefined, { b: 2 }]), "a  b\n1\n\n\n   2\n4 rows × 2 columns");
    assert.equal(text([{ a: 1 }, {}]), "a\n1\n\n2 rows × 1 column");
    assert.equal(text([null, null]), "[ null, null ]");
    const late = Array.from<unknown, unknown>({ length: 300 }, () => ({ a: 1 }));
    for (const odd of [5, "x", [1], new Proxy({}, {}), new Error("e")])
      assert.deepEqual(Object.keys(bundle([...late, odd])), ["text/plain"]);
    assert.match(
      text([...late, { a: { b: [1] }, f() {} }]),
      /\{ b: \[ ?1 ?\] \}\s+\[Function: f\]\n301 rows/,
    );
    const getter = Object.defineProperty({}, "a", { enumerable: true, get: () => assert.fail("was run") });
    assert.match(text([...late, getter]), /\[Getter\]\n301 rows/);
  });

  test("tables of arquero and of Apache Arrow are tables, in the order they have", () => {
    class ColumnTable {
      numRows = () => 2;
      numCols = () => 2;
      columnNames = () => ["net", "error"];
      objects = () => [];
      get = (name: string, row: number) => (name === "net" ? ["<A>", "B"][row] : [50, 49.5][row]);
    }
    assert.equal(text(new ColumnTable()), "net  error\n<A>   50.0\nB     49.5\n2 rows × 2 columns");
    assert.match(markup(new ColumnTable()), /&lt;A&gt;/);
    class ArrowTable {
      schema = {
        fields: [
          { name: "i", type: { toString: () => "Int32" } },
          { name: "s", type: "Utf8" },
        ],
      };
      get numRows() {
        return 2;
      }
      getChild() {}
      toArray() {}
      getChildAt(index: number) {
        return {
          get: (row: number) =>
            [
              [1, 2n],
              ["a", null],
            ][index]?.[row],
        };
      }
    }
    assert.equal(text(new ArrowTable()), "i  s\n1  a\n2\n2 rows × 2 columns (Int32, Utf8)");
  });

  test("danfo's DataFrame and Series are tables", async () => {
    const { DataFrame } = (await import("danfojs-node")) as unknown as {
      DataFrame: new (rows: object[]) => { error: unknown };
    };
    const data = new DataFrame([
      { net: "A", error: 49.5 },
      { net: "<B>", error: 50 },
    ]);
    assert.equal(
      text(data),
      "   net  error\n0  A     49.5\n1  <B>   50.0\n2 rows × 2 columns (string, float32)",
    );
    assert.match(markup(data), /&lt;B&gt;/);
    assert.match(text(data.error), /1 {3}50\.0\n2 rows × 1 column \(float32\)/);
  });

  test("DuckDB's results are tables, as far as they can be looked at without taking rows away", async () => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const sql =
      "select range::int id, '<' || range as label, 1.5::decimal(5,2) price, [1, 2] list from range(3000)";
    const reader = await connection.runAndReadAll(sql);
    assert.match(text(reader), /^ {2}id {2}label +price {2}list\n {3}0 {2}<0 +1\.50 {3}\[1, 2\]/);
    assert.match(text(reader), /3,000 rows × 4 columns \(INTEGER, VARCHAR, DECIMAL\(5,2\), INTEGER\[\]\)/);
    assert.match(markup(reader), /&lt;2999/);
    const materialized = await connection.run(sql);
    assert.equal(text(materialized), text(reader));
    assert.equal((await materialized.getRows()).length, 3000);
    assert.match(
      text(await connection.stream("select 1 a")),
      /with a INTEGER; rows: await result\.getRowObjects\(\)/,
    );
    assert.match(text(await connection.runAndReadAll("select 1 a limit 0")), /^a\n0 rows × 1 column/);
    connection.closeSync();
  });

  test("maps and sets of plain values and of records are tables", () => {
    assert.equal(text(new Map([["a", 1]])), "key  value\na        1\n1 row × 2 columns");
    assert.equal(text(new Map([["a", { n: 1 }]])), "   n\na  1\n1 row × 1 column");
    assert.equal(text(new Set([{ n: 1 }])), "n\n1\n1 row × 1 column");
    assert.equal(text(new Set([1, 2])), "Set(2) { 1, 2 }");
    assert.equal(text(new Map([[{}, 1]])), "Map(1) { {} => 1 }");
  });
});

/** The shape of danfo's DataFrame. */
const frame = (columns: string[], values: unknown[][], index: unknown[], dtypes: string[]) => ({
  columns,
  values,
  index,
  dtypes,
  shape: [values.length, columns.length],
});

describe("figures", () => {
  test("Plotly specifications are figures, with typed arrays as lists", () => {
    const figure = bundle({
      data: [{ type: "bar", y: new Float32Array([1, 2]) }, { x: [NaN] }],
      layout: { title: EVIL },
    });
    assert.deepEqual(figure["application/vnd.plotly.v1+json"], {
      data: [{ type: "bar", y: [1, 2] }, { x: [null] }],
      layout: { title: EVIL },
    });
    assert.equal(figure["text/plain"], "Plotly figure: 2 traces (bar, scatter)");
  });

  test("objects of other programs with data and layout are no figures", () => {
    for (const value of [
      { data: [], layout: {} },
      { data: [1], layout: {} },
      { data: [], layout: {}, rows: 1 },
      { data: [{ x: [1] }], layout: {}, rows: 1 },
      { data: [{ id: 1, name: "row" }], layout: {} },
      { data: [{ type: "image", src: "a.png" }], layout: { columns: 2 } },
      { data: [{ type: "table", rows: [] }], layout: {} },
      { data: [{ type: "card", x: [1] }], layout: {} },
      { data: [{ values: [1] }], layout: {} },
      { data: [{ x: 1, y: 2 }], layout: {} },
      { data: [{ x: [1] }, { id: 2 }], layout: {} },
    ]) {
      assert.deepEqual(Object.keys(bundle(value)), ["text/plain"], JSON.stringify(value));
    }
    for (const trace of [
      { y: [1] },
      { type: "pie", values: [1], labels: ["a"] },
      { type: "table", header: { values: [] }, cells: { values: [] } },
      { type: "sankey", node: {}, link: {} },
      { type: "indicator", mode: "number", value: 5 },
      { type: "splom", dimensions: [] },
      { type: "scatter", y: { dtype: "f8", bdata: "AAA=" } },
    ]) {
      assert.equal(Object.keys(bundle({ data: [trace], layout: {} }))[0], "application/vnd.plotly.v1+json");
    }
  });

  test("Vega specifications name their own renderer", () => {
    const type = (language: string) =>
      Object.keys(bundle({ $schema: `https://vega.github.io/schema/${language}.json`, mark: "bar" }))[0];
    assert.equal(type("vega-lite/v5"), "application/vnd.vegalite.v5+json");
    assert.equal(type("vega/v5.1"), "application/vnd.vega.v5+json");
    assert.equal(type("other/v5"), "text/plain");
  });

  test("jsonSafe() says in JSON what JSON can say, and refuses cycles", () => {
    const value = {
      big: 5n,
      huge: 2n ** 70n,
      date: new Date(0),
      map: new Map([["k", Infinity]]),
      f() {},
      set: new Set([1]),
    };
    assert.deepEqual(jsonSafe(value), {
      big: 5,
      huge: String(2n ** 70n),
      date: "1970-01-01T00:00:00.000Z",
      map: { k: null },
      set: [1],
    });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    assert.throws(() => jsonSafe(cycle), /contain itself/);
    assert.deepEqual(Object.keys(bundle({ data: [cycle], layout: {} })), ["text/plain"]);
  });
});

describe("numbers", () => {
  test("tensors show shape, type and elements, cut like NumPy's", () => {
    const tensor = { shape: [2, 2], dtype: "float32", dataSync: () => new Float32Array([1, 2.5, -3, 4]) };
    assert.equal(text(tensor), "Tensor float32 [2, 2]\n[[ 1.0000,  2.5000],\n [-3.0000,  4.0000]]");
    const large = {
      shape: [1000, 1000],
      dtype: "int32",
      data: Int32Array.from({ length: 1e6 }, (_, i) => i),
    };
    assert.match(text(large), /^Tensor int32 \[1000, 1000\]\n\[\[ {5}0, {6}1, {6}2, …, {4}997, /);
    assert.match(text(large), /shows all$/);
    assert.equal(text({ shape: [], dtype: "bool", data: [true] }), "Tensor bool []\ntrue");
    assert.equal(text({ shape: [0, 3], dtype: "float32", data: [] }), "Tensor float32 [0, 3] []");
    const gone = { shape: [1], dtype: "float32", dataSync: () => assert.fail("Tensor is disposed") };
    assert.equal(text(gone), "Tensor float32 [1] (Tensor is disposed)");
    const cube = { shape: [2, 1, 2], dtype: "int32", values: [1, 2, 3, 4] };
    assert.equal(text(cube), "Tensor int32 [2, 1, 2]\n[[[1, 2]],\n\n [[3, 4]]]");
  });

  test("typed arrays show type and length, and long values how to see the rest", () => {
    assert.equal(text(new Float32Array([1, 2.5])), "Float32Array(2) [ 1, 2.5 ]");
    const long = Array.from({ length: 1000 }, (_, i) => i);
    assert.match(text(long), /900 more items\n\]\n… cut; display\(value, \{ full: true \}\) shows all$/);
    assert.match(text(long, true), / 999\n\]$/);
    assert.match(text("x".repeat(50_000)), /40000 more characters\n… cut/);
    assert.match(text(Array(90).fill("x".repeat(2000))), /more characters; display\(value/);
  });

  test("errors as values show their stack and cause", () => {
    assert.match(
      text(new RangeError("too wide", { cause: new Error("why") })),
      /RangeError: too wide\n.*why/s,
    );
  });
});

describe("pictures", () => {
  test("elements of a DOM are drawn, svg as a picture with its namespace", () => {
    const { document } = new JSDOM("<p class=a>one <b>two</b></p><svg width=5><rect></rect></svg>").window;
    const [p, svgElement] = [document.querySelector("p"), document.querySelector("svg")];
    assert.deepEqual(bundle(p), {
      "text/html": '<p class="a">one <b>two</b></p>',
      "text/plain": '<p class="a">one <b>two</b></p>',
    });
    assert.equal(
      bundle(svgElement)["image/svg+xml"],
      '<svg xmlns="http://www.w3.org/2000/svg" width="5"><rect></rect></svg>',
    );
    assert.deepEqual(Object.keys(bundle({ outerHTML: "<b>", getAttribute() {} })), ["text/plain"]);
  });

  test("canvases that make PNG pictures of themselves are drawn, others are not", () => {
    const bytes = Buffer.from("89504e470d0a1a0a00", "hex");
    const canvas = (toBuffer: unknown) => ({ width: 20, height: 10, getContext() {}, toBuffer });
    assert.deepEqual(bundle(canvas(() => new Uint8Array(bytes))), {
      "image/png": bytes.toString("base64"),
      "text/plain": "canvas, 20 × 10",
    });
    const fails = () => {
      throw new Error("no size");
    };
    for (const other of [
      () => "text",
      () => Buffer.from("GIF"),
      async () => bytes,
      async () => fails(),
      fails,
    ])
      assert.deepEqual(Object.keys(bundle(canvas(other))), ["text/plain"]);
  });
});

describe("values that resist being looked at", () => {
  /** Answers everything with itself, as proxies for remote calls do. */
  const remote: unknown = new Proxy(function () {}, { get: () => remote, apply: () => remote });
  const eager: unknown = new Proxy(function () {}, { get: () => eager, apply: () => eager, has: () => true });
  const revoked = (target: object): unknown => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };

  test("proxies are shown as what they stand before", () => {
    assert.equal(text(remote), "[Function (anonymous)]");
    assert.equal(text(eager), "[Function (anonymous)]");
    assert.equal(text([remote]), "[ [Function (anonymous)] ]");
    for (const target of [{}, [], function () {}, new Map(), new Error("e"), Promise.resolve()]) {
      assert.equal(text(revoked(target)), "<Revoked Proxy>");
      assert.match(text([revoked(target)]), /<Revoked Proxy>/);
      assert.match(text([{ a: 1 }, revoked(target)]), /<Revoked Proxy>/);
      assert.match(text({ now: revoked(target) }), /<Revoked Proxy>/);
    }
    assert.equal(text(new Proxy([{ a: 1 }], {})), "[ { a: 1 } ]");
    assert.equal(text(new Proxy(new Map([["a", 1]]), {})), "Map(1) { 'a' => 1 }");
    assert.match(text(new Proxy(new RangeError("far"), {})), /^RangeError: far\n/);
  });

  test("a proxy that has a display is shown by it", () => {
    const shown = { [DISPLAY]: () => ({ "text/html": "<b>", "text/plain": "b" }) };
    assert.equal(markup(new Proxy(shown, {})), "<b>");
    // As nodejs-polars has it: the method is the target's, and the trap says so.
    const has = (_: object, key: PropertyKey) => key === DISPLAY;
    assert.equal(markup(new Proxy(shown, { has })), "<b>");
  });

  test("ways to be inspected that fail are told beside what is stored", () => {
    const failing = { [inspect.custom]: () => assert.fail("mine"), a: 1 };
    assert.match(text(failing), /a: 1.*\[inspection failed: AssertionError.*mine\]/s);
    assert.match(text({ b: failing }), /\[inspection failed: .*mine\]/);
    assert.match(text([{ x: failing, y: 2 }]), /inspection failed/);
    const throws = {
      [inspect.custom]() {
        throw Object.create(null);
      },
    };
    assert.match(text(throws), /it threw something that cannot be shown/);
    const tagged = Object.defineProperty({ a: 1 }, Symbol.toStringTag, { get: () => assert.fail("tag") });
    assert.match(text(tagged), /a: 1/);
    assert.match(text([{ day: Object.assign(new Date(0), { toISOString: 5 }) }]), /1970|Invalid|day/);
  });

  test("large objects are cut before they are inspected", () => {
    const large = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]));
    assert.match(text(large), /k999: 999\n?.*… 199,000 more properties; display\(value/s);
    assert.match(text({ a: 1, list: Array.from({ length: 300 }, (_, i) => i) }), /200 more items/);
  });

  test("a promise that is pending says what may have been forgotten", () => {
    const pending = new Promise(() => {});
    // The test runner has Node number promises, and their numbers shown.
    assert.match(text(pending), /^Promise \{ <pending>.* \}\n… did you forget await\?$/);
    assert.match(text([pending, pending]), /\n… did you forget await Promise\.all\(…\)\?$/);
    assert.match(text(Promise.resolve(1)), /^Promise \{ 1.* \}$/);
    assert.doesNotMatch(text([pending, 1]), /forget/);
    assert.doesNotMatch(text({ pending }), /forget/);
  });

  test("keys that are no MIME types are left out, bytes of texts are texts, and nonsense is an error", () => {
    const own = (shown: unknown) => bundle({ [DISPLAY]: () => shown });
    assert.deepEqual(own({ called: 1, 5: 5, "text/html": Buffer.from("<b>ü"), "text/plain": "b" }), {
      "text/html": "<b>ü",
      "text/plain": "b",
    });
    const bytes = new Uint8Array([1, 2]);
    assert.deepEqual(
      own({ "image/png": bytes.buffer, "image/svg+xml": Buffer.from("<svg/>"), "text/plain": 5n }),
      {
        "image/png": "AQI=",
        "image/svg+xml": "<svg/>",
        "text/plain": "5",
      },
    );
    assert.deepEqual(
      own({ "application/json": { big: 5n }, "application/x+json": undefined, "text/plain": "j" }),
      {
        "application/json": { big: 5 },
        "text/plain": "j",
      },
    );
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    assert.throws(() => own({ "application/json": cycle }), /contain itself/);
    assert.throws(() => own({ "text/html": { a: 1 } }), /text\/html must be text or bytes, got \{ a: 1 \}/);
    assert.throws(() => own({ called: 1 }), /such as \{ "text\/html": "…" \}, got the keys called/);
    assert.throws(() => own({}), /got no keys/);
    assert.throws(() => own([]), /must return an object of MIME types, got \[\]/);
  });
});

describe("helpers", () => {
  test("html, md, latex and svg escape what is put into their templates, but not markup of their own kind", () => {
    const bold = html`<b>${EVIL}</b>`;
    assert.equal(bold.source, `<b>${ESCAPED}</b>`);
    assert.equal(html`<p>${[bold, "<", null, 1.5]}</p>`.source, `<p><b>${ESCAPED}</b>&lt;1.5</p>`);
    assert.equal(md`# ${"*a*\n# <b>"} ${-1.5}`.source, "# \\*a\\* \\# &lt;b&gt; -1.5");
    assert.equal(md`${html`<b>`}`.source, "&lt;b&gt;");
    assert.equal(latex`$\frac{${"a_b\\"}}{2}$`.source, "$\\frac{a\\_b\\backslash }{2}$");
    assert.equal(svg`<text>${EVIL}</text>`.source, `<text>${ESCAPED}</text>`);
    assert.deepEqual(bundle(html("<i>as it stands</i>")), {
      "text/html": "<i>as it stands</i>",
      "text/plain": "<i>as it stands</i>",
    });
  });

  test("latex without a delimiter is one formula; with one it is as it was written", () => {
    const shown = (value: unknown) => bundle(value)["text/latex"];
    assert.equal(shown(latex("u_j = w_0")), "$\\displaystyle u_j = w_0$");
    assert.equal(shown(latex`w_0 \cdot ${2}`), "$\\displaystyle w_0 \\cdot 2$");
    assert.equal(latex("u_j = w_0").source, "u_j = w_0");
    const delimited = ["line $u_j$", "$$u_j$$", "\\(u_j\\)", "\\[u_j\\]", "\\begin{align}u_j\\end{align}"];
    for (const each of delimited) assert.equal(shown(latex(each)), each);
  });

  test("a value in a tag is escaped for where it stands: attributes without quotes, addresses, code", () => {
    assert.equal(html`<p title=${"a onclick=f() b"}>`.source, "<p title=a&#32;onclick&#61;f()&#32;b>");
    assert.equal(html`<p>some one = ${"a b=c"}</p>`.source, "<p>some one = a b=c</p>");
    for (const evil of [
      "javascript:f()",
      " java\tscript:f()",
      "\u0001javascript:f()",
      "data:text/html,<b>",
      "vbscript:f",
    ]) {
      assert.equal(html`<a href="${evil}">`.source, '<a href="about:blank">');
      assert.equal(html`<a href=${evil}>`.source, "<a href=about:blank>");
      assert.equal(svg`<a xlink:href='${evil}'>`.source, "<a xlink:href='about:blank'>");
      assert.equal(md`[a](${evil})`.source, "[a](about:blank)");
      assert.equal(md`<${evil}>`.source, "<about:blank>");
      assert.equal(md`[a]: ${evil}`.source, "[a]: about:blank");
    }
    for (const good of [
      "https://example.com/a?b=1",
      "a/b.csv",
      "#part",
      "/x:y",
      "data:image/png;base64,AA==",
    ]) {
      assert.equal(html`<img src="${good}">`.source, `<img src="${good}">`);
    }
    assert.equal(md`[a](${"c (1).csv"})`.source, "[a](c%20%281%29.csv)");
    assert.equal(md`<b title="${'"><i>'}">`.source, '<b title="&quot;&gt;&lt;i&gt;">');
    assert.equal(html`<script>draw(${12.5})</script>${"<b>"}`.source, "<script>draw(12.5)</script>&lt;b&gt;");
    for (const place of [
      () => html`<script>draw("${"x y"}")</script>`,
      () => html`<p onclick="draw('${"x y"}')">`,
      () => html`<iframe srcdoc="${"<b>"}">`,
    ]) {
      assert.throws(place, /^TypeError: html: expected no text where it would be code, .*data- attribute/);
    }
  });

  test("md escapes formulas, addresses and what begins a block, and leaves words with underscores", () => {
    const span = (code: number) => `<span>&#${code};</span>`;
    assert.equal(md`${"$x$ \\(y\\)"}`.source, `${span(36)}x${span(36)} ${span(92)}(y${span(92)})`);
    assert.equal(md`${"https://a.b www.c.d e@f.g"}`.source, "https&#58;//a.b www&#46;c.d e&#64;f.g");
    assert.equal(md`${"e_fit and _this_"}`.source, "e_fit and \\_this\\_");
    assert.deepEqual(
      ["- a", "+", "1. a", "12) b", "# a", "== a", "---", "   a"].map(begun => md`${begun}`.source),
      ["\\- a", "\\+", "1\\. a", "12\\) b", "\\# a", "\\== a", "\\---", " a"],
    );
  });

  test("png() carries bytes and size, and refuses other bytes", () => {
    const onePixel = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    assert.deepEqual(toBundle(png(onePixel, { width: 20 })), {
      data: { "image/png": onePixel.toString("base64"), "text/plain": "PNG picture, 1 × 1" },
      metadata: { "image/png": { width: 20 } },
    });
    assert.throws(() => png(new Uint8Array(3)), /png: expected the bytes of a PNG picture, got 3 bytes/);
  });

  test("json() shows a tree", () => {
    assert.deepEqual(toBundle(json({ a: 1n }, { expanded: true })), {
      data: { "application/json": { a: 1 }, "text/plain": '{\n  "a": 1\n}' },
      metadata: { "application/json": { expanded: true } },
    });
  });

  test("a display method may return a bundle alone or with metadata, also of another realm", async () => {
    const own = (shown: unknown) => ({ [DISPLAY]: () => shown });
    assert.deepEqual(toBundle(own({ "image/png": new Uint8Array([1, 2]), "text/plain": "p" })), {
      data: { "image/png": "AQI=", "text/plain": "p" },
      metadata: {},
    });
    assert.deepEqual(
      await toBundle(own(Promise.resolve({ data: { "text/plain": "p" }, metadata: { a: 1 } }))),
      {
        data: { "text/plain": "p" },
        metadata: { a: 1 },
      },
    );
    assert.throws(() => toBundle(own(5)), /must return an object of MIME types, got 5/);
    assert.match(markup(runInNewContext("[{ a: 1 }]")), /<table>|undefined/);
  });

  test("display() takes a bundle as it is with raw, and its metadata", () => {
    const sent: unknown[] = [];
    const sink: DisplaySink = {
      send: (kind, data, id) => sent.push([kind, data, id]),
      defer: () => {},
      failed: () => {},
    };
    const display = createDisplay(() => sink);
    const handle = display({ "text/html": "<b>" }, { raw: true, metadata: { isolated: true }, id: "a" });
    handle.update([{ a: 1 }], { full: true });
    assert.deepEqual(sent[0], [
      "display",
      { data: { "text/html": "<b>" }, metadata: { isolated: true } },
      "a",
    ]);
    assert.equal((sent[1] as unknown[])[0], "update");
    assert.throws(() => display(1, { id: 5 as unknown as string }), /id must be a string, got 5/);
    assert.throws(() => display("<b>", { raw: true }), /expected an object of MIME types .*, got string/);
  });
});

describe("progress()", () => {
  test("passes items through, synchronous or not, and counts up to a number", async () => {
    assert.deepEqual([...progress(["a", "b"])], ["a", "b"]);
    assert.deepEqual([...progress(3)], [0, 1, 2]);
    const seen: number[] = [];
    for await (const item of progress(
      (async function* () {
        yield 1;
        yield 2;
      })(),
    )) {
      seen.push(item);
    }
    assert.deepEqual(seen, [1, 2]);
  });

  test("closes what it iterates over when the loop is left", () => {
    let closed = false;
    function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        closed = true;
      }
    }
    for (const _ of progress(endless())) break;
    assert.ok(closed);
  });

  test("outside of a notebook writes the last state as one line, and display() writes text", () => {
    const entry = new URL("../../display/index.js", import.meta.url).href;
    const code = `import { display, html, progress } from ${JSON.stringify(entry)};
      for (const _ of progress([1, 2], { label: "nets" }));
      display([{ a: 1 }]); display(html\`<b>x</b>\`);`;
    const args = ["--input-type=module", "--eval", code];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.match(stderr, /^nets █{24} 2 of 2 items · [\d,.]+\/s · 0:00\n$/);
    assert.equal(stdout, "a\n1\n1 row × 1 column\n<b>x</b>\n");
  });

  test("says what it expected", () => {
    assert.throws(() => progress(-1), /expected an integer of at least 0 or an iterable, got -1/);
    assert.throws(() => progress(null as unknown as number[]), /expected something to iterate over/);
  });

  test("shows count, rate and time left, with the label escaped", () => {
    const view = progressView({
      label: EVIL,
      done: 120,
      total: 500,
      unit: "nets",
      elapsed: 4000,
      state: "running",
    });
    const { "text/html": page, "text/plain": line } = view[DISPLAY]();
    assert.ok(page.includes(ESCAPED) && !page.includes("<img"));
    assert.match(page, /aria-valuenow="24".*width:24\.0%/s);
    assert.match(line, /██████░{18} 120 of 500 nets · 30\/s · 0:13 left$/);
    const plain = (state: object) =>
      progressView({ done: 3, elapsed: 3_900_000, state: "running", ...state })[DISPLAY]()["text/plain"];
    assert.equal(plain({}), "3 items · 1,300 s each · 1:05:00");
    assert.match(plain({ total: 3, state: "done" }), /3 of 3 items · 1,300 s each · 1:05:00$/);
    assert.match(plain({ total: 9, state: "stopped" }), /, stopped$/);
  });
});
