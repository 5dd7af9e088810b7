import assert from "node:assert/strict";
import { test } from "node:test";
import { CellDiagram, cellDiagram, layerStack, type OperationGraph, structureDiagram, zoo } from "netspace";
import type { Layer, Network } from "../../src/networks/network.js";
import { chainFamily } from "../support/chain-family.js";

/** A cell of NAS-Bench-201's kind: operations on the edges of four nodes. */
const edges: OperationGraph = {
  title: "cell",
  nodes: [
    { id: "0", label: "input", kind: "input" },
    { id: "1", label: "1", kind: "state" },
    { id: "2", label: "2", kind: "state" },
    { id: "3", label: "output", kind: "output" },
  ],
  edges: [
    ["0", "1", "conv 3×3", "convolution"],
    ["0", "2", "none", "zero"],
    ["1", "2", "conv 1×1", "convolution"],
    ["0", "3", "identity", "identity"],
    ["1", "3", "avg 3×3", "pooling"],
    ["2", "3", "conv 3×3", "convolution"],
  ],
};

/** A cell with two inputs, and one with a chain of layers and skips. */
const blocks: OperationGraph = {
  title: "normal cell",
  nodes: [
    { id: "h", label: "h", kind: "input" },
    { id: "h1", label: "h−1", kind: "input" },
    { id: "b1", label: "sum 1", kind: "sum" },
    { id: "b2", label: "sum 2", kind: "sum" },
    { id: "out", label: "concat", kind: "concat" },
  ],
  edges: [
    ["h", "b1", "sep 3×3", "separable"],
    ["h1", "b1", "dil sep 5×5", "dilated"],
    ["b1", "b2", "max 3×3", "pooling"],
    ["h", "b2", "sep 3×3", "separable"],
    ["b1", "out"],
    ["b2", "out"],
    ["h", "out"],
  ],
};
const chain: OperationGraph = {
  title: "layers",
  direction: "down",
  nodes: [1, 2, 3, 4, 5].map(i => ({ id: `${i}`, label: `layer ${i}`, kind: "convolution" as const })),
  edges: [
    ["1", "2"],
    ["2", "3"],
    ["3", "4"],
    ["4", "5"],
    ["1", "3", undefined, "skip"],
    ["1", "5", undefined, "skip"],
    ["2", "5", undefined, "skip"],
  ],
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const numbers = (text: string) => [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([value]) => Number(value));
const boxesIn = (svg: string): Box[] =>
  [...svg.matchAll(/<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)" rx/g)].map(([, ...all]) => {
    const [x, y, width, height] = all.map(Number);
    return { x, y, width, height };
  });
const textsIn = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const curvesIn = (svg: string) =>
  [...svg.matchAll(/<path d="(M[^"]*C[^"]*)"/g)].map(([, path]) => numbers(path));

for (const graph of [edges, blocks, chain]) {
  test(`${graph.title}: boxes lie apart and in the picture, and each edge leads from a box to a box`, () => {
    const { svg } = cellDiagram(graph);
    const operations = graph.edges.filter(([, , label]) => label !== undefined);
    const boxes = boxesIn(svg);
    assert.equal(boxes.length, graph.nodes.length + operations.length);
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number);
    for (const [i, a] of boxes.entries()) {
      assert.ok(
        a.x >= 0 && a.x + a.width <= width && a.y >= 0 && a.y + a.height <= height,
        `box ${i} outside`,
      );
      for (const b of boxes.slice(i + 1)) {
        const apartX = a.x + a.width < b.x || b.x + b.width < a.x;
        assert.ok(apartX || a.y + a.height < b.y || b.y + b.height < a.y, `box ${i} under another`);
      }
    }
    const curves = curvesIn(svg);
    assert.equal(curves.length, graph.edges.length + operations.length);
    const touches = (x: number, y: number) =>
      boxes.filter(
        box => x > box.x - 1 && x < box.x + box.width + 1 && y > box.y - 1 && y < box.y + box.height + 1,
      );
    for (const curve of curves) {
      const [from] = touches(curve[0], curve[1]);
      const [to] = touches(curve.at(-2)!, curve.at(-1)!);
      assert.ok(from && to && from !== to, `${curve}`);
    }
  });
}

test("a cell's picture has every label, a colour for each kind, and says in words what each node reads", () => {
  const diagram = cellDiagram([blocks, { ...edges, title: "reduction cell" }]);
  const shown = textsIn(diagram.svg);
  for (const text of [
    "normal cell",
    "reduction cell",
    "h",
    "h−1",
    "sum 1",
    "dil sep 5×5",
    "concat",
    "none",
  ]) {
    assert.ok(shown.includes(text), text);
  }
  const lines = String(diagram).split("\n");
  assert.deepEqual(lines.slice(0, 4), [
    "normal cell",
    "  sum 1: sep 3×3 of h, dil sep 5×5 of h−1",
    "  sum 2: max 3×3 of sum 1, sep 3×3 of h",
    "  concat: sum 1, sum 2, h",
  ]);
  assert.match(
    diagram.svg,
    /<title>normal cell and reduction cell<\/title>\n<desc>normal cell\n {2}sum 1: sep/,
  );
  const fills = new Set([...diagram.svg.matchAll(/rx="\d+" fill="([^"]+)"/g)].map(([, fill]) => fill));
  // Separable, dilated, pooling, convolution, joins, ends, and what does nothing.
  assert.equal(fills.size, 7);
});

test("cells show themselves as HTML, in which they are beside each other or below, as SVG, as a picture and in words", () => {
  const diagram = cellDiagram([blocks, edges]);
  const bundle = (diagram as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ].call(diagram);
  assert.deepEqual(Object.keys(bundle), ["text/html", "image/svg+xml", "image/png", "text/plain"]);
  assert.equal([...bundle["text/html"].matchAll(/<svg /g)].length, 2);
  // On a phone: each cell by itself, and no wider than the page.
  assert.match(bundle["text/html"], /flex-wrap:wrap.*<svg style="max-width:100%;height:auto"/);
  assert.equal(Buffer.from(bundle["image/png"], "base64").toString("latin1", 1, 4), "PNG");
});

test("cells for a dark page have the same words, and none of the light one's colours", () => {
  const diagram = cellDiagram([blocks, edges]);
  const dark = diagram.dark();
  assert.ok(dark instanceof CellDiagram);
  assert.equal(String(dark), String(diagram));
  const colours = (text: string) =>
    new Set([...text.matchAll(/(?:fill|stroke)="(#[^"]+)"/g)].map(([, colour]) => colour));
  for (const [light, other] of [
    [diagram.svg, dark.svg],
    [diagram.html, dark.html],
  ]) {
    for (const colour of colours(light)) assert.ok(!colours(other).has(colour), `${colour} is left`);
  }
});

test("cellDiagram() names what is no graph, and what has no cells", () => {
  const [first] = blocks.nodes;
  assert.throws(
    () => cellDiagram({ ...blocks, edges: [["h", "nowhere"]] }),
    /^RangeError: cellDiagram: graph 1 \(normal cell\): expected edges \[from, to\] between its nodes, got .*nowhere/,
  );
  assert.throws(
    () => cellDiagram({ ...blocks, nodes: [first, first] }),
    /nodes of different ids, got "h" twice/,
  );
  const odd = { ...blocks, nodes: [{ ...first, kind: "conv" }] } as unknown as OperationGraph;
  assert.throws(() => cellDiagram(odd), /nodes \{ id, label, kind \} of kind input, convolution, separable/);
  assert.throws(() => cellDiagram([]), /cellDiagram: expected an architecture.*, or graphs/);
  const architecture = { family: chainFamily, widths: [8], classes: 2 };
  assert.throws(
    () => cellDiagram(architecture),
    /expected an architecture that has cells, got one of family/,
  );
});

test("a network of cells is outlined by its rows of cells: a reduction by itself, no block drawn as one", () => {
  const layers: Layer[] = [];
  let [before, channels] = ["input", 3];
  const conv = (name: string, out: number, stride = 1) => {
    layers.push({
      op: "conv",
      name,
      inputs: [before],
      in: channels,
      out,
      kernel: 3,
      stride,
      groups: 1,
      bias: false,
    });
    [before, channels] = [name, out];
  };
  conv("stem.conv", 8);
  for (let cell = 1; cell <= 9; cell++) {
    const reduces = cell === 5;
    conv(`cell${cell}.b1.left.conv`, cell < 5 ? 16 : 32, reduces ? 2 : 1);
    conv(`cell${cell}.b2.right.conv`, cell < 5 ? 16 : 32);
  }
  layers.push({ op: "avgpool", name: "head.pool", inputs: [before] });
  layers.push({ op: "linear", name: "head.fc", inputs: ["head.pool"], in: 32, out: 10 });
  const network: Network = { name: "cells", inputChannels: 3, classes: 10, layers };
  const diagram = structureDiagram(network, { resolution: 16 });
  assert.deepEqual(String(diagram).split("\n").slice(2, 5), [
    "  cells 1 to 4: normal × 4, w 16 → 16 × 16 × 16",
    "  cell 5: reduction, w 32, /2 → 32 × 8 × 8",
    "  cells 6 to 9: normal × 4, w 32 → 32 × 8 × 8",
  ]);
  assert.ok(!textsIn(diagram.svg).some(text => text.includes("3×3 conv")), "no block of its own");
});

test("published cells are drawn by their names: inputs as the convention has them, what is concatenated, edges' operations", () => {
  assert.deepEqual(
    String(cellDiagram(zoo("DARTS-V2-cifar").architecture))
      .split("\n")
      .slice(0, 7),
    [
      "DARTS-V2-cifar",
      "normal cell",
      "  sum 1: sep 3×3 of h−1, sep 3×3 of h",
      "  sum 2: sep 3×3 of h−1, sep 3×3 of h",
      "  sum 3: sep 3×3 of h, identity of h−1",
      "  sum 4: identity of h−1, dil sep 3×3 of sum 1",
      "  concat: sum 1, sum 2, sum 3, sum 4",
    ],
  );
  // Of NASNet-A's normal cell nothing reads the input h−1 alone: it is among what is concatenated.
  const nasNet = String(cellDiagram(zoo("NASNet-A-mobile").architecture));
  assert.match(nasNet, /concat: h−1, sum 1, sum 2, sum 3, sum 4, sum 5\nreduction cell\n/);
  const edgeCell = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|";
  assert.match(
    String(cellDiagram(zoo(edgeCell).architecture)),
    /sum 2: none of input, conv 1×1 of sum 1\n {2}output: identity of input, avg 3×3 of sum 1, conv 3×3 of sum 2$/,
  );
});

test("a layer stack is drawn as its layers, with what each reads besides the one before", () => {
  const { architecture } = zoo("ENAS-macro-cifar");
  const { layers, reductions } = architecture as unknown as {
    layers: readonly { from?: readonly number[] }[];
    reductions: readonly number[];
  };
  const diagram = cellDiagram(architecture);
  assert.equal(boxesIn(diagram.svg).length, layers.length + reductions.length + 2);
  const skips = layers.reduce((sum, { from = [] }) => sum + from.length, 0);
  assert.ok(skips > 10);
  assert.equal([...diagram.svg.matchAll(/stroke-dasharray="4 3"/g)].length, skips);
});

test("what a layer reads further back than the one before is drawn beside the row, not behind the layers between", () => {
  const of = (...from: number[]) => ({ operation: "conv" as const, kernel: 3, width: 8, from });
  // Layer 2 reads the image alone, layer 4 the first two.
  const stack = layerStack({ joins: "before", layers: [of(), of(), of(1, 2), of(1, 2)], resolution: 32 });
  const diagram = cellDiagram(stack);
  // image → 2, 1 → 3, 1 → 4, 2 → 4, and 3 → classifier, which nobody else reads.
  assert.equal([...diagram.svg.matchAll(/stroke-dasharray="4 3"/g)].length, 5);
});

test("a kernel that lets forms be registered shows architectures as their pictures, and no other data", async () => {
  const tests: ((value: object) => boolean)[] = [];
  const HOST = Symbol.for("Jupyter.output");
  const globals = globalThis as unknown as Record<symbol, unknown>;
  const before = globals[HOST];
  globals[HOST] = { register: (holds: (value: object) => boolean) => tests.push(holds) };
  try {
    await import(new URL("../../src/start.js?as-in-a-kernel", import.meta.url).href);
  } finally {
    globals[HOST] = before;
  }
  const shows = (value: object) => tests.some(holds => holds(value));
  assert.ok(shows(zoo("DARTS-V2-cifar").architecture));
  assert.ok(shows(zoo("RegNetX-200MF").architecture));
  assert.ok(!shows(zoo("RegNetX-200MF")) && !shows([]) && !shows({ family: null }));
});
