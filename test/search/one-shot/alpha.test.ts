/** α, its softmax, and the gradient back through it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decisions, describe as describeArchitecture, seeded, SmallCells } from "netspace";

import {
  type Alpha,
  alphaGradient,
  alphaOf,
  logLikelihood,
  relax,
  supernet,
} from "../../../src/search/index.js";

const shared = supernet(SmallCells);
const random = seeded(5);
const alpha = alphaOf(shared, () => 2 * random() - 1);

describe("α of a supernet", () => {
  it("has a number for each operation of each edge, and zeros are equal weights", () => {
    const zeros = alphaOf(shared);
    assert.deepEqual(
      Array.from(zeros, ([edge, { length }]) => [edge, length]),
      [
        ["n1.e0", 5],
        ["n2.e0", 3],
        ["n2.e1", 5],
        ["n3.e0", 3],
        ["n3.e1", 3],
        ["n3.e2", 5],
      ],
    );
    const weights = relax(shared, zeros).get("n2")!;
    const expected = [1, 1, 1].map(one => one / 3).concat([1, 1, 1, 1, 1].map(one => one / 5));
    for (const [i, weight] of expected.entries()) assert.ok(Math.abs(weights[i] - weight) < 1e-15);
  });

  it("huge numbers do not overflow", () => {
    const weights = relax(
      shared,
      alphaOf(shared, (_, operation) => (operation === "none" ? 1e4 : -1e4)),
    );
    assert.deepEqual(Array.from(weights.get("n1")!), [1, 0, 0, 0, 0]);
  });

  it("makes every architecture as likely as the product of its shares, and all of them together surely one", () => {
    let [sum, best] = [0, { likelihood: Number.NEGATIVE_INFINITY, name: "" }];
    for (const { architecture } of decisions(SmallCells).ways()) {
      const likelihood = logLikelihood(shared, alpha, architecture);
      sum += Math.exp(likelihood);
      if (likelihood > best.likelihood) best = { likelihood, name: describeArchitecture(architecture) };
    }
    assert.ok(Math.abs(sum - 1) < 1e-12, `${sum}`);
    // Each edge's strongest together; DARTS' own rule, which never keeps none, is another.
    const strongest = new Map(
      Array.from(alpha, ([edge, values]) => [
        edge,
        Array.from(values, value => Number(value === Math.max(...values))),
      ]),
    );
    const sure = alphaOf(shared, (edge, _, i) => 1000 * strongest.get(edge)![i]);
    for (const { architecture } of decisions(SmallCells).ways()) {
      const isBest = describeArchitecture(architecture) === best.name;
      assert.equal(Math.exp(logLikelihood(shared, sure, architecture)), isBest ? 1 : 0);
    }
    assert.throws(
      () => logLikelihood(shared, new Map(), decisions(SmallCells).ways().next().value!.architecture),
      {
        name: "RangeError",
        message: /logLikelihood: expected 5 numbers of α at edge "n1.e0"/,
      },
    );
  });

  it("its gradient is the slope of what the weights of the sums make", () => {
    // A loss that is curved in the weights of all groups.
    const loss = (at: Alpha) => {
      let sum = 0;
      for (const [g, weights] of [...relax(shared, at).values()].entries())
        for (let i = 0; i < weights.length; i++) sum += (i + 1) * weights[i] ** 2 * (g + 1);
      return sum;
    };
    const gradients = new Map(
      Array.from(relax(shared, alpha), ([group, weights], g) => [
        group,
        Float64Array.from(weights, (weight, i) => 2 * (i + 1) * weight * (g + 1)),
      ]),
    );
    const gradient = alphaGradient(shared, alpha, gradients);
    for (const [edge, values] of alpha) {
      for (const i of values.keys()) {
        const moved = (by: number) =>
          loss(new Map([...alpha, [edge, values.map((value, k) => (k === i ? value + by : value))]]));
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert.ok(Math.abs(gradient.get(edge)![i] - slope) < 1e-8, `${edge} ${i}`);
      }
      assert.ok(
        Math.abs(gradient.get(edge)!.reduce((a, b) => a + b)) < 1e-12,
        "a softmax has no mean to move",
      );
    }
  });

  for (const [title, given, message] of [
    ["none", undefined, /relax: alpha must be a Map .* got undefined; alphaOf\(\) makes one/],
    [
      "an edge less",
      new Map([...alpha].slice(1)),
      /relax: expected 5 numbers of α at edge "n1.e0" \(none, skip_connect, .*\), got none/,
    ],
    [
      "too few numbers",
      new Map([...alpha, ["n2.e0", new Float64Array(2)]]),
      /expected 3 numbers of α at edge "n2.e0" .*, got 2/,
    ],
    [
      "NaN",
      new Map([...alpha, ["n2.e0", Float64Array.of(0, Number.NaN, 0)]]),
      /α must be finite numbers, got NaN at edge "n2.e0", skip_connect/,
    ],
    [
      "another edge",
      new Map([...alpha, ["n4.e0", new Float64Array(3)]]),
      /edge "n4.e0", which this supernet/,
    ],
  ] as const) {
    it(`α of ${title} is refused`, () => {
      assert.throws(() => relax(shared, given as Alpha), { name: "RangeError", message });
      assert.throws(() => shared.discretise(given as Alpha), { name: "RangeError" });
    });
  }

  it("gradients of another shape are refused by their group", () => {
    const gradients = relax(shared, alpha) as ReadonlyMap<string, Float64Array>;
    const without = new Map([...gradients].slice(0, 2));
    assert.throws(() => alphaGradient(shared, alpha, without), {
      name: "RangeError",
      message: /alphaGradient: expected 11 gradients of group "n3", got undefined/,
    });
    assert.throws(
      () => alphaGradient(shared, alpha, new Map([...gradients, ["n1", new Float64Array(4)]])),
      /expected 5 gradients of group "n1", got 4/,
    );
  });
});
