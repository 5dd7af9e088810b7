/** What was drawn of a recipe as a population's columns: numbers as numbers, names as text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { populationColumns } from "../../src/populations/population-columns.js";
import { checkSpec } from "../../src/trials/spec.js";
import type { TrialRecord } from "../../src/trials/trial.js";
import { trialsOf } from "../../src/trials/trials-of.js";

test("drawn names of optimisers are a column of text, drawn numbers one of numbers", () => {
  const spec = checkSpec({
    space: "AnyNetXA",
    n: 12,
    where: { flops: [1e6, 2e6] },
    dataset: { kind: "procedural", resolution: 32, train: 500, test: 200, seed: 1 },
    recipe: { base: "tiny", optimiser: { oneOf: ["sgd", "adam"] }, clipNorm: { uniform: [1, 5] } },
  });
  const trials = trialsOf(spec);
  const records = trials.map(({ id, index, drawn, architecture }): TrialRecord => {
    const complexity = { flops: 1, params: 1, acts: 1 };
    return {
      version: 1,
      sweep: "s",
      id,
      index,
      drawn,
      architecture,
      complexity,
      status: "finished",
    } as never;
  });
  const columns = populationColumns(spec, records);
  assert.deepEqual(
    columns.get("optimiser"),
    trials.map(({ recipe }) => recipe.optimiser),
  );
  assert.deepEqual(
    [...columns.get("clipNorm")!],
    trials.map(({ recipe }) => recipe.clipNorm),
  );
  assert.equal(new Set<unknown>(columns.get("optimiser")).size, 2);
});
