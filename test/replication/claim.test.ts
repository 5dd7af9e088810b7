import assert from "node:assert/strict";
import { test } from "node:test";
import {
  claimBestAbout,
  claimBestWithin,
  claimBetter,
  claimLower,
  claimOpen,
  claimSame,
  claimThat,
  Verdict,
  verdict,
  VERDICT_MIME,
} from "netspace";

/** 20 errors around a centre, evenly spread over ± 5. */
const around = (centre: number, n = 20) =>
  Array.from({ length: n }, (_, i) => centre - 5 + (10 * i) / (n - 1));
const population = (name: string, errors: number[]) => ({ name, errors });

test("claimBetter() follows the interval of the difference of means", () => {
  const low = population("low", around(40));
  const high = population("high", around(50));
  assert.equal(claimBetter("low is better", low, high).outcome, "replicated");
  assert.equal(claimBetter("high is better", high, low).outcome, "not replicated");
  const near = claimBetter("near", population("near", around(49.9)), high);
  assert.equal(near.outcome, "not answerable");
  // Standard deviation of the spread 10·√((n + 1)/(12(n − 1))) = 3.04; 2(1.96·3.04/0.1)² ≈ 7,100, to two digits.
  assert.match(near.evidence, /would take about 7,\d00 networks a space/);
  assert.match(near.evidence, /mean error near less high −0\.1 points, 95 % interval .* KS D = \d/);
});

test("claimSame() asks for an interval within the margin, not merely one that contains zero", () => {
  const a = population("a", around(40, 200));
  assert.equal(claimSame("same", a, population("b", around(40.2, 200))).outcome, "replicated");
  assert.equal(claimSame("same", a, population("b", around(46, 200))).outcome, "not replicated");
  const few = claimSame("same", population("a", around(40, 8)), population("b", around(40.2, 8)));
  assert.equal(few.outcome, "not answerable");
  assert.match(few.evidence, /"same" means within ±1\.\d, and the interval reaches beyond/);
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
  });
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
  assert.equal(mixed.summary, "of 4 claims 2 replicated, 1 not replicated, 1 not answerable in this regime");
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
