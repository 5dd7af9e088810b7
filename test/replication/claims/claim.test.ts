import assert from "node:assert/strict";
import { test } from "node:test";
import {
  comparePopulations,
  claimBestAbout,
  claimBestWithin,
  claimBetter,
  claimDiffer,
  claimLower,
  claimNoWorse,
  claimOpen,
  claimSame,
  claimThat,
  claimTrend,
  seeded,
  shippedPopulation,
  Verdict,
  verdict,
  VERDICT_MIME,
} from "netspace";

/** 20 errors around a centre, evenly spread over ± 5. */
const around = (centre: number, n = 20) =>
  Array.from({ length: n }, (_, i) => centre - 5 + (10 * i) / (n - 1));
const population = (name: string, errors: number[]) => ({ name, errors });

test("claimBetter() follows Welch's test of the means, and says what it would take where they do not differ", () => {
  const low = population("low", around(40));
  const high = population("high", around(50));
  assert.equal(claimBetter("low is better", low, high).outcome, "replicated");
  assert.equal(claimBetter("high is better", high, low).outcome, "not replicated");
  const near = claimBetter("near", population("near", around(49.9)), high);
  assert.equal(near.outcome, "not answerable");
  // Standard deviation of the spread 10·√((n + 1)/(12(n − 1))) = 3.04; 2(2.80·3.04/0.1)² ≈ 14,500, 2(2.80·3.04/2)² = 36.
  assert.match(
    near.evidence,
    /one of 2 points, the margin, takes about 3\d networks per space, one as observed about 1[45],000;/,
  );
  assert.match(
    near.evidence,
    /\(means p = 0\.9\d+; near minus high: mean −0\.1 \[−2\.\d, \+1\.\d\], P10 takes 32 networks per space, best of 32 takes 64 networks per space\); .*n = 20, 20$/,
  );
});

test("a claim of better has the verdict of comparePopulations on the same data, its reservation with it", async () => {
  const names = ["AnyNetXA", "AnyNetXB", "AnyNetXC", "AnyNetXD", "AnyNetXE", "RegNetX"];
  const populations = await Promise.all(
    names.map(async name => ({
      ...(await shippedPopulation(name)),
      name,
      errors: (await shippedPopulation(name)).errors,
    })),
  );
  for (const [i, a] of populations.entries()) {
    const b = populations[(i + 1) % populations.length];
    const [pair] = comparePopulations([a, b]).pairs;
    const claim = claimBetter("a is better", a, b);
    const expected =
      pair.better === undefined ? "not answerable" : pair.better === a.name ? "replicated" : "not replicated";
    assert.equal(claim.outcome, expected, a.name);
    assert.ok(claim.evidence.startsWith(pair.verdict), claim.evidence);
    assert.equal(claim.p, pair.tests?.mean);
    const same = claimSame("the same", a, b);
    assert.equal(same.outcome === "replicated", pair.same, a.name);
    assert.ok(same.evidence.startsWith(pair.verdict), same.evidence);
  }
});

test("claimBetter() of a space with worse networks at the lower end is replicated with that reservation", async () => {
  const [E, C] = await Promise.all(["AnyNetXE", "AnyNetXC"].map(name => shippedPopulation(name)));
  const [e, c] = [population("E", [...E.errors]), population("C", [...C.errors])];
  const claim = claimBetter("E is better than C.", e, c);
  assert.deepEqual([claim.outcome, claim.reservation], ["replicated", "worse in the lower tail"]);
  assert.match(
    verdict([claim]).toMarkdown(),
    /\*E is better than C\.\* \*\*Replicated, but worse in the lower tail:\*\* E is better than C on average, worse/,
  );
  assert.equal(claimBetter("in the tail", e, c, { by: "bestOf" }).outcome, "not replicated");
  assert.equal(claimBetter("in the tail", c, e, { by: "p10" }).outcome, "replicated");
  const worse = claimNoWorse("No part of E is worse.", e, c);
  assert.equal(worse.outcome, "not replicated");
  assert.match(worse.evidence, /; worse in best of 32 \(p = 0\.00\d\); n = 128, 128$/);
  assert.match(
    claimBetter("x", population("x", around(40)), c, { by: "bestOf" }).evidence,
    /takes 64 networks per space; there are 20 and 128/,
  );
});

test("one measure of the lower tail is enough for a doubt, though not for a finding", () => {
  // The second's six best are lower than any of the first's, its tenth percentile is not, and it is higher on average.
  const random = seeded(3);
  const a = Array.from({ length: 100 }, () => 40 + 6 * random());
  const low = Array.from({ length: 100 }, (_, i) => (i < 6 ? 35 + i / 2 : 42 + 6 * random()));
  const [pair] = comparePopulations([population("a", a), population("b", low)]).pairs;
  const { p10, bestOf } = pair.compared!;
  assert.ok(bestOf!.low > 0 && p10.low < 0, "a measure by itself");
  assert.ok(pair.tests!.tail >= 0.05, `both together: ${pair.tests!.tail}`);
  assert.equal(pair.better, "a");
  assert.equal(
    claimBetter("a is better.", population("a", a), population("b", low)).reservation,
    "worse in the lower tail",
  );
});

test("claimNoWorse() asks every part to be below the margin", () => {
  const a = population("a", around(40, 400));
  const alike = claimNoWorse("no worse", a, population("b", around(40.1, 400)));
  assert.deepEqual([alike.outcome, alike.p! < 0.05], ["replicated", true]);
  const few = claimNoWorse("no worse", population("a", around(40, 70)), population("b", around(39.5, 70)), {
    margin: 0.6,
  });
  assert.equal(few.outcome, "not answerable");
  const parts = claimNoWorse("no worse", a, population("b", around(41, 400)), {
    parts: ["p10"],
    tailMargin: 1,
  });
  assert.match(parts.evidence, /^a minus b: P10 −1\.0 \[/);
  assert.throws(
    () => claimNoWorse("x", a, a, { parts: ["p11" as "p10"] }),
    /parts out of mean, median, p10, bestOf, got "p11"/,
  );
});

test("claimSame() asks for an interval within two points, not merely one that contains zero", () => {
  const a = population("a", around(40, 200));
  assert.equal(claimSame("same", a, population("b", around(40.2, 200))).outcome, "replicated");
  assert.equal(claimSame("same", a, population("b", around(46, 200))).outcome, "not replicated");
  const few = claimSame("same", population("a", around(40, 8)), population("b", around(40.2, 8)));
  assert.equal(few.outcome, "not answerable");
  assert.match(
    few.evidence,
    /^a and b: no difference supported \(means within ±2 points: p = 0\.\d+; .*if they are the same, about \d+ networks per space show it at a power of 80 %/,
  );
  // A third of a standard deviation apart, which half of one used to call the same.
  const spread = claimSame("same", a, population("b", around(43, 200)));
  assert.equal(spread.outcome, "not replicated");
  assert.equal(claimSame("same", a, population("b", around(43, 200)), 4).outcome, "replicated");
});

test("claimSame() of means that agree and distributions that do not is replicated with that reservation", () => {
  const wide = around(40, 400).map(error => 40 + 1.6 * (error - 40));
  const claim = claimSame("same", population("a", around(40, 400)), population("b", wide));
  assert.deepEqual(
    [claim.outcome, claim.reservation],
    ["replicated", "their distributions differ, and b is better in the lower tail"],
  );
});

test("populations of different regimes answer no claim but where the difference is the question", async () => {
  const [X, drawn] = await Promise.all(["RegNetX", "RegNetX-lr-wd"].map(name => shippedPopulation(name)));
  const [a, b] = [X, drawn].map((each, i) => ({ name: `p${i}`, errors: each.errors, spec: each.spec }));
  for (const claim of [claimBetter("x", a, b), claimSame("x", a, b), claimNoWorse("x", a, b)]) {
    assert.equal(claim.outcome, "not answerable");
    assert.match(
      claim.evidence,
      /^p0 and p1 were trained differently: recipe\.learningRate 0\.3 and \{"logUniform"/,
    );
  }
  assert.equal(claimBetter("x", a, b, { differ: ["recipe"] }).outcome, "replicated");
});

test("claimTrend() and claimDiffer() are direct tests of a parameter", async () => {
  const X = await shippedPopulation("RegNetX");
  const b = { values: X.column("b"), errors: X.errors };
  // scipy.stats.kendalltau(b, error, method="asymptotic") -> 0.3431335288335786, 6.9e-07
  // scipy.stats.kruskal over b = 1, 2, 4 -> 24.288644616579397, 5.3e-06
  const rises = claimTrend("The error rises with b.", b, "rises");
  assert.equal(rises.outcome, "replicated");
  assert.match(rises.evidence, /^Kendall's τ = 0\.34 \(Jonckheere and Terpstra\), p < 0\.001; n = 128$/);
  assert.equal(claimTrend("It falls.", b, "falls").outcome, "not replicated");
  const differ = claimDiffer("It matters.", b);
  assert.equal(differ.outcome, "replicated");
  assert.match(differ.evidence, /H = 24\.3 over 3 values, p < 0\.001/);
  const random = seeded(1);
  const none = { values: b.values, errors: b.errors.map(() => 40 + random()) };
  assert.deepEqual(
    [claimTrend("x", none, "rises"), claimDiffer("x", none)].map(({ outcome }) => outcome),
    ["not answerable", "not answerable"],
  );
  const many = { values: X.errors.map((_, i) => i), errors: X.errors.toSorted((x, y) => x - y) };
  assert.match(claimTrend("x", many, "rises").evidence, /^Spearman's ρ = 1\.00, p < 0\.001/);
  const one = { values: b.values.map(() => 1), errors: b.errors };
  assert.match(claimTrend("x", one, "rises").evidence, /^all networks have the same value of the parameter$/);
  assert.throws(() => claimTrend("x", b, "up" as "rises"), /the direction "rises" or "falls", got "up"/);
});

test("a population of too few networks answers nothing, and says how many there are", () => {
  const claim = claimBetter("better", population("a", around(40)), population("b", [50, 51]));
  assert.deepEqual(
    [claim.outcome, claim.evidence],
    ["not answerable", "at least 8 trained networks a space are needed; b has 2"],
  );
});

test("claimLower() asks for all intervals below zero, and one above is enough against it", () => {
  const [below, across, above] = [
    [-2, -1],
    [-1, 1],
    [1, 2],
  ].map(([low, high]) => ({ low, high }));
  assert.equal(claimLower("lower", [below, below], "evidence").outcome, "replicated");
  assert.equal(claimLower("lower", [below, above], "evidence").outcome, "not replicated");
  assert.deepEqual(claimLower("lower", [across], "evidence"), {
    claim: "lower",
    outcome: "not answerable",
    evidence: "evidence; the interval contains 0",
    kind: "trained",
  });
  assert.equal(claimLower("lower", [below], "evidence", "arithmetic").kind, "arithmetic");
});

/** 100 networks with a parameter of 0 to 99, of which the best has the value given; errors grow with the distance. */
const bestAt = (best: number) => {
  const values = Array.from({ length: 100 }, (_, i) => i);
  return { values, errors: values.map(value => 40 + Math.abs(value - best)) };
};

test("claimBestAbout() asks whether the band of the best value meets the paper's, and is narrow enough to miss it", () => {
  const met = claimBestAbout("about 30", bestAt(30), [28, 33], "the paper has 28 to 33");
  assert.equal(met.outcome, "replicated");
  assert.match(
    met.evidence,
    /^best (29|30|31), 95 % band 2\d to 3\d of 0 to 99 sampled \(n = 100\); the paper has/,
  );
  assert.equal(claimBestAbout("about 80", bestAt(30), [80, 80], "").outcome, "not replicated");
  // Errors without any relation to the parameter: its best value may lie anywhere.
  const random = { values: bestAt(0).values, errors: bestAt(0).values.map(i => 40 + ((i * 37) % 100)) };
  const wide = claimBestAbout("about 80", random, [80, 80], "");
  assert.equal(wide.outcome, "not answerable");
  assert.match(wide.evidence, /the band holds \d+ % of the networks, too wide to tell$/);
});

test("claimBestWithin() asks for all of the band within the range, or all of it outside", () => {
  assert.equal(claimBestWithin("inside", bestAt(50), [10, 90], "").outcome, "replicated");
  assert.equal(claimBestWithin("inside", bestAt(50), [70, 90], "").outcome, "not replicated");
  const reaching = claimBestWithin("inside", bestAt(70), [70, 90], "the paper has 80");
  assert.equal(reaching.outcome, "not answerable");
  assert.match(reaching.evidence, /the paper has 80; the band reaches beyond 70 to 90$/);
});

test("a band that errors dealt at random give as well is no evidence", () => {
  const { values } = bestAt(0);
  const random = seeded(4);
  const none = { values, errors: values.map(() => 40 + 20 * random()) };
  // Its band reaches over most of the values, so it lies within nearly all of them whatever the errors are.
  const empty = claimBestWithin("neither end", none, [0, 99], "the paper has an interior best");
  assert.equal(empty.outcome, "not answerable");
  assert.match(
    empty.evidence,
    /; errors that have nothing to do with the parameter give as clear a band in \d+ % of cases$/,
  );
  assert.ok(empty.p! > 0.05);
  assert.ok(claimBestWithin("inside", bestAt(50), [10, 90], "").p! < 0.01);
});

test("the best of fewer than 8 values is no claim, and values below a thousandth are powers of ten", () => {
  const few = { values: [1, 2], errors: [40, 41] };
  assert.deepEqual(
    [claimBestAbout("x", few, [1, 1], ""), claimBestWithin("x", few, [1, 1], "")].map(claim => [
      claim.outcome,
      claim.evidence,
    ]),
    Array.from({ length: 2 }, () => [
      "not answerable",
      "at least 8 trained networks are needed, there are 2",
    ]),
  );
  const { values, errors } = bestAt(30);
  const small = { values: values.map(value => 1e-6 * (value + 1)), errors };
  assert.match(claimBestAbout("x", small, [1e-5, 1e-4], "").evidence, /^best 3\.\de−5, /);
});

test("a verdict is its claims' common outcome, or counts them", () => {
  const yes = claimThat("It holds.", true, "1 of 1");
  const no = claimThat("That too.", false, "0 of 1");
  const open = claimOpen("And that.", "more is needed");
  assert.equal(verdict([yes, yes]).toMarkdown().split("\n")[0], "**Verdict: replicated.**");
  assert.equal(verdict([open]).summary, "not answerable in this regime");
  const mixed = verdict([yes, no, open, yes], "A note.");
  assert.equal(
    mixed.summary,
    "arithmetic and structure: 2 replicated, 1 not replicated; trained here, before correction: 1 not answerable in this regime; trained here, after correction: none",
  );
  const byHand = [yes, no, open].map(({ claim, outcome, evidence }) => ({ claim, outcome, evidence }));
  assert.equal(
    verdict(byHand).summary,
    "of 3 claims 1 replicated, 1 not replicated, 1 not answerable in this regime",
  );
  assert.match(mixed.toMarkdown(), /- \*That too\.\* \*\*Not replicated:\*\* 0 of 1\.\n/);
  assert.ok(mixed.toMarkdown().endsWith("\n\nA note."));
  assert.throws(() => new Verdict([]), { message: "Verdict: expected at least 1 claim, got 0" });
});

test("a verdict shows itself in words, and to programs as data", () => {
  const shown = verdict([claimThat("It holds.", true, "1 of 1")]) as unknown as Record<
    symbol,
    () => Record<string, { outcome: string; claims: unknown[] }>
  >;
  const bundle = shown[Symbol.for("Jupyter.display")]();
  assert.deepEqual(Object.keys(bundle), ["text/markdown", "text/plain", VERDICT_MIME]);
  assert.equal(bundle[VERDICT_MIME].outcome, "replicated");
});

test("claims about a quantile of too few networks are left open, and say how many it takes", () => {
  const claim = (by: "p10" | "median", m: number, n: number) =>
    claimBetter("x", population("few", around(20, m)), population("many", around(60, n)), { by });
  assert.equal(claim("p10", 31, 31).outcome, "not answerable");
  assert.match(claim("p10", 31, 200).evidence, /^the P10 takes 50 networks per space; there are 31 and 200/);
  assert.match(claim("median", 8, 200).evidence, /^the median takes 16 networks per space/);
  assert.deepEqual(
    [claim("p10", 32, 32).outcome, claim("median", 8, 8).outcome],
    ["replicated", "replicated"],
  );
  const noWorse = claimNoWorse("x", population("few", around(20)), population("many", around(60, 40)), {
    parts: ["mean", "p10"],
  });
  assert.equal(noWorse.outcome, "not answerable");
});
