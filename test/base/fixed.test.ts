import assert from "node:assert/strict";
import { test } from "node:test";
import { lossText } from "../../src/base/fixed.js";

test("a loss is told with three decimals, and one that diverges by its power of ten", () => {
  const told = [0, 2.3126, -0.0001, 99_999, 17775250332394192896, Infinity, NaN].map(lossText);
  assert.deepEqual(told, ["0.000", "2.313", "0.000", "99999.000", "1.78e+19", "Infinity", "NaN"]);
});
