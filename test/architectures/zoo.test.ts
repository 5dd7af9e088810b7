import assert from "node:assert/strict";
import { test } from "node:test";
import { build, complexity, complexityByStage, countArchitecture, zoo, zooNames } from "netspace";

// Expected integers: pycls's committed table, dev/model_complexity.json (see data/README.md).
for (const name of zooNames()) {
  test(`${name} is counted to the integer, by walking its layers and in closed form`, () => {
    const { architecture, resolution, exact } = zoo(name);
    assert.deepEqual(complexity(build(architecture), resolution), exact);
    assert.deepEqual(countArchitecture(architecture, resolution), exact);
  });
}

test("the zoo has the 36 networks of the paper's comparisons", () => {
  const families = ["RegNetX", "RegNetY", "ResNet", "ResNeXt", "EfficientNet"];
  const sizes = families.map(family => zooNames().filter(name => name.startsWith(`${family}-`)).length);
  assert.deepEqual(sizes, [12, 12, 3, 3, 6]);
});

test("every published network agrees with its printed flops, params and acts", () => {
  for (const name of zooNames()) {
    const { architecture, resolution, published } = zoo(name);
    const { flops, params, acts } = countArchitecture(architecture, resolution);
    // Half a unit of the last printed digit: EfficientNet's flops have two decimals, all else one.
    assert.ok(Math.abs(flops / 1e9 - published.flopsG) <= 0.051, `${name}: flops ${flops}`);
    assert.ok(Math.abs(params / 1e6 - published.paramsM) <= 0.051, `${name}: params ${params}`);
    assert.ok(Math.abs(acts / 1e6 - published.actsM) <= 0.051, `${name}: acts ${acts}`);
  }
});

test("complexityByStage() gives the worked example of RegNetX-200MF, part by part", () => {
  // Source: flops, params and acts of each part at 224, worked out by hand from pycls's rules.
  const expected = {
    stem: { flops: 10_838_016, params: 928, acts: 401_408 },
    s1: { flops: 19_267_584, params: 4_032, acts: 526_848 },
    s2: { flops: 10_888_192, params: 10_304, acts: 307_328 },
    s3: { flops: 48_620_544, params: 226_480, acts: 476_672 },
    s4: { flops: 109_057_536, params: 2_074_048, acts: 450_800 },
    head: { flops: 369_000, params: 369_000, acts: 1_000 },
  };
  const network = build(zoo("RegNetX-200MF").architecture);
  assert.deepEqual(Object.fromEntries(complexityByStage(network, 224)), expected);
});

test("group width compatibility changes RegNetX-3.2GF's widths to the published ones", () => {
  const widths = zoo("RegNetX-3.2GF").architecture.stages.map(stage => stage.width);
  assert.deepEqual(widths, [96, 192, 432, 1008]); // from [88, 200, 448, 1000] with g = 48
});

test("zoo() names the known networks when asked for an unknown one", () => {
  assert.throws(() => zoo("RegNetX-201MF"), {
    name: "RangeError",
    message: /^zoo: unknown network "RegNetX-201MF"; known are RegNetX-200MF, /,
  });
});
