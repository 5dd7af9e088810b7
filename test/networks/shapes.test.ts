import assert from "node:assert/strict";
import { test } from "node:test";
import { anyNet, build, inferShapes, type Network } from "netspace";

const stage = { depth: 1, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 };
const network = build(anyNet([stage], { classes: 10 }));

/** The network with one layer changed. */
const changed = (name: string, change: object): Network => ({
  ...network,
  layers: network.layers.map(layer => (layer.name === name ? { ...layer, ...change } : layer)),
});

test("inferShapes() gives each layer's output, odd sizes rounded up", () => {
  const shapes = inferShapes(network, 33);
  assert.deepEqual(shapes.get("stem.conv"), { channels: 32, height: 17, width: 17 });
  assert.deepEqual(shapes.get("s1.b1.add"), { channels: 16, height: 9, width: 9 });
  assert.deepEqual(shapes.get("head.fc"), { channels: 10, height: 1, width: 1 });
});

test("a network survives JSON", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(network)), network);
});

const faults: [string, Network, RegExp][] = [
  [
    "a group width that does not divide",
    changed("s1.b1.conv2", { groups: 3 }),
    /s1\.b1\.conv2.*groups that divide.*3 groups for 16 → 16/,
  ],
  [
    "fractional groups",
    changed("s1.b1.conv2", { groups: 16 / 24 }),
    /s1\.b1\.conv2.*groups to be a positive integer, got 0\.66/,
  ],
  [
    "channels that differ from the input's",
    changed("s1.b1.conv1", { in: 31 }),
    /s1\.b1\.conv1.*input of 31 channels, got 32/,
  ],
  [
    "an input that is nowhere",
    changed("stem.bn", { inputs: ["nowhere"] }),
    /stem\.bn.*inputs among the layers before it, got "nowhere"/,
  ],
  ["an unknown operator", changed("stem.act", { op: "gelu" }), /stem\.act.*a known operator.*"gelu"/],
  ["an even kernel", changed("stem.conv", { kernel: 2 }), /stem\.conv.*an odd kernel, got 2/],
  [
    "a sum of different shapes",
    changed("s1.b1.add", { inputs: ["s1.b1.bn3", "stem.act"] }),
    /s1\.b1\.add.*two inputs of one shape/,
  ],
  [
    "two layers of one name",
    changed("stem.bn", { name: "stem.conv" }),
    /stem\.conv.*a name that no other layer has/,
  ],
  [
    "no name or inputs",
    { ...network, layers: [network.layers[0], { op: "relu" } as never] },
    /layer 2 of network .* must have a name and a list of inputs, got \{"op":"relu"\}/,
  ],
  [
    "nothing in it",
    { ...network, layers: [null as never] },
    /layer 1 of network .* must have a name and a list of inputs, got null/,
  ],
  ["logits that are not one a class", { ...network, classes: 11 }, /head\.fc.*logits of 11/],
];
for (const [what, broken, message] of faults) {
  test(`inferShapes() names the layer with ${what}`, () => {
    assert.throws(() => inferShapes(broken, 32), { name: "NetworkError", message });
  });
}
