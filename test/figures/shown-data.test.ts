import assert from "node:assert/strict";
import { test } from "node:test";

test("a notebook is told how networks, architectures and panels are shown, and each as its picture", async () => {
  type Form = (value: object) => unknown;
  const forms: { test: (value: object) => boolean; form: Form }[] = [];
  const key = Symbol.for("Jupyter.output");
  const host = globalThis as { [key]?: unknown };
  host[key] = { register: (is: (value: object) => boolean, form: Form) => forms.push({ test: is, form }) };
  try {
    const { AnyNetXA, build, edfPanel, sample, structureDiagram } = await import("../../src/start.js");
    const [one] = sample(AnyNetXA, { n: 1 });
    const network = build(one.architecture);
    const shown = (value: object) => forms.filter(each => each.test(value)).map(each => each.form(value));
    assert.deepEqual(shown(network).map(String), [String(structureDiagram(network))]);
    assert.deepEqual(shown(one.architecture).map(String), [String(structureDiagram(network))]);
    const [figure, ...others] = shown(edfPanel([{ name: "A", errors: [30, 40] }])) as { data: object[] }[];
    assert.equal(others.length, 0);
    assert.equal(figure.data.length, 1);
    // What cannot be drawn is shown as the data that it is.
    const [bundle] = shown({ layers: [{}], inputChannels: 3, name: "broken" }) as Record<string, string>[];
    assert.match(bundle["text/plain"], /name: 'broken'/);
    for (const other of [one, { layers: 3 }, { traces: [] }, { stages: [] }, [network]])
      assert.deepEqual(shown(other), []);
  } finally {
    delete host[key];
  }
});
