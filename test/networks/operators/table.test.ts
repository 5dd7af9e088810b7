import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  type Block,
  anyNet,
  build,
  complexity,
  countArchitecture,
  encodeOnnx,
  memory,
  type Network,
  NetworkError,
  type Op,
  structureDiagram,
  weightShapes,
} from "netspace";
import { type Attributes, operatorOf, operators } from "../../../src/networks/operators/index.js";
import { labelOf } from "../../../src/figures/diagram/block-graph.js";
import { instructionFields, lower } from "../../../src/training/engines/torch/program.js";

/** A layer of each operator on 8 channels. It does not compile while one is missing. */
const examples: { readonly [K in Op]: Attributes<K> } = {
  conv: { in: 8, out: 8, kernel: 3, stride: 2, groups: 4, bias: true },
  batchnorm: { channels: 8 },
  relu: {},
  silu: {},
  sigmoid: {},
  maxpool: { kernel: 3, stride: 2 },
  avgpool: {},
  linear: { in: 8, out: 8 },
  add: {},
  multiply: {},
  dropout: { rate: 0.25 },
  droppath: { rate: 0.25 },
  avgpool2d: { kernel: 3, stride: 2 },
  concat: {},
  identity: {},
  zero: { stride: 2 },
  subsample: { stride: 2, offset: 1 },
  mix: { group: "g" },
};

/** A block that is this operator alone, with a second input where it reads two. */
const blockOf = (op: Op): Block => ({
  name: `only ${op}`,
  build(ops, x) {
    const given = op === "linear" || op === "multiply" ? ops.avgpool("one", x) : x;
    const inputs =
      op === "multiply" ? [x, given] : op === "add" || op === "concat" || op === "mix" ? [x, x] : [given];
    return ops.apply(op, "it", inputs, examples[op]);
  },
});

const networkOf = (op: Op) => {
  const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 1, stride: 1 };
  return anyNet([stage], { block: blockOf(op), stem: { kind: "cifar", width: 8 }, classes: 3 });
};

const layerOf = (network: Network) => network.layers.find(({ name }) => name === "s1.b1.it")!;

const zeros = (network: Network) =>
  new Map(
    [...weightShapes(network)].map(([name, shape]) => {
      const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
      return [name, { shape, values }];
    }),
  );

for (const op of Object.keys(operators) as Op[]) {
  test(`${op}: a block applies it by name; it is counted as it is built, kept, written, lowered and drawn`, () => {
    const architecture = networkOf(op);
    const network = build(architecture);
    const layer = layerOf(network);
    assert.deepEqual({ ...layer, inputs: [] }, { op, name: "s1.b1.it", inputs: [], ...examples[op] });
    assert.deepEqual(countArchitecture(architecture, 16), complexity(network, 16));
    const inside = { taps: "inside" } as const;
    assert.deepEqual(countArchitecture(architecture, 16, inside), complexity(network, 16, inside));
    const params = operatorOf(layer)
      .weights(layer)
      .filter(({ role }) => role !== "statistic")
      .reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0);
    assert.equal(
      operatorOf(layer).cost(layer, shape, [shape, shape]).params,
      params,
      "its parameters are its weights' elements",
    );
    assert.ok(memory(network, { batch: 2, resolution: 16 }).activations > 0);
    const encode = () => encodeOnnx(network, zeros(network), { resolution: 16 });
    if (op === "mix")
      assert.throws(encode, /layer "s1\.b1\.it" \(mix\): expected a network without weighted sums/);
    else assert.ok(encode().length > 0);
    const { program, inputs, names } = lower(network);
    const at = instructionFields * names.indexOf("s1.b1.it");
    assert.equal(program[at], Object.keys(operators).indexOf(op));
    assert.deepEqual(
      inputs.subarray(program[at + 1], program[at + 1] + program[at + 2]).length,
      layer.inputs.length,
    );
    assert.match(structureDiagram(network, { resolution: 16 }).svg, /stage 1/);
    const [title] = labelOf({ layers: [layer], inputs: [], shape, rank: 0 });
    assert.ok(title.length > 0);
  });
}

const shape = { channels: 8, height: 8, width: 8 };

test("an operator that there is not is told with its layer, also where a block applies it", () => {
  const block: Block = {
    name: "strange",
    build: (ops, x) => ops.apply("blend" as never, "it", [x], {}),
  };
  const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 1, stride: 1 };
  const architecture = anyNet([stage], { block, stem: { kind: "cifar", width: 8 } });
  const message =
    /block "strange", layer "s1\.b1\.it" \(blend\): expected a known operator \(see Op\), got "blend"/;
  assert.throws(() => build(architecture), { name: "NetworkError", message });
  assert.throws(() => countArchitecture(architecture, 16), { name: "NetworkError", message });
});

for (const [op, given, message] of [
  ["relu", 2, /\(relu\): expected 1 input, got 2/],
  ["add", 1, /\(add\): expected at least 2 inputs, got 1/],
  ["concat", 1, /\(concat\): expected at least 2 inputs, got 1/],
  ["conv", 0, /\(conv\): expected 1 input, got 0/],
] as const) {
  test(`${op} with ${given} inputs is refused by counting and building alike`, () => {
    const block: Block = {
      name: "odd",
      build: (ops, x) =>
        ops.apply(
          op,
          "it",
          Array.from({ length: given }, () => x),
          examples[op],
        ),
    };
    const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 1, stride: 1 };
    const architecture = anyNet([stage], { block, stem: { kind: "cifar", width: 8 } });
    assert.throws(() => build(architecture), message);
    assert.throws(() => countArchitecture(architecture, 16), message);
    assert.throws(() => build(architecture), NetworkError);
  });
}

test("the native enumeration is the table's", async () => {
  const script = new URL("../../../../scripts/native-operators.mjs", import.meta.url);
  const { nativeOperators } = (await import(script.href)) as { nativeOperators: () => string };
  const header = readFileSync(new URL("../../../../native/operators.h", import.meta.url), "utf8");
  assert.equal(header, nativeOperators(), "run node scripts/native-operators.mjs");
  const numbered = [...header.matchAll(/^ {4}\{"(\w+)", /gm)].map(([, name]) => name);
  assert.deepEqual(numbered, Object.keys(operators));
});
