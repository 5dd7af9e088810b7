import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  RegNetX,
  reviveArchitecture,
  type StoredArchitecture,
  sample,
  storeArchitecture,
  V,
} from "netspace";

const throughJson = (stored: StoredArchitecture) => JSON.parse(JSON.stringify(stored)) as StoredArchitecture;

test("a stored architecture comes back from JSON with its block and a RegNet's parameters", () => {
  for (const { architecture } of sample(RegNetX, { n: 5, seed: 1 })) {
    assert.deepEqual(reviveArchitecture(throughJson(storeArchitecture(architecture))), architecture);
  }
});

test("a block that is not built in does not come back by its name, and the message says what to do", () => {
  const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 1, stride: 2 };
  const stored = throughJson(storeArchitecture(anyNet([stage], { block: { ...V, name: "mine" } })));
  assert.throws(() => reviveArchitecture(stored), {
    name: "RangeError",
    message:
      /unknown block "mine"; known are X, Y, R, .*\. Give another block itself: \{ \.\.\.stored, block \}/,
  });
});
