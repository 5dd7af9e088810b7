/**
 * Optimisers and clipping against torch.optim over twenty steps: of a whole network, and of paths through a session's store,
 * whose parameters take steps of their own number.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { engineByName, type Layer, type Network } from "netspace";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutAddon, withoutPython } from "../../../support/needs.js";
import { noise, samples, xBlocks } from "../../../support/networks.js";
import { type CaseSettings, PytorchCase, runPytorch } from "../../../support/pytorch-case.js";
import { conv, norm } from "../../../support/torch-model.js";

const steps = 20;
const threads = 1;
const gated = samples.find(({ name }) => name === "Y")!;
const sgd = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-3 };
/** An epsilon at which a gradient that is 0 but for rounding moves nothing: its sign is nobody's. */
const adam = { learningRate: 2e-3, momentum: 0, weightDecay: 5e-3, epsilon: 1e-4 };
/** RMSProp's first steps are ten times as long as later ones. */
const rmsprop = { ...adam, optimiser: "rmsprop", learningRate: 2e-4, epsilon: 1e-3 } as const;

const variants: Record<string, [Network, CaseSettings]> = {
  "SGD with plain momentum": [xBlocks, { ...sgd, nesterov: false }],
  "SGD with clipped gradients": [xBlocks, { ...sgd, clipNorm: 0.5 }],
  "SGD with a limit that no gradient reaches": [xBlocks, { ...sgd, clipNorm: 1e6 }],
  Adam: [gated, { ...adam, optimiser: "adam" }],
  "Adam with other betas": [xBlocks, { ...adam, optimiser: "adam", beta1: 0.5, beta2: 0.9 }],
  "Adam without a mean of gradients": [xBlocks, { ...adam, optimiser: "adam", beta1: 0, epsilon: 1e-3 }],
  AdamW: [gated, { ...adam, optimiser: "adamw", weightDecay: 0.1 }],
  "AdamW with decays by kind, clipped": [
    gated,
    {
      ...adam,
      optimiser: "adamw",
      weightDecay: 0.2,
      normWeightDecay: 0,
      biasWeightDecay: 0.5,
      clipNorm: 0.3,
    },
  ],
  RMSProp: [gated, rmsprop],
  "RMSProp with momentum": [xBlocks, { ...rmsprop, momentum: 0.9, smoothing: 0.9 }],
  "RMSProp with epsilon inside the root": [
    gated,
    { ...rmsprop, momentum: 0.9, smoothing: 0.9, epsilon: 1e-3, epsilonInsideRoot: true },
  ],
  "RMSProp, clipped and averaged": [
    xBlocks,
    { ...rmsprop, momentum: 0.5, clipNorm: 0.4, averageDecay: 0.8, normWeightDecay: 0.2 },
  ],
};

const stem = [conv("stem.conv", "input", 3, 8, 3), norm("stem.bn", "stem.conv")];
const head = (input: string): Layer[] => [
  { op: "relu", name: "act", inputs: [input] },
  { op: "avgpool", name: "head.pool", inputs: ["act"] },
  { op: "linear", name: "head.fc", inputs: ["head.pool"], in: 8, out: 5 },
];
const branch = (name: string, kernel: number) => [
  conv(`s1.${name}`, "stem.bn", 8, 8, kernel),
  norm(`s1.${name}_bn`, `s1.${name}`),
];
const network = (name: string, layers: readonly Layer[]): Network => ({
  name,
  inputChannels: 3,
  classes: 5,
  layers,
});
const wide = network("wide", [...stem, ...branch("wide", 3), ...head("s1.wide_bn")]);
const narrow = network("narrow", [...stem, ...branch("narrow", 1), ...head("s1.narrow_bn")]);
const sum: Layer = { op: "add", name: "s1.add", inputs: ["s1.wide_bn", "s1.narrow_bn"] };
const store = network("both", [
  ...stem,
  ...branch("wide", 3),
  ...branch("narrow", 1),
  sum,
  ...head("s1.add"),
]);
/** A branch that nothing reads: torch.optim leaves it alone, whatever its momentum. */
const blind = network("blind", [
  ...stem,
  ...branch("wide", 3),
  ...branch("narrow", 1),
  ...head("s1.wide_bn"),
]);
/** Unevenly, so that parameters have taken different numbers of steps. */
const paths = [wide, wide, narrow, store, blind];

const shared: Record<string, CaseSettings> = {
  Adam: { ...adam, optimiser: "adam", clipNorm: 0.7 },
  AdamW: { ...adam, optimiser: "adamw", weightDecay: 0.1, normWeightDecay: 0 },
  RMSProp: { ...rmsprop, momentum: 0.9, epsilonInsideRoot: true, epsilon: 1e-3 },
  "clipped SGD": { ...sgd, nesterov: false, clipNorm: 0.5 },
};

describe("optimisers of engine torch agree with torch.optim", { skip: withoutPython || withoutAddon }, () => {
  let folder: string;
  const cases = new Map<string, PytorchCase>();
  const sessions = new Map<string, PytorchCase>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-optimisers-"));
    const prepare = async (of: Network, settings: CaseSettings, name: string) => {
      const one = new PytorchCase(of, join(folder, name), settings, steps);
      const model = await Model.create(of, { seed: 3, threads });
      await one.write(model);
      model.dispose();
      return one;
    };
    for (const [name, [of, settings]] of Object.entries(variants)) {
      cases.set(name, await prepare(of, settings, `whole${cases.size}`));
    }
    for (const [name, settings] of Object.entries(shared)) {
      sessions.set(name, await prepare(store, { ...settings, paths }, `paths${sessions.size}`));
    }
    await runPytorch([...cases.values(), ...sessions.values()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of Object.keys(variants)) {
    it(`${name}: ${steps} losses and final weights`, async () => {
      const one = cases.get(name)!;
      const model = await Model.create(one.network, { seed: 4, threads });
      for (const [parameter, values] of one.read("weights.f32")) await model.set(parameter, values.slice());
      const losses: number[] = [];
      for (const { batch, labels } of one.batches) losses.push(await model.step(batch, labels, one.settings));
      close(losses, one.result().losses, "losses", 1e-4);
      for (const [parameter, values] of one.read("final.f32"))
        close(await model.get(parameter), values, `final ${parameter}`, 3e-3);
      if (one.settings.averageDecay !== undefined) {
        await model.exchangeAverages();
        for (const [parameter, values] of one.read("average.f32"))
          close(await model.get(parameter), values, `average ${parameter}`, 3e-3);
      }
      model.dispose();
    });
  }

  for (const name of Object.keys(shared)) {
    it(`${name} of paths through one store: ${steps} losses and final weights`, async () => {
      const one = sessions.get(name)!;
      const session = await engineByName("torch").session!(store, { seed: 3, threads });
      const shapes = new Map(one.tensors.map(tensor => [tensor.name, tensor.shape]));
      await session.restore(
        new Map(
          [...one.read("weights.f32")].map(([key, values]) => [
            key,
            { shape: shapes.get(key)!, values: values.slice() },
          ]),
        ),
      );
      const { paths: _inTurn, ...settings } = one.settings;
      const losses: number[] = [];
      for (const [i, { batch, labels }] of one.batches.entries())
        losses.push(await session.step(paths[i % paths.length], batch, labels, settings));
      close(losses, one.result().losses, "losses", 1e-4);
      const final = await session.weights();
      for (const [parameter, values] of one.read("final.f32"))
        close(final.get(parameter)!.values, values, `final ${parameter}`, 3e-3);
      session.dispose();
    });
  }
});

describe("a model's steps", { skip: withoutAddon }, () => {
  const { batch, labels } = noise(store, 8, 12, 1);

  it("of another optimiser begin with nothing remembered", async () => {
    const [one, other] = [await Model.create(store, { threads }), await Model.create(store, { threads })];
    const adamNow = { ...adam, optimiser: "adam" } as const;
    for (const settings of [sgd, adamNow, rmsprop, adamNow]) await one.step(batch, labels, settings);
    await other.setWeights(await one.weights());
    await one.step(batch, labels, sgd);
    await other.step(batch, labels, sgd);
    assert.deepEqual(await one.weights(), await other.weights());
    one.dispose();
    other.dispose();
  });

  it("go on after steps of paths, each parameter by the number of its own steps", async () => {
    const adamNow = { ...adam, optimiser: "adam" } as const;
    const whole = await Model.create(store, { threads });
    const path = await whole.path(wide);
    await path.step(batch, labels, adamNow);
    const untouched = (await whole.weights()).get("s1.narrow.weight")!.values.slice();
    await whole.step(batch, labels, adamNow);
    const gradient = await whole.gradient("s1.narrow.weight");
    const expected = untouched.map((w, i) => {
      const g = gradient[i] + 5e-3 * w;
      // A first step: both means are corrected to g and g².
      return w - 2e-3 * (g / (Math.abs(g) + 1e-4));
    });
    close(await whole.get("s1.narrow.weight"), expected, "a first step after another layer's second", 1e-5);
    path.dispose();
    whole.dispose();
  });

  it("leave gradients as they were clipped", async () => {
    const model = await Model.create(store, { threads });
    await model.step(batch, labels, { ...sgd, clipNorm: 0.01 });
    const norms: number[] = [];
    for (const { name } of model.tensors().filter(each => !each.name.includes(".running_")))
      norms.push(Math.hypot(...(await model.gradient(name))));
    close([Math.hypot(...norms)], [0.01], "norm of all gradients", 1e-3);
    model.dispose();
  });

  it("name the setting that the optimiser does not read, or that is wrong", async () => {
    const model = await Model.create(store, { threads });
    const wrong: [object, RegExp][] = [
      [
        { beta1: 0.9 },
        /Model\.step: beta1 must be left out with optimiser "sgd", being adam's or adamw's, got 0\.9/,
      ],
      [{ optimiser: "adam", nesterov: true }, /nesterov must be left out with optimiser "adam", being sgd's/],
      [{ optimiser: "adamm" }, /optimiser must be "sgd", "adam", "adamw" or "rmsprop", got "adamm"/],
      [{ optimiser: "adam", beta2: 1 }, /beta2/],
      [{ optimiser: "rmsprop", epsilon: 0 }, /epsilon/],
      [{ clipNorm: -1 }, /clipNorm/],
    ];
    for (const [own, message] of wrong) {
      await assert.rejects(async () => model.step(batch, labels, { ...sgd, ...own }), message);
    }
    assert.ok((await model.step(batch, labels, sgd)) > 0);
    model.dispose();
  });
});
