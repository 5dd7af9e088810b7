/**
 * Every operator of cells, its gradients and those of networks of all of them, against PyTorch: float32 to 1e-4, bf16 no
 * further from float32 than PyTorch's autocast.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Layer, Network } from "../../../../src/networks/network.js";
import { inferShapes } from "../../../../src/networks/shapes.js";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutPython } from "../../../support/needs.js";
import { PytorchCase, runPytorch } from "../../../support/pytorch-case.js";
import { autocastRatios } from "../../../support/torch-model.js";
import { randomNetwork } from "../../../support/random-network.js";

const options = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-3 };
const threads = 1;
const channels = 8;

/** Some layers between a convolution and the logits: `x` names what they read, `y` is the last of them. */
function around(name: string, resolution: number, ...layers: readonly object[]): [Network, number] {
  const first = { op: "conv", name: "x", inputs: ["input"], in: 3, out: channels, kernel: 3, stride: 1 };
  const inner = layers.map((layer, i) => ({
    name: i === layers.length - 1 ? "y" : `y${i}`,
    inputs: [i === 0 ? "x" : `y${i - 1}`],
    ...layer,
  }));
  const begun = [{ ...first, groups: 1, bias: true }, ...inner] as readonly object[] as Layer[];
  const out = { inputChannels: 3, classes: 5 };
  const pooled: Layer[] = [...begun, { op: "avgpool", name: "mean", inputs: ["y"] }];
  // Whatever the operator makes of the channels.
  const wide = inferShapes(
    { ...out, name, classes: channelsOf(pooled, resolution), layers: pooled },
    resolution,
  ).get("mean")!.channels;
  const rest: Layer[] = [
    {
      op: "conv",
      name: "mix",
      inputs: ["y"],
      in: wide,
      out: 6,
      kernel: 1,
      stride: 1,
      groups: 1,
      bias: false,
    },
    // Gradients differ from pixel to pixel.
    { op: "silu", name: "act", inputs: ["mix"] },
    { op: "avgpool", name: "mean", inputs: ["act"] },
    { op: "linear", name: "fc", inputs: ["mean"], in: 6, out: 5 },
  ];
  return [{ ...out, name, layers: [...begun, ...rest] }, resolution];
}

/** Of the last value: `inferShapes` asks for as many classes. */
function channelsOf(layers: readonly Layer[], resolution: number): number {
  for (let classes = channels; classes <= 6 * channels; classes += channels) {
    try {
      inferShapes({ name: "", inputChannels: 3, classes, layers }, resolution);
      return classes;
    } catch {
      // Another number, then.
    }
  }
  throw new Error("no number of channels fits");
}

const conv = (fields: object) => ({
  op: "conv",
  in: channels,
  out: channels,
  stride: 1,
  groups: 1,
  bias: false,
  ...fields,
});
const norm = (fields: object = {}) => ({ op: "batchnorm", channels, ...fields });

const single: [Network, number][] = [];
for (const resolution of [11, 12]) {
  const add = (name: string, ...layers: readonly object[]) =>
    single.push(around(`${name}, ${resolution} pixels`, resolution, ...layers));
  add(
    "1 × 7 with stride 1 × 2, then 7 × 1 with 2 × 1",
    conv({ kernel: [1, 7], stride: [1, 2] }),
    conv({ kernel: [7, 1], stride: [2, 1] }),
  );
  for (const kernel of [3, 5]) {
    add(`dilation 2, kernel ${kernel}, depthwise`, conv({ kernel, dilation: 2, groups: channels }));
    add(`dilation 2, kernel ${kernel}, stride 2`, conv({ kernel, dilation: 2, stride: 2, bias: true }));
  }
  for (const [kernel, stride] of [
    [2, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [7, 2],
    [
      [1, 7],
      [1, 2],
    ],
  ]) {
    const text = `${JSON.stringify(kernel)}, stride ${JSON.stringify(stride)}`;
    add(`convolution "same" of ${text}`, conv({ kernel, stride, padding: "same", groups: 2, bias: true }));
  }
  add(
    'depthwise "same" with dilation and stride',
    conv({ kernel: 5, stride: 2, dilation: 2, padding: "same", groups: channels }),
  );
  add(
    'depthwise "valid" that leaves pixels out',
    conv({ kernel: 5, stride: 4, padding: "valid", groups: channels, bias: true }),
  );
  add('convolution "valid"', conv({ kernel: [2, 3], stride: 2, padding: "valid" }));
  for (const op of ["maxpool", "avgpool2d"]) {
    for (const kernel of [2, 3, 5, 7]) {
      for (const stride of [1, 2, 3]) {
        add(`${op} "same" of ${kernel}, stride ${stride}`, { op, kernel, stride, padding: "same" });
      }
    }
    add(`${op} of 3, stride 2`, { op, kernel: 3, stride: 2 });
    add(`${op} of 1 × 5, stride 2 × 1`, { op, kernel: [1, 5], stride: [2, 1] });
    add(`${op} "valid" of 5, stride 3`, { op, kernel: 5, stride: 3, padding: "valid" });
    add(
      `${op} of 3 on a map of 2`,
      { op: "avgpool2d", kernel: 6, stride: 5, padding: "valid" },
      {
        op,
        kernel: 3,
        stride: 1,
      },
    );
  }
  for (const [kernel, stride, padding] of [
    [3, 1],
    [3, 2, "same"],
    [2, 1, "same"],
    [5, 2, "same"],
  ] as const) {
    add(`avgpool2d with padding counted, ${kernel}, stride ${stride}`, {
      op: "avgpool2d",
      kernel,
      stride,
      ...(padding && { padding }),
      countPadding: true,
    });
  }
  add("normalisation without scale and shift", norm({ affine: false }));
  add("normalisation without scale and shift, and a ReLU", norm({ affine: false }), { op: "relu" });
  add("normalisation with another epsilon", norm({ epsilon: 0.1 }));
  add("a sum of four, one value twice", norm(), { op: "add", inputs: ["x", "y0", "x", "y0"] });
  add("a sum of a value with itself", { op: "relu" }, { op: "add", inputs: ["y0", "y0"] });
  add("a sum of three normalisations and a ReLU", norm(), norm({ inputs: ["x"], affine: false }), norm(), {
    op: "add",
    inputs: ["y0", "y1", "y2"],
  });
  add("concat of one value twice", norm(), { op: "concat", inputs: ["y0", "x", "y0"] });
  add(
    "concat of unequal maps",
    { op: "maxpool", kernel: 3, stride: 2 },
    {
      op: "concat",
      inputs: ["y0", "x"],
      pad: true,
    },
  );
  add(
    "a ReLU beside identities of what it reads",
    { op: "identity" },
    { op: "relu" },
    { op: "identity", inputs: ["x"] },
    { op: "add", inputs: ["y1", "y2", "y0"] },
  );
  add("zeros in a sum", { op: "zero", stride: 1 }, { op: "add", inputs: ["y0", "x"] });
  add(
    "zeros of half the size in a sum, and weights that only they read",
    conv({ kernel: 3 }),
    { op: "zero", stride: 2 },
    conv({ kernel: 1, stride: 2, inputs: ["x"] }),
    { op: "add", inputs: ["y1", "y2"] },
  );
  for (const [stride, offset] of [
    [2, 0],
    [2, 1],
    [3, 2],
    [1, 0],
  ]) {
    add(`subsampling by ${stride} from ${offset}`, { op: "subsample", stride, offset });
  }
  add(
    "a factorised reduction",
    { op: "relu" },
    { op: "subsample", stride: 2, offset: 0 },
    { op: "subsample", stride: 2, offset: 1, inputs: ["y0"] },
    { op: "concat", inputs: ["y1", "y2"] },
  );
}

const whole = Array.from({ length: 20 }, (_, i): [Network, number] => [
  randomNetwork(i + 1, 9 + (i % 6)),
  9 + (i % 6),
]);

describe("engine torch agrees with PyTorch on", { skip: withoutPython }, () => {
  let folder: string;
  const cases = new Map<Network, PytorchCase>();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-operators-"));
    for (const [i, [network, resolution]] of [...single, ...whole].entries()) {
      const one = new PytorchCase(network, join(folder, `${i}`), options, 2, { count: 8, resolution });
      const model = await Model.create(network, { seed: 3, threads });
      await one.write(model);
      model.dispose();
      cases.set(network, one);
    }
    await runPytorch([...cases.values()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function agrees(network: Network): Promise<void> {
    const one = cases.get(network)!;
    const expected = one.result();
    const model = await Model.create(network, { seed: 4, threads });
    for (const [name, values] of one.read("weights.f32")) await model.set(name, values.slice());
    const [first] = one.batches;
    close(await model.forward(first.batch), expected.evaluation, "logits when evaluating");
    const gradients = one.read("gradients.f32");
    for (const [step, { batch, labels }] of one.batches.entries()) {
      close([await model.step(batch, labels, options)], [expected.losses[step]], `loss of step ${step + 1}`);
      if (step > 0) continue;
      for (const [name, reference] of gradients) {
        if (!name.includes(".running_")) close(await model.gradient(name), reference, `gradient of ${name}`);
      }
    }
    // The second step's gradients are in them, and the running statistics.
    for (const [name, values] of one.read("final.f32")) close(await model.get(name), values, `final ${name}`);
    model.dispose();
  }

  for (const [network] of single) it(network.name, () => agrees(network));
  for (const [network] of whole) {
    it(`${network.name}: ${network.layers.map(({ op }) => op).join(" ")}`, () => agrees(network));
  }

  it("does the same with another number of threads", async () => {
    for (const network of [whole[0][0], ...single.slice(0, 12).map(([each]) => each)]) {
      const [{ batch, labels }] = cases.get(network)!.batches;
      const gradients: Float32Array[][] = [];
      for (const several of [1, 3]) {
        const model = await Model.create(network, { seed: 3, threads: several });
        await model.step(batch, labels, { ...options, update: false });
        const learned = model.tensors().filter(({ name }) => !name.includes(".running_"));
        gradients.push(await Promise.all(learned.map(({ name }) => model.gradient(name))));
        model.dispose();
      }
      for (const [i, gradient] of gradients[0].entries()) close(gradient, gradients[1][i], network.name);
    }
  });

  it("bf16: gradients are no further from float32's than those of PyTorch's autocast", async () => {
    const ratios = await autocastRatios(cases.values(), options, threads);
    const text = ratios.map(r => r.toFixed(2)).join(" ");
    assert.ok(ratios[Math.floor(ratios.length / 2)] < 1.1, `median of ${text}`);
    // Rounding is luck in each, and these networks have few layers.
    assert.ok(ratios[Math.floor(ratios.length * 0.95)] < 1.6, text);
    assert.ok(ratios.at(-1)! < 4, text);
  });
});
