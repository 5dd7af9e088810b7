/** NAS-Bench-Macro's networks: published counts, codes, canonical forms. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  canonical,
  complexity,
  countArchitecture,
  depthOf,
  describe,
  nasBenchMacro,
  type NasBenchMacroArchitecture,
  reviveArchitecture,
  seeded,
  storeArchitecture,
  type StoredMember,
  zoo,
} from "netspace";

// xiusu/NAS-Bench-Macro, nas-bench-macro_cifar10.json; its flops are multiply-adds without the classifier's ten biases.
for (const [code, params, flops] of [
  ["00000000", 387_882, 7_713_280],
  ["11111111", 1_588_874, 53_246_464],
  ["22222222", 2_932_586, 105_660_928],
  ["22212220", 1_985_514, 85_164_544],
] as const) {
  test(`network ${code} costs what the benchmark has`, () => {
    const { architecture, resolution } = zoo<NasBenchMacroArchitecture>(code);
    assert.equal(resolution, 32);
    const cost = countArchitecture(architecture);
    assert.deepEqual([cost.params, cost.flops], [params, flops + 10]);
    assert.deepEqual(complexity(build(architecture), 32), cost);
    assert.equal(describe(architecture), code);
    assert.deepEqual(architecture, nasBenchMacro(code));
  });
}

test("200 drawn networks of all sizes are counted as they are built, and come back from JSON", () => {
  const random = seeded(5);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  for (let i = 0; i < 200; i++) {
    const stages = Array.from({ length: pick([1, 2, 3]) }, () => pick([1, 2, 3]));
    const layers = stages.flatMap(stage =>
      Array.from({ length: stage }, () => pick(["id", "e1k3", "e3k3", "e4k7", "e6k5"])),
    );
    const architecture = nasBenchMacro(layers, {
      stages,
      channels: pick([2, 8, 32]),
      headWidth: pick([16, 64]),
    });
    const resolution = pick([9, 16, 32]);
    assert.deepEqual(
      countArchitecture(architecture, resolution),
      complexity(build(architecture), resolution),
    );
    const stored = JSON.parse(JSON.stringify(storeArchitecture(architecture))) as StoredMember;
    assert.deepEqual(reviveArchitecture(stored), architecture);
    assert.equal(stored.columns?.depth, depthOf(architecture));
  }
});

test("of the 6,561 networks 3,969 are distinct functions", () => {
  const forms = new Set<string>();
  for (let code = 0; code < 3 ** 8; code++) {
    forms.add(canonical(nasBenchMacro(code.toString(3).padStart(8, "0"))));
  }
  assert.equal(forms.size, 3969);
  assert.equal(canonical(nasBenchMacro("00102000")), canonical(nasBenchMacro("00120000")));
  // The first layer of a stage halves the map, whatever it is.
  assert.notEqual(canonical(nasBenchMacro("01000000")), canonical(nasBenchMacro("10000000")));
});

for (const [code, message] of [
  ["2221222", /expected 8 layers, as many as stages of 2, 3, 3 have, got 7/],
  ["22212223", /layer 8 of the code: expected 0 \(identity\), 1 \(e3k3\) or 2 \(e6k5\), got "3"/],
  [
    ["id", "e3k4", "id", "id", "id", "id", "id", "id"],
    /layer 2: expected "id", or "e<expansion>k<kernel>".*got "e3k4"/,
  ],
] as const) {
  test(`an ill code is refused by layer: ${String(code)}`, () => {
    assert.throws(() => nasBenchMacro(code), { name: "NetworkError", message });
  });
}

test("a name of eight digits that no code is names the layer; other digits name nothing", () => {
  assert.throws(() => zoo("22212229"), { name: "NetworkError", message: /layer 8 of the code/ });
  assert.throws(() => zoo("2221222"), { name: "RangeError", message: /unknown network "2221222"/ });
});
