/** Models are made without saying which images they will be run on. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Layer, Network } from "../../../../src/networks/network.js";
import { fittingSize } from "../../../../src/training/engines/torch/fitting-size.js";
import { xBlocks } from "../../../support/networks.js";

/** A network that begins with these layers, on 3 channels, and ends in a mean and a classifier. */
const of = (...layers: readonly object[]): Network => {
  const all = layers.map((layer, i) => ({
    name: `l${i}`,
    inputs: [i === 0 ? "input" : `l${i - 1}`],
    ...layer,
  }));
  const rest = [
    { op: "avgpool", name: "mean", inputs: [`l${layers.length - 1}`] },
    { op: "linear", name: "fc", inputs: ["mean"], in: 3, out: 2 },
  ];
  const each: readonly object[] = [...all, ...rest];
  return { name: "given", inputChannels: 3, classes: 2, layers: each as readonly Layer[] };
};
const valid = { op: "maxpool", kernel: 5, stride: 1, padding: "valid" };

describe("fittingSize()", () => {
  it("finds images that a network fits, however large they must be", () => {
    assert.equal(fittingSize(xBlocks), 1);
    assert.ok(fittingSize(of(valid, valid)) >= 9);
    assert.ok(fittingSize(of({ op: "subsample", stride: 2, offset: 1 })) >= 2);
    // A head that ends in a window over the whole map, where it is trained.
    const auxiliary: readonly object[] = [
      { op: "avgpool2d", name: "aux.pool", inputs: ["stem.relu"], kernel: 16, stride: 1, padding: "valid" },
      { op: "linear", name: "aux.fc", inputs: ["aux.pool"], in: 24, out: 10 },
    ];
    const withHead: Network = { ...xBlocks, auxiliary: auxiliary as readonly Layer[] };
    assert.equal(fittingSize(withHead), 1);
    assert.equal(fittingSize(withHead, { auxiliary: true }), 32);
  });

  it("names what no image fits, and does not search long for what has nothing to do with images", () => {
    const conv = { op: "conv", in: 3, out: 3, kernel: 3, stride: 1, groups: 2, bias: false };
    assert.throws(() => fittingSize(of(conv)), { name: "NetworkError", message: /"l0".*2 groups/ });
    assert.throws(() => fittingSize(of(valid, conv)), { name: "NetworkError", message: /"l1".*2 groups/ });
    const sum = { op: "add", inputs: ["l0", "input"] };
    assert.throws(() => fittingSize(of({ op: "maxpool", kernel: 3, stride: 2, padding: "valid" }, sum)), {
      name: "NetworkError",
      message: /one shape|at least 3/,
    });
  });
});
