import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  RegNetX,
  layerStack,
  nasBench201,
  nasBenchMacro,
  reviveArchitecture,
  type StoredArchitecture,
  type StoredMember,
  sample,
  storeArchitecture,
  V,
  zoo,
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

test("a field that a family does not have is named, with the one that was probably meant; a sample's costs are none", () => {
  const layers = [{ operation: "conv", kernel: 3, width: 24 }] as const;
  const architectures = [
    zoo("NASNet-A-cifar").architecture,
    zoo("MnasNet-A1").architecture,
    nasBench201("|none~0|"),
    nasBenchMacro("00000000"),
    layerStack({ joins: "before", layers, classes: 10 }),
  ];
  for (const architecture of architectures) {
    const stored = JSON.parse(JSON.stringify(storeArchitecture(architecture))) as StoredMember;
    const known = Object.keys(stored).find(
      name => name !== "family" && name !== "columns" && name.length > 3,
    )!;
    assert.throws(() => reviveArchitecture({ ...stored, [`${known}x`]: 1 }), {
      name: "NetworkError",
      message: new RegExp(
        `^reviveArchitecture: unknown field "${known}x" of family "${stored.family}"; did you mean "${known}"\\? known are name, classes, `,
      ),
    });
    const back = reviveArchitecture({ ...stored, params: 1, flops: 2, acts: 3 });
    assert.equal(JSON.stringify(storeArchitecture(back).classes), JSON.stringify(stored.classes));
  }
});
