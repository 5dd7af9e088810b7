/** `netspace search`: a search by a spec in a file, killed and resumed, grown, and run wrongly. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as strategies from "../../src/search/strategies/index.js";
import { type PresetName, presets } from "../../src/search/presets/index.js";
import { objectiveNames } from "../../src/search/spec/objective-by-name.js";
import { strategyByName, strategyNames } from "../../src/search/spec/strategy-by-name.js";
import { openSearch, search } from "../../src/search/index.js";
import { searchOf } from "../../src/search/spec/search-spec.js";
import { writeAll } from "../support/own-space.js";
import { smallSweep } from "../support/small-sweep.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-cli-search-"));
after(() => rmSync(root, { recursive: true, force: true }));
let files = 0;

function netspace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status, stdout, stderr };
}

/** A spec in a file. */
function fileOf(spec: unknown): string {
  const file = join(root, `spec-${files++}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return file;
}

const counted = {
  space: "NAS-Bench-201",
  strategy: { name: "regularised evolution", population: 6, sample: 3 },
  objective: "flops",
  budget: 15,
  seed: 4,
};

const trained = {
  space: smallSweep.space,
  where: smallSweep.where,
  strategy: { name: "evolution", population: 4, sample: 2 },
  objective: {
    name: "training error",
    dataset: { ...smallSweep.dataset, train: 128, validation: 64, test: 64 },
    recipe: { base: "tiny", epochs: 1 },
    stem: smallSweep.stem,
  },
  budget: 10,
  outstanding: 3,
  run: { workers: 2, threads: 1 },
};

/** What a search did, without the times. */
const doneIn = (folder: string) =>
  openSearch(join(root, folder)).records.map(({ place, code, objectives, trial, search: whose }) => ({
    place,
    code,
    values: objectives.map(({ value }) => value),
    trial,
    whose,
  }));

test("netspace search prints how far it is and what it found, as words or as JSON", () => {
  const spec = fileOf(counted);
  const { status, stdout, stderr } = netspace("search", spec, "--out", "counted");
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^NAS-Bench-201, regularised evolution: 15 of 15 evaluated, best flops \d+ multiply-adds\nbest: place/,
  );
  assert.match(stderr, /15\/15 evaluated, best flops/);
  const said = netspace("search", fileOf({ ...counted, budget: 20 }), "--out", "counted", "--json");
  const lines = said.stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  // Those that it had before are not said again.
  assert.equal(lines.length, 6);
  assert.deepEqual(
    lines.slice(0, 5).map(({ outcome }) => outcome.place),
    [15, 16, 17, 18, 19],
  );
  const { done, best, failed, objectives, strategy } = lines[5];
  assert.deepEqual({ done, failed, objectives }, { done: 20, failed: 0, objectives: ["flops"] });
  assert.equal(strategy.settings.population, 6);
  assert.equal(best.values.flops, openSearch(join(root, "counted")).best!.values.flops);
  assert.deepEqual(JSON.parse(netspace("search", "status", "counted", "--json").stdout), lines[5]);
  assert.match(netspace("analyze", "counted").stdout, /^NAS-Bench-201, regularised evolution: 20 of 20/);
});

test("a search that is killed while it trains ends as the undisturbed one, and has a population to analyse", async () => {
  const spec = fileOf(trained);
  assert.equal(netspace("search", spec, "--out", "whole").status, 0);
  const child = spawn(process.execPath, [main, "search", spec, "--out", "killed"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  // The folder says how far it is; progress on a pipe comes too seldom for quick trainings.
  const log = join(root, "killed", "outcomes.log");
  const watch = setInterval(() => {
    if (existsSync(log) && readFileSync(log, "utf8").split("\n").length > 3)
      process.kill(-child.pid!, "SIGKILL");
  }, 2);
  await new Promise<void>((resolve, reject) => {
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", (_, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error("it ended by itself")),
    );
  }).finally(() => clearInterval(watch));
  const before = doneIn("killed");
  assert.ok(before.length >= 3 && before.length < 10, `${before.length} told when it was killed`);
  const { status, stdout, stderr } = netspace("search", spec, "--out", "killed", "--workers", "1");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^AnyNetXA, regularised evolution: 10 of 10 evaluated, best validation error/);
  assert.deepEqual(doneIn("killed"), doneIn("whole"));
  assert.match(netspace("analyze", "killed").stdout, /^AnyNetXA: 10 of 10 networks, errors/);
  const population = JSON.parse(netspace("sweep", "status", "killed", "--json").stdout);
  assert.equal(population.total, 10);
  assert.match(
    netspace("sweep", join(root, "killed/spec.json"), "--out", "again").stderr,
    /expected the spec of a sweep, got that of a search by regularised evolution/,
  );
  assert.match(netspace("search", spec, "--out", "counted").stderr, /counted holds another search/);
});

test("networks of a space of one's own are searched by its module, which the folder keeps", () => {
  writeAll(root, {
    "narrow.ts": `import { AnyNetXA } from "netspace";
export const space = AnyNetXA.share("bottleneck").named("Narrow");
`,
  });
  const spec = fileOf({ ...trained, space: { module: "./narrow.ts", export: "space" }, budget: 4 });
  const { status, stderr } = netspace("search", spec, "--out", "own");
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(join(root, "own/source/narrow.ts")));
  assert.match(netspace("analyze", "own").stdout, /^Narrow: 4 of 4 networks/);
  // The code has changed: that is another search.
  writeFileSync(
    join(root, "narrow.ts"),
    readFileSync(join(root, "narrow.ts"), "utf8")
      .replace(".share", ".nonDecreasing")
      .replace("bottleneck", "width"),
  );
  assert.match(netspace("search", spec, "--out", "own").stderr, /own holds another search \(space differs/);
});

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ["an unknown field", { ...counted, bugdet: 3 }, /search spec: bugdet: no such field/],
  [
    "a spec of another version",
    { ...counted, version: 2 },
    /expected a spec of form 1, got version 2; update netspace/,
  ],
  [
    "no budget",
    { ...counted, budget: undefined },
    /search spec: budget: expected a number|budget: expected an integer/,
  ],
  [
    "a budget below the initial population",
    { ...counted, budget: 5 },
    /a budget of 5 is below the initial population of 6/,
  ],
  [
    "a strategy that there is not",
    { ...counted, strategy: "evoluton" },
    /search spec: strategy: expected one of random, .*got "evoluton"; did you mean "evolution"/,
  ],
  [
    "a setting that there is not",
    { ...counted, strategy: { name: "evolution", popluation: 3 } },
    /search spec: evolution: unknown setting "popluation"/,
  ],
  [
    "a setting of one without",
    { ...counted, strategy: { name: "random", population: 3 } },
    /search spec: random.*"population"/,
  ],
  [
    "two objectives where one is expected",
    { ...counted, objective: ["flops", "params"] },
    /searches by 1 objective, got 2 \(flops, params\)/,
  ],
  [
    "one objective where two are expected",
    { ...counted, strategy: "NSGA-II" },
    /NSGA-II searches by 2 objectives, got 1/,
  ],
  [
    "an objective that there is not",
    { ...counted, objective: "flop" },
    /search spec: objective: expected one of training error, .*got "flop"; did you mean "flops"/,
  ],
  [
    "an option of an objective that there is not",
    { ...counted, objective: { name: "flops", resolutoin: 3 } },
    /unknown option "resolutoin"; did you mean "resolution"/,
  ],
  [
    "a table that there is not",
    { ...counted, objective: { name: "table error", table: "nowhere" } },
    /search spec: table.*nowhere/,
  ],
  [
    "a space that there is not",
    { ...counted, space: "NASBench201" },
    /search: space: expected .*got "NASBench201"/,
  ],
  ["no space", { ...counted, space: undefined }, /search spec: space: expected a space as in a sweep's spec/],
  [
    "windows that nothing satisfies",
    { ...counted, where: { params: [1, 2] } },
    /no architecture of NAS-Bench-201 may be proposed/,
  ],
  [
    "windows the wrong way round",
    { ...counted, where: { params: [2, 1] } },
    /where\.params: expected \[low, high\] with low ≤ high/,
  ],
  [
    "trainings without a dataset",
    { ...trained, objective: { name: "training error", recipe: "tiny" } },
    /search spec: trainingError: dataset/,
  ],
  [
    "a recipe that there is not",
    { ...trained, objective: { ...trained.objective, recipe: "tyni" } },
    /search spec: trainingError: recipe: expected .*got "tyni"/,
  ],
  [
    "a batch larger than the split",
    { ...trained, objective: { ...trained.objective, recipe: { base: "tiny", batch: 1000 } } },
    /recipe\.batch: expected at most the training split's 128 images, got 1000/,
  ],
  ["what is known of another search", { ...counted, known: "nothing-here" }, /nothing-here/],
  ["a list", [], /search spec: expected an object, got \[\]/],
];

test("netspace search run wrongly names what is wrong before anything is evaluated or written", async () => {
  const out = join(root, "never");
  for (const [what, spec, message] of wrong) {
    // What the command does, in this process: a process for each would take minutes.
    const run = async () => {
      const { space, options } = await searchOf(spec, root);
      await search(space, { ...options, out });
    };
    await assert.rejects(run, message, what);
    assert.ok(!existsSync(out), what);
  }
  for (const [, spec, message] of wrong.slice(0, 2)) {
    const { status, stderr } = netspace("search", fileOf(spec), "--out", "never");
    assert.equal(status, 1, stderr);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^ +at /m);
  }
});

test("netspace search without its arguments, or with files that are none, says so", () => {
  const spec = fileOf(counted);
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [["search"], 2, /missing required argument 'spec'/],
    [["search", spec], 2, /required option '--out <folder>' not specified/],
    [
      ["search", "nowhere.json", "--out", "x"],
      1,
      /search: expected a JSON file, could not read nowhere\.json/,
    ],
    [["search", "staus", "x"], 2, /unknown command or spec 'staus'|too many arguments/],
    [["search", root, "--out", "x"], 1, /could not read .*: it is a folder/],
    [
      ["search", spec, "--out", "x", "--threads", "2"],
      1,
      /threads is for trainings, and flops is measured in this process/,
    ],
    [["search", "status", root], 1, /openSearch: expected a search's folder/],
  ];
  for (const [args, code, message] of cases) {
    const { status, stderr } = netspace(...args);
    assert.equal(status, code, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, message);
  }
});

test("every strategy is known by its function's name, and what a spec may say is listed", () => {
  // Made of other strategies: a spec has fields for them.
  const around = ["rewarded", "rewardedError", "distinct", "lstm", "hyperbandBrackets", "medianStop"];
  const made = Object.entries(strategies).filter(
    ([name, value]) => typeof value === "function" && !around.includes(name),
  );
  for (const [name] of made)
    assert.ok(strategyNames().includes(name), `${name} is not in strategy-by-name.ts`);
  for (const name of strategyNames()) {
    const epochs = ["successiveHalving", "hyperband", "asha"].includes(name) ? { epochs: 9, least: 1 } : {};
    assert.ok(strategyByName({ name, ...epochs }).name.length > 0);
  }
  // A name that is also a function's means that, with its defaults.
  const own = Object.keys(presets).filter(name => strategyByName(name) === presets[name as PresetName]);
  assert.ok(own.length > 0);
  for (const name of Object.keys(presets))
    assert.ok(own.includes(name) || strategyNames().includes(name), name);
  assert.throws(
    () =>
      strategyByName({
        name: own.find(
          name => !strategyNames().some(each => each.toLowerCase() === name.replaceAll("-", "")),
        )!,
        population: 3,
      }),
    /has settings of its own, got "population"/,
  );
  assert.equal(strategyByName("REGULARISED-evolution").name, "regularised evolution");
  assert.equal(strategyByName("evolution without aging").name, "evolution without aging");
  assert.equal(strategyByName({ name: "evolution", reward: { target: 1e6 } }).objectives, 2);
  assert.match(strategyByName({ name: "random", distinct: true }).name, /distinct/);
  const { settings } = strategyByName({ name: "random", medianStop: { after: 2 } });
  assert.equal((settings.medianStop as { readonly after: number }).after, 2);
  assert.ok(objectiveNames().includes("training error"));
});
