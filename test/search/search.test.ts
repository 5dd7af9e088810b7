/** Searches as runs: what they find, what is kept of them, and how they go on. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AnyNetXA, decisions, NasBench201, openPopulation } from "netspace";
import { seededAt } from "../../src/base/random.js";
import {
  complexityOf,
  customObjective,
  evolution,
  localSearch,
  reinforce,
  type MeasuredObjective,
  nsga2,
  openSearch,
  random,
  search,
  type SearchProgress,
  type SearchResult,
  type Strategy,
  trainingError,
} from "../../src/search/index.js";
import { slowSearch, slowStrategies, slowSum } from "../support/slow-search.js";
import { smallSweep } from "../support/small-sweep.js";
import { bits, digits, type Toy } from "../support/toy-spaces.js";

const root = mkdtempSync(join(tmpdir(), "netspace-search-run-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => join(root, String(folders++));

/** What a search did: proposals and what was said of them, without the times. */
const doneBy = ({ records }: SearchResult<never> | SearchResult<Toy> | SearchResult) =>
  records.map(({ endedAt: _when, cost: { seconds: _took, ...cost }, objectives, ...rest }) => ({
    ...rest,
    cost,
    objectives: objectives.map(({ cost: { seconds: _second, ...own }, ...other }) => ({
      ...other,
      cost: own,
    })),
  }));

/** The number of ones, which is to be great. */
const ones: MeasuredObjective<Toy> = {
  name: "ones",
  settings: {},
  better: "greatest",
  measure: ({ values }) => ({ value: values.reduce((a, b) => a + b, 0), cost: { images: 0, seconds: 0 } }),
};

test("a space and an objective of one's own are searched in a few lines; what is found is there by name", async () => {
  const found = await search(bits(12), {
    strategy: evolution({ population: 10, sample: 4 }),
    objective: ones,
    budget: 200,
    seed: 3,
  });
  assert.equal(found.records.length, 200);
  const { architecture, way, values, record } = found.best!;
  assert.equal(values.ones, architecture.values.filter(bit => bit === 1).length);
  assert.deepEqual(way!.code, record.code);
  assert.equal(values.ones, 12);
  // What is great is best, and the curve only rises.
  const curve = found.bestSoFar;
  assert.ok(curve.every((value, i) => i === 0 || value >= curve[i - 1]));
  assert.equal(curve.at(-1), 12);
  const { outcomes } = found;
  assert.deepEqual(
    outcomes.column("place"),
    Array.from({ length: 200 }, (_, i) => i),
  );
  assert.deepEqual(outcomes.column("sum"), outcomes.column("ones"));
  assert.match(String(found), /^12 bits, regularised evolution: 200 of 200 evaluated, best ones 12$/);
  const shown = (found as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]();
  assert.match(shown["text/html"], /<svg/);
  assert.match(shown["text/plain"], /^12 bits, .*\nplace {2}ones/);
});

test("every record says objective, split, seed, fidelity, cost, strategy and search", async () => {
  const folder = freshFolder();
  const found = await slowSearch("evolution", { out: folder, budget: 10 });
  for (const [place, record] of openSearch(folder).records.entries()) {
    assert.equal(record.place, place);
    assert.equal(record.search, found.search.id);
    assert.equal(record.strategy, "regularised evolution");
    assert.equal(record.status, "finished");
    const [said] = record.objectives;
    assert.equal(said.objective, "sum");
    assert.equal(said.seed, 5 + place);
    assert.deepEqual(said.cost, { images: 0, seconds: 0.004 });
    assert.deepEqual(record.cost, said.cost);
  }
});

/** Runs a search in a process of its own and kills that once some outcomes are there. */
async function killedAfter(outcomes: number, args: readonly string[]): Promise<void> {
  const runner = fileURLToPath(new URL("../support/slow-search.js", import.meta.url));
  const child = spawn(process.execPath, [runner, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if ((said.match(/ended/g) ?? []).length >= outcomes) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`the search ended by itself: ${code}, ${said}`)),
    );
  });
}

for (const strategy of Object.keys(slowStrategies)) {
  test(`a search of measured objectives that is killed goes on as the undisturbed one: ${strategy}`, async () => {
    const whole = await slowSearch(strategy, {});
    const folder = freshFolder();
    await killedAfter(7, [strategy, folder, "40", "2"]);
    const before = openSearch(folder).records.length;
    assert.ok(before >= 7 && before < 40, `${before} outcomes when it was killed`);
    let ended = 0;
    const found = await slowSearch(strategy, {
      out: folder,
      workers: 4,
      onProgress: ({ event }) => {
        if (event === "ended") ended++;
      },
    });
    assert.deepEqual(doneBy(found), doneBy(whole));
    assert.equal(ended, 40 - before);
    assert.deepEqual(doneBy(openSearch(folder)), doneBy(whole));
  });
}

test("a search without its state, with a torn or a damaged log goes on from what the log has", async () => {
  const whole = doneBy(await slowSearch("evolution", {}));
  const damages: Readonly<Record<string, readonly [(folder: string) => void, number]>> = {
    "no state": [folder => rmSync(join(folder, "search.json")), 0],
    "torn state": [folder => writeFileSync(join(folder, "search.json"), '{"version":1,"se'), 0],
    "torn log": [
      folder => truncateSync(join(folder, "outcomes.log"), statSync(join(folder, "outcomes.log")).size - 9),
      1,
    ],
    "a line cut short": [folder => appendFileSync(join(folder, "outcomes.log"), "0123abcd {"), 0],
    "a damaged line": [
      folder => {
        const lines = readFileSync(join(folder, "outcomes.log"), "utf8").split("\n");
        lines[4] = lines[4].replace('"place":4', '"place":5');
        writeFileSync(join(folder, "outcomes.log"), lines.join("\n"));
      },
      1,
    ],
  };
  for (const [what, [damage, lost]] of Object.entries(damages)) {
    const folder = freshFolder();
    await slowSearch("evolution", { out: folder });
    damage(folder);
    let ended = 0;
    const options = {
      out: folder,
      onProgress: ({ event }: SearchProgress) => void (event === "ended" && ended++),
    };
    assert.deepEqual(doneBy(await slowSearch("evolution", options)), whole, what);
    assert.equal(ended, lost, what);
    ended = 0;
    assert.deepEqual(doneBy(await slowSearch("evolution", options)), whole, what);
    assert.equal(ended, 0, `${what}, once more`);
  }
});

test("a budget that grows goes on as a search that had it from the beginning", async () => {
  for (const strategy of ["evolution", "localSearch", "nsga2"]) {
    const whole = await slowSearch(strategy, {});
    const folder = freshFolder();
    for (const budget of [9, 10, 31, 40]) {
      const found = await slowSearch(strategy, { out: folder, budget, workers: 2 });
      assert.equal(found.records.length, budget);
    }
    assert.deepEqual(doneBy(openSearch(folder)), doneBy(whole), strategy);
    assert.equal(openSearch(folder).search.budget, 40);
    await assert.rejects(
      slowSearch(strategy, { out: folder, budget: 39 }),
      /expected a budget of at least the 40 evaluations that .* has, got 39/,
    );
  }
});

test("NaN is a failed evaluation; an objective that throws stops a search at once, later it costs its evaluation", async () => {
  const strange = (f: (sum: number, seed: number) => number): MeasuredObjective<Toy> => ({
    name: "strange",
    settings: {},
    measure: ({ values }, { seed = 0 }) => ({
      value: f(
        values.reduce((a, b) => a + b, 0),
        seed,
      ),
      cost: { images: 0, seconds: 0 },
    }),
  });
  const options = { strategy: evolution({ population: 5, sample: 2 }), budget: 30, seed: 1 } as const;
  const folder = freshFolder();
  const some = await search(digits(), {
    ...options,
    out: folder,
    objective: strange((sum, seed) => {
      if (seed === 9) throw new Error("no answer today");
      return seed % 4 === 0 ? Number.NaN : seed === 7 ? Infinity : sum;
    }),
  });
  for (const { objectives, status, reason } of some.records) {
    const [{ seed, value }] = objectives;
    const fails = seed === 9 || seed === 7 || seed % 4 === 0;
    assert.equal(status, fails ? "failed" : "finished");
    assert.equal(value === null, fails);
    assert.equal(
      reason,
      seed === 9
        ? "strange: no answer today"
        : fails
          ? `strange: its value is ${seed === 7 ? "Infinity" : "NaN"}`
          : undefined,
    );
  }
  assert.ok(some.best!.values.strange < Infinity);
  assert.match(String(some), /30 of 30 evaluated, 9 failed, best strange/);
  const never = freshFolder();
  const broken = strange(() => {
    throw new Error("no such device");
  });
  await assert.rejects(
    search(digits(), { ...options, out: never, objective: broken }),
    /search: the first evaluation failed: strange: no such device; mend the objective/,
  );
  assert.deepEqual(openSearch(never).records, []);
  let calls = 0;
  const breaks = strange(sum => {
    if (++calls > 10) throw new Error("gone");
    return sum;
  });
  await assert.rejects(
    search(digits(), { ...options, out: never, objective: { ...breaks, name: "strange" } }),
    /5 evaluations in a row failed, the last with strange: gone; what was told is kept/,
  );
  assert.equal(openSearch(never).records.length, 15);
  const odd = { ...ones, measure: () => ({ value: "low" }) as never };
  await assert.rejects(
    search(bits(4), { strategy: random(), objective: odd, budget: 3 }),
    /ones: expected measure\(\) to give \{ value, cost \}, got value: "low"/,
  );
});

test("what cannot be searched is named before anything is evaluated or written", async () => {
  let asked = 0;
  const objective: MeasuredObjective<Toy> = {
    ...ones,
    measure: () => {
      asked++;
      return { value: 1, cost: {} };
    },
  };
  const folder = freshFolder();
  const good = { strategy: random(), objective, budget: 5, out: folder };
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { strategy: random },
      /expected a strategy as \{ name, settings, start \}, got the function random; call it: random\(\)/,
    ],
    [{ strategy: "evolution" }, /expected a strategy .* got "evolution"; give one such as evolution/],
    [{ strategy: evolution() }, /a budget of 5 is below the initial population of 100/],
    [
      { strategy: nsga2({ population: 4 }) },
      /NSGA-II searches by 2 objectives, got 1 \(ones\); give it another/,
    ],
    [
      { objective: [objective, slowSum()] },
      /random searches by 1 objective, got 2 \(ones, sum\); leave the others out/,
    ],
    [{ objective: [] }, /searches by 1 objective, got 0 \(none\)/],
    [
      { objective: (a: Toy) => a.values.length },
      /expected an objective .* customObjective\("what it measures", objective\)/,
    ],
    [{ objective: { look: () => ({}) } }, /make the table one: tableError\(table\)/],
    [{ budget: 0 }, /budget must be a positive number of evaluations, such as 100, got 0/],
    [{ budget: undefined }, /budget must be/],
    [{ seed: -1 }, /seed must be an integer of 32 bits, got -1/],
    [{ outstanding: 0.5 }, /outstanding must be a positive number of proposals, got 0.5/],
    [{ workers: 0 }, /workers must be a positive integer, got 0/],
    [{ threads: 2 }, /threads is for trainings, and ones is measured in this process; leave it out/],
    [{ where: { flops: [3, 2] } }, /flops/],
    [{ bugdet: 5 }, /unknown option "bugdet"; did you mean "budget"/],
    [{ out: "" }, /expected a folder for the search as options.out/],
    [{ signal: "stop" }, /expected an AbortSignal as options.signal/],
  ];
  for (const [change, message] of wrong) {
    await assert.rejects(search(bits(4), { ...good, ...change }), message);
  }
  const bare = { name: "bare", dimensions: [], size: 1n, draw: () => undefined };
  await assert.rejects(
    search(bare as never, good as never),
    /expected a space with a program of choices, got bare/,
  );
  await assert.rejects(search("NoSuchSpace", good), /search: space: expected .*got "NoSuchSpace"/);
  const trained = trainingError({ dataset: smallSweep.dataset, recipe: "tiny" });
  await assert.rejects(
    search(bits(4), { ...good, objective: trained }),
    /search: space: expected data, got the space 4 bits itself; export it from a module of its own/,
  );
  await assert.rejects(
    search(AnyNetXA, { strategy: random(), objective: trained, budget: 2 }),
    /expected a folder for the search as options.out, since networks are trained/,
  );
  await assert.rejects(
    search(AnyNetXA, { ...good, objective: trained, resolution: 8 }),
    /resolution is the dataset's where networks are trained/,
  );
  assert.equal(asked, 0);
  assert.ok(!existsSync(folder));
});

test("the folder of another search, or of something else, is refused, and says what differs", async () => {
  const folder = freshFolder();
  const objective = ones;
  const options = { strategy: evolution({ population: 4, sample: 2 }), objective, budget: 6, out: folder };
  await search(bits(5), options);
  const before = readFileSync(join(folder, "outcomes.log"), "utf8");
  await assert.rejects(
    search(bits(5), { ...options, seed: 2 }),
    /holds another search \(seed differs: 1 there, 2 here\)/,
  );
  await assert.rejects(search(bits(6), options), /another search \(space differs/);
  await assert.rejects(
    search(bits(5), { ...options, strategy: evolution({ population: 5, sample: 2 }) }),
    /another search \(strategy differs/,
  );
  await assert.rejects(
    search(bits(5), { ...options, objective: customObjective("ones", () => 1), where: { depth: [1, 9] } }),
    /another search \(objectives and where differ\)/,
  );
  assert.equal(readFileSync(join(folder, "outcomes.log"), "utf8"), before);
  const file = join(folder, "search-spec.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"version": 1', '"version": 2'));
  await assert.rejects(search(bits(5), options), /expected a search of form 1 in .*, got 2; update netspace/);
  assert.throws(() => openSearch(root), /openSearch: expected a search's folder with a search-spec.json/);
});

test("a search that is stopped returns what it has, and goes on later", async () => {
  const folder = freshFolder();
  const stop = new AbortController();
  const some = await slowSearch("evolution", {
    out: folder,
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done >= 12) stop.abort();
    },
  });
  assert.ok(some.records.length >= 12 && some.records.length < 40);
  const drain = new AbortController();
  const more = await slowSearch("evolution", {
    out: folder,
    drain: drain.signal,
    workers: 3,
    onProgress: ({ done }) => {
      if (done >= 20) drain.abort();
    },
  });
  assert.ok(more.records.length >= 20 && more.records.length < 40);
  assert.deepEqual(
    doneBy(await slowSearch("evolution", { out: folder })),
    doneBy(await slowSearch("evolution", {})),
  );
});

test("a trained search: error and complexity of each network, its population, and the same again from its folder", async () => {
  const folder = freshFolder();
  const dataset = { ...smallSweep.dataset, train: 128, validation: 64, test: 64 };
  const options = {
    strategy: nsga2({ population: 4 }),
    objective: [
      trainingError({ dataset, recipe: { base: "tiny", epochs: 1 }, stem: smallSweep.stem }),
      complexityOf("params"),
    ],
    where: smallSweep.where,
    budget: 6,
    out: folder,
    workers: 2,
    threads: 1,
  } as const;
  const found = await search(AnyNetXA, options);
  assert.equal(found.records.length, 6);
  assert.equal(found.cost.images, 6 * 128);
  const population = openPopulation(folder);
  assert.equal(population.length, 6);
  assert.deepEqual(population.column("index"), found.outcomes.column("place"));
  assert.deepEqual(population.column("validationError"), found.outcomes.column("validation error"));
  assert.deepEqual(population.column("params"), found.outcomes.column("params"));
  assert.ok(population.column("flops").every(flops => flops >= 1e5 && flops <= 6e5));
  for (const {
    objectives: [trained, counted],
    trial,
    place,
  } of found.records) {
    assert.equal(trained.split, "validation");
    assert.equal(trained.seed, 1 + place);
    assert.equal(trained.cost.images, 128);
    assert.equal(counted.unit, "parameters");
    assert.equal(trial, population.trials[place].id);
  }
  assert.ok(found.front.length >= 1);
  assert.ok(found.front.every(({ values }) => values["validation error"] <= 100 && values.params > 0));
  let ended = 0;
  const again = await search("AnyNetXA", {
    ...options,
    onProgress: ({ event }) => void (event === "ended" && ended++),
  });
  assert.equal(ended, 0);
  assert.deepEqual(doneBy(again), doneBy(found));
  // A trial that was trained but not told, as where the process was killed in between, is told and not trained again.
  const log = readFileSync(join(folder, "outcomes.log"), "utf8").trimEnd().split("\n");
  writeFileSync(join(folder, "outcomes.log"), `${log.slice(0, 3).join("\n")}\n`);
  const fromTrials = await search("AnyNetXA", {
    ...options,
    onProgress: ({ event }) => void (event === "ended" && ended++),
  });
  assert.equal(ended, 0);
  assert.deepEqual(doneBy(fromTrials), doneBy(found));
});

test("networks of a published space are trained where the space is given by itself", async () => {
  const found = await search(NasBench201, {
    strategy: random(),
    objective: trainingError({
      dataset: { kind: "procedural", resolution: 12, train: 64, test: 32, seed: 1 },
      recipe: { base: "tiny", epochs: 1, batch: 32 },
    }),
    budget: 1,
    out: freshFolder(),
    workers: 1,
  });
  assert.equal(found.search.space, "NAS-Bench-201");
  assert.equal(found.records[0].objectives[0].split, "test");
});

test("a search that begins with what another knows is told that first, and draws no population of its own", async () => {
  const before = freshFolder();
  const folder = freshFolder();
  const strategy = evolution({ population: 20, sample: 20, unchanged: 0 });
  const first = await search(bits(30), {
    strategy: random(),
    objective: ones,
    budget: 40,
    seed: 4,
    out: before,
  });
  for (const known of [before, first, openSearch(before)]) {
    // Fewer than the population, which what is known makes up for.
    const found = await search(bits(30), { strategy, objective: ones, budget: 8, known, out: folder });
    const [child] = found.records;
    // All is known: the first is a mutation of the best of the youngest twenty.
    const parent = first.records
      .slice(20)
      .reduce((a, b) => (b.objectives[0].value! > a.objectives[0].value! ? b : a));
    const changed = child.code.filter((bit, i) => bit !== parent.code[i]).length;
    assert.equal(changed, 1);
    assert.deepEqual(found.search.known, { n: 40, print: found.search.known!.print });
    assert.equal(found.records.length, 8);
  }
  // It goes on without being told twice.
  const whole = await search(bits(30), { strategy, objective: ones, budget: 30, known: first });
  const more = await search(bits(30), { strategy, objective: ones, budget: 30, known: first, out: folder });
  assert.deepEqual(doneBy(more), doneBy(whole));
  await assert.rejects(
    search(bits(30), { strategy, objective: ones, budget: 30, out: folder }),
    /another search \(known differs: .* there, nothing here\)/,
  );
  const climbed = await search(bits(30), {
    strategy: localSearch({ initial: 1 }),
    objective: ones,
    budget: 5,
    known: first,
  });
  assert.ok(
    climbed.records.slice(1).every(({ code }) => {
      const start = first.best!.record.code;
      return code.filter((bit, i) => bit !== start[i]).length === 1;
    }),
  );
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { strategy: reinforce() },
      /REINFORCE.* learns from what it asked for alone, got known outcomes; leave known out/,
    ],
    [{ known: root }, /expected a sweep's folder/],
    [{ known: 5 }, /known: expected a search, a population, or the folder or file of one, got 5/],
    [{ objective: slowSum() }, /known: expected outcomes with the objective "sum", got ones/],
  ];
  for (const [change, message] of wrong) {
    await assert.rejects(
      search(bits(30), { strategy, objective: ones, budget: 30, known: first, ...change }),
      message,
    );
  }
  await assert.rejects(
    search(bits(29), { strategy, objective: ones, budget: 30, known: first }),
    /known: expected architectures of 29 bits, got another at 0 of 40/,
  );
});

test("an asynchronous strategy is told outcomes as they come; killed, it goes on from the order that was", async () => {
  // What it proposes next depends on which outcome came last.
  const strategy: Strategy = {
    name: "chases the last",
    settings: {},
    asynchronous: true,
    start(context, state) {
      const program = decisions(context.space);
      let [last, asked] = (state ?? [[], 0]) as [number[], number];
      return {
        ask: n =>
          Array.from({ length: n }, () => ({
            way:
              last.length === 0
                ? program.draw(seededAt(context.seed, asked++))
                : program.mutate(program.decode(last), seededAt(context.seed, asked++)),
          })),
        tell: ({ way }) => void (last = [...way.code]),
        state: () => [last, asked],
      };
    },
  };
  const options = {
    strategy,
    objective: slowSum(8),
    budget: 40,
    seed: 2,
    outstanding: 4,
    workers: 4,
  } as const;
  const folder = freshFolder();
  const stop = new AbortController();
  const some = await search(digits(), {
    ...options,
    out: folder,
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done >= 15) stop.abort();
    },
  });
  const order = some.records.map(({ place }) => place);
  assert.notDeepEqual(
    order,
    order.toSorted((a, b) => a - b),
    "later ones ended first",
  );
  // Neither the state nor its loss changes what was, or what is asked for next.
  const states = ["search.json", "nothing"].map(gone => {
    const copy = freshFolder();
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, gone), { force: true });
    return copy;
  });
  const plans = [];
  for (const copy of states) {
    const whole = await search(digits(), { ...options, out: copy });
    assert.deepEqual(doneBy(whole).slice(0, order.length), doneBy(some));
    assert.deepEqual(
      whole.records.map(({ place }) => place).toSorted((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i),
    );
    plans.push(
      whole.records
        .filter(({ place }) => place < order.length + 3)
        .toSorted((a, b) => a.place - b.place)
        .map(({ code }) => code),
    );
  }
  assert.deepEqual(plans[0], plans[1]);
});
