import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readPopulation, readTable } from "netspace";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-json-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(content: string | Buffer, ending: string): string {
  const file = join(folder, `t${files++}.${ending}`);
  writeFileSync(file, content);
  return file;
}
const lines = (...rows: string[]) => readTable(write(rows.join("\n"), "jsonl"));
const json = (text: string) => readTable(write(text, "json"));
const { NaN: none, POSITIVE_INFINITY: inf } = Number;

test("a field with numbers and texts is one of texts, without quotation marks", async () => {
  const table = await lines('{"error":1,"x":true}', '{"error":"diverged","x":2}', '{"x":null}');
  assert.deepEqual(table.rows, [
    { error: "1", x: "true" },
    { error: "diverged", x: "2" },
    { error: "", x: "" },
  ]);
  assert.deepEqual(table.notes, [
    'column "error" has numbers and texts; read as texts',
    'column "x" has truth values and numbers; read as texts',
  ]);
});

test("texts stay texts, whatever they look like; true and false are 1 and 0", async () => {
  const table = await lines(
    '{"id":"007","at":"2026-01-02T03:04:05Z","ok":true}',
    '{"id":"1","at":"","ok":false}',
  );
  assert.deepEqual(table.rows, [
    { id: "007", at: "2026-01-02T03:04:05Z", ok: 1 },
    { id: "1", at: "", ok: 0 },
  ]);
});

test("a key may come first in any row", async () => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `{"error":${i}}`);
  const table = await lines(...rows, '{"divergedAt":3,"error":1}', "");
  assert.deepEqual(table.names, ["error", "divergedAt"]);
  assert.deepEqual(
    [table.length, table.column("divergedAt")[0], table.column("divergedAt")[60_000]],
    [60_001, none, 3],
  );
});

test("integers that a number does not keep are texts, and others numbers", async () => {
  const table = await lines(
    '{"run":9007199254740993,"seed":9007199254740991,"f":0.40144174289889634}',
    '{"run":-18446744073709551615,"seed":100000000000000000,"f":1}',
    '{"run":3}',
  );
  assert.deepEqual(table.texts("run"), ["9007199254740993", "-18446744073709551615", "3"]);
  assert.deepEqual(table.column("seed"), [2 ** 53 - 1, 1e17, none]);
  assert.deepEqual(table.column("f"), [0.40144174289889634, 1, none]);
  assert.match(table.notes.join(), /^column "run" has integers above 2⁵³/);
});

test("Python's NaN and Infinity are numbers, also as texts among numbers", async () => {
  const table = await lines(
    '{"e":NaN,"s":"NaN","t":"NaN"}',
    '{"e":-Infinity,"s":1,"t":"x"}',
    '{"e":Infinity,"s":"Infinity","t":"-Infinity"}',
    '{"e":1e999,"s":"nan","t":"NaN, Infinity"}',
  );
  assert.deepEqual(table.column("e"), [none, -inf, inf, inf]);
  assert.deepEqual(table.column("s"), [none, 1, inf, none]);
  assert.deepEqual(table.texts("t"), ["NaN", "x", "-Infinity", "NaN, Infinity"]);
});

test("lists and objects are texts of JSON", async () => {
  const table = await lines(
    '{"w":[8,16],"o":{"y":1,"z":[null,"a\\"b"]}}',
    '{"w":[9007199254740993],"o":{"2":1,"1":2}}',
    '{"w":null}',
  );
  assert.deepEqual(table.texts("w"), ["[8, 16]", "[9007199254740993]", ""]);
  assert.deepEqual(table.texts("o"), ['{"y": 1, "z": [null, "a\\"b"]}', '{"2": 1, "1": 2}', ""]);
});

test("keys keep their order and their names, whatever they are", async () => {
  const table = await lines(
    '{"name":"a","2":5,"1":6,"__proto__":7,"":8,"E":1,"e":2}',
    '{"10":1,"\uE5A1k":"\uE5A1n1","name":"NaN"}',
  );
  assert.deepEqual(table.names, ["name", "2", "1", "__proto__", "", "E", "e", "10", "\uE5A1k"]);
  assert.deepEqual(table.texts("\uE5A1k"), ["", "\uE5A1n1"]);
  assert.deepEqual(table.texts("name"), ["a", "NaN"]);
});

test("blank lines, CR LF, a byte order mark and gzip change nothing", async () => {
  const rows = [{ a: 1 }, { a: 2 }];
  for (const text of [
    '{"a":1}\n{"a":2}\n',
    '\uFEFF{"a":1}\r\n\r\n{"a":2}\r\n',
    '\n\n {"a":1} \n\t\n{"a":2}',
  ]) {
    assert.deepEqual((await lines(text)).rows, rows, JSON.stringify(text));
    assert.deepEqual((await readTable(write(gzipSync(text), "jsonl.gz"))).rows, rows);
  }
  assert.deepEqual((await readTable(write('{"a":1}\n{"a":2}\n', "ndjson"))).rows, rows);
});

test("a line that is no object is refused, by its number", async () => {
  for (const [text, message] of [
    [
      '[{"name":"a","error":1}]',
      /expected a JSON object, got a list in line 1 of .*; a file that is one list of rows ends in \.json$/,
    ],
    ['{"a":1}\n\n3\n', /got a number in line 3 of /],
    ['{"a":1}\nnull', /got null in line 2 of /],
    ['{"a":1}\n{"a":', /could not read line 2 of .*: /],
    ["", /expected a line for each row, got nothing in /],
    ["\n \n", /got nothing in /],
    [`{"a":1}\n{"a":"${"x".repeat(3e6)}}`, /could not read line 2/],
  ] as const) {
    await assert.rejects(lines(text), (error: Error) => {
      assert.equal(error.name, "TableError");
      assert.match(error.message, /^readTable: /);
      assert.match(error.message, message);
      assert.ok(error.message.length < 600);
      return true;
    });
  }
});

test("a JSON file is a table in every form in which pandas writes it", async () => {
  const rows = [
    { name: "a", error: 1 },
    { name: "b", error: none },
  ];
  // pandas.DataFrame({"name": ["a", "b"], "error": [1, None]}).to_json(orient=…)
  for (const text of [
    '[{"name":"a","error":1.0},{"name":"b","error":null}]',
    '{"name":{"0":"a","1":"b"},"error":{"0":1.0,"1":null}}',
    '{"name":["a","b"],"error":[1.0,null]}',
    '{"columns":["name","error"],"index":[0,1],"data":[["a",1.0],["b",null]]}',
    '{"name":"a","error":1.0}\n{"name":"b","error":null}\n',
    '\uFEFF[\n{"name":"a","error":1.0},\n{"name":"b"}\n]\n',
  ]) {
    assert.deepEqual((await json(text)).rows, rows, text);
    assert.deepEqual((await readPopulation(write(text, "json"))).rows, rows, text);
  }
  // Its index is a column, called by its name.
  const table = await json(
    '{"schema":{"fields":[{"name":"index","type":"integer"},{"name":"name","type":"string"},{"name":"error","type":"number"}],"primaryKey":["index"],"pandas_version":"1.4.0"},"data":[{"index":0,"name":"a","error":1.0},{"index":1,"name":"b","error":null}]}',
  );
  assert.deepEqual(table.select("name", "error").rows, rows);
  assert.deepEqual(table.names, ["index", "name", "error"]);
  const sorted = await json('{"error":{"5":9,"2":8,"10":7}}');
  assert.deepEqual(sorted.errors, [9, 8, 7]);
});

test("JSON that is no table is refused with what was expected", async () => {
  for (const [text, got] of [
    ["[]", "an empty list"],
    ["{}", "an empty object"],
    ["3", "a number"],
    ["[1,2]", "a number as row 1"],
    ["[[1,2]]", "a list as row 1"],
    ['{"a":1}', "a number as a"],
    ['{"a":[1,2],"b":[1]}', "columns of different lengths"],
    ['{"columns":["a","b"],"data":[[1]]}', "1 values for 2 columns"],
  ] as const) {
    await assert.rejects(json(text), (error: Error) => {
      assert.equal(error.name, "TableError");
      assert.ok(
        error.message.startsWith(`readTable: expected a list of rows, or columns by name, got ${got} in `),
        error.message,
      );
      return true;
    });
  }
  await assert.rejects(json('[{"a": 1}'), {
    name: "TableError",
    message: /^readTable: expected JSON, could not read /,
  });
});

test("columns of one name are told apart where a form has them, and refused where one would be lost", async () => {
  const split = await json('{"columns":["a","a","a_1","b"],"data":[[1,2,3,4],[5,6,7,8]]}');
  assert.deepEqual(split.rows, [
    { a: 1, a_2: 2, a_1: 3, b: 4 },
    { a: 5, a_2: 6, a_1: 7, b: 8 },
  ]);
  assert.deepEqual(split.notes, ['column "a" is there more than once; read as "a_2"']);
  for (const text of [
    '[{"a":1,"b":0,"a":2}]',
    '{"a":[1],"a":[2]}',
    '{"a":{"0":1},"a":{"0":2}}',
    '{"b":{"a":1,"a":2}}',
    '{"columns":["x"],"data":[[1]],"data":[[{"\\u0061":2,"a":[]}]]}',
    '{"schema":{"fields":[{"name":"a"}]},"data":[{"a":1,"a":2}]}',
  ]) {
    await assert.rejects(json(text), {
      name: "TableError",
      message: /^readTable: expected each key once in an object, got "(?:a|data)" twice, .* in \S+\.json$/,
    });
  }
  await assert.rejects(lines('{"a":1,"t":"a:b"}', '{"a" : 1, "b": "\\":", "a":2}'), {
    name: "TableError",
    message: /^readTable: expected each key once in an object, got "a" twice, .* in line 2 of /,
  });
  // Colons in texts, and the same key in objects beside and within each other.
  const fine = await lines('{"a":"a:1,\\"a\\":2","b":{"a":1,"b":[{"a":1},{"a":2}]}}');
  assert.deepEqual(fine.rows, [{ a: 'a:1,"a":2', b: '{"a": 1, "b": [{"a": 1}, {"a": 2}]}' }]);
});

test("columns without rows keep their names", async () => {
  const { names, length } = await json('{"columns":["a","b"],"data":[]}');
  assert.deepEqual([names, length], [["a", "b"], 0]);
});

test("numbers above 2⁵³ with fractions are texts, with a note, in JSON and CSV", async () => {
  const long = "12345678901234567890.12";
  const fromLines = await lines(`{"a":${long},"b":0.12345678901234567890,"c":[${long}]}`, '{"a":1.5,"b":1}');
  assert.deepEqual(fromLines.rows, [
    { a: long, b: 0.12345678901234568, c: `[${long}]` },
    { a: "1.5", b: 1, c: "" },
  ]);
  assert.match(fromLines.notes.join(), /^column "a" has numbers above 2⁵³ with fractions, .* read as texts$/);
  assert.equal(fromLines.notes.length, 1);
  const csv = await readTable(
    write(`a,b,c\n${long},0.12345678901234567890,10000000000000000000.00\n1.5,1,2\n`, "csv"),
  );
  assert.deepEqual(csv.rows, [
    { a: long, b: 0.12345678901234568, c: 1e19 },
    { a: "1.5", b: 1, c: 2 },
  ]);
  assert.deepEqual(csv.notes, ['column "a" has numbers above 2⁵³, which numbers do not keep; read as texts']);
  const digits = "1".repeat(400);
  assert.deepEqual((await lines(`{"a":${digits}}`)).rows, [{ a: digits }]);
});
