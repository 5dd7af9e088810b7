import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  type Architecture,
  anyNet,
  type Block,
  build,
  complexity,
  compatible,
  convNorm,
  countArchitecture,
  reviveArchitecture,
  sample,
  squeezeExcite,
  type StoredArchitecture,
  storeArchitecture,
  V,
  Y,
} from "netspace";

/** Blocks that cannot be built: what they do, and what the message must say. */
const ill: Readonly<Record<string, [build: Block["build"], says: RegExp]>> = {
  "groups that do not divide": [
    (ops, x, { width }) => ops.conv("conv", x, width, { groups: 7 }),
    /block "Ill", layer "s1\.b1\.conv" \(conv\): expected groups that divide .*, got 7 groups/,
  ],
  "groups that do not divide, by convNorm": [
    (ops, x, { width }) => convNorm(ops, 1, x, width, { groups: 7 }),
    /block "Ill", layer "s1\.b1\.conv1" .* got 7 groups/,
  ],
  "more groups than channels": [
    (ops, x, { width }) => ops.conv("conv", x, width, { groups: 4096 }),
    /block "Ill", layer "s1\.b1\.conv".* got 4096 groups/,
  ],
  "half a group": [
    (ops, x, { width }) => ops.conv("conv", x, width, { groups: 0.5 }),
    /block "Ill", layer "s1\.b1\.conv" \(conv\): expected groups to be a positive integer, got 0\.5/,
  ],
  "a sum of other channels": [
    (ops, x) => ops.add("sum", ops.conv("conv", x, x.channels + 16), x),
    /block "Ill", layer "s1\.b1\.sum" \(add\): expected two inputs of one shape, got .* and /,
  ],
  "a sum of another size": [
    (ops, x) => ops.add("sum", ops.maxpool("pool", x, 3, 2), x),
    /block "Ill", layer "s1\.b1\.sum" \(add\): expected two inputs of one shape/,
  ],
  "a gate that is no gate": [
    (ops, x) => ops.multiply("scale", x, x),
    /block "Ill", layer "s1\.b1\.scale" \(multiply\): expected a gate/,
  ],
  "a fully connected layer on a map": [
    (ops, x, { width }) => ops.linear("fc", x, width),
    /block "Ill", layer "s1\.b1\.fc" \(linear\): expected an input of height and width 1/,
  ],
  "an even kernel": [
    (ops, x, { width }) => ops.conv("conv", x, width, { kernel: 4 }),
    /block "Ill", layer "s1\.b1\.conv" \(conv\): expected an odd kernel, got 4/,
  ],
  "an even pool": [
    (ops, x, { width }) => convNorm(ops, 1, ops.maxpool("pool", x, 2, 2), width, {}),
    /block "Ill", layer "s1\.b1\.pool" \(maxpool\): expected an odd kernel, got 2/,
  ],
  "half a channel": [
    (ops, x) => ops.conv("conv", x, 16.5),
    /block "Ill", layer "s1\.b1\.conv" \(conv\): expected out to be a positive integer, got 16\.5/,
  ],
  "minus eight channels": [
    (ops, x) => convNorm(ops, 1, x, -8, {}),
    /block "Ill", layer "s1\.b1\.conv1" \(conv\): expected out to be a positive integer, got -8/,
  ],
  "NaN channels": [
    (ops, x) => convNorm(ops, 1, x, Number.NaN, {}),
    /block "Ill", layer "s1\.b1\.conv1" .*, got NaN/,
  ],
  "infinitely many channels": [
    (ops, x) => convNorm(ops, 1, x, Infinity, {}),
    /block "Ill", layer "s1\.b1\.conv1" .*, got Infinity/,
  ],
  "channels as a text": [
    (ops, x) => ops.conv("conv", x, "16" as never),
    /block "Ill", layer "s1\.b1\.conv" .* got "16"/,
  ],
  "a stride of 0": [
    (ops, x, { width }) => convNorm(ops, 1, x, width, { stride: 0 }),
    /block "Ill", layer "s1\.b1\.conv1" \(conv\): expected stride to be a positive integer, got 0/,
  ],
  "one name twice": [
    (ops, x, { width }) => ops.conv("conv", ops.conv("conv", x, width), width),
    /block "Ill", layer "s1\.b1\.conv" \(conv\): expected a name that no other layer has/,
  ],
  "an operator that there is not": [
    (ops, x) => (ops as unknown as Record<string, (x: unknown) => never>).layernorm(x),
    /s1\.b1: TypeError: .*layernorm is not a function \(block "Ill"\); the operators are conv, batchnorm, /,
  ],
  "counting's own operator": [
    (ops, x, { width }) => ops.convNorm!(x, width, 1, 1, 1),
    /s1\.b1: TypeError: .*convNorm is not a function \(block "Ill"\); the operators are /,
  ],
  "an activation that there is not": [
    (ops, x) => ops.activation("act", x, "gelu" as "relu"),
    /block "Ill", layer "s1\.b1\.act" \(gelu\): expected a known operator/,
  ],
  "a rate of dropout above 1": [
    (ops, x) => ops.dropout("drop", x, 1.5),
    /block "Ill", layer "s1\.b1\.drop" \(dropout\): expected a rate in \[0, 1\), got 1\.5/,
  ],
  "nothing returned": [
    () => undefined as never,
    /s1\.b1: a block returns the output .*, got nothing; return it/,
  ],
  "null returned": [() => null as never, /s1\.b1: a block returns the output .*, got null/],
  "a number returned": [() => 8 as never, /s1\.b1: a block returns the output .*, got 8/],
  "a map of its own returned": [
    () => ({ channels: 8 }) as never,
    /expected inputs among the layers before it, got undefined/,
  ],
  "a block that is asynchronous": [
    // biome-ignore lint/suspicious/useAwait: what a user would write
    (async () => {
      throw new Error("heard by nobody");
    }) as never,
    /s1\.b1: a block returns .*, got a promise; make build no async function/,
  ],
  "an error of its own": [
    () => {
      throw new Error("no such width");
    },
    /s1\.b1: Error: no such width \(block "Ill"\)$/,
  ],
  "null for options": [
    (ops, x, { width }) => ops.conv("conv", x, width, null as never),
    /s1\.b1: TypeError: .* \(block "Ill"\)/,
  ],
};

const stage = { depth: 3, width: 32, bottleneck: 1, groupWidth: 8, stride: 2 };

for (const [what, [make, says]] of Object.entries(ill)) {
  test(`${what}: build(), countArchitecture() and sample() refuse it alike, naming block and layer`, () => {
    const block: Block = { name: "Ill", build: make };
    const refused = { name: "NetworkError", message: says };
    assert.throws(() => build(anyNet([stage, stage], { block })), refused);
    assert.throws(() => countArchitecture(anyNet([stage, stage], { block })), refused);
    const space = AnyNetXA.with({ block });
    assert.throws(() => sample(space, { n: 3, seed: 1 }), refused);
    assert.throws(() => sample(space, { n: 1, seed: 1, where: { flops: [1, 1e15] } }), refused);
  });
}

/** Blocks that can be built, and whose blocks after the second are not all alike. */
const uneven: Readonly<Record<string, Block["build"]>> = {
  "eight channels more a block": (ops, x, { stride }) =>
    convNorm(ops, 1, x, x.channels + 8, { stride }, "relu"),
  "as many again, up to 256": (ops, x, { stride }) =>
    convNorm(ops, 1, x, Math.min(256, 2 * x.channels), { stride, kernel: 3 }),
  "half of it, down to one": (ops, x, { stride }) =>
    convNorm(ops, 1, x, Math.max(1, Math.floor(x.channels / 2)), { stride }),
  "a stride of 2 in every block": (ops, x, { width }) => convNorm(ops, 1, x, width, { stride: 2 }),
  "a stride of 3": (ops, x, { width, stride }) =>
    convNorm(ops, 1, x, width, { stride: stride + 1, kernel: 5 }),
  "a convolution with bias, by convNorm": (ops, x, { width, stride }) =>
    convNorm(ops, 1, x, width, { stride, bias: true }, "silu"),
  "channels that go back and forth": (ops, x, { width, stride }) =>
    convNorm(ops, 1, x, x.channels === width ? width + 8 : width, { stride }),
  "every operator there is": (ops, x, { width, stride }) => {
    let y = ops.batchnorm("bn", ops.conv("conv", x, width, { bias: true, kernel: 5, stride }));
    y = squeezeExcite(ops, ops.maxpool("pool", y, 3, 1), 6, "silu");
    const gate = ops.activation("gate", ops.linear("fc", ops.avgpool("mean", y), width), "sigmoid");
    return ops.dropout("drop", ops.add("sum", ops.multiply("scale", y, gate), y), 0.1, "droppath");
  },
};

for (const [what, make] of Object.entries(uneven)) {
  test(`a block with ${what} is counted as it is built, at every depth`, () => {
    const block: Block = { name: "Uneven", build: make };
    for (const depth of [1, 2, 3, 4, 9]) {
      for (const resolution of [32, 37, 224]) {
        const architecture = anyNet([{ ...stage, depth }, stage], { block });
        assert.deepEqual(
          countArchitecture(architecture, resolution),
          complexity(build(architecture), resolution),
        );
      }
    }
    for (const { architecture, ...cost } of sample(AnyNetXA.with({ block }), { n: 90, seed: 2 })) {
      assert.deepEqual(cost, complexity(build(architecture)));
    }
  });
}

test("a block may count other networks while it is counted", () => {
  const other = anyNet([{ depth: 3, width: 16, bottleneck: 1, groupWidth: 8, stride: 2 }]);
  const own = { ...other, block: { ...V, name: "Counted" } };
  const nosy: Block = {
    name: "Nosy",
    build(ops, x, { width, stride, activation }) {
      const kernel = countArchitecture(other).params + countArchitecture(own).params > 1e9 ? 1 : 3;
      return convNorm(ops, "", x, width, { kernel, stride }, activation);
    },
  };
  const architecture = anyNet(
    [1, 2, 5].map(depth => ({ depth, width: 8 * depth, bottleneck: 1, groupWidth: 8, stride: 2 })),
    { block: nosy },
  );
  const cost = complexity(build(architecture));
  assert.deepEqual(countArchitecture(architecture), cost);
  assert.deepEqual(countArchitecture(architecture), cost);
});

test("a block that remembers earlier calls is refused where its count is not what is built", () => {
  let calls = 0;
  const block: Block = {
    name: "Counter",
    build: (ops, x, { width, stride }) => convNorm(ops, 1, x, width + (++calls % 5), { stride }),
  };
  const refused = {
    name: "NetworkError",
    message: /block "Counter" is built with .*, and counted with .* alone/,
  };
  assert.throws(() => countArchitecture(anyNet([stage, stage], { block })), refused);
  assert.throws(() => sample(AnyNetXA.with({ block }), { n: 9, seed: 1 }), refused);
});

test("a block of one's own under a built-in's name is refused everywhere, since stores would bring the other back", () => {
  const block: Block = {
    name: "X",
    build: (ops, x, { width, stride }) => convNorm(ops, 1, x, width, { stride }),
  };
  const architecture: Architecture = anyNet([stage], { block });
  const refused = {
    name: "NetworkError",
    message: /: block "X" has the name of a built-in block and is another; give yours a name of its own$/,
  };
  assert.throws(() => build(architecture), refused);
  assert.throws(() => countArchitecture(architecture), refused);
  assert.throws(() => storeArchitecture(architecture), refused);
  assert.throws(() => AnyNetXA.with({ block }), refused);
  assert.throws(() => AnyNetXA.with({ block: { ...Y } }), /block "Y" has the name/);
  const drawn = { name: "hand-made", dimensions: [], size: 1n, draw: () => architecture };
  assert.throws(() => sample(drawn, { n: 1, seed: 1 }), refused);
});

test("names that every object has are no blocks' names, and may be a user's", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", ""]) {
    const stored = { ...storeArchitecture(anyNet([stage])), block: name } as StoredArchitecture;
    assert.throws(() => reviveArchitecture(stored), {
      name: "RangeError",
      message: /unknown block ".*"; known are X, Y/,
    });
    const block: Block = { ...V, name };
    const architecture = anyNet([stage], { block });
    assert.deepEqual(countArchitecture(architecture), countArchitecture(anyNet([stage], { block: V })));
    assert.equal(storeArchitecture(architecture).block, name);
  }
});

test("a stored architecture with numbers that no network has is refused when it comes back", () => {
  const stored = storeArchitecture(anyNet([stage]));
  for (const odd of [null, "X", [], 5]) {
    assert.throws(() => reviveArchitecture(odd as never), /reviveArchitecture: |unknown block undefined/);
  }
  const wide = { ...stored, stages: [{ ...stage, width: "32" as never }] };
  assert.throws(() => reviveArchitecture(wide), /reviveArchitecture: stage 1 must have positive integers/);
  assert.throws(
    () => reviveArchitecture({ ...stored, stages: undefined as never }),
    /expected an architecture/,
  );
});

test("squeeze-and-excitation rounds halves to the even width, as Python's round() does in pycls", () => {
  // python3 -c "print([round(w * .25) for w in (18, 22, 26, 30)])" -> [4, 6, 6, 8]
  for (const [width, squeezed] of [
    [18, 4],
    [22, 6],
    [26, 6],
    [30, 8],
  ]) {
    const { layers } = build(anyNet([{ ...stage, depth: 1 }], { block: Y, stem: { kind: "simple", width } }));
    const squeeze = layers.find(layer => layer.name === "s1.b1.se_conv1");
    assert.equal(squeeze?.op === "conv" && squeeze.out, squeezed, `stem of ${width}`);
  }
  // round(18 / 4) and round(22 / 4) in the residual bottleneck itself: 4 and 6.
  for (const [width, inner] of [
    [18, 4],
    [22, 6],
  ]) {
    const { layers } = build(anyNet([{ ...stage, depth: 1, width, bottleneck: 4, groupWidth: 1 }]));
    assert.equal(layers.find(layer => layer.name === "s1.b1.conv1")?.op === "conv" && inner, inner);
    assert.deepEqual(
      layers.flatMap(layer => (layer.name === "s1.b1.conv1" && layer.op === "conv" ? [layer.out] : [])),
      [inner],
    );
  }
});

test("widths that were fitted to groups build, for bottlenecks between 1 and 2 as well", () => {
  for (const bottleneck of [1, 1.2, 4 / 3, 1.25, 1.5, 1.9, 2, 3, 1 / 2, 1 / 3]) {
    for (const groupWidth of [1, 2, 3, 5, 8, 16]) {
      for (let wanted = 1; wanted < 60; wanted++) {
        const fitted = compatible(wanted, bottleneck, groupWidth);
        const architecture = anyNet([{ ...stage, ...fitted, bottleneck }]);
        assert.doesNotThrow(
          () => countArchitecture(architecture),
          `${wanted}, b ${bottleneck}, g ${groupWidth}`,
        );
      }
    }
  }
});

test("counts of 2⁵³ and more, which are no exact integers, are refused by counting and by walking", () => {
  const architecture = anyNet([stage]);
  const refused = { name: "NetworkError", message: /expected counts below 2⁵³, which are exact, got / };
  assert.throws(() => countArchitecture(architecture, 1e9), refused);
  assert.throws(() => complexity(build(architecture), 1e9), refused);
  const wide = anyNet([{ ...stage, width: 2 ** 30, groupWidth: 2 ** 30 }]);
  assert.throws(() => countArchitecture(wide), refused);
  assert.throws(() => sample(AnyNetXA.fix("width", 2 ** 30), { n: 1, seed: 1 }), refused);
  // Where a window refuses such a network, it is a candidate like any other.
  assert.throws(
    () => sample(AnyNetXA.fix("width", 2 ** 30), { n: 1, seed: 1, limit: 50, where: { flops: [1, 2] } }),
    {
      name: "SamplingError",
    },
  );
});

test("an architecture of more blocks than memory holds is refused before it is built", () => {
  const deep = anyNet([{ ...stage, depth: 1e15 }]);
  const refused = /depths must add up to at most 100000 blocks, got 1000000000000000/;
  assert.throws(() => build(deep), refused);
  assert.throws(() => countArchitecture(deep), refused);
  assert.throws(() => sample(AnyNetXA.fix("depth", 1e9), { n: 1, seed: 1 }), /at most 100000 blocks/);
});

test("blocks that are none are refused by name: a text, undefined, null, an object without build", () => {
  for (const block of ["Y", undefined, null, { name: "Z" }, { build: () => undefined }, 5] as never[]) {
    const refused = { name: "NetworkError", message: /block must be \{ name, build \}, got / };
    assert.throws(() => AnyNetXA.with({ block }), refused);
    assert.throws(() => build(anyNet([stage], { block })), refused);
    assert.throws(() => countArchitecture(anyNet([stage], { block })), refused);
  }
  assert.throws(
    () => AnyNetXA.with({ block: "Y" as never }),
    /got "Y"; give the block itself, Y, not its name/,
  );
});
