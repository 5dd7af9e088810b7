/**
 * Several threads of JavaScript with the binding in one process: what one queues, holds and limits is its own, and its
 * end, at whatever moment, is nobody else's. In processes of their own, since what is wrong here ends the process.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { withoutAddon } from "../../../support/needs.js";

const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
/** Runs a script beside helpers that start threads; what it prints last, parsed. */
async function inProcess(script: string, ...flags: string[]): Promise<unknown> {
  const source = `
    import { Worker } from "node:worker_threads";
    import { setTimeout as sleep } from "node:timers/promises";
    import { torch } from ${at("../../../../src/training/engines/torch.js")};
    import { loadAddon } from ${at("../../../../src/training/engines/torch/addon.js")};
    import { Model } from ${at("../../../../src/training/engines/torch/model.js")};
    import { tiny } from ${at("../../../../src/training/recipes.js")};
    import { quadrants, small } from ${at("../../../support/networks.js")};
    const start = task => {
      const worker = new Worker(new URL(${at("thread.js")}), { workerData: task, execArgv: [] });
      const result = new Promise((resolve, reject) => {
        worker.on("message", message => message !== "begun" && resolve(message));
        worker.on("error", reject);
      });
      result.catch(() => {});
      const begun = new Promise(resolve => worker.on("message", message => message === "begun" && resolve()));
      const ended = new Promise(resolve => worker.on("exit", resolve));
      return { worker, result, begun, ended };
    };
    const recipe = { ...tiny, epochs: 2, batch: 32, learningRate: 0.05, warmupEpochs: 0 };
    const trainHere = options => torch.train(small, quadrants(640, 40), recipe, { threads: 1, ...options });
    ${script}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, "--input-type=module", "-e", source],
    { timeout: 120_000 },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

describe("threads with the binding", { skip: withoutAddon }, () => {
  it("train at the same time as each does alone, though others end beside them", async () => {
    const [alone, beside, others] = (await inProcess(`
      const alone = await start({ epochs: 12 }).result;
      const training = start({ epochs: 12 });
      await training.begun;
      const others = [];
      for (const task of [{ epochs: 1 }, { epochs: 500, exit: true }, { load: "once", epochs: 0 }, { epochs: 1000 }]) {
        const other = start(task);
        if (task.epochs === 1000) {
          await other.begun;
          await other.worker.terminate();
        }
        await other.ended;
        others.push(task.epochs === 1 ? (await other.result).status : "ended");
      }
      console.log(JSON.stringify([alone, await training.result, others]));`)) as [
      { status: string; bias: unknown },
      unknown,
      string[],
    ];
    assert.equal(alone.status, "finished");
    assert.deepEqual(beside, alone);
    assert.deepEqual(others, ["finished", "ended", "ended", "ended"]);
  });

  it("have limits and peaks of memory of their own", async () => {
    const [alone, limited, beside] = (await inProcess(`
      const alone = await start({ epochs: 6 }).result;
      const training = start({ epochs: 6 });
      await training.begun;
      const limited = await start({ epochs: 1, memoryLimit: 1 << 19 }).result;
      console.log(JSON.stringify([alone, limited, await training.result]));`)) as { status: string }[];
    assert.equal(limited.status, "out-of-memory");
    assert.deepEqual(beside, alone);
  });

  it("may be terminated at any moment, and the process trains on", async () => {
    const statuses = await inProcess(`
      for (let i = 0; i < 12; i++) {
        // While it starts, loads the binding, uploads, and trains.
        const { worker, ended } = start({ epochs: 1000 });
        await sleep(i * 60);
        await worker.terminate();
        await ended;
      }
      for (let i = 0; i < 8; i++) {
        const { worker, begun } = start({ epochs: 1000 });
        await begun;
        await worker.terminate();
      }
      console.log(JSON.stringify((await trainHere()).status));`);
    assert.equal(statuses, "finished");
  });

  it("may be terminated while they load the binding", async () => {
    const ended = await inProcess(`
      loadAddon();
      let ended = 0;
      for (let i = 0; i < 30; i++) {
        const { worker, begun, ended: end } = start({ epochs: 0, load: "forever" });
        await begun;
        await sleep(i / 4);
        await worker.terminate();
        await end;
        ended++;
      }
      console.log(ended);`);
    assert.equal(ended, 30);
  });

  for (const [how, script, status] of [
    ["process.exit", "const onStep = () => process.exit(7); await trainHere({ onStep });", 7],
    ["an uncaught error", "setTimeout(() => { throw new Error('left'); }, 50); await trainHere();", 1],
    ["its natural end", "await trainHere(); worker.unref();", 0],
    ["its natural end before it has loaded the binding itself", "worker.unref();", 0],
  ] as const) {
    it(`end with the process by ${how}`, async () => {
      const run = inProcess(
        `const { worker, begun } = start({ epochs: 100_000 }); await begun; console.log(1); ${script}`,
      );
      const ended = await run.then(
        () => ({ code: 0, signal: null }),
        ({ code, signal }) => ({ code, signal }),
      );
      assert.deepEqual(ended, { code: status, signal: null });
    });
  }

  it("get an answer to everything they asked for before they stopped", async () => {
    const answers = (await inProcess(`
      const model = await Model.create(small, { threads: 1 });
      const timing = { batch: 4, resolution: 12, training: true, warmUp: 0, runs: 1_000_000 };
      const asked = [model.time(timing), model.get("head.fc.bias"), model.exchangeAverages()];
      await sleep(50);
      loadAddon().stop();
      asked.push(model.get("head.fc.bias"));
      const settled = await Promise.allSettled(asked);
      console.log(JSON.stringify(settled.map(({ status, reason }) => reason?.message ?? status)));`)) as string[];
    assert.equal(answers[0], "fulfilled");
    for (const answer of answers.slice(1)) assert.match(answer, /^Model\.\w+: the binding was stopped/);
  });

  it("may let go of models and data sets that are in use", async () => {
    const same = await inProcess(
      `
      const images = new Float32Array(2 * 3 * 144).map((_, i) => Math.sin(i));
      const batch = { images, shape: [2, 3, 12, 12] };
      const kept = await Model.create(small, { threads: 1, seed: 5 });
      const expected = await kept.forward(batch);
      const results = [];
      for (let i = 0; i < 200; i++) {
        results.push(Model.create(small, { threads: 1, seed: 5 }).then(model => {
          const logits = model.forward(batch);
          if (i % 3 === 0) model.dispose();
          return logits;
        }));
        if (i % 10 === 0) gc();
        if (i % 20 === 0) await sleep(1);
      }
      gc();
      const all = await Promise.all(results);
      const uploaded = trainHere();
      gc();
      const { status } = await uploaded;
      console.log(JSON.stringify([all.length, all.every(l => l.every((v, i) => v === expected[i])), status]));`,
      "--expose-gc",
    );
    assert.deepEqual(same, [200, true, "finished"]);
  });
});
