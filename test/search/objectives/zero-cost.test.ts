/**
 * Measures without training against PyTorch's autograd in double: the same network, weights and images
 * (zero_cost_reference.py, next to this file). And what they say of networks that they can say nothing of.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { anyNet, blocks, build, complexity, nasBench201, withDropPath, type Weights } from "netspace";
import {
  type ZeroCost,
  zeroCost,
  zeroCostMeasure,
  zeroCostMeasures,
  type ZeroCostName,
  zeroCostNames,
} from "../../../src/search/index.js";
import { drawBatch } from "../../../src/search/objectives/zero-cost/batch.js";
import type { Layer, LayerOf, Network } from "../../../src/networks/network.js";
import { Model } from "../../../src/training/engines/torch.js";
import { cellNetworks } from "../../support/cell-networks.js";
import { python, referenceScript, withoutAddon, withoutPython } from "../../support/needs.js";
import { quadrants, randomStream, samples } from "../../support/networks.js";
import { conv, norm } from "../../support/torch-model.js";

const root = new URL("../../../../", import.meta.url);
const script = fileURLToPath(new URL("test/search/objectives/zero_cost_reference.py", root));
const batch = 16;
const dataset = quadrants(40, 8, 20);
const small = { channels: 8, cells: 1, classes: 4, resolution: 20 };

/** A cell with an edge of each operation, some of them zeros. */
const cell = build(
  nasBench201("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|", small),
);

/** Mobile blocks and, as their networks end, a convolution and a ReLU behind the last normalisation. */
function mobile(): Network {
  const stack = samples.find(({ name }) => name === "LinearBottleneck")!;
  const layers = stack.layers.flatMap((layer): Layer[] => {
    if (layer.op !== "avgpool") return [layer];
    const { in: width } = stack.layers.at(-1) as LayerOf<"linear">;
    return [
      conv("head.conv", layer.inputs[0], width, width, 1),
      norm("head.bn", "head.conv", width),
      { op: "relu", name: "head.relu", inputs: ["head.bn"] },
      { ...layer, inputs: ["head.relu"] },
    ];
  });
  return { ...stack, name: "mobile", layers };
}

const networks: readonly Network[] = [
  mobile(),
  ...samples,
  ...cellNetworks,
  { ...cell, name: "cell with zeros" },
  { ...withDropPath(samples[0], 0.3), name: "with drop path" },
];

/** Nothing but sums lies behind their last normalisations. */
const endInNorms = ["MBConv", "LinearBottleneck", "linear-gate", ...cellNetworks.map(({ name }) => name)];

/** Relative; values near a ReLU's edge fall on its other side in float32, which few networks notice. */
const inFloat32 = (name: string): number => (name === "R" ? 3e-4 : 1e-4);

type Reference = Readonly<Record<"gradNorm" | "snip" | "synflow" | "jacobCov" | "naswot", number | null>>;

/** A network's weights, none of them as trivial as initial scales and biases are. */
async function weightsOf(network: Network): Promise<Weights> {
  const model = await Model.create(network, { seed: 3, threads: 1 });
  const random = randomStream(5);
  const weights = new Map(await model.weights());
  model.dispose();
  for (const [name, { shape, values }] of weights) {
    if (shape.length > 1) continue;
    const centre = /\.(weight|running_var)$/.test(name) ? 1 : 0;
    weights.set(name, { shape, values: values.map(() => centre + 0.3 * (random() - 0.5)) });
  }
  return weights;
}

function writeCase(folder: string, network: Network, weights: Weights): void {
  const { batch: images, labels } = drawBatch(dataset, batch, 2);
  mkdirSync(folder);
  let offset = 0;
  const tensors = [...weights].map(([name, { shape, values }]) => {
    const tensor = { name, shape, offset };
    offset += values.length;
    return tensor;
  });
  const flat = new Float32Array([...weights.values()].flatMap(({ values }) => [...values]));
  writeFileSync(join(folder, "case.json"), JSON.stringify({ network, tensors, shape: images.shape }));
  writeFileSync(join(folder, "weights.f32"), flat);
  writeFileSync(join(folder, "images.f32"), images.images);
  writeFileSync(join(folder, "labels.i32"), labels);
}

describe("measures without training agree with PyTorch", { skip: withoutPython }, () => {
  let folder: string;
  const all: Weights[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-zero-cost-"));
    for (const [i, network] of networks.entries()) {
      all.push(await weightsOf(network));
      writeCase(join(folder, `${i}`), network, all[i]);
    }
    const folders = networks.map((_, i) => join(folder, `${i}`));
    await promisify(execFile)(python, [script, dirname(referenceScript), ...folders]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const near = (ours: number, reference: number, within: number, what: string) => {
    const distance = Math.abs(ours - reference) / Math.abs(reference);
    assert.ok(distance <= within, `${what}: ${ours} is ${distance.toExponential(1)} from ${reference}`);
  };

  for (const [i, network] of networks.entries()) {
    for (const [precision, within] of [
      ["float32", inFloat32(network.name)],
      // Gradients of the loss are handed over in float32.
      ["float64", 1e-7],
    ] as const) {
      it(`${network.name}, ${precision}`, async () => {
        const reference = JSON.parse(
          readFileSync(join(folder, `${i}`, "measures.json"), "utf8"),
        ) as Reference;
        const { values, notes } = await zeroCost(network, {
          dataset,
          batch,
          batchSeed: 2,
          weights: all[i],
          precision,
          threads: 1,
        });
        near(values.gradNorm!, reference.gradNorm!, within, "gradNorm");
        near(values.snip!, reference.snip!, within, "snip");
        // In double in either precision.
        near(values.synflow!, reference.synflow!, 1e-9, "synflow");
        if (endInNorms.includes(network.name)) {
          assert.ok(Number.isNaN(values.jacobCov));
          assert.match(notes.jacobCov!, /gradients are rounding alone/);
        } else near(values.jacobCov!, reference.jacobCov!, within, "jacobCov");
        if (reference.naswot === undefined) assert.match(notes.naswot!, /no ReLU/);
        else if (reference.naswot === null) assert.equal(values.naswot, -Infinity);
        else near(values.naswot!, reference.naswot, within, "naswot");
      });
    }
  }
});

describe("measures without training", { skip: withoutAddon }, () => {
  const few = { dataset, batch, threads: 1 };
  /** But for what the clock says. */
  const untimed = (measured: ZeroCost) => ({ ...measured, seconds: undefined });

  it("are all there by default, with the counts that they have to beat, and say what decided them", async () => {
    const { values, notes, seconds, ...facts } = await zeroCost(cell, few);
    assert.deepEqual(Object.keys(values), zeroCostNames);
    const { params, flops } = complexity(cell, 20);
    assert.deepEqual([values.params, values.flops], [params, flops]);
    assert.deepEqual(notes, {});
    assert.ok(Object.values(values).every(Number.isFinite));
    assert.deepEqual(Object.keys(seconds), zeroCostNames);
    assert.deepEqual(facts, {
      network: cell.name,
      dataset: "quadrants",
      split: "training",
      batch,
      batchSeed: 0,
      seed: 0,
      engine: "torch",
      precision: "float32",
    });
  });

  it("are the same again, alone or together; other weights and other images give others", async () => {
    const all = await zeroCost(cell, few);
    assert.deepEqual(untimed(await zeroCost(cell, few)), untimed(all));
    for (const name of zeroCostNames) {
      const { values } = await zeroCost(cell, { ...few, measures: name });
      assert.deepEqual(values, { [name]: all.values[name] });
    }
    const names: ZeroCostName[] = ["gradNorm", "snip", "jacobCov", "naswot"];
    for (const other of [{ seed: 1 }, { batchSeed: 1 }]) {
      const { values } = await zeroCost(cell, { ...few, ...other });
      for (const name of names) assert.notEqual(values[name], all.values[name], name);
      // SynFlow's image is one of ones.
      assert.equal(values.synflow === all.values.synflow, "batchSeed" in other);
    }
  });

  it("take an architecture for the classes and the size of its images, as training does", async () => {
    const { classes: _, ...open } = nasBench201("|nor_conv_1x1~0|", { channels: 4, cells: 1 });
    const { values } = await zeroCost(open, { ...few, measures: ["params", "flops", "gradNorm"] });
    const built = build({ ...open, classes: 4 });
    assert.equal(values.params, complexity(built, 20).params);
    assert.equal(values.flops, complexity(built, 20).flops);
  });

  it("give a cell of zeros the least values that there are, and say so", async () => {
    const zeros = nasBench201("|none~0|+|none~0|none~1|", small);
    const { values, notes } = await zeroCost(zeros, few);
    assert.deepEqual([values.gradNorm, values.snip, values.synflow], [0, 0, 0]);
    assert.equal(values.naswot, -Infinity);
    assert.match(notes.naswot!, /det K = 0/);
    assert.match(
      notes.jacobCov!,
      /gradients of 16 of 16 images are the same at every pixel: counted as all alike/,
    );
    const skips = await zeroCost(nasBench201("|skip_connect~0|", small), few);
    assert.ok(values.jacobCov! < skips.values.jacobCov!);
    assert.ok(Number.isFinite(values.jacobCov));
  });

  it("say of a network without a ReLU that NASWOT has no codes, and measure the rest", async () => {
    const stages = [{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }];
    const silu = build(anyNet(stages, { block: blocks.X, activation: "silu", classes: 4 }));
    const { values, notes } = await zeroCost(silu, few);
    assert.ok(Number.isNaN(values.naswot));
    assert.deepEqual(Object.keys(notes), ["naswot"]);
    assert.match(notes.naswot!, /no ReLU/);
    assert.ok(Object.entries(values).every(([name, value]) => name === "naswot" || Number.isFinite(value)));
  });

  it("say that SynFlow is beyond double's range where it is, which float32's would be long before", async () => {
    const deep = (depth: number) =>
      build(
        anyNet([{ depth, width: 64, bottleneck: 1, groupWidth: 64, stride: 1 }], {
          block: blocks.V,
          classes: 4,
        }),
      );
    const measures = ["synflow"] as const;
    const { values, notes } = await zeroCost(deep(40), { ...few, batch: 2, measures });
    assert.ok(values.synflow! > 1e39, `${values.synflow}`);
    assert.deepEqual(notes, {});
    const beyond = await zeroCost(deep(400), { ...few, batch: 2, measures });
    assert.ok(Number.isNaN(beyond.values.synflow));
    assert.match(beyond.notes.synflow!, /beyond what double holds/);
  });

  it("are objectives of which the greatest is the best, in records that JSON holds", async () => {
    const objective = zeroCostMeasure("naswot", few);
    assert.deepEqual([objective.name, objective.better, objective.split], ["naswot", "greatest", "training"]);
    assert.deepEqual(objective.settings, {
      dataset: "quadrants",
      batch,
      batchSeed: 0,
      precision: "float32",
    });
    const architecture = nasBench201("|nor_conv_3x3~0|", small);
    const { value, cost, details } = await objective.measure(architecture, { seed: 5, epochs: 3 });
    assert.equal(value, (await zeroCost(architecture, { ...few, seed: 5 })).values.naswot);
    assert.equal(cost.images, 0);
    assert.ok(cost.seconds! > 0);
    assert.deepEqual(details, {
      split: "training",
      seed: 5,
      epochs: null,
      dataset: "quadrants",
      batch,
      batchSeed: 0,
      precision: "float32",
      engine: "torch",
    });
    const none = await objective.measure(nasBench201("|none~0|", small), {});
    assert.ok(Number.isNaN(none.value));
    assert.match(none.details!.reason as string, /det K = 0/);
    // A seed of its own is the same for all.
    const fixed = zeroCostMeasure("snip", { ...few, seed: 2 });
    assert.equal((await fixed.measure(architecture, { seed: 8 })).details!.seed, 2);
    assert.equal(zeroCostMeasure("synflow", few).split, undefined);
  });

  it("are objectives that share their passes, and measure again what failed", async () => {
    const architecture = nasBench201("|nor_conv_3x3~0|", small);
    const objectives = zeroCostMeasures(few);
    assert.deepEqual(
      objectives.map(({ name }) => name),
      zeroCostNames,
    );
    const { values } = await zeroCost(architecture, few);
    for (const objective of objectives) {
      const { value } = await objective.measure(architecture, {});
      assert.equal(value, values[objective.name as ZeroCostName]);
    }
    const stopped = { signal: AbortSignal.abort(new Error("stopped")) };
    const [one] = zeroCostMeasures(few, ["snip"]);
    await assert.rejects(async () => one.measure(architecture, {}, stopped), /stopped/);
    assert.equal((await one.measure(architecture, {})).value, values.snip);
  });

  it("refuse what cannot be measured, by name", async () => {
    const refuses = (options: object, message: RegExp) =>
      assert.rejects(zeroCost(cell, { ...few, ...options }), message);
    await refuses({ measures: ["snap"] }, /zeroCost: expected measures among gradNorm, snip, .*, got "snap"/);
    await refuses({ measures: [] }, /got none/);
    await refuses({ batch: 1 }, /zeroCost: batch must be an integer of at least 2, got 1/);
    await refuses(
      { batch: 41 },
      /zeroCost: batch must be at most the 40 training images of quadrants, got 41/,
    );
    await refuses({ seed: -1 }, /zeroCost: seed must be a whole number, got -1/);
    await refuses({ batchSeed: 0.5 }, /zeroCost: batchSeed must be a whole number of 32 bits, got 0.5/);
    await refuses({ precision: "bf16" }, /precision must be "float32" or "float64", got "bf16"/);
    await refuses({ batchsize: 4 }, /zeroCost: unknown option "batchsize"/);
    await refuses({ dataset: 3 }, /zeroCost: dataset must be a data set, its description or its name, got 3/);
    await refuses(
      { engine: "tensorflow" },
      /zeroCost: engine "tensorflow" gives no gradients to its caller; use engine "torch"/,
    );
    await refuses({ weights: new Map() }, /weights/);
    await assert.rejects(zeroCost(3 as never, few), /zeroCost: expected a network/);
    await assert.rejects(zeroCost({ stages: [] } as never, few), /^NetworkError: zeroCost: block/);
    await assert.rejects(zeroCost("RegNet", { ...few, batch: 64 }), /zoo: unknown network "RegNet"/);
    const two = build(nasBench201("|nor_conv_1x1~0|", { ...small, classes: 2 }));
    await assert.rejects(
      zeroCost(two, few),
      /expected a network of 4 classes, as quadrants has, got .* of 2/,
    );
    assert.throws(() => zeroCostMeasure("snap" as never, few), /zeroCostMeasure: expected measures among/);
    assert.throws(
      () => zeroCostMeasure("snip", {} as never),
      /zeroCostMeasure: expected .*dataset|dataset must be/,
    );
    assert.throws(() => zeroCostMeasures({ ...few, batch: 0 }), /zeroCostMeasures: batch/);
  });
});
