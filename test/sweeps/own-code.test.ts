/** Sweeps whose space is code in a module of the user's: trained, gone on with, sent, read and trained again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  comparePopulations,
  compactSweep,
  expandSweep,
  openPopulation,
  rankAgreement,
  readCompact,
  retrain,
  type SweepSpec,
  shippedPopulation,
  sweep,
  verifyPopulation,
} from "netspace";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { withoutAddon } from "../support/needs.js";
import { chainFile, ghostFiles, writeAll } from "../support/own-space.js";
import { smallSweep } from "../support/small-sweep.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const quick = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-own-sweep-"));
after(() => rmSync(root, { recursive: true, force: true }));

const at = (...parts: string[]) => join(root, ...parts);
function folderOf(name: string, files: Readonly<Record<string, string>> = ghostFiles): string {
  writeAll(at(name), files);
  return at(name);
}
const specIn = (folder: string, more: Partial<SweepSpec> = {}): SweepSpec => ({
  ...smallSweep,
  where: { depth: [4, 8], flops: [1e5, 2e6] },
  recipe: { base: "tiny", epochs: 1 },
  ...more,
  space: { module: join(folder, "ghost.ts"), export: "space" },
});

function netspace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status, stdout, stderr };
}

test("a sweep of one's own space goes on where it stopped, also from its own copy when the module is gone", async () => {
  const folder = folderOf("first");
  const out = at("first-out");
  const stop = new AbortController();
  const onProgress = ({ event }: { event: string }) => event === "ended" && stop.abort();
  const spec = specIn(folder, { n: 6 });
  const part = await sweepWith(quick, spec, { out, workers: 1, drain: stop.signal, onProgress });
  assert.ok(part.length >= 1 && part.length < 6, `${part.length}`);
  for (const name of Object.keys(ghostFiles) as (keyof typeof ghostFiles)[]) {
    assert.equal(readFileSync(join(out, "source", name), "utf8"), ghostFiles[name]);
  }
  const stored = JSON.parse(readFileSync(join(out, "spec.json"), "utf8")) as { space: unknown };
  const content = (stored.space as { content: string }).content;
  assert.deepEqual(stored.space, { module: "./source/ghost.ts", export: "space", content, name: "Ghost" });

  rmSync(folder, { recursive: true });
  const onProgressNone = () => {};
  const whole = await sweepWith(
    quick,
    { ...spec, space: { module: join(out, "source/ghost.ts"), export: "space" } },
    { out, workers: 2, onProgress: onProgressNone },
  );
  assert.equal(whole.length, 6);
  assert.deepEqual(whole.notes, []);
  assert.deepEqual(whole.texts("id").slice(0, part.length), part.texts("id"));
});

test("a changed module is told with the files that differ, and mixes nothing", async () => {
  const folder = folderOf("changing");
  const out = at("changing-out");
  const spec = specIn(folder);
  const options = { out, workers: 1, onProgress: () => {} };
  await sweepWith(quick, spec, options);
  const before = openPopulation(out).texts("id");
  writeAll(folder, { "lib/kernel.ts": "export const kernel: number = 5;\n" });
  await assert.rejects(sweepWith(quick, { ...spec, n: 4 }, options), {
    name: "SpecError",
    message:
      /the code of Ghost has changed since .*changing-out was begun \(lib\/kernel\.ts\), .*choose another folder; to go on with the code as it was, which .* keeps, netspace sweep .*changing-out\/spec\.json --out .*changing-out$/,
  });
  assert.deepEqual(openPopulation(out).texts("id"), before);
  assert.equal(readFileSync(join(out, "source/lib/kernel.ts"), "utf8"), ghostFiles["lib/kernel.ts"]);
  // The remedies work: another folder, and the copy.
  assert.equal((await sweepWith(quick, spec, { ...options, out: at("changed-out") })).length, 4);
  const again = netspace("sweep", join(out, "spec.json"), "--out", out);
  assert.equal(again.status, 0, again.stderr);
  // A copy that was edited is not what the trials came from.
  writeAll(out, { "source/lib/kernel.ts": "export const kernel: number = 7;\n" });
  const edited = netspace("sweep", join(out, "spec.json"), "--out", out);
  assert.equal(edited.status, 1);
  assert.match(
    edited.stderr,
    /expected the source with the content that the spec names, .*source\/ghost\.ts, which has changed/,
  );
});

test("code that draws by something else than its source is told when the sweep goes on", async () => {
  const folder = folderOf("outside", {
    "ghost.ts": `import { readFileSync } from "node:fs";
import { AnyNetXA } from "netspace";
export const space = AnyNetXA.fix("groupWidth", Number(readFileSync(${JSON.stringify(at("width.txt"))}, "utf8"))).named("Outside");`,
  });
  writeFileSync(at("width.txt"), "1");
  const out = at("outside-out");
  const spec = specIn(folder, { where: { depth: [4, 8] } });
  await sweepWith(quick, spec, { out, workers: 1, onProgress: () => {} });
  writeFileSync(at("width.txt"), "8");
  writeFileSync(at("outside.json"), JSON.stringify(spec));
  const { status, stderr } = netspace("sweep", "outside.json", "--out", out);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /the space's code drew another network \d when .* was trained than it does now, from the same source/,
  );
});

/** Says that it was loaded by a file; a reader must leave none. */
const loud = {
  ...ghostFiles,
  "lib/kernel.ts": `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify("MARK")}, "");
export const kernel: number = 3;
`,
};

test("a population of one's own block is read, judged, compared, trained again and reported without running its code", {
  skip: withoutAddon,
}, async () => {
  const mark = at("loaded");
  const files = { ...loud, "lib/kernel.ts": loud["lib/kernel.ts"].replace('"MARK"', JSON.stringify(mark)) };
  const folder = folderOf("trained", files);
  const out = at("trained-out");
  writeAll(folder, {
    "spec.json": JSON.stringify({ ...specIn(folder), space: { module: "./ghost.ts", export: "space" } }),
  });
  // As the user would: the place is relative to the spec, whatever the working folder is.
  const run = netspace("sweep", join(folder, "spec.json"), "--out", out, "--workers", "2", "--threads", "1");
  assert.equal(run.status, 0, run.stderr);
  assert.ok(existsSync(mark));
  rmSync(mark);
  rmSync(folder, { recursive: true });

  const file = at("trained.parquet");
  const compacted = await compactSweep(out, file);
  assert.equal(compacted.length, 4);
  const there = await readCompact(file);
  assert.deepEqual(there.provenance?.code, Object.fromEntries(Object.entries(files)));
  const records = (population: typeof there) => population.trials.map(heldRecord);
  assert.deepEqual(records(there), records(openPopulation(out)));
  for (const { network, architecture } of there.members) {
    assert.equal(architecture.block, "ghost");
    assert.ok(network.layers.some(({ name }) => name === "s1.b1.conv_cheap"));
  }
  const { rows } = await retrain(there, { networks: 2 });
  assert.deepEqual(
    rows.map(row => row.again),
    rows.map(row => row.stored),
  );
  const judged = await verifyPopulation(there, { networks: 1 });
  assert.ok(judged.rows.every(({ verdict }) => verdict !== "other"));
  const [pair] = comparePopulations(
    [there, await shippedPopulation("AnyNetXA")].map(({ errors }, i) => ({
      name: `p${i}`,
      errors: [...errors, ...errors],
    })),
  ).pairs;
  assert.ok(pair.compared);
  for (const args of [
    ["status", out],
    ["report", file, "--out", at("page.html")],
    ["compare", out, file, "AnyNetXA"],
    ["compact", out, "--out", at("again.parquet")],
  ]) {
    const { status, stderr } = netspace("sweep", ...args);
    assert.equal(status, 0, stderr);
  }
  assert.match(readFileSync(at("page.html"), "utf8"), /Ghost/);

  const refused = netspace("sweep", file, "--out", at("none"));
  assert.equal(refused.status, 1);
  assert.match(
    refused.stderr,
    /the space of .*, Ghost, is code, which is not run out of a population; write it out with netspace sweep expand/,
  );
  assert.ok(!existsSync(at("none")));
  const back = at("back");
  const expanded = netspace("sweep", "expand", file, "--out", back);
  assert.equal(expanded.status, 0, expanded.stderr);
  assert.match(
    expanded.stdout,
    /4 trials put in; .*\n.*runs the code of its space, .*source\/ghost\.ts.*: read it first/,
  );
  assert.deepEqual(records(openPopulation(back)), records(there));
  assert.ok(!existsSync(mark), "nothing so far has run the code");

  const on = netspace("sweep", join(back, "spec.json"), "--out", back);
  assert.equal(on.status, 0, on.stderr);
  assert.match(on.stdout, /4 of 4 networks/);
  assert.ok(existsSync(mark), "sweeping does");
});

test("a plan knows one's own space, beside names and specs", () => {
  const folder = folderOf("planned");
  writeAll(folder, {
    "spec.json": JSON.stringify({
      ...specIn(folder),
      space: { base: "AnyNetXA", block: { module: "./ghost.ts", export: "ghost" } },
    }),
  });
  const { status, stdout, stderr } = netspace(
    "sweep",
    "plan",
    join(folder, "spec.json"),
    "AnyNetXA",
    "--n",
    "3",
    "--devices",
    "2",
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /AnyNetXA, block ghost +4 /);
});

test("a population whose code leads out of its folder, or is other code, is written nowhere and not run", async () => {
  const folder = folderOf("hostile");
  const out = at("hostile-out");
  await sweepWith(quick, specIn(folder), { out, workers: 1, onProgress: () => {} });
  for (const name of [
    "../escaped.ts",
    "/escaped.ts",
    "a/../../escaped.ts",
    "..\\escaped.ts",
    "C:/escaped.ts",
    "",
    "a//b.ts",
  ]) {
    const file = at("hostile.parquet");
    await compactSweep(out, file);
    const changed = await changeCode(file, code => ({ ...code, [name]: "export {};" }));
    await assert.rejects(
      expandSweep(changed, at("hostile-back")),
      { name: "SpecError", message: /expected source files with paths below their folder/ },
      name,
    );
    assert.ok(!existsSync(at("hostile-back", "source")), name);
    assert.ok(!existsSync(at("escaped.ts")) && !existsSync("/escaped.ts"), name);
  }
  const file = at("other.parquet");
  await compactSweep(out, file);
  const changed = await changeCode(file, code => ({ ...code, "lib/kernel.ts": 'throw new Error("ran");' }));
  assert.equal(netspace("sweep", "expand", changed, "--out", at("other-back")).status, 0);
  const { status, stderr } = netspace("sweep", at("other-back", "spec.json"), "--out", at("other-back"));
  assert.equal(status, 1);
  assert.match(stderr, /expected the source with the content that the spec names/);
});

/** A compact file with other code in its metadata. */
async function changeCode(
  file: string,
  change: (code: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<string> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  const [[text]] = (
    await connection.runAndReadAll(
      `select decode(value) from parquet_kv_metadata('${file}') where decode(key) = 'netspace'`,
    )
  ).getRows();
  const provenance = JSON.parse(String(text)) as { code: Readonly<Record<string, string>> };
  const other = file.replace(".parquet", "-changed.parquet");
  const said = JSON.stringify({ ...provenance, code: change(provenance.code) }).replaceAll("'", "''");
  await connection.run(
    `copy (from '${file}') to '${other}' (format parquet, kv_metadata {netspace: '${said}'})`,
  );
  connection.closeSync();
  return other;
}

test("a module that is wrong leaves no folder behind", async () => {
  const folder = folderOf("wrong", { "ghost.ts": "export const space = 5;" });
  await assert.rejects(sweep(specIn(folder), { out: at("wrong-out") }), { name: "SpecError" });
  assert.ok(!existsSync(at("wrong-out")));
  const cli = netspace("sweep", "plan", "--devices", "1", at("nothing.json"));
  assert.equal(cli.status, 1);
});

test("a package that is linked in from elsewhere is told, since a copy would not find it", async () => {
  const { symlinkSync, mkdirSync } = await import("node:fs");
  const folder = folderOf("linked", {
    ...ghostFiles,
    "lib/kernel.ts": 'export { size as kernel } from "sizes";\n',
  });
  writeAll(at("sizes"), {
    "package.json": '{ "name": "sizes", "exports": "./main.js", "type": "module" }',
    "main.js": "export const size = 3;\n",
  });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(at("sizes"), join(folder, "node_modules/sizes"));
  const out = at("linked-out");
  await assert.rejects(sweepWith(quick, specIn(folder), { out, workers: 1, onProgress: () => {} }), {
    name: "SpecError",
    message:
      /a copy of .*ghost\.ts would not be the same code; import what lies in other folders by relative paths/,
  });
  assert.ok(!existsSync(join(out, "spec.json")) && !existsSync(join(out, "source")));
  // Installed as packages are, it is kept with the rest.
  rmSync(join(folder, "node_modules/sizes"));
  cpSync(at("sizes"), join(folder, "node_modules/sizes"), { recursive: true });
  assert.equal((await sweepWith(quick, specIn(folder), { out, workers: 1, onProgress: () => {} })).length, 4);
  assert.ok(existsSync(join(out, "source/node_modules/sizes/main.js")));
  rmSync(folder, { recursive: true });
  assert.equal(netspace("sweep", join(out, "spec.json"), "--out", out).status, 0);
});

for (const registers of [false, true]) {
  const how = registers ? "that its module registers" : "that is not registered";
  test(`a family of one's own ${how} is swept, stored with its numbers, sent, and reported without its code`, {
    skip: withoutAddon,
  }, async () => {
    const text = registers
      ? `import { registerFamily } from "netspace";\n${chainFile}\nregisterFamily(chainFamily);\n`
      : chainFile;
    const folder = folderOf(`family-${registers}`, { "ghost.ts": text });
    const out = at(`family-${registers}-out`);
    const spec = { ...specIn(folder), where: {}, n: 3 };
    const file = `${out}.json`;
    writeFileSync(file, JSON.stringify(spec));
    const run = netspace("sweep", file, "--out", out, "--workers", "1", "--threads", "1");
    assert.equal(run.status, 0, run.stderr);
    rmSync(folder, { recursive: true });
    const compacted = at(`family-${registers}.parquet`);
    await compactSweep(out, compacted);
    const population = await readCompact(compacted);
    assert.ok(population.names.includes("widest"), population.names.join());
    for (const { architecture, network, row } of population.members) {
      assert.equal(architecture.family, "own chain");
      assert.equal(network.classes, 10);
      assert.equal(network.layers.filter(({ op }) => op === "conv").length, row.depth);
    }
    const { rows } = await retrain(population, { networks: 1 });
    assert.equal(rows[0].again, rows[0].stored);
    for (const args of [
      ["report", compacted, "--out", at("family.html")],
      ["status", out],
    ]) {
      const { status, stderr } = netspace("sweep", ...args);
      assert.equal(status, 0, stderr);
    }
    const again = netspace("sweep", join(out, "spec.json"), "--out", out);
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stdout, /^Chains: 3 of 3 networks/);
  });
}

test("blocks of one name and other code are other networks to the rank agreement of two populations", async () => {
  const where = { depth: [4, 8] } as const;
  const run = (folder: string, more: Partial<SweepSpec>) =>
    sweepWith(quick, specIn(folder, { where, n: 8, ...more }), {
      out: `${folder}-out-${more.trainingSeed ?? "own"}`,
      workers: 4,
      onProgress: () => {},
    });
  const folder = folderOf("ranked");
  const [first, second] = [await run(folder, {}), await run(folder, { trainingSeed: 500 })];
  assert.equal(rankAgreement(first, second, { repeats: 50 }).n, 8);
  const other = folderOf("ranked-other", { ...ghostFiles, "lib/kernel.ts": "export const kernel = 5;\n" });
  const third = await run(other, {});
  assert.deepEqual(third.members[0].architecture, first.members[0].architecture);
  assert.throws(
    () => rankAgreement(first, third),
    /expected at least 3 networks that both trained, got 0 of 8 and 8/,
  );
});
