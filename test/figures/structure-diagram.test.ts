import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyNet,
  type Block,
  blockDiagrams,
  blocks,
  build,
  convNorm,
  structureDiagram,
  zoo,
  zooNames,
} from "netspace";

const network = build(zoo("RegNetX-200MF").architecture);

/** All texts of a picture, in order. */
const texts = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(match => match[1]);

test("a structure diagram shows stem, stages and head with their shapes, as in Figure 3", () => {
  const shown = texts(structureDiagram(network).svg);
  for (const text of [
    "stem",
    "stage 1",
    "stage 4",
    "head",
    "7 blocks, w 368, /2",
    "image 3 × 224 × 224",
    "1000 logits",
  ]) {
    assert.ok(shown.includes(text), text);
  }
  assert.ok(shown.includes("32 × 112 × 112") && shown.includes("368 × 7 × 7"));
});

test("a structure diagram shows the X block's operators and its projection, as in Figure 4", () => {
  const shown = texts(structureDiagram(network, { stage: 3 }).svg);
  // Block 1 of stage 3 halves the resolution and widens 56 to 152; block 2 keeps both.
  for (const text of [
    "3×3 conv, g 8, /2",
    "1×1 conv, /2",
    "56 → 152 · BN",
    "152 → 152 · BN · ReLU",
    "3×3 conv, g 8",
  ]) {
    assert.ok(shown.includes(text), text);
  }
  assert.equal(shown.filter(text => text === "sum · ReLU").length, 2);
  assert.equal(
    shown.filter(text => text === "1×1 conv, /2").length,
    1,
    "a projection in the first block only",
  );
});

test("a structure diagram shows itself as SVG and in words", () => {
  const diagram = structureDiagram(network, { resolution: 64 });
  const bundle = (diagram as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ].call(diagram);
  assert.deepEqual(Object.keys(bundle), ["image/svg+xml", "image/png", "text/plain"]);
  assert.equal(Buffer.from(bundle["image/png"], "base64").toString("latin1", 1, 4), "PNG");
  assert.match(bundle["image/svg+xml"], /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(bundle["text/plain"], /stage 3: 4 blocks, w 152, \/2 → 152 × 4 × 4/);
});

test("a diagram for a dark page has the same words and shapes, and none of the light one's colours", () => {
  const diagram = structureDiagram(network);
  const dark = diagram.dark();
  const colours = (svg: string) =>
    new Set([...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour));
  const without = (svg: string) => svg.replaceAll(/(fill|stroke)="[^"]+"/g, "$1");
  assert.equal(without(dark.svg), without(diagram.svg));
  assert.equal(dark.toString(), diagram.toString());
  const light = [...colours(diagram.svg)].filter(colour => colour !== "none");
  assert.ok(light.length >= 7, light.join(", "));
  for (const colour of light) assert.ok(!colours(dark.svg).has(colour), `${colour} is left`);
});

test("every network of the zoo and every built-in block has a diagram without a number gone wrong", () => {
  const stage = { depth: 2, width: 32, bottleneck: 1, groupWidth: 8, stride: 2 };
  const drawn = [
    ...zooNames().map(name => build(zoo(name).architecture)),
    ...Object.values(blocks).map(block => build(anyNet([stage], { block, classes: 10 }))),
  ];
  for (const each of drawn) {
    const { svg } = structureDiagram(each);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, each.name);
  }
});

test("a block from a notebook cell is drawn: paths beside the main one, and names that need escaping", () => {
  const mine: Block = {
    name: "<mine>",
    build(ops, x, { width, stride, activation }) {
      const side = convNorm(ops, "side", x, width, { stride }, activation);
      const y = convNorm(ops, 1, x, width, { kernel: 3, stride }, activation);
      const z = convNorm(ops, 2, y, width, { kernel: 5 }, activation);
      return ops.add("both", ops.add("inner", z, y), side);
    },
  };
  const stage = { depth: 1, width: 16, bottleneck: 1, groupWidth: 1, stride: 1 };
  const { svg } = structureDiagram(build(anyNet([stage], { block: mine, classes: 2 })), { resolution: 32 });
  const shown = texts(svg);
  assert.equal(shown.filter(text => text === "sum").length, 2);
  assert.ok(shown.includes("5×5 conv") && shown.includes("&lt;mine&gt;-d1-w16-b1-g1"));
});

test("block diagrams stand side by side, each under its name (Figure 23)", () => {
  const { X, R, V, VR } = blocks;
  const diagram = blockDiagrams([X, R, V, VR], { width: 64, bottleneck: 1, groupWidth: 16 });
  const shown = texts(diagram.svg);
  for (const name of ["X block", "R block", "V block", "VR block"]) assert.ok(shown.includes(name), name);
  assert.equal(shown.filter(text => text === "sum · ReLU").length, 3, "V has no residual");
  assert.match(diagram.toString(), /V block: 3×3 conv 64 → 64\n/);
  assert.match(diagram.toString(), /X block: .* 3×3 conv 64 → 64, 4 groups, .* residual sum/);
});

test("structureDiagram() refuses a stage that the network does not have", () => {
  assert.throws(() => structureDiagram(network, { stage: 5 }), {
    name: "RangeError",
    message: "structureDiagram: stage must be from 1 to 4, got 5",
  });
});
