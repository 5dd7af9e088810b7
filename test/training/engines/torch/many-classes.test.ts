/** Datasets of more than 256 classes, whose labels take 16 bits, in both engines. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anyNet, build } from "netspace";
import {
  type Dataset,
  type Engine,
  type Recipe,
  tensorflowOn,
  torch,
} from "../../../../src/training/index.js";
import { withoutAddon } from "../../../support/needs.js";
import { randomStream, stage } from "../../../support/networks.js";

const RESOLUTION = 8;
const COUNT = 64;
const network = build(anyNet([stage(1, 8, 8)], { stem: { kind: "cifar", width: 8 }, classes: 300 }));
const recipe: Recipe = {
  epochs: 3,
  batch: 8,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 0,
  warmupEpochs: 0,
  cropPadding: 0,
  flip: false,
};

/** Noise, all of one class to train on; half of the test images are of the class with the same low byte. */
function dataset(label: number): Dataset {
  const random = randomStream(1);
  const images = Uint8Array.from({ length: COUNT * 3 * RESOLUTION ** 2 }, () => 256 * random());
  const labels = new Uint16Array(COUNT).fill(label);
  const test = labels.map((_, i) => (i % 2 ? label : label % 256));
  return {
    name: "one-of-300",
    resolution: RESOLUTION,
    channels: 3,
    classes: 300,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    train: { count: COUNT, images, labels },
    test: { count: COUNT, images, labels: test },
  };
}

const engines: [string, Engine, string | false][] = [
  ["torch", torch, withoutAddon],
  ["tensorflow in plain JavaScript", tensorflowOn({ backend: "portable" }), false],
];

describe("labels of 16 bits", () => {
  for (const [name, engine, skip] of engines) {
    // Labels cut to a byte would make the error 0, bytes in the wrong order 100 %.
    it(`are told apart beyond their low byte by engine ${name}`, { skip }, async () => {
      const { error, status } = await engine.train(network, dataset(266), recipe, { threads: 1 });
      assert.deepEqual({ error, status }, { error: 50, status: "finished" });
    });
  }
});
