/** Sweeps that are refused: whatever the reason, nothing comes into being, be it a folder. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, afterEach, test } from "node:test";
import { expandSweep, submitSweep, sweep, type SweepOptions, type SweepSpec } from "netspace";
import { smallSweep } from "../support/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-refused-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const { PATH, NETSPACE_TORCH_ADDON } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
  if (NETSPACE_TORCH_ADDON === undefined) delete process.env.NETSPACE_TORCH_ADDON;
  else process.env.NETSPACE_TORCH_ADDON = NETSPACE_TORCH_ADDON;
});

const recipe = {
  epochs: 1,
  batch: 16,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 0,
  warmupEpochs: 0,
  cropPadding: 0,
  flip: false,
};
const spec: SweepSpec = { ...smallSweep, n: 2, recipe };
const nowhere = join(folder, "nowhere");

/** By what is wrong: the spec, how it is run, and what is said. */
const refused: Readonly<Record<string, [SweepSpec, Partial<SweepOptions>, RegExp]>> = {
  "a batch larger than the training split": [
    { ...spec, recipe: { ...recipe, batch: 100_000 } },
    {},
    /recipe\.batch: expected at most the training split's \d+ images, got 100000/,
  ],
  "an unknown engine": [{ ...spec, engine: "jax" }, {}, /engine: expected one of .*, got "jax"/],
  "a dataset that does not exist": [
    { ...spec, dataset: { kind: "cifar10", folder: nowhere }, where: {} },
    {},
    /nowhere/,
  ],
  "a folder of images that does not exist": [
    { ...spec, dataset: { kind: "images", folder: nowhere, resolution: 16 } },
    {},
    /nowhere/,
  ],
  "a precision that the engine has not": [
    { ...spec, engine: "tensorflow", precision: "bf16" },
    {},
    /precision must be/,
  ],
  "a device that the engine is not put on": [
    { ...spec, engine: "tensorflow" },
    { devices: ["cuda"] },
    /run\.devices must be/,
  ],
  "a device that is none": [spec, { devices: ["tpu" as never] }, /devices\.0: expected "cpu", "cuda"/],
  "a limit of memory that the engine does not keep": [
    { ...spec, engine: "tensorflow", run: { memoryLimit: 1e9 } },
    {},
    /run\.memoryLimit must be left out/,
  ],
  "no workers": [spec, { workers: 0 }, /workers: expected/],
  "more threads than there can be": [spec, { threads: 4000 }, /threads must be at most/],
  "retries that are no number": [spec, { retries: 0.5 }, /retries: expected/],
};

for (const [what, [wrong, options, message]] of Object.entries(refused)) {
  test(`a sweep with ${what} is refused before its folder is made`, async () => {
    const out = join(folder, "new", "sweep");
    await assert.rejects(sweep(wrong, { ...options, out }), message);
    assert.ok(!existsSync(join(folder, "new")), String(existsSync(out) && readdirSync(out)));
  });
}

test("without the engine a sweep is refused before its folder is made, and writes nothing into one that is there", async () => {
  process.env.NETSPACE_TORCH_ADDON = join(nowhere, "netspace_torch.node");
  const out = join(folder, "without");
  await assert.rejects(sweep(spec, { out }), { name: "EngineUnavailableError" });
  assert.ok(!existsSync(out));
  mkdirSync(out);
  await assert.rejects(sweep(spec, { out }), { name: "EngineUnavailableError" });
  assert.deepEqual(readdirSync(out), []);
});

test("a place that no folder can have is refused by name", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "kept");
  for (const out of [file, join(file, "sweep")]) {
    await assert.rejects(sweep(spec, { out }), {
      name: "StoreError",
      message: /expected a folder to write in/,
    });
  }
});

test("a job that Slurm refuses, or that nobody takes, leaves no folder, and of an older one what was there", async () => {
  const out = join(folder, "cluster");
  process.env.PATH = nowhere;
  await assert.rejects(submitSweep(spec, out), /sbatch: is not installed here/);
  assert.ok(!existsSync(out));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "sbatch"), "#!/bin/sh\necho 'invalid partition' >&2\nexit 1\n");
  chmodSync(join(bin, "sbatch"), 0o755);
  process.env.PATH = `${bin}${delimiter}${PATH}`;
  await assert.rejects(submitSweep(spec, out), /sbatch: invalid partition/);
  assert.ok(!existsSync(out));
  mkdirSync(out);
  writeFileSync(join(out, "notes.txt"), "mine");
  await assert.rejects(submitSweep(spec, out), /sbatch: invalid partition/);
  assert.deepEqual(readdirSync(out), ["notes.txt"]);
  // A job whose number cannot be read may run, and needs what was written for it.
  writeFileSync(join(bin, "sbatch"), "#!/bin/sh\necho 'Submitted, I think'\n");
  await assert.rejects(submitSweep(spec, out), /expected a job's number/);
  assert.deepEqual(readdirSync(out).sort(), ["notes.txt", "slurm", "spec.json"]);
});

test("a batch larger than the training split is not submitted", async () => {
  const out = join(folder, "submitted");
  const wrong = { ...spec, recipe: { ...recipe, batch: 100_000 } };
  await assert.rejects(submitSweep(wrong, out), /recipe\.batch: expected at most the training split's/);
  assert.ok(!existsSync(out));
});

test("a file that is no compact population makes no folder", async () => {
  const out = join(folder, "expanded");
  const file = join(folder, "no.parquet");
  writeFileSync(file, "text");
  await assert.rejects(expandSweep(file, out), { name: "TableError" });
  assert.ok(!existsSync(out));
});
