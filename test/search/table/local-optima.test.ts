import assert from "node:assert/strict";
import { test } from "node:test";
import { localOptima } from "../../../src/search/table/facts/local-optima.js";
import { bits } from "../../support/toy-spaces.js";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test("a sum of bits has one optimum, its distance from the middle two", () => {
  assert.equal(
    localOptima(bits(6), ({ values }) => 6 - sum(values)),
    1,
  );
  assert.equal(
    localOptima(bits(6), ({ values }) => -Math.abs(sum(values) - 3)),
    2,
  );
});

test("neighbours with one error are one plateau, and no optimum where one of them has a better neighbour", () => {
  assert.equal(
    localOptima(bits(6), () => 5),
    1,
  );
  // All zeros and all ones are better than a plateau between them, which reaches both.
  const ends = (values: readonly number[]) => (sum(values) === 0 || sum(values) === 6 ? 1 : 2);
  assert.equal(
    localOptima(bits(6), ({ values }) => ends(values)),
    2,
  );
  // Pairs that differ in the first bit alone are one function.
  assert.equal(
    localOptima(bits(6), ({ values }) => -Math.abs(sum(values.slice(1)) - 2.5)),
    2,
  );
});

test("what is not known is no neighbour", () => {
  const known = ({ values }: { readonly values: readonly number[] }) => {
    const ones = sum(values);
    return ones === 3 ? undefined : ones;
  };
  // Above the gap every one that has four ones is cut off from those below.
  assert.equal(localOptima(bits(6), known), 1 + 15);
});
