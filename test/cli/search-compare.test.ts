/** `netspace search compare`, `report` and `simulate`: strategies over repeated searches, on their pages too. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NasBench201 } from "netspace";
import { writeCompact } from "../../src/populations/compact.js";
import { computeOf } from "../../src/populations/provenance.js";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import {
  type ComparedSearches,
  compareSearches,
  complexityOf,
  evolution,
  openRuns,
  random,
  search,
  searchRuns,
  type Strategy,
} from "../../src/search/index.js";
import { smallTable } from "../support/small-table.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-compare-searches-"));
after(() => rmSync(root, { recursive: true, force: true }));

const netspace = (...args: string[]) =>
  spawnSync(process.execPath, [main, "search", ...args], { encoding: "utf8", cwd: root });

const folders: string[] = [];
async function searched(name: string, strategy: Strategy, seed: number, objective = "flops") {
  const out = join(root, name);
  await search(NasBench201, {
    strategy,
    objective: complexityOf(objective as "flops"),
    budget: 25,
    seed,
    out,
  });
  return out;
}
before(async () => {
  for (const seed of [1, 2, 3, 4]) {
    folders.push(await searched(`random-${seed}`, random(), seed));
    folders.push(await searched(`evolution-${seed}`, evolution({ population: 5, sample: 4 }), seed));
  }
});

test("searches in folders are compared as repeats of their strategies", () => {
  const { status, stdout, stderr } = netspace("compare", ...folders, "--at", "10,25", "--json");
  assert.equal(status, 0, stderr);
  const found = JSON.parse(stdout) as ComparedSearches;
  const { runs, objective, unit } = openRuns(folders);
  assert.deepEqual([objective, unit], ["flops", complexityOf("flops").unit]);
  assert.deepEqual(found, JSON.parse(JSON.stringify(compareSearches(runs, { at: [10, 25] }))));
  assert.deepEqual(Object.keys(runs), ["random", "regularised evolution"]);
  const said = netspace("compare", ...folders).stdout;
  assert.match(said, /as the runs spread by 25 evaluations: 4 repeats of each strategy would tell/);
  assert.ok(said.includes(compareSearches(runs).pairs[0].verdict));
});

test("a run from a folder is what the search was told, with what it was judged by, and joins a table", () => {
  const { runs } = openRuns(folders);
  const table = searchRuns(runs);
  assert.equal(table.length, 200);
  const first = table.rows[0];
  assert.equal(first.told, first.judged);
  assert.match(first.architecture, /nor_conv|skip|none|pool/);
  for (const { judged, told } of runs.random) assert.equal(judged[24], Math.min(...told));
});

test("strategies of one name are told apart by their settings", async () => {
  const other = await searched("larger", evolution({ population: 8, sample: 4 }), 9);
  const { runs } = openRuns([folders[1], other]);
  assert.deepEqual(Object.keys(runs), [
    "regularised evolution (population 5)",
    "regularised evolution (population 8)",
  ]);
});

test("what cannot be compared is named", async () => {
  const params = await searched("params", random(), 1, "params");
  const fails = (message: RegExp, ...args: string[]) => {
    const { status, stderr } = netspace(...args);
    assert.equal(status, 1);
    assert.match(stderr, message);
  };
  fails(
    /expected searches that differ in strategy and seed alone, got another objective/,
    "compare",
    folders[0],
    params,
  );
  fails(/expected repeats with seeds of their own, got the same search/, "compare", folders[0], folders[0]);
  fails(
    /expected two strategies or more with two searches or more each, got random alone/,
    "compare",
    folders[0],
    folders[2],
  );
  fails(/one search by random and one by regularised evolution/, "compare", folders[0], folders[1]);
  fails(/at must be from 1 to 25, which every run has, got 26/, "compare", ...folders, "--at", "26");
  fails(/expected a search's folder with a search-spec\.json/, "compare", root, folders[0]);
});

test("the page of searches has curves, the comparison and what was proposed, of single searches as well", () => {
  const file = join(root, "page.html");
  const { status, stderr, stdout } = netspace("report", ...folders, "--out", file);
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), file);
  const html = readFileSync(file, "utf8");
  for (const title of [
    "What so many repeats can tell",
    "Found against spent",
    "Which differ",
    "What was proposed",
  ]) {
    assert.ok(html.includes(`<h2>${title}</h2>`), title);
  }
  const single = join(root, "single.html");
  assert.equal(netspace("report", folders[0], "--out", single).status, 0);
  const one = readFileSync(single, "utf8");
  assert.ok(!one.includes("Which differ") && one.includes("A single run of a strategy says nothing"));
});

test("strategies are simulated on a table: the power first, then the comparison, and the page", async () => {
  const file = join(root, "small.parquet");
  const made = await smallTable();
  const compute = computeOf(made.trials.map(heldRecord));
  const about = {
    format: 1,
    sweep: "made up",
    machines: [],
    engines: [],
    written: "2026-11-27T00:00:00Z",
  } as const;
  await writeCompact("test", made, { ...about, spec: made.spec, compute }, file);
  const page = join(root, "simulated.html");
  const { status, stdout, stderr } = netspace(
    "simulate",
    file,
    "--strategies",
    "random,evolution[population=10,sample=5]",
    "--evaluations",
    "120",
    "--repeats",
    "20",
    "--along",
    "images",
    "--out",
    page,
  );
  assert.equal(status, 0, stderr);
  const lines = stdout.split("\n");
  assert.match(
    lines[0],
    /^before, from 10 other runs of random: 20 repeats of each strategy would tell a difference of/,
  );
  assert.match(stdout, /evolution \(population 10, sample 5\) found better than random, by/);
  const html = readFileSync(page, "utf8");
  assert.match(html, /SmallCells, as drawn/);
  assert.match(html, /quantile of the space/);
  const wrong = netspace("simulate", file, "--strategies", "random,[x=1]");
  assert.match(wrong.stderr, /Expected names with commas/);
  assert.match(netspace("simulate", file, "--strategies", "rndom,evolution").stderr, /did you mean "random"/);
  assert.match(
    netspace("simulate", file, "--strategies", "random,random").stderr,
    /each strategy once, got random twice/,
  );
});
