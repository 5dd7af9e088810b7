import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import type { Split } from "../../../src/training/dataset.js";
import { proceduralDataset } from "../../../src/training/datasets/procedural/procedural.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const small = { resolution: 32, train: 100, test: 50, seed: 1 };

/** One image of a split. */
function image(split: Split, index: number): Uint8Array {
  const size = split.images.length / split.count;
  return split.images.subarray(index * size, (index + 1) * size);
}

describe("proceduralDataset()", () => {
  it("draws the bytes that its version promises, on every machine", () => {
    // Provenance: made by this generator. When it fails, pixels have changed: raise PROCEDURAL_VERSION with it.
    const { name, train, test } = proceduralDataset(small);
    assert.equal(name, "procedural-v1-32-100+50-s1");
    assert.equal(sha256(train.images), "05d24cf7d287a6f8c8ea521a73c573e5dc04594e199664d88abb06cb332e68a5");
    assert.equal(sha256(test.images), "b191afead206f2eaafd21c243dc506b87dfede5eb401ed69cf92020261ddf39d");
  });

  it("draws validation images beside the others, which stay as they are to the byte", () => {
    const [plain, split] = [proceduralDataset(small), proceduralDataset({ ...small, validation: 40 })];
    assert.equal(split.name, "procedural-v1-32-100+50-s1-validation40");
    assert.deepEqual([split.train, split.test, split.mean], [plain.train, plain.test, plain.mean]);
    assert.ok(!("validation" in plain));
    assert.deepEqual([...split.validation!.labels.subarray(0, 11)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    const seen = new Set<string>();
    for (const part of [split.train, split.validation!, split.test]) {
      for (let i = 0; i < part.count; i++) seen.add(sha256(image(part, i)));
    }
    assert.equal(seen.size, 190, "no image is in two splits");
    // Provenance: made by this generator, as the digests above.
    assert.equal(
      sha256(split.validation!.images),
      "3b44ecafc29382b3df90a35b8b578370cc8be2824802cc092e15d84c1e138388",
    );
    assert.throws(
      () => proceduralDataset({ ...small, validation: 9 }),
      /validation must be an integer from 10 to/,
    );
  });

  it("keeps earlier images when a split grows", () => {
    const one = proceduralDataset(small);
    const grown = proceduralDataset({ ...small, train: 130, test: 70 });
    assert.deepEqual(grown.train.images.subarray(0, one.train.images.length), one.train.images);
    assert.deepEqual(grown.test.images.subarray(0, one.test.images.length), one.test.images);
  });

  it("draws other images for another seed, and for the other split", () => {
    const one = proceduralDataset(small);
    const two = proceduralDataset({ ...small, seed: 2 });
    const seen = new Set<string>();
    for (const split of [one.train, one.test, two.train, two.test]) {
      for (let i = 0; i < split.count; i++) seen.add(sha256(image(split, i)));
    }
    assert.equal(seen.size, 2 * (small.train + small.test));
  });

  it("shows the same scenes at another resolution", () => {
    const fine = proceduralDataset({ ...small, resolution: 64 }).train;
    const coarse = proceduralDataset(small).train;
    for (let i = 0; i < 10; i++) {
      // Each coarse pixel is near the mean of its four fine ones, up to noise and edges.
      let difference = 0;
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < 32; y++) {
          for (let x = 0; x < 32; x++) {
            const at = (dy: number, dx: number) => image(fine, i)[(c * 64 + 2 * y + dy) * 64 + 2 * x + dx];
            const mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
            difference += Math.abs(mean - image(coarse, i)[(c * 32 + y) * 32 + x]);
          }
        }
      }
      assert.ok(
        difference / (3 * 32 * 32) < 16,
        `image ${i} differs by ${difference / (3 * 32 * 32)} levels`,
      );
    }
  });

  it("balances the labels", () => {
    const { train, classes } = proceduralDataset(small);
    const counts = Array.from(
      { length: classes },
      (_, label) => train.labels.filter(l => l === label).length,
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 10 }, () => 10),
    );
  });

  it("makes sets of fewer classes and of any resolution from 8", () => {
    for (const resolution of [8, 17, 48]) {
      const set = proceduralDataset({ resolution, train: 9, test: 4, seed: 3, classes: 3 });
      assert.equal(set.name, `procedural-v1-${resolution}-9+4-c3-s3`);
      assert.equal(set.train.images.length, 9 * 3 * resolution * resolution);
      assert.deepEqual([...set.test.labels], [0, 1, 2, 0]);
    }
  });

  it("gives the mean and deviation of the training split", () => {
    const { train, mean, std } = proceduralDataset(small);
    for (const c of [0, 1, 2]) {
      const values = Array.from({ length: train.count }, (_, i) =>
        [...image(train, i).subarray(c * 1024, (c + 1) * 1024)].map(v => v / 255),
      ).flat();
      const average = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length;
      assert.ok(Math.abs(mean[c] - average) < 1e-9);
      assert.ok(Math.abs(std[c] - Math.sqrt(variance)) < 1e-9);
    }
  });

  it("hides the class from colour: every class has nearly the same mean colour", () => {
    const { train, classes } = proceduralDataset({ resolution: 8, train: 3000, test: 10, seed: 5 });
    const sums = new Float64Array(classes);
    for (let i = 0; i < train.count; i++) {
      sums[train.labels[i]] += image(train, i).reduce((a, b) => a + b, 0) / image(train, i).length;
    }
    const means = [...sums].map(sum => (sum * classes) / train.count);
    // An image's mean has a deviation of about 30 levels, a class's mean of 300 images of about 2.
    assert.ok(
      Math.max(...means) - Math.min(...means) < 14,
      `class means ${means.map(m => m.toFixed(1)).join(" ")}`,
    );
  });

  for (const [field, value] of [
    ["resolution", 7],
    ["resolution", 32.5],
    ["train", 9],
    ["test", 0],
    ["seed", -1],
    ["seed", 2 ** 32],
    ["classes", 11],
    ["train", 1e9],
  ] as const) {
    it(`rejects ${field} ${value}`, () => {
      assert.throws(() => proceduralDataset({ ...small, [field]: value }), {
        name: "RangeError",
        message: new RegExp(`^proceduralDataset: ${field} must be an integer from .* got ${value};`),
      });
    });
  }
});
