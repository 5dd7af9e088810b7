/** Sweeps compared network by network, and what stages come to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  build,
  comparePaired,
  complexityByStage,
  pairedTest,
  Population,
  reviveArchitecture,
  shippedPopulation,
  spearman,
  stageColumns,
} from "netspace";

const first = await shippedPopulation("AnyNetXA");

/** The same sweep as if it had been trained again with another block: in another order, without the last networks, worse. */
const other = new Population(
  first.spec,
  first.trials.slice(0, 100).map((trial, i) => ({
    ...trial,
    index: 99 - i,
    id: `${i}`,
    error: trial.error! + (i % 3),
    architecture: { ...trial.architecture, block: "Y" },
  })),
);

test("networks are matched by architecture, not by place", () => {
  const found = comparePaired(first, other, { differ: ["block"], names: ["X", "Y"] });
  const errors = first.errors.slice(0, 100);
  const expected = pairedTest(
    errors,
    errors.map((error, i) => error + (i % 3)),
  );
  assert.equal(found.n, 100);
  assert.deepEqual(found.withoutPartner, [28, 0]);
  assert.ok(Math.abs(found.value - expected.value) < 1e-9 && Math.abs(found.low - expected.low) < 1e-9);
  assert.match(
    found.verdict,
    /^X has a lower error than Y on the same architectures \(p < 0\.001; X minus Y −1\.0 \[−1\.2, −0\.8\], n = 100 pairs, lower in 66, higher in 0, equal in 34; without a partner: 28 of X, 0 of Y\)$/,
  );
  assert.deepEqual(found.pairs.column("b").slice(0, 3), [99, 98, 97]);
});

test("a network that was trained several times counts once, with its mean", () => {
  const twice = new Population(first.spec, [
    ...first.trials,
    ...first.trials.map(trial => ({
      ...trial,
      id: `${trial.id}x`,
      index: trial.index + 128,
      error: trial.error! + 2,
    })),
  ]);
  const found = comparePaired(twice, first, { names: ["twice", "once"] });
  assert.equal(found.n, 128);
  assert.ok(Math.abs(found.value - 1) < 1e-9);
});

test("what else differs is named, with what to do", () => {
  assert.throws(
    () => comparePaired(first, other),
    /the same but for their block: if that is the question, give differ: \["block"\]/,
  );
  const slower = new Population({ ...first.spec, recipe: { ...first.spec.recipe, epochs: 9 } }, first.trials);
  assert.throws(
    () => comparePaired(first, slower),
    /comparePaired: expected sweeps that were trained alike, got recipe\.epochs 5 and 9; if that is the question, give differ: \["recipe\.epochs"\]/,
  );
  assert.equal(comparePaired(first, slower, { differ: ["recipe.epochs"] }).n, 128);
  assert.throws(
    () => comparePaired(first, other, { differ: ["blck"] }),
    /expected fields of a spec that may differ/,
  );
  assert.throws(
    () => comparePaired(first, other, { differ: ["block"], column: "eror" }),
    /column of numbers that both sweeps have, got "eror"/,
  );
});

test("strange names are shown as text", () => {
  const { [Symbol.for("Jupyter.display") as never]: display } = comparePaired(first, other, {
    differ: ["block"],
    names: ["<img src=x onerror=alert(1)>", "Y"],
  }) as unknown as Record<string, () => Record<string, string>>;
  assert.doesNotMatch(display()["text/html"], /<img/);
});

test("mean width and shares are those of the stages", async () => {
  const population = await shippedPopulation("AnyNetXE");
  const table = stageColumns(population, { costs: true });
  const { architecture } = population.trials[5];
  const stages = (architecture as unknown as { stages: { depth: number; width: number }[] }).stages;
  const widths = stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => width));
  const mean = widths.reduce((sum, width) => sum + width, 0) / widths.length;
  assert.ok(Math.abs(table.column("meanWidth")[5] - mean) < 1e-9);
  assert.equal(table.column("depthShare3")[5], stages[2].depth / widths.length);
  const parts = complexityByStage(build(reviveArchitecture(architecture as never)), 32);
  const whole = population.column("flops")[5];
  assert.ok(Math.abs(table.column("flopsShare2")[5] - parts.get("s2")!.flops / whole) < 1e-12);
  // The study of docs/statistics.md: wider networks of AnyNetXE have higher errors at fixed flops.
  assert.ok(Math.abs(spearman(table.column("meanWidth"), table.errors).value - 0.5685409109962) < 1e-9);
  assert.throws(
    () => stageColumns(population, { cost: true } as never),
    /unknown option "cost"; did you mean "costs"/,
  );
  for (const name of ["meanWidth", "flopsShare2"]) {
    assert.throws(
      () => population.column(name),
      /unknown column ".*"; stageColumns\(population\) gives a table with it; known are index, /,
    );
  }
});
