/**
 * Augmentation on the device, by what is known of it: crops of a ramp are ramps, colours move along the training
 * pixels' own covariance, mixed images are sums of two.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dataset } from "../../../../src/training/dataset.js";
import {
  type DatasetHandle,
  loadAddon,
  type NativeAugmentation,
} from "../../../../src/training/engines/torch/addon.js";
import { withoutAddon } from "../../../support/needs.js";
import { quadrants } from "../../../support/networks.js";
import { upload } from "../../../support/torch-model.js";

const none: NativeAugmentation = { flip: false, cropArea: 0, colour: 0, mixup: 0, cutout: 0 };
const batch = 256;

const draw = (data: DatasetHandle, augmentation: Partial<NativeAugmentation>, seed = 5) =>
  loadAddon().trainBatch(data, { ...none, ...augmentation, batch, step: 0, steps: 1, seed });

/** Images whose bytes rise by 2 a pixel to the right and by 1 a pixel down, so that a value tells its place. */
function ramps(resolution: number): Dataset {
  const data = quadrants(batch, 4, resolution);
  const { images } = data.train;
  for (let i = 0; i < images.length; i++) {
    const x = i % resolution;
    const y = Math.floor(i / resolution) % resolution;
    images[i] = 20 + 2 * x + y;
  }
  return { ...data, mean: [0, 0, 0], std: [1, 1, 1] };
}

describe("augmentation of engine torch", { skip: withoutAddon }, () => {
  it("crops boxes of the asked area and aspect, resized to the whole image", async () => {
    const size = 48;
    const { images } = await draw(await upload(ramps(size)), { cropArea: 0.25, flip: true });
    const at = (i: number, x: number, y: number) => 255 * images[i * 3 * size * size + y * size + x];
    let mirrored = 0;
    const shares: number[] = [];
    for (let i = 0; i < batch; i++) {
      // Slopes between pixels that lie away from the border, where neighbours outside the box are not read.
      const across = (at(i, 40, 20) - at(i, 8, 20)) / 32;
      const down = at(i, 20, 21) - at(i, 20, 20);
      const [width, height] = [(size * Math.abs(across)) / 2, size * down];
      mirrored += Number(across < 0);
      const aspect = width / height;
      shares.push((width * height) / size ** 2);
      assert.ok(width < size + 0.01 && height < size + 0.01, `${width} × ${height}`);
      assert.ok(aspect > 0.72 && aspect < 1.39, `aspect ${aspect}`);
      // Linear between all pixels: bilinear resizing of a ramp is exact.
      assert.ok(Math.abs(at(i, 24, 30) - (at(i, 8, 20) + 16 * across + 10 * down)) < 0.02);
      // Inside the image: corners read no less than the least byte, no more than the greatest.
      for (const [x, y] of [
        [0, 0],
        [47, 47],
        [0, 47],
        [47, 0],
      ]) {
        assert.ok(at(i, x, y) > 19.9 && at(i, x, y) < 20 + 47 * 3 + 0.1);
      }
    }
    assert.ok(mirrored > 90 && mirrored < 166, `${mirrored} of ${batch} mirrored`);
    const mean = shares.reduce((a, b) => a + b) / batch;
    // Uniform in [0.25, 1], less what does not fit with its aspect.
    assert.ok(Math.min(...shares) > 0.23 && Math.max(...shares) > 0.9, `${Math.min(...shares)}`);
    assert.ok(mean > 0.5 && mean < 0.65, `mean share ${mean}`);
  });

  it("shifts colours along the principal components of the training pixels", async () => {
    const data = { ...quadrants(batch, 4), mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const handle = await upload(data);
    const [before, after] = [await draw(handle, {}), await draw(handle, { colour: 0.5 })];
    const area = data.resolution ** 2;
    const shifts: number[][] = [];
    for (let i = 0; i < batch; i++) {
      shifts.push(
        [0, 1, 2].map(c => {
          const from = (i * 3 + c) * area;
          const shift = after.images[from] - before.images[from];
          for (let p = 1; p < area; p++) {
            assert.ok(Math.abs(after.images[from + p] - before.images[from + p] - shift) < 1e-5);
          }
          return shift;
        }),
      );
    }
    // With v the unit vectors and λ the eigenvalues of the pixels' covariance C, shifts Σ α λ v have covariance σ² C².
    const { images, count } = data.train;
    const pixel = (i: number, c: number) => images[(Math.floor(i / area) * 3 + c) * area + (i % area)] / 255;
    const covariance = (n: number, value: (i: number, c: number) => number) => {
      const mean = [0, 0, 0];
      const products = Array.from({ length: 9 }, () => 0);
      for (let i = 0; i < n; i++) {
        for (let a = 0; a < 3; a++) {
          mean[a] += value(i, a) / n;
          for (let b = 0; b < 3; b++) products[3 * a + b] += (value(i, a) * value(i, b)) / n;
        }
      }
      return products.map((p, k) => p - mean[Math.floor(k / 3)] * mean[k % 3]);
    };
    const c = covariance(count * area, pixel);
    const wanted = c.map((_, k) =>
      [0, 1, 2].reduce((sum, j) => sum + 0.25 * c[3 * Math.floor(k / 3) + j] * c[3 * j + (k % 3)], 0),
    );
    const got = covariance(batch, (i, k) => shifts[i][k]);
    const distance = Math.hypot(...got.map((g, k) => g - wanted[k])) / Math.hypot(...wanted);
    assert.ok(distance < 0.25, `covariance of shifts is off by ${distance}`);
  });

  it("mixes a batch with itself, images and labels by one share", async () => {
    const handle = await upload(quadrants(batch, 4));
    const plain = await draw(handle, {});
    assert.deepEqual([plain.share, plain.others.length], [1, 0]);
    const shares: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const mixed = await draw(handle, { mixup: 0.4 }, seed);
      shares.push(mixed.share);
    }
    const mixed = await draw(handle, { mixup: 0.4 });
    const size = plain.images.length / batch;
    const other = (i: number) => (batch - 1 - Math.floor(i / size)) * size + (i % size);
    for (let i = 0; i < mixed.images.length; i += 7) {
      const sum = mixed.share * plain.images[i] + (1 - mixed.share) * plain.images[other(i)];
      assert.ok(Math.abs(mixed.images[i] - sum) < 1e-5);
    }
    assert.deepEqual(mixed.labels, plain.labels);
    assert.deepEqual(
      mixed.others,
      plain.labels.map((_, i) => plain.labels[batch - 1 - i]),
    );
    // Beta(0.4, 0.4) has mean 1/2, standard deviation 0.37, and most of its mass near 0 and 1.
    const mean = shares.reduce((a, b) => a + b) / shares.length;
    assert.ok(Math.abs(mean - 0.5) < 0.2, `mean share ${mean}`);
    assert.ok(shares.filter(s => s < 0.1 || s > 0.9).length > 10);
  });

  it("blanks a square around any pixel, after crop and mirroring, and changes nothing else", async () => {
    const size = 12;
    // A mean between two bytes: nothing is 0 but what is blanked.
    const handle = await upload({ ...ramps(size), mean: [0.1, 0.1, 0.1] }, 2);
    for (const cutout of [4, 5]) {
      const [before, after] = [
        await draw(handle, { flip: true }),
        await draw(handle, { flip: true, cutout }),
      ];
      const centres = { rows: new Set<number>(), columns: new Set<number>() };
      for (let i = 0; i < batch; i++) {
        const blanked: number[] = [];
        for (let c = 0; c < 3; c++) {
          for (let p = 0; p < size * size; p++) {
            const at = (3 * i + c) * size * size + p;
            if (after.images[at] === 0 && before.images[at] !== 0) blanked.push(p);
            else assert.equal(after.images[at], before.images[at]);
          }
        }
        const [rows, columns] = [blanked.map(p => Math.floor(p / size)), blanked.map(p => p % size)];
        const [top, bottom] = [Math.min(...rows), Math.max(...rows) + 1];
        const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
        // A whole rectangle in all channels, no larger than asked for, smaller only at the image's edges.
        assert.equal(blanked.length, 3 * (bottom - top) * (right - left));
        assert.ok(bottom - top === cutout || (bottom - top < cutout && (top === 0 || bottom === size)));
        assert.ok(right - left === cutout || (right - left < cutout && (left === 0 || right === size)));
        const half = Math.floor(cutout / 2);
        centres.rows.add(top > 0 ? top + half : bottom - cutout + half);
        centres.columns.add(left > 0 ? left + half : right - cutout + half);
      }
      // Every pixel is a centre: 256 draws miss one of 12 once in 10¹⁰ times.
      assert.deepEqual([centres.rows.size, centres.columns.size], [size, size]);
    }
  });

  it("pads with the byte of the mean", async () => {
    const data = quadrants(batch, 4);
    const handle = await upload(data, 4);
    const { images } = await draw(handle, {});
    const size = data.resolution;
    let border = 0;
    for (let i = 0; i < batch; i++) border += Number(Math.abs(images[i * 3 * size * size]) < 0.02);
    // The upper left corner is padding in 56 of 81 placements, and otherwise near 0 in some images.
    assert.ok(border > 140 && border < 215, `${border} of ${batch}`);
  });
});
