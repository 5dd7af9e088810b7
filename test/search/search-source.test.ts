/** Searches driven through the sweeps' runner. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AnyNetXA, countArchitecture, decisions, depthOf, type Space } from "netspace";
import { type Outcome, searchSource } from "../../src/search/index.js";
import { readTrials } from "../../src/trials/store/store.js";
import { randomSearch, runSearch, searchOf, spec, type Strategy } from "../support/quick-search.js";

const root = mkdtempSync(join(tmpdir(), "netspace-search-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => {
  const folder = join(root, String(folders++));
  // The lock, which makes it, is the caller's.
  rmSync(folder, { recursive: true, force: true });
  return mkdtempSync(`${folder}-`);
};

/** What a folder's trials are, by place; and how many were trained, which is more where one was trained twice. */
function trialsIn(folder: string) {
  const { records } = readTrials(folder);
  const trials = [...records.values()].sort((a, b) => a.index - b.index);
  return trials.map(({ id, index, error, architecture, drawn }) => ({
    id,
    index,
    error,
    architecture,
    drawn,
  }));
}

const stateIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "search.json"), "utf8")) as {
    told: number;
    asked: { readonly place: number }[];
    state: object;
  };

/** Runs a search in a process of its own and kills that, workers and all, once some outcomes are there. */
async function killedAfter(outcomes: number, strategy: Strategy, folder: string): Promise<void> {
  const runner = fileURLToPath(new URL("../support/quick-search.js", import.meta.url));
  const child = spawn(process.execPath, [runner, strategy, folder, "2"], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if ((said.match(/ended/g) ?? []).length >= outcomes) process.kill(-child.pid!, "SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`the runner ended by itself: ${code}, ${said}`)),
    );
  });
}

for (const strategy of ["random", "climb", "halve"] as const) {
  test(`a search that is killed and goes on from its state tries what the undisturbed one tries: ${strategy}`, async () => {
    const [whole, killed] = [freshFolder(), freshFolder()];
    await runSearch(searchOf(strategy), whole, 2);
    const expected = trialsIn(whole);
    assert.equal(expected.length, spec.n);
    await killedAfter(9, strategy, killed);
    const before = trialsIn(killed);
    assert.ok(before.length >= 9 && before.length < spec.n, `${before.length} outcomes when it was killed`);
    const { told } = stateIn(killed);
    assert.ok(told > 0 && told <= before.length);
    const ended: number[] = [];
    await runSearch(searchOf(strategy), killed, 3, ({ event, last }) => {
      if (event === "ended") ended.push(last!.index);
    });
    assert.deepEqual(trialsIn(killed), expected);
    // Nothing is trained twice.
    assert.equal(ended.length, spec.n - before.length);
    assert.equal(stateIn(killed).told, spec.n);
    // What was asked for beyond the budget is there for one that grows.
    assert.ok(stateIn(killed).asked.every(({ place }) => place >= spec.n));
  });
}

test("a search whose state is lost or torn tells its strategy the stored outcomes again, and trains none anew", async () => {
  const folder = freshFolder();
  await runSearch(searchOf("climb"), folder, 2);
  const expected = trialsIn(folder);
  const state = readFileSync(join(folder, "search.json"), "utf8");
  const ended: unknown[] = [];
  for (const spoil of [
    () => rmSync(join(folder, "search.json")),
    () => writeFileSync(join(folder, "search.json"), state.slice(0, 40)),
  ]) {
    spoil();
    await runSearch(searchOf("climb"), folder, 2, ({ event }) => event === "ended" && ended.push(event));
    const { settled, left } = searchSource(searchOf("climb")).open(folder);
    assert.equal(settled.length, spec.n);
    assert.equal(left, 0);
  }
  assert.deepEqual(ended, []);
  assert.deepEqual(trialsIn(folder), expected);
});

test("the same trials come of one worker and of four: outcomes are told in the order asked, whichever ends first", async () => {
  const all: unknown[] = [];
  for (const workers of [1, 4]) {
    const folder = freshFolder();
    const told: Outcome[] = [];
    const endedFirst: number[] = [];
    const search = searchOf("climb");
    const make: typeof search.make = (space, state) => {
      const searcher = search.make(space, state);
      return { ...searcher, tell: outcome => (told.push(outcome), searcher.tell(outcome)) };
    };
    await runSearch({ ...search, make }, folder, workers, ({ event, last }) => {
      if (event === "ended") endedFirst.push(last!.index);
    });
    assert.deepEqual(
      told.map(({ place }) => place),
      Array.from({ length: spec.n }, (_, i) => i),
    );
    if (workers === 4)
      assert.notDeepEqual(
        endedFirst,
        endedFirst.toSorted((a, b) => a - b),
      );
    for (const { place, error, record, way } of told) {
      assert.equal(record!.index, place);
      assert.equal(error, record!.error);
      assert.deepEqual(
        way.architecture,
        decisions(AnyNetXA.with({ stem: spec.stem, classes: 10 })).decode(way.code).architecture,
      );
    }
    // A proposal knows what was told before it was asked for, and no more.
    assert.ok(told.some(({ note }) => note !== undefined));
    all.push(trialsIn(folder));
  }
  assert.deepEqual(all[0], all[1]);
});

test("a strategy that waits for a rung gets its outcomes, and fields of the recipe are the trial's", async () => {
  const folder = freshFolder();
  await runSearch(searchOf("halve"), folder, 3);
  const trials = trialsIn(folder);
  assert.deepEqual(
    trials.map(({ drawn }) => drawn?.epochs),
    trials.map((_, i) => (i % 6 < 4 ? 1 : 2)),
  );
  for (let bracket = 0; bracket < 4; bracket++) {
    const rung = trials.slice(6 * bracket, 6 * bracket + 4).toSorted((a, b) => a.error! - b.error!);
    const next = trials.slice(6 * bracket + 4, 6 * bracket + 6);
    assert.deepEqual(
      next.map(({ architecture }) => architecture),
      rung.slice(0, 2).map(({ architecture }) => architecture),
    );
  }
});

test("a strategy that ends early ends the search, and one that proposes more than asked is stopped", async () => {
  const few = searchOf("random", (space, state) => {
    const inner = randomSearch(space, { seed: 1 }, state);
    return {
      ...inner,
      ask: n => ((inner.state() as { asked: number }).asked < 5 ? inner.ask(Math.min(n, 1)) : []),
    };
  });
  const folder = freshFolder();
  await runSearch(few, folder, 2);
  assert.equal(trialsIn(folder).length, 5);
  const greedy = searchOf("random", space => ({
    ...randomSearch(space, { seed: 1 }),
    ask: n => randomSearch(space, { seed: 1 }).ask(n + 1),
  }));
  await assert.rejects(
    runSearch(greedy, freshFolder(), 2),
    /expected at most the 3 architectures asked for, got 4/,
  );
});

test("a state of a hundred kilobytes, as a controller has it, is kept with every outcome and comes back", async () => {
  const weights = Array.from({ length: 12_000 }, (_, i) => Math.sin(i));
  const seen: unknown[] = [];
  const search = searchOf("random", (space, state) => {
    seen.push(state);
    const { inner, told } = (state ?? { told: 0 }) as { inner?: unknown; told: number };
    const random = randomSearch(space, { seed: 2 }, inner);
    let count = told;
    return { ...random, tell: () => count++, state: () => ({ inner: random.state(), told: count, weights }) };
  });
  const folder = freshFolder();
  await runSearch({ ...search, spec: { ...spec, n: 6 } }, folder, 2);
  await runSearch({ ...search, spec: { ...spec, n: 6 } }, folder, 2);
  assert.ok(readFileSync(join(folder, "search.json")).length > 100_000);
  assert.deepEqual(seen.at(-1), { inner: { asked: 9 }, told: 6, weights });
});

test("another search's state is refused, and what cannot be searched is named before any trial", async () => {
  const folder = freshFolder();
  await runSearch({ ...searchOf("random"), spec: { ...spec, n: 2 } }, folder, 1);
  await assert.rejects(
    runSearch(searchOf("climb"), folder, 1),
    /is the state of another search, .* choose another folder/,
  );
  writeFileSync(join(folder, "search.json"), JSON.stringify({ version: 2 }));
  await assert.rejects(
    runSearch(searchOf("climb"), folder, 1),
    /expected a state of form 1 in .*, got 2; update netspace/,
  );
  const search = searchOf("random");
  assert.throws(
    () => searchSource({ ...search, outstanding: 0 }),
    /outstanding must be a positive integer, got 0/,
  );
  assert.throws(
    () => searchSource({ ...search, spec: { ...spec, repeats: 2 } }),
    /expected a spec without repeats/,
  );
  const bare: Space = { name: "bare", dimensions: [], size: 1n, draw: () => undefined };
  assert.throws(
    () => randomSearch(bare, { seed: 1 }),
    /expected a space with a program of choices, got bare/,
  );
  assert.throws(() => randomSearch(AnyNetXA, { seed: 1 }, { asked: -1 }), /expected a state such as/);
  assert.throws(
    () => randomSearch(AnyNetXA, { sede: 1 } as never),
    /unknown option "sede"; did you mean "seed"/,
  );
});

test("random search proposes what the space's decisions draw, within its windows, each by itself", () => {
  const where = { flops: [1e5, 6e5], depth: [4, 10] } as const;
  const make = (state?: unknown) => randomSearch(AnyNetXA, { seed: 9, where, resolution: 16 }, state);
  const all = make()
    .ask(40)
    .map(({ way }) => way.code);
  assert.equal(new Set(all.map(String)).size, 40);
  const inParts = make();
  const parts = [...inParts.ask(1), ...inParts.ask(9)];
  const rest = make(JSON.parse(JSON.stringify(inParts.state()))).ask(30);
  assert.deepEqual(
    [...parts, ...rest].map(({ way }) => way.code),
    all,
  );
  for (const { way } of make().ask(40)) {
    const architecture = way.architecture as ReturnType<typeof AnyNetXA.draw>;
    const { flops } = countArchitecture(architecture, 16);
    assert.ok(flops >= 1e5 && flops <= 6e5 && depthOf(architecture) >= 4 && depthOf(architecture) <= 10);
  }
});
