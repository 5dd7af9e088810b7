/** Weighted sums against PyTorch: gradients of weights and mixture, and steps in which what is not run has no gradient. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Layer, type Network, torch } from "netspace";
import { Model } from "../../../../src/training/engines/torch.js";
import { close, distance } from "../../../support/close.js";
import { withoutAddon, withoutPython } from "../../../support/needs.js";
import { type CaseSettings, PytorchCase, runPytorch } from "../../../support/pytorch-case.js";

const C = 6;
const plain = (name: string, input: string): Layer => ({
  op: "batchnorm",
  name,
  inputs: [input],
  channels: C,
  affine: false,
});
const convolution = (
  name: string,
  input: string,
  own: {
    readonly kernel: number;
    readonly stride?: number;
    readonly groups?: number;
    readonly dilation?: number;
  },
): Layer => ({ op: "conv", name, inputs: [input], in: C, out: C, stride: 1, groups: 1, bias: false, ...own });

/** DARTS' operations on an edge, all normalised without scale and shift. */
function operations(edge: string, input: string, stride: number): Layer[] {
  const window = { kernel: 3, stride } as const;
  const relu = (name: string, from: string): Layer => ({ op: "relu", name, inputs: [from] });
  const separable = (name: string, from: string, by: number): Layer[] => [
    relu(`${name}.relu`, from),
    convolution(`${name}.depth`, `${name}.relu`, { kernel: 3, stride: by, groups: C }),
    convolution(`${name}.point`, `${name}.depth`, { kernel: 1 }),
    plain(`${name}.norm`, `${name}.point`),
  ];
  return [
    { op: "zero", name: `${edge}.none`, inputs: [input], stride },
    { op: "maxpool", name: `${edge}.max.pool`, inputs: [input], ...window },
    plain(`${edge}.max`, `${edge}.max.pool`),
    { op: "avgpool2d", name: `${edge}.avg.pool`, inputs: [input], ...window },
    plain(`${edge}.avg`, `${edge}.avg.pool`),
    stride === 1
      ? { op: "identity", name: `${edge}.skip`, inputs: [input] }
      : { op: "subsample", name: `${edge}.skip`, inputs: [input], stride, offset: 0 },
    ...separable(`${edge}.sep.0`, input, stride),
    ...separable(`${edge}.sep.1`, `${edge}.sep.0.norm`, 1),
    relu(`${edge}.dil.relu`, input),
    convolution(`${edge}.dil.depth`, `${edge}.dil.relu`, { kernel: 5, stride, groups: C, dilation: 2 }),
    convolution(`${edge}.dil.point`, `${edge}.dil.depth`, { kernel: 1 }),
    plain(`${edge}.dil`, `${edge}.dil.point`),
  ];
}
const made = (edge: string) =>
  ["none", "max", "avg", "skip", "sep.1.norm", "dil"].map(name => `${edge}.${name}`);

/** Two cells of one group of weights, of which the second halves the map, each with a sum over two edges. */
const supernet: Network = {
  name: "small supernet",
  inputChannels: 3,
  classes: 5,
  layers: [
    { ...convolution("stem", "input", { kernel: 3 }), in: 3 } as Layer,
    { op: "batchnorm", name: "stem.norm", inputs: ["stem"], channels: C },
    ...operations("c0.e0", "stem.norm", 1),
    ...operations("c0.e1", "stem", 1),
    { op: "mix", name: "c0.n0", inputs: [...made("c0.e0"), ...made("c0.e1")], group: "node" },
    ...operations("c1.e0", "stem.norm", 2),
    ...operations("c1.e1", "c0.n0", 2),
    { op: "mix", name: "c1.n0", inputs: [...made("c1.e0"), ...made("c1.e1")], group: "node" },
    ...operations("c1.e2", "c1.n0", 1),
    { op: "mix", name: "c1.n1", inputs: made("c1.e2"), group: "last" },
    { op: "concat", name: "c1.out", inputs: ["c1.n0", "c1.n1"] },
    { op: "avgpool", name: "head.pool", inputs: ["c1.out"] },
    { op: "linear", name: "head.fc", inputs: ["head.pool"], in: 2 * C, out: 5 },
  ],
};

const softmax = (count: number, seed: number): number[] => {
  const exps = Array.from({ length: count }, (_, i) => Math.exp(Math.sin(seed + i * 2.3)));
  const sum = exps.reduce((a, b) => a + b);
  return exps.map(x => x / sum);
};
const oneHot = (count: number, ...at: number[]) =>
  Array.from({ length: count }, (_, i) => (at.includes(i) ? 1 : 0));
const soft = { node: softmax(12, 1), last: softmax(6, 4) };
const paths = [
  { node: oneHot(12, 4, 7), last: oneHot(6, 5) },
  { node: oneHot(12, 1, 11), last: oneHot(6, 3) },
  { node: [...oneHot(6, 5), 0, 0.7, -0.4, 0, 0, 0], last: oneHot(6, 0, 2) },
];
const asMap = (mixture: Readonly<Record<string, readonly number[]>>) => new Map(Object.entries(mixture));

const sgd = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-3 };
const adam = { learningRate: 2e-3, momentum: 0, weightDecay: 5e-3, epsilon: 1e-3 };
const steps: Readonly<Record<string, CaseSettings>> = {
  SGD: { ...sgd, nesterov: false, clipNorm: 0.8 },
  Adam: { ...adam, optimiser: "adam", beta1: 0.5 },
  AdamW: { ...adam, optimiser: "adamw", weightDecay: 0.1, normWeightDecay: 0 },
  RMSProp: { ...adam, optimiser: "rmsprop", learningRate: 2e-4, momentum: 0.9 },
};

describe("weighted sums of engine torch agree with PyTorch", { skip: withoutPython || withoutAddon }, () => {
  let folder = "";
  const cases = new Map<string, PytorchCase>();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-mixture-"));
    const add = async (name: string, settings: CaseSettings, count: number) => {
      const one = new PytorchCase(supernet, join(folder, `${cases.size}`), settings, count, {
        resolution: 12,
      });
      const model = await Model.create(supernet, { seed: 3, threads: 1 });
      await one.write(model);
      model.dispose();
      cases.set(name, one);
    };
    for (const [name, mixture] of Object.entries({ softmax: soft, "one-hot": paths[0], signed: paths[2] })) {
      for (const precision of [undefined, "float64"] as const)
        await add(
          `${name} ${precision}`,
          { ...sgd, mixtures: [mixture], ...(precision && { precision }) },
          1,
        );
    }
    for (const [name, settings] of Object.entries(steps))
      await add(name, { ...settings, mixtures: [paths[0], paths[1], soft, paths[2]] }, 12);
    await runPytorch([...cases.values()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A session with a case's weights. */
  const open = async (one: PytorchCase, precision: "float32" | "float64" | "bf16" = "float32") => {
    const session = await torch.session!(supernet, { seed: 9, precision, threads: 1 });
    const shapes = new Map(one.tensors.map(({ name, shape }) => [name, shape]));
    const weights = [...one.read("weights.f32")].map(
      ([name, values]) => [name, { shape: shapes.get(name)!, values: values.slice() }] as const,
    );
    await session.restore(new Map(weights));
    return session;
  };

  for (const name of ["softmax", "one-hot", "signed"]) {
    for (const [precision, within] of [
      ["float32", 1e-4],
      ["float64", 1e-9],
    ] as const) {
      it(`the gradient of a ${name} mixture, in ${precision} to ${within}`, async () => {
        const one = cases.get(`${name} ${precision === "float64" ? precision : undefined}`)!;
        const session = await open(one, precision);
        const [{ batch, labels }] = one.batches;
        const mixture = asMap(one.settings.mixtures![0]);
        const { loss, gradients } = await session.mixtureGradients!(supernet, batch, labels, { mixture });
        // Losses are told as float32.
        close([loss], [one.result().losses[0]], "loss", 1e-6);
        for (const [group, expected] of Object.entries(one.result().mixtureGradients[0])) {
          const weights = mixture.get(group)!;
          expected.forEach((slope, k) => weights[k] === 0 && assert.equal(slope, 0));
          close(gradients.get(group)!, expected, group, within);
        }
        session.dispose();
      });
    }

    it(`the gradient of all weights under a ${name} mixture, in float32 to 1e-4`, async () => {
      const one = cases.get(`${name} undefined`)!;
      const session = await open(one);
      const [{ batch, labels }] = one.batches;
      const mixture = asMap(one.settings.mixtures![0]);
      const { gradients } = await session.gradients(supernet, batch, labels, { mixture });
      const expected = one.read("gradients.f32");
      for (const [weight, { values }] of gradients) close(values, expected.get(weight)!, weight);
      session.dispose();
    });

    it(`the gradient of all weights under a ${name} mixture, in float64 to 1e-9`, async () => {
      const one = cases.get(`${name} float64`)!;
      const session = await open(one, "float64");
      const [{ batch, labels }] = one.batches;
      const mixture = asMap(one.settings.mixtures![0]);
      await session.mixtureGradients!(supernet, batch, labels, { mixture });
      const { norm } = await session.keepGradients!();
      const exact = Object.values(one.result().gradients);
      close([norm], [Math.hypot(...exact.map(values => Math.hypot(...values)))], "norm", 1e-9);
      // Weight by weight they are told as float32.
      const { gradients } = await session.gradients(supernet, batch, labels, { mixture });
      for (const [weight, { values }] of gradients) {
        const expected = one.result().gradients[weight];
        if (expected) close(values, expected, weight, 1e-7);
        else assert.ok(values.every(value => value === 0));
      }
      session.dispose();
    });

    it(`bf16 is near, under a ${name} mixture`, async () => {
      const one = cases.get(`${name} undefined`)!;
      const session = await open(one, "bf16");
      const [{ batch, labels }] = one.batches;
      const mixture = asMap(one.settings.mixtures![0]);
      const { gradients } = await session.mixtureGradients!(supernet, batch, labels, { mixture });
      const expected = one.result().mixtureGradients[0];
      const flat = (of: (group: string) => ArrayLike<number>) =>
        Object.keys(expected).flatMap(g => Array.from(of(g)));
      const far = distance(
        flat(group => gradients.get(group)!),
        flat(group => expected[group]),
      );
      assert.ok(far < 0.2, `${far}`);
      session.dispose();
    });
  }

  for (const name of Object.keys(steps)) {
    it(`${name}: what a mixture does not run is left alone`, async () => {
      const one = cases.get(name)!;
      const session = await open(one);
      const { mixtures, ...settings } = one.settings;
      const losses: number[] = [];
      for (const [i, { batch, labels }] of one.batches.entries()) {
        const mixture = asMap(mixtures![i % mixtures!.length]);
        losses.push(await session.step(supernet, batch, labels, { ...settings, mixture }));
      }
      close(losses, one.result().losses, "losses", 1e-4);
      const final = await session.weights();
      for (const [weight, values] of one.read("final.f32"))
        close(final.get(weight)!.values, values, `final ${weight}`, 3e-3);
      session.dispose();
    });
  }
});
