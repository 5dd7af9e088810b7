/** What remembers the ways of a small space gives those that the program gives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyArchitecture, decisions, DecisionSpace, SmallCells, type Space } from "netspace";
import { seededAt } from "../../../src/base/random.js";
import type { Decisions } from "../../../src/spaces/decisions/decisions.js";
import { digits, type Toy, toyFamily } from "../../support/toy-spaces.js";

/** Choices that make no architecture where they sum to less than two, a chain, and odds. */
const barren = () =>
  new DecisionSpace<Toy>(
    "barren",
    choose => {
      const [a, b] = choose.chain(["a", "b"], before => (before === 2 ? [0, 1] : [0, 1, 2]));
      const c = choose.free("c", { values: [0, 1, 5], probabilities: [0.1, 0.2, 0.7] } as never) as number;
      return a + b + c < 2 ? undefined : { family: toyFamily, values: [a, b, c] };
    },
    { family: toyFamily },
  );

const fresh = (space: Space<AnyArchitecture>) =>
  new DecisionSpace<AnyArchitecture>(space.name, choose => space.decide!(choose), { family: space.family! });

for (const make of [digits, barren, () => fresh(SmallCells)] as (() => Space<AnyArchitecture>)[]) {
  const [plain, kept] = [decisions(make()), decisions(make()).remembering];
  const codes = (ways: Iterable<{ readonly code: readonly number[] }>) =>
    [...ways].map(({ code }) => code.join());

  test(`${plain.name}: drawing, mutation, crossover, neighbours and codes are the same where ways are remembered`, () => {
    const draws = (of: Decisions<AnyArchitecture>) => {
      const said: (string | undefined)[] = [];
      let [a, b] = [of.draw(seededAt(1, 0)), of.draw(seededAt(1, 1))];
      for (let i = 0; i < 300; i++) {
        const random = seededAt(2, i);
        const drawn = of.tryDraw(random);
        const mutant = of.mutate(a, random);
        const child = of.cross(a, b, random);
        const answered = of.answer(question => Math.floor(random() * question.values.length));
        said.push(drawn?.code.join(), mutant.code.join(), child.code.join(), answered?.code.join());
        said.push(...codes(of.neighbours(child)), of.decode([...mutant.code]).code.join());
        said.push(JSON.stringify(mutant.choices), of.vector(child).join());
        // A random number more tells whether as many were drawn.
        said.push(String(random()));
        [a, b] = [drawn ?? child, mutant];
      }
      return said;
    };
    assert.deepEqual(draws(kept), draws(plain));
  });
}

test("of free choices the same answers give one object, whose place is its code as a number", () => {
  const { remembering } = decisions(fresh(SmallCells));
  const way = remembering.draw(seededAt(1, 1));
  assert.equal(
    way.place,
    way.code.reduce((place, index, i) => place * way.questions[i].values.length + index, 0),
  );
  assert.equal(
    remembering.answer((_, i) => way.code[i]),
    way,
  );
  for (const neighbour of remembering.neighbours(way)) {
    assert.equal(
      remembering.answer((_, i) => neighbour.code[i]),
      neighbour,
    );
  }
  // Choices that depend on others are not remembered.
  assert.equal(decisions(digits()).remembering.draw(seededAt(1, 1)).place, -1);
});
