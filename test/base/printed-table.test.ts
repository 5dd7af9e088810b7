/** Tables to look at: columns of numbers are aligned to the right, however the numbers are written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PrintedTable } from "../../src/base/printed-table.js";

/** How the columns of a table are aligned. */
const aligned = (...rows: Record<string, unknown>[]) => {
  const rule = new PrintedTable(rows).toMarkdown().split("\n")[1];
  return rule
    .split("|")
    .slice(1, -1)
    .map(each => (each.trim() === "---:" ? "right" : "left"));
};

test("numbers are to the right, whether they are numbers or were given their decimals by toFixed", () => {
  assert.deepEqual(aligned({ a: 1, b: 2n, c: (1.25).toFixed(1) }, { a: NaN, b: 3n, c: (-1).toFixed(1) }), [
    "right",
    "right",
    "right",
  ]);
  assert.deepEqual(aligned({ a: "−1.0 %", b: "1,234", c: "2e-5" }), ["right", "right", "right"]);
});

test("a number that is missing leaves its column where it is; nothing at all is no number", () => {
  assert.deepEqual(aligned({ a: 1.5, b: "" }, { a: undefined, b: "–" }, { a: "–", b: undefined }), [
    "right",
    "left",
  ]);
});

test("words are to the left, also those with numbers in them", () => {
  assert.deepEqual(aligned({ a: "1 to 2", b: "1, 2", c: "12 blocks", d: "2-3" }), [
    "left",
    "left",
    "left",
    "left",
  ]);
  assert.deepEqual(aligned({ a: 1 }, { a: "many" }), ["left"]);
});
