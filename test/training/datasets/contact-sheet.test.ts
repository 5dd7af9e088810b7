import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inflateSync } from "node:zlib";
import { contactSheet } from "../../../src/training/datasets/contact-sheet.js";
import { encodePng } from "../../../src/training/datasets/png.js";
import { proceduralDataset } from "../../../src/training/datasets/procedural.js";

describe("contactSheet()", () => {
  const dataset = proceduralDataset({ resolution: 8, train: 30, test: 10, seed: 1, classes: 3 });

  it("has a row a class and shows the split's first images, enlarged", () => {
    const { width, height, png } = contactSheet(dataset, { columns: 4, zoom: 2 });
    assert.deepEqual([width, height], [4 * 18 + 2, 3 * 18 + 2]);
    // IDAT follows the signature (8 bytes) and IHDR (25): length, type, data.
    const idat = Buffer.from(png).subarray(41, 41 + Buffer.from(png).readUInt32BE(33));
    const rows = inflateSync(idat);
    const pixel = (x: number, y: number) => [
      ...rows.subarray(y * (width * 3 + 1) + 1 + x * 3).subarray(0, 3),
    ];
    assert.deepEqual(pixel(0, 0), [255, 255, 255]);
    // Second row, third column: label 1, its third image is image 7 of the split.
    const first = [0, 1, 2].map(c => dataset.train.images[7 * 192 + c * 64]);
    assert.deepEqual(pixel(2 + 2 * 18, 2 + 18), first);
    assert.deepEqual(pixel(3 + 2 * 18, 3 + 18), first);
  });

  it("shows itself in a notebook as a PNG", () => {
    const sheet = contactSheet(dataset);
    const display = sheet[Symbol.for("Jupyter.display")];
    assert.deepEqual(Buffer.from(display()["image/png"], "base64"), Buffer.from(sheet.png));
  });

  it("rejects a number of columns that is not a positive integer", () => {
    assert.throws(() => contactSheet(dataset, { columns: 0 }), {
      name: "RangeError",
      message: "contactSheet: columns must be a positive integer, got 0",
    });
  });
});

describe("encodePng()", () => {
  it("writes the smallest PNG as other programs do", () => {
    // Chunk checksums from the PNG specification's CRC: IEND's is always ae426082.
    const png = encodePng(1, 1, Uint8Array.of(255, 0, 0)).toString("hex");
    assert.ok(png.startsWith("89504e470d0a1a0a0000000d49484452000000010000000108020000009077"));
    assert.ok(png.endsWith("0000000049454e44ae426082"));
  });

  it("rejects a picture of the wrong size", () => {
    assert.throws(() => encodePng(2, 2, new Uint8Array(3)), {
      name: "RangeError",
      message: /need 12 bytes of RGB, got 3/,
    });
  });
});
