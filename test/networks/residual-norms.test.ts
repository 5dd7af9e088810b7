import assert from "node:assert/strict";
import { test } from "node:test";
import { anyNet, build, V, VR } from "netspace";
import { residualNorms } from "../../src/networks/residual-norms.js";
import { zoo } from "../../src/architectures/zoo.js";

// The last normalisation of each block as torchvision and timm name it: bn3 of a bottleneck, bn2 of a basic block.
test("a residual branch ends with its block's last normalisation, projection or not", () => {
  for (const name of ["RegNetX-200MF", "RegNetY-200MF", "ResNet-50"]) {
    const network = build(zoo(name).architecture);
    const blocks = new Set(network.layers.flatMap(layer => layer.name.match(/^s\d+\.b\d+/)?.[0] ?? []));
    assert.deepEqual(
      residualNorms(network),
      [...blocks].map(block => `${block}.bn3`),
    );
  }
});

test("a block without a shortcut has no residual branch, one with an identity shortcut has one", () => {
  const stages = [
    { depth: 2, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 },
    { depth: 2, width: 8, bottleneck: 1, groupWidth: 8, stride: 1 },
  ];
  assert.deepEqual(residualNorms(build(anyNet(stages, { block: V }))), []);
  assert.equal(residualNorms(build(anyNet(stages, { block: VR }))).length, 4);
});
