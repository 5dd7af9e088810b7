import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { shippedPopulation, shippedPopulations } from "netspace";
import { summary, summaryLine } from "../../src/cli/commands/analyze.js";
import { Population } from "../../src/populations/population.js";
import { heldRecord } from "../../src/trials/store/logged-record.js";
import type { TrialRecord } from "../../src/trials/trial.js";
import { packageRoot } from "../../src/base/node/paths.js";

const whole = await shippedPopulation(shippedPopulations()[0]);

/** The population without the times of those from the `kept`-th on. */
const timedUpTo = (kept: number) =>
  new Population(
    whole.spec,
    whole.trials.map((trial, i): TrialRecord => {
      if (i < kept) return trial;
      const row = { ...heldRecord(trial), seconds: undefined };
      return row;
    }),
  );

test("a population's line tells the time of training as far as it is known", () => {
  const n = whole.length;
  assert.match(summaryLine(timedUpTo(n)), / %, \d+ s of training$/);
  assert.match(summaryLine(timedUpTo(2)), / %, \d+ s of training of the 2 with a time$/);
  assert.match(summaryLine(timedUpTo(0)), / %$/);
  const { seconds, timed } = { seconds: 0, timed: -1, ...summary(timedUpTo(0)) };
  assert.deepEqual({ seconds, timed }, { seconds: undefined, timed: 0 });
});

test("netspace sweep compare tells errors in fractions with the digits that tell them apart", () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-compare-"));
  try {
    for (const [name, error] of [
      ["a", 0.0412],
      ["b", 0.0431],
    ] as const) {
      const rows = Array.from({ length: 20 }, (_, i) => error + i * 1e-5);
      writeFileSync(join(folder, `${name}.csv`), `error\n${rows.join("\n")}\n`);
    }
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(packageRoot, "dist", "src", "cli", "main.js"), "sweep", "compare", "a.csv", "b.csv"],
      { cwd: folder, encoding: "utf8" },
    );
    assert.match(stdout, /a +20 +0\.0412 +0\.0413/, stderr);
    assert.match(stdout, /b +20 +0\.0431 +0\.0432/);
    assert.match(stdout, /a is better than b on average, by less than the margin of 0\.02, .*mean −0\.0019/);
    assert.doesNotMatch(stdout, /[-−]0\.0\b(?!\d)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the best network of a population is the one that the validation split chooses", () => {
  const rows = whole.trials.map((trial, i): TrialRecord => {
    // The test split favours the first, the validation split the third; the second has none.
    const [error, validationError] =
      i === 0 ? [1, 30] : i === 1 ? [3, undefined] : [i === 2 ? 5 : 40, 2 + i / 100];
    const row = { ...heldRecord(trial), error, validationError };
    return row;
  });
  const said = summary(new Population(whole.spec, rows));
  assert.equal("best" in said && said.best.index, rows[2].index);
});
