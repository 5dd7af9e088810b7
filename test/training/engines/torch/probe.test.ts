/** What a session reads of one pass: gradients against differences in double, feature maps, and what is refused. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ImageBatch, type Network, torch } from "netspace";
import { cellNetworks } from "../../../support/cell-networks.js";
import { close } from "../../../support/close.js";
import { withoutAddon } from "../../../support/needs.js";
import { noise, randomStream, samples } from "../../../support/networks.js";
import { conv, norm } from "../../../support/torch-model.js";

const open = (network: Network, precision: "float32" | "float64" | "bf16" = "float64") =>
  torch.session!(network, { seed: 3, threads: 1, precision });

const count = 6;
const randomly = (length: number, seed: number) => {
  const random = randomStream(seed);
  return Float32Array.from({ length }, () => random() - 0.5);
};
const sum = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((all, value, i) => all + value * b[i], 0);

/** A ReLU in place, one behind a normalisation, and one that reads a sum. */
const plain: Network = {
  name: "plain",
  inputChannels: 3,
  classes: 4,
  layers: [
    conv("a", "input", 3, 8, 3),
    { op: "relu", name: "a.relu", inputs: ["a"] },
    conv("b", "a.relu", 8, 8, 3),
    norm("b.bn", "b"),
    { op: "relu", name: "b.relu", inputs: ["b.bn"] },
    { op: "add", name: "sum", inputs: ["a.relu", "b.relu"] },
    { op: "relu", name: "sum.relu", inputs: ["sum"] },
    { op: "avgpool", name: "pool", inputs: ["sum.relu"] },
    { op: "linear", name: "fc", inputs: ["pool"], in: 8, out: 4 },
  ],
};

describe("a session's probe", { skip: withoutAddon }, () => {
  for (const network of [...samples, ...cellNetworks]) {
    it(`${network.name}: gradients of any sum of logits, to images and weights, are what differences say`, async () => {
      const session = await open(network);
      const { batch } = noise(network, count, 20, 4);
      const towards = randomly(count * network.classes, 5);
      const probed = await session.probe!(network, batch, { towards });
      assert.ok(probed.logits instanceof Float64Array && probed.images instanceof Float64Array);
      const weights = await session.weights();
      const value = async (images: Float32Array): Promise<number> =>
        sum((await session.probe!(network, { ...batch, images })).logits, towards);
      const [ours, differences]: [number[], number[]] = [[], []];
      const random = randomStream(6);
      // So small that no value crosses the edge of its ReLU.
      const step = 2 ** -20;
      for (let i = 0; i < 4; i++) {
        const at = Math.floor(random() * batch.images.length);
        const [low, high] = [-step, step].map(by => {
          const images = batch.images.slice();
          images[at] += by;
          return images;
        });
        ours.push(probed.images[at]);
        differences.push(((await value(high)) - (await value(low))) / (high[at] - low[at]));
      }
      close(ours, differences, "gradient of the images", 1e-4);
      const names = [...probed.gradients.keys()];
      assert.deepEqual(
        names,
        [...weights.keys()].filter(name => !/\.running_(mean|var)$/.test(name)),
      );
      [ours.length, differences.length] = [0, 0];
      for (let i = 0; i < 4; i++) {
        const name = names[Math.floor(random() * names.length)];
        const { shape, values } = weights.get(name)!;
        const at = Math.floor(random() * values.length);
        const there: number[] = [];
        const found: number[] = [];
        for (const by of [-step, step]) {
          const moved = values.slice();
          moved[at] += by;
          there.push(moved[at]);
          await session.restore(new Map([...weights, [name, { shape, values: moved }]]));
          found.push(await value(batch.images));
        }
        ours.push(probed.gradients.get(name)![at]);
        differences.push((found[1] - found[0]) / (there[1] - there[0]));
      }
      close(ours, differences, "gradient of the weights", 1e-4);
      session.dispose();
    });
  }

  it("gives feature maps as their layers made them, whatever is computed in place", async () => {
    const session = await open(plain, "float32");
    const { batch } = noise(plain, count, 12, 1);
    const layers = ["a", "a.relu", "b.relu", "sum", "sum.relu", "pool"];
    const { layers: maps, logits, gradients, images } = await session.probe!(plain, batch, { layers });
    assert.deepEqual([...maps.keys()], layers);
    const map = (name: string) => maps.get(name)!;
    assert.ok(map("a").some(x => x < 0));
    assert.deepEqual(
      map("a.relu"),
      map("a").map(x => Math.max(x, 0)),
    );
    close(
      map("sum"),
      map("a.relu").map((x, i) => x + map("b.relu")[i]),
      "sum",
    );
    assert.deepEqual(
      map("sum.relu"),
      map("sum").map(x => Math.max(x, 0)),
    );
    assert.equal(map("a").length, count * 8 * 12 * 12);
    assert.equal(map("pool").length, count * 8);
    // Channel by channel: the mean of the first 144 is the first that is pooled.
    close(
      [sum(map("sum.relu").subarray(0, 144), Array<number>(144).fill(1 / 144))],
      [map("pool")[0]],
      "rows",
    );
    // Without a sum to differentiate there are no gradients.
    assert.deepEqual([gradients.size, images], [0, undefined]);
    // Asked for or not, the pass is the same.
    assert.deepEqual((await session.probe!(plain, batch)).logits, logits);
    session.dispose();
  });

  it("gives zeros where the logits do not depend on it", async () => {
    const cut: Network = {
      ...plain,
      layers: plain.layers.flatMap(layer =>
        layer.name === "pool"
          ? [
              { op: "zero", name: "cut", inputs: ["sum.relu"], stride: 1 } as const,
              { ...layer, inputs: ["cut"] },
            ]
          : [layer],
      ),
    };
    const session = await open(cut, "float32");
    const { batch } = noise(cut, count, 12, 1);
    const probed = await session.probe!(cut, batch, { towards: new Float32Array(count * 4).fill(1) });
    assert.ok(probed.images!.every(x => x === 0) && probed.images!.length === batch.images.length);
    assert.ok(probed.gradients.get("a.weight")!.every(x => x === 0));
    assert.ok(probed.gradients.get("fc.bias")!.every(x => x === count));
    session.dispose();
  });

  it("in double is what float32 gives, but for its rounding; a step in double is a step", async () => {
    const { batch, labels } = noise(plain, count, 12, 1);
    const towards = randomly(count * 4, 5);
    const [single, double] = await Promise.all([open(plain, "float32"), open(plain)]);
    assert.deepEqual(await double.weights(), await single.weights());
    const [a, b] = [
      await single.probe!(plain, batch, { towards }),
      await double.probe!(plain, batch, { towards }),
    ];
    close(a.logits, b.logits, "logits", 1e-5);
    close(a.images!, b.images!, "gradient of the images", 1e-5);
    const settings = { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 };
    for (let i = 0; i < 3; i++) {
      const losses = [];
      for (const session of [single, double]) losses.push(await session.step(plain, batch, labels, settings));
      close([losses[0]], [losses[1]], "loss", 1e-5);
    }
    close(await single.evaluate(plain, batch), await double.evaluate(plain, batch), "logits after", 1e-4);
    single.dispose();
    double.dispose();
  });

  it("names what cannot be asked for", async () => {
    const session = await open(plain, "float32");
    const { batch } = noise(plain, count, 12, 1);
    const refuses = (options: object, message: RegExp, of: ImageBatch = batch) =>
      assert.rejects(session.probe!(plain, of, options), message);
    await refuses({ layers: ["c"] }, /^RangeError: Session\.probe: expected a layer of plain, got "c"/);
    await refuses({ layers: ["b.bn"] }, /layer "b.bn" makes no feature map of its own, .* ask for that/);
    await refuses({ layers: "a" }, /expected a list as layers of options, got "a"/);
    await refuses({ layer: ["a"] }, /unknown option "layer"/);
    await refuses({ towards: [1, 2] }, /towards must be a Float32Array, got \[1, 2\]/);
    await refuses({ towards: new Float32Array(3) }, /towards: expected an array of 24 elements, got 3/);
    await refuses({}, /shape/, { ...batch, shape: [count, 1, 12, 12] });
    // And goes on.
    assert.equal((await session.probe!(plain, batch)).logits.length, 24);
    session.dispose();
  });
});
