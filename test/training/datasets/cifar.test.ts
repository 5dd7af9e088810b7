import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, openSync, closeSync, ftruncateSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadCifar10, loadCifar100 } from "../../../src/training/datasets/cifar/cifar.js";
import { DatasetError } from "../../../src/training/datasets/dataset-error.js";
import { datasetFacts, loadDataset } from "../../../src/training/datasets/index.js";

/** A file of this size that is zero (and takes no room on disk) but for the bytes given, by offset. */
function sparse(path: string, size: number, bytes: readonly (readonly [number, number])[] = []): void {
  const file = openSync(path, "w");
  ftruncateSync(file, size);
  for (const [offset, value] of bytes) writeSync(file, Uint8Array.of(value), 0, 1, offset);
  closeSync(file);
}

const BATCH = 10_000 * 3073;
let root: string;

before(() => {
  root = mkdtempSync(join(tmpdir(), "netspace-cifar-"));
});
after(() => rmSync(root, { recursive: true, force: true }));

/** A folder with all the files of CIFAR-10, full-size. */
function fakeCifar10(name: string): string {
  const folder = join(root, name, "cifar-10-batches-bin");
  mkdirSync(folder, { recursive: true });
  for (let n = 1; n <= 5; n++) sparse(join(folder, `data_batch_${n}.bin`), BATCH);
  sparse(join(folder, "test_batch.bin"), BATCH);
  return folder;
}

describe("loadCifar10()", () => {
  it("reads labels and images in order, from the folder or its parent", async () => {
    const folder = fakeCifar10("whole");
    // Batch 2, record 1: label 7, first red pixel 200, last blue pixel 100.
    sparse(join(folder, "data_batch_2.bin"), BATCH, [
      [3073, 7],
      [3073 + 1, 200],
      [3073 + 3072, 100],
    ]);
    sparse(join(folder, "test_batch.bin"), BATCH, [[9999 * 3073, 9]]);
    for (const place of [folder, join(root, "whole")]) {
      const { name, classes, resolution, train, test, mean } = await loadCifar10(place);
      assert.deepEqual(
        [name, classes, resolution, train.count, test.count],
        ["cifar10", 10, 32, 50_000, 10_000],
      );
      assert.equal(train.labels[10_001], 7);
      assert.equal(train.images[10_001 * 3072], 200);
      assert.equal(train.images[10_001 * 3072 + 3071], 100);
      assert.equal(test.labels[9999], 9);
      assert.ok(Math.abs(mean[0] - 200 / 255 / (50_000 * 1024)) < 1e-15);
    }
  });

  it("holds out validation images and draws subsets, as many of each class, and says so in the name", async () => {
    const folder = fakeCifar10("balanced");
    for (const name of [1, 2, 3, 4, 5].map(n => `data_batch_${n}.bin`).concat("test_batch.bin")) {
      const labels = Array.from({ length: 10_000 }, (_, i): [number, number] => [i * 3073, i % 10]);
      sparse(join(folder, name), BATCH, labels);
    }
    const { name, train, validation, test } = await loadCifar10(folder, { validation: 5000, test: 20 });
    assert.equal(name, "cifar10-validation5000-test20-s1");
    assert.deepEqual([train.count, validation?.count, test.count], [45_000, 5000, 20]);
    for (let label = 0; label < 10; label++) {
      assert.equal(validation!.labels.filter(one => one === label).length, 500);
      assert.equal(test.labels.filter(one => one === label).length, 2);
    }
    const spec = { kind: "cifar10", folder, validation: 5000, test: 20 } as const;
    assert.equal(datasetFacts(spec).identity, name);
    assert.equal((await loadDataset(spec)).validation?.count, 5000);
    assert.equal(datasetFacts({ kind: "cifar10", folder }).identity, "cifar10");
    await assert.rejects(loadCifar10(folder, { validation: 50_000 }), {
      name: "DatasetError",
      message: /expected 1 training image of class 0 and 5000 to hold out, found 5000; ask for fewer/,
    });
    await assert.rejects(loadCifar10(folder, { validation: -1 }), {
      name: "RangeError",
      message: /loadCifar: validation must be an integer from 1 to/,
    });
  });

  it("says which folder is missing and where to get the archive", async () => {
    const folder = join(root, "nowhere");
    await assert.rejects(
      loadCifar10(folder),
      (error: Error) =>
        error instanceof DatasetError &&
        error.message.includes(`there is no folder ${folder}`) &&
        error.message.includes('"CIFAR-10 binary version" from the CIFAR page'),
    );
  });

  it("says which file is missing", async () => {
    const folder = fakeCifar10("gap");
    rmSync(join(folder, "data_batch_3.bin"));
    await assert.rejects(loadCifar10(folder), { name: "DatasetError", message: /data_batch_3\.bin.*ENOENT/ });
  });

  it("says what size a truncated file should have", async () => {
    const folder = fakeCifar10("short");
    sparse(join(folder, "data_batch_5.bin"), BATCH - 3073);
    await assert.rejects(loadCifar10(folder), {
      name: "DatasetError",
      message:
        /data_batch_5\.bin must have 30730000 bytes \(10000 records of 3073\), got 30726927; the file is truncated/,
    });
  });

  it("says which record has an impossible label", async () => {
    const folder = fakeCifar10("label");
    sparse(join(folder, "data_batch_1.bin"), BATCH, [[42 * 3073, 10]]);
    await assert.rejects(loadCifar10(folder), {
      name: "DatasetError",
      message: /data_batch_1\.bin: label of record 42 must be below 10, got 10/,
    });
  });
});

describe("loadCifar100()", () => {
  it("reads the fine label, which follows the coarse one", async () => {
    const folder = join(root, "hundred");
    mkdirSync(folder);
    sparse(join(folder, "train.bin"), 50_000 * 3074, [
      [3074, 19],
      [3074 + 1, 99],
      [3074 + 2, 50],
    ]);
    sparse(join(folder, "test.bin"), 10_000 * 3074);
    const { name, classes, train } = await loadCifar100(folder);
    assert.deepEqual([name, classes], ["cifar100", 100]);
    assert.equal(train.labels[1], 99);
    assert.equal(train.images[3072], 50);
  });
});
