import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { type ReadOptions, readPopulation, readTable } from "netspace";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-csv-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(content: string | Buffer, ending = "csv"): string {
  const file = join(folder, `t${files++}.${ending}`);
  writeFileSync(file, content);
  return file;
}
const read = (content: string | Buffer, options: ReadOptions = {}) => readTable(write(content), options);
/** The values of a file's only column, which has these cells. */
const column = async (cells: readonly string[], options: ReadOptions = {}) => {
  const table = await read(["x,i", ...cells.map((cell, i) => `${cell},${i}`), ""].join("\n"), options);
  return Array.from<number | string>(table.values("x"));
};
const { NaN: none, POSITIVE_INFINITY: inf } = Number;

test("a column of numbers is one in whatever way they are written", async () => {
  for (const [cells, values] of [
    [
      ["1", "+2", "-3", "0", "-0"],
      [1, 2, -3, 0, -0],
    ],
    [
      ["1.5", ".5", "5.", "+.25", "-0.1"],
      [1.5, 0.5, 5, 0.25, -0.1],
    ],
    [
      ["1e3", "2.5E-3", "1e+2", "-1e-7"],
      [1000, 0.0025, 100, -1e-7],
    ],
    [
      [" 1", "2 ", " 3.5 "],
      [1, 2, 3.5],
    ],
    [
      ["0.1", "0.30000000000000004", "1234567890.12345"],
      [0.1, 0.30000000000000004, 1234567890.12345],
    ],
    [
      ["1.7976931348623157e308", "5e-324"],
      [Number.MAX_VALUE, Number.MIN_VALUE],
    ],
    [
      ["9007199254740991", "-9007199254740992", "100000000000000000"],
      [2 ** 53 - 1, -(2 ** 53), 1e17],
    ],
    [
      ["inf", "-inf", "Infinity", "-Infinity", "INF", "+Inf", "1"],
      [inf, -inf, inf, -inf, inf, inf, 1],
    ],
    [
      ["inf", "inf"],
      [inf, inf],
    ],
    [
      ["1", "", "NA", "nan", "NaN", "N/A", "#N/A", "null", "NULL", "None", "<NA>", "n/a", "-nan"],
      [1, ...Array<number>(12).fill(none)],
    ],
    [
      ["", "", ""],
      [none, none, none],
    ],
    [
      ["NA", "None"],
      [none, none],
    ],
    [
      ["true", "False", "TRUE", ""],
      [1, 0, 1, none],
    ],
    [
      ["23.5%", "7 %", "", "100%"],
      [23.5, 7, none, 100],
    ],
    [
      ['"1,014.45"', "305.08", '"-1,234,567.5"'],
      [1014.45, 305.08, -1234567.5],
    ],
    [
      ['"1"', "2", '""'],
      [1, 2, none],
    ],
  ] as const) {
    assert.deepEqual(await column(cells), values, cells.join(" "));
  }
});

test("a column in which something would go lost as a number stays as it is written", async () => {
  for (const cells of [
    ["9007199254740993", "9007199254740995", "1"],
    ["18446744073709551615", "18446744073709551614"],
    ["-9007199254740993", ""],
    ["007", "012"],
    ["0x1f", "1e5", "12"],
    ["1e999", "1"],
    ["2024-01-31", "2024-02-01"],
    ["2024-01-31T12:00:00Z", "5"],
    ["12:30", "13:45"],
    ["1", "diverged"],
    ["true", "1"],
    ["5%", "5"],
    ["1_000", "2_000"],
    ["1 000", "2 000"],
    ["yes", "no"],
    ["t", "f"],
    ["--1", "1-"],
    ["1.2.3", "4"],
    ["NA", "DE", "FR"],
    ["$5", "$6"],
    ["١", "٢"],
  ]) {
    assert.deepEqual(await column(cells), cells);
  }
  // Lists of widths look like numbers with separators, but for a fraction.
  assert.deepEqual(await column(['"64,128"', '"64,128,256"', "32"]), ["64,128", "64,128,256", "32"]);
  assert.deepEqual(await column(['"1,5"', '"2,5"', "3"]), ["1,5", "2,5", "3"]);
});

test("notes say which columns were long integers, or had per cent signs", async () => {
  const { notes } = await read("run,error,name\n9007199254740993,5%,a\n2,6%,a\n");
  assert.deepEqual(notes, [
    'column "run" has integers above 2⁵³, which numbers do not keep; read as texts',
    'column "error" has per cent signs; read as numbers without them',
  ]);
  assert.deepEqual((await read("a,b\n1,x\n")).notes, []);
});

test("a column whose values stand in quotes where others do not is one of texts", async () => {
  const table = await read('id,flag,none,error\n"007","true","",1\n"8","NA","",NA\nNA,,"",3\n');
  assert.deepEqual(table.rows, [
    { id: "007", flag: "true", none: "", error: 1 },
    { id: "8", flag: "NA", none: "", error: none },
    { id: "", flag: "", none: "", error: 3 },
  ]);
  // Some write everything in quotes, numbers too.
  assert.deepEqual((await read('"Step","loss"\n"0","1.5"\n"1",""\n')).rows, [
    { Step: 0, loss: 1.5 },
    { Step: 1, loss: none },
  ]);
});

test("types are decided over all rows, however late the odd one comes", async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => String(i + 1));
  const last = async (cell: string) => (await column([...many, cell])).at(-1);
  assert.equal(await last("nan"), none);
  assert.equal(await last("0.5"), 0.5);
  assert.equal(await last("inf"), inf);
  assert.equal(await last("diverged"), "diverged");
  assert.equal(await last('"x,y"'), "x,y");
  assert.equal(await last('"two\nlines"'), "two\nlines");
  assert.equal(await last("9007199254740993"), "9007199254740993");
  const table = await read(["x,i", ...many.map(cell => `${cell},1`), "3,late", ""].join("\n"));
  assert.throws(() => table.column("i"), { message: /such as "late" in row 100001; see texts/ });
  assert.equal(table.column("x").length, 100_001);
});

test("pieces of a large file are put together, also within quotes and characters", async () => {
  const long = `"${'ü,\n""'.repeat(50_000)}"`;
  const rows = Array.from({ length: 30 }, (_, i) => `${i},${long},${"é".repeat(i)}`);
  for (const text of [["i,text,e", ...rows].join("\n"), ["i,text,e", ...rows, ""].join("\r\n")]) {
    const table = await read(text);
    assert.equal(table.length, 30);
    assert.deepEqual(
      table.column("i"),
      Array.from({ length: 30 }, (_, i) => i),
    );
    assert.ok(table.texts("text").every(cell => cell === 'ü,\n"'.repeat(50_000)));
    assert.deepEqual(
      table.texts("e").map(cell => cell.length),
      Array.from({ length: 30 }, (_, i) => i),
    );
  }
});

test("lines may end in any way, and begin with a byte order mark", async () => {
  const rows = [
    { name: "a", error: 1 },
    { name: "b", error: 2 },
  ];
  const text = "name,error\na,1\nb,2\n";
  for (const content of [
    text,
    text.trimEnd(),
    text.replaceAll("\n", "\r\n"),
    text.replaceAll("\n", "\r"),
    "name,error\r\na,1\nb,2\r",
    `\uFEFF${text}`,
    `\n\n${text.replaceAll("\n", "\n\n")}`,
    Buffer.from(`\uFEFF${text}`, "utf16le"),
    gzipSync(text),
  ]) {
    assert.deepEqual((await read(content)).rows, rows, JSON.stringify(String(content)));
  }
  assert.deepEqual((await readTable(write(gzipSync(text), "csv.gz"))).rows, rows);
  assert.deepEqual((await readTable(write(text.replaceAll(",", "\t"), "TSV"))).rows, rows);
});

test("the delimiter is the one that header and rows share", async () => {
  for (const [text, rows] of [
    ["a;b\n1;2\n", [{ a: 1, b: 2 }]],
    ["a\tb\n1,5\t2\n", [{ a: "1,5", b: 2 }]],
    ["a|b\n1|x;y\n", [{ a: 1, b: "x;y" }]],
    ["a;b, c\n1;2\n", [{ a: 1, "b, c": 2 }]],
    ["a, b\n1, 2\n", [{ a: 1, b: 2 }]],
    ['"a, b"\n1\n', [{ "a, b": 1 }]],
    ["sep=;\r\na;b, c\r\n1;2\r\n", [{ a: 1, "b, c": 2 }]],
    ['"a;b",c\n"x;y",2\n', [{ "a;b": "x;y", c: 2 }]],
    ["a\nx;y\n", [{ a: "x;y" }]],
  ] as const) {
    assert.deepEqual((await read(text)).rows, rows, text);
  }
});

test("options say how a file is written", async () => {
  assert.deepEqual(await column(['"1,5"', '"-,25"', "3"], { decimal: "," }), [1.5, -0.25, 3]);
  assert.deepEqual(
    (await read("name;error\na;1.014,5\nb;23,5\n", { decimal: ",", thousands: "." })).errors,
    [1014.5, 23.5],
  );
  assert.deepEqual(await column(['"1,014"', '"2,500,000"', "3"], { thousands: "," }), [1014, 2_500_000, 3]);
  assert.deepEqual(await column(["1'014", "1 014"], { thousands: "'" }), ["1'014", "1 014"]);
  assert.deepEqual(await column(["1", "-", "?", "-1"], { missing: ["-", "?"] }), [1, none, none, -1]);
  assert.deepEqual(await column(["1", "-1", "-999"], { missing: ["-1", "-999"] }), [1, none, none]);
  assert.deepEqual(await column(["1", "02", "NA"], { texts: ["x"] }), ["1", "02", "NA"]);
  assert.deepEqual(await column(["01", "02", "5%"], { numbers: ["x"] }), [1, 2, 5]);
  assert.deepEqual((await read("a b\n1 2\n", { delimiter: " " })).rows, [{ a: 1, b: 2 }]);
  assert.deepEqual((await readPopulation(write("error;x\n1,5;2\n"), { decimal: "," })).errors, [1.5]);
});

test("options that are unknown, of the wrong kind, or of no use are refused", async () => {
  for (const [options, message] of [
    [{ decimals: "," }, 'unknown option "decimals"; did you mean "decimal"? known are delimiter, decimal'],
    [{ decimal: ";" }, 'expected "." or "," as decimal, got ";"'],
    [{ thousands: "." }, 'expected one character other than "." as thousands, got "."'],
    [{ delimiter: "::" }, 'expected one character as delimiter, got "::"'],
    [null, "expected options by name, got null"],
    [{ missing: "-" }, 'expected a list of texts as missing, got "-"'],
    [{ texts: ["y"] }, 'unknown column "y"; '],
  ] as const) {
    await assert.rejects(read("x\n1\n", options as ReadOptions), (error: Error) => {
      assert.equal(error.name, "TableError");
      assert.ok(error.message.startsWith(`readTable: ${message}`), error.message);
      return true;
    });
  }
  await assert.rejects(readTable(write('{"x":1}', "jsonl"), { decimal: "," }), {
    message: /^readTable: expected a \.csv or \.tsv file for the options decimal, got .*jsonl$/,
  });
  await assert.rejects(column(["1", "2", "diverged"], { numbers: ["x"] }), {
    name: "TableError",
    message: /^readTable: expected a number in every row of "x", got "diverged" in row 3 of /,
  });
});

test("names of columns are kept as they are, and those that are missing or there twice get their own", async () => {
  assert.deepEqual((await read("name,2,1\na,5,6\n")).names, ["name", "2", "1"]);
  assert.deepEqual((await read("Error,error,ERROR\n1,2,3\n")).rows, [{ Error: 1, error: 2, ERROR: 3 }]);
  const table = await read(",a,a,a_1,\n0,1,2,3,4\n");
  assert.deepEqual(table.names, ["column0", "a", "a_2", "a_1", "column4"]);
  assert.deepEqual(table.notes, ['column "a" is there more than once; read as "a_2"']);
  assert.deepEqual((await read("__proto__,constructor\n1,2\n")).names, ["__proto__", "constructor"]);
  const header = await read("name,error");
  assert.deepEqual([header.length, header.names, header.errors], [0, ["name", "error"], []]);
});

test("one column, and lines without anything in it", async () => {
  assert.deepEqual((await read("a\n1\n\n3\n")).column("a"), [1, none, 3]);
  assert.deepEqual((await read("a,b\n1,2\n\n3,4\n")).column("a"), [1, 3]);
});

test("malformed CSV is refused with the line", async () => {
  for (const [text, message] of [
    ["a,b\n1,2\n3\n", /has names \(2\), got 1 in line 3 of .*; give each row all its values/],
    ["a,b\r\n\r\n1,2\r\n3,4,5\r\n", /got 3 in line 4 of /],
    ['a,b\n1,"x\ny"\n2,3,4\n', /got 3 in line 4 of /],
    ['a,b\n1,"open\n2,3\n', /a quote that is not closed in line 2 of /],
    ['a,b\n1,2\n"x"y,3\n', /text behind a closing quote in line 3 of /],
    ["", /expected a line with the columns' names, got nothing in /],
    ["\n\n", /got nothing in /],
    [Buffer.from("a,b\n1,\xfc\n", "latin1"), /expected text in UTF-8, .*save it as UTF-8/],
    [gzipSync("a,b\n1,2\n").subarray(0, 20), /could not read .*/],
  ] as const) {
    await assert.rejects(read(text), (error: Error) => {
      assert.equal(error.name, "TableError");
      assert.match(error.message, /^readTable: /);
      assert.match(error.message, message);
      return true;
    });
  }
  const huge = `a,b\n1,"${"x".repeat(3e6)}"z\n`;
  await assert.rejects(read(huge), (error: Error) => error.message.length < 500);
});
