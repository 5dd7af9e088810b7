/** Files in MNIST's format: small ones written here, and Fashion-MNIST where Debian's package has put it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  type Dataset,
  datasetByName,
  type DatasetSpec,
  describeDataset,
  type IdxOptions,
  loadDataset,
  loadIdx,
} from "../../../src/training/index.js";
import { FASHION_MNIST_FOLDER } from "../../../src/training/datasets/idx/fashion-mnist.js";
import { datasetFacts } from "../../../src/training/datasets/index.js";
import { idxBytes, pixel, type SmallSet, writeSet } from "../../support/idx-files.js";

const root = mkdtempSync(join(tmpdir(), "netspace-idx-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const fresh = () => join(root, `set-${++folders}`);

/** Images of 5 × 6, three classes; 12 to train on, 6 to test. */
const set: SmallSet = {
  rows: 5,
  columns: 6,
  train: [2, 0, 1, 1, 0, 2, 0, 1, 2, 2, 1, 0],
  test: [1, 0, 2, 0, 1, 2],
};
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** What a dataset is but for its display. */
const plain = (dataset: Dataset) => ({ ...dataset });

/** Where image `index` of the split lies among the file's: by its first pixel. */
function sources(
  split: NonNullable<Dataset["validation"]>,
  of: "train" | "test",
  resolution: number,
): number[] {
  const [top, left] = [(resolution - set.rows) >> 1, (resolution - set.columns) >> 1];
  return Array.from({ length: split.count }, (_, i) => {
    const first = split.images[i * 3 * resolution ** 2 + top * resolution + left];
    return set[of].findIndex((__, image) => pixel(of, image, 0) === first);
  });
}

describe("loadIdx()", () => {
  it("puts each image into the middle of a black one, in three equal channels, with its label", async () => {
    const { name, train, test, classes, content, ...rest } = await loadIdx(writeSet(fresh(), set), {
      resolution: 9,
    });
    assert.equal(name, `idx-${content}-9`);
    assert.deepEqual([classes, rest.channels, rest.resolution], [3, 3, 9]);
    for (const [of, split] of [
      ["train", train],
      ["test", test],
    ] as const) {
      assert.deepEqual([...split.labels], set[of]);
      for (let i = 0; i < split.count; i++) {
        for (let c = 0; c < 3; c++) {
          for (let y = 0; y < 9; y++) {
            for (let x = 0; x < 9; x++) {
              // Two rows above and two below; of three columns of border, one is left and two are right.
              const inside = y >= 2 && y < 7 && x >= 1 && x < 7;
              const expected = inside ? pixel(of, i, (y - 2) * 6 + x - 1) : 0;
              assert.equal(split.images[((i * 3 + c) * 9 + y) * 9 + x], expected, `${of} ${i} at ${y}, ${x}`);
            }
          }
        }
      }
    }
  });

  it("is the same set however its files are packed and spelt, and another one when a pixel differs", async () => {
    const first = await loadIdx(writeSet(fresh(), set), { resolution: 8 });
    const spellings: [string, Parameters<typeof writeSet>[2]][] = [
      ["compressed", { zipped: true }],
      ["with a point", { names: name => name.replace("-idx", ".idx") }],
      ["with a set's name before it", { names: name => `emnist-balanced-${name}`, zipped: true }],
      ["as test", { names: name => name.replace("t10k", "test") }],
    ];
    for (const [what, spelling] of spellings) {
      assert.deepEqual(
        plain(await loadIdx(writeSet(fresh(), set, spelling), { resolution: 8 })),
        plain(first),
        what,
      );
    }
    const folder = writeSet(fresh(), set);
    // Without compression in spite of the name, as browsers leave files.
    const labels = join(folder, "train-labels-idx1-ubyte");
    writeFileSync(`${labels}.gz`, readFileSync(labels));
    rmSync(labels);
    assert.deepEqual(plain(await loadIdx(folder, { resolution: 8 })), plain(first));
    const images = readFileSync(join(folder, "t10k-images-idx3-ubyte"));
    images[20] ^= 1;
    writeFileSync(join(folder, "t10k-images-idx3-ubyte"), images);
    const other = await loadIdx(folder, { resolution: 8 });
    assert.notEqual(other.content, first.content);
  });

  it("draws as many images of each class as of any other, validation apart from training", async () => {
    const folder = writeSet(fresh(), set);
    const load = (options: Partial<IdxOptions>) => loadIdx(folder, { resolution: 8, ...options });
    const both = await load({ train: 7, validation: 4, test: 3, splitSeed: 5 });
    assert.equal(both.name, `idx-${both.content}-8-train7-validation4-test3-s5`);
    const perClass = ({ labels }: NonNullable<Dataset["validation"]>) =>
      [0, 1, 2].map(label => labels.filter(one => one === label).length);
    assert.deepEqual(perClass(both.train), [3, 2, 2]);
    assert.deepEqual(perClass(both.validation!), [1, 1, 2]);
    assert.deepEqual(perClass(both.test), [1, 1, 1]);
    const [train, validation] = [sources(both.train, "train", 8), sources(both.validation!, "train", 8)];
    assert.equal(new Set([...train, ...validation]).size, 11, "no image is in both");
    for (const [split, at] of [
      [both.train, train],
      [both.validation!, validation],
    ] as const) {
      assert.deepEqual(
        [...split.labels],
        at.map(index => set.train[index]),
      );
    }
    // Neither depends on the other's size; what is not held out trains where no number is said.
    const { validation: alone, train: rest } = await load({ validation: 4, splitSeed: 5 });
    assert.deepEqual(sources(alone!, "train", 8), validation);
    assert.equal(rest.count, 8);
    assert.deepEqual(sources((await load({ train: 7, splitSeed: 5 })).train, "train", 8), train);
    assert.equal((await load({ train: 7 })).validation, undefined);
    const smaller = sources((await load({ train: 4, splitSeed: 5 })).train, "train", 8);
    assert.ok(
      smaller.every(index => train.includes(index)),
      "a larger split has a smaller one's images",
    );
    const seeds = await Promise.all([1, 2, 3, 4].map(splitSeed => load({ train: 3, splitSeed })));
    assert.ok(new Set(seeds.map(one => digest(one.train.images))).size > 1, "the seed decides which");
  });

  it("normalises by the images that train, and those alone", async () => {
    const folder = writeSet(fresh(), set);
    const [held, whole] = [
      await loadIdx(folder, { resolution: 8, validation: 6 }),
      await loadIdx(folder, { resolution: 8 }),
    ];
    const mean = held.train.images.reduce((sum, value) => sum + value, 0) / held.train.images.length / 255;
    assert.ok(Math.abs(held.mean[0] - mean) < 1e-12);
    assert.notDeepEqual(held.mean, whole.mean);
  });

  it("resizes as PyTorch does", async () => {
    const folder = writeSet(fresh(), { ...set, rows: 16, columns: 16 });
    // python3: x = the pixels as float64 [12, 1, 16, 16]; torch.nn.functional.interpolate(x, size=(8, 8),
    // mode="bilinear", antialias=True), floor(y + 0.5) as uint8; the first image's first row and the sum of all.
    const { train, name } = await loadIdx(folder, { resolution: 8, fit: "resize" });
    assert.match(name, /-8-resized$/);
    assert.deepEqual([...train.images.subarray(0, 8)], [37, 43, 49, 55, 61, 67, 73, 78]);
    assert.equal(
      train.images.subarray(0, 64).reduce((sum, value) => sum + value, 0),
      8178,
    );
  });

  it("says what is wrong with files, and what to do", async () => {
    const cases: [string, (folder: string) => void, RegExp][] = [
      [
        "no files",
        folder => rmSync(join(folder), { recursive: true }),
        /there is no folder .*; it must hold train-images-idx3-ubyte.*dataset-fashion-mnist/,
      ],
      [
        "empty",
        folder => (rmSync(folder, { recursive: true }), mkdirSync(folder)),
        /none of the files in .*; it must hold/,
      ],
      [
        "one missing",
        folder => rmSync(join(folder, "t10k-labels-idx1-ubyte")),
        /no test-labels in .*; it must hold/,
      ],
      [
        "magic",
        folder =>
          writeFileSync(
            join(folder, "train-images-idx3-ubyte"),
            idxBytes([12, 5, 6], new Uint8Array(360), 0x0d),
          ),
        /train-images-idx3-ubyte: expected the magic number of images, 0x00000803, got 0x00000d03; the file is damaged/,
      ],
      [
        "exchanged",
        folder =>
          copyFileSync(join(folder, "train-labels-idx1-ubyte"), join(folder, "train-images-idx3-ubyte")),
        /expected the magic number of images, 0x00000803, got 0x00000801, that of labels/,
      ],
      [
        "short",
        folder =>
          writeFileSync(join(folder, "train-images-idx3-ubyte"), idxBytes([12, 5, 6], new Uint8Array(359))),
        /expected 376 bytes for the 12 images of 5 × 6 that its header names, got 375/,
      ],
      [
        "long",
        folder => writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), idxBytes([6], new Uint8Array(7))),
        /expected 14 bytes for the 6 labels that its header names, got 15/,
      ],
      [
        "no header",
        folder => writeFileSync(join(folder, "train-images-idx3-ubyte"), "<html>"),
        /expected a header of 16 bytes, got a file of 6/,
      ],
      [
        "nothing in it",
        folder => writeFileSync(join(folder, "train-images-idx3-ubyte"), ""),
        /expected a header of 16 bytes, got a file of 0/,
      ],
      [
        "no images",
        folder => writeFileSync(join(folder, "train-images-idx3-ubyte"), idxBytes([0, 5, 6], [])),
        /expected at least one of its images, got none/,
      ],
      [
        "no size",
        folder => writeFileSync(join(folder, "train-images-idx3-ubyte"), idxBytes([12, 0, 6], [])),
        /expected images of 1 to 1024 pixels a side, got 0 × 6/,
      ],
      [
        "counts",
        folder => writeFileSync(join(folder, "train-labels-idx1-ubyte"), idxBytes([11], set.train.slice(1))),
        /expected as many labels as images, got 11 labels in .* and 12 images in/,
      ],
      [
        "sizes",
        folder =>
          writeFileSync(join(folder, "t10k-images-idx3-ubyte"), idxBytes([6, 6, 5], new Uint8Array(180))),
        /expected images of 5 × 6 in .*t10k-images-idx3-ubyte, .*got 6 × 5/,
      ],
      [
        "test label",
        folder => writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), idxBytes([6], [0, 1, 2, 3, 0, 1])),
        /t10k-labels-idx1-ubyte: expected labels below 3, got 3 at image 3/,
      ],
      [
        "damaged label",
        folder =>
          writeFileSync(
            join(folder, "train-labels-idx1-ubyte"),
            idxBytes([12], [2, 0, 1, 1, 200, 2, 0, 1, 2, 2, 1, 0]),
          ),
        /expected images of all labels from 0 to 200 \(the greatest is 200, first at image 4\), got none of label 3; .*classes: 201/,
      ],
      [
        "next label",
        folder =>
          writeFileSync(
            join(folder, "train-labels-idx1-ubyte"),
            idxBytes([12], [2, 0, 1, 1, 3, 2, 0, 1, 2, 2, 1, 0]),
          ),
        /t10k-labels-idx1-ubyte: expected images of all labels from 0 to 3.*got none of label 3/,
      ],
      [
        "from one",
        folder =>
          writeFileSync(
            join(folder, "train-labels-idx1-ubyte"),
            idxBytes(
              [12],
              set.train.map(label => label + 1),
            ),
          ),
        /got none of label 0/,
      ],
      [
        "one class",
        folder => writeFileSync(join(folder, "train-labels-idx1-ubyte"), idxBytes([12], new Uint8Array(12))),
        /expected labels below 1, got|got no label but 0/,
      ],
      [
        "two sets",
        folder => void writeSet(folder, set, { names: name => `kmnist-${name}` }),
        /expected the files of one set in .*, got some that begin with "" and some with "kmnist"|"kmnist" and some with ""/,
      ],
    ];
    for (const [what, damage, message] of cases) {
      const folder = writeSet(fresh(), set);
      damage(folder);
      await assert.rejects(loadIdx(folder, { resolution: 8 }), { name: "DatasetError", message }, what);
    }
  });

  it("refuses two files for one role that differ, and takes copies, compressed or not", async () => {
    const other: SmallSet = { ...set, train: set.train.toReversed(), test: set.test.toReversed() };
    const folder = fresh();
    writeSet(folder, set);
    const alone = await loadIdx(folder, { resolution: 8 });
    for (const [zipped, spell] of [
      [true, (name: string) => name],
      [false, (name: string) => name.replace("-idx", ".idx")],
      [false, (name: string) => name.replace("t10k", "test").toUpperCase()],
    ] as const) {
      const [copies, mixed] = [writeSet(fresh(), set), writeSet(fresh(), set)];
      writeSet(copies, set, { zipped, names: spell });
      assert.equal((await loadIdx(copies, { resolution: 8 })).content, alone.content);
      writeSet(mixed, other, { zipped, names: spell });
      await assert.rejects(loadIdx(mixed, { resolution: 8 }), {
        name: "DatasetError",
        message:
          /^loadIdx: expected one file with the (?:train|test) labels, got \S+ and \S+, which differ; move one of them elsewhere$/,
      });
    }
  });

  it("says that a compressed file is cut off, or does not unpack", async () => {
    for (const [damage, message] of [
      [
        (whole: Buffer) => whole.subarray(0, whole.length - 20),
        /expected a whole gzip file, got one that ends too early/,
      ],
      [(whole: Buffer) => whole.subarray(0, 3), /expected a whole gzip file, got one that ends too early/],
      [
        (whole: Buffer) => whole.fill(0xaa, 12, 40),
        /expected a whole gzip file, got one that does not unpack \(/,
      ],
    ] as const) {
      const folder = writeSet(fresh(), set, { zipped: true });
      const file = join(folder, "train-images-idx3-ubyte.gz");
      writeFileSync(file, damage(readFileSync(file)));
      await assert.rejects(loadIdx(folder, { resolution: 8 }), { name: "DatasetError", message });
    }
  });

  it("does not wait for a pipe", { skip: process.platform === "win32" && "has no named pipes" }, async () => {
    const folder = writeSet(fresh(), set);
    rmSync(join(folder, "train-images-idx3-ubyte"));
    execFileSync("mkfifo", [join(folder, "train-images-idx3-ubyte")]);
    await assert.rejects(loadIdx(folder, { resolution: 8 }), {
      message: /cannot read .*a pipe, socket or device/,
    });
  });

  it("says which classes have too few images, and which options do not fit", async () => {
    const folder = writeSet(fresh(), set);
    const rejects = (options: object, name: string, message: RegExp) =>
      assert.rejects(loadIdx(folder, options as IdxOptions), { name, message });
    await rejects(
      { resolution: 8, train: 13 },
      "DatasetError",
      /expected 5 training images of class 0, found 4; ask for fewer/,
    );
    await rejects(
      { resolution: 8, train: 9, validation: 6 },
      "DatasetError",
      /expected 3 training images of class 0 and 2 to hold out, found 4/,
    );
    await rejects(
      { resolution: 8, validation: 12 },
      "DatasetError",
      /expected 1 training image of class 0 and 4 to hold out, found 4/,
    );
    await rejects(
      { resolution: 8, validation: 2 },
      "DatasetError",
      /expected at least 3 training images to choose, one of each class, got 2/,
    );
    await rejects({ resolution: 8, test: 7 }, "DatasetError", /expected 3 test images of class 0, found 2/);
    await rejects({ resolution: 8, classes: 2 }, "DatasetError", /expected labels below 2, got 2 at image 0/);
    await rejects({ resolution: 8, fit: "crop" }, "RangeError", /fit must be "pad" or "resize", got "crop"/);
    await rejects(
      { resolution: 8, rows: 8 },
      "RangeError",
      /unknown option "rows"; known are resolution, fit/,
    );
    await rejects({ resolution: 7 }, "RangeError", /resolution must be an integer from 8 to 1024, got 7/);
    await rejects({}, "RangeError", /resolution must be an integer from 8 to 1024, got undefined/);
    await rejects({ resolution: 8, train: 0 }, "RangeError", /train must be an integer from 1 to/);
    await rejects(
      { resolution: 8, validation: 1.5 },
      "RangeError",
      /validation must be an integer from 1 to .*, got 1.5/,
    );
    await rejects(
      { resolution: 8, splitSeed: -1 },
      "RangeError",
      /splitSeed must be an integer from 0 to .*, got -1/,
    );
    const large = writeSet(fresh(), { ...set, rows: 20, columns: 9 });
    await assert.rejects(loadIdx(large, { resolution: 16 }), {
      message:
        /expected a resolution of at least 20 to pad the images of 20 × 9 .*, got 16; raise it, or use fit: "resize"/,
    });
    const { classes } = await loadIdx(folder, { resolution: 8, classes: 5 });
    assert.equal(classes, 5, "some classes may have no images where that is said");
  });
});

describe("a description of kind idx", () => {
  it("names what the files hold, and not where they lie", async () => {
    const spec = {
      kind: "idx",
      folder: writeSet(fresh(), set),
      resolution: 8,
      train: 6,
      validation: 3,
    } as const;
    const described = await describeDataset(spec);
    const { name, classes, resolution } = await loadDataset(described);
    assert.deepEqual(datasetFacts(described), { identity: name, classes, resolution });
    const elsewhere = await describeDataset({ ...spec, folder: writeSet(fresh(), set, { zipped: true }) });
    assert.deepEqual(datasetFacts(elsewhere), datasetFacts(described));
    assert.ok(!name.includes("set-"));
    assert.equal(await loadDataset(described), await loadDataset(described));
  });

  it("refuses files that hold something else by now", async () => {
    const folder = writeSet(fresh(), set);
    const described = await describeDataset({ kind: "idx", folder, resolution: 8 });
    writeSet(folder, { ...set, train: set.train.toReversed() });
    const again = { ...described, resolution: 9 } as DatasetSpec;
    await assert.rejects(loadDataset(again), {
      name: "DatasetError",
      message:
        /expected the images of .* to have the content [0-9a-f]{32}, got [0-9a-f]{32}: its files are another set's, or were changed/,
    });
  });

  it("is written as a word", () => {
    assert.deepEqual(datasetByName("idx:some/folder"), {
      kind: "idx",
      folder: "some/folder",
      resolution: 32,
    });
    assert.deepEqual(datasetByName("idx:C:\\set:28"), { kind: "idx", folder: "C:\\set", resolution: 28 });
    assert.deepEqual(datasetByName("fashion-mnist"), {
      kind: "idx",
      folder: FASHION_MNIST_FOLDER,
      resolution: 32,
    });
    assert.deepEqual(datasetByName("fashion-mnist:28"), {
      kind: "idx",
      folder: FASHION_MNIST_FOLDER,
      resolution: 28,
    });
    for (const bad of ["idx", "idx:", "fashion-mnist:some/folder", "fashion-mnist:28:1"]) {
      assert.throws(
        () => datasetByName(bad),
        { name: "DatasetError", message: /idx:FOLDER\[:RESOLUTION\], fashion-mnist/ },
        bad,
      );
    }
  });
});

/**
 * What Python's gzip and NumPy find in the package's files:
 *
 * ```python
 * b = lambda n, h: numpy.frombuffer(gzip.open("/usr/share/datasets/fashion-mnist/" + n).read(), numpy.uint8, offset=h)
 * x = b(f"{split}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28); y = b(f"{split}-labels-idx1-ubyte.gz", 8)
 * p = numpy.repeat(numpy.pad(x, ((0, 0), (2, 2), (2, 2)))[:, None], 3, 1)
 * hashlib.sha256(p.tobytes()).hexdigest(), y[:10], p.mean() / 255, p.std() / 255
 * t = torch.nn.functional.interpolate(torch.tensor(x[:, None].astype(numpy.float64)), size=(32, 32), mode="bilinear",
 *     antialias=True)  # of the test images; sha256 of floor(t + 0.5) as uint8, three times
 * ```
 */
const fashion = {
  train: "846a49eb4ccfa0f914bc4e08682435d1b2148b4ca7004a7791965eadf5b3dcba",
  test: "b7bf46ea44eb809196dd27258341693cbefdc4f6f8107647e4cd09bc3314832a",
  labels: { train: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], test: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7] },
  mean: 0.21899983206954657,
  std: 0.331811372999959,
  resizedTest: "eb16994f5b4b6c87108672466405700d6ef35c9789e79170a03318f5f520c545",
};
const missing = existsSync(FASHION_MNIST_FOLDER)
  ? false
  : "the package dataset-fashion-mnist is not installed";

describe("Fashion-MNIST", { skip: missing }, () => {
  it("has the bytes that Python reads", async () => {
    const { name, train, test, mean, std, classNames } = await loadDataset(datasetByName("fashion-mnist"));
    assert.equal(name, "fashion-mnist-32");
    assert.deepEqual([train.count, test.count], [60_000, 10_000]);
    assert.deepEqual([digest(train.images), digest(test.images)], [fashion.train, fashion.test]);
    assert.deepEqual([...train.labels.subarray(0, 10)], fashion.labels.train);
    assert.deepEqual([...test.labels.subarray(0, 10)], fashion.labels.test);
    assert.ok(Math.abs(mean[1] - fashion.mean) < 1e-12 && Math.abs(std[2] - fashion.std) < 1e-12);
    assert.equal(classNames?.[9], "ankle boot");
  });

  it("is resized as PyTorch does", async () => {
    const { test } = await loadIdx(FASHION_MNIST_FOLDER, { resolution: 32, fit: "resize", train: 10 });
    assert.equal(digest(test.images), fashion.resizedTest);
  });

  it("is found where the package puts it when the folder it was described in is not here", async () => {
    const described = await describeDataset({
      kind: "idx",
      folder: FASHION_MNIST_FOLDER,
      resolution: 32,
      train: 20,
      test: 20,
    });
    const elsewhere = { ...described, folder: join(root, "of another machine") } as DatasetSpec;
    assert.deepEqual(plain(await loadDataset(elsewhere)), plain(await loadDataset(described)));
    const unknown = { ...elsewhere, content: "0".repeat(32) } as DatasetSpec;
    await assert.rejects(loadDataset(unknown), { message: /there is no folder .*of another machine/ });
    mkdirSync(join(root, "of another machine"));
    await assert.rejects(loadDataset({ ...elsewhere, resolution: 33 } as DatasetSpec), {
      message: /none of the files in/,
    });
  });

  it("always gives the same images for the same seed", async () => {
    const spec = {
      kind: "idx",
      folder: FASHION_MNIST_FOLDER,
      resolution: 32,
      train: 10_000,
      validation: 2000,
    } as const;
    const { identity } = datasetFacts(await describeDataset(spec));
    assert.equal(identity, "fashion-mnist-32-train10000-validation2000-s1");
    const { train, validation } = await loadDataset(spec);
    // Stored trials rest on these.
    assert.deepEqual(
      [digest(train.images), digest(validation!.images)],
      [
        "b836413dec2fcc596ccb358456aad8d85d11bd88825b8b49f1472c4a574bde23",
        "9076bc5e137fe6720c257a8186f0570f0a673941d0bf2a810ec3948aa8e8ac82",
      ],
    );
  });
});
