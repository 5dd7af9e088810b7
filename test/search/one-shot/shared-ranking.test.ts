/** The errors of supernets that come with SmallCells: that they are whole, and that the page says what they say. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type RankingData, rankingsOf, table } from "netspace/search";
import { packageRoot } from "../../../src/base/node/paths.js";

const text = (...path: string[]) => readFileSync(join(packageRoot, ...path), "utf8");
const data = JSON.parse(text("data", "tables", "SmallCells", "shared-ranking.json")) as RankingData;

test("there are all supernets that were asked for, at every length, of all functions", () => {
  for (const strategy of ["uniform", "enas", "fair", "darts"]) {
    for (const epochs of [4, 8, 15, 30, 60]) {
      const seeds = data.runs.filter(run => run.strategy === strategy && run.epochs === epochs);
      assert.deepEqual(
        seeds.map(({ seed }) => seed).toSorted((a, b) => a - b),
        [1, 2, 3],
      );
    }
  }
  assert.equal(data.n, 120);
  for (const { wrong, scores } of data.runs) {
    assert.equal((wrong ?? scores)!.length, data.n);
    assert.ok((wrong ?? []).every(count => Number.isInteger(count) && count >= 0 && count <= data.images));
    assert.ok((scores ?? []).every(score => score >= 0));
  }
});

test("the page has what they come to: node scripts/table-readme.mjs writes it", async () => {
  const ranked = rankingsOf(data, await table("SmallCells"));
  const page = text("docs", "weight-sharing.md");
  assert.ok(page.includes(`<!-- ranking of SmallCells -->\n\n${ranked.toMarkdown()}\n\n<!-- end -->`));
});
