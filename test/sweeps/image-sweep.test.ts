/** Sweeps over a folder of images: what its content decides, and what happens when it changes. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  compactSweep,
  expandSweep,
  openPopulation,
  planSweep,
  readPopulation,
  retrain,
  type SweepSpec,
} from "netspace";
import sharp from "sharp";
import { completeSpec } from "../../src/trials/spec.js";
import { sweepWith } from "../../src/sweeps/sweep.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { writeSweepReport } from "../../src/report/sweep-report.js";
import { withoutAddon } from "../support/needs.js";
import { smallSweep } from "../support/small-sweep.js";

const quick = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "netspace-image-sweep-"));
const folder = join(root, "images");
const home = process.env.XDG_CACHE_HOME;

const spec: SweepSpec = {
  ...smallSweep,
  n: 2,
  dataset: { kind: "images", folder, resolution: 16, testShare: 0.25 },
  recipe: { base: "tiny", epochs: 1, batch: 4 },
};

const put = async (file: string, red: number): Promise<void> =>
  writeFileSync(
    file,
    await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: red, g: 0, b: 99 } } })
      .png()
      .toBuffer(),
  );

before(async () => {
  process.env.XDG_CACHE_HOME = join(root, "cache");
  for (const [label, name] of ["bright", "dark", "middle"].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 4; i++) await put(join(folder, name, `${i}.png`), 80 * label + i);
  }
});
after(() => {
  if (home === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = home;
  rmSync(root, { recursive: true, force: true });
});

describe("a sweep over a folder of images", () => {
  it("stores what the folder held, and names its trials by that, wherever the folder lies", async () => {
    const out = join(root, "run");
    await sweepWith(quick, spec, { out, workers: 1, onProgress() {} });
    const { dataset } = JSON.parse(readFileSync(join(out, "spec.json"), "utf8")) as SweepSpec;
    assert.ok(typeof dataset !== "string" && dataset.kind === "images");
    assert.equal(dataset.classes, 3);
    assert.match(dataset.content!, /^[0-9a-f]{32}$/);
    const jobs = trialsOf(await completeSpec(spec));
    assert.deepEqual(
      jobs.map(({ network }) => network.classes),
      [3, 3],
    );
    const moved = join(root, "moved");
    renameSync(folder, moved);
    const there = trialsOf(
      await completeSpec({ ...spec, dataset: { ...(spec.dataset as object), folder: moved } as never }),
    );
    renameSync(moved, folder);
    assert.deepEqual(
      there.map(job => job.id),
      jobs.map(job => job.id),
    );
  });

  it("goes on with the same images, and refuses others", async () => {
    const out = join(root, "run");
    const again = await sweepWith(quick, spec, { out, workers: 1, onProgress() {} });
    assert.equal(again.length, 2);
    await put(join(folder, "dark/new.png"), 7);
    await assert.rejects(sweepWith(quick, spec, { out, workers: 1, onProgress() {} }), {
      name: "SpecError",
      message: /holds a sweep of another spec \(dataset differs\)/,
    });
    rmSync(join(folder, "dark/new.png"));
  });

  it("notes the images that could not be decoded, wherever the population goes", async () => {
    const broken = join(root, "broken");
    cpSync(folder, broken, { recursive: true });
    const files = [join("dark", "cut.png"), join("middle", "text.jpg")];
    writeFileSync(join(broken, files[0]), readFileSync(join(folder, "dark/1.png")).subarray(0, 60));
    writeFileSync(join(broken, files[1]), "no image");
    const out = join(root, "skipping");
    const dataset = { kind: "images", folder: broken, resolution: 16, testShare: 0.25 } as const;
    const { notes } = await sweepWith(quick, { ...spec, dataset }, { out, workers: 1, onProgress() {} });
    assert.match(
      notes[0],
      /^2 images of the dataset could not be decoded and are left out: .* \(.+\), .* \(.+\)$/,
    );
    for (const file of files) assert.ok(notes[0].includes(file), notes[0]);
    assert.equal(notes.length, 1);
    assert.deepEqual(openPopulation(out).notes, notes);
    const page = join(root, "skipping.html");
    writeSweepReport(openPopulation(out), page);
    assert.match(readFileSync(page, "utf8"), /Note: 2 images of the dataset could not be decoded/);
    const file = join(root, "skipping.parquet");
    await compactSweep(out, file);
    assert.deepEqual((await readPopulation(file)).notes, notes);
    await expandSweep(file, join(root, "expanded"));
    assert.deepEqual(openPopulation(join(root, "expanded")).notes, notes);
  });

  it("is planned with the images that the folder has", async () => {
    const throughput = {
      source: "a second an image",
      n: 4,
      medianError: 0,
      flops: [0, 1e9],
      acts: [0, 1e9],
      secondsPerImage: () => 1,
    } as const;
    const plan = await planSweep(spec, { devices: 1, throughput });
    // Nine training images are two batches of four; three test images cost a third each.
    assert.ok(Math.abs(plan.longestHours * 3600 - 9) < 1e-9);
  });

  it("trains in worker processes, and is trained again to the same errors", {
    skip: withoutAddon,
  }, async () => {
    const population = await sweepWith(undefined, spec, {
      out: join(root, "real"),
      workers: 1,
      onProgress() {},
    });
    assert.deepEqual(population.notes, []);
    for (const { stored, again } of (await retrain(population, { networks: 2 })).rows) {
      assert.equal(again, stored);
    }
  });
});
