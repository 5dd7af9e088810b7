import assert from "node:assert/strict";
import { test } from "node:test";
import { claimBestWithin, readRegistration, seeded, shippedPopulation } from "netspace";
import { untrainedNetworks } from "../../../src/replication/null/null-registered.js";
import { nullClaim, nullComparison } from "../../../src/replication/null/null-study.js";
import { FirstNetworks } from "../../../src/replication/registration/registered-networks.js";
import type { RegisteredTest } from "../../../src/replication/registration/registration.js";

const random = seeded(7);

/** Where 5 % of cases are allowed, how many of so many may be found: three standard deviations more. */
const allowed = (deals: number, share = 0.05) => share + 3 * Math.sqrt((share * (1 - share)) / deals);

/** Errors as they come: most around 40, a tail, and a share of failures that tie at chance. */
const heavy = (n: number) =>
  Array.from({ length: n }, () => (random() < 0.1 ? 90 : 30 - 8 * Math.log(1 - random())));

test("spaces whose labels are dealt anew are told apart in at most 5 % of cases, in each of the ways there are", () => {
  const repeats = 250;
  const rates = nullComparison(heavy(80), heavy(64), { repeats, resamples: 120, random });
  const kinds = ["better", "worse", "differ", "tail differs", "tail worse than average", "same", "not worse"];
  assert.deepEqual(Object.keys(rates), kinds);
  for (const [kind, rate] of Object.entries(rates)) {
    // One direction of a two-sided test has half of it.
    const share = kind === "better" || kind === "worse" ? 0.025 : 0.05;
    assert.ok(rate <= allowed(repeats, share), `${kind}: ${rate}`);
  }
});

test("at a level of a half, half of the deals differ: the p values are neither too small nor too large", () => {
  const repeats = 200;
  const rates = nullComparison(heavy(70), heavy(70), { repeats, resamples: 120, random, level: 0.5 });
  const found = rates.better + rates.worse;
  assert.ok(Math.abs(found - 0.5) < 3 * Math.sqrt(0.25 / repeats), `${found}`);
  assert.ok(rates.differ > 0.2 && rates.differ < 0.6, `${rates.differ}`);
});

const tests: readonly RegisteredTest[] = [
  { kind: "lower", a: "AnyNetXE", b: "AnyNetXA", statistic: "mean", margin: "mean" },
  { kind: "lower", a: "AnyNetXE", b: "AnyNetXA", statistic: "p10", margin: "tail" },
  { kind: "lower", a: "AnyNetXE", b: "AnyNetXA", statistic: "bestOf", margin: "tail" },
  { kind: "no-worse", a: "AnyNetXE", b: "AnyNetXA", statistics: ["p10"], margin: "tail" },
  { kind: "no-worse", a: "AnyNetXE", b: "AnyNetXA", statistics: ["bestOf"], margin: "tail" },
  { kind: "same", a: "AnyNetXE", b: "AnyNetXA", statistic: "mean", margin: "mean" },
  { kind: "trend", population: "AnyNetXA", parameter: "depth", direction: "rises" },
  { kind: "interior", population: "AnyNetXA", parameter: "depth", inside: { quantiles: [0.2, 0.8] } },
  { kind: "search", a: "AnyNetXE", sizeA: 16, b: "AnyNetXA", sizeB: 32 },
];

test("a registered claim passes in at most 5 % of deals on one set of images, on both in a few per thousand", async () => {
  const [A, E] = await Promise.all(["AnyNetXA", "AnyNetXE"].map(name => shippedPopulation(name)));
  const known = new Map([
    ["AnyNetXA", new FirstNetworks(A)],
    ["AnyNetXE", new FirstNetworks(E)],
  ]);
  const setting = {
    // Margins that a difference by chance can be shown to lie within: else "same" would pass never.
    margins: { mean: 8, tail: 4 },
    bestOf: 32,
    repeats: 1000,
    failedAt: 85,
    networks: (name: string) => known.get(name)!,
  };
  const repeats = 200;
  let found = 0;
  for (const each of tests) {
    const rates = nullClaim({ test: each }, setting, { repeats, resamples: 120, random });
    assert.ok("passes" in rates, JSON.stringify(rates));
    assert.ok(rates.passes <= allowed(repeats), `${JSON.stringify(each)}: ${rates.passes}`);
    assert.ok(rates.both <= 0.03, `${JSON.stringify(each)} on both: ${rates.both}`);
    found += rates.passes;
  }
  // A study that deals nothing, or tests that never pass, would find none.
  assert.ok(found > 0.1, `${found}`);
  // Of a real difference, too, dealing leaves nothing.
  const shifted = {
    ...setting,
    networks: (name: string) => shiftedBy(known.get(name)!, name === "AnyNetXE" ? -6 : 0),
  };
  const real = nullClaim({ test: tests[0] }, shifted, { repeats, resamples: 120, random });
  assert.ok("passes" in real && real.passes <= allowed(repeats), "dealing takes the difference away");
});

const shiftedBy = (networks: FirstNetworks, by: number) => ({
  errors: networks.errors.map(error => error + by),
  parameter: (name: string) => networks.parameter(name),
});

test("every registered claim can be tried before its networks are trained, and answered by as many as are registered", () => {
  const registration = readRegistration();
  const pool = heavy(300);
  const known = new Map(
    Object.keys(registration.populations).map(name => [
      name,
      untrainedNetworks(registration, name, pool, random),
    ]),
  );
  for (const [name, { n, repeats = 1 }] of Object.entries(registration.populations)) {
    assert.equal(known.get(name)!.errors.length, n * repeats, name);
  }
  const setting = {
    margins: { mean: registration.margins.mean.procedural, tail: registration.margins.tail.procedural },
    bestOf: registration.families.trained.bestOf,
    repeats: 100,
    failedAt: registration.regime.failedAt,
    networks: (name: string) => known.get(name)!,
  };
  for (const claim of registration.claims) {
    const rates = nullClaim(claim, setting, { repeats: 1, resamples: 100, random });
    assert.ok("passes" in rates, `${claim.id}: ${JSON.stringify(rates)}`);
  }
});

test("networks that differ by as much as is asked beyond their trainings pass in at most 5 % of deals", () => {
  const registration = readRegistration();
  const networks = untrainedNetworks(registration, "AnyNetXA-seeds", heavy(300), random);
  const setting = {
    margins: { mean: 2, tail: 1 },
    bestOf: 32,
    repeats: 400,
    failedAt: 85,
    networks: () => networks,
  };
  const spread = (times: number): RegisteredTest => ({ kind: "spread", population: "AnyNetXA-seeds", times });
  const repeats = 300;
  const rates = nullClaim({ test: spread(1) }, setting, { repeats, resamples: 200, random });
  assert.ok("passes" in rates && rates.passes <= allowed(repeats), JSON.stringify(rates));
  // Half of the deals at a level of a half: what is dealt lies at the edge, and not within it.
  const half = nullClaim({ test: spread(1) }, setting, { repeats, resamples: 200, random, level: 0.5 });
  assert.ok("passes" in half && half.passes > 0.25 && half.passes < 0.75, JSON.stringify(half));
});

test("that the best value lies inside passes in at most 5 % of deals, where its band alone passes in many more", () => {
  const values = Array.from({ length: 60 }, (_, i) => i);
  const deals = 80;
  let [passed, band] = [0, 0];
  for (let k = 0; k < deals; k++) {
    const errors = values.map(() => 40 + 10 * random());
    const { outcome, evidence } = claimBestWithin("neither end", { values, errors }, [3, 56], "");
    if (outcome === "replicated") passed++;
    if (outcome === "replicated" || evidence.includes("nothing to do with the parameter")) band++;
  }
  assert.ok(passed / deals <= allowed(deals), `${passed} of ${deals}`);
  assert.ok(band / deals > 0.15, `${band} of ${deals} by the band alone`);
});
