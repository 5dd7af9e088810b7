/** Tables whose architectures were trained several times: a run is told one training of each, drawn by its seed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decisions, SmallCells } from "netspace";
import { random, searchTable, simulate } from "../../../src/search/index.js";
import { bits, digits } from "../../support/toy-spaces.js";

test("a run's training of an architecture stays the same, other runs have others, and each is as likely", () => {
  const space = bits(8);
  const table = searchTable(space, () => [0, 1, 2].map(error => ({ error, judged: 1 })));
  const ways = [...decisions(space).ways()];
  const told = (seed: number) => ways.map(way => table.forRun!(seed).look(way).error);
  assert.deepEqual(told(3), told(3));
  assert.notDeepEqual(told(3), told(4));
  const counts = [0, 0, 0];
  for (let seed = 1; seed <= 40; seed++) for (const error of told(seed)) counts[error]++;
  // 10,240 draws: three standard deviations are 143.
  for (const count of counts) assert.ok(Math.abs(count - 10_240 / 3) < 150, String(counts));
  const ends = simulate(random(), table, { evaluations: 1, repeats: 60 }).map(({ told: [error] }) => error);
  assert.deepEqual(
    [...new Set(ends)].sort((a, b) => a - b),
    [0, 1, 2],
  );
});

test("one training of each needs no draw, and none is a hole", () => {
  const table = searchTable(bits(4), ({ values }) => (values[0] === 1 ? [] : [{ error: 1, judged: 2 }]));
  assert.ok(!("forRun" in table));
  const [whole, hole] = [0, 1].map(first => decisions(table.space).decode([first, 0, 0, 0]));
  assert.equal(table.look(whole).judged, 2);
  assert.throws(() => table.look(hole), /expected an architecture of the table/);
});

test("a way is found whoever made it: remembered, anew, of a placed space, or where choices depend on others", () => {
  const numbered = new Map<string, number>();
  const table = searchTable(SmallCells, architecture => {
    const error = numbered.size;
    numbered.set(JSON.stringify(architecture.nodes), error);
    return { error, judged: error };
  });
  const placed = SmallCells.with({ classes: 10 });
  const programs = [decisions(SmallCells), decisions(SmallCells).remembering, decisions(placed).remembering];
  for (const program of programs) {
    for (const code of [
      [0, 0, 0, 0, 0, 0],
      [4, 2, 4, 1, 0, 3],
    ]) {
      const way = program.decode(code);
      assert.equal(table.look(way).error, numbered.get(JSON.stringify(way.architecture.nodes)));
      const made = program.answer((_, i) => code[i])!;
      assert.equal(table.look(made).error, numbered.get(JSON.stringify(way.architecture.nodes)));
    }
  }
  const deep = searchTable(digits(), ({ values }) => ({ error: values.length, judged: 1 }));
  for (const way of decisions(digits()).ways())
    assert.equal(deep.look(way as never).error, way.architecture.values.length);
});
