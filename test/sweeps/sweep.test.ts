import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPopulation, type SweepProgress, type SweepSpec, sweep } from "netspace";
import { withoutAddon } from "../support/needs.js";
import { smallSweep } from "../support/small-sweep.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const needsEngine = { skip: withoutAddon };

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "netspace-sweep-"));
  folders.push(made);
  return made;
};
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const recipe = {
  epochs: 1,
  batch: 32,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 5e-5,
  warmupEpochs: 0,
  cropPadding: 2,
  flip: true,
};
const spec: SweepSpec = { ...smallSweep, seed: 1, recipe };

/** Every line of every log, as stored. */
const storedLines = (out: string): { id: string; status: string }[] =>
  readdirSync(join(out, "trials")).flatMap(name =>
    readFileSync(join(out, "trials", name), "utf8")
      .split("\n")
      .filter(line => line.endsWith("}"))
      .map(line => JSON.parse(line.slice(9)) as { id: string; status: string }),
  );

test(
  "sweep() trains the sampled networks, tells its progress, and keeps one record each",
  needsEngine,
  async () => {
    const out = folder();
    const seen: SweepProgress[] = [];
    const population = await sweep(spec, { out, workers: 2, onProgress: progress => seen.push(progress) });
    assert.equal(population.members.length, 4);
    for (const { row, epochs } of population.members) {
      assert.ok(row.error >= 0 && row.error <= 100 && row.flops >= 1e5 && row.flops <= 6e5);
      assert.equal(row.depth, row.d1 + row.d2 + row.d3 + row.d4);
      assert.equal(epochs.length, 1);
    }
    const last = seen.at(-1)!;
    assert.deepEqual([last.done, last.total, last.failed, last.running.size], [4, 4, 0, 0]);
    assert.equal(last.best, Math.min(...population.errors));
    assert.equal(storedLines(out).length, 4);

    // Again: nothing is left to do, and the outcome is the same.
    const again = await sweep(spec, { out });
    assert.deepEqual(again.rows, population.rows);
    assert.equal(storedLines(out).length, 4);
  },
);

test(
  "a sweep whose runner is killed again and again loses no finished trial and repeats none",
  needsEngine,
  async () => {
    const out = folder();
    const file = join(out, "spec-in.json");
    writeFileSync(file, JSON.stringify({ ...spec, n: 10 }));
    const reported = new Set<string>();
    const start = () =>
      spawn(process.execPath, [
        join(root, "dist/src/cli/main.js"),
        "sweep",
        file,
        "--out",
        out,
        "--workers",
        "2",
        "--json",
      ]);
    for (let kills = 0; kills < 4; kills++) {
      const runner = start();
      let text = "";
      let ended = 0;
      await new Promise<void>(resolve => {
        runner.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          const lines = text.split("\n");
          text = lines.pop()!;
          for (const line of lines) {
            const { trial } = JSON.parse(line) as { trial?: { id: string } };
            if (!trial) continue;
            reported.add(trial.id);
            // Killed while other trials are under way, after one or two of this run are reported.
            if (++ended > kills % 2) runner.kill("SIGKILL");
          }
        });
        runner.on("close", () => resolve());
      });
    }
    const finished = start();
    const [code] = (await once(finished, "close")) as [number];
    assert.equal(code, 0);
    const lines = storedLines(out);
    const ids = lines.map(line => line.id);
    assert.equal(new Set(ids).size, 10);
    assert.equal(ids.length, 10, "a finished trial was trained twice");
    for (const id of reported) assert.ok(ids.includes(id), "a reported trial was lost");
  },
);

test("a worker that dies is replaced, and its trial is tried again", needsEngine, async () => {
  const out = folder();
  let killed = false;
  const population = await sweep(spec, {
    out,
    workers: 1,
    onProgress: ({ event }) => {
      if (killed || event !== "started") return;
      killed = true;
      const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8")
        .trim()
        .split(" ");
      for (const child of children) {
        const command = readFileSync(`/proc/${child}/cmdline`, "utf8");
        if (command.includes("runner/worker.js")) process.kill(Number(child), "SIGKILL");
      }
    },
  });
  assert.ok(killed);
  assert.equal(population.members.length, 4);
});

test("aborting a sweep keeps what is finished, and the next one goes on", needsEngine, async () => {
  const out = folder();
  const stop = new AbortController();
  const part = await sweep(spec, {
    out,
    workers: 1,
    signal: stop.signal,
    onProgress: ({ done }) => done === 1 && stop.abort(),
  });
  assert.equal(part.members.length, 1);
  assert.equal(openPopulation(out).members.length, 1);
  const whole = await sweep(spec, { out });
  assert.equal(whole.members.length, 4);
  assert.deepEqual(whole.rows[part.rows[0].index], part.rows[0]);
});

test(
  "netspace sweep says each outcome as a line of JSON; Ctrl-C ends it with the trials under way",
  needsEngine,
  async () => {
    const out = folder();
    const file = join(folder(), "spec.json");
    writeFileSync(file, JSON.stringify({ ...spec, n: 30 }));
    const main = join(root, "dist/src/cli/main.js");
    const child = spawn(process.execPath, [main, "sweep", file, "--out", out, "--workers", "1", "--json"]);
    let [said, complained] = ["", ""];
    child.stderr.on("data", (text: Buffer) => (complained += text.toString()));
    child.stdout.on("data", (text: Buffer) => {
      if (said === "") child.kill("SIGINT");
      said += text.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 1);
    assert.match(complained, /ending with the trials under way; Ctrl-C again stops at once/);
    assert.match(
      complained,
      /netspace: sweep: stopped; what is finished is kept, run the same command to go on/,
    );
    const lines = said.trimEnd().split("\n");
    const outcomes = lines.map(
      line => JSON.parse(line) as { done: number; total: number; trial: { id: string } },
    );
    assert.deepEqual(
      outcomes.map(({ done, total }) => [done, total]),
      outcomes.map((_, i) => [i + 1, 30]),
    );
    assert.deepEqual(
      storedLines(out).map(({ id }) => id),
      outcomes.map(({ trial }) => trial.id),
    );
    assert.ok(storedLines(out).length < 30);
  },
);

test("a loss that becomes NaN is recorded as a diverged trial with its step", needsEngine, async () => {
  const out = folder();
  const absurd = { ...recipe, learningRate: 1e12 };
  const { members } = await sweep({ ...spec, n: 2, recipe: absurd }, { out });
  assert.deepEqual(
    members.map(m => m.row.status),
    ["diverged", "diverged"],
  );
  assert.deepEqual(
    members.map(m => m.row.error),
    [90, 90],
  );
});

test("a recipe drawn for each network becomes columns of the population", needsEngine, async () => {
  const out = folder();
  const drawn = { ...recipe, learningRate: { logUniform: [0.01, 1] as const }, batch: { oneOf: [16, 32] } };
  const population = await sweep({ ...spec, n: 2, repeats: 2, recipe: drawn }, { out });
  const rates = population.column("learningRate");
  assert.ok(rates.every(rate => rate >= 0.01 && rate <= 1) && rates[0] !== rates[1]);
  assert.deepEqual(rates.slice(2), rates.slice(0, 2));
  assert.ok(population.column("trainBatch").every(batch => batch === 16 || batch === 32));
  assert.deepEqual(population.column("weightDecay"), [5e-5, 5e-5, 5e-5, 5e-5]);
  assert.deepEqual(population.column("seed"), [1, 2, 3, 4]);
  assert.deepEqual(population.column("network"), [0, 1, 0, 1]);
});

test("a folder that holds another sweep is refused, and stays as it is", needsEngine, async () => {
  const out = folder();
  await sweep({ ...spec, n: 1 }, { out });
  const before = storedLines(out);
  await assert.rejects(sweep({ ...spec, n: 1, seed: 2 }, { out }), {
    name: "SpecError",
    message: /holds a sweep of another spec \(seed differs: 1 there, 2 here\); choose another folder/,
  });
  assert.deepEqual(storedLines(out), before);
});

test("a dataset that is not there stops the sweep before any trial, with its own error", async () => {
  const dataset = { kind: "cifar10", folder: "/nonexistent/cifar" } as const;
  const out = folder();
  await assert.rejects(sweep({ ...spec, where: {}, dataset }, { out }), {
    name: "DatasetError",
    message: /\/nonexistent\/cifar/,
  });
  assert.ok(!existsSync(join(out, "trials")));
});

test("a batch larger than the training split is refused by name", async () => {
  await assert.rejects(sweep({ ...spec, recipe: { ...recipe, batch: 512 } }, { out: folder() }), {
    name: "SpecError",
    message: /recipe\.batch: expected at most the training split's 256 images, got 512/,
  });
});

test("records of another sweep do not enter the population, and are noted", needsEngine, async () => {
  const [out, other] = [folder(), folder()];
  await sweep({ ...spec, n: 1 }, { out });
  await sweep({ ...spec, n: 1, seed: 9 }, { out: other });
  const [log] = readdirSync(join(other, "trials"));
  cpSync(join(other, "trials", log), join(out, "trials", `foreign-${log}`));
  const population = openPopulation(out);
  assert.equal(population.members.length, 1);
  assert.match(population.notes.join(), /1 trials belong to another sweep/);
});

test(
  "a worker that dies after storing a record and before reporting it does not run the trial twice",
  needsEngine,
  async () => {
    const out = folder();
    const watch = setInterval(() => {
      if (!existsSync(join(out, "trials"))) return;
      for (const name of readdirSync(join(out, "trials"))) {
        // A log's name holds its worker's process number: host-pid-time-random.log.
        const pid = Number(name.split("-").at(-3));
        if (killed.has(name) || statSync(join(out, "trials", name)).size === 0) continue;
        killed.add(name);
        process.kill(pid, "SIGKILL");
      }
    }, 1);
    const killed = new Set<string>();
    try {
      await sweep({ ...spec, n: 3 }, { out, workers: 1 });
    } finally {
      clearInterval(watch);
    }
    assert.ok(killed.size > 0);
    const ids = storedLines(out).map(line => line.id);
    assert.deepEqual([ids.length, new Set(ids).size], [3, 3]);
  },
);

test(
  "an observer that throws ends the sweep with its error, keeps what is finished, and frees the folder",
  needsEngine,
  async () => {
    const out = folder();
    const onProgress = ({ done }: SweepProgress) => {
      if (done === 1) throw new Error("observer");
    };
    await assert.rejects(sweep(spec, { out, workers: 1, onProgress }), { message: "observer" });
    assert.equal(openPopulation(out).members.length, 1);
    assert.equal((await sweep(spec, { out })).members.length, 4);
  },
);

const faults: [string, object, RegExp][] = [
  ["an unknown field", { ...spec, epochs: 3 }, /epochs: no such field; take it out, or check its spelling/],
  [
    "an unknown space",
    { ...spec, space: "AnyNetXF" },
    /space: expected one of "AnyNetXA", .*, got "AnyNetXF"/,
  ],
  ["a count of zero", { ...spec, n: 0 }, /n: expected a number > 0, got 0/],
  [
    "a recipe with a negative learning rate",
    { ...spec, recipe: { ...recipe, learningRate: -1 } },
    /recipe: learningRate must be a positive number, got -1/,
  ],
  [
    "an unknown dataset",
    { ...spec, dataset: { kind: "mnist" } },
    /dataset\.kind: expected one of "procedural", "images", "idx", "cifar10", "cifar100", got "mnist"/,
  ],
];
for (const [what, broken, message] of faults) {
  test(`a spec with ${what} is refused by name`, async () => {
    await assert.rejects(sweep(broken as SweepSpec, { out: folder() }), { message });
  });
}
