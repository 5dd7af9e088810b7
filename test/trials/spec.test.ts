import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { countArchitecture, recipes, type SweepSpec, sweep } from "netspace";
import { trainingError } from "netspace/search";
import { type RefinedSpace, spaceName } from "../../src/trials/space-spec.js";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { keepSpec, readSpec } from "../../src/trials/spec-file.js";
import { canonicalJson, sweepId, trialId } from "../../src/trials/trial.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const dataset = { kind: "procedural", resolution: 32, train: 100, test: 50, seed: 1 } as const;
const base: SweepSpec = { space: "RegNetX", n: 5, recipe: "section3", dataset };
const drawn = {
  base: "tiny",
  learningRate: { logUniform: [0.01, 1] },
  weightDecay: { logUniform: [1e-6, 1e-2] },
} as const;

test("specs keep the sweep and trial ids under which trained populations were stored", () => {
  // Written down when the first populations were trained. A change here orphans every stored trial.
  const file = join(root, "notebooks/fig02-anynetx.sweep.json");
  const spec = checkSpec(JSON.parse(readFileSync(file, "utf8")));
  assert.equal(sweepId(spec), "1a711f17bd406408bbec5fd2d2a53ec2");
  assert.equal(trialId(trialsOf(spec)[0]), "8a32c599b7727633190ea8fd296ed19d");
  const regnet = checkSpec({ ...base, n: 3 });
  assert.equal(sweepId(regnet), "42ac5d6e14a5f847713949947771b4f7");
  assert.equal(trialId(trialsOf(regnet)[1]), "3fa3695b69f89b74942314f74efac61e");
});

test("a named space keeps a stem of its own where the spec says none, in sweeps, tables and searches", async () => {
  const own = { kind: "cifar", width: 8 };
  const stems = (spec: object) =>
    trialsOf(checkSpec({ ...base, n: 3, ...spec })).map(({ architecture }) => architecture.stem);
  assert.deepEqual(checkSpec({ ...base, space: "SmallAssignments" }).stem, own);
  assert.deepEqual(stems({ space: "SmallAssignments" }), [own, own, own]);
  assert.deepEqual(checkSpec({ ...base, space: { base: "SmallAssignments", name: "again" } }).stem, own);
  const other = { kind: "simple", width: 4 } as const;
  assert.deepEqual(stems({ space: "SmallAssignments", stem: other }), [other, other, other]);
  // The paper's own, and other families, have the paper's as before.
  for (const space of ["AnyNetXE", "RegNetX", "NAS-Bench-201", "NASNet"])
    assert.deepEqual(checkSpec({ ...base, space }).stem, { kind: "simple", width: 32 });
  assert.equal((trainingError({ dataset, recipe: "tiny" }).trains as { stem?: object }).stem, undefined);
  assert.deepEqual(trainingError({ dataset, recipe: "tiny", stem: other }).trains.stem, other);
  // What is in the identity of stored searches is as it was.
  const { settings } = trainingError({ dataset, recipe: "tiny" });
  assert.deepEqual(settings.stem, { kind: "simple", width: 32 });
});

test("a recipe by base alone is the recipe", () => {
  assert.equal(
    sweepId(checkSpec({ ...base, recipe: { base: "tiny" } })),
    sweepId(checkSpec({ ...base, recipe: "tiny" })),
  );
});

test("drawn fields of a recipe differ from network to network, lie in their interval, and come from the seed", () => {
  const spec = checkSpec({ ...base, n: 200, recipe: drawn });
  const trials = trialsOf(spec);
  const rates = trials.map(({ recipe }) => recipe.learningRate);
  assert.ok(rates.every(rate => rate >= 0.01 && rate <= 1));
  assert.equal(new Set(rates).size, 200);
  // Log-uniform: half of them below the geometric mean. Binomial(200, ½) lies within 100 ± 28 but once in 10,000.
  const low = rates.filter(rate => rate < 0.1).length;
  assert.ok(Math.abs(low - 100) <= 28, `${low} of 200 below 0.1`);
  for (const { recipe, drawn: fields } of trials) {
    assert.deepEqual(fields, {
      learningRate: recipe.learningRate,
      weightDecay: recipe.weightDecay,
    });
    assert.equal(recipe.epochs, recipes.tiny.epochs);
  }
  const ids = (given: object) => trialsOf(checkSpec(given)).map(({ id }) => id);
  const { base: _base, learningRate, weightDecay } = drawn;
  assert.deepEqual(
    ids({ ...base, recipe: { weightDecay, learningRate, base: "tiny" } }),
    ids({ ...base, recipe: drawn }),
  );
  assert.notDeepEqual(ids({ ...base, recipe: drawn, seed: 2 }), ids({ ...base, recipe: drawn }));
});

test("drawing a recipe leaves the networks as they are, and more networks leave the first ones' recipes", () => {
  const given = trialsOf(checkSpec({ ...base, recipe: "tiny" }));
  const sampled = trialsOf(checkSpec({ ...base, recipe: drawn }));
  assert.deepEqual(
    sampled.map(c => c.network),
    given.map(c => c.network),
  );
  const more = trialsOf(checkSpec({ ...base, n: 8, recipe: drawn }));
  // Another sweep, with the same trials.
  const rest = ({ sweep: _sweep, ...trial }: (typeof more)[number]) => trial;
  assert.deepEqual(more.slice(0, 5).map(rest), sampled.map(rest));
});

test("whole-number and yes-or-no fields are drawn from lists", () => {
  const recipe = { base: "tiny", batch: { oneOf: [32, 64, 128] }, flip: { oneOf: [true, false] } } as const;
  const trials = trialsOf(checkSpec({ ...base, n: 60, recipe }));
  assert.deepEqual(
    [...new Set(trials.map(c => c.recipe.batch))].sort((a, b) => a - b),
    [32, 64, 128],
  );
  assert.deepEqual(new Set(trials.map(c => c.recipe.flip)), new Set([true, false]));
});

test("an optimiser is drawn from a list of names, its numbers from intervals", () => {
  const recipe = {
    base: "tiny",
    optimiser: { oneOf: ["adam", "adamw"] },
    beta1: { uniform: [0.5, 0.9] },
    epsilon: { logUniform: [1e-8, 1e-4] },
    clipNorm: { oneOf: [1, 5] },
    decayFactor: 0.97,
    decayEvery: { uniform: [0.5, 2] },
  } as const;
  const trials = trialsOf(checkSpec({ ...base, n: 40, recipe }));
  assert.deepEqual(new Set(trials.map(c => c.recipe.optimiser)), new Set(["adam", "adamw"]));
  assert.ok(trials.every(({ recipe: { beta1 } }) => beta1! >= 0.5 && beta1! <= 0.9));
  assert.deepEqual(Object.keys(trials[0].drawn).sort(), [
    "beta1",
    "clipNorm",
    "decayEvery",
    "epsilon",
    "optimiser",
  ]);
  for (const [own, message] of [
    [{ optimiser: { oneOf: ["sgd", "adam"] } }, /recipe: beta1 must be left out with optimiser "sgd"/],
    [{ optimiser: { oneOf: ["adam", "lamb"] } }, /recipe: optimiser must be "sgd", .*got "lamb"/],
    [{ optimiser: { uniform: [0, 1] } }, /recipe\.optimiser: expected a value, or \{"oneOf"/],
    [{ learningRateEnd: 0.01 }, /recipe: learningRateEnd must be left out with decayFactor/],
  ] as const) {
    assert.throws(() => checkSpec({ ...base, recipe: { ...recipe, ...own } as never }), message);
  }
});

test("repeats train every network with the same recipe and seeds of their own", () => {
  const trials = trialsOf(checkSpec({ ...base, n: 3, repeats: 2, recipe: drawn, trainingSeed: 100 }));
  assert.deepEqual(
    trials.map(c => c.seed),
    [100, 101, 102, 103, 104, 105],
  );
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(trials[i + 3].network, trials[i].network);
    assert.deepEqual(trials[i + 3].recipe, trials[i].recipe);
  }
  assert.equal(new Set(trials.map(c => c.id)).size, 6);
});

test("a spec's window of effective flops is counted at the dataset's resolution", () => {
  const where = { effectiveFlops: [4e6, 5e6] } as const;
  const spec = checkSpec({ ...base, n: 10, where, stem: { kind: "cifar", width: 8 } });
  for (const { architecture } of trialsOf(spec)) {
    const { flops } = countArchitecture(architecture, dataset.resolution, { taps: "inside" });
    assert.ok(flops >= 4e6 && flops <= 5e6, String(flops));
  }
});

test("a space may be refined in the spec, and draws what the named space of the same refinements draws", () => {
  const networks = (space: SweepSpec["space"]) => trialsOf(checkSpec({ ...base, space })).map(c => c.network);
  assert.deepEqual(networks({ base: "RegNetX", fix: { wm: 2 } }), networks("RegNetX-wm2"));
  assert.deepEqual(networks({ base: "RegNetX", tieWidths: true }), networks("RegNetX-w0wa"));
  assert.deepEqual(networks({ base: "RegNetX", block: "Y" }), networks("RegNetY"));
  assert.deepEqual(networks({ base: "RegNetX", stages: 3 }), networks("RegNetX-3stages"));
  assert.deepEqual(
    networks({ base: "AnyNetXA", share: ["bottleneck", "groupWidth"], nonDecreasing: ["width"] }),
    networks("AnyNetXD"),
  );
  const inverted = { bottleneck: { powersOfTwo: [1 / 8, 1] as [number, number] } };
  for (const { architecture } of trialsOf(
    checkSpec({ ...base, space: { base: "RegNetX", values: inverted } }),
  )) {
    assert.ok(architecture.stages[0].bottleneck <= 1);
  }
});

test("a refined space without a name is called by its refinements", () => {
  const name = (values: RefinedSpace["values"]) => spaceName({ base: "RegNetX", values });
  assert.equal(name({ depth: { uniform: [4, 12, 1] } }), "RegNetX, depth 4 to 12");
  assert.equal(name({ w0: { logUniform: [8, 256, 8] } }), "RegNetX, w0 8 to 256 (logarithmic)");
  assert.equal(name({ bottleneck: { powersOfTwo: [1, 4] } }), "RegNetX, bottleneck 1 to 4 (powers of two)");
  assert.equal(name({ groupWidth: { oneOf: [1, 8] } }), "RegNetX, groupWidth 1 or 8");
});

const faults: [string, object, RegExp][] = [
  [
    "an empty window",
    { where: { flops: [4e6, 2e6] } },
    /^sweep spec: where\.flops: expected \[low, high\] with low ≤ high, got \[4000000,2000000\]$/,
  ],
  [
    "an unknown base recipe",
    { recipe: { base: "huge" } },
    /^sweep spec: recipe\.base: expected the name of a recipe: section3, section4, section5, tiny, .*, got "huge"$/,
  ],
  [
    "a draw of an unknown form",
    { recipe: { ...drawn, learningRate: { normal: [0, 1] } } },
    /^sweep spec: recipe\.learningRate: expected a value, .*, got \{"normal":\[0,1\]\}$/,
  ],
  [
    "a log-uniform draw from 0",
    { recipe: { ...drawn, weightDecay: { logUniform: [0, 1] } } },
    /recipe\.weightDecay: expected a value/,
  ],
  [
    "a draw that leaves what the field may be",
    { recipe: { ...drawn, momentum: { uniform: [0.5, 1] } } },
    /^sweep spec: recipe: momentum must be a number in \[0, 1\), got 1$/,
  ],
  [
    "a fraction drawn for a whole number",
    { recipe: { ...drawn, batch: { uniform: [16, 64] } } },
    /recipe\.batch: expected a value, or \{"oneOf"/,
  ],
  [
    "a warm-up longer than the shortest training drawn",
    { recipe: { base: "tiny", epochs: { oneOf: [8, 2] }, warmupEpochs: { uniform: [0, 4] } } },
    /warmupEpochs must be at most epochs \(2\), got 4/,
  ],
  [
    "an unknown field of a recipe",
    { recipe: { ...drawn, rate: 1 } },
    /recipe: rate must be one of the known fields/,
  ],
  [
    "an unknown refinement",
    { space: { base: "RegNetX", fixed: {} } },
    /^sweep spec: space\.fixed: no such field; take it out, or check its spelling/,
  ],
  [
    "an unknown base space",
    { space: { base: "RegNetQ" } },
    /^sweep spec: space\.base: expected one of "AnyNetXA", .*, got "RegNetQ"$/,
  ],
  [
    "a refinement of the other family",
    { space: { base: "RegNetX", share: ["width"] } },
    /space: share refines the stages of AnyNet spaces, got the RegNet space RegNetX; leave it out, or take AnyNetXA$/,
  ],
  ["an unknown parameter", { space: { base: "RegNetX", fix: { wn: 2 } } }, /space: .*unknown parameter "wn"/],
  [
    "a space refined twice",
    { space: { base: "AnyNetXB", share: ["bottleneck"] } },
    /bottleneck is already shared/,
  ],
  ["no repeats", { repeats: 0 }, /^sweep spec: repeats: expected a number > 0, got 0$/],
  ["a word for a number", { n: "two" }, /^sweep spec: n: expected a number, got "two"$/],
  ["a fraction of a network", { n: 1.5 }, /^sweep spec: n: expected an integer, got 1\.5$/],
  [
    "a window without an end",
    { where: { flops: [1] } },
    /where\.flops: expected an array of at least 2, got \[1\]$/,
  ],
  [
    "an engine that there is not",
    { engine: "jax" },
    /engine: expected one of "torch", "tensorflow", got "jax"$/,
  ],
  ["nothing for a field", { dataset: undefined }, /^sweep spec: dataset: expected an object, got nothing$/],
  [
    "another dimension",
    { space: { base: "RegNetX", values: { wm: { normal: [2, 3] } } } },
    /space\.values\.wm: expected \{"uniform": \[low, high, step\]\}, .*, got \{"normal":\[2,3\]\}$/,
  ],
  [
    "a time that Slurm does not read",
    { run: { slurm: { time: "soon" } } },
    /run\.slurm\.time: expected a time in Slurm's form, such as "90" \(minutes\) or "1:30:00", got "soon"$/,
  ],
];
const limits: [string, object, RegExp][] = [
  [
    "a seed of 33 bits",
    { seed: 2 ** 32 },
    /^sweep spec: seed: expected a number ≤ 4294967295, got 4294967296$/,
  ],
  [
    "the greatest whole number as seed",
    { seed: 2 ** 53 - 1 },
    /^sweep spec: seed: expected a number ≤ 4294967295/,
  ],
  ["two billion networks", { n: 2e9 }, /^sweep spec: n: expected a number ≤ 1000000, got 2000000000$/],
  ["a trillion repeats", { repeats: 1e12 }, /^sweep spec: repeats: expected a number ≤ 1000000, got 10{12}$/],
  [
    "more trainings than fit in memory",
    { n: 20_000, repeats: 100 },
    /^sweep spec: repeats: expected n times repeats ≤ 1000000, got 20000 × 100$/,
  ],
  [
    "training seeds that end before the trials do",
    { trainingSeed: 2 ** 53 - 3 },
    /^sweep spec: trainingSeed: expected a seed from which the last of 5 trials has one of at most 9007199254740991, got 9007199254740989$/,
  ],
  [
    "a training seed beyond whole numbers",
    { trainingSeed: 2 ** 53 },
    /^sweep spec: trainingSeed: expected a/,
  ],
  [
    "a training seed in words",
    { trainingSeed: "mine" },
    /^sweep spec: trainingSeed: expected a whole number from 0, or "own", got "mine"$/,
  ],
  [
    "a billion stages",
    { space: { base: "AnyNetXA", stages: 1e9 } },
    /^sweep spec: space: .*stages must be a positive integer of at most \d+, got 1000000000$/,
  ],
  [
    "a hundred million widths",
    { space: { base: "AnyNetXA", values: { width: { uniform: [8, 800_000_000, 8] } } } },
    /^sweep spec: space: uniform: expected at most 1000000 values, got 100000000; take a larger step/,
  ],
  [
    "a stem as wide as memory",
    { stem: { kind: "simple", width: 2e9 } },
    /stem\.width: expected a number ≤ 65536/,
  ],
  [
    "a billion workers",
    { run: { workers: 1e9 } },
    /^sweep spec: run\.workers: expected a number ≤ 4096, got 10{9}$/,
  ],
  ["a billion threads", { run: { threads: 1e9 } }, /run\.threads: expected a number ≤ 4096/],
  // Clocks of more milliseconds than 31 bits hold go off at once.
  [
    "a time limit of a year",
    { run: { timeLimit: 31_557_600 } },
    /run\.timeLimit: expected a number ≤ 2000000/,
  ],
  ["an infinite count", { n: Infinity }, /^sweep spec: n: expected a number, got Infinity$/],
  ["a count that is no number", { n: Number.NaN }, /^sweep spec: n: expected a number, got NaN$/],
  ["a big integer", { n: 5n }, /^sweep spec: n: expected a number, got 5n$/],
  [
    "an infinite window",
    { where: { flops: [0, Infinity] } },
    /where\.flops\.1: expected a number, got Infinity$/,
  ],
  ["nothing in a window's place", { where: null }, /^sweep spec: where: expected an object, got null$/],
  [
    "a hundred thousand wrong names",
    { space: { base: "AnyNetXA", share: Array.from({ length: 1e5 }, () => "x") } },
    /^sweep spec: space\.share\.0: expected one of .{1,4000}$/,
  ],
  [
    "a hundred thousand values to draw from",
    { recipe: { base: "tiny", batch: { oneOf: Array.from({ length: 1e5 }, (_, i) => i + 1) } } },
    /^sweep spec: recipe\.batch: expected a value, .{1,400}$/,
  ],
  [
    "a list for a recipe's base",
    { recipe: { base: [["tiny"]] } },
    /recipe\.base: expected the name of a recipe/,
  ],
  ["a long text in a recipe", { recipe: { base: "tiny", epochs: "y".repeat(1e5) } }, /^.{1,700}$/],
  [
    "a value nested beyond what JSON can write",
    { recipe: JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown },
    /^sweep spec: recipe: expected a recipe, .*, got an array of 1$/,
  ],
];
for (const [what, change, message] of [...faults, ...limits]) {
  test(`a spec with ${what} is refused by name`, () => {
    assert.throws(() => checkSpec({ ...base, ...change }), { name: "SpecError", message });
  });
}

test("seeds and counts up to their limits are taken", () => {
  assert.equal(checkSpec({ ...base, seed: 2 ** 32 - 1 }).seed, 2 ** 32 - 1);
  assert.equal(checkSpec({ ...base, trainingSeed: 2 ** 53 - 5 }).trainingSeed, 2 ** 53 - 5);
  assert.equal(checkSpec({ ...base, n: 1000, repeats: 1000 }).n, 1000);
  assert.equal(trialsOf(checkSpec({ ...base, n: 2, seed: 2 ** 32 - 1 }))[1].seed, 2 ** 32);
});

test("a spec written with `as const` is a spec", () => {
  const whole = {
    space: { base: "AnyNetXA", share: ["bottleneck"], values: { width: { uniform: [8, 64, 8] } } },
    n: 5,
    where: { flops: [1e6, 4e8], depth: [4, 40] },
    stem: { kind: "simple", width: 16 },
    dataset,
    recipe: drawn,
    run: { devices: ["cpu"], slurm: { tasks: 2 } },
  } as const;
  const spec: SweepSpec = whole;
  assert.equal(trialsOf(checkSpec(spec)).length, 5);
});

test("spec.json is read as editors and shells write it: with a byte order mark, returns, in UTF-16", () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-spec-"));
  try {
    const spec = checkSpec(base);
    keepSpec(folder, spec);
    const text = readFileSync(join(folder, "spec.json"), "utf8");
    const marked = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    for (const bytes of [Buffer.from(marked, "utf8"), Buffer.from(marked, "utf16le")]) {
      writeFileSync(join(folder, "spec.json"), bytes);
      assert.deepEqual(readSpec(folder), spec);
      keepSpec(folder, spec);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a folder of another spec says which fields differ, and how one does", () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-spec-"));
  try {
    keepSpec(folder, checkSpec(base));
    const refused = (change: object, message: RegExp) =>
      assert.throws(() => keepSpec(folder, checkSpec({ ...base, ...change })), {
        name: "SpecError",
        message,
      });
    refused(
      { n: 4 },
      /another spec \(n differs: 5 there, 4 here\); a sweep grows and does not shrink: take the first 4 rows of its population, or choose another folder$/,
    );
    refused({ n: 6, seed: 2 }, /another spec \(n and seed differ\)/);
    refused({ n: 6, seed: 2, repeats: 2 }, /another spec \(n, seed and repeats differ\)/);
    refused({ recipe: "tiny" }, /another spec \(recipe differs\)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a sweep refuses workers, threads and limits that cannot be, before anything runs", async () => {
  const out = mkdtempSync(join(tmpdir(), "netspace-refused-"));
  const refused: [object, RegExp][] = [
    [{ workers: 1e9 }, /^sweep: workers: expected a number ≤ 4096, got 1000000000$/],
    [{ workers: 0 }, /^sweep: workers: expected a number > 0, got 0$/],
    [{ workers: Number.NaN }, /^sweep: workers: expected a number, got NaN$/],
    [{ workers: 1.5 }, /^sweep: workers: expected an integer, got 1\.5$/],
    [{ threads: 4000 }, /^sweep: threads must be at most \d+/],
    [{ timeLimit: 1e7 }, /^sweep: timeLimit: expected a number ≤ 2000000/],
    [{ timeLimit: -1 }, /^sweep: timeLimit: expected a number > 0/],
    [{ memoryLimit: 0 }, /^sweep: memoryLimit: expected a number > 0/],
    [{ retries: Infinity }, /^sweep: retries: expected a/],
    [{ devices: [] }, /^sweep: devices: expected an array of at least 1/],
  ];
  try {
    for (const [options, message] of refused) {
      await assert.rejects(sweep({ ...base, n: 2 }, { out, ...options }), { name: "RangeError", message });
    }
    assert.equal(existsSync(join(out, "trials")), false);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test("canonical JSON is what JSON.stringify gives for sorted keys", () => {
  const data = {
    b: [1, -0, 1e21, 5e-7, Number.NaN, null, undefined, [], {}],
    a: { z: 'quote " and \n', y: undefined, x: true, é: false },
  };
  const sorted = { a: { x: true, z: data.a.z, é: false }, b: data.b };
  assert.equal(canonicalJson(data), JSON.stringify(sorted));
  assert.equal(canonicalJson(null), "null");
});

test("a sweep is refused before its first trial where its engine or its card is missing", async () => {
  const out = mkdtempSync(join(tmpdir(), "netspace-missing-"));
  const addon = process.env.NETSPACE_TORCH_ADDON;
  process.env.NETSPACE_TORCH_ADDON = join(out, "nowhere.node");
  try {
    for (const devices of [["cpu"], ["cuda"]] as const) {
      await assert.rejects(sweep({ ...base, n: 2, run: { devices: [...devices] } }, { out }), {
        name: "EngineUnavailableError",
        message:
          /expected the libtorch binding at .*nowhere\.node, which does not exist; run "npm run setup"/,
      });
    }
    assert.equal(existsSync(join(out, "trials")), false, "nothing was recorded as failed");
  } finally {
    if (addon === undefined) delete process.env.NETSPACE_TORCH_ADDON;
    else process.env.NETSPACE_TORCH_ADDON = addon;
    rmSync(out, { recursive: true, force: true });
  }
});

test("a sweep whose crops may show nothing of the images is refused before anything runs", async () => {
  const out = join(mkdtempSync(join(tmpdir(), "netspace-refused-")), "sweep");
  try {
    for (const cropPadding of [32, { oneOf: [0, 1000] }]) {
      const got = typeof cropPadding === "number" ? cropPadding : 1000;
      await assert.rejects(sweep({ ...base, n: 2, recipe: { base: "tiny", cropPadding } }, { out }), {
        name: "SpecError",
        message: `sweep spec: recipe.cropPadding must be less than the images' 32 pixels, got ${got}`,
      });
    }
    await assert.rejects(sweep({ ...base, n: 2, recipe: { base: "tiny", cutout: 32 } }, { out }), {
      name: "SpecError",
      message: "sweep spec: recipe.cutout must be less than the images' 32 pixels, got 32",
    });
    const weighing = { base: "tiny", auxiliaryWeight: { oneOf: [0, 0.4] } } as const;
    await assert.rejects(sweep({ ...base, n: 2, recipe: weighing }, { out }), {
      name: "SpecError",
      message:
        /^sweep spec: recipe\.auxiliaryWeight must be left out, or 0, for ".+", which has no auxiliary head, got 0\.4$/,
    });
    assert.equal(existsSync(out), false, "no folder was made");
  } finally {
    rmSync(join(out, ".."), { recursive: true, force: true });
  }
});

test("a sweep whose engine cannot follow it is refused before anything runs, by the field", async () => {
  const out = join(mkdtempSync(join(tmpdir(), "netspace-refused-")), "sweep");
  try {
    const refused = (own: object, pattern: RegExp, options: object = {}) =>
      assert.rejects(sweep({ ...base, n: 2, engine: "tensorflow", ...own }, { out, ...options }), {
        name: "SpecError",
        message: pattern,
      });
    const fields: Record<string, unknown> = {
      dropout: 0.1,
      dropPath: 0.2,
      colourPca: 0.1,
      recalibrate: 64,
      auxiliaryWeight: 0.4,
    };
    for (const [field, value] of Object.entries(fields)) {
      await refused(
        { recipe: { base: "tiny", [field]: value } },
        new RegExp(
          `^sweep spec: recipe\\.${field} must be left out with engine tensorflow.*, got ${String(value)}$`,
        ),
      );
    }
    const boxes = { base: "tiny", cropPadding: 0, randomSizedCrop: 0.4 };
    await refused({ recipe: boxes }, /recipe\.randomSizedCrop .*got 0\.4/);
    // Also where only some of the networks would be trained so.
    await refused({ recipe: { base: "tiny", dropout: { oneOf: [0, 0.3] } } }, /recipe\.dropout .*got 0\.3/);
    await refused({ precision: "bf16" }, /precision must be "float32" with engine tensorflow.*got "bf16"/);
    await refused({ run: { memoryLimit: 1e9 } }, /run\.memoryLimit must be left out.*got 1000000000/);
    await refused(
      { run: { devices: ["cuda"] } },
      /run\.devices must be "cpu" with engine tensorflow, got "cuda"/,
    );
    assert.equal(existsSync(out), false, "no folder was made");
    // Options stand for the spec's own fields.
    await refused({}, /run\.memoryLimit/, { memoryLimit: 1e9 });
    assert.equal(existsSync(join(out, "trials")), false, "nothing was trained");
  } finally {
    rmSync(join(out, ".."), { recursive: true, force: true });
  }
});

test("a spec may take all networks of a small space instead of a sample, and has another id then", () => {
  const space = {
    base: "AnyNetXA",
    stages: 2,
    values: {
      depth: { oneOf: [1, 2] },
      width: { oneOf: [8] },
      bottleneck: { oneOf: [1] },
      groupWidth: { oneOf: [8] },
    },
  };
  const spec = (n: number, enumerate?: "all" | "distinct") =>
    checkSpec({ ...base, space, n, ...(enumerate && { enumerate }) });
  const depths = (of: ReturnType<typeof spec>) =>
    trialsOf(of).map(({ architecture }) => architecture.stages.map(({ depth }) => depth).join());
  assert.deepEqual(depths(spec(4, "all")), ["1,1", "1,2", "2,1", "2,2"]);
  assert.deepEqual(depths(spec(4, "distinct")), ["1,1", "1,2", "2,1", "2,2"]);
  assert.equal(new Set([spec(4), spec(4, "all"), spec(4, "distinct")].map(of => sweepId(of))).size, 3);
  assert.throws(() => trialsOf(spec(5, "all")), /expected 5 architectures of AnyNetXA.*, which has 4/);
});

test("a dataset is a text in a spec, too, and the sweep is that of its description", () => {
  const spec = { space: "RegNetX", n: 5, recipe: "section3" } as const;
  const described = { kind: "procedural", resolution: 16, train: 5000, test: 2000, seed: 1 } as const;
  const [text, data] = [
    checkSpec({ ...spec, dataset: "procedural:16" }),
    checkSpec({ ...spec, dataset: described }),
  ];
  assert.deepEqual(text, data);
  assert.equal(sweepId(text), sweepId(data));
  assert.throws(
    () => checkSpec({ ...spec, dataset: "prcedural:16" }),
    /^SpecError: sweep spec: dataset: expected procedural.*, got "prcedural:16"$/,
  );
});
