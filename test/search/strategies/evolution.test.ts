/** Regularised evolution's formulas: how long a member lives, and what the sizes of its samples and population make of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { evolution, type EvolutionSettings } from "../../../src/search/index.js";
import { bits } from "../../support/toy-spaces.js";

/** Codes in the order in which they were told, and those of the population after each. */
function run(
  settings: EvolutionSettings,
  errorOf: (code: readonly number[], place: number) => number,
  cycles = 120,
) {
  const searcher = evolution({ unchanged: 0, ...settings }).start({ space: bits(40), seed: 7 });
  const told: string[] = [];
  const errors: number[] = [];
  const populations: string[][] = [];
  for (let place = 0; place < cycles; place++) {
    const [proposal] = searcher.ask(1);
    const { code } = proposal.way;
    errors.push(errorOf(code, place));
    told.push(code.join(""));
    searcher.tell({ ...proposal, place, error: errors[place] });
    const { members } = searcher.state() as { members: { code: number[] }[] };
    populations.push(members.map(member => member.code.join("")));
  }
  return { told, errors, populations };
}

const zeros = (code: readonly number[]) => code.filter(bit => bit === 0).length;
const distance = (a: string, b: string) => [...a].filter((bit, i) => bit !== b[i]).length;

test("every member of an aging population lives as many cycles as it has members, the best too", () => {
  for (const population of [1, 7, 25]) {
    const { told, populations } = run({ population, sample: 5 }, zeros);
    for (const [place, members] of populations.entries())
      assert.deepEqual(members, told.slice(Math.max(0, place + 1 - population), place + 1));
  }
});

test("without aging a good member outlives many populations, and the best is never lost", () => {
  const { told, errors, populations } = run({ population: 7, sample: 5, aging: false }, zeros);
  for (const [place, members] of populations.entries()) {
    const least = Math.min(...errors.slice(0, place + 1));
    assert.ok(members.includes(told[errors.indexOf(least)]), `after ${place}`);
  }
});

test("samples of one make a random walk: what was told decides nothing", () => {
  const settings = { population: 10, sample: 1 };
  const { told } = run(settings, zeros);
  assert.deepEqual(run(settings, code => 40 - zeros(code)).told, told);
  assert.deepEqual(run(settings, (_, place) => (place * 37) % 100).told, told);
  assert.notDeepEqual(
    run({ population: 10, sample: 5 }, code => 40 - zeros(code)).told,
    run({ population: 10, sample: 5 }, zeros).told,
  );
});

test("a population that keeps the best, and samples that see all of it, make a greedy search: each child is the best one's", () => {
  // The best is never the worst, so that it stays; a sample of 4,000 of 5 members sees each.
  const { told, errors } = run({ population: 5, sample: 4000, aging: false }, zeros);
  for (let place = 5; place < told.length; place++) {
    const before = errors.slice(0, place);
    const least = Math.min(...before);
    const best = told.filter((_, i) => i < place && errors[i] === least);
    assert.ok(
      best.some(code => distance(code, told[place]) === 1),
      `child ${place}`,
    );
  }
});

test("larger samples select harder: after as many cycles a population is better", () => {
  const after = (sample: number) => {
    const { errors } = run({ population: 20, sample }, zeros, 400);
    return errors.slice(-20).reduce((a, b) => a + b, 0) / 20;
  };
  const [one, two, ten] = [1, 2, 10].map(after);
  assert.ok(one - two > 2 && two - ten > 2, `${one}, ${two}, ${ten}`);
});
