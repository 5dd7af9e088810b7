import assert from "node:assert/strict";
import { test } from "node:test";
import { bestValue, parameterBands } from "netspace";
import { depths, errors } from "../support/samples.js";

test("parameterBands() gives each regime the spread of all models, and the best value with its interval", () => {
  const regimes = [...depths.map(() => 0.8e9), ...depths.map(() => 0.4e9)];
  const bands = parameterBands(regimes, [...depths, ...depths.map(d => d + 1)], [...errors, ...errors]);
  assert.deepEqual(
    bands.map(band => [band.along, band.n]),
    [
      [0.4e9, 24],
      [0.8e9, 24],
    ],
  );
  const { median, low, high } = bestValue(depths, errors);
  assert.deepEqual([bands[1].best, bands[1].good], [median, [low, high]]);
  // numpy.percentile(depths, [2.5, 97.5]) -> [4.15, 46.1]
  assert.ok(Math.abs(bands[1].all[0] - 4.15) < 1e-9 && Math.abs(bands[1].all[1] - 46.1) < 1e-9);
});

test("parameterBands() refuses a regime of one model, and says what to do", () => {
  assert.throws(() => parameterBands([1, 1, 2], [5, 6, 7], [40, 41, 42]), {
    name: "StatisticsError",
    message: "parameterBands: expected at least 2 models a regime, got 1 at 2; round `along` to the regimes",
  });
});
