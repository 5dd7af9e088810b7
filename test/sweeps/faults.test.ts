/**
 * Faults at random moments: runners and workers killed with SIGKILL. Whatever happens, no outcome that was told is
 * lost, and none is stored twice. `NETSPACE_FAULTS=200` injects as many as the project's own measurement did.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPopulation, type Random, seeded, type SweepSpec } from "netspace";

const FAULTS = Number(process.env.NETSPACE_FAULTS ?? 12);
const runner = fileURLToPath(new URL("../support/quick-runner.js", import.meta.url));

const spec: SweepSpec = {
  space: "AnyNetXA",
  n: 10 * FAULTS,
  where: { depth: [4, 8] },
  dataset: { kind: "procedural", resolution: 16, train: 100, test: 50, seed: 1 },
  recipe: "tiny",
};

/** The workers of a runner, as Linux lists them. */
function workersOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? [] : children.split(" ").map(Number);
  } catch {
    return [];
  }
}

const storedIds = (out: string): string[] =>
  readdirSync(join(out, "trials")).flatMap(name =>
    readFileSync(join(out, "trials", name), "utf8")
      .split("\n")
      .filter(line => line.endsWith("}"))
      .map(line => JSON.parse(line.slice(9)) as { id: string; status: string })
      .filter(record => record.status === "finished")
      .map(record => record.id),
  );

/** Kills a worker, the runner, or the runner and its workers at once, which is all a power cut is to processes. */
function injectFault(random: Random, pid: number): { struck: boolean; runnerStruck: boolean } {
  const workers = workersOf(pid);
  const which = random();
  const targets =
    which < 0.4 && workers.length > 0
      ? [workers[Math.floor(random() * workers.length)]]
      : which < 0.7
        ? [pid]
        : [pid, ...workers];
  const struck = targets.filter(target => {
    try {
      return process.kill(target, "SIGKILL");
    } catch {
      return false; // It ended by itself meanwhile.
    }
  });
  return { struck: struck.length > 0, runnerStruck: struck.includes(pid) };
}

test(`${FAULTS} faults at random moments lose no finished trial and repeat none`, {
  skip: process.platform === "linux" ? false : "needs /proc to find a runner's workers",
}, async () => {
  const out = mkdtempSync(join(tmpdir(), "netspace-faults-"));
  try {
    const file = join(out, "spec-in.json");
    writeFileSync(file, JSON.stringify(spec));
    const told = new Set<string>();
    // Trials that the runner of the moment said its workers are at.
    const trials = { underWay: 0 };
    const start = () => {
      const child = spawn(process.execPath, [runner, file, out, "2"], { stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      trials.underWay = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        const lines = (text + chunk.toString()).split("\n");
        text = lines.pop()!;
        for (const line of lines) {
          const [word, value] = line.split(" ");
          if (word === "ended") told.add(value);
          else trials.underWay = Number(value);
        }
      });
      return child;
    };
    const random = seeded(7);
    let child = start();
    let done = once(child, "close");
    let strikes = 0;
    const gone = () => child.exitCode !== null || child.signalCode !== null;
    for (let fault = 0; fault < FAULTS; fault++) {
      // A runner that is killed before its workers are at something tests nothing but Node's own start.
      while (!gone() && trials.underWay === 0) await sleep(10);
      await sleep(random() * 500);
      const busy = !gone() && trials.underWay > 0;
      const { struck, runnerStruck } = injectFault(random, child.pid!);
      if (struck && busy) strikes++;
      if (runnerStruck || gone()) {
        await done;
        child = start();
        done = once(child, "close");
      }
    }
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const [code] = (await done) as [number | null];
    if (code === null) {
      child = start();
      const [again] = (await once(child, "close")) as [number];
      assert.equal(again, 0);
    } else assert.equal(code, 0, Buffer.concat(stderr).toString());
    assert.ok(strikes >= 0.9 * FAULTS, `${strikes} of ${FAULTS} faults struck while trials were under way`);
    const ids = storedIds(out);
    assert.equal(new Set(ids).size, spec.n, "every trial has an outcome");
    assert.equal(ids.length, spec.n, "no trial was trained twice");
    for (const id of told) assert.ok(ids.includes(id), "an outcome that was told is stored");
    assert.equal(openPopulation(out).length, spec.n);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
