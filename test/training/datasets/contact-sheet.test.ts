import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inflateSync } from "node:zlib";
import { contactSheet } from "../../../src/training/datasets/contact-sheet.js";
import { encodePng } from "../../../src/training/datasets/png.js";
import { shown } from "../../../src/training/datasets/shown-dataset.js";
import { proceduralDataset } from "../../../src/training/datasets/procedural/procedural.js";

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

  it("shows any split that there is, and some of the classes", () => {
    const split = proceduralDataset({
      resolution: 8,
      train: 30,
      validation: 9,
      test: 10,
      seed: 1,
      classes: 3,
    });
    const sheet = contactSheet(split, { split: "validation", classes: [2, 1], columns: 4, zoom: 2 });
    assert.deepEqual([sheet.width, sheet.height], [4 * 18 + 2, 2 * 18 + 2]);
    const asTrain = contactSheet(
      { ...split, train: split.validation! },
      { classes: [2, 1], columns: 4, zoom: 2 },
    );
    assert.deepEqual(sheet.png, asTrain.png);
    assert.throws(() => contactSheet(dataset, { split: "validation" }), {
      name: "RangeError",
      message: 'contactSheet: split must be one of train, test, got "validation"',
    });
    for (const classes of [[3], [-1], [0.5], []]) {
      assert.throws(() => contactSheet(dataset, { classes }), {
        name: "RangeError",
        message: /^contactSheet: classes must be labels from 0 to 2, at least one, got /,
      });
    }
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

describe("a dataset in a cell", () => {
  const bundle = (dataset: object) =>
    (dataset as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

  it("says its splits in words, and shows classes, counts and images", () => {
    const split = proceduralDataset({
      resolution: 8,
      train: 31,
      validation: 9,
      test: 1000,
      seed: 1,
      classes: 3,
    });
    const { "text/plain": plain, "text/html": html } = bundle(split);
    assert.equal(
      plain,
      "procedural-v1-8-31+1000-c3-s1-validation9: 31 training, 9 validation and 1,000 test images of 8 × 8 in 3 classes",
    );
    const rows = [...html.matchAll(/<tr><td>(\d)<\/td><th[^>]*>(.*?)<\/th>(.*?)<td><img/g)];
    assert.deepEqual(
      rows.map(([, label, name, counts]) => [
        label,
        name,
        ...counts
          .replaceAll(/<[^>]*>/g, " ")
          .trim()
          .split(/ +/),
      ]),
      [
        ["0", "disc", "11", "3", "334"],
        ["1", "triangle", "10", "3", "333"],
        ["2", "cross", "10", "3", "333"],
      ],
    );
    const { png } = contactSheet(split, { classes: [1], columns: 8 });
    assert.ok(html.includes(Buffer.from(png).toString("base64")));
    assert.match(
      bundle(proceduralDataset({ resolution: 8, train: 3, test: 3, seed: 1, classes: 3 }))["text/plain"],
      /: 3 training and 3 test images/,
    );
  });

  it("shows twenty classes of a set with many, and no markup of their names", () => {
    const many = proceduralDataset({ resolution: 8, train: 10, test: 10, seed: 1 });
    const named = { ...many, classes: 25, classNames: ["<b>&", ...many.classNames!.slice(1)] };
    const { "text/html": html } = bundle(shown(named));
    assert.equal(html.match(/<img/g)?.length, 20);
    assert.match(html, /and 5 more classes/);
    assert.match(html, /&lt;b&gt;&amp;/);
    assert.ok(!html.includes("<b>&"));
    assert.match(html, />class 12</);
  });

  it("is the same data as without", () => {
    const { name, train } = proceduralDataset({ resolution: 8, train: 10, test: 10, seed: 1 });
    assert.ok(name && train);
    const set = proceduralDataset({ resolution: 8, train: 10, test: 10, seed: 1 });
    assert.deepEqual(
      Reflect.ownKeys({ ...set }).filter(key => typeof key === "symbol"),
      [],
    );
    assert.deepEqual(structuredClone(set).train.labels, set.train.labels);
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
