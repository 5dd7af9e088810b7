import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnyNetXA,
  AnyNetXC,
  fitQuantisedLinear,
  fitQuantisedLinearExhaustive,
  RegNetX5Stages,
  regNet,
  sample,
} from "netspace";

const stages = (depths: number[], widths: number[]) =>
  depths.map((depth, i) => ({ depth, width: widths[i] }));

test("e_fit of the networks of Figure 6 is what the calibration says", () => {
  // Calibrated .224, 3.67, 3.02 and 1.46 against .216, 3.71, 2.91 and 1.45 read off Figure 8 of the paper.
  const error = (depths: number[], widths: number[]) =>
    Number(fitQuantisedLinear(stages(depths, widths)).error.toPrecision(3));
  assert.equal(error([1, 2, 2, 4], [48, 80, 352, 560]), 0.224);
  assert.equal(error([1, 1, 1, 2], [48, 704, 32, 48]), 3.67);
  assert.equal(error([3, 2, 2, 4], [48, 576, 128, 32]), 3.02);
  assert.equal(error([1, 1, 9, 9], [64, 960, 64, 64]), 1.46);
});

test("both fits printed in Figure 8 are among the optima", () => {
  const printed = [
    { net: stages([2, 4, 5, 5], [64, 128, 272, 704]), setting: { w0: 80, wa: 30, wm: 1.9 } },
    { net: stages([1, 1, 3, 5], [32, 144, 256, 448]), setting: { w0: 48, wa: 61, wm: 2.2 } },
  ];
  for (const { net, setting } of printed) {
    const { optima } = fitQuantisedLinear(net);
    assert.ok(
      optima.some(({ w0, wa, wm }) => w0 === setting.w0 && wa === setting.wa && wm === setting.wm),
      JSON.stringify(optima),
    );
  }
});

test("the fast search has the optimum of the exhaustive one, on random networks and a grid with exact ties", () => {
  // 1 + j·wa/w0 = wm^(k − ½) has solutions here (wm = 2.25, 4): the roundings to even must agree too.
  const grid = { w0: [16, 32, 48, 64, 128], wa: [4, 8, 12, 16, 24, 64, 200], wm: [1.5, 2, 2.25, 3, 4] };
  const nets = [AnyNetXA, AnyNetXC].flatMap(space => sample(space, { n: 150, seed: 4 }));
  let compared = 0;
  for (const { architecture } of nets) {
    let slow: ReturnType<typeof fitQuantisedLinear>;
    try {
      slow = fitQuantisedLinearExhaustive(architecture, grid);
    } catch {
      assert.throws(() => fitQuantisedLinear(architecture, grid), /no setting of the grid gives 4 stages/);
      continue;
    }
    assert.deepEqual(fitQuantisedLinear(architecture, grid), slow);
    compared++;
  }
  assert.ok(compared > 200);
});

test("the fast search has the optimum of the exhaustive one on the calibrated grid", () => {
  const five = sample(RegNetX5Stages, { n: 2, seed: 4 });
  for (const { architecture } of [...sample(AnyNetXC, { n: 5, seed: 5 }), ...five]) {
    assert.deepEqual(fitQuantisedLinear(architecture), fitQuantisedLinearExhaustive(architecture));
  }
});

test("the fit of a RegNet on the grid finds the parameters it was made from", () => {
  const made = { depth: 20, w0: 64, wa: 40, wm: 2 };
  const { error, optima } = fitQuantisedLinear(regNet({ ...made, bottleneck: 1, groupWidth: 8 }));
  assert.ok(error < 1e-20);
  assert.ok(optima.some(({ w0, wa, wm }) => w0 === 64 && wa === 40 && wm === 2));
});

test("a fit refuses stages without blocks, grids without values, and says when no setting has the stages", () => {
  assert.throws(() => fitQuantisedLinear([]), /expected stages of depth ≥ 1 and width > 0, got no stage/);
  assert.throws(() => fitQuantisedLinear([{ depth: 0, width: 8 }]), /got depth 0 and width 8/);
  const one = stages([1, 1], [8, 16]);
  assert.throws(() => fitQuantisedLinear(one, { w0: [8], wa: [], wm: [2] }), /expected a grid of w0 > 0/);
  assert.throws(() => fitQuantisedLinear(one, { w0: [256], wa: [1], wm: [3] }), {
    name: "RangeError",
    message: /no setting of the grid gives 2 stages in 2 blocks; extend the grid/,
  });
});
