/** Weighted sums in a session: their gradient, and that one-hot weights are the path alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  encodeOnnx,
  engineByName,
  type Layer,
  type Network,
  proceduralDataset,
  recipes,
  time,
  torch,
} from "netspace";

import type { Mixture } from "../../../../src/networks/mixture.js";
import { withoutAddon } from "../../../support/needs.js";
import type { Session } from "../../../../src/training/session.js";

const conv = (name: string, input: string, kernel: number, out = 6): Layer[] => [
  {
    op: "conv",
    name,
    inputs: [input],
    in: input === "input" ? 3 : 6,
    out,
    kernel,
    stride: 1,
    groups: 1,
    bias: false,
  },
  { op: "batchnorm", name: `${name}.bn`, inputs: [name], channels: out },
];
const head = (input: string): Layer[] => [
  { op: "avgpool", name: "pool", inputs: [input] },
  { op: "linear", name: "fc", inputs: ["pool"], in: 6, out: 4 },
];
const wrap = (name: string, layers: readonly Layer[]): Network => ({
  name,
  inputChannels: 3,
  classes: 4,
  layers,
});

/** Two sums of one group, each of an identity, a 3 × 3 and a 1 × 1 convolution. */
const supernet = wrap("supernet", [
  ...conv("stem", "input", 3),
  ...[1, 2].flatMap((i): Layer[] => {
    const from = i === 1 ? "stem.bn" : "sum1";
    return [
      { op: "identity", name: `skip${i}`, inputs: [from] },
      ...conv(`a${i}`, from, 3),
      ...conv(`b${i}`, from, 1),
      { op: "mix", name: `sum${i}`, inputs: [`skip${i}`, `a${i}.bn`, `b${i}.bn`], group: "edge" },
    ];
  }),
  ...head("sum2"),
]);

/** A sum of a convolution, of zeros that alone read another, and of an identity. */
const withZeros = wrap("zeros", [
  ...conv("stem", "input", 3),
  ...conv("a", "stem.bn", 3),
  ...conv("unread", "stem.bn", 1),
  { op: "zero", name: "none", inputs: ["unread.bn"], stride: 1 },
  { op: "identity", name: "skip", inputs: ["stem.bn"] },
  { op: "mix", name: "sum", inputs: ["a.bn", "none", "skip"], group: "edge" },
  ...head("sum"),
]);

const images = Float32Array.from({ length: 8 * 3 * 36 }, (_, i) => Math.sin(i * 12.9898) * 1.5);
const batch = { images, shape: [8, 3, 6, 6] as const };
const labels = Int32Array.from({ length: 8 }, (_, i) => i % 4);
const mixed = (...weights: number[]): Mixture => new Map([["edge", weights]]);

async function withSession(
  work: (session: Session) => Promise<void>,
  precision: "float32" | "float64" = "float32",
  network = supernet,
) {
  const session = await torch.session!(network, { seed: 3, precision, threads: 1 });
  await work(session);
  session.dispose();
}

describe("weighted sums in a session of engine torch", { skip: withoutAddon }, () => {
  it("the gradient of a weighted sum's weights is the slope of the loss", () =>
    withSession(async session => {
      const at = [0.3, -0.8, 0.5];
      const { loss, gradients } = await session.mixtureGradients!(supernet, batch, labels, {
        mixture: mixed(...at),
      });
      assert.ok(loss > 1);
      for (const k of [0, 1, 2]) {
        const lossAt = async (by: number) => {
          const mixture = mixed(...at.map((weight, i) => (i === k ? weight + by : weight)));
          return (await session.mixtureGradients!(supernet, batch, labels, { mixture })).loss;
        };
        const slope = ((await lossAt(1e-2)) - (await lossAt(-1e-2))) / 2e-2;
        assert.ok(
          Math.abs(gradients.get("edge")![k] - slope) < 1e-4,
          `${gradients.get("edge")![k]} and ${slope}`,
        );
      }
    }, "float64"));

  it("one-hot weights are the path alone: nothing else is run, changed or has a gradient", () =>
    withSession(async session => {
      const path = wrap("path", [
        ...conv("stem", "input", 3),
        ...conv("a1", "stem.bn", 3),
        ...conv("a2", "a1.bn", 3),
        ...head("a2.bn"),
      ]);
      const before = await session.weights();
      const { loss, gradients } = await session.gradients(supernet, batch, labels, {
        mixture: mixed(0, 1, 0),
      });
      const alone = await session.gradients(path, batch, labels);
      assert.equal(loss, alone.loss);
      for (const [name, { values }] of alone.gradients)
        assert.deepEqual(gradients.get(name)!.values, values, name);
      assert.ok(gradients.get("b1.weight")!.values.every(value => value === 0));
      await session.step(supernet, batch, labels, {
        learningRate: 0.1,
        momentum: 0.9,
        weightDecay: 0,
        mixture: mixed(0, 1, 0),
      });
      const after = await session.weights();
      for (const [name, { values }] of after) {
        const same = values.every((value, i) => value === before.get(name)!.values[i]);
        assert.equal(same, /^b\d/.test(name), name);
      }
      const [whole, single] = [
        await session.evaluate(supernet, batch, { mixture: mixed(0, 1, 0) }),
        await session.evaluate(path, batch),
      ];
      assert.deepEqual(whole, single);
    }));

  for (const [title, mixture, message] of [
    [
      "none",
      undefined,
      /^Session\.evaluate: expected a mixture with weights of "edge", got none of group "edge"/,
    ],
    ["too few weights", mixed(1, 0), /expected 3 weights of group "edge", got 2/],
    ["no number", mixed(1, Number.NaN, 0), /must be finite numbers, got NaN at 1/],
    ["zeros alone", mixed(0, 0, 0), /of which one is not 0, got 3 zeros/],
    [
      "another group",
      new Map([
        ["edge", [1, 0, 0]],
        ["other", [1]],
      ]),
      /group "other", which there is not; known are "edge"/,
    ],
  ] as const) {
    it(`a mixture of ${title} is rejected`, () =>
      withSession(async session => {
        await assert.rejects(session.evaluate(supernet, batch, { mixture: mixture as Mixture }), {
          name: "RangeError",
          message,
        });
      }));
  }

  it("zeros are not run beside anything else, and are a sum of their own otherwise", () =>
    withSession(
      async session => {
        const { loss, gradients } = await session.mixtureGradients!(withZeros, batch, labels, {
          mixture: mixed(0.7, 0.3, 0.2),
        });
        // Neither the zeros nor what they alone read.
        const { gradients: weights } = await session.gradients(withZeros, batch, labels, {
          mixture: mixed(0.7, 0.3, 0.2),
        });
        assert.ok(weights.get("unread.weight")!.values.every(value => value === 0));
        assert.ok(weights.get("a.weight")!.values.some(value => value !== 0));
        assert.equal(gradients.get("edge")![1], 0);
        assert.notEqual(gradients.get("edge")![0], 0);
        const without = await session.mixtureGradients!(withZeros, batch, labels, {
          mixture: mixed(0.7, 0, 0.2),
        });
        assert.equal(without.loss, loss);
        const alone = await session.evaluate(withZeros, batch, { mixture: mixed(0, 2, 0) });
        const bias = (await session.weights()).get("fc.bias")!.values;
        assert.deepEqual(alone.subarray(0, 4), bias);
      },
      "float32",
      withZeros,
    ));

  it("gradients of the mixture alone are the same, and leave none to keep", () =>
    withSession(async session => {
      const mixture = mixed(0.3, -0.8, 0.5);
      const whole = await session.mixtureGradients!(supernet, batch, labels, { mixture });
      const alone = await session.mixtureGradients!(supernet, batch, labels, {
        mixture,
        weightGradients: false,
      });
      assert.deepEqual(alone, whole);
      await assert.rejects(session.keepGradients!(), /^RangeError: Session\.keepGradients: expected a pass/);
      await session.mixtureGradients!(supernet, batch, labels, { mixture });
      assert.ok((await session.keepGradients!()).norm > 0);
    }));

  it("elsewhere a network with weighted sums is refused, with what to take instead", async () => {
    const remedy =
      /layer "sum1" \(mix\).*expected a network without weighted sums.*pathNetwork of netspace\/search/s;
    const layers = supernet.layers.map(layer => (layer.op === "linear" ? { ...layer, out: 10 } : layer));
    const tenClasses = { ...supernet, classes: 10, layers };
    const recipe = { ...recipes.tiny, epochs: 1, warmupEpochs: 0, batch: 16 };
    const dataset = proceduralDataset({ resolution: 8, train: 32, test: 32, seed: 1 });
    for (const engine of ["torch", "tensorflow"] as const) {
      await assert.rejects(engineByName(engine).train(tenClasses, dataset, recipe, {}), remedy);
    }
    await assert.rejects(time(supernet, { resolution: 8, batch: 2 }), remedy);
    const session = await torch.session!(supernet, { threads: 1 });
    const weights = await session.weights();
    assert.throws(() => encodeOnnx(supernet, weights, { resolution: 8 }), remedy);
    session.dispose();
  });
});
