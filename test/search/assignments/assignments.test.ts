/** What is asked of the errors of layer assignments: the best by budget, the inheritance relation, and what growth loses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "netspace";
import { assignmentPanel } from "netspace/figures";
import {
  type AssignmentRow,
  assignmentErrors,
  bestAssignments,
  growthLoss,
  inheritance,
} from "netspace/search";

/** Two trainings whose mean is that error, and whose standard deviation is .15 (the table's between seeds). */
const seeds = (error: number): number[] => [error - 0.15 / Math.SQRT2, error + 0.15 / Math.SQRT2];
const near = (value: number | undefined, expected: number, by = 1e-9) =>
  assert.ok(Math.abs(value! - expected) <= by, `${value}, expected ${expected}`);

/**
 * Accuracies of NAS-Bench-Macro (github.com/xiusu/NAS-Bench-Macro, CIFAR-10, mean of three trainings of 50 epochs): layers of one
 * kind in its stages, the first of a stage at work, the others identities.
 */
const published = {
  e6k5: [
    ["0-0-1", 75.89],
    ["0-1-1", 86.39],
    ["1-1-1", 90.06],
    ["1-2-0", 90.15],
    ["2-1-1", 91.8],
    ["2-2-1", 92.72],
    ["2-3-1", 93.08],
    ["2-3-2", 93.01],
    ["2-3-3", 92.95],
  ],
  e3k3: [
    ["0-0-1", 70.42],
    ["0-1-1", 81.37],
    ["0-2-1", 86.68],
    ["1-2-1", 89.38],
    ["1-2-2", 90.75],
    ["2-2-2", 91.75],
    ["2-3-2", 91.81],
    ["2-3-3", 91.93],
  ],
} as const;
const rowsOf = (list: readonly (readonly [string, number])[]): AssignmentRow[] =>
  list.map(([name, accuracy]) => ({ depths: name.split("-").map(Number), errors: seeds(100 - accuracy) }));

test("of NAS-Bench-Macro's published accuracies growth has the best at seven of eight depths, and loses 0.09 points at three layers", () => {
  const { steps, chain } = growthLoss(assignmentErrors(rowsOf(published.e6k5)));
  assert.deepEqual(
    chain.map(depths => depths.join("-")),
    ["0-0-1", "0-1-1", "1-1-1", "2-1-1", "2-2-1", "2-3-1", "2-3-2", "2-3-3"],
  );
  assert.deepEqual(
    steps.map(({ loss }) => Number(loss.toFixed(6))),
    [0, 0, 0.09, 0, 0, 0, 0, 0],
  );
  assert.deepEqual(steps[2].best, [1, 2, 0]);
  // 0.09 points are within the noise of two means: sometimes nothing is lost.
  assert.ok(steps[2].low === 0 && steps[2].high > 0.2 && steps[2].optimal > 0.1 && steps[2].optimal < 0.5);
  const { steps: all } = growthLoss(assignmentErrors(rowsOf(published.e3k3)));
  assert.ok(all.every(({ loss }) => loss === 0));
});

test("the best at k + 1 layers contains the best at k except around three layers of NAS-Bench-Macro's larger kind", () => {
  const { steps, held, share } = inheritance(assignmentErrors(rowsOf(published.e6k5)));
  assert.deepEqual(
    steps.map(({ holds }) => holds),
    [true, false, false, true, true, true, true],
  );
  assert.equal(held, 5);
  assert.equal(share, 5 / 7);
  // What 0-1-1 would have to inherit is 1-1-1, 0.09 points worse; nothing here contains 1-2-0 with four layers.
  near(steps[1].loss, 0.09);
  assert.equal(steps[2].loss, Infinity);
  assert.ok(steps[1].probability > 0.05 && steps[1].probability < 0.5);
  assert.equal(steps[0].probability, 1);
  const small = inheritance(assignmentErrors(rowsOf(published.e3k3)));
  assert.equal(small.share, 1);
  assert.equal(small.bootstrap.all, 1);
});

/** All assignments of up to so many layers, each with errors. */
function everyOne(
  stages: number,
  most: number,
  errorOf: (depths: readonly number[]) => number,
): AssignmentRow[] {
  const all: number[][] = [];
  const walk = (depths: readonly number[], left: number) => {
    if (depths.length === stages) all.push([...depths]);
    else
      for (let depth = 1; depth <= left - (stages - depths.length - 1); depth++)
        walk([...depths, depth], left - depth);
  };
  walk([], most);
  return all.map(depths => ({
    depths,
    errors: seeds(errorOf(depths)),
    flops: 100 * depths.length + depths.reduce((a, b) => a + b),
  }));
}

test("what chance makes of the relation is exact: it is what all combinations of best assignments have", () => {
  const rows = everyOne(3, 6, ([a, b, c]) => 50 - 3 * a - 2 * b - c + 3 * Number(b > 2));
  const { null: chance, held, steps } = inheritance(assignmentErrors(rows), { draws: 100 });
  const levels = [3, 4, 5, 6].map(k =>
    rows.map(({ depths }) => depths).filter(d => d.reduce((a, b) => a + b) === k),
  );
  const holds = (large: readonly number[], small: readonly number[]) =>
    small.every((depth, s) => large[s] >= depth);
  let [all, many, sum] = [0, 0, 0];
  for (const a of levels[0])
    for (const b of levels[1])
      for (const c of levels[2])
        for (const d of levels[3]) {
          const count = Number(holds(b, a)) + Number(holds(c, b)) + Number(holds(d, c));
          all++;
          sum += count / 3;
          if (count >= held) many++;
        }
  near(chance.atLeast, many / all);
  near(chance.share, sum / all);
  near(steps.reduce((total, { expected }) => total + expected, 0) / 3, chance.share);
});

test("where every layer of a stage helps as much as the one before, the relation holds and growth loses nothing", () => {
  const errors = assignmentErrors(everyOne(3, 8, ([a, b, c]) => 60 - 5 * a - 3 * b - c));
  const found = inheritance(errors);
  assert.equal(errors.assignments.length, 56);
  assert.deepEqual(
    found.steps.map(({ to }) => to.best.join("-")),
    ["2-1-1", "3-1-1", "4-1-1", "5-1-1", "6-1-1"],
  );
  assert.equal(found.share, 1);
  assert.equal(found.bootstrap.all, 1);
  assert.ok(found.null.atLeast < 0.01);
  assert.match(found.statement, /in 5 of 5 steps; in 100 % of the steps \[100, 100\]/);
  const growth = growthLoss(errors);
  assert.equal(growth.evaluations, 16);
  assert.equal(growth.of, 56);
  assert.ok(
    growth.steps.every(
      ({ loss, high, judged, optimal }) => loss === 0 && high === 0 && judged === 0 && optimal === 1,
    ),
  );
  // Added anywhere: a layer is worth 5, 3 or 1 instead of 5, 2 less on average.
  for (const [i, { random }] of growth.steps.entries()) near(random, 2 * i);
});

test("growth into a trap is told from the best, by how much, and where it ends", () => {
  // The second stage alone pays at first; the first pays only with the third.
  const errors = assignmentErrors(everyOne(3, 6, ([a, b, c]) => 40 - 2 * b - (a > 1 && c > 1 ? 10 : 0)));
  const { steps, chain, statement } = growthLoss(errors);
  assert.deepEqual(chain.at(-1), [1, 4, 1]);
  assert.deepEqual(
    steps.map(({ loss }) => Number(loss.toFixed(9))),
    [0, 0, 10 - 4, 10 - 4],
  );
  assert.deepEqual(steps[3].best, [2, 2, 2]);
  assert.ok(steps[3].low > 5 && steps[3].high < 7 && steps[3].optimal === 0);
  near(steps[3].judged, 6, 0.5);
  assert.match(
    statement,
    /Growth evaluates 10 of 20 assignments and has the best in 2 of 4 budgets; at the last that it reaches it loses 6\.00 points/,
  );
  const related = inheritance(errors);
  assert.deepEqual(
    related.steps.map(({ holds }) => holds),
    [true, false, true],
  );
  // With five layers the best is 2-1-2, which does not contain 1-2-1; of what does, 2-2-1, 1-3-1 and 1-2-2, 1-3-1 is the best.
  near(related.steps[1].loss, 6);
});

test("a loss is judged by the training that did not choose", () => {
  const { steps } = growthLoss(
    assignmentErrors([
      { depths: [1, 1], errors: [20, 20] },
      { depths: [1, 2], errors: [10, 10] },
      { depths: [2, 1], errors: [11, 11] },
      { depths: [1, 3], errors: [9, 9] },
      { depths: [3, 1], errors: [4, 12] },
    ]),
  );
  // By means 3-1 is a point better than 1-3, which growth comes to. Told by the first training 3-1 is the best, and the second has it three
  // points worse than 1-3; told by the second 1-3 is the best itself.
  assert.equal(steps[2].loss, 1);
  assert.equal(steps[2].judged, (-3 + 0) / 2);
});

test("the interval of a mean of two trainings is that of its standard error, and shares are of the bootstraps", () => {
  const rows = [
    { depths: [1, 1], errors: [9, 11] },
    { depths: [1, 2], errors: [19, 21] },
    { depths: [2, 1], errors: [19, 21] },
  ];
  const [first, second] = bestAssignments(assignmentErrors(rows), { draws: 20_000 });
  // Of two, widened by √2, the mean is one of −√2, 0 and √2 off: a standard deviation of 1 = s / √n.
  near(first.low, 10 - Math.SQRT2);
  near(first.high, 10 + Math.SQRT2);
  near(first.noise, Math.SQRT2);
  assert.deepEqual(first.candidates, [{ depths: [1, 1], share: 1 }]);
  // Equal ones: the first is the least in 1 − P(second < first) = 1 − 5/16.
  assert.deepEqual(second.best, [1, 2]);
  near(second.candidates[0].share, 11 / 16, 0.015);
  assert.equal(second.spread, 0);
});

test("spread is what parts assignments, less what the noise of their means adds", () => {
  const random = seeded(4);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rows = Array.from({ length: 400 }, (_, i) => {
    const truth = 20 + 2 * normal();
    return { depths: [i, 400 - i], errors: [1, 2, 3].map(() => truth + 3 * normal()) };
  });
  const [one] = bestAssignments(assignmentErrors(rows), { draws: 10 });
  near(one.spread, 2, 0.3);
  near(one.noise, 3, 0.2);
});

test("budgets may be of flops: each allows what the one before does not", () => {
  const rows = everyOne(2, 6, ([a, b]) => 30 - 3 * a - b);
  const errors = assignmentErrors(rows);
  // flops are 200 plus the layers.
  const byFlops = bestAssignments(errors, { flops: [202, 204, 206] });
  assert.deepEqual(
    byFlops.map(({ assignments, best }) => [assignments, best.join("-")]),
    [
      [1, "1-1"],
      [5, "3-1"],
      [9, "5-1"],
    ],
  );
  assert.equal(inheritance(errors, { flops: [203, 206] }).share, 1);
  assert.equal(growthLoss(errors, { flops: [203, 206] }).steps[1].loss, 0);
  assert.throws(() => bestAssignments(errors, { flops: [206, 202] }), {
    name: "RangeError",
    message: /flops must be budgets that rise, such as \[1e6, 2e6\], got \[206, 202\]/,
  });
  assert.throws(
    () => bestAssignments(errors, { flops: [100, 206] }),
    /no assignment has at most 100 flops; give budgets/,
  );
  assert.throws(
    () => inheritance(errors, { flops: [206] }),
    /expected assignments of at least two budgets, got 1/,
  );
  const unknown = assignmentErrors(rows.map(({ depths, errors: both }) => ({ depths, errors: both })));
  assert.throws(() => growthLoss(unknown, { flops: [206] }), /no assignment has at most 206 flops/);
});

test("depths that are missing are passed over, and growth that cannot go on says that it reached nothing there", () => {
  const { steps, statement } = growthLoss(
    assignmentErrors([
      { depths: [1, 1], errors: [10, 11] },
      { depths: [3, 1], errors: [5, 6] },
    ]),
  );
  assert.equal(steps[1].grown, undefined);
  assert.ok(Number.isNaN(steps[1].loss) && Number.isNaN(steps[1].low) && Number.isNaN(steps[1].random));
  assert.match(statement, /at the last that it reaches it loses 0\.00/);
});

for (const [rows, message] of [
  [[], /expected assignments, got none/],
  [[{ depths: [], errors: [1, 2] }], /expected a number of layers for each of 1 stages as depths, got \[\]/],
  [
    [
      { depths: [1, 1], errors: [1, 2] },
      { depths: [1], errors: [1, 2] },
    ],
    /for each of 2 stages as depths, got \[1\]/,
  ],
  [[{ depths: [1, 1], errors: [] }], /expected the errors of trainings for 1-1, numbers, got \[\]/],
  [[{ depths: [1, 1], errors: [1, Number.NaN] }], /expected the errors of trainings for 1-1/],
  [
    [
      { depths: [1, 1], errors: [1, 2] },
      { depths: [1, 1], errors: [3, 4] },
    ],
    /expected each assignment once, got 1-1 twice/,
  ],
] as const) {
  test(`what are no assignments is rejected: ${String(message)}`, () => {
    assert.throws(() => assignmentErrors(rows), { name: "RangeError", message });
  });
}

test("one training of an assignment says nothing of how unsure it is", () => {
  const errors = assignmentErrors([
    { depths: [1, 1], errors: [1, 2] },
    { depths: [1, 2], errors: [1] },
  ]);
  for (const study of [bestAssignments, inheritance, growthLoss]) {
    assert.throws(
      () => study(errors),
      /expected at least two trainings of every assignment, got one of 1-2; train it with another seed/,
    );
  }
  assert.throws(
    () => bestAssignments(errors, { draws: 0 }),
    /draws must be an integer from 1 to 1,000,000, got 0/,
  );
  assert.throws(() => bestAssignments(errors, { level: 1 }), /level must be between 0 and 1, got 1/);
  assert.throws(() => bestAssignments(errors, { seed: -1 }), /seed must be an integer of 32 bits, got -1/);
});

test("the panel draws all assignments, the best of each depth with its name, and the way that growth takes", () => {
  const errors = assignmentErrors(rowsOf(published.e6k5), { name: "e6k5" });
  const { chain } = growthLoss(errors);
  const panel = assignmentPanel(errors, { chain });
  const [all, best, grown] = panel.traces as {
    x: number[];
    y: number[];
    text: string[];
    customdata: string[];
  }[];
  assert.equal(all.x.length, 9);
  assert.deepEqual(best.x, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(best.text[2], "1-2-0");
  assert.equal(grown.customdata[2], "1-1-1");
  near(grown.y[2], 100 - 90.06);
  assert.equal(panel.title, "e6k5");
  assert.equal(assignmentPanel(errors).traces.length, 2);
  assert.throws(() => assignmentPanel(errors, { chain: [[9, 9, 9]] }), {
    name: "RangeError",
    message: /expected chain to be of the assignments drawn, got \[9, 9, 9\]/,
  });
  assert.throws(() => assignmentPanel({ assignments: [] }), /expected assignments to draw, got none/);
});
