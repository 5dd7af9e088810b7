/** Weights kept between calls, and paths through them, against PyTorch's modules shared between networks. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Layer, Network } from "netspace";
import { engineByName, torch, WeightsError } from "netspace";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutAddon, withoutPython } from "../../../support/needs.js";
import { noise } from "../../../support/networks.js";
import { PytorchCase, runPytorch } from "../../../support/pytorch-case.js";
import { conv, norm } from "../../../support/torch-model.js";

const relu = (name: string, input: string): Layer => ({ op: "relu", name, inputs: [input] });

const stem = [conv("stem.conv", "input", 3, 8, 3), norm("stem.bn", "stem.conv"), relu("stem.act", "stem.bn")];
const wide = [conv("s1.b1.wide", "stem.act", 8, 8, 3), norm("s1.b1.wide_bn", "s1.b1.wide")];
const narrow = [conv("s1.b1.narrow", "stem.act", 8, 8, 1), norm("s1.b1.narrow_bn", "s1.b1.narrow")];
const sum: Layer = { op: "add", name: "s1.b1.add", inputs: ["s1.b1.wide_bn", "s1.b1.narrow_bn"] };
const head = (input: string): Layer[] => [
  relu("s1.b1.act", input),
  { op: "avgpool", name: "head.pool", inputs: ["s1.b1.act"] },
  { op: "linear", name: "head.fc", inputs: ["head.pool"], in: 8, out: 5 },
];
const network = (name: string, layers: readonly Layer[]): Network => ({
  name,
  inputChannels: 3,
  classes: 5,
  layers,
});
const store = network("both", [...stem, ...wide, ...narrow, sum, ...head("s1.b1.add")]);
const onlyWide = network("wide", [...stem, ...wide, ...head("s1.b1.wide_bn")]);
const onlyNarrow = network("narrow", [...stem, ...narrow, ...head("s1.b1.narrow_bn")]);

const options = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };
const skip = withoutPython || withoutAddon;
const open = (seed = 3) => torch.session!(store, { seed, threads: 1 });
const ofBranch = (branch: string) => (name: string) => name.startsWith(`s1.b1.${branch}`);

describe("a session of engine torch", { skip }, () => {
  let folder = "";
  let shared: PytorchCase;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-session-"));
    const settings = { ...options, paths: [onlyWide, onlyNarrow, store] };
    shared = new PytorchCase(store, join(folder, "case"), settings, 21);
    const model = await Model.create(store, { seed: 3, threads: 1 });
    await shared.write(model);
    model.dispose();
    await runPytorch([shared]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("answers for more paths at once than it keeps ready, and has the gradients of one that it let go of", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 2, 8, 5);
    const named = (name: string): Network => ({
      ...onlyWide,
      layers: onlyWide.layers.map(layer => ({
        ...layer,
        name: layer.name.replace("s1.b1.act", name),
        inputs: layer.inputs.map(input => input.replace("s1.b1.act", name)),
      })),
    });
    const paths = Array.from({ length: 300 }, (_, i) => named(`act${i}`));
    await session.gradients(paths[0], batch, labels);
    const kept = await session.keepGradients!();
    await session.gradients(paths[0], batch, labels);
    const alone = await session.evaluate(onlyWide, batch);
    const answers = await Promise.all(paths.map(path => session.evaluate(path, batch)));
    for (const answer of answers) assert.deepEqual(answer, alone);
    assert.equal((await session.keepGradients!()).norm, kept.norm);
    session.dispose();
  });

  it("says of options and networks that it cannot be opened with whose they are", async () => {
    const session = torch.session!;
    for (const odd of [{ threads: 0 }, { seed: -1 }, { precision: "float16" as never }]) {
      await assert.rejects(session(store, odd), { name: "RangeError", message: /^session: / });
    }
    await assert.rejects(session(undefined as never), {
      message: "session: network must be an object, got undefined",
    });
  });

  it("trains paths on shared weights, momentum and statistics as PyTorch does", async () => {
    const session = await open();
    const shapes = new Map(shared.tensors.map(({ name, shape }) => [name, shape]));
    const first = [...shared.read("weights.f32")].map(
      ([name, values]) => [name, { shape: shapes.get(name)!, values: values.slice() }] as const,
    );
    await session.restore(new Map(first));
    const losses: number[] = [];
    for (const [i, { batch, labels }] of shared.batches.entries()) {
      // Built anew each time, as a search does.
      const path = structuredClone([onlyWide, onlyNarrow, store][i % 3]);
      losses.push(await session.step(path, batch, labels, options));
    }
    close(losses, shared.result().losses, "losses", 1e-4);
    const final = await session.weights();
    for (const [name, values] of shared.read("final.f32"))
      close(final.get(name)!.values, values, `final ${name}`, 3e-3);
    session.dispose();
  });

  it("changes the weights of the path alone", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 8, 12, 1);
    const untouched = await session.weights();
    await session.step(onlyWide, batch, labels, options);
    const then = await session.weights();
    const moved = [...then.keys()].filter(
      name => untouched.get(name)!.values.join() !== then.get(name)!.values.join(),
    );
    assert.deepEqual(moved.filter(ofBranch("narrow")), []);
    assert.equal(moved.filter(ofBranch("wide")).length, 5);
    assert.ok(moved.includes("stem.conv.weight") && moved.includes("head.fc.weight"));
    assert.deepEqual([...(await session.weights(onlyWide)).keys()].filter(ofBranch("narrow")), []);
    session.dispose();
  });

  it("leaves alone what only zeros read on a path, whatever other paths taught it", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 8, 12, 1);
    const zero: Layer = { op: "zero", name: "s1.b1.zero", inputs: ["s1.b1.wide_bn"], stride: 1 };
    const sums: Layer = { op: "add", name: "s1.b1.add", inputs: ["s1.b1.zero", "s1.b1.narrow_bn"] };
    const withZeros = network("zeros", [...stem, ...wide, zero, ...narrow, sums, ...head("s1.b1.add")]);
    // Leaves a gradient and momentum behind.
    await session.step(store, batch, labels, options);
    const untouched = await session.weights();
    await session.step(withZeros, batch, labels, options);
    const then = await session.weights();
    const learned = [...then.keys()].filter(name => !name.includes(".running_"));
    const moved = learned.filter(
      name => untouched.get(name)!.values.join() !== then.get(name)!.values.join(),
    );
    assert.deepEqual(moved.filter(ofBranch("wide")), []);
    assert.equal(moved.filter(ofBranch("narrow")).length, 3);
    const { gradients } = await session.gradients(withZeros, batch, labels);
    assert.ok(gradients.get("s1.b1.wide.weight")!.values.every(value => value === 0));
    session.dispose();
  });

  it("gives a path's loss and gradients, and leaves its weights", async () => {
    const session = await open();
    const model = await Model.create(onlyWide, { seed: 3, threads: 1 });
    await model.setWeights(await session.weights(onlyWide));
    const { batch, labels } = noise(store, 8, 12, 2);
    const kept = (await session.weights()).get("s1.b1.wide.weight")!.values.slice();
    // A later call's step must not come between the loss and its gradients.
    const asked = session.gradients(onlyWide, batch, labels, { labelSmoothing: 0.1 });
    const later = session.gradients(onlyNarrow, batch, labels);
    const { loss, gradients } = await asked;
    const still = { learningRate: 0, momentum: 0, weightDecay: 0, labelSmoothing: 0.1, update: false };
    assert.equal(loss, await model.step(batch, labels, still));
    const names = model.tensors().flatMap(({ name }) => (name.includes(".running_") ? [] : [name]));
    assert.deepEqual([...gradients.keys()].sort(), names.sort());
    for (const [name, { values }] of gradients) assert.deepEqual(values, await model.gradient(name), name);
    await later;
    assert.deepEqual((await session.weights()).get("s1.b1.wide.weight")!.values, kept);
    session.dispose();
    model.dispose();
  });

  it("carries calls out in their order, whether their paths are there or have to be made", async () => {
    const { batch, labels } = noise(store, 8, 12, 3);
    const losses = async (inTurn: boolean): Promise<number[]> => {
      const session = await open();
      await session.evaluate(store, batch); // This path is there from now on.
      const asked: Promise<number>[] = [];
      for (const path of [onlyWide, store, onlyNarrow, store]) {
        asked.push(session.step(path, batch, labels, options));
        if (inTurn) await asked.at(-1);
      }
      // Calls from before are carried out, later ones are not.
      if (!inTurn) session.dispose();
      return Promise.all(asked);
    };
    assert.deepEqual(await losses(false), await losses(true));
  });

  it("names its own functions and options where it is called wrongly", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 8, 12, 4);
    await assert.rejects(
      session.step(undefined as never, batch, labels, options),
      /^RangeError: Session\.step: path must be an object, got undefined/,
    );
    await assert.rejects(
      session.evaluate({} as never, batch),
      /^RangeError: Session\.evaluate: path\.layers must be/,
    );
    await assert.rejects(
      session.step(store, batch, labels, { ...options, update: false } as never),
      /^RangeError: Session\.step: unknown option "update"; .*known are learningRate, optimiser, momentum, .*biasWeightDecay, clipNorm, labelSmoothing, mixture, signal$/,
    );
    await assert.rejects(
      session.gradients(store, batch, labels, { smoothing: 0.1 } as never),
      /^RangeError: Session\.gradients: unknown option "smoothing"; .*known are labelSmoothing, mixture, signal$/,
    );
    assert.ok((await session.step(store, batch, labels, options)) > 0);
    session.dispose();
  });

  it("resumes from weights that were put back", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 8, 12, 3);
    const snapshot = await session.weights();
    const plain = { ...options, momentum: 0 };
    const first = await session.step(onlyNarrow, batch, labels, plain);
    assert.notEqual(await session.step(onlyNarrow, batch, labels, plain), first);
    await session.restore(snapshot);
    assert.equal(await session.step(onlyNarrow, batch, labels, plain), first);
    const other = await open(4);
    await other.restore(await session.weights(onlyNarrow), onlyNarrow);
    assert.deepEqual(await other.evaluate(onlyNarrow, batch), await session.evaluate(onlyNarrow, batch));
    assert.notDeepEqual(await other.evaluate(onlyWide, batch), await session.evaluate(onlyWide, batch));
    session.dispose();
    other.dispose();
  });

  it("names what makes a network no path, and remains usable", async () => {
    const session = await open();
    const { batch, labels } = noise(store, 8, 12, 4);
    const strange = network("strange", [
      ...stem,
      conv("s1.b1.other", "stem.act", 8, 8, 3),
      ...head("s1.b1.other"),
    ]);
    const wider = network("wider", [
      ...stem,
      conv("s1.b1.narrow", "stem.act", 8, 8, 5),
      ...head("s1.b1.narrow"),
    ]);
    const fewer: Network = {
      ...onlyWide,
      classes: 4,
      layers: onlyWide.layers.map(layer => (layer.op === "linear" ? { ...layer, out: 4 } : layer)),
    };
    const says = (message: RegExp) => (error: unknown) =>
      error instanceof WeightsError && message.test(error.message);
    await assert.rejects(
      session.step(strange, batch, labels, options),
      says(/"strange" is no path through "both": it has s1\.b1\.other\.weight/),
    );
    await assert.rejects(
      session.evaluate(wider, batch),
      says(/s1\.b1\.narrow\.weight: expected shape \[8, 8, 1, 1\], got \[8, 8, 5, 5\]/),
    );
    await assert.rejects(session.step(fewer, batch, labels, options), says(/expected classes 5, got 4/));
    await assert.rejects(
      session.step(onlyWide, batch, labels, { ...options, learningRate: NaN }),
      RangeError,
    );
    await assert.rejects(
      session.step(
        onlyWide,
        batch,
        labels.map(() => 9),
        options,
      ),
      RangeError,
    );
    assert.ok(Number.isFinite(await session.step(onlyWide, batch, labels, options)));
    session.dispose();
    await assert.rejects(session.step(onlyWide, batch, labels, options), /disposed/);
  });
});

it("an engine that keeps no weights between calls has no session", () => {
  assert.equal(engineByName("tensorflow").session, undefined);
});
