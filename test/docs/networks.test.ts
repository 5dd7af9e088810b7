/** The tables of docs/networks.md, counted again. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { countArchitecture, zoo, zooNames } from "netspace";

const page = readFileSync(new URL("../../../docs/networks.md", import.meta.url), "utf8");

/** Rows `| NAME (…) | resolution | params | multiply-adds | acts | …`. */
const counted = [
  ...page.matchAll(/^\| ([\w.-]+)(?: \([^)]*\))? \| (\d+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|/gm),
];
const number = (text: string) => Number(text.replaceAll(",", ""));

test("the page of networks prints what is counted", () => {
  assert.ok(counted.length >= 22, `${counted.length} rows`);
  for (const [, name, resolution, params, multiplyAdds, acts] of counted) {
    assert.ok(zooNames().includes(name), name);
    const entry = zoo(name as string);
    assert.equal(entry.resolution, number(resolution), name);
    const cost = countArchitecture(entry.architecture, entry.resolution);
    assert.equal(cost.params, number(params), `${name}: params`);
    assert.equal(cost.acts, number(acts), `${name}: acts`);
    // Flops have one more for each output with a bias: of the classifier, and of squeeze-and-excitation.
    const biases = cost.flops - number(multiplyAdds);
    // ENAS's classifier has none.
    const few = /^ENAS/.test(name) ? [0] : [10, 1000];
    if (/^(MnasNet-(A1|Small)|EfficientNet|ResNet-RS)/.test(name))
      assert.ok(biases > 1000 && biases < 200_000);
    else assert.ok(few.includes(biases), `${name}: ${biases} biases`);
  }
});
