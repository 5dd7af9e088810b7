/** CSV that is plain is cut by loops of its own; packed by gzip the same text is read the other way, and means the same. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readTable, seeded, type Table } from "netspace";
import { packageRoot } from "../../src/base/node/paths.js";
import { SOURCE } from "../../src/tables/files/delimited/module.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-plain-csv-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A text read as it is and packed, or how each is refused. */
async function readBoth(text: string | Buffer): Promise<[Table | string, Table | string]> {
  const name = join(folder, `t${files++}.csv`);
  writeFileSync(name, text);
  writeFileSync(`${name}.gz`, gzipSync(text, { level: 1 }));
  const read = (file: string) =>
    readTable(file).catch((error: Error) => `${error.name}: ${error.message.replaceAll(file, "FILE")}`);
  return [await read(name), await read(`${name}.gz`)];
}

async function requireSame(text: string | Buffer, what: string): Promise<Table | string> {
  const [plain, packed] = await readBoth(text);
  if (typeof plain === "string" || typeof packed === "string") {
    assert.deepEqual(plain, packed, what);
    return plain;
  }
  assert.deepEqual(plain.names, packed.names, what);
  assert.deepEqual(plain.notes, packed.notes, what);
  for (const column of plain.names) {
    assert.deepEqual(plain.values(column), packed.values(column), `${what}: ${column}`);
  }
  return plain;
}

const ROWS = 30_000;
const random = seeded(5);
const rows = (row: (i: number) => string, end = "\n") =>
  Array.from({ length: ROWS }, (_, i) => row(i) + end).join("");
const usual = (i: number) => `${i / 7},word ${i % 50},${i % 48}`;

test("the module that cuts lines is of the source as it is", () => {
  const source = readFileSync(join(packageRoot, "scripts", "wasm", "delimited.ts"));
  assert.equal(SOURCE, createHash("sha256").update(source).digest("hex"), "run node scripts/wasm.mjs");
});

test("numbers of many digits are the nearest doubles", async () => {
  const texts = Array.from({ length: 2 * ROWS }, (_, i) => {
    const digits = 1 + Math.floor(19 * random());
    const whole = i % 3 === 0 ? "0" : String(Math.floor(10 ** (15 * random())));
    const fraction = Array.from({ length: digits }, () => Math.floor(10 * random())).join("");
    // Those half way between two doubles among them.
    const half = `${2 ** 52 + i}.5`;
    const said =
      i % 11 === 0 ? half : i % 5 === 0 ? String(random() * 10 ** (-9 * random())) : `${whole}.${fraction}`;
    return i % 2 === 0 ? said : `-${said}`;
  });
  const name = join(folder, "digits.csv");
  writeFileSync(name, `x,k\n${texts.map((text, i) => `${text},${i}\n`).join("")}`);
  const table = await readTable(name);
  assert.deepEqual(table.values("x"), Float64Array.from(texts, Number));
});

test("plain files", async () => {
  const header = "x,text,few\n";
  const body = rows(usual);
  const table = (await requireSame(header + body, "plain")) as Table;
  assert.equal(table.length, ROWS);
  assert.deepEqual(table.rows[6], { x: 6 / 7, text: "word 6", few: 6 });
  assert.equal(table.values("text"), table.values("text"));
  await requireSame(`\uFEFF${header}${body}`, "with a mark");
  await requireSame(header.replace("\n", "\r\n") + rows(usual, "\r\n"), "CR LF");
  await requireSame((header + body).slice(0, -1), "without a last line's end");
  await requireSame(`${header}\n${body}\n\n`, "with empty lines");
  await requireSame((header + body).replaceAll(",", ";"), "semicolons");
  await requireSame(`x,größe,few\n${rows(i => `${i},größe ${i % 9},-0`)}`, "beyond ASCII");
  await requireSame(
    `x,text,few\n${rows(i => `${i},t${i},${i % 3 ? "" : i}`)}`,
    "texts of their own, missing numbers",
  );
  await requireSame(
    `x,text\n${rows(i => `${i},${"long ".repeat(20)}${i % 9000}`)}`,
    "more text than is kept apart",
  );
  await requireSame(
    `x,y\n${rows(i => `${i * 1e-9},${["NA", "+5", ".5", "5.", " 7", "1e300", "-inf"][i % 7]}`)}`,
    "odd numbers",
  );
  await requireSame(
    `${Array.from({ length: 40 }, (_, k) => `c${k}`).join(",")}\n${rows(i => `${i}.25${",w".repeat(39)}`)}`,
    "many columns",
  );
});

test("files that stop being plain", async () => {
  const header = "x,text,few\n";
  const body = rows(usual);
  for (const [last, said] of [
    ["7,word", /3\), got 2 in line 30002 of FILE/],
    ["7,word,8,9", /3\), got 4 in line 30002 of FILE/],
    ['7,"word, 8",9', undefined],
    ['7,"word', /a quote that is not closed in line 30002/],
    ["text,word,8", undefined],
    ["7,word,50%", undefined],
    ["7,word,007", undefined],
    ["12345678901234567890,word,7", undefined],
    ["7,word,true", undefined],
    ["7,wo\rrd,8", /in line 30002 of FILE|got 2/],
  ] as const) {
    const result = await requireSame(`${header}${body}${last}\n`, last);
    if (said) assert.match(result as string, said);
    else assert.equal((result as Table).length, ROWS + 1, last);
  }
  const [plain] = await readBoth(Buffer.concat([Buffer.from(header + body), Buffer.from([0xff, 0x0a])]));
  assert.match(plain as string, /UTF-8/);
});

test("files are read beside each other", async () => {
  const texts = [0, 1, 2].map(k => `x,text\n${rows(i => `${i + k},${k}w${i % 20}`)}`);
  const tables = await Promise.all(texts.map(text => readBoth(text)));
  for (const [k, [table]] of tables.entries()) {
    assert.deepEqual((table as Table).rows[21], { x: 21 + k, text: `${k}w1` });
  }
});
