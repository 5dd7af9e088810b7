/** Tags and notes on sweeps: kept beside what is trained, shown, found by, and carried along. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compactSweep, expandSweep, labelSweep, listSweeps, openPopulation, sweepStatus } from "netspace";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { lockFolder } from "../../src/trials/store/lock.js";
import { smallSweep } from "../support/small-sweep.js";

const program = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-labels-"));
const at = (...names: string[]) => join(root, ...names);
after(() => rmSync(root, { recursive: true, force: true }));
before(async () => {
  await sweepWith(program, { ...smallSweep, n: 2 }, { out: at("a"), workers: 2 });
  await sweepWith(program, { ...smallSweep, n: 2, seed: 3 }, { out: at("deep", "b"), workers: 2 });
});

test("tags come and go one by one, a note stays until another comes, and the sweep is the same", () => {
  const spec = readFileSync(at("a", "spec.json"), "utf8");
  assert.deepEqual(labelSweep(at("a")), { tags: [], note: "" });
  assert.equal(existsSync(at("a", "labels.json")), false, "asking writes nothing");
  labelSweep(at("a"), { add: ["se", "baseline", "se"], note: " before the\nnew stem " });
  assert.deepEqual(labelSweep(at("a")), { tags: ["baseline", "se"], note: "before the\nnew stem" });
  assert.deepEqual(labelSweep(at("a"), { add: ["2026/x"], remove: ["se"] }).tags, ["2026/x", "baseline"]);
  assert.deepEqual(labelSweep(at("a"), { tags: ["kept"] }), { tags: ["kept"], note: "before the\nnew stem" });
  assert.deepEqual(sweepStatus(at("a")).labels.tags, ["kept"]);
  assert.equal(readFileSync(at("a", "spec.json"), "utf8"), spec);
  assert.equal(openPopulation(at("a")).length, 2);
});

test("what is no tag, no note or no sweep is said", () => {
  for (const tag of ["two words", "", "-x", "a".repeat(65), 5]) {
    assert.throws(() => labelSweep(at("a"), { add: [tag as string] }), {
      name: "RangeError",
      message: /^labelSweep: expected tags of one word, .* what is longer belongs into the note$/,
    });
  }
  assert.throws(
    () => labelSweep(at("a"), { note: "x".repeat(10_001) }),
    /at most 10000 characters, got one of 10001/,
  );
  assert.throws(() => labelSweep(at("deep")), {
    name: "SpecError",
    message: /^labelSweep: expected a sweep's folder/,
  });
  assert.throws(() => listSweeps(at("nowhere")), { name: "TableError" });
  writeFileSync(at("deep", "b", "labels.json"), "[");
  assert.throws(() => labelSweep(at("deep", "b")), {
    name: "StoreError",
    message: /labels\.json, which cannot be read/,
  });
  rmSync(at("deep", "b", "labels.json"));
});

test("a list has every sweep below a folder, with its state, and finds by tags", () => {
  labelSweep(at("a"), { tags: ["kept", "x"], note: "one" });
  labelSweep(at("deep", "b"), { tags: ["kept"] });
  mkdirSync(at("odd", "trials"), { recursive: true });
  writeFileSync(at("odd", "spec.json"), "{}");
  // One's own spec beside the folders is no sweep.
  writeFileSync(at("deep", "spec.json"), "{}");
  const all = listSweeps(root);
  const shown = (rows: typeof all.rows) => rows.map(({ folder, state, tags }) => [folder, state, tags]);
  assert.deepEqual(shown(all.rows), [
    [join("deep", "b"), "finished", "kept"],
    ["a", "finished", "kept x"],
    ["odd", "unreadable", ""],
  ]);
  const [, a] = all.rows;
  const { errors } = openPopulation(at("a"));
  assert.deepEqual([a.trained, a.of, a.failed, a.note], [2, 2, 0, "one"]);
  assert.deepEqual([a.least, a.mean], [Math.min(...errors), (errors[0] + errors[1]) / 2]);
  assert.deepEqual(shown(listSweeps(root, { tags: ["kept", "x"] }).rows), [["a", "finished", "kept x"]]);
  const unlock = lockFolder(at("a"));
  assert.equal(sweepStatus(at("a")).state, "running");
  assert.equal(listSweeps(at("a")).rows[0].state, "running");
  unlock();
  assert.equal(listSweeps(at("a")).rows[0].folder, ".");
});

test("a compact file keeps them, and a folder made of it has them again, unless it has its own", async () => {
  labelSweep(at("a"), { tags: ["kept"], note: "one" });
  const { provenance } = await compactSweep(at("a"), at("a.parquet"));
  assert.deepEqual(provenance?.labels, { tags: ["kept"], note: "one" });
  await expandSweep(at("a.parquet"), at("again"));
  assert.deepEqual(labelSweep(at("again")), { tags: ["kept"], note: "one" });
  labelSweep(at("again"), { tags: [], note: "mine" });
  await expandSweep(at("a.parquet"), at("again"));
  assert.deepEqual(labelSweep(at("again")), { tags: [], note: "mine" });
  // Labels that are none, in a file of anyone's: nothing of a sweep is begun with it.
  const bytes = readFileSync(at("a.parquet"));
  const place = bytes.lastIndexOf('"kept"');
  assert.ok(place > 0);
  bytes.write('"k pt"', place);
  writeFileSync(at("odd.parquet"), bytes);
  await assert.rejects(expandSweep(at("odd.parquet"), at("none")), /expected tags of one word/);
  assert.equal(existsSync(at("none")), false);
});

test("netspace sweep label, list and status say the same", () => {
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, "sweep", ...words], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  assert.equal(
    run("label", at("a"), "--clear", "--tag", "q", "--tag", "p", "--note", "two words"),
    "#p #q  two words\n",
  );
  assert.match(
    run("list", "--tag", "p", "--tag", "q", root),
    /^folder +space .*\na +AnyNetXA +finished +2\/2 .*p q +two words\n$/,
  );
  assert.match(run("status", at("a")), /\n#p #q {2}two words\n$/);
  assert.equal(run("label", "--remove", "p", "--tag", "r", at("a")), "#q #r  two words\n");
});

const inTurn = fileURLToPath(new URL("../../src/sweeps/label-sweep.js", import.meta.url));

test("two processes that label one sweep keep each other's tags", async () => {
  labelSweep(at("a"), { tags: [], note: "" });
  const code = (own: string, other: string) => `
    import { existsSync, writeFileSync } from "node:fs";
    import { labelSweep } from ${JSON.stringify(inTurn)};
    writeFileSync(${JSON.stringify(at(`ready-${own}`))}, "");
    while (!existsSync(${JSON.stringify(at(`ready-${other}`))}));
    for (let i = 0; i < 45; i++) labelSweep(${JSON.stringify(at("a"))}, { add: ["${own}" + i] });`;
  const run = promisify(execFile);
  const label = (own: string, other: string) =>
    run(process.execPath, ["--input-type=module", "-e", code(own, other)]);
  await Promise.all([label("p", "q"), label("q", "p")]);
  const kept = labelSweep(at("a")).tags;
  assert.equal(kept.length, 90, `${kept.length} of 90 tags are kept`);
  assert.equal(existsSync(at("a", "labels.lock")), false);
  labelSweep(at("a"), { tags: [], note: "" });
});

test("tags are of any script, and one however a system writes it", () => {
  // An ü as one character, and as a u with a mark; a word of Devanagari has marks that nothing composes.
  assert.deepEqual(
    labelSweep(at("a"), { tags: ["übung", "u\u0308bung", "\u0939\u093f\u0928\u094d\u0926\u0940"] }).tags,
    ["übung", "\u0939\u093f\u0928\u094d\u0926\u0940"],
  );
  assert.equal(listSweeps(root, { tags: ["u\u0308bung"] }).length, 1);
  labelSweep(at("a"), { tags: [], note: "" });
});

test("damaged labels hide nothing of a sweep: they are left out with a note, and may be replaced", async () => {
  for (const text of ["[", '{"tags": 5}', "null"]) {
    writeFileSync(at("a", "labels.json"), text);
    const { population, labels, state } = sweepStatus(at("a"));
    assert.deepEqual([labels, state], [{ tags: [], note: "" }, "finished"]);
    assert.match(
      population.notes.join("\n"),
      /^its tags and note are left out: .*labels\.json, which cannot be read .*sweep label .* --clear$/,
    );
    assert.deepEqual((await compactSweep(at("a"), at("b.parquet"))).provenance?.labels, undefined);
    const [row] = listSweeps(at("a")).rows;
    assert.deepEqual([row.state, row.trained, row.tags], ["finished", 2, ""]);
    // What is added to what cannot be read would replace it.
    assert.throws(() => labelSweep(at("a"), { add: ["x"] }), { name: "StoreError" });
    assert.deepEqual(labelSweep(at("a"), { tags: ["x"], note: "" }), { tags: ["x"], note: "" });
  }
  writeFileSync(at("a", "labels.json"), "[");
  const { status } = spawnSync(process.execPath, [main, "sweep", "label", at("a"), "--clear"]);
  assert.deepEqual([status, existsSync(at("a", "labels.json"))], [0, false]);
});

test("no note moves the reader's cursor or turns a line around", () => {
  const shown = "one two \uFFFD[2J \uFFFDcba";
  labelSweep(at("a"), { tags: [], note: `one\r\n\u2028two \u001b[2J \u202ecba${"\u{1F600}".repeat(60)}` });
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [main, "sweep", ...words], { encoding: "utf8" }).stdout;
  const listed = run("list", at("a"));
  for (const text of [run("status", at("a")), listed]) {
    assert.ok(text.includes(shown), text);
    assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202E]/u);
    assert.ok(text.isWellFormed());
  }
  assert.ok(listed.endsWith(`${shown}${"\u{1F600}".repeat(59 - shown.length)}…\n`));
  labelSweep(at("a"), { tags: [], note: "" });
});

test("a list has what is queued, linked, deep or oddly named, and says what it could not look into", () => {
  const place = (...names: string[]) => at("listed", ...names);
  const begun = (...names: string[]) => {
    mkdirSync(place(...names, "trials"), { recursive: true });
    cpSync(at("a", "spec.json"), place(...names, "spec.json"));
  };
  begun("source");
  begun("1", "2", "3", "4", "5", "6");
  begun("1", "2", "trials", "in");
  begun("source", "inside");
  mkdirSync(place("queued", "slurm"), { recursive: true });
  cpSync(at("a", "spec.json"), place("queued", "spec.json"));
  writeFileSync(place("queued", "slurm", "jobs.jsonl"), "");
  mkdirSync(place("elsewhere"));
  symlinkSync(at("deep", "b"), place("elsewhere", "linked"));
  symlinkSync(place(), place("elsewhere", "loop"));
  symlinkSync(place("source"), place("elsewhere", "again"));
  symlinkSync(place("nowhere"), place("elsewhere", "dangling"));
  const nine = Array.from({ length: 9 }, (_, level) => `d${level}`);
  begun(...nine);
  const { rows, notes } = listSweeps(place());
  assert.deepEqual(
    rows.map(({ folder, state }) => `${folder.replaceAll("\\", "/")} ${state}`),
    [
      "elsewhere/linked finished",
      "1/2/3/4/5/6 stopped",
      "1/2/trials/in stopped",
      "queued stopped",
      "source stopped",
      "source/inside stopped",
    ],
  );
  assert.deepEqual(notes, [
    `${place(...nine)}: deeper than 8 levels, sweeps in there are not listed; list them by themselves`,
  ]);
  rmSync(place(), { recursive: true });
});

test("a folder that cannot be read hides no others", { skip: process.platform === "win32" }, () => {
  mkdirSync(at("closed", "shut"), { recursive: true });
  mkdirSync(at("closed", "open"));
  chmodSync(at("closed", "shut"), 0);
  // To root nothing is closed.
  const isRoot = process.getuid!() === 0;
  chmodSync(root, 0o755);
  if (isRoot) process.seteuid!(65534);
  try {
    const { length, notes } = listSweeps(at("closed"));
    assert.equal(length, 0);
    assert.equal(notes.length, 1);
    assert.match(notes[0], /shut cannot be read \(EACCES.*; sweeps in it are not listed$/);
    assert.throws(() => listSweeps(at("closed", "shut")), {
      name: "TableError",
      message: /that can be read/,
    });
  } finally {
    if (isRoot) process.seteuid!(0);
    chmodSync(at("closed", "shut"), 0o700);
  }
});

test("a list of nothing has its columns", () => {
  mkdirSync(at("empty"));
  const none = listSweeps(at("empty"), { tags: ["baseline"] }).where({
    state: "finished",
    least: { below: 50 },
  });
  assert.equal(none.length, 0);
  assert.deepEqual(none.names, listSweeps(at("a")).names);
});
