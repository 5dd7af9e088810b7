import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compactSweep, readCompact, registered } from "netspace";
import { quoteText, withDatabase } from "../../../src/tables/database.js";
import { smallRegistration, SMALL, writePopulation } from "../../support/registered-populations.js";

const main = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-registered-rows-"));
after(() => rmSync(root, { recursive: true, force: true }));

const BETTER = "fig07-d-better-than-c";

/** A registration with both populations of a claim, of which one is far better, as compact files. */
async function world(name: string) {
  const folder = join(root, name);
  const file = smallRegistration(folder);
  const place = (population: string, dataset = "procedural") =>
    join(folder, dataset, `${population}.parquet`);
  for (const dataset of ["procedural", "fashion-mnist"] as const) {
    for (const [population, centre] of [
      ["AnyNetXC", 46],
      ["AnyNetXD", 40],
    ] as const) {
      writePopulation(file, folder, dataset, population, i => centre + (i % 5));
      await compactSweep(join(folder, dataset, population), place(population, dataset));
    }
  }
  return { folder, file, place };
}

/** Writes rows, as a query over files gives them, with the provenance of another file or its own. */
async function rewrite(target: string, query: string, provenanceOf = target): Promise<void> {
  await withDatabase("test", async connection => {
    const metadata = `select decode(value) as value from parquet_kv_metadata(${quoteText(provenanceOf)}) where decode(key) = 'netspace'`;
    const [[provenance]] = (await connection.runAndReadAll(metadata)).getRows();
    await connection.run(`create table altered as ${query}`);
    await connection.run(
      `copy altered to ${quoteText(target)} (format parquet, kv_metadata {netspace: ${quoteText(String(provenance))}})`,
    );
  });
}

const readingOf = async (options: { file: string; folder: string }) =>
  (await registered(BETTER, options))[0].registered.readings[0];

test("rows that are the spec's, in whatever order, give a verdict", async () => {
  const { place, ...options } = await world("whole");
  assert.equal((await readingOf(options)).before, "replicated");
  const own = place("AnyNetXC");
  await rewrite(own, `from read_parquet(${quoteText(own)}) order by hash(id)`);
  const { before, withheld, n } = await readingOf(options);
  assert.deepEqual([before, withheld, n], ["replicated", undefined, [SMALL, SMALL]]);
});

const C = "(from read_parquet('C'))";
const misfits: readonly { what: string; rows: string; said: RegExp }[] = [
  {
    what: "every row twice",
    rows: `from ${C} union all from ${C}`,
    said: /^AnyNetXC has 24 ids \(the first is [0-9a-f]{32}\) more than once in 48 rows$/,
  },
  {
    what: "half of the rows twice",
    rows: `from ${C} where index < 12 union all from ${C} where index < 12`,
    said: /^AnyNetXC has 12 ids .* in 24 rows$/,
  },
  {
    what: "one row twice, and another left out",
    rows: `from ${C} where index <> 7 union all from ${C} where index = 3`,
    said: /^AnyNetXC has the id [0-9a-f]{32} more than once in 24 rows$/,
  },
  {
    what: "rows at one place",
    rows: `select * replace (0 as index) from ${C}`,
    said: /^AnyNetXC has the index 0 more than once in 24 rows$/,
  },
  {
    what: "another population's rows",
    rows: "from read_parquet('D')",
    said: /^AnyNetXC has rows that are not its spec's: network 0 .*, and 21 more$/,
  },
  {
    what: "rows trained on other images",
    rows: "from read_parquet('images')",
    said: /^AnyNetXC has rows that are not its spec's: network 0 was trained as another trial, [0-9a-f]{32} for/,
  },
  {
    what: "rows at each other's places",
    rows: `select * replace (23 - index as index) from ${C}`,
    said: /not its spec's: network 0 .*, and 21 more$/,
  },
  {
    what: "a cost outside of the window",
    rows: `select * replace (if(index = 5, 99000000, flops) as flops) from ${C}`,
    said: /^AnyNetXC has rows that are not its spec's: network 5 has 99000000 flops, the sampled one \d+$/,
  },
  {
    what: "an error above 100 %",
    rows: `select * replace (if(index = 5, 140, error) as error) from ${C}`,
    said: /: network 5 errs by 140 %$/,
  },
  {
    what: "an error below 0 %",
    rows: `select * replace (if(index = 5, -1, error) as error) from ${C}`,
    said: /: network 5 errs by -1 %$/,
  },
  {
    what: "a trial that failed",
    rows: `select * replace (if(index = 5, 'failed', status) as status) from ${C}`,
    said: /: network 5 is failed$/,
  },
  {
    what: "places between places",
    rows: `select * replace (index / 2 as index) from ${C}`,
    said: /not its spec's: network 0.5 is none of its sweep/,
  },
  {
    what: "one row trained with another seed",
    rows: `select * replace (if(index = 5, md5(id), id) as id) from ${C}`,
    said: /: network 5 was trained as another trial, [0-9a-f]{32} for [0-9a-f]{32}$/,
  },
  {
    what: "an error that was edited",
    rows: `select * replace (if(index = 5, error - 3, error) as error) from ${C}`,
    said: /: network 5 errs by 43 %, and by 46 % at the end of its last epoch$/,
  },
  {
    what: "errors at each other's places",
    rows: `select * replace (46 + (index + 1) % 5 as error) from ${C}`,
    said: /: network 0 errs by 47 %, and by 46 % at the end of its last epoch, .*, and 21 more$/,
  },
  {
    what: "a training that stopped early",
    rows: `select * replace (if(index = 5, curveTestError[2:], curveTestError) as curveTestError, if(index = 5, curveEpoch[:-2], curveEpoch) as curveEpoch) from ${C}`,
    said: /: network 5 has 11 of 12 epochs$/,
  },
  {
    what: "an error that is not there",
    rows: `select * replace (if(index = 5, null, error) as error) from ${C}`,
    said: /^AnyNetXC has .*/,
  },
  {
    what: "an error that is no number",
    rows: `select * replace (if(index = 5, 'nan'::double, error) as error) from ${C}`,
    said: /^AnyNetXC has .*/,
  },
  {
    what: "a network trained before the regime was fixed",
    rows: `select * replace (if(index = 5, '2029-12-31T23:59:59Z', endedAt) as endedAt) from ${C}`,
    said: /^AnyNetXC has a network trained before the registration's pilot of 2030-01-01, the first on 2029-12-31$/,
  },
  {
    what: "an architecture that was edited",
    rows: `select * replace (if(index = 5, replace(architecture, '"depth":', '"depth":1'), architecture) as architecture) from ${C}`,
    said: /: network 5 is another$/,
  },
];

for (const [i, { what, rows, said }] of misfits.entries()) {
  test(`${what}: named, and the verdict is withheld`, async () => {
    const { place, ...options } = await world(`misfit-${i}`);
    const query = rows
      .replaceAll("'C'", quoteText(place("AnyNetXC")))
      .replaceAll("'D'", quoteText(place("AnyNetXD")))
      .replaceAll("'images'", quoteText(place("AnyNetXC", "fashion-mnist")));
    await rewrite(place("AnyNetXC"), query);
    const { before, after: outcome, withheld } = await readingOf(options);
    assert.deepEqual([before, outcome], ["not answerable", "not answerable"]);
    assert.match(withheld ?? "", said);
  });
}

test("a compact population with repeated trials says so, and so does netspace analyze", async () => {
  const { place } = await world("doubled");
  const file = place("AnyNetXC");
  assert.deepEqual((await readCompact(file)).notes, []);
  await rewrite(
    file,
    `from read_parquet(${quoteText(file)}) union all from read_parquet(${quoteText(file)})`,
  );
  const { notes } = await readCompact(file);
  assert.equal(notes.length, 2);
  assert.match(notes[0], /^it has 24 ids \(the first is \w+\) more than once in 48 rows; each counts as/);
  assert.match(notes[1], /^it has 24 indices \(the first is 0\) more than once in 48 rows/);
  const { stderr, status } = spawnSync(process.execPath, [main, "analyze", file], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^note: it has 24 ids /m);
});

test("a file that takes another's place is read, also with its size and times", async () => {
  const { folder, file, place } = await world("replaced");
  const own = place("AnyNetXC");
  const options = { file, folder };
  const then = new Date("2030-01-01T00:00:00Z");
  utimesSync(own, then, then);
  assert.equal((await readingOf(options)).withheld, undefined);
  writeFileSync(own, readFileSync(own).fill(0));
  utimesSync(own, then, then);
  assert.match((await readingOf(options)).withheld ?? "", /^AnyNetXC cannot be read: /);
});
