import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { meterPower } from "../../src/trials/runner/power-meter.js";

/** A folder with an `nvidia-smi` that answers at once, and says how it was called. */
let folder = "";
const original = { path: process.env.PATH, visible: process.env.CUDA_VISIBLE_DEVICES };
before(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-power-"));
});
after(() => {
  process.env.PATH = original.path;
  if (original.visible === undefined) delete process.env.CUDA_VISIBLE_DEVICES;
  else process.env.CUDA_VISIBLE_DEVICES = original.visible;
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a driver on the path that prints these lines and then waits, and meters a device until they are out. */
async function meter(lines: string, device: "cuda" | `cuda:${number}`): Promise<number | undefined> {
  const file = join(folder, "nvidia-smi");
  const called = join(folder, "called");
  rmSync(called, { force: true });
  writeFileSync(file, `#!/bin/sh\nprintf '${lines}'\necho "$@" > '${called}'\nexec sleep 60\n`);
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}:${original.path}`;
  const mean = meterPower(device);
  for (let waited = 0; waited < 200; waited++) {
    await sleep(50);
    try {
      if (readFileSync(called, "utf8").endsWith("\n")) break;
    } catch {
      // Not called yet.
    }
  }
  await sleep(100);
  return mean();
}

const skip = process.platform === "win32" ? "needs a shell script on the path" : false;

test("the mean of the driver's readings, without a line that is cut short", { skip }, async () => {
  assert.equal(await meter("100.00\\n300.00\\n9", "cuda"), 200);
});

test("a device that does not tell its power has none", { skip }, async () => {
  assert.equal(await meter("[N/A]\\n[N/A]\\n", "cuda:0"), undefined);
});

test("the device is the visible one of that number", { skip }, async () => {
  process.env.CUDA_VISIBLE_DEVICES = "3, GPU-abc";
  await meter("1\\n", "cuda:1");
  assert.match(readFileSync(join(folder, "called"), "utf8"), /^--id=GPU-abc /);
});

test("no driver, and a CPU, give no reading", async () => {
  process.env.PATH = join(folder, "nothing-here");
  const mean = meterPower("cuda");
  await sleep(50);
  assert.equal(mean(), undefined);
  assert.equal(meterPower("cpu")(), undefined);
});
