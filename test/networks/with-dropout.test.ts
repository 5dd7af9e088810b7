/** Dropout put into networks: where it goes, and what it leaves alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complexity, inferShapes, memory, NetworkError, withDropout, withDropPath } from "netspace";
import { samples, xBlocks } from "../support/networks.js";

describe("withDropout() and withDropPath()", () => {
  it("put dropout before the classifier, and stochastic depth at the end of each residual branch", () => {
    const network = withDropPath(withDropout(xBlocks, 0.2), 0.3);
    const dropouts = network.layers.filter(({ op }) => op === "dropout" || op === "droppath");
    assert.deepEqual(dropouts, [
      { op: "droppath", name: "s1.b1.sum_drop_path", inputs: ["s1.b1.bn3"], rate: 0.15 },
      { op: "droppath", name: "s1.b2.sum_drop_path", inputs: ["s1.b2.bn3"], rate: 0.3 },
      { op: "dropout", name: "head.fc_dropout", inputs: ["head.pool"], rate: 0.2 },
    ]);
    const inputs = new Map(network.layers.map(layer => [layer.name, layer.inputs]));
    assert.deepEqual(inputs.get("s1.b1.sum"), ["s1.b1.proj.bn", "s1.b1.sum_drop_path"]);
    assert.deepEqual(inputs.get("s1.b2.sum"), ["s1.b1.relu", "s1.b2.sum_drop_path"]);
    assert.deepEqual(inputs.get("head.fc"), ["head.fc_dropout"]);
  });

  it("change neither complexity, nor memory, nor the names of parameters", () => {
    for (const network of samples) {
      const other = withDropPath(withDropout(network, 0.5), 0.5);
      assert.deepEqual(complexity(other, 32), complexity(network, 32));
      const parameters = ({ layers }: typeof network) =>
        layers.filter(({ op }) => ["conv", "batchnorm", "linear"].includes(op)).map(({ name }) => name);
      assert.deepEqual(parameters(other), parameters(network));
    }
    const options = { batch: 2, resolution: 32 };
    assert.deepEqual(memory(withDropout(xBlocks, 0.5), options), memory(xBlocks, options));
  });

  it("give the network itself at rate 0, and refuse rates outside [0, 1)", () => {
    assert.equal(withDropout(xBlocks, 0), xBlocks);
    assert.equal(withDropPath(xBlocks, 0), xBlocks);
    for (const rate of [1, -0.1, Number.NaN]) {
      assert.throws(() => withDropout(xBlocks, rate), RangeError);
      assert.throws(() => withDropPath(xBlocks, rate), /rate must be in \[0, 1\)/);
    }
    const network = withDropout(xBlocks, 0.5);
    const layers = network.layers.map(layer => (layer.op === "dropout" ? { ...layer, rate: 1 } : layer));
    assert.throws(
      () => inferShapes({ ...network, layers }, 32),
      (error: unknown) =>
        error instanceof NetworkError && /head.fc_dropout.*a rate in \[0, 1\), got 1/.test(error.message),
    );
  });
});
