/** How well shared weights rank, on made-up errors whose order is known. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { kendall, rankingLengthsPanel, rankingPanel, row, spearman } from "netspace";
import { type RankingQuality, rankingByLength, rankingQuality, SpaceTable } from "netspace/search";
import { smallTable } from "../../support/small-table.js";

const cells = new SpaceTable("test", await smallTable());
type Architecture = (typeof cells.rows)[number]["architecture"];
const alone = (architecture: Architecture) => {
  const { trainings } = cells.row(architecture);
  return (trainings[0].error + trainings[1].error) / 2;
};
const value = ({ ranking }: RankingQuality) => ranking.all.kendall.value;

describe("the ranking of shared weights", () => {
  it("is 1 where they order functions as trainings from scratch do, and −1 the other way round", async () => {
    const options = { n: 60, seed: 3 };
    const same = await rankingQuality(alone, cells, options);
    assert.equal(same.functions.length, 60);
    assert.equal(same.ranking.all.kendall.value, 1);
    assert.equal(same.ranking.best.spearman.value, 1);
    assert.equal(same.ranking.best.n, 30);
    const turned = await rankingQuality(each => -alone(each), cells, options);
    assert.equal(value(turned), -1);
    assert.deepEqual(
      turned.functions.map(each => each.function),
      same.functions.map(each => each.function),
    );
    const others = await rankingQuality(alone, cells, { n: 60, seed: 4 });
    assert.notDeepEqual(
      others.functions.map(each => each.function),
      same.functions.map(each => each.function),
    );
  });

  it("is of the errors asked for, beside params and one training held against another", async () => {
    const shared = async (each: Architecture) => Math.round(alone(each) / 4) + (cells.row(each).params % 3);
    const { functions, ranking, ceiling, params } = await rankingQuality(shared, cells, { n: 100 });
    const [x, y] = [functions.map(each => each.shared), functions.map(each => each.alone)];
    assert.equal(ranking.all.kendall.value, kendall(x, y).value);
    assert.equal(ranking.all.spearman.value, spearman(x, y).value);
    assert.ok(ranking.all.kendall.low < ranking.all.kendall.value);
    const limit = y.toSorted((a, b) => a - b)[49];
    const best = functions.filter(each => each.alone <= limit);
    // Equal errors at the limit are taken in the order drawn.
    if (best.length === 50) {
      assert.equal(
        ranking.best.kendall.value,
        kendall(
          best.map(each => each.shared),
          best.map(each => each.alone),
        ).value,
      );
    }
    const training = (i: number) => functions.map(each => cells.row(each.architecture).trainings[i].error);
    assert.equal(ceiling.all.kendall.value, kendall(training(0), training(1)).value);
    assert.equal(
      params.all.kendall.value,
      kendall(
        functions.map(each => -each.params),
        y,
      ).value,
    );
    const all = await rankingQuality(shared, cells, { n: 5000 });
    assert.equal(all.functions.length, cells.rows.length);
  });

  it("of errors that do not vary, or that are no numbers, says nothing of them", async () => {
    const constant = await rankingQuality(() => 90, cells, { n: 20 });
    assert.ok(Number.isNaN(value(constant)));
    assert.match(String(constant), /shared weights\s+–/);
    let calls = 0;
    const some = await rankingQuality(each => (calls++ % 4 === 0 ? Number.NaN : alone(each)), cells, {
      n: 40,
    });
    assert.equal(some.ranking.all.n, 30);
    assert.equal(value(some), 1);
    await assert.rejects(
      rankingQuality(() => "90" as never, cells),
      { message: /expected a number as the error/ },
    );
  });

  it("is put side by side by strategy and length, over seeds", async () => {
    const noisy = (scale: number, seed: number) =>
      rankingQuality(each => alone(each) + scale * Math.sin(1e3 * alone(each) + seed), cells, { n: 80 });
    const runs = await Promise.all(
      [
        ["uniform", 4, 30],
        ["uniform", 16, 5],
        ["enas", 4, 40],
      ].flatMap(([strategy, epochs, scale]) =>
        [1, 2, 3].map(async seed => ({
          strategy: strategy as string,
          epochs: epochs as number,
          seed,
          quality: await noisy(scale as number, seed),
        })),
      ),
    );
    const lengths = rankingByLength(runs);
    assert.deepEqual(
      lengths.lengths.map(({ strategy, epochs, runs: n }) => [strategy, epochs, n]),
      [
        ["uniform", 4, 3],
        ["uniform", 16, 3],
        ["enas", 4, 3],
      ],
    );
    const three = runs.slice(0, 3).map(({ quality }) => value(quality));
    const mean = (three[0] + three[1] + three[2]) / 3;
    const deviation = Math.sqrt(three.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 2);
    const { all } = lengths.lengths[0];
    assert.ok(Math.abs(all.value - mean) < 1e-12);
    // Student's t with 2 degrees of freedom, SciPy: scipy.stats.t.ppf(0.975, 2) = 4.302652729911275.
    assert.ok(Math.abs(all.high - mean - (4.302652729911275 * deviation) / Math.sqrt(3)) < 1e-9);
    assert.equal(lengths.toTable().length, 9);
    assert.match(lengths.toMarkdown(), /\| uniform paths \| 16 \| 3 \|/);
    const panel = rankingLengthsPanel(lengths);
    assert.deepEqual(
      panel.traces.flatMap(({ name }) => (name === undefined ? [] : [name])),
      ["uniform (n = 3)", "enas (n = 3)", "parameters", "one training"],
    );
    row([panel, rankingLengthsPanel(lengths, { of: "best" }), rankingPanel(runs[0].quality)]);
    const other = await rankingQuality(alone, cells, { n: 80, seed: 1 });
    assert.throws(
      () => rankingByLength([...runs, { strategy: "uniform", epochs: 9, seed: 1, quality: other }]),
      {
        name: "RangeError",
        message: /held against the same functions/,
      },
    );
    assert.throws(() => rankingByLength([]), { message: /expected at least one run, got none/ });
  });

  it("cannot be told of what is no table, no weights or no number of functions", async () => {
    await assert.rejects(rankingQuality(alone, {} as never), { message: /expected a table/ });
    await assert.rejects(rankingQuality(7 as never, cells), {
      message: /expected shared weights, or a function/,
    });
    await assert.rejects(rankingQuality(alone, cells, { n: 2 }), {
      message: /n must be an integer of at least 3/,
    });
    await assert.rejects(rankingQuality(alone, cells, { seed: -1 }), {
      message: /seed must be an integer from 0/,
    });
  });
});
