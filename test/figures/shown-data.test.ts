import assert from "node:assert/strict";
import { test } from "node:test";

test("a notebook is told how networks, architectures, panels, samples and recipes are shown", async () => {
  type Form = (value: object) => unknown;
  const forms: { test: (value: object) => boolean; form: Form }[] = [];
  const key = Symbol.for("Jupyter.output");
  const host = globalThis as { [key]?: unknown };
  host[key] = { register: (is: (value: object) => boolean, form: Form) => forms.push({ test: is, form }) };
  try {
    const { AnyNetXA, build, edfPanel, recipes, sample, structureDiagram } = await import(
      "../../src/start.js"
    );
    const [one] = sample(AnyNetXA, { n: 1 });
    const network = build(one.architecture);
    const shown = (value: object) => forms.filter(each => each.test(value)).map(each => each.form(value));
    assert.deepEqual(shown(network).map(String), [String(structureDiagram(network))]);
    assert.deepEqual(shown(one.architecture).map(String), [String(structureDiagram(network))]);
    const [figure, ...others] = shown(edfPanel([{ name: "A", errors: [30, 40] }])) as { data: object[] }[];
    assert.equal(others.length, 0);
    assert.equal(figure.data.length, 1);
    // One sample, or what slice leaves of some, is the table that all of them are.
    const drawn = sample(AnyNetXA, { n: 3, seed: 1 });
    const tables = [drawn[0], drawn.slice(0, 2)].map(value => shown(value) as Record<string, string>[]);
    for (const [i, [table, ...more]] of tables.entries()) {
      assert.equal(more.length, 0);
      assert.match(table["text/plain"].split("\n")[0], / d +w +b +g +flops \(M\) +params \(M\) +acts \(M\)/);
      assert.equal(table["text/plain"].split("\n").length, 2 + i);
    }
    assert.deepEqual(shown({ ...drawn[0], error: 3 }), []);
    const [tiny] = shown(recipes.tiny) as Record<string, string>[];
    assert.deepEqual(tiny["text/plain"].split("\n"), [
      "epochs: 8",
      "batch: 64",
      "learning rate: 0.2 along half a cosine to 0, after a warm-up of 1 epoch from 0.1 of it",
      "optimiser: SGD, Nesterov momentum 0.9",
      "weight decay: 0.0005",
      "training images: crops of the image padded by 2, mirrored",
    ]);
    const [own] = shown({ ...recipes.nasnetCifar, stepEpochs: [3, 6] }) as Record<string, string>[];
    assert.match(own["text/plain"], /0\.025 times 0\.1 after epochs 3, 6/);
    assert.match(
      own["text/plain"],
      /further: clipNorm 5, dropPath 0\.4, dropPathSchedule "linear", auxiliaryWeight 0\.4/,
    );
    const [all] = shown(recipes) as Record<string, string>[];
    assert.equal(all["text/html"].match(/<tr>/g)!.length, 1 + Object.keys(recipes).length);
    // A space has its architectures' family, and is not drawn as one of them.
    const { mobileStack, SmallCells } = await import("../../src/start.js");
    const [choices, ...spaces] = shown(SmallCells) as Record<string, string>[];
    assert.equal(spaces.length, 0);
    assert.match(choices["text/plain"], /^SmallCells: 3,375 settings of 6 choices\n/);
    const widths = { operation: "mbconv", repeats: 1, width: 8, kernel: 3, stride: 1 } as const;
    const stack = mobileStack({ stem: { width: 8 }, blocks: [widths], classes: 10 });
    assert.deepEqual(shown(stack).map(String), [String(structureDiagram(build(stack)))]);
    // What cannot be drawn is shown as the data that it is.
    const [bundle] = shown({ layers: [{}], inputChannels: 3, name: "broken" }) as Record<string, string>[];
    assert.match(bundle["text/plain"], /name: 'broken'/);
    for (const other of [{ layers: 3 }, { traces: [] }, { stages: [] }, [network]])
      assert.deepEqual(shown(other), []);
  } finally {
    delete host[key];
  }
});
