import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readTable, seeded, type Table, tableOf, writeTable } from "netspace";
import type { Column } from "../../src/tables/column.js";
import { Table as TableClass } from "../../src/tables/table.js";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-round-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const ENDINGS = ["csv", "tsv", "csv.gz", "jsonl", "ndjson", "jsonl.gz", "json", "parquet"];

/** Texts that some reader takes for something else, or stumbles over. */
const TEXTS = [
  ["", " ", "a", "RegNetX-200MF", "x,y", 'say "hi"', "two\nlines", "cr\r", "crlf\r\n", "tab\t", "a;b", "a|b"],
  [
    "1",
    "007",
    "-1",
    "+1",
    "1.5",
    ".5",
    "1e5",
    "1e999",
    "0x1f",
    "1,014.45",
    "1,014",
    "23.5%",
    "9007199254740993",
  ],
  ["NA", "nan", "NaN", "null", "None", "inf", "-inf", "Infinity", "true", "False", "#N/A", "<NA>", "N/A"],
  [
    "2024-01-31",
    "12:30",
    "2024-01-31T00:00:00Z",
    "größer",
    "𝛼",
    "\uFEFFmark",
    "\uFEFF",
    "\uFEFFa mark before more than twelve bytes",
    "\uE5A1n1",
    "\0",
    "[1, 2]",
  ],
  [
    '{"a": 1}',
    "'",
    "\\",
    "\\n",
    "\\N",
    '"',
    '""',
    "=1+1",
    "-",
    "?",
    " 1 ",
    "\u00a0",
    "\u2028",
    "%",
    "e",
    "#",
  ],
].flat();
const NUMBERS = [
  [0, -0, 1, -1, 0.1, 0.1 + 0.2, 1 / 3, 1e-7, 1e21, 1e17, 2 ** 53, 2 ** 53 + 2, 123456789012345680000],
  [Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 31, -(2 ** 31), 40, 199_040_872],
].flat();
const NAMES = [
  [
    "error",
    "Error",
    "ERROR",
    "name",
    "w",
    "W",
    "w_1",
    "W_1",
    "1",
    "2",
    "10",
    "a,b",
    'a"b',
    "a\nb",
    "",
    " ",
    " a",
  ],
  [
    "column0",
    "__proto__",
    "constructor",
    "toString",
    "select",
    "größe",
    "a;b",
    "a\tb",
    "population",
    "NaN",
    "\uFEFFx",
    "\uFEFF",
    "nul\0",
    "\0",
  ],
].flat();

/** Equal to the sign of zero, and to the order and types of the columns. */
async function requireSame(table: Table, ending: string, what: string): Promise<void> {
  const file = join(folder, `t.${ending}`);
  await writeTable(table, file);
  const back = await readTable(file);
  assert.deepEqual(back.names, table.names, `${what}: names in ${ending}`);
  for (const name of table.names) {
    assert.deepStrictEqual(
      back.values(name),
      table.values(name),
      `${what}: ${JSON.stringify(name)} in ${ending}`,
    );
  }
  assert.deepEqual(back.notes, [], `${what}: notes in ${ending}`);
}

for (const ending of ENDINGS) {
  test(`random tables come back from ${ending} as they were written`, async () => {
    const random = seeded(7);
    const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
    for (let i = 0; i < (ending === "parquet" ? 50 : 150); i++) {
      const length = one([1, 1, 2, 3, 10]);
      const names = [...new Set(["plain", ...Array.from({ length: one([0, 1, 3, 6]) }, () => one(NAMES))])];
      // Columns of one kind of odd value, and of all.
      const columns = names.map((name): [string, () => Column] => {
        const few = one([[one(TEXTS)], [one(TEXTS), one(TEXTS)], TEXTS]);
        const numbers = one([[one(NUMBERS)], [one(NUMBERS), one(NUMBERS)], NUMBERS]);
        const column = one([true, false])
          ? Array.from({ length }, () => one(few))
          : Float64Array.from({ length }, () => one(numbers));
        return [name, () => column];
      });
      await requireSame(new TableClass(length, new Map(columns)), ending, `table ${i}`);
    }
  });

  test(`each odd text and number comes back from ${ending}, alone and among others`, async () => {
    for (const text of TEXTS) {
      await requireSame(tableOf({ x: [text] }), ending, JSON.stringify(text));
      await requireSame(tableOf({ x: [text, "", "5"], y: [1, Number.NaN, 3] }), ending, JSON.stringify(text));
    }
    for (const number of NUMBERS) {
      await requireSame(tableOf({ x: [number] }), ending, String(number));
      await requireSame(tableOf({ x: [Number.NaN, number, 2.5], y: ["a", "1", ""] }), ending, String(number));
    }
    for (const name of NAMES)
      await requireSame(tableOf({ [name]: ["1", "a"] }), ending, JSON.stringify(name));
  });

  test(`100,000 rows come back from ${ending}, the odd one last`, async () => {
    const error = Float64Array.from({ length: 100_000 }, (_, i) => i);
    const name = Array.from({ length: 100_000 }, (_, i) => String(i));
    [error[99_999], name[99_999]] = [Infinity, 'x,\n"y"'];
    await requireSame(tableOf({ error, name }), ending, "long");
  });
}

test("a CSV file in which quotes could not tell texts from numbers is not written", async () => {
  const file = join(folder, "none.csv");
  await assert.rejects(writeTable(tableOf({ "a,b": ["1", "2"] }), file), {
    name: "TableError",
    message: /^writeTable: .* write \.parquet or \.jsonl$/,
  });
  await requireSame(tableOf({ "a,b": ["1", "x"] }), "csv", "a text");
  await requireSame(tableOf({ "a,b": [1, 2] }), "csv", "numbers");
});

test("half a character is refused rather than changed", async () => {
  for (const ending of ["csv", "parquet"]) {
    await assert.rejects(writeTable(tableOf({ x: ["a", "\ud800"] }), join(folder, `half.${ending}`)), {
      name: "TableError",
      message: /^writeTable: expected Unicode, got half a character in "x", row 2/,
    });
  }
  await requireSame(tableOf({ x: ["a", "\ud800"] }), "jsonl", "JSON has escapes");
});

test("columns of a Parquet file whose names differ in their case only keep their names", async () => {
  const file = join(folder, "case.parquet");
  await writeTable(tableOf({ name: ["a"], ww: [1], xx: [2], yy: [3] }), file);
  // As other writers of Parquet have it; names stand in the file as they are.
  const bytes = readFileSync(file, "latin1").replaceAll("xx", "WW").replaceAll("yy", "Ww");
  writeFileSync(file, bytes, "latin1");
  assert.deepEqual((await readTable(file)).rows, [{ name: "a", ww: 1, WW: 2, Ww: 3 }]);
});

test("what DuckDB writes is read, of all types", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const file = join(folder, "types.parquet");
  await connection.run(`copy (select 1.25::decimal(9, 2) as decimal, 9007199254740993 as big, 255::utinyint as small,
    18446744073709551615::ubigint as unsigned, 3::hugeint as huge, 'nan'::float as nan, true as truth,
    timestamp '2026-01-02 03:04:05' as at, date '2026-01-02' as day, [1, null] as list, {'y': 1} as struct,
    map {'k': 2} as map, null::integer as none, 'NA' as text, uuid() is not null as u, [{'w': 8}] as nested,
    1 as w, 2 as "W") to '${file}' (format parquet)`);
  const table = await readTable(file);
  assert.deepEqual(table.rows, [
    {
      decimal: 1.25,
      big: "9007199254740993",
      small: 255,
      unsigned: "18446744073709551615",
      huge: 3,
      nan: Number.NaN,
      truth: 1,
      at: "2026-01-02 03:04:05",
      day: "2026-01-02",
      list: "[1, null]",
      struct: '{"y": 1}',
      map: '{"k": 2}',
      none: Number.NaN,
      text: "NA",
      u: 1,
      nested: '[{"w": 8}]',
      w: 1,
      W_1: 2,
    },
  ]);
  assert.equal(table.notes.length, 2);
  connection.closeSync();
});

const packings = ["uncompressed", "snappy", "gzip", "zstd"].flatMap(codec => [
  `compression ${codec}, row_group_size 2048`,
  `compression ${codec}, parquet_version v2`,
]);
for (const packing of packings) {
  test(`numbers and texts come back from Parquet with ${packing}`, async () => {
    const rows = 5000;
    const file = await parquet(
      `select i::double / 7 as double, i::float / 4 as float, (i % 48)::integer as few, -i::bigint * 3000000000 as wide,
        case when i % 3 = 0 then null else i::double end as some, null::double as none, 'n' || i as text,
        case when i % 5 = 0 then null else 'größe ' || i % 9 end as word, case when i % 2 = 0 then '' else 'x' end as empty,
        case when i < 4000 then null else i::smallint end as late from range(${rows}) as t(i) order by i`,
      `, ${packing}`,
    );
    const { names, rows: read } = await readTable(file);
    const expected = Array.from({ length: rows }, (_, i) => ({
      double: i / 7,
      float: i / 4,
      few: i % 48,
      wide: -i * 3e9 + 0,
      some: i % 3 === 0 ? Number.NaN : i,
      none: Number.NaN,
      text: `n${i}`,
      word: i % 5 === 0 ? "" : `größe ${i % 9}`,
      empty: i % 2 === 0 ? "" : "x",
      late: i < 4000 ? Number.NaN : i,
    }));
    assert.deepEqual(names, Object.keys(expected[0]));
    assert.deepEqual(read, expected);
  });
}

test("a Parquet file of damaged pages is refused or read, never with a row too few", async () => {
  const file = await parquet("select i::double as x, 'n' || i as text from range(300) as t(i)");
  const bytes = readFileSync(file);
  const damaged = join(folder, "damaged.parquet");
  let refused = 0;
  for (let at = 4; at < 400; at += 11) {
    const copy = Buffer.from(bytes);
    copy[at] ^= 0xff;
    writeFileSync(damaged, copy);
    try {
      assert.equal((await readTable(damaged)).length, 300, `byte ${at}`);
    } catch (error) {
      assert.equal((error as Error).name, "TableError", `byte ${at}`);
      refused++;
    }
  }
  assert.ok(refused > 0);
});

test("a page of Snappy that copies from where nothing is written is refused", async () => {
  const file = join(folder, "snappy.parquet");
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    `copy (select sqrt(i) as x from range(1000) as t(i)) to '${file}' (format parquet, compression snappy)`,
  );
  assert.equal((await readTable(file)).column("x")[4], 2);
  const bytes = readFileSync(file);
  const { parquetMetadata } = await import("hyparquet");
  const { parquetHeader } = await import("hyparquet/src/column.js");
  const [chunk] = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    .row_groups[0].columns;
  const reader = {
    view: new DataView(bytes.buffer, bytes.byteOffset),
    offset: Number(chunk.meta_data!.data_page_offset),
  };
  const { compressed_page_size: packed, uncompressed_page_size: size } = parquetHeader(reader);
  const literal = (length: number) => {
    const part = Buffer.alloc(length + 3, 7);
    part[0] = 61 << 2;
    part.writeUInt16LE(length - 1, 1);
    return part;
  };
  // Offsets of 32 bits below zero: from behind what has been written so far.
  const copies = Buffer.concat(
    Array.from({ length: 50 }, () => Buffer.from([(63 << 2) | 3, 0, 240, 255, 255])),
  );
  const written = [literal(1600), copies, literal(size - 1600 - 50 * 64)];
  const length = written.reduce((sum, part) => sum + part.length, 0);
  const preamble = Buffer.alloc(packed - length, 0x80);
  preamble[preamble.length - 1] = 0;
  Buffer.concat([preamble, ...written]).copy(bytes, reader.offset);
  writeFileSync(file, bytes);
  await assert.rejects(readTable(file), { name: "TableError" });
});

test("a page of gzip whose checksum is not that of its content is refused", async () => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const file = join(folder, "gzip.parquet");
  await connection.run(
    `copy (select sqrt(i) as x from range(1000) as t(i)) to '${file}' (format parquet, compression gzip)`,
  );
  assert.equal((await readTable(file)).column("x")[4], 2);
  const bytes = readFileSync(file);
  const { parquetMetadata } = await import("hyparquet");
  const { total_compressed_size: size, data_page_offset: at } = parquetMetadata(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  ).row_groups[0].columns[0].meta_data!;
  bytes[Number(at + size) - 6] ^= 1;
  writeFileSync(file, bytes);
  await assert.rejects(readTable(file), {
    name: "TableError",
    message: /gzip\.parquet is damaged: the checksum .*; take another copy/,
  });
});

test("names in a file's metadata count only where they are those of its columns", async () => {
  for (const stale of ['["w","W","x"]', '["a"]', "[1,2]", '"ab"', "{", "null", '["a","b"]']) {
    const meant = await readTable(
      await parquet("select 20 as W_1, 30 as x", `, kv_metadata {'netspace.columns': '${stale}'}`),
    );
    assert.deepEqual(meant.rows, [{ W_1: 20, x: 30 }], stale);
  }
});

test("texts and names that begin with a byte order mark keep it in sql()", async () => {
  const texts = ["\uFEFFz", "\uFEFF", "z", "", "\uFEFF\uFEFF", "\uFEFFmore than twelve bytes"];
  const table = await tableOf({ "\uFEFFx": texts }).sql("from population");
  assert.deepEqual(table.names, ["\uFEFFx"]);
  assert.deepEqual(table.values("\uFEFFx"), texts);
});

test("decimals keep their digits, be it as texts", async () => {
  const file = await parquet(`select * from (values
    (12345678901234567890.12::decimal(38, 2), 1.10::decimal(38, 2), 0.1234567890123456789::decimal(38, 19), 1.1::decimal(9, 2)),
    (1.10::decimal(38, 2), 2251799813685248.50::decimal(38, 2), 0.5::decimal(38, 19), null)) as t(long, kept, fraction, short)`);
  const table = await readTable(file);
  assert.deepEqual(table.rows, [
    { long: "12345678901234567890.12", kept: 1.1, fraction: 0.12345678901234568, short: 1.1 },
    { long: "1.10", kept: 2251799813685248.5, fraction: 0.5, short: Number.NaN },
  ]);
  assert.deepEqual(table.notes, [
    'column "long" has numbers above 2⁵³, which numbers do not keep; read as texts',
    'column "fraction" has decimals of more digits than numbers keep; rounded',
  ]);
  const query =
    "select [12345678901234567890.12::decimal(38, 2), 1.5::decimal(38, 2)] as list from population";
  assert.deepEqual((await tableOf({ x: [1] }).sql(query)).rows, [{ list: "[12345678901234567890.12, 1.5]" }]);
});

test("columns of one name, and those whose names differ in their case, keep their names in Parquet", async () => {
  const file = join(folder, "twice.parquet");
  await writeTable(tableOf({ xx: [1], yy: [2], zz: ["3"] }), file);
  // As pandas and polars do not write it, but Arrow does.
  const bytes = readFileSync(file, "latin1")
    .replaceAll("xx", "ww")
    .replaceAll("yy", "ww")
    .replaceAll("zz", "Ww");
  writeFileSync(file, bytes, "latin1");
  const table = await readTable(file);
  assert.deepEqual(table.rows, [{ ww: 1, ww_1: 2, Ww: "3" }]);
  assert.deepEqual(table.notes, ['column "ww" is there more than once; read as "ww_1"']);
});

/**
 * What pyarrow writes as the schema of a number `n`, durations `s`, `ms`, `us` and `ns`, and a list `l` of durations:
 * `pyarrow.parquet.read_metadata(file).metadata[b"ARROW:schema"]`.
 */
const ARROW = [
  "/////4gBAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAYAAAAgAQAA4AAAALQAAACIAAAAXAAA",
  "AAQAAAAI////AAABDBQAAAAYAAAABAAAAAEAAAAQAAAAAQAAAGwAAABg////MP///wAAARIQAAAAGAAAAAQAAAAAAAAABAAAAGl0",
  "ZW0AAAAAYv///wAAAgBc////AAABEhAAAAAUAAAABAAAAAAAAAACAAAAbnMAAIr///8AAAMAhP///wAAARIQAAAAFAAAAAQAAAAA",
  "AAAAAgAAAHVzAACy////AAACAKz///8AAAESEAAAABgAAAAEAAAAAAAAAAIAAABtcwAABAAEAAQAAADU////AAABEhAAAAAYAAAA",
  "BAAAAAAAAAABAAAAcwAGAAgABgAGAAAAAAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAcAAAABAAAAAAAAAABAAAAbgAA",
  "AAgADAAIAAcACAAAAAAAAAFAAAAAAAAAAA==",
].join("");

test("durations of a Parquet file are told with their unit", async () => {
  const query =
    "select 1 as n, 3600 as s, 3601500 as ms, 3601500000 as us, 3601500000000 as ns, [3601500000] as l";
  const table = await readTable(await parquet(query, `, kv_metadata {'ARROW:schema': '${ARROW}'}`));
  assert.deepEqual(table.rows, [
    { n: 1, s: 3600, ms: 3601500, us: 3601500000, ns: 3601500000000, l: "[3601500000]" },
  ]);
  assert.deepEqual(
    table.notes,
    ["s: seconds", "ms: milliseconds", "us: microseconds", "ns: nanoseconds", "l: microseconds"].map(
      said => `column "${said.split(": ")[0]}" has durations in ${said.split(": ")[1]}`,
    ),
  );
  // A schema that is cut or not one says nothing.
  for (const schema of [ARROW.slice(0, 200), "AAAA", "", "x", "/".repeat(400)]) {
    const file = await parquet("select 1 as s", `, kv_metadata {'ARROW:schema': '${schema}'}`);
    assert.deepEqual((await readTable(file)).rows, [{ s: 1 }], schema);
  }
});

let files = 0;
/** A Parquet file by DuckDB, with whatever types. */
async function parquet(query: string, options = ""): Promise<string> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const file = join(folder, `by-duckdb-${files++}.parquet`);
  await connection.run(`copy (${query}) to '${file}' (format parquet${options})`);
  connection.closeSync();
  instance.closeSync();
  return file;
}
