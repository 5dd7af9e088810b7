import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  type CellNetworkOptions,
  cellNetwork,
  cellSpaces,
  complexity,
  countArchitecture,
  sample,
  weightShapes,
  zoo,
} from "netspace";
import { auxiliaryParams, small } from "../../support/cell-parts.js";

/**
 * Params, multiply-adds and acts as an independent count over layer shapes gives them; those marked are also printed
 * elsewhere. flops here are the multiply-adds, and one for each output with a bias: each class, but none in ENAS' script.
 */
const counted: Readonly<Record<string, readonly [params: number, multiplyAdds: number, acts?: number]>> = {
  "NASNet-A-cifar": [3_347_498, 545_381_888],
  // params: osmr/imgclsmob.
  "NASNet-A-mobile": [5_289_978, 563_638_816, 7_938_035],
  "PNASNet-5-cifar": [3_189_082, 574_891_392],
  // params: timm.
  "PNASNet-5-large": [86_057_668, 24_937_395_792],
  "AmoebaNet-A-cifar": [2_568_714, 408_720_384],
  "DARTS-V1-cifar": [3_169_414, 500_987_520, 8_847_370],
  // params: what users of quark0/darts quote.
  "DARTS-V2-cifar": [3_349_342, 528_359_040, 9_621_514],
  // params: osmr/imgclsmob.
  "DARTS-V2-imagenet": [4_718_752, 529_911_552, 7_038_184],
};

for (const [name, [params, multiplyAdds, acts]] of Object.entries(counted)) {
  test(`${name} has the parameters and multiply-adds that were counted independently`, () => {
    const { architecture, resolution } = zoo(name);
    const cost = countArchitecture(architecture, resolution);
    const { classes = 1000 } = architecture;
    assert.deepEqual([cost.params, cost.flops], [params, multiplyAdds + classes]);
    if (acts !== undefined) assert.equal(cost.acts, acts);
  });
}

test("ENAS' public script has 3,894,372 parameters, not the printed 4.6M", () => {
  const { architecture, published } = zoo("ENAS-micro-cifar");
  assert.equal(countArchitecture(architecture, 32).params, 3_894_372);
  assert.equal(published.paramsM, 4.6);
});

test("AmoebaNet-A at (6, 36) and, at 299 × 299, (6, 448) has the counts of the paper's figures", () => {
  const { architecture } = zoo("AmoebaNet-A-cifar");
  const wider = countArchitecture({ ...architecture, filters: 36, stem: { kind: "cifar", width: 108 } }, 32);
  assert.deepEqual([wider.params, wider.flops], [3_219_490, 510_996_106]);
  const large = countArchitecture({
    ...zoo("AmoebaNet-A-large").architecture,
    filters: 448,
    resolution: 299,
  });
  // The paper: 469M and 104B.
  assert.deepEqual([large.params, large.flops], [468_151_184, 103_887_694_968]);
});

test("auxiliary heads have the parameters that their authors' code prints", () => {
  for (const [name, params] of [
    ["NASNet-A-cifar", 1_631_498],
    ["DARTS-V1-cifar", 476_426],
    ["DARTS-V2-cifar", 476_426],
    ["ENAS-micro-cifar", 494_848],
  ] as const) {
    const { architecture, resolution } = zoo(name);
    assert.equal(auxiliaryParams(build(architecture), resolution), params, name);
  }
});

test("small networks of each design have the counts of an independent counter", () => {
  for (const [options, params, multiplyAdds] of [
    [{ design: "NASNet-A", cells: 3 }, 25_558, 4_801_472],
    [{ design: "PNASNet-5", cells: 3 }, 15_046, 3_711_776],
    [{ design: "AmoebaNet-A", cells: 3 }, 20_290, 3_619_456],
    [{ design: "DARTS-V2", cells: 3 }, 2_858, 1_442_432],
    [{ design: "DARTS-V2", cells: 5 }, 11_554, 2_369_152],
    [{ design: "DARTS-V1", cells: 5 }, 10_910, 2_255_488],
    [{ design: "ENAS-micro", cells: 3 }, 26_692, 4_715_296],
  ] as const) {
    const cost = countArchitecture(cellNetwork({ ...options, filters: 4, ...small }));
    const biases = options.design === "ENAS-micro" ? 0 : 10;
    assert.deepEqual([cost.params, cost.flops], [params, multiplyAdds + biases], options.design);
  }
});

test("the readings of NASNet's and AmoebaNet's cells in DARTS' file have the sizes that DARTS prints", () => {
  for (const [design, millions, multiplyAdds] of [
    ["NASNet-as-DARTS-reads-it", 3.83, 603.5],
    ["AmoebaNet-as-DARTS-reads-it", 3.15, 488.9],
  ] as const) {
    const cost = countArchitecture(cellNetwork({ design, cells: 20, filters: 36, ...small }));
    assert.ok(Math.abs(cost.params / 1e6 - millions) <= 0.005, `${design}: ${cost.params}`);
    assert.ok(Math.abs(cost.flops / 1e6 - multiplyAdds) <= 0.05, `${design}: ${cost.flops}`);
  }
});

test("NASNet's released code projects the stem in the first cell's output, as a convention of its own does", () => {
  const { architecture } = zoo("NASNet-A-cifar");
  const convention = {
    ...architecture.convention,
    name: "NASNet, released",
    otherOutput: "projected",
  } as const;
  // 96 · 32 + 2 · 32 more for the projection; 2 · 32 input channels less for each of two cells' projections to 32.
  const { params } = countArchitecture({ ...architecture, convention });
  assert.equal(params, 3_347_498 + (96 * 32 + 64) - 2 * 64 * 32);
});

test("networks drawn from every space are counted as they are built, with padding left out too", () => {
  const stems: readonly Partial<CellNetworkOptions>[] = [
    {},
    { stem: { kind: "nasnet", width: 8 }, resolution: 75 },
    { stem: { kind: "darts", width: 8 }, resolution: 64 },
  ];
  for (const space of cellSpaces) {
    for (const stem of stems) {
      const drawn = sample(space.with({ ...stem, filters: 12, cells: 7 }), { n: 8, seed: 5 });
      for (const { architecture, ...cost } of drawn) {
        const { resolution = 32 } = architecture;
        const network = build(architecture);
        assert.deepEqual(complexity(network, resolution), cost, space.name);
        const taps = { taps: "inside" } as const;
        assert.deepEqual(
          countArchitecture(architecture, resolution, taps),
          complexity(network, resolution, taps),
          space.name,
        );
        let weights = 0;
        for (const [name, shape] of weightShapes(network)) {
          if (!/running_|num_batches|^aux\./.test(name)) weights += shape.reduce((a, b) => a * b, 1);
        }
        assert.equal(weights, cost.params, space.name);
      }
    }
  }
});
