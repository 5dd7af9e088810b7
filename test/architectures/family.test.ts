import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  build,
  complexity,
  complexityByStage,
  countArchitecture,
  depthOf,
  describe,
  type Family,
  familyNames,
  memory,
  NetworkError,
  registerFamily,
  reviveArchitecture,
  sample,
  type StoredMember,
  storeArchitecture,
  structureDiagram,
  weightShapes,
  zoo,
} from "netspace";
import { architectureOf } from "../../src/architectures/zoo.js";
import { type Chain, chain, chainFamily, chains } from "../support/chain-family.js";

const throughJson = (stored: object) => JSON.parse(JSON.stringify(stored)) as StoredMember;

test("a family of one's own is built, counted, drawn and titled without being registered", () => {
  const architecture = chain([8, 16], { classes: 10 });
  const network = build(architecture);
  assert.equal(network.name, "chain-8-16");
  assert.equal(describe(architecture), "chain-8-16");
  assert.deepEqual(
    network.layers.map(({ name }) => name),
    ["link1.conv", "link1.act", "link2.conv", "link2.act", "head.pool", "head.fc"],
  );
  // 3·3·3·8 + 8, 3·3·8·16 + 16 and 16·10 + 10 parameters; 16², 8² and 1 pixels out.
  const cost = { flops: 224 * 256 + 1168 * 64 + 170, params: 224 + 1168 + 170, acts: 8 * 256 + 16 * 64 + 10 };
  assert.deepEqual(countArchitecture(architecture, 32), cost);
  assert.deepEqual(complexity(network, 32), cost);
  assert.deepEqual([...complexityByStage(network, 32).keys()], ["link1", "link2", "head"]);
  assert.deepEqual(
    countArchitecture(architecture, 32, { taps: "inside" }),
    complexity(network, 32, { taps: "inside" }),
  );
  assert.equal(weightShapes(network).size, 6);
  assert.ok(memory(network, { batch: 4, resolution: 32 }).activations > 0);
  const diagram = structureDiagram(network, { resolution: 32 });
  assert.match(diagram.toString(), /chain-8-16, image 3 × 32 × 32\n {2}link1: 3×3 \/2, w 8 → 8 × 16 × 16/);
  assert.match(diagram.svg, /link2/);
  assert.equal(depthOf(architecture), 2);
});

test("an architecture of a family is written out in the call that builds it, too", () => {
  assert.equal(build({ family: chainFamily, widths: [8], classes: 3 }).classes, 3);
});

test("a space of another family is sampled through windows of cost and depth", () => {
  const drawn = sample(chains, {
    n: 40,
    seed: 2,
    resolution: 32,
    where: { depth: [2, 2], params: [0, 30_000] },
  });
  for (const { architecture, ...cost } of drawn) {
    assert.equal(architecture.widths.length, 2);
    assert.deepEqual(complexity(build(architecture), 32), cost);
  }
  assert.ok(new Set(drawn.map(({ architecture }) => describe(architecture))).size > 5);
});

test("a sketch of a family that has no copy() is kept as toJson() and fromJson() bring it", () => {
  const sketch: { -readonly [K in keyof Chain]: Chain[K] } = chain([8], { classes: 5 });
  const space = {
    ...chains,
    sketch: (random: () => number) => Object.assign(sketch, { widths: [8 * (1 + Math.floor(8 * random()))] }),
  };
  const drawn = sample(space, { n: 20, seed: 1, resolution: 32 });
  assert.ok(new Set(drawn.map(({ architecture }) => architecture.widths[0])).size > 3);
  for (const { architecture, params } of drawn) {
    assert.equal(countArchitecture(architecture, 32).params, params);
  }
});

test("a registered family's architecture comes back from JSON; one that is not known is named with those that are", () => {
  const architecture = chain([8, 24], { name: "mine", classes: 10, resolution: 48 });
  const stored = throughJson(storeArchitecture(architecture));
  assert.deepEqual(stored, {
    family: "chain of the tests",
    widths: [8, 24],
    name: "mine",
    classes: 10,
    resolution: 48,
    columns: { depth: 2, link1: 8, link2: 24 },
  });
  assert.throws(() => reviveArchitecture({ ...stored, family: "no such" }), {
    name: "RangeError",
    message: /unknown family "no such"; known are AnyNet.*registerFamily\(\) makes one of yours known/,
  });
  assert.equal(registerFamily(chainFamily), chainFamily);
  assert.ok(familyNames().includes("chain of the tests"));
  assert.deepEqual(reviveArchitecture(stored), architecture);
  assert.deepEqual(build(reviveArchitecture(stored)), build(architecture));
  assert.throws(() => reviveArchitecture({ ...stored, widths: [0] }), {
    name: "NetworkError",
    message: "reviveArchitecture: widths must be positive integers, got [0]",
  });
});

test("an entry of the zoo may be of another family", () => {
  registerFamily(chainFamily);
  const architecture = architectureOf("Chain-8", { family: "chain of the tests", of: { widths: [8] } });
  assert.deepEqual(architecture, chain([8], { name: "Chain-8" }));
});

test("a family of the same name takes the former's place, as when a cell runs again; a built-in's name is its own", () => {
  registerFamily(chainFamily);
  const again = { ...chainFamily, title: () => "another" };
  registerFamily(again);
  assert.equal(describe(reviveArchitecture(throughJson(storeArchitecture(chain([8]))))), "another");
  registerFamily(chainFamily);
  const impostor = { ...chainFamily, name: "AnyNet" };
  const message = /family "AnyNet" has the name of a built-in family and is another/;
  assert.throws(() => registerFamily(impostor), { name: "RangeError", message });
  assert.throws(() => build(chain([8], { family: impostor })), { name: "NetworkError", message });
  assert.throws(() => storeArchitecture(chain([8], { family: impostor })), message);
});

const bad = (family: Partial<Family<Chain>>) => chain([8], { family: { ...chainFamily, ...family } });

for (const [what, architecture, message] of [
  [
    "a name where the family should be",
    chain([8], { family: "chain" as never }),
    /build: a family must be .*, got "chain"; reviveArchitecture\(\) brings/,
  ],
  ["no assemble()", bad({ assemble: undefined }), /build: a family must be .*, got one without assemble/],
  ["numbers that it refuses", chain([]), /^build: widths must be positive integers, got \[\]$/],
  ["classes that are none", chain([8], { classes: 0 }), /^build: classes must be a positive integer, got 0/],
  [
    "a layer that cannot be",
    bad({ assemble: (ops, image) => ops.conv("odd", image, 8, { kernel: 2 }) }),
    /^family "chain of the tests", layer "odd" \(conv\): expected an odd kernel, got 2$/,
  ],
  [
    "an operator that there is not",
    bad({ assemble: ops => (ops as never as { blend(): never }).blend() }),
    /blend is not a function \(family "chain of the tests"\); the operators are conv, batchnorm/,
  ],
  [
    "an assemble() that gives nothing",
    bad({ assemble: (() => undefined) as never }),
    /assemble\(\) of family "chain of the tests" gave nothing; return the last operator's output/,
  ],
  [
    "an assemble() that is async",
    bad({ assemble: (async () => Promise.reject(new Error("unheard"))) as never }),
    /gave a promise; make it no async function/,
  ],
  [
    "another output than the last operator's",
    bad({
      assemble(ops, image) {
        const logits = ops.linear("fc", ops.avgpool("pool", image), 1000);
        ops.activation("late", logits, "relu");
        return logits;
      },
    }),
    /the last operator must be the one that assemble\(\) returns, "fc", got "late"/,
  ],
  [
    "a title that is no text",
    bad({ title: () => 3 as never }),
    /title\(\) of family .* must give a text, got 3/,
  ],
] as const) {
  test(`a family with ${what} is refused by name`, () => {
    assert.throws(() => build(architecture), { name: "NetworkError", message });
    if (!/title/.test(what)) assert.throws(() => countArchitecture(architecture, 32), NetworkError);
  });
}

for (const [what, architecture, message] of [
  [
    "takes a name that stores need",
    bad({ toJson: () => ({ columns: 1 }) }),
    /toJson\(\) must not give columns/,
  ],
  ["gives JSON that is no object", bad({ toJson: () => [1] }), /toJson\(\) must give an object, got \[1\]/],
  [
    "calls a parameter what populations call another number",
    bad({ parameters: () => ({ error: 3 }) }),
    /parameters\(\) must not give error, which is another column of populations/,
  ],
  [
    "has parameters that are no numbers",
    bad({ parameters: () => ({ depth: "2" as never }) }),
    /parameters\(\) must give numbers by name, got depth: "2"/,
  ],
] as const) {
  test(`a family that ${what} is refused before anything is stored`, () => {
    assert.throws(() => storeArchitecture(architecture), { name: "NetworkError", message });
  });
}

test("a family that remembers earlier calls is refused where its count is not what is built", () => {
  let calls = 0;
  const moody = bad({
    assemble(ops, image, { classes = 1000 }) {
      calls++;
      return ops.linear("fc", ops.avgpool("pool", ops.conv("conv", image, calls)), classes);
    },
  });
  assert.throws(
    () => countArchitecture(moody, 32),
    /family "chain of the tests" is built with .*, and counted with .*; its operators must depend on the architecture alone/,
  );
});

test("an architecture that names no family is an AnyNet, and its JSON says nothing of families", () => {
  const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 };
  assert.equal(
    JSON.stringify(storeArchitecture(anyNet([stage], { classes: 10 }))),
    '{"stem":{"kind":"simple","width":32},"block":"X","classes":10,"stages":[{"depth":1,"width":8,"bottleneck":1,"groupWidth":8,"stride":2}]}',
  );
  assert.equal(
    JSON.stringify(storeArchitecture(zoo("RegNetY-200MF").architecture).parameters),
    '{"depth":13,"w0":24,"wa":36.44,"wm":2.49,"bottleneck":1,"groupWidth":8}',
  );
});
