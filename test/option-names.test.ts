/**
 * Every exported function that takes options refuses a name that it does not have: a misspelt one would be taken for one
 * that is left out. Records of data may hold more than is read of them.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as netspace from "../src/index.js";
import { nearestName } from "../src/base/nearest-name.js";
import { isClass, parametersOf, type Work } from "./support/functions.js";
import { type Arguments, folder, objects, validCalls } from "./support/valid-calls.js";

process.chdir(folder);

const works = Object.entries(netspace).filter(
  ([name, value]) => typeof value === "function" && !name.endsWith("Error"),
) as unknown as [string, Work][];

/** Arguments that are data rather than options, by their places: what else they hold is left alone. */
const data: Readonly<Record<string, readonly number[]>> = {
  // Plotly's own layout, and texts under any name.
  Figure: [1],
  encodeSafetensors: [1],
  saveCheckpoint: [1],
  saveSessionState: [1, 2],
  saveWeights: [2],
  // Populations, or errors, under a name; specs as they were stored; a comparison's result.
  Population: [0],
  claimBestAbout: [1],
  claimBestWithin: [1],
  claimBetter: [1, 2],
  claimDiffer: [1],
  claimNoWorse: [1, 2],
  claimSame: [1, 2],
  claimTrend: [1],
  describePair: [0],
  regimeDifferences: [0, 1],
  regimeWords: [0],
  registeredSweep: [0],
  // Sets of images, and frames of danfo.js.
  Evaluation: [1],
  contactSheet: [0],
  evaluate: [0, 2],
  tableFromDanfo: [0],
  // Networks and architectures, which may say more of themselves, and the numbers of a RegNet or a stage.
  blockDiagrams: [1],
  build: [0],
  canonical: [0],
  canonicalCell: [0],
  compoundScale: [0],
  compoundScaling: [0],
  layerAssignment: [0],
  cellDiagram: [0],
  checkWeights: [1],
  complexity: [0],
  complexityByBlock: [0],
  complexityByLayer: [0],
  complexityByStage: [0],
  countArchitecture: [0],
  depthOf: [0],
  describe: [0],
  encodeOnnx: [0],
  exportOnnx: [1],
  fitQuantisedLinear: [0],
  fitQuantisedLinearExhaustive: [0],
  inferShapes: [0],
  isLean: [0],
  loadWeights: [1],
  memory: [0],
  paddingShare: [0],
  quantisedPowers: [0],
  quantisedWidths: [0],
  regNet: [0],
  // What a family or an engine has besides its methods is its own.
  registerFamily: [0],
  scale: [0],
  scalingCurve: [0],
  scalingGrid: [0],
  reviveArchitecture: [0],
  storeArchitecture: [0],
  structureDiagram: [0],
  time: [0],
  toGenotype: [0],
  train: [0],
  trialId: [0],
  weightShapes: [0],
  withDropPath: [0],
  withDropout: [0],
  // A training, which has more than its network and weights.
  browserDemo: [0],
  // A block's operators and feature maps are the interpreter's.
  convNorm: [0, 2],
  squeezeExcite: [0, 1],
  // What engines and runners report.
  TrainingRun: [0, 1],
  printProgress: [0],
  progressLine: [0],
};

/** Records whose keys are names of the caller's own: columns, regressors, networks, populations. */
const named: Readonly<Record<string, readonly number[]>> = {
  curvesPanel: [0],
  complexityBesidePaper: [0],
  linearRegression: [1],
  rangesBesidePaper: [0],
  tableOf: [0],
};

/** A network, images and a recipe, which engines train. */
const enginesTake: Arguments = [
  validCalls["time"][0],
  netspace.proceduralDataset({ resolution: 8, train: 20, test: 20, seed: 1 }),
  { ...netspace.recipes.tiny, batch: 4, epochs: 1, warmupEpochs: 0 },
];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const called = async (work: Work, given: Arguments): Promise<unknown> =>
  isClass(work) ? new work(...given) : work(...given);

/** A letter less, or one more where there are few. */
const misspelt = (name: string): string => (name.length > 3 ? name.slice(0, 1) + name.slice(2) : `${name}x`);

/** Recipes, specs and descriptions of data sets, which people write into files, name themselves in their errors. */
const written = /^(recipe: |sweep spec: |\w+: )"?(\w+)"?(: no such field| must be one of the known fields)/;

/** What a call says; nothing if it succeeds. */
async function said(work: Work, given: Arguments): Promise<string> {
  try {
    await called(work, given);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

for (const [name, work] of works) {
  const parameters = parametersOf(work);
  if (parameters.length === 0 || name === "Model") continue;
  describe(name, () => {
    const valid = validCalls[name] as Arguments | undefined;
    test("has a valid call, with options if it takes some", () => {
      assert.ok(valid, `give ${name}(${parameters.join(", ")}) a call in test/support/valid-calls.ts`);
      const at = parameters.findIndex(parameter => /^(options\b|\{)|= \{\}$/.test(parameter));
      if (at >= 0)
        assert.ok(isPlain(valid[at]), `${name} has no ${parameters[at]} in test/support/valid-calls.ts`);
    });
    for (const [at, argument] of (valid ?? []).entries()) {
      if (!isPlain(argument) || named[name]?.includes(at)) continue;
      const isData = data[name]?.includes(at);
      if (isData) {
        test(`takes argument ${at + 1} with more than it reads`, async () => {
          const more = valid!.with(at, { ...argument, note: "kept" });
          assert.equal(await said(work, more), await said(work, valid!));
        });
        continue;
      }
      test(`refuses a name that argument ${at + 1} does not have`, async () => {
        const [key] = Object.keys(argument).toSorted((a, b) => b.length - a.length);
        const wrong = misspelt(key);
        const message = await said(work, valid!.with(at, { ...argument, [wrong]: argument[key] }));
        if (written.exec(message)?.[2] === wrong) return;
        assert.match(message, new RegExp(`^${name}\\b.*unknown .*"${wrong}"`));
        assert.ok(message.includes(`did you mean "${key}"?`), message);
        const far = await said(work, valid!.with(at, { ...argument, quux: undefined }));
        assert.match(far, new RegExp(`^${name}\\b.*unknown .*"quux"; known are `));
      });
    }
  });
}

test("the name that was meant is found", () => {
  const known = ["margin", "tailMargin", "bestOf", "repeats", "seed", "failedAt"];
  const meant = ["margn", "Margin", "magrin", "tail_margin", "repeat", "rep", "sead", "bestof", "failed"];
  const found = meant.map(name => nearestName(name, known));
  assert.deepEqual(found, [
    "margin",
    "margin",
    "margin",
    "tailMargin",
    "repeats",
    "repeats",
    "seed",
    "bestOf",
    "failedAt",
  ]);
  for (const name of ["", "x", "level", "quux", "a".repeat(100_000)]) {
    assert.equal(nearestName(name, known), undefined, name.slice(0, 10));
  }
  assert.equal(nearestName("x", []), undefined);
});

const method = (object: object, name: string): Work => {
  const work = (object as Readonly<Record<string, Work>>)[name];
  return work.bind(object);
};

for (const [what, object] of Object.entries(objects)) {
  const names = new Set<string>();
  for (let at: object = object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const { value } = Object.getOwnPropertyDescriptor(at, name)!;
      if (typeof value !== "function" || name === "constructor") continue;
      if (parametersOf(value as Work).some(parameter => /^(options|train)\b|= \{\}$/.test(parameter)))
        names.add(name);
    }
  }
  // Tables go by names of the caller's own.
  names.delete("sql");
  for (const name of names) {
    test(`${name} of ${what} refuses an option that it does not have`, async () => {
      const calls: Readonly<Record<string, Arguments>> = {
        sortBy: ["error", { descendng: true }],
        join: [netspace.tableOf({ name: ["a"] }), { on: "name", sufix: "x" }],
        pivot: [{ rows: "name", columns: "error", value: "error" }],
        train: [...enginesTake, { sed: 1 }],
        timer: [enginesTake[0], { batch: 1, resolution: 8, mode: "training", thread: 1 }],
        session: [enginesTake[0], { thread: 1 }],
        refuses: [enginesTake[2], { precsion: "bf16" }],
      };
      assert.ok(Object.hasOwn(calls, name), `give ${name} a call here`);
      const message = await said(method(object, name), calls[name]);
      assert.match(message, /unknown option "\w+"; did you mean "\w+"\? known are /);
    });
  }
}

test("names inside options are refused as well", async () => {
  const { AnyNetXA, RegNetX, sample, fitPanel, planSweep } = netspace;
  const labels = { x: "x", y: "y", z: "z" };
  assert.throws(
    () => sample(AnyNetXA, { n: 1, seed: 1, where: { flop: [0, 1] } } as never),
    /sample: .*"flop"/,
  );
  assert.throws(() => fitPanel({ labels, x: [1, 2], y: [1, 2] }), /fitPanel: unknown option "z"/);
  const [spec, plan] = validCalls["planSweep"] as [never, object];
  const images = { trian: 20 };
  await assert.rejects(
    planSweep(spec, { ...plan, images } as never),
    /planSweep, images: .*"trian"; did you mean "train"/,
  );
  for (const space of [AnyNetXA, RegNetX]) {
    assert.throws(
      () => space.with({ clases: 10 } as never),
      /unknown option "clases"; did you mean "classes"/,
    );
  }
});

test("a convolution's option that a block misspells is told with the layer, by counting and sampling as by building", () => {
  const { AnyNetXA, anyNet, build, countArchitecture, sample } = netspace;
  const block: netspace.Block = {
    name: "Misspelt",
    build: (ops, x, { width, stride }) => ops.conv("conv", x, width, { kernal: 3, stride } as never),
  };
  const architecture = anyNet([{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }], { block });
  const wrong = /layer "s1\.b1\.conv" \(conv\): unknown option "kernal"; did you mean "kernel"\?/;
  assert.throws(() => build(architecture), wrong);
  assert.throws(() => countArchitecture(architecture, 8), wrong);
  assert.throws(() => sample(AnyNetXA.with({ block }), { n: 1, seed: 1 }), wrong);
});

test("options from a prototype, and names that are symbols, are left alone", () => {
  const inherited = Object.create({ weights: undefined, quux: 1 }) as object;
  assert.equal(netspace.edf([1, 2], inherited).mean, 1.5);
  assert.equal(netspace.edf([1, 2], { [Symbol("note")]: 1 }).mean, 1.5);
});
