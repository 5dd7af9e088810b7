/** What a session can go back to, and go on from: snapshots, kept gradients, states in files, running statistics. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  CheckpointError,
  DivergedError,
  type Layer,
  loadSessionState,
  type Network,
  saveSessionState,
  torch,
  type Weights,
} from "netspace";
import type { Session, SessionStepOptions } from "../../../../src/training/session.js";
import { close } from "../../../support/close.js";
import { withoutAddon } from "../../../support/needs.js";
import { noise } from "../../../support/networks.js";
import { conv, norm } from "../../../support/torch-model.js";

const head = (input: string): Layer[] => [
  { op: "relu", name: "act", inputs: [input] },
  { op: "avgpool", name: "pool", inputs: ["act"] },
  { op: "dropout", name: "drop", inputs: ["pool"], rate: 0.3 },
  { op: "linear", name: "fc", inputs: ["drop"], in: 8, out: 5 },
];
const branch = (name: string, kernel: number): Layer[] => [
  conv(name, "stem.bn", 8, 8, kernel),
  norm(`${name}.bn`, name),
];
const stem = [conv("stem", "input", 3, 8, 3), norm("stem.bn", "stem")];
const network = (name: string, layers: readonly Layer[]): Network => ({
  name,
  inputChannels: 3,
  classes: 5,
  layers,
});
const supernet = network("supernet", [
  ...stem,
  ...branch("a", 3),
  ...branch("b", 1),
  { op: "mix", name: "sum", inputs: ["a.bn", "b.bn"], group: "edge" },
  ...head("sum"),
]);
const onlyA = network("a", [...stem, ...branch("a", 3), ...head("a.bn")]);
const both = { mixture: new Map([["edge", [0.4, -1.5]]]) };
const aAlone = { mixture: new Map([["edge", [1, 0]]]) };
const bAlone = { mixture: new Map([["edge", [0, 1]]]) };
const batches = Array.from({ length: 6 }, (_, i) => noise(supernet, 8, 12, 40 + i));

const optimisers: readonly SessionStepOptions[] = [
  { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 },
  { optimiser: "adam", learningRate: 0.01, momentum: 0, weightDecay: 1e-3 },
  { optimiser: "rmsprop", learningRate: 1e-3, momentum: 0.9, weightDecay: 0, clipNorm: 1 },
];

const open = (seed = 3, precision: "float32" | "float64" | "bf16" = "float32") =>
  torch.session!(supernet, { seed, precision, threads: 1 });

/** Unevenly, so that weights have taken different numbers of steps. */
async function train(session: Session, options: SessionStepOptions, from: number, to: number) {
  const losses: number[] = [];
  for (let i = from; i < to; i++) {
    const { batch, labels } = batches[i % batches.length];
    const [path, mixture] = [
      [supernet, both],
      [onlyA, {}],
      [supernet, bAlone],
    ][i % 3] as [Network, object];
    losses.push(await session.step(path, batch, labels, { ...options, ...mixture }));
  }
  return losses;
}

const learnt = (weights: Weights) => new Map([...weights].filter(([name]) => !name.includes("running_")));

describe("a session of engine torch can go back", { skip: withoutAddon }, () => {
  for (const options of optimisers) {
    const name = options.optimiser ?? "sgd";
    it(`to a snapshot: weights, statistics and what ${name} remembers, bit by bit`, async () => {
      // Dropout goes on: masks are the same where the whole is done again.
      const [session, again] = [await open(), await open()];
      const nothing = await session.snapshot!();
      await train(session, options, 0, 4);
      const snapshot = await session.snapshot!();
      const there = await session.weights();
      const state = await session.state!();
      await train(session, { ...options, ...optimisers[0], optimiser: "sgd" }, 4, 7);
      assert.notDeepEqual(await session.weights(), there);
      await session.rewind!(snapshot);
      assert.deepEqual(await session.weights(), there);
      const { dropout: _chance, ...rewound } = await session.state!();
      const { dropout: _earlier, ...kept } = state;
      assert.deepEqual(rewound, kept);
      // And before the first step, when nothing was remembered yet.
      await session.rewind!(nothing);
      await session.restoreState!({ ...(await session.state!()), dropout: (await again.state!()).dropout });
      assert.deepEqual(await train(session, options, 0, 3), await train(again, options, 0, 3));
      assert.deepEqual(await session.weights(), await again.weights());
      snapshot.dispose();
      await assert.rejects(session.rewind!(snapshot), {
        name: "RangeError",
        message: /^Session\.rewind: snapshot: expected one that is there, got one that was disposed of/,
      });
      await assert.rejects(
        again.rewind!(nothing),
        /^RangeError: Session\.rewind: expected a snapshot that this/,
      );
      session.dispose();
      again.dispose();
    });

    it(`to a state in a file, and goes on with ${name} as if it had not stopped, chance of dropout included`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "netspace-session-state-"));
      const session = await open();
      await train(session, options, 0, 5);
      const file = join(folder, "deep", "session.safetensors");
      const notes = { search: JSON.stringify({ alpha: [1 / 3, 1e-300] }) };
      saveSessionState(file, await session.state!(), notes);
      const losses = await train(session, options, 5, 9);
      const loaded = loadSessionState(file);
      assert.deepEqual(loaded.notes, notes);
      const other = await open(8);
      await train(other, optimisers[1], 0, 2);
      const restored = other.restoreState!(loaded.state);
      // Called while that is under way.
      assert.deepEqual(await train(other, options, 5, 9), losses);
      await restored;
      assert.deepEqual(await other.weights(), await session.weights());
      assert.deepEqual(await other.state!(), await session.state!());
      session.dispose();
      other.dispose();
      rmSync(folder, { recursive: true });
    });
  }

  it("to no state that is not its own, and changes nothing then", async () => {
    const session = await open();
    await train(session, optimisers[1], 0, 2);
    const state = await session.state!();
    const before = await session.state!();
    const without = (weights: Weights) => new Map([...weights].filter(([name]) => name !== "fc.weight"));
    const wrong: [object, RegExp][] = [
      [{ ...state, weights: without(state.weights) }, /^WeightsError: Session\.restoreState: .*fc\.weight/],
      [
        { ...state, first: without(state.first) },
        /^CheckpointError: Session\.restoreState: .*11 weights, got 10/,
      ],
      [{ ...state, optimiser: "sdg" }, /optimiser is "sdg"/],
      [
        { ...state, steps: new Map([["fc.weight", 1]]) },
        /steps of each weight, got undefined of "stem\.weight"/,
      ],
      [{ ...state, steps: -1 }, /number of steps, got -1/],
      [
        { ...state, dropout: new Uint8Array(7) },
        /Session\.restoreState: state: expected .* got 7 other bytes/,
      ],
      [{ ...state, dropout: [1] }, /dropout/],
      [{}, /^RangeError: Session\.restoreState: expected a text as optimiser/],
    ];
    for (const [given, message] of wrong)
      await assert.rejects(session.restoreState!(given as never), message);
    assert.deepEqual(await session.state!(), before);
    const double = await open(1, "float64");
    await assert.rejects(double.state!(), /^RangeError: Session\.state: .*float64.*snapshot\(\)/);
    const folder = mkdtempSync(join(tmpdir(), "netspace-session-state-"));
    writeFileSync(join(folder, "text"), "no tensors");
    assert.throws(() => loadSessionState(join(folder, "text")), CheckpointError);
    assert.throws(() => saveSessionState(folder, state), CheckpointError);
    rmSync(folder, { recursive: true });
    session.dispose();
    double.dispose();
  });

  for (const precision of ["float32", "float64", "bf16"] as const) {
    it(`moves weights along the gradients of a pass that it kept, and back, in ${precision}`, async () => {
      const session = await open(3, precision);
      const [{ batch, labels }] = batches;
      const before = await session.weights();
      const { gradients } = await session.gradients(supernet, batch, labels, both);
      const kept = await session.keepGradients!();
      // What other passes do later is nothing to them.
      await session.gradients(supernet, batches[1].batch, batches[1].labels, aAlone);
      const whole = Math.hypot(...[...gradients.values()].map(({ values }) => Math.hypot(...values)));
      close([kept.norm], [whole], "norm", 1e-5);
      const snapshot = await session.snapshot!();
      await session.move!(kept, -0.5);
      const moved = await session.weights();
      for (const [name, { values }] of gradients) {
        const expected = values.map((slope, i) => before.get(name)!.values[i] - 0.5 * slope);
        close(moved.get(name)!.values, expected, name, 1e-6);
      }
      await session.rewind!(snapshot);
      assert.deepEqual(learnt(await session.weights()), learnt(before));
      await assert.rejects(
        session.move!(kept, Number.NaN),
        /^RangeError: Session\.move: by must be a finite/,
      );
      await assert.rejects(
        session.move!({} as never, 1),
        /^RangeError: Session\.move: expected gradients that this/,
      );
      kept.dispose();
      await assert.rejects(session.move!(kept, 1), /^RangeError: Session\.move: .*disposed of/);
      session.dispose();
    });
  }

  it("keeps gradients of the pass alone, whatever other paths left, and says where there was none", async () => {
    const session = await open();
    const [{ batch, labels }] = batches;
    await assert.rejects(
      session.keepGradients!(),
      /^RangeError: Session\.keepGradients: expected a pass with gradients/,
    );
    await session.step(supernet, batch, labels, { ...optimisers[0], ...both });
    const before = learnt(await session.weights());
    for (const [path, options] of [
      [onlyA, {}],
      [supernet, aAlone],
    ] as const) {
      await session.gradients(supernet, batch, labels, both);
      await session.gradients(path, batch, labels, options);
      const kept = await session.keepGradients!();
      const snapshot = await session.snapshot!();
      await session.move!(kept, 1);
      const moved = [...learnt(await session.weights())].filter(
        ([name, { values }]) => values.join() !== before.get(name)!.values.join(),
      );
      assert.ok(moved.length >= 7);
      assert.deepEqual(
        moved.filter(([name]) => name.startsWith("b.")),
        [],
      );
      await session.rewind!(snapshot);
    }
    session.dispose();
  });

  it("recalibrates the running statistics of what a path runs, over some batches alone", async () => {
    const session = await open();
    await train(session, optimisers[0], 0, 3);
    const before = await session.weights();
    // Of different means, so that those of the squares are more than the variances.
    const some = batches
      .slice(0, 3)
      .map(({ batch }, i) => ({ ...batch, images: batch.images.map(value => value + 2 * i) }));
    const maps: (readonly number[])[][] = [];
    for (const batch of some) {
      const { layers } = await session.probe!(onlyA, batch, { layers: ["stem", "a"] });
      maps.push(
        ["stem", "a"].map(layer => {
          const values = layers.get(layer)!;
          // Of channel 2, of each image.
          return Array.from(
            { length: 8 * 144 },
            (_, i) => values[(Math.floor(i / 144) * 8 + 2) * 144 + (i % 144)],
          );
        }),
      );
    }
    await session.restore(before);
    await session.recalibrate!(supernet, some, aAlone);
    const after = await session.weights();
    for (const [k, layer] of ["stem", "a"].entries()) {
      const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
      const means = maps.map(each => mean(each[k]));
      const variances = maps.map((each, i) => (mean(each[k].map(x => (x - means[i]) ** 2)) * 1152) / 1151);
      const whole = mean(means);
      const variance = mean(variances.map((v, i) => v + means[i] ** 2)) - whole ** 2;
      close([after.get(`${layer}.bn.running_mean`)!.values[2]], [whole], `${layer} mean`);
      close([after.get(`${layer}.bn.running_var`)!.values[2]], [variance], `${layer} variance`);
    }
    assert.deepEqual(learnt(after), learnt(before));
    for (const kind of ["mean", "var"])
      assert.deepEqual(after.get(`b.bn.running_${kind}`), before.get(`b.bn.running_${kind}`));
    // Whatever they were before.
    await session.recalibrate!(onlyA, some);
    assert.deepEqual(await session.weights(), after);
    await assert.rejects(
      session.recalibrate!(onlyA, []),
      /^RangeError: Session\.recalibrate: batches must be/,
    );
    await assert.rejects(
      session.recalibrate!(supernet, some),
      /^RangeError: Session\.recalibrate: expected a mixture/,
    );
    await assert.rejects(
      session.recalibrate!(onlyA, [some[0], { ...some[0], shape: [8, 3, 12, 13] }]),
      /^RangeError: Session\.recalibrate: images: expected an array of/,
    );
    assert.deepEqual(await session.weights(), after);
    session.dispose();
  });
});

describe("a call of a session", { skip: withoutAddon }, () => {
  it("that is cancelled rejects with the reason, changes nothing, and the session goes on", async () => {
    const session = await open();
    // Long enough for the signal to come while there are steps left.
    const { batch, labels } = noise(supernet, 64, 24, 4);
    const plain = { ...optimisers[0], ...both };
    const [controller, reason] = [new AbortController(), new Error("enough")];
    const signal = controller.signal;
    // One under way or done when it is aborted, the others in the queue.
    const asked = Array.from({ length: 100 }, () =>
      session.step(supernet, batch, labels, { ...plain, signal }),
    );
    const others = [
      session.evaluate(supernet, batch, { ...both, signal }),
      session.gradients(supernet, batch, labels, { ...both, signal }),
      session.mixtureGradients!(supernet, batch, labels, { ...both, signal }),
      session.recalibrate!(supernet, [batch], { ...both, signal }),
    ];
    const settled = Promise.allSettled([...asked, ...others]);
    await asked[0];
    controller.abort(reason);
    const outcomes = await settled;
    const taken = outcomes.filter(({ status }) => status === "fulfilled").length;
    assert.ok(taken >= 1 && taken < 100, `${taken} steps were taken`);
    for (const outcome of outcomes.slice(taken)) {
      assert.equal(outcome.status, "rejected");
      assert.equal(outcome.reason, reason);
    }
    await assert.rejects(session.step(supernet, batch, labels, { ...plain, signal }), reason);
    const undisturbed = await open();
    for (let i = 0; i < taken; i++) await undisturbed.step(supernet, batch, labels, plain);
    assert.deepEqual(await session.weights(), await undisturbed.weights());
    assert.ok((await session.step(supernet, batch, labels, plain)) > 0);
    await assert.rejects(
      session.step(supernet, batch, labels, { ...plain, signal: "stop" as never }),
      /^RangeError: Session\.step: .*signal/,
    );
    session.dispose();
    undisturbed.dispose();
  });

  it("that diverges says so and changes nothing; a snapshot of before leads on", async () => {
    const session = await open();
    const [{ batch, labels }] = batches;
    const wild = { learningRate: 1e30, momentum: 0, weightDecay: 0, ...both };
    const snapshot = await session.snapshot!();
    let before = await session.weights();
    const diverge = async () => {
      for (let i = 0; i < 10; i++) {
        before = await session.weights();
        await session.step(supernet, batch, labels, wild);
      }
    };
    const error: unknown = await diverge().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof DivergedError, String(error));
    assert.match(
      error.message,
      /^Session\.step: expected a finite .*no weight was changed.*learningRate \(1e\+30 here\)/,
    );
    assert.ok(!Number.isFinite(error.loss) || /gradient of "/.test(error.message));
    assert.deepEqual(await session.weights(), before);
    await session.rewind!(snapshot);
    assert.ok((await session.step(supernet, batch, labels, { ...wild, learningRate: 0.01 })) < 5);
    session.dispose();
  });

  it("of images that are not finite changes nothing", async () => {
    const session = await open();
    const [{ batch, labels }] = batches;
    const images = batch.images.slice();
    images[5] = Number.NaN;
    const before = await session.weights();
    for (const options of optimisers) {
      await assert.rejects(session.step(onlyA, { ...batch, images }, labels, options), DivergedError);
    }
    // Numbers that were asked for are given as they are.
    assert.ok(Number.isNaN((await session.gradients(onlyA, { ...batch, images }, labels)).loss));
    assert.deepEqual(await session.weights(), before);
    session.dispose();
  });
});
