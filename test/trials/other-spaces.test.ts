/** Spaces of other families in a sweep's spec: by name, and with other parts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionSpace, describe } from "netspace";
import { type Chain, chain, chainFamily } from "../support/chain-family.js";
import { spaceName, spaceOf } from "../../src/trials/space-spec.js";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";

const specOf = (space: unknown) =>
  checkSpec({
    space,
    n: 4,
    dataset: { kind: "procedural", resolution: 16, train: 64, test: 32, seed: 1, classes: 4 },
    recipe: "tiny",
    where: { depth: [0, 8] },
  });

test("a space with a complete table is swept by name, with the dataset's classes", () => {
  for (const name of ["NAS-Bench-201", "NAS-Bench-Macro"]) {
    const spec = specOf(name);
    const trials = trialsOf(spec);
    assert.equal(spaceName(spec.space), name);
    assert.equal(trials.length, 4);
    for (const trial of trials) {
      assert.equal((trial.architecture as { family?: { name: string } }).family?.name, name);
      assert.equal(trial.network.classes, 4);
    }
  }
});

test("a spec gives such a space other parts, and the space says so in its name", () => {
  const spec = specOf({
    base: "NAS-Bench-201",
    with: { channels: 4, cells: 1, nodes: 3, operations: ["none", "nor_conv_1x1"] },
  });
  assert.equal(
    spaceName(spec.space),
    'NAS-Bench-201, channels = 4, cells = 1, nodes = 3, operations = ["none","nor_conv_1x1"]',
  );
  for (const trial of trialsOf(spec)) {
    assert.match(
      describe(trial.architecture),
      /^\|(none|nor_conv_1x1)~0\|\+\|(none|nor_conv_1x1)~0\|(none|nor_conv_1x1)~1\|-C4-N1$/,
    );
  }
  const other = specOf({ base: "NAS-Bench-Macro", with: { stages: [1, 2], channels: 4 }, name: "small" });
  assert.equal(spaceName(other.space), "small");
  assert.match(describe(trialsOf(other)[0].architecture), /^\d{3}-S1,2-C4$/);
});

const code = { module: "./mine.ts", export: "space", content: "abc" };
const links = new DecisionSpace<Chain>(
  "links",
  choose => chain([choose("first", [8, 16]), 8], { classes: 3 }),
  {
    family: chainFamily,
  },
);

test("a space of one's own takes other parts too, those that its architectures have", () => {
  const exported = () => ({ space: links });
  const space = spaceOf({ base: code, with: { classes: 7 } }, exported);
  assert.equal(space.name, "space of ./mine.ts, classes = 7");
  assert.equal(space.draw(() => 0)?.classes, 7);
  assert.throws(() => spaceOf({ base: code, with: { clases: 7 } }, exported), {
    name: "RangeError",
    message: /with: unknown part "clases"; known are widths, classes/,
  });
  assert.throws(
    () => spaceOf({ base: code, with: { widths: [0] } }, exported),
    /widths must be positive integers, got \[0\]/,
  );
  assert.throws(() => spaceOf({ base: code, with: { family: "AnyNet" } }, exported), /family/);
});

for (const [space, message] of [
  [{ base: "NAS-Bench-201", with: { chanels: 4 } }, /unknown option "chanels"; did you mean "channels"/],
  [{ base: "NAS-Bench-201", with: { channels: 0 } }, /channels must be a positive integer, got 0/],
  [
    { base: "NAS-Bench-201", fix: { d: 1 } },
    /fix refines AnyNet and RegNet spaces, got NAS-Bench-201; give it other parts by with/,
  ],
  [
    { base: "AnyNetXA", with: { channels: 4 } },
    /with gives spaces of other families other parts, got AnyNetXA/,
  ],
  [
    { base: "RegNetX", with: { channels: 4 } },
    /with gives spaces of other families other parts, got RegNetX/,
  ],
  [{ base: "NAS-Bench-201", with: { channels: null } }, /space\.with\.channels/],
] as const) {
  test(`a spec's space is refused: ${JSON.stringify(space)}`, () => {
    assert.throws(() => specOf(space), { name: "SpecError", message });
  });
}
