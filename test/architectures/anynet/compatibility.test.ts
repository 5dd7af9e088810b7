import assert from "node:assert/strict";
import { test } from "node:test";
import { compatible } from "netspace";

test("compatible() gives widths whose inner width takes whole groups, for ratios above and below 1", () => {
  for (const bottleneck of [1 / 49, 1 / 6, 1 / 4, 1 / 3, 1, 1.1, 1.5, 1.9, 2, 2.7, 4]) {
    for (let width = 1; width <= 200; width++) {
      for (const wanted of [1, 3, 8, 9, 32]) {
        const fitted = compatible(width, bottleneck, wanted);
        const inner = Math.round(fitted.width / bottleneck);
        assert.ok(Number.isInteger(fitted.width) && fitted.width >= 1, `${width} ${bottleneck} ${wanted}`);
        assert.equal(inner % fitted.groupWidth, 0, `${width} ${bottleneck} ${wanted}`);
      }
    }
  }
});

test("compatible() refuses widths, ratios and group widths that no block can have", () => {
  for (const [width, bottleneck, groupWidth] of [
    [64, 0, 8],
    [64, -1, 8],
    [64, 0.3, 8],
    [64, NaN, 8],
    [64, 1, 0],
    [64, 1, 1.5],
    [0, 1, 8],
    [NaN, 1, 8],
  ]) {
    assert.throws(() => compatible(width, bottleneck, groupWidth), {
      name: "RangeError",
      message: /compatible: expected a .*, got /,
    });
  }
});
