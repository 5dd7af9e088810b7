/** Everything that a search needs follows from a space's program: every kind of space with every strategy. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, countArchitecture, decisions, RegNetX, seeded, type Space, type Way } from "netspace";
import type { Searcher, Strategy } from "../../src/search/index.js";
import { alike } from "../../src/spaces/decisions/alike.js";
import { searched } from "../support/searched-spaces.js";
import { label, outcomeOf, strategies } from "../support/strategies.js";

/** A number in [0, 100) that is the same for the same function: no better than another, and cheap to know. */
function errorOf({ architecture }: { readonly architecture: Way["architecture"] }, epochs = 12): number {
  let hash = 2166136261;
  for (const character of canonical(architecture)) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  return (99 * (hash >>> 0)) / 2 ** 32 + 1 / epochs;
}

for (const space of searched) {
  const { name } = space;

  test(`${name}: what is drawn, changed and crossed is the space's own, and comes back from code, choices, vector and architecture`, () => {
    const program = decisions(space);
    const words = new Map(program.vocabulary.map(({ name: word, options }) => [word, options]));
    const random = seeded(3);
    let before = program.draw(random);
    for (let i = 0; i < 12; i++) {
      const drawn = program.draw(random);
      const made = [drawn, program.mutate(drawn, random), program.cross(before, drawn, random)];
      before = drawn;
      for (const way of made) {
        assert.ok(countArchitecture(way.architecture, 32).params > 0);
        assert.equal(way.code.length, way.questions.length);
        for (const { name: word, values } of way.questions)
          assert.ok(values.length <= words.get(word)!.length, `${word} is a word`);
        const back = [
          program.decode(way.code),
          program.decode(JSON.parse(JSON.stringify(way.code)) as number[]),
          program.decode(way.choices),
          program.fromVector(program.vector(way)),
        ];
        for (const again of back) {
          assert.deepEqual(again.code, way.code);
          assert.ok(alike(again.architecture, way.architecture));
        }
        assert.equal(program.encode(way.architecture), way);
        assert.equal(canonical(way.architecture), canonical(back[0].architecture));
      }
      assert.notDeepEqual(made[1].code, drawn.code);
      assert.ok(program.vector(drawn).length === words.size);
    }
  });

  test(`${name}: neighbours differ from a way, each once, and lead back to it`, () => {
    const program = decisions(space);
    const way = program.draw(seeded(5));
    const codes = new Set<string>();
    let looked = 0;
    for (const neighbour of program.neighbours(way)) {
      assert.notDeepEqual(neighbour.code, way.code);
      assert.ok(!codes.has(neighbour.code.join()), "each once");
      codes.add(neighbour.code.join());
      if (++looked === 40) break;
    }
    assert.ok(looked > 0);
  });

  test(`${name}: it is counted, and counted through as far as anyone goes`, () => {
    const program = decisions(space);
    assert.equal(program.size, space.size);
    assert.ok(program.size > 1n);
    const first = new Set<string>();
    const count = () => {
      for (const { code } of program.ways()) if (first.add(code.join()).size === 50) break;
    };
    // The first 200,000 settings of RegNetX, of one block each, give no four stages.
    if (space === RegNetX) return assert.throws(count, /RegNetX.ways: 200000 ways in a row make no .*; draw/);
    count();
    assert.ok(first.size === 50 || BigInt(first.size) <= program.size);
  });

  for (const strategy of strategies) {
    test(`${name} is searched by ${label(strategy)}, and a search that was stopped goes on as one that was not`, () => {
      const refusal = refusalOf(strategy, space);
      // What it cannot search it says before anything is proposed, and what to do instead.
      if (refusal !== undefined) return assert.match(refusal, /^[^:]+: expected .*, got .*; ./);
      const whole = proposalsOf(strategy, space, 36);
      assert.deepEqual(proposalsOf(strategy, space, 36, 5), whole);
      assert.ok(whole.length === 36 || BigInt(whole.length) < space.size);
    });
  }
}

function refusalOf(strategy: Strategy, space: Space): string | undefined {
  try {
    strategy.start({ space, seed: 4, budget: 36 });
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** Codes, in order, of what a strategy proposes; stopped and started again after every `every` outcomes. */
function proposalsOf(strategy: Strategy, space: Space, evaluations: number, every = Infinity): string[] {
  const context = { space, seed: 4, budget: evaluations };
  const program = decisions(space);
  let searcher: Searcher = strategy.start(context);
  const codes: string[] = [];
  while (codes.length < evaluations) {
    const place = codes.length;
    const [proposal] = searcher.ask(1);
    // All functions of a small space were evaluated.
    if (!proposal) break;
    const { way, epochs } = proposal;
    assert.ok(alike(program.decode(way.code).architecture, way.architecture));
    codes.push(`${way.code.join()} ${epochs}`);
    const error = place % 11 === 7 ? Number.NaN : errorOf(way as Way, epochs);
    searcher.tell(outcomeOf(strategy, proposal, place, error));
    if (codes.length % every === 0)
      searcher = strategy.start(context, JSON.parse(JSON.stringify(searcher.state())));
  }
  return codes;
}
