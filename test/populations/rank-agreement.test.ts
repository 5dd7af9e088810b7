import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  Population,
  rankAgreement,
  seedAgreement,
  shippedPopulation,
  spearman,
  type TrialRecord,
} from "netspace";
import { heldRecord } from "../../src/trials/store/logged-record.js";

/** Twelve networks, each trained four times: trial i is training ⌊i / 12⌋ of network i mod 12. */
let population: Population;
before(async () => {
  population = await shippedPopulation("AnyNetXE-seeds");
});

/** Some of the trials, each perhaps changed, as a population. */
const some = (
  keep: (index: number) => boolean,
  change: (record: TrialRecord) => Partial<TrialRecord> = () => ({}),
) => {
  const trials = population.trials.filter(({ index }) => keep(index));
  return new Population(
    population.spec,
    trials.map(trial => {
      const record = heldRecord(trial);
      return { ...record, ...change(record) };
    }),
  );
};

// With e the errors in the order of the sweep, as an array of 4 × 12:
// scipy.stats.spearmanr(e[0], e[3]) -> 0.9510489510489512, p 2.0384246324655774e-06
// scipy.stats.bootstrap((e[0], e[3]), lambda x, y: spearmanr(x, y).statistic, paired=True, method="percentile",
//   n_resamples=20000, rng=1).confidence_interval -> 0.7276, 1.0
test("two trainings of the same networks are paired by architecture, and agree as SciPy says, in any order", () => {
  const [first, last] = [some(index => index < 12), some(index => index >= 36)];
  // A population is in the order of its sweep, whatever order it is given in; so the last training's turns round.
  const turned = some(
    index => index >= 36,
    ({ index }) => ({ index: 83 - index }),
  );
  for (const other of [last, turned]) {
    const { value, p, n, low, high, unmatched } = rankAgreement(first, other);
    assert.ok(Math.abs(value - 0.9510489510489512) < 1e-12);
    assert.ok(Math.abs(p / 2.0384246324655774e-6 - 1) < 1e-9);
    assert.deepEqual({ n, unmatched }, { n: 12, unmatched: { a: 0, b: 0 } });
    assert.ok(Math.abs(low - 0.7276) < 0.04 && Math.abs(high - 1) < 0.01, `[${low}, ${high}]`);
  }
});

test("a network that was trained more than once counts with its mean error", () => {
  // scipy.stats.spearmanr(e[:2].mean(0), e[2:].mean(0)) -> 0.9370629370629372, p 6.9931649532105415e-06
  const { value, p } = rankAgreement(
    some(index => index < 24),
    some(index => index >= 24),
  );
  assert.ok(Math.abs(value - 0.9370629370629372) < 1e-12);
  assert.ok(Math.abs(p / 6.9931649532105415e-6 - 1) < 1e-9);
});

test("networks that only one has are left out and counted; classes and names do not make another network", () => {
  // scipy.stats.spearmanr(e[0][:9], e[3][:9]) -> 0.9, p 0.0009430623223403288
  const renamed = some(
    index => index >= 36,
    ({ architecture }) => ({ architecture: { ...architecture, classes: 100, name: "mine" } }),
  );
  const { value, n, unmatched } = rankAgreement(
    some(index => index < 9),
    renamed,
  );
  assert.ok(Math.abs(value - 0.9) < 1e-12);
  assert.deepEqual({ n, unmatched }, { n: 9, unmatched: { a: 0, b: 3 } });
});

test("another stem, block or activation is another network, and too few in common are refused", () => {
  const changes = [{ stem: { kind: "cifar", width: 16 } }, { block: "R" }, { activation: "silu" }] as const;
  for (const change of changes) {
    const other = some(
      index => index >= 36,
      ({ architecture, index }) => ({
        architecture: index < 38 ? architecture : { ...architecture, ...change },
      }),
    );
    assert.throws(
      () =>
        rankAgreement(
          some(index => index < 12),
          other,
        ),
      {
        name: "TableError",
        message:
          "rankAgreement: expected at least 3 networks that both trained, got 2 of 12 and 12; specs of the same space, " +
          "seed, windows and stem have the same networks",
      },
    );
  }
});

test("several populations are taken as one", () => {
  const parts = [some(index => index < 5), some(index => index >= 5 && index < 12)];
  const last = some(index => index >= 36);
  assert.deepEqual(
    rankAgreement(parts, last),
    rankAgreement(
      some(index => index < 12),
      last,
    ),
  );
});

// numpy.mean([spearmanr(e[i], e[j]).statistic for i, j in itertools.combinations(range(4), 2)]) -> 0.9064074990560448
// 6,000 paired resamples of the networks in NumPy give the interval 0.725 to 0.966.
test("seeds agree by the mean over all pairs of trainings", () => {
  const { value, low, high, ...counts } = seedAgreement(population);
  assert.ok(Math.abs(value - 0.9064074990560448) < 1e-12);
  assert.deepEqual(counts, { n: 12, trainings: 4, total: 48 });
  assert.ok(Math.abs(low - 0.725) < 0.04 && Math.abs(high - 0.966) < 0.01, `[${low}, ${high}]`);
  assert.deepEqual(seedAgreement(population), { value, low, high, ...counts });
});

test("of networks that miss a training, and of pairs, seeds agree as those that are whole do", () => {
  const errors = population.column("error");
  const pair = seedAgreement(some(index => index < 24));
  assert.equal(pair.value, spearman(errors.slice(0, 12), errors.slice(12, 24)).value);
  const missing = seedAgreement(some(index => index < 23));
  assert.equal(missing.n, 11);
  assert.equal(missing.value, spearman(errors.slice(0, 11), errors.slice(12, 23)).value);
});

// A sweep trains all networks once before any again: the third time has come for five of twelve, the fourth for none.
// With r the Spearman correlations in SciPy: (12 r(e[0], e[1]) + 5 r(e[0][:5], e[2][:5]) + 5 r(e[1][:5], e[2][:5])) / 22.
test("while the last trainings run, each pair of trainings counts with the networks that have both", () => {
  const { value, low, high, ...counts } = seedAgreement(some(index => index < 29));
  const e = population.column("error");
  const rho = (i: number, j: number, n: number) =>
    spearman(e.slice(12 * i, 12 * i + n), e.slice(12 * j, 12 * j + n)).value;
  const expected = (12 * rho(0, 1, 12) + 5 * rho(0, 2, 5) + 5 * rho(1, 2, 5)) / 22;
  assert.ok(Math.abs(value - expected) < 1e-12, `${value} for ${expected}`);
  assert.ok(low < value && value <= high);
  assert.deepEqual(counts, { n: 12, trainings: 3, total: 29 });
  assert.throws(() => seedAgreement(some(index => index < 14)), /got 2 of 12$/);
  assert.throws(
    () => seedAgreement(population, { random: () => 0.5 }),
    /^StatisticsError: seedAgreement: expected a random source .* got the same network always$/,
  );
});

test("networks trained once have no seeds to agree, nor do equal errors, and misuse is named", () => {
  assert.throws(() => seedAgreement(some(index => index < 12)), {
    name: "TableError",
    message:
      "seedAgreement: expected at least 3 networks trained twice or more (a spec with repeats), got 0 of 12",
  });
  assert.throws(
    () =>
      seedAgreement(
        some(
          () => true,
          () => ({ error: 90 }),
        ),
      ),
    /^TableError: seedAgreement: expected errors that vary between networks/,
  );
  assert.throws(() => seedAgreement([]), /got 0 of 0$/);
  assert.throws(
    () => seedAgreement(population, { level: 2 }),
    /^StatisticsError: seedAgreement: expected a level/,
  );
  assert.throws(
    () => rankAgreement(population, null as never),
    /^RangeError: rankAgreement: expected a population/,
  );
});
