import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readRegistration, registeredSweep, type SweepSpec } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { firstTrainingSeed } from "../../src/trials/training-seeds.js";
import { freshSpec } from "../../src/replication/studies/study.js";

const dataset = { kind: "procedural", resolution: 32, train: 100, test: 50, seed: 1 } as const;
const base: SweepSpec = { space: "RegNetX", n: 3, recipe: "section3", dataset, trainingSeed: "own" };
const seeds = (change: Partial<SweepSpec> = {}) =>
  trialsOf(checkSpec({ ...base, ...change })).map(({ seed }) => seed);

test("a range of one's own follows from what decides the networks, as docs/sweeps.md says", () => {
  const decides = '{"seed":1,"space":"RegNetX","stem":{"kind":"simple","width":32},"where":{}}';
  const hash = Number.parseInt(createHash("sha256").update(decides).digest("hex").slice(0, 8), 16);
  const first = 2 ** 20 * (4097 + hash);
  assert.deepEqual(seeds(), [first, first + 1, first + 2]);
  // Written down when it came in: a change orphans the trials trained since.
  assert.equal(first, 3989669096194048);
});

test("the same networks train with the same seeds, whatever the dataset, the recipe and how many there are", () => {
  const own = seeds();
  assert.deepEqual(seeds({ recipe: "tiny" }), own);
  assert.deepEqual(seeds({ dataset: { ...dataset, seed: 2 } }), own);
  assert.deepEqual(seeds({ n: 5 }).slice(0, 3), own);
  assert.deepEqual(seeds({ repeats: 2 }).slice(0, 3), own);
});

test("other networks train with other seeds, and with none that a spec without a training seed could have", () => {
  const stem = { kind: "cifar", width: 16 } as const;
  const others = [{}, { space: "RegNetY" }, { seed: 2 }, { where: { flops: [0, 1e12] } }, { stem }] as const;
  const firsts = others.map(change => seeds(change)[0]).sort((a, b) => a - b);
  for (const [i, first] of firsts.entries()) {
    assert.ok(first >= 2 ** 32 + 1e6, `${first} may be a seed and a million trials more`);
    assert.ok(i === 0 || first - firsts[i - 1] >= 1e6, `${firsts[i - 1]} and ${first} overlap`);
  }
});

test("no two registered populations train with the same seed on one set of images", () => {
  const registration = readRegistration();
  for (const images of ["procedural", "fashion-mnist"] as const) {
    const ranges = Object.keys(registration.populations).map(name => {
      const folder = images === "procedural" ? undefined : "anywhere";
      const spec = checkSpec(registeredSweep(registration, images, name, folder));
      const first = firstTrainingSeed(spec);
      return { name, first, end: first + spec.n * (spec.repeats ?? 1) };
    });
    ranges.sort((a, b) => a.first - b.first);
    for (const [i, { name, first }] of ranges.entries()) {
      const before = ranges[i - 1];
      assert.ok(!before || before.end <= first, `${before?.name} and ${name} overlap`);
    }
  }
});

test("populations that a study trains afresh, of spaces that have no spec, share no training seed either", () => {
  const [x, y] = ["RegNetX", "RegNetY"].map(name => firstTrainingSeed(checkSpec(freshSpec(name, 8, "none"))));
  assert.ok(Math.abs(x - y) >= 8);
});

/** Trained before there were ranges of one's own, with their seeds on record; no other spec may do without. */
const STORED = `
  AnyNetRA AnyNetVA AnyNetVRA AnyNetXA AnyNetXA-5stages AnyNetXB AnyNetXC AnyNetXC-equal-w
  AnyNetXC-nonincreasing-w AnyNetXD AnyNetXD-equal-d AnyNetXD-nonincreasing-d AnyNetXE
  AnyNetXE-5stages AnyNetXE-seeds RegNetR RegNetV RegNetVR RegNetX RegNetX-3stages
  RegNetX-5stages RegNetX-b1 RegNetX-constrained RegNetX-depthwise RegNetX-depthwise-silu
  RegNetX-inverted RegNetX-lr-wd RegNetX-silu RegNetX-w0wa RegNetX-wm2 RegNetY
`.split(/\s+/);

test("populations trained since have training seeds of their own", () => {
  const folder = fileURLToPath(new URL("../../../data/populations/", import.meta.url));
  const suffix = ".sweep.json";
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(suffix)) continue;
    const { trainingSeed } = checkSpec(JSON.parse(readFileSync(`${folder}${file}`, "utf8")));
    const isStored = STORED.includes(file.slice(0, -suffix.length));
    assert.equal(trainingSeed, isStored ? undefined : "own", file);
  }
});
