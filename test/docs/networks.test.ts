/** The tables of docs/networks.md, counted again. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type AnyArchitecture, countArchitecture, zoo, zooNames } from "netspace";
import { familyNetworks } from "../../bench/family-networks.js";

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
    const entry = zoo(name);
    assert.equal(entry.resolution, number(resolution), name);
    const cost = countArchitecture(entry.architecture, entry.resolution);
    assert.equal(cost.params, number(params), `${name}: params`);
    assert.equal(cost.acts, number(acts), `${name}: acts`);
    // Flops have one more for each output with a bias: of the classifier, and of squeeze-and-excitation.
    const biases = cost.flops - number(multiplyAdds);
    // ENAS's classifier has none.
    const few = name.startsWith("ENAS") ? [0] : [10, 1000];
    if (/^(MnasNet-(A1|Small)|EfficientNet|ResNet-RS)/.test(name))
      assert.ok(biases > 1000 && biases < 200_000);
    else assert.ok(few.includes(biases), `${name}: ${biases} biases`);
  }
});

test("the networks that were trained cost what their table says, and both sets of images are there", () => {
  const file = new URL("../../../data/families.json", import.meta.url);
  const { rows } = JSON.parse(readFileSync(file, "utf8")) as {
    rows: { network: string; images: string; flops: number; params: number; acts: number; error: number }[];
  };
  const networks: Readonly<Record<string, AnyArchitecture>> = familyNetworks;
  assert.ok(new Set(rows.map(({ network }) => network)).size >= 10);
  for (const { network, images, flops, params, acts, error } of rows) {
    assert.deepEqual(countArchitecture(networks[network], 32), { flops, params, acts }, network);
    assert.equal(rows.filter(row => row.network === network).length, 2, network);
    const at = images === "procedural" ? 0 : 1;
    const line = page.split("\n").find(text => text.startsWith(`| ${network} |`))!;
    const printed = line.split(" | ").slice(-2)[at].replace(" |", "");
    assert.equal(printed, error.toFixed(1), `${network} on ${images}`);
  }
});
