import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as statistics from "netspace/statistics";
import { validCalls } from "../support/valid-calls.js";

type Shown = Readonly<Record<"text/html" | "text/plain", string>>;
const DISPLAY = Symbol.for("Jupyter.display");
const shownOf = (result: object): Shown => (result as Record<symbol, () => Shown>)[DISPLAY]();

/** What a cell shows well as it is: numbers and lists of them. */
const isPlain = (result: unknown): boolean =>
  typeof result === "number" ||
  ArrayBuffer.isView(result) ||
  (Array.isArray(result) && result.every(value => typeof value === "number"));

const [many, others] = [
  [0, 3],
  [2, 7],
].map(([from, step]) => Array.from({ length: 64 }, (_, i) => 40 + from + ((i * (5 + step)) % 31)));
// The others take so few values that these do nothing with them.
const calls: typeof validCalls = {
  ...validCalls,
  bestOfDifference: [many, others, { repeats: 100 }],
  quantileDifferences: [many, others, [0.1, 0.5], { repeats: 100 }],
  compareDistributions: [many, others, { repeats: 100, failedAt: 70 }],
};
const results = Object.entries(statistics)
  .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
  .map(
    ([name, value]) => [name, (value as (...values: readonly unknown[]) => unknown)(...calls[name])] as const,
  )
  .filter(([, result]) => !isPlain(result)) as readonly (readonly [string, object])[];

test("every result of a statistic shows itself in words or as a small table, with how many it is of", () => {
  assert.ok(results.length >= 20, `${results.length} results`);
  for (const [name, result] of results) {
    const { "text/html": html, "text/plain": text } = shownOf(result);
    assert.match(html, /^<p>[^<]+<\/p>(?:<table>.*<\/table>)?$/s, name);
    assert.match(text, /\bn = \d|\bn$|of \d+ pairs|\bn\b/m, name);
    assert.doesNotMatch(`${html}${text}`, /undefined|NaN|\[object|function/, name);
    assert.equal(inspect(result), text, `${name} in a console`);
  }
});

test("a result stays plain data: its display is in no copy, list of fields or JSON", () => {
  for (const [name, result] of results) {
    assert.equal(DISPLAY in (Array.isArray(result) ? [...result] : { ...result }), false, name);
    assert.deepEqual(Object.getOwnPropertySymbols(JSON.parse(JSON.stringify(result))), [], name);
  }
});

test("the sentences say name, estimate, interval, p and n", () => {
  const { ksTest, welchTest, meanDifference, spearman, summarize, edf } = statistics;
  const [a, b] = [
    [39, 42, 47, 50],
    [55, 58, 63, 66],
  ];
  const text = (result: object) => shownOf(result)["text/plain"];
  assert.equal(
    text(ksTest(a, b)),
    "Kolmogorov–Smirnov, do they differ: D = 1, p = 0.029 (exact); n = 4 and 4",
  );
  assert.match(text(ksTest(a, b, { alternative: "lower" })), /is the first lower: D = 1, p = 0\.014/);
  // −16 ± 2.4469 √(73 / 6): Student's 97.5 % quantile of 6 degrees of freedom.
  assert.equal(
    text(welchTest(a, b)),
    "Welch's t: mean of the first minus the second −16, 95 % interval −24.5 to −7.46, p = 0.0037 (6 degrees of freedom); n = 4 and 4",
  );
  assert.match(
    text(meanDifference(a, b)),
    /^Difference of means, the first minus the second: −16 ± [\d.]+ \(standard error\), 95 % interval −2\d/,
  );
  // At any scale.
  assert.match(
    text(
      meanDifference(
        a.map(v => v * 1e-180),
        b.map(v => v * 1e-180),
      ),
    ),
    /: −1\.6e−179 ± /,
  );
  assert.equal(text(spearman(a, b)), "Spearman's ρ = 1, p < 0.001; n = 4");
  assert.equal(text(edf(a)), "Error distribution: least 39, quarters below 39, 42 and 47, mean 44.5; n = 4");
  assert.match(text(summarize(a)), /^Summary: n = 4\n.*95 % interval\nleast/);
});
