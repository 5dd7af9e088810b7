/** `netspace search` and `search status` where evaluations fail, a space is spent, or nobody is at work; objectives of one's own in a spec. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSearch } from "../../src/search/index.js";
import { searchOf } from "../../src/search/spec/search-spec.js";
import { strategyByName } from "../../src/search/spec/strategy-by-name.js";
import { writeAll } from "../support/own-space.js";
import { smallSweep } from "../support/small-sweep.js";

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-cli-failures-"));
after(() => rmSync(root, { recursive: true, force: true }));
let files = 0;

function netspace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status, stdout, stderr };
}

function fileOf(spec: unknown): string {
  const file = join(root, `spec-${files++}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return file;
}

const counted = { space: "NAS-Bench-201", strategy: "random", objective: "flops", budget: 8, seed: 4 };

writeAll(root, {
  "mine.ts": `import { countArchitecture } from "netspace";
export const depth = (architecture: never) => countArchitecture(architecture, 32).params / 1e6;
let calls = 0;
export const sometimes = () => {
  if (++calls === 3) throw new Error("the device is gone");
  return calls;
};
export const never = () => new Promise(() => {});
export const nothing = 5;
`,
});

test("an objective of one's own, limits and surrogates are named in a spec", async () => {
  const objective = { module: "./mine.ts", export: "depth", unit: "M", name: "size" };
  const spec = fileOf({ ...counted, objective });
  const { status, stdout, stderr } = netspace("search", spec, "--out", "own");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /8 of 8 evaluated, best size [\d.]+ M\nbest: place \d+, /);
  assert.ok(!stdout.includes("{"), stdout);
  const limits = [{ of: "params", most: 5e5 }];
  const limited = netspace(
    "search",
    fileOf({ ...counted, objective: { ...objective, limits } }),
    "--out",
    "limited",
  );
  // What is beyond a limit is the architecture's doing.
  assert.equal(limited.status, 0, limited.stderr);
  const { records } = openSearch(join(root, "limited"));
  assert.ok(records.some(({ status: how }) => how === "failed"));
  for (const { objectives, status: how } of records) {
    assert.equal(how === "failed", objectives[0].value === null);
    assert.ok(objectives[0].value === null || objectives[0].value <= 0.5);
  }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { objective: { module: "./mine.ts", export: "nothing" } },
      /to export a function or an objective as nothing, got 5/,
    ],
    [{ objective: { module: "./mine.ts", export: "other" } }, /as other, got undefined; it exports depth/],
    [{ objective: { module: "./theirs.ts" } }, /search spec: objective: .*theirs\.ts/],
    [{ objective: { name: "flops", limits: { most: 1 } } }, /limits as a list of/],
    [{ objective: { name: "flops", limits: [{ of: "params" }] } }, /expected most or least of params/],
    [
      { strategy: { name: "surrogateSearch", surrogate: "gaussian" } },
      /surrogate: expected one of linearEnsemble, networkEnsemble, gaussianProcess, .*got "gaussian"/,
    ],
    [
      { run: { threads: 2 } },
      /search spec: run: threads is for trainings, and flops is measured in this process/,
    ],
  ];
  for (const [change, message] of wrong)
    await assert.rejects(searchOf({ ...counted, ...change }, root), message);
  const { settings } = strategyByName({ name: "surrogateSearch", surrogate: { name: "gaussianProcess" } });
  assert.equal((settings.surrogate as { name: string }).name, strategyNameOf("gaussianProcess"));
  assert.equal((await searchOf({ ...counted, run: { workers: 2 } }, root)).options.workers, 2);
});

const strategyNameOf = (surrogate: string): string =>
  (strategyByName({ name: "surrogateSearch", surrogate }).settings.surrogate as { name: string }).name;

test("what failed is said with its reason by search and status, and the command fails", () => {
  const spec = fileOf({ ...counted, objective: { module: "./mine.ts", export: "sometimes" } });
  const { status, stderr } = netspace("search", spec, "--out", "sometimes");
  assert.equal(status, 1);
  assert.match(stderr, /^failed: place 2: sometimes: .*the device is gone$/m);
  assert.match(stderr, /search: 1 of 8 evaluations failed for what is not their architectures' doing/);
  const shown = netspace("search", "status", "sometimes");
  assert.equal(shown.status, 0);
  assert.match(shown.stderr, /^failed: place 2: sometimes: .*the device is gone$/m);
  const { failures, running } = JSON.parse(netspace("search", "status", "sometimes", "--json").stdout) as {
    failures: readonly { readonly place: number; readonly fault: string }[];
    running?: object;
  };
  assert.deepEqual([failures[0].place, failures[0].fault, running], [2, "objective", undefined]);
});

test("trainings over their time limit end the search with the reason, which status knows as well", () => {
  const spec = fileOf({
    space: smallSweep.space,
    where: smallSweep.where,
    strategy: "random",
    objective: {
      name: "training error",
      dataset: { ...smallSweep.dataset, validation: 64 },
      recipe: { base: "tiny", epochs: 4000, batch: 16 },
      stem: smallSweep.stem,
    },
    budget: 4,
    run: { workers: 1, threads: 1 },
  });
  const { status, stderr } = netspace("search", spec, "--out", "slow", "--time-limit", "1");
  assert.equal(status, 1);
  assert.match(
    stderr,
    /the first evaluation failed: training: took longer than its limit of 1 s; give the trainings more time/,
  );
  const shown = netspace("search", "status", "slow");
  assert.match(
    shown.stderr,
    /tried again by the next run:\nfailed: place 0: training: took longer than its limit of 1 s/,
  );
  assert.match(shown.stdout, /not running: 4 of 4 are left; run the search again to go on/);
});

test("status tells a search at work from one that was killed", async () => {
  const spec = fileOf({ ...counted, objective: { module: "./mine.ts", export: "never" } });
  const child = spawn(process.execPath, [main, "search", spec, "--out", "works"], {
    cwd: root,
    stdio: "ignore",
  });
  const ended = new Promise(resolve => child.once("exit", resolve));
  while (!existsSync(join(root, "works/search-spec.json"))) await sleep(20);
  assert.match(netspace("search", "status", "works").stdout, new RegExp(`running: process ${child.pid} on `));
  child.kill("SIGKILL");
  await ended;
  assert.match(
    netspace("search", "status", "works").stdout,
    /not running: 8 of 8 are left; run the search again/,
  );
});

test("what one run cannot tell, and a job that there is not, are named", () => {
  const simulated = netspace(
    "search",
    "simulate",
    "SmallCells",
    "--strategies",
    "random,evolution",
    "--repeats",
    "1",
  );
  assert.match(
    simulated.stderr,
    /search simulate: repeats must be at least 2, got 1; one run says nothing of how runs differ/,
  );
  netspace("search", fileOf(counted), "--out", "counted");
  const { status, stderr } = netspace("search", "cancel", "counted");
  assert.equal(status, 1);
  assert.match(stderr, /search cancel: expected a job of counted in Slurm's queue, got none/);
  assert.ok(!readdirSync(join(root, "counted")).includes("slurm"));
});

test("search simulate names what does not fit before it runs anything", () => {
  for (const [strategies, more, problem] of [
    ["random,evolution", ["--evaluations", "50"], /a budget of 50 is below the initial population of 100/],
    ["random,nsga2", [], /NSGA-II searches by two objectives, and the table tells one/],
    [
      "random,localSearch",
      ["--evaluations", "50", "--at", "20,100"],
      /expected budgets of at most the 50 evaluations of a run, got 100; give it --evaluations 100/,
    ],
  ] as const) {
    const { status, stdout, stderr } = netspace(
      "search",
      "simulate",
      "SmallCells",
      "--strategies",
      strategies,
      ...more,
    );
    assert.equal(status, 1);
    assert.match(stderr, problem);
    // Not even the pilot's statement.
    assert.equal(stdout, "");
  }
});
