/** Presets: each starts and goes on, the published ones are what was published, and ours do what they are scaled for. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type AnyArchitecture,
  CellSpace,
  NasBench201,
  oneOf,
  PNASSpace,
  NasBenchMacro,
  NASNetSpace,
  rankSumTest,
  type Space,
} from "netspace";
import { packageRoot } from "../../../src/base/node/paths.js";
import { seededAt } from "../../../src/base/random.js";
import {
  latency,
  presetByName,
  type PresetName,
  presets,
  random,
  type Strategy,
} from "../../../src/search/index.js";
import { outcomeOf } from "../../support/strategies.js";
import { bits } from "../../support/toy-spaces.js";

const all = Object.entries(presets);

/** What a preset searches that is not for every space. */
const growing = new CellSpace({ ...PNASSpace.options, name: "growing", blocks: oneOf([1, 2, 3, 4, 5]) });
const fitting: Readonly<Record<string, readonly Space<AnyArchitecture>[]>> = {
  bananas: [NasBench201],
  pnas: [growing],
};

for (const [name, preset] of all) {
  test(`${name} starts on a fitting space, within what it is meant for, and goes on from its state`, () => {
    assert.ok(preset.source.length > 10 && preset.states.length > 10);
    assert.deepEqual(JSON.parse(JSON.stringify(preset.settings)), preset.settings, "plain settings");
    for (const space of fitting[name] ?? [NASNetSpace, bits(12)]) {
      const context = { space, seed: 3, budget: preset.evaluations };
      const whole = preset.start(context);
      let stopped = preset.start(context);
      // Past the updates of every controller; populations begin to change what they draw.
      for (let place = 0; place < 24; place++) {
        const [[a], [b]] = [whole.ask(1), stopped.ask(1)];
        assert.deepEqual(b.way.code, a.way.code, `proposal ${place} on ${space.name}`);
        const error = place % 9 === 4 ? Number.NaN : (7 * a.way.code.reduce((x, y) => x + y, 0)) % 100;
        whole.tell(outcomeOf(preset, a, place, error));
        stopped.tell(outcomeOf(preset, b, place, error));
        if (place % 5 === 3)
          stopped = preset.start(context, JSON.parse(JSON.stringify(stopped.state())) as unknown);
      }
    }
  });
}

test("the published settings are those that the papers print", () => {
  const settings = (name: PresetName) => presets[name].settings as Record<string, unknown>;
  const pick = (name: PresetName, ...keys: string[]) => keys.map(key => settings(name)[key]);
  // Real et al. 2019: P 100, S 25.
  assert.deepEqual(pick("amoebanet", "population", "sample", "aging"), [100, 25, true]);
  // Zoph et al. 2018, appendix: one layer of 100, U(−0.1, 0.1), PPO at 0.00035, entropy 1e-5, baseline 0.95, 20 architectures.
  assert.deepEqual(
    pick("nasnet-ppo", "learningRate", "entropy", "baselineDecay", "batch"),
    [3.5e-4, 1e-5, 0.95, 20],
  );
  const { layers, units, range } = settings("nasnet-ppo").controller as Record<string, unknown>;
  assert.deepEqual([layers, units, range], [1, 100, 0.1]);
  // Zoph and Le 2017: two layers of 35, U(−0.08, 0.08), Adam at 0.0006, the cubed accuracy.
  assert.deepEqual(pick("nas-rl", "learningRate", "rewardPower"), [6e-4, 3]);
  const nasRl = settings("nas-rl").controller as Record<string, unknown>;
  assert.deepEqual([nasRl.layers, nasRl.units, nasRl.range], [2, 35, 0.08]);
  // ENAS' scripts: Adam at 0.0035 with β₁ 0 and ε 1e-3, tanh 1.10 and op reduce 2.5, entropy 1e-4, baseline 0.99, 10 of an update.
  assert.deepEqual(
    pick("enas-micro", "learningRate", "beta1", "epsilon", "entropy", "entropyIn", "baselineDecay", "batch"),
    [0.0035, 0, 1e-3, 1e-4, "reward", 0.99, 10],
  );
  const micro = settings("enas-micro").controller as Record<string, unknown>;
  assert.deepEqual([micro.greatestLogit, micro.greatestOperationLogit], [1.1, 1.1 / 2.5]);
  // ENAS' macro controller reduces no logits: src/cifar10/general_controller.py.
  assert.deepEqual(
    pick("enas-macro", "learningRate", "entropy", "baselineDecay", "batch"),
    [0.001, 1e-4, 0.99, 20],
  );
  const macro = settings("enas-macro").controller as Record<string, unknown>;
  assert.deepEqual([macro.greatestLogit, macro.greatestOperationLogit], [1.5, 1.5]);
  // Tan et al. 2019: 75 ms, both rewards, in the unit of latency().
  assert.equal(latency({ runs: 3 }).unit, "s");
  assert.deepEqual(settings("mnasnet").reward, { target: 0.075, exponents: "soft" });
  assert.deepEqual(settings("mnasnet-hard").reward, { target: 0.075, exponents: "hard" });
  // Tan and Le 2019: 400 million flops.
  assert.deepEqual(settings("efficientnet").reward, { target: 400e6, exponents: "soft" });
  // Real et al. 2019: the control by reinforcement at 8e-4; the one without aging.
  assert.deepEqual(pick("amoebanet-rl", "learningRate", "entropy", "batch"), [8e-4, 1e-5, 20]);
  assert.deepEqual(pick("amoebanet-without-aging", "population", "sample", "aging"), [100, 25, false]);
  // NATS-Bench's exps/NATS-algos: P 10, S 3; Adam at 0.01, baseline 0.9.
  assert.deepEqual(pick("nas-bench-201-evolution", "population", "sample", "unchanged"), [10, 3, 0]);
  assert.deepEqual(pick("nas-bench-201-reinforce", "learningRate", "baselineDecay", "batch"), [0.01, 0.9, 1]);
  // Li et al. 2018: R 81, η 3. naszilla: 10 drawn first, nothing queried twice.
  assert.deepEqual(pick("hyperband-81", "epochs", "eta"), [81, 3]);
  assert.deepEqual(pick("local-search", "initial", "step"), [10, "best"]);
  assert.ok("distinct" in settings("local-search"));
});

test("rungs are those of the settings, and what a bracket evaluates is what a preset is meant for", () => {
  for (const name of ["asha-256", "successive-halving-256"] as const) {
    const { settings: of, epochs } = presets[name];
    assert.deepEqual([of.eta, of.epochs, of.least, epochs], [4, 256, 1, 256]);
  }
  const bracket = presets["successive-halving-256"];
  assert.equal(bracket.settings.n, 256);
  const searcher = bracket.start({ space: bits(12), seed: 1, budget: bracket.evaluations });
  const rungs = new Map<number, number>();
  for (let place = 0; place < bracket.evaluations; place++) {
    const [proposal] = searcher.ask(1);
    rungs.set(proposal.epochs!, (rungs.get(proposal.epochs!) ?? 0) + 1);
    searcher.tell(outcomeOf(bracket, proposal, place, place % 50));
  }
  assert.deepEqual(
    [...rungs],
    [
      [1, 256],
      [4, 64],
      [16, 16],
      [64, 4],
      [256, 1],
    ],
  );
});

test("the page on searching has each preset with its source and what is set in place of what that leaves out", () => {
  const page = readFileSync(join(packageRoot, "docs", "search.md"), "utf8");
  for (const [name, { origin, evaluations, source, states, inferred = "–" }] of all) {
    const row =
      origin === "ours"
        ? `| \`${name}\` | ${source} | ${states} |`
        : `| \`${name}\` | ${source} | ${evaluations.toLocaleString("en")} | ${inferred} |`;
    assert.ok(page.includes(row), `docs/search.md, its part on presets: expected ${row}`);
  }
});

test("a name that no preset has is answered with those that there are", () => {
  assert.equal(presetByName("nasnet-ppo"), presets["nasnet-ppo"]);
  for (const name of ["nasnet", "toString", "", 3 as never]) {
    assert.throws(
      () => presetByName(name),
      (error: Error) =>
        error instanceof RangeError &&
        error.message.startsWith("presetByName: expected the name of a preset, got ") &&
        all.every(([known]) => error.message.includes(known)),
    );
  }
});

/** Eight layers of three kinds: later layers help less, neighbours of one kind take something off; noise as between seeds. */
function errorOf(code: readonly number[]): number {
  let gain = 0;
  for (let i = 0; i < code.length; i++) {
    gain += [0, 1.2, 1.6][code[i]] * (1.5 - 0.1 * i);
    if (i > 0 && code[i] === code[i - 1]) gain -= 0.25 * code[i];
  }
  return 20 - gain;
}

/** The area below (20, 4) that no architecture covers: error and cost, both made small. */
function uncovered(seen: readonly (readonly [error: number, cost: number])[]): number {
  let [area, before] = [20 * 4, 4];
  for (const [error, cost] of seen.toSorted((a, b) => a[0] - b[0])) {
    if (cost >= before) continue;
    area -= (before - cost) * (20 - error);
    before = cost;
  }
  return area;
}

/** The least that it found, of what is there without noise; where it searches by two objectives, the area left. */
function found(strategy: Strategy, evaluations: number, seed: number): number {
  const searcher = strategy.start({ space: NasBenchMacro, seed, budget: evaluations });
  const seen: [error: number, cost: number][] = [];
  const two = (strategy.objectives ?? 1) > 1;
  for (let place = 0; place < evaluations; place++) {
    const [proposal] = searcher.ask(1);
    const error = errorOf(proposal.way.code);
    const cost = proposal.way.code.reduce((a, b) => a + b, 0) / 4;
    const noise = seededAt(seed + 500, place);
    const told = error + 0.3 * (noise() + noise() + noise() - 1.5);
    searcher.tell({ ...proposal, place, error: told, ...(two && { objectives: [told, cost] }) });
    seen.push([error, cost]);
  }
  return two ? uncovered(seen) : Math.min(...seen.map(([error]) => error));
}

const repeats = (strategy: Strategy, evaluations: number) =>
  Float64Array.from({ length: 16 }, (_, i) => found(strategy, evaluations, 40 + i));

test("presets for small budgets find more than random search within 150 evaluations; published controllers do not", () => {
  const byChance = repeats(random(), 150);
  const twoByChance = repeats({ ...random(), objectives: 2 }, 150);
  for (const [name, preset] of all) {
    if (preset.origin !== "ours") continue;
    const baseline = (preset.objectives ?? 1) > 1 ? twoByChance : byChance;
    const { p, superiority } = rankSumTest(repeats(preset, 150), baseline);
    assert.ok(superiority < 0.5 && p < 0.01, `${name}: superiority ${superiority}, p ${p}`);
  }
  const { p } = rankSumTest(repeats(presets["nasnet-ppo"], 150), byChance);
  assert.ok(p > 0.05, `NASNet's controller after 7 updates, p ${p}`);
});
