/** Greedy growth of layers: what it proposes, when it stops, and on what spaces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXE,
  anyNet,
  type AnyArchitecture,
  type Architecture,
  canonical,
  decisions,
  DecisionSpace,
  layerAssignment,
  nasBench201Space,
  NasBenchMacro,
  type NasBenchMacroArchitecture,
  nasBenchMacro,
  SmallAssignments,
  type Space,
  zoo,
} from "netspace";
import {
  complexityOf,
  customObjective,
  greedyGrowth,
  type GreedyGrowthSettings,
  type GrowthNote,
  type Proposal,
  search,
  type SearchContext,
} from "netspace/search";
import { strategyByName } from "../../../src/search/spec/strategy-by-name.js";

const depthsOf = ({ note }: Proposal) => (note as GrowthNote).depths;
const names = (proposals: readonly Proposal[]) => proposals.map(one => depthsOf(one).join("-"));

/** All that growth proposes, told by a function; `again` makes the searcher anew from its state before every call. */
function grow<A extends AnyArchitecture>(
  space: Space<A>,
  errorOf: (depths: readonly number[], place: number) => number,
  {
    settings = {},
    again = false,
    context = {},
    most = 400,
  }: {
    readonly settings?: GreedyGrowthSettings;
    readonly again?: boolean;
    readonly context?: Partial<SearchContext<A>>;
    readonly most?: number;
  } = {},
): Proposal[] {
  const strategy = greedyGrowth(settings);
  const whole = { space, seed: 1, ...context };
  let searcher = strategy.start(whole);
  const anew = () => {
    if (again) searcher = strategy.start(whole, JSON.parse(JSON.stringify(searcher.state())));
  };
  const all: Proposal[] = [];
  while (all.length < most) {
    anew();
    const asked = searcher.ask(2);
    if (asked.length === 0) break;
    for (const proposal of asked) {
      anew();
      searcher.tell({ ...proposal, place: all.length, error: errorOf(depthsOf(proposal), all.length) });
      all.push(proposal);
    }
  }
  return all;
}

/** The second stage pays most, and the first as well once the second has three. */
const errorOf = ([a, b, c]: readonly number[]) => 60 - 5 * b - (b > 2 ? 7 * a : a) - 2 * c;

test("it starts with the fewest layers, tries one more in each stage, keeps the best, and ends with the space", () => {
  const all = grow(SmallAssignments, errorOf);
  const expected =
    "1-1-1 2-1-1 1-2-1 1-1-2 2-2-1 1-3-1 1-2-2 2-3-1 1-4-1 1-3-2 3-3-1 2-4-1 2-3-2 4-3-1 3-4-1 3-3-2";
  assert.equal(names(all).join(" "), expected);
  assert.equal((all[0].note as GrowthNote).from, undefined);
  assert.deepEqual((all[9].note as GrowthNote).from, [1, 3, 1]);
  for (const { way } of all)
    assert.equal(
      decisions(SmallAssignments)
        .encode(way.architecture as Architecture)
        .code.join(),
      way.code.join(),
    );
});

test("begun anew from its state before every call it proposes the same", () => {
  for (const settings of [{}, { step: 2, sample: 2 }]) {
    const once = grow(SmallAssignments, errorOf, { settings });
    assert.deepEqual(names(grow(SmallAssignments, errorOf, { settings, again: true })), names(once));
  }
});

test("it waits for all candidates of a step, whichever is told first, and gives no more than it is asked for", () => {
  const searcher = greedyGrowth().start({ space: SmallAssignments, seed: 1 });
  const [start] = searcher.ask(5);
  assert.deepEqual(searcher.ask(5), []);
  searcher.tell({ ...start, place: 0, error: 50 });
  const first = searcher.ask(1);
  const rest = searcher.ask(5);
  assert.equal(first.length + rest.length, 3);
  searcher.tell({ ...rest[1], place: 3, error: 10 });
  searcher.tell({ ...first[0], place: 1, error: 20 });
  assert.deepEqual(searcher.ask(5), []);
  searcher.tell({ ...rest[0], place: 2, error: 30 });
  assert.deepEqual(
    depthsOf(searcher.ask(1)[0]).reduce((a, b) => a + b),
    5,
  );
  assert.deepEqual((searcher.state() as { parent: number[] }).parent, rest[1].way.code);
});

test("a candidate that failed is not kept, and where all have failed growth ends", () => {
  const all = grow(SmallAssignments, depths => (depths[1] > 1 ? Number.NaN : errorOf(depths)));
  assert.ok(names(all).includes("1-2-1"));
  assert.ok(all.every(({ note }) => ((note as GrowthNote).from?.[1] ?? 1) === 1));
  assert.equal(all.length, 16);
  assert.equal(grow(SmallAssignments, (_, place) => (place > 0 ? Number.NaN : 1)).length, 4);
  assert.equal(grow(SmallAssignments, () => Number.NaN).length, 1);
});

test("windows of depth and of flops are its budgets", () => {
  const deep = grow(SmallAssignments, errorOf, { context: { where: { depth: [0, 5] } } });
  assert.equal(deep.length, 7);
  assert.deepEqual(names(deep), names(grow(SmallAssignments, errorOf)).slice(0, 7));
  // Six layers: 206,538 and three times 82,944 multiply-adds.
  const cheap = grow(SmallAssignments, errorOf, {
    context: { where: { flops: [0, 455_370] }, resolution: 12 },
  });
  assert.equal(cheap.length, 10);
  // From the fewest that may be proposed.
  const between = grow(SmallAssignments, errorOf, { context: { where: { depth: [5, 6] } } });
  const layers = between.map(one => depthsOf(one).reduce((a, b) => a + b));
  assert.deepEqual(layers, [5, 6, 6, 6]);
});

test("several layers at once are all assignments that contain what has grown, of which some are drawn", () => {
  const all = grow(SmallAssignments, errorOf, { settings: { step: 2 } });
  assert.deepEqual(names(all).slice(1, 7).sort(), ["1-1-3", "1-2-2", "1-3-1", "2-1-2", "2-2-1", "3-1-1"]);
  assert.deepEqual((all[7].note as GrowthNote).from, [1, 3, 1]);
  assert.equal(all.length, 13);
  const drawn = grow(SmallAssignments, errorOf, { settings: { step: 2, sample: 4 } });
  assert.equal(drawn.length, 9);
  assert.equal(new Set(names(drawn)).size, 9);
  const seeds = [1, 2, 3, 4, 5, 6].map(seed =>
    names(grow(SmallAssignments, errorOf, { settings: { step: 2, sample: 1 }, context: { seed } })).join(),
  );
  assert.ok(new Set(seeds).size > 2, "another seed draws others");
});

test("it may start elsewhere, and says what it cannot start from", () => {
  const all = grow(SmallAssignments, errorOf, { settings: { from: [2, 1, 3] } });
  assert.deepEqual(names(all).slice(0, 4), ["2-1-3", "3-1-3", "2-2-3", "2-1-4"]);
  for (const from of [
    [9, 9, 9],
    [1, 1],
    [1, 1, 0],
  ]) {
    assert.throws(() => greedyGrowth({ from }).start({ space: SmallAssignments, seed: 1 }), {
      name: "RangeError",
      message: /from must be numbers of layers that SmallAssignments has in its 3 stages/,
    });
  }
});

test("layers of NAS-Bench-Macro and of a mobile stack grow within their stages' capacity", () => {
  const macro = layerAssignment(nasBenchMacro("22222222"), { name: "kind", layers: [1, 8], least: 0 });
  const all = grow(macro, ([a, b, c]) => 30 - 2 * a - 3 * b - 4 * c, { settings: { from: [0, 0, 1] } });
  assert.deepEqual(names(all).slice(0, 4), ["0-0-1", "1-0-1", "0-1-1", "0-0-2"]);
  assert.equal(names(all).at(-1), "2-3-3");
  assert.ok(all.every(one => depthsOf(one).every((depth, s) => depth <= [2, 3, 3][s])));
  const mobile = layerAssignment(zoo("MnasNet-A1").architecture, { most: 2 });
  const grown = grow(mobile, depths => 100 - depths.reduce((a, b) => a + b));
  const stages = depthsOf(grown[0]).length;
  assert.deepEqual(
    depthsOf(grown[0]),
    Array.from({ length: stages }, () => 1),
  );
  // One candidate fewer each time: one for each stage that is not full.
  assert.equal(grown.length, 1 + (stages * (stages + 1)) / 2);
});

test("of a space that chooses widths as well, what was drawn at the start stays, and only layers are added", () => {
  const all = grow(AnyNetXE, depths => -depths.reduce((a, b) => a + b), { most: 40 });
  const widths = all.map(({ way }) =>
    (way.architecture as Architecture).stages
      .map(({ width, groupWidth, bottleneck }) => [width, groupWidth, bottleneck].join())
      .join(),
  );
  assert.equal(new Set(widths).size, 1);
  assert.deepEqual(depthsOf(all[0]), [1, 1, 1, 1]);
  assert.equal(new Set(all.map(({ way }) => canonical(way.architecture))).size, all.length);
  const layers = all.map(one => depthsOf(one).reduce((a, b) => a + b));
  assert.ok(layers.every((depth, i) => i === 0 || depth - layers[i - 1] <= 1));
});

test("a space without stages, or without another number of layers, is rejected by name", () => {
  assert.throws(() => greedyGrowth().start({ space: nasBench201Space({ nodes: 3 }), seed: 1 }), {
    name: "RangeError",
    message:
      /greedyGrowth: expected a space of networks with stages, got cells of NAS-Bench-201's kind, of family "NAS-Bench-201", which has no depths/,
  });
  const { architecture } = zoo("ResNet-50");
  const one = new DecisionSpace("one", () => ({ ...architecture, name: undefined }) as never);
  assert.throws(() => greedyGrowth().start({ space: one, seed: 1 }), /each choice has one option/);
  for (const settings of [{ step: 0 }, { sample: 1.5 }, { from: ["a"] }, { from: [] }, { steps: 1 }]) {
    assert.throws(() => greedyGrowth(settings as object), { name: "RangeError", message: /greedyGrowth: / });
  }
});

test("a space of one depth, and windows that hold one, have nothing to grow into", () => {
  const { architecture } = zoo("MnasNet-A1");
  const message =
    /greedyGrowth: expected a space, and windows, in which something has a layer more than the start, got layers of MnasNet-A1, where nothing has more than /;
  assert.throws(
    () => greedyGrowth().start({ space: layerAssignment(architecture, { layers: 14 }), seed: 1 }),
    { name: "RangeError", message },
  );
  assert.throws(
    () => greedyGrowth().start({ space: SmallAssignments, seed: 1, where: { depth: [4, 4] } }),
    /got SmallAssignments, where nothing has more than \d-\d-\d; widen/,
  );
  assert.throws(
    () => greedyGrowth({ step: 6 }).start({ space: SmallAssignments, seed: 1 }),
    /has 6 layers more/,
  );
});

test("of NAS-Bench-Macro's whole space layers of the kind that was drawn grow, from one on", () => {
  const all = grow(NasBenchMacro, ([a, b, c]) => 30 - 2 * a - 3 * b - 4 * c, { context: { seed: 2 } });
  assert.equal(
    depthsOf(all[0]).reduce((a, b) => a + b),
    1,
  );
  assert.equal(names(all).at(-1), "2-3-3");
  const kinds = new Set(all.flatMap(({ way }) => (way.architecture as NasBenchMacroArchitecture).layers));
  assert.equal(kinds.size, 2);
});

test("what a layer more changes besides is no growth", () => {
  // The second stage is as wide as it is deep: only the first grows.
  const tied = new DecisionSpace("tied", choose => {
    const depths = [choose("first", [1, 2, 3]), choose("second", [1, 2, 3])];
    return anyNet(
      depths.map((depth, s) => ({
        depth,
        width: s ? 8 * depth : 8,
        bottleneck: 1,
        groupWidth: 8,
        stride: 2,
      })),
    );
  });
  const all = grow(tied, depths => -depths[0]);
  const [, second] = depthsOf(all[0]);
  assert.deepEqual(names(all), [`1-${second}`, `2-${second}`, `3-${second}`]);
});

test("a search by it ends when there is nothing deeper, whatever budget is left, and goes by its name in a spec", async () => {
  const byDepths = customObjective<Architecture>("distance", ({ stages }) =>
    errorOf(stages.map(({ depth }) => depth)),
  );
  const found = await search(SmallAssignments, {
    strategy: greedyGrowth(),
    objective: byDepths,
    budget: 50,
    seed: 1,
  });
  assert.equal(found.records.length, 16);
  assert.deepEqual(
    found.best!.architecture.stages.map(({ depth }) => depth),
    [4, 3, 1],
  );
  const costs = await search(SmallAssignments, {
    strategy: strategyByName({ name: "greedy-growth", step: 2 }),
    objective: complexityOf("params"),
    budget: 5,
    seed: 1,
  });
  assert.equal(costs.records.length, 5);
  assert.equal(costs.best!.values.params, 7746);
});
