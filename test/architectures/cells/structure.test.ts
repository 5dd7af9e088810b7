import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  cellConventions,
  cellDesigns,
  cellNetwork,
  complexity,
  countArchitecture,
  describe,
  encodeOnnx,
  memory,
  NetworkError,
  type Operation,
  reviveArchitecture,
  storeArchitecture,
  structureDiagram,
  time,
  withDropout,
  type Weights,
  weightShapes,
  withDropPath,
  zoo,
} from "netspace";
import type { LayerOf } from "../../../src/networks/network.js";
import { small, smallCells } from "../../support/cell-parts.js";

const channels = (name: string, design: string, filters: number, cells: number): number => {
  const network = build(cellNetwork({ design, filters, cells, ...small }));
  const layers = network.layers.filter(layer => layer.name.startsWith(`${name}.current.conv`));
  return (layers[0] as LayerOf<"conv">).in;
};

test("a cell gives as many filters as it concatenates states: NASNet-A 6 F and 4 F, PNASNet-5 5 F, DARTS 4 F", () => {
  // What the next cell reads. NASNet-A's cell 2 is behind the first, which concatenates the stem's 3 F too.
  assert.equal(channels("cell2", "NASNet-A", 8, 9), 5 * 8 + 3 * 8);
  assert.equal(channels("cell3", "NASNet-A", 8, 9), 6 * 8);
  // Cells 4 and 8 of 11 are reductions.
  assert.equal(channels("cell5", "NASNet-A", 8, 9), 4 * 16);
  assert.equal(channels("cell3", "PNASNet-5", 8, 9), 5 * 8);
  assert.equal(channels("cell3", "DARTS-V2", 8, 9), 4 * 8);
  assert.equal(channels("cell3", "AmoebaNet-A", 8, 9), 4 * 8);
  assert.equal(channels("cell3", "ENAS-micro", 8, 9), 5 * 8);
});

test("NASNet-A 6@768 and 4@1056 end in as many channels as they are called by", () => {
  for (const [name, width] of [
    ["NASNet-A-cifar", 768],
    ["NASNet-A-mobile", 1056],
    ["NASNet-A-large", 4032],
  ] as const) {
    assert.equal((build(zoo(name).architecture).layers.at(-1) as LayerOf<"linear">).in, width);
  }
});

test("extra reductions stand before the cells at a third and two thirds, others are these cells", () => {
  const reductions = (design: string, cells: number) => {
    const network = build(cellNetwork({ design, cells, filters: 4, ...small }));
    const reducing = network.layers.filter(
      layer => "stride" in layer && layer.stride === 2 && /^cell\d+\.b\d/.test(layer.name),
    );
    return [...new Set(reducing.map(({ name }) => Number(/^cell(\d+)/.exec(name)![1])))];
  };
  assert.deepEqual(reductions("NASNet-A", 18), [7, 14]);
  assert.deepEqual(reductions("ENAS-micro", 15), [6, 12]);
  assert.deepEqual(reductions("DARTS-V2", 20), [7, 14]);
  assert.deepEqual(reductions("PNASNet-5", 9), [4, 7]);
  assert.deepEqual(reductions("DARTS-V2", 4), [2, 3]);
});

test("the cell behind a reduction reads past it where the network says so, at no other cost", () => {
  const near = smallCells("NASNet-A", { cells: 6 });
  const far = smallCells("NASNet-A", { cells: 6, skipsReduction: true });
  const reader = (network: typeof near) =>
    build(network).layers.find(({ name }) => name === "cell4.previous.relu")!.inputs;
  // Cells 3 and 6 are the reductions, of cells 1 to 8.
  assert.deepEqual(reader(near), ["cell2.concat"]);
  assert.deepEqual(reader(far), ["cell1.concat"]);
  // Cell 1 concatenates the stem besides, 2 · F channels more.
  const extra = 2 * 4 * 8;
  assert.equal(countArchitecture(far).params - countArchitecture(near).params, extra);
});

test("layers are named by cell, block and side, and sums of a published network read what its cell says", () => {
  const { layers } = build(smallCells("DARTS-V2"));
  const names = layers.map(({ name }) => name);
  assert.ok(names.includes("cell1.b1.left.dw1") && names.includes("cell1.b1.right.pw2"));
  // Node 3 of DARTS-V2: sep 3 × 3 of the previous cell and a skip of the one before.
  const sum = layers.find(({ name }) => name === "cell1.b3.add")!;
  assert.deepEqual(sum.inputs, ["cell1.b3.left.bn2", "cell1.previous.bn"]);
});

test("drop path acts on every operation but identities, its share rising over NASNet's cells and even in DARTS'", () => {
  const nasNet = build(smallCells("NASNet-A")).dropPaths!;
  // 5 cells; a normal cell has 2 identities among its 10 operations, a reduction cell 1.
  assert.equal(nasNet.length, 3 * 8 + 2 * 9);
  assert.deepEqual(nasNet[0], { layer: "cell1.b1.left.bn2", share: 1 / 5 });
  assert.equal(nasNet.at(-1)!.share, 1);
  const darts = build(smallCells("DARTS-V2"));
  assert.ok(darts.dropPaths!.every(({ share }) => share === 1));
  // An identity of stride 2 is a factorised reduction in DARTS' networks, and dropped; a convolution in NASNet's, and not.
  const reduction = {
    blocks: [{ left: { op: "identity", state: 0 }, right: { op: "max3", state: 1 } }],
    output: "all",
  } as const;
  const inReductions = (design: string) =>
    build(smallCells(design, { reduction, reductions: [1] })).dropPaths!.flatMap(({ layer }) =>
      layer.startsWith("cell2.") ? [layer] : [],
    );
  assert.deepEqual(inReductions("DARTS-V2"), ["cell2.b1.left.bn", "cell2.b1.right.pool"]);
  assert.deepEqual(inReductions("NASNet-A"), ["cell2.b1.right.pool"]);
  const dropped = withDropPath(build(smallCells("NASNet-A")), 0.4);
  const rates = dropped.layers.flatMap(layer => (layer.op === "droppath" ? [layer.rate] : []));
  assert.equal(rates.length, nasNet.length);
  assert.ok(Math.abs(rates[0] - 0.08) < 1e-12 && rates.at(-1) === 0.4);
});

test("a network with an auxiliary head is counted, and its memory told, at other resolutions than it was built for", () => {
  const network = build(zoo("NASNet-A-mobile").architecture);
  assert.ok(network.auxiliary);
  const { params } = complexity(network, 192);
  assert.equal(params, 5_289_978);
  assert.equal(memory(network, { batch: 1, resolution: 192 }).parameters, 4 * params);
});

test("normalisations have the epsilon of the released code", () => {
  const norms = build(zoo("NASNet-A-mobile").architecture).layers.filter(({ op }) => op === "batchnorm");
  assert.ok(norms.every(layer => (layer as LayerOf<"batchnorm">).epsilon === 0.001));
});

test("windows with a stride are padded as TensorFlow pads where the code is TensorFlow's, and centred in DARTS'", () => {
  const paddings = (design: string) =>
    new Set(
      build(smallCells(design)).layers.flatMap(layer =>
        layer.name.startsWith("cell") &&
        "stride" in layer &&
        layer.stride === 2 &&
        "kernel" in layer &&
        layer.kernel !== 1
          ? [layer.padding]
          : [],
      ),
    );
  assert.deepEqual(paddings("NASNet-A"), new Set(["same"]));
  assert.deepEqual(paddings("DARTS-V2"), new Set([undefined]));
});

test("AmoebaNet's dense operations work on a quarter of the filters, and on all where that is none", () => {
  const inner = (filters: number) => {
    const { layers } = build(smallCells("AmoebaNet-A", { filters, cells: 1 }));
    // Block 4 of the reduction cell: 1 × 7 then 7 × 1 of the previous cell's output, whose filters are doubled.
    return layers.flatMap(layer =>
      layer.op === "conv" && layer.name.startsWith("cell1.b4.right.") ? [[layer.in, layer.out]] : [],
    );
  };
  assert.deepEqual(inner(8), [
    [16, 4],
    [4, 4],
    [4, 4],
    [4, 16],
  ]);
  assert.deepEqual(inner(1), [
    [2, 2],
    [2, 2],
  ]);
});

test("an operation of one's own is built, counted, stored and found again", () => {
  const gate: Operation = {
    name: "gate",
    build(ops, x, { out, stride }) {
      const y = ops.conv("conv", x, out, { kernel: 3, stride, bias: true });
      return ops.activation("act", y, "silu");
    },
  };
  const normal = {
    blocks: [{ left: { op: "gate", state: 0 }, right: { op: "sep3", state: 1 } }],
    output: "all",
  } as const;
  const network = cellNetwork({
    normal,
    convention: cellConventions.DARTS,
    operations: [gate],
    cells: 3,
    filters: 4,
    ...small,
  });
  const built = build(network);
  assert.ok(built.layers.some(({ name }) => name === "cell1.b1.left.act"));
  assert.deepEqual(countArchitecture(network), complexity(built, 32));
  const stored = JSON.parse(JSON.stringify(storeArchitecture(network))) as { readonly operations: unknown };
  assert.deepEqual(stored.operations, ["gate"]);
  const back = reviveArchitecture(stored as never, [gate as never]);
  assert.deepEqual(build(back).layers, built.layers);
  assert.throws(
    () => reviveArchitecture(stored as never),
    /unknown operation "gate"; give it with the architecture/,
  );
  const narrow: Operation = { name: "gate", build: (ops, x) => ops.conv("conv", x, 3) };
  assert.throws(() => build({ ...network, operations: [narrow] }), {
    name: "NetworkError",
    message:
      /^cell1\.b1\.left: operation "gate" must return its last operator's output, of 4 channels, got 3 channels \(normal cell, block 1, left: "gate" of input 0\)$/,
  });
});

test("designs come back from JSON as they were, and are told apart by their titles", () => {
  const titles = Object.keys(cellDesigns).map(design => {
    const network = smallCells(design, { cells: 5 });
    const stored = JSON.parse(JSON.stringify(storeArchitecture(network))) as never;
    assert.deepEqual(build(reviveArchitecture(stored)).layers, build(network).layers);
    return describe(network);
  });
  assert.equal(new Set(titles).size, titles.length);
  assert.equal(describe(smallCells("DARTS-V2", { cells: 5 })).slice(0, 12), "DARTS-n5-f4-");
});

test("a network of cells cannot be written over", () => {
  const network = smallCells("NASNet-A");
  assert.ok(Object.isFrozen(network) && Object.isFrozen(network.normal.blocks[0].left));
  assert.throws(() => Object.assign(network.normal.blocks[0].left, { state: 9 }), TypeError);
});

test("a convention's part that there is not, or has another value, is named", () => {
  const network = smallCells("NASNet-A");
  const odd = { ...network.convention, first: "last" } as never;
  assert.throws(
    () => countArchitecture({ ...network, convention: odd }),
    (error: unknown) =>
      error instanceof NetworkError &&
      /first of convention "NASNet" must be "current" or "previous", got "last"/.test(error.message),
  );
});

test("dropout finds ENAS' classifier, which has no bias and is a convolution", () => {
  const { layers } = withDropout(build(smallCells("ENAS-micro")), 0.2);
  assert.deepEqual(
    layers.slice(-2).map(({ op, inputs }) => [op, inputs]),
    [
      ["dropout", ["head.pool"]],
      ["conv", ["head.fc_dropout"]],
    ],
  );
});

test("a network with an auxiliary head is timed at a resolution that the head does not fit", async () => {
  const network = build(smallCells("DARTS-V2", { auxiliary: { stride: 3 } }));
  const stopped = time(network, { batch: 1, resolution: 16, threads: 1, signal: AbortSignal.abort() });
  await assert.rejects(stopped, { name: "AbortError" });
});

test("a network with an auxiliary head is drawn and exported at a resolution that the head does not fit", () => {
  const network = build(smallCells("DARTS-V2", { auxiliary: { stride: 3 } }));
  const weights: Weights = new Map(
    [...weightShapes(network)].map(([name, shape]) => [
      name,
      { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
    ]),
  );
  assert.ok(encodeOnnx(network, weights).length > 0);
  assert.match(structureDiagram(network, { resolution: 64 }).toString(), /64 × 64/);
});
