/** Evaluations that fail for what is not their doing: what is told, what is kept, and when a search ends. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AnyNetXA, DecisionSpace } from "netspace";
import {
  asha,
  complexityOf,
  customObjective,
  distinct,
  evolution,
  openSearch,
  random,
  rewarded,
  search,
  type SearchOptions,
  type SearchResult,
  trainingError,
} from "../../src/search/index.js";
import { searchWith } from "../../src/search/search.js";
import { lockFolder } from "../../src/trials/store/lock.js";
import { readTrials } from "../../src/trials/store/store.js";
import { smallSweep } from "../support/small-sweep.js";
import { bits, digits, type Toy, toyFamily } from "../support/toy-spaces.js";

const root = mkdtempSync(join(tmpdir(), "netspace-failures-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => join(root, String(folders++));

/** Throws at some places, by the seed, the earlier of four at once last; a text that is the same whatever those are. */
const failing = { at: [] as readonly number[], calls: 0 };
const fragile = customObjective<Toy>("fragile", async ({ values }, { seed = 0 }) => {
  failing.calls++;
  await sleep(5 * (4 - (seed % 4)));
  if (failing.at.includes(seed)) throw new Error(`broken at ${seed}`);
  return values.reduce((a, b) => a + b, 0);
});

const measured = (at: readonly number[], options: Partial<SearchOptions<Toy>>) => {
  failing.at = at;
  return search(digits(), {
    strategy: evolution({ population: 4, sample: 2 }),
    objective: fragile,
    budget: 12,
    seed: 0,
    outstanding: 4,
    ...options,
  });
};

const statuses = ({ records }: SearchResult<Toy> | SearchResult<never> | SearchResult) =>
  records.map(({ place, code, status }) => `${place} ${String(code)} ${status}`);

for (const workers of [1, 4]) {
  test(`failures count by place, whichever answers first: ${workers} at once`, async () => {
    const later = await measured([1, 5], { workers });
    assert.deepEqual(
      later.records.map(({ status }) => status === "failed"),
      later.records.map(({ place }) => place === 1 || place === 5),
    );
    assert.deepEqual(later.records.map(({ fault }) => fault).filter(Boolean), ["objective", "objective"]);
    assert.deepEqual(statuses(later), statuses(await measured([1, 5], { workers: 5 - workers })));
    const out = freshFolder();
    await assert.rejects(
      measured([0], { workers, out }),
      /the first evaluation failed: fragile: .*broken at 0; mend .*, nothing was told and nothing is kept of it/,
    );
    assert.deepEqual(openSearch(out).records, []);
    await assert.rejects(
      measured([2, 3, 4, 5, 6], { workers, out }),
      /5 evaluations in a row failed, .*broken at 6; what was told is kept: 7 evaluations; mend/,
    );
    assert.equal(openSearch(out).records.length, 7);
    await assert.rejects(
      measured([2, 3, 4, 5, 6], { workers }),
      /5 evaluations in a row failed, .*; what was told is not kept, since the search has no folder; give it one as out/,
    );
  });
}

test("an asynchronous search ends at once where what it is told first failed", async () => {
  for (const workers of [1, 4]) {
    failing.calls = 0;
    await assert.rejects(
      measured(
        Array.from({ length: 40 }, (_, i) => i),
        { strategy: asha({ epochs: 4 }), workers, budget: 40 },
      ),
      /the first evaluation failed: fragile: .*; mend/,
    );
    assert.ok(failing.calls <= 2 * workers, `${failing.calls} were begun`);
  }
});

const program = fileURLToPath(new URL("../support/failing-worker.js", import.meta.url));
const dataset = { ...smallSweep.dataset, train: 128, validation: 64, test: 64 } as const;
const error = trainingError({ dataset, recipe: "tiny", stem: smallSweep.stem });
const trained = (at: readonly number[], options: Partial<SearchOptions>) => {
  process.env.FAILING_PLACES = at.join(",");
  return searchWith({ program }, AnyNetXA, {
    strategy: evolution({ population: 4, sample: 2 }),
    objective: error,
    where: smallSweep.where,
    budget: 10,
    workers: 2,
    threads: 1,
    retries: 0,
    out: freshFolder(),
    ...options,
  });
};

for (const workers of [1, 4]) {
  test(`trainings that the machine does not bear end a search as objectives that throw do: ${workers} workers`, async () => {
    const [never, out] = [freshFolder(), freshFolder()];
    await assert.rejects(
      trained([0], { out: never, workers }),
      /the first evaluation failed: training: worker exited with code 3.*; give the trainings more time, memory .*, nothing was told/,
    );
    assert.deepEqual(openSearch(never).records, []);
    await assert.rejects(
      trained([3, 4, 5, 6, 7, 8], { out, workers }),
      /5 evaluations in a row failed, the last with training: .*; what was told is kept: 3 evaluations; the other 5 are tried again; give/,
    );
    assert.equal(openSearch(out).records.length, 3);
    // Mended, they are trained: the search is the one in which nothing failed.
    const mended = await trained([], { out, workers });
    assert.deepEqual(statuses(mended), statuses(await trained([], { workers: 5 - workers })));
  });
}

test("a training that failed between others is told as failed and costs nothing; the last one is tried again", async () => {
  const out = freshFolder();
  const found = await trained([5, 9], { out });
  const [failed, last] = found.records.filter(({ status }) => status === "failed");
  assert.deepEqual([failed.place, last.place], [5, 9]);
  assert.deepEqual([failed.fault, failed.cost.images], ["training", 0]);
  assert.match(failed.reason!, /^training: worker exited with code 3/);
  assert.equal(found.cost.images, 8 * found.records[0].cost.images!);
  assert.equal(openSearch(out).records.length, 9);
  const again = await trained([], { out });
  assert.deepEqual(
    again.records.map(({ status }) => status === "failed"),
    again.records.map(({ place }) => place === 5),
  );
});

test("what is measured first and throws is not trained for", async () => {
  const out = freshFolder();
  const odd = customObjective("odd", (_architecture, { seed }) => {
    if (seed === 3) throw new Error("no room");
    return 1;
  });
  const found = await trained([], {
    strategy: rewarded(random(), { target: 1 }),
    objective: [error, odd],
    budget: 5,
    out,
  });
  const [failed] = found.records.filter(({ status }) => status === "failed");
  assert.equal(failed.place, 2);
  assert.match(failed.reason!, /^odd: .*no room$/);
  assert.equal(failed.objectives[0].value, null);
  assert.equal(readTrials(out).records.size, 4);
});

test("a search is stopped in a moment though its objective never answers, and leaves its folder free", async () => {
  const never = customObjective<Toy>("never", () => new Promise<number>(() => {}));
  for (const objective of [never, { ...never, measure: () => new Promise<never>(() => {}) }]) {
    const out = freshFolder();
    const found = await search(bits(4), {
      strategy: random(),
      objective,
      budget: 5,
      out,
      signal: AbortSignal.timeout(100),
    });
    assert.deepEqual(found.records, []);
    assert.ok(!existsSync(join(out, "runner.lock")));
    // Told nothing, it is in nobody's way.
    const other = await search(bits(4), {
      strategy: random(),
      objective: complexityOf("params"),
      budget: 3,
      out,
    });
    assert.equal(other.records.length, 3);
    assert.equal(openSearch(out).search.objectives[0].name, "params");
  }
  const out = freshFolder();
  await trained([], {
    strategy: rewarded(random(), { target: 1 }),
    objective: [error, never],
    out,
    signal: AbortSignal.timeout(200),
  });
  assert.ok(!existsSync(join(out, "runner.lock")));
});

test("a search that was told nothing leaves nothing that blocks another, wherever it was killed", async () => {
  const whole = freshFolder();
  await trained([], { out: whole, budget: 4 });
  const file = (folder: string, name: string) => join(folder, name);
  // Between any two files that it writes before it is told something.
  for (const names of [["spec.json"], ["spec.json", "search-spec.json"]]) {
    const [same, other, elsewhere] = [freshFolder(), freshFolder(), freshFolder()];
    for (const folder of [same, other, elsewhere]) {
      mkdirSync(folder);
      for (const name of names) writeFileSync(file(folder, name), readFileSync(file(whole, name)));
    }
    assert.equal((await trained([], { out: same, budget: 4 })).records.length, 4);
    assert.equal((await trained([], { out: other, budget: 4, seed: 7 })).population.length, 4);
    const counted = await search(bits(4), {
      strategy: random(),
      objective: complexityOf("params"),
      budget: 3,
      out: elsewhere,
    });
    assert.equal(counted.records.length, 3);
    assert.ok(!readdirSync(elsewhere).includes("spec.json"));
  }
  await assert.rejects(
    trained([], { out: whole, budget: 4, seed: 7 }),
    /holds another search \(seed differs/,
  );
});

test("a function that was mended goes on under its version, and the folder's message says what else there is", async () => {
  const out = freshFolder();
  const of = (version: number | undefined, f: (sum: number) => number) =>
    customObjective<Toy>("sum", ({ values }) => f(values.reduce((a, b) => a + b, 0)), {
      ...(version !== undefined && { version }),
    });
  const options = { strategy: random(), budget: 4, out } as const;
  await search(digits(), { ...options, objective: of(1, sum => sum) });
  // Other text, other closure: what it is is its version.
  const mended = customObjective<Toy>("sum", ({ values }) => values.reduce((a, b) => b + a, 0), {
    version: 1,
  });
  assert.equal((await search(digits(), { ...options, objective: mended, budget: 6 })).records.length, 6);
  await assert.rejects(
    search(digits(), { ...options, objective: of(undefined, sum => sum + 1) }),
    /holds another search \(objectives differs.*\); choose another folder, and begin the search there with known: .*; a version given to customObjective stands for its text/,
  );
  assert.throws(
    () => customObjective("sum", () => 1, { version: {} as never }),
    /version must be a text or a number/,
  );
});

test("a search that ends before its budget says so, and one that is stopped does not", async () => {
  const strategy = distinct(random(), { repeats: 200 });
  const objective = complexityOf("params");
  const spent = await search(digits(), { strategy, objective, budget: 100 });
  assert.ok(spent.records.length < 100);
  assert.deepEqual(spent.notes, [
    `${strategy.name} ended the search after ${spent.records.length} of 100 evaluations: it had nothing more to propose, as where a small space is spent`,
  ]);
  const whole = await search(digits(), { strategy, objective, budget: 10 });
  assert.deepEqual(whole.notes, []);
  const stopped = await search(digits(), { strategy, objective, budget: 10, drain: AbortSignal.abort() });
  assert.deepEqual([stopped.records.length, stopped.notes], [0, []]);
});

test("a program, a condition or a folder that fails is told in a search's words", async () => {
  const odd = new DecisionSpace<Toy>("odd", choose => {
    if (choose.free("d", [0, 1, 2, 3]) === 3) (undefined as unknown as { f(): void }).f();
    return { family: toyFamily, values: [1] };
  });
  const options = { strategy: random(), objective: complexityOf("params"), budget: 20 } as const;
  await assert.rejects(
    search(odd, options),
    /the program of odd threw TypeError: .*; mend it, or return undefined/,
  );
  const accept = () => {
    throw new Error("no idea");
  };
  await assert.rejects(
    search(digits(), { ...options, where: { accept } }),
    /random: where.accept threw at .*: no idea; mend it, or return false/,
  );
  const out = freshFolder();
  mkdirSync(out);
  const unlock = lockFolder(out);
  try {
    await assert.rejects(
      search(digits(), { ...options, out }),
      /^StoreError: search: .*runner\.lock is held by process \d+ on .*; wait for its search to end, or stop it/,
    );
  } finally {
    unlock();
  }
});
