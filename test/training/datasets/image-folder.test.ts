import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import sharp from "sharp";
import {
  datasetByName,
  datasetFacts,
  describeDataset,
  loadDataset,
  loadImageFolder,
} from "../../../src/training/datasets/index.js";

let root: string;
let folder: string;
let cache: string;

async function put(
  place: string,
  width: number,
  height: number,
  colour: string,
  kind: "jpeg" | "png",
): Promise<void> {
  const image = sharp({ create: { width, height, channels: 3, background: colour } });
  writeFileSync(join(folder, place), await image.toFormat(kind).toBuffer());
}

async function putGrey(file: string, grey: number): Promise<void> {
  const background = { r: grey, g: grey, b: grey };
  writeFileSync(
    file,
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer(),
  );
}

before(async () => {
  root = mkdtempSync(join(tmpdir(), "netspace-images-"));
  folder = join(root, "set");
  cache = join(root, "cache");
  for (const split of ["train", "val"]) {
    for (const name of ["blue", "red"]) {
      mkdirSync(join(folder, split, name), { recursive: true });
      await put(`${split}/${name}/a.JPEG`, 40, 20, name, "jpeg");
      await put(`${split}/${name}/b.png`, 20, 50, name, "png");
    }
  }
  // Grey, and with alpha.
  writeFileSync(
    join(folder, "train/red/c.png"),
    await sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer(),
  );
  writeFileSync(
    join(folder, "train/blue/c.jpg"),
    await sharp({ create: { width: 9, height: 9, channels: 3, background: "#808080" } })
      .greyscale()
      .jpeg()
      .toBuffer(),
  );
});
after(() => rmSync(root, { recursive: true, force: true }));

const pixel = (images: Uint8Array, image: number) => [0, 1, 2].map(c => images[(image * 3 + c) * 64 + 27]);

describe("loadImageFolder()", () => {
  it("reads JPEG and PNG of any shape, grey or with alpha, into labelled squares", async () => {
    const progress: number[] = [];
    const onProgress = ({ done }: { done: number }) => progress.push(done);
    const set = await loadImageFolder(folder, { resolution: 8, cache, onProgress });
    assert.deepEqual([set.classNames, set.classes, set.resolution], [["blue", "red"], 2, 8]);
    assert.deepEqual(
      [[...set.train.labels], [...set.test.labels]],
      [
        [0, 0, 0, 1, 1, 1],
        [0, 0, 1, 1],
      ],
    );
    assert.deepEqual(pixel(set.train.images, 1), [0, 0, 255]);
    assert.deepEqual(pixel(set.train.images, 4), [255, 0, 0]);
    assert.deepEqual(pixel(set.train.images, 5), [255, 0, 0]);
    for (const value of pixel(set.train.images, 2)) assert.ok(Math.abs(value - 128) <= 2, `${value}`);
    assert.deepEqual(set.skipped, []);
    assert.deepEqual(progress, [10]);
  });

  it("decodes once, and has the same name wherever it lies", async () => {
    const first = await loadImageFolder(folder, { resolution: 8, cache });
    const progress: number[] = [];
    const moved = join(root, "moved");
    renameSync(folder, moved);
    const onProgress = ({ done }: { done: number }) => progress.push(done);
    const again = await loadImageFolder(moved, { resolution: 8, cache, onProgress });
    const fresh = await loadImageFolder(moved, { resolution: 8, cache: join(root, "other") });
    renameSync(moved, folder);
    assert.deepEqual([again, progress], [first, []]);
    assert.deepEqual(fresh, first);
  });

  it("leaves out what cannot be decoded, with the list of files, and has another name then", async t => {
    const warn = t.mock.method(console, "warn", () => {});
    const whole = readFileSync(join(folder, "train/red/a.JPEG"));
    const intact = await loadImageFolder(folder, { resolution: 8, cache });
    truncateSync(join(folder, "train/red/a.JPEG"), 200);
    writeFileSync(join(folder, "val/blue/z.png"), "no image");
    const set = await loadImageFolder(folder, { resolution: 8, cache });
    assert.deepEqual(
      set.skipped.map(({ file }) => file),
      [join("train", "red", "a.JPEG"), join("val", "blue", "z.png")],
    );
    assert.deepEqual([set.train.count, set.test.count], [5, 4]);
    assert.match(String(warn.mock.calls[0].arguments[0]), /2 images of .* could not be decoded.*a\.JPEG/);
    assert.notEqual(set.name, intact.name);
    writeFileSync(join(folder, "train/red/a.JPEG"), whole);
    rmSync(join(folder, "val/blue/z.png"));
  });

  it("names a missing folder with the layout, a class without images, and a class that train lacks", async () => {
    const options = { resolution: 8, cache };
    const rejects = (place: string, message: RegExp) =>
      assert.rejects(loadImageFolder(place, options), { name: "DatasetError", message });
    await rejects(join(root, "nowhere"), /no folder .*train; lay it out as .*CLASS.*image-net\.org/);
    mkdirSync(join(folder, "val/green"));
    await rejects(folder, /classes of train in val, got "green"/);
    rmSync(join(folder, "val/green"), { recursive: true });
    mkdirSync(join(folder, "train/empty"));
    await rejects(folder, /JPEG or PNG images in .*empty, found none/);
    rmSync(join(folder, "train/empty"), { recursive: true });
    await assert.rejects(loadImageFolder(folder, { resolution: 4 }), /resolution must be .* got 4/);
  });

  it("splits a folder without test images by a seed, class by class, the same wherever it lies", async () => {
    const flat = join(root, "flat");
    for (const [label, name] of ["left", "right"].entries()) {
      mkdirSync(join(flat, name), { recursive: true });
      // Every image has a grey of its own, by which it is known again.
      for (let i = 0; i < 10; i++) await putGrey(join(flat, name, `${i}.png`), 20 * i + 5 * label);
    }
    const split = async (place: string, options: { testShare?: number; splitSeed?: number }) => {
      const set = await loadImageFolder(place, { resolution: 8, cache, ...options });
      const greys = ({ images, count }: typeof set.train) =>
        Array.from({ length: count }, (_, i) => images[i * 192]);
      return { set, train: greys(set.train), test: greys(set.test) };
    };
    const one = await split(flat, { testShare: 0.3 });
    assert.deepEqual([...one.set.train.labels], [...Array(7).fill(0), ...Array(7).fill(1)]);
    assert.deepEqual([...one.set.test.labels], [0, 0, 0, 1, 1, 1]);
    const all = [...one.train, ...one.test].sort((a, b) => a - b);
    assert.deepEqual(
      all,
      Array.from({ length: 20 }, (_, i) => 20 * (i >> 1) + 5 * (i % 2)),
    );
    const other = await split(flat, { testShare: 0.3, splitSeed: 2 });
    assert.notDeepEqual(other.test, one.test);
    assert.notEqual(other.set.name, one.set.name);
    // The same images in a folder `train` are split alike.
    mkdirSync(join(root, "elsewhere"));
    renameSync(flat, join(root, "elsewhere/train"));
    const moved = await split(join(root, "elsewhere"), { testShare: 0.3 });
    assert.deepEqual([moved.test, moved.set.name], [one.test, one.set.name]);
    // A share so small that it rounds to none still tests on every class.
    assert.deepEqual(
      [...(await split(join(root, "elsewhere"), { testShare: 0.01 })).set.test.labels],
      [0, 1],
    );
  });

  it("holds out validation images, and has the same content then", async () => {
    const whole = await loadImageFolder(folder, { resolution: 8, cache });
    const split = await loadImageFolder(folder, { resolution: 8, cache, validation: 2 });
    assert.equal(split.name, `${whole.name}-validation2-s1`);
    assert.equal(split.content, whole.content);
    assert.deepEqual(
      [[...split.train.labels], [...split.validation!.labels]],
      [
        [0, 0, 1, 1],
        [0, 1],
      ],
    );
    assert.deepEqual(split.test, whole.test);
    const images = (part: { images: Uint8Array; count: number }) =>
      Array.from({ length: part.count }, (_, i) => part.images.subarray(i * 192, (i + 1) * 192).join());
    assert.deepEqual(
      [...images(split.train), ...images(split.validation!)].sort(),
      images(whole.train).sort(),
      "no image is lost, none is in both",
    );
    const spec = { kind: "images", folder, resolution: 8, validation: 2 } as const;
    const home = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = cache;
    try {
      const described = await describeDataset(spec);
      assert.equal(datasetFacts(described).identity, split.name);
      assert.equal((await loadDataset(described)).validation?.count, 2);
    } finally {
      if (home === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = home;
    }
    await assert.rejects(loadImageFolder(folder, { resolution: 8, cache, validation: 6 }), {
      name: "DatasetError",
      message: /expected 1 training image of class 0 and 3 to hold out, found 3; ask for fewer/,
    });
    await assert.rejects(loadImageFolder(folder, { resolution: 8, cache, train: 0 }), {
      name: "RangeError",
      message: /train must be an integer from 1/,
    });
  });

  it("refuses a split that makes no sense, and says what to do where test images are missing", async () => {
    const load = (place: string, options: object) =>
      loadImageFolder(place, { resolution: 8, cache, ...options });
    await assert.rejects(load(folder, { testShare: 0.5 }), {
      name: "DatasetError",
      message: /testShare is for folders without test images, and there is .*val; leave testShare out/,
    });
    await assert.rejects(load(join(root, "elsewhere"), {}), /no folder .*val; .*testShare splits/);
    await assert.rejects(load(folder, { testShare: 1 }), /testShare must be a number in \(0, 1\), got 1/);
    await assert.rejects(load(folder, { testShare: 0.5, splitSeed: -1 }), /splitSeed must be .* got -1/);
    const lonely = join(root, "lonely");
    for (const name of ["a", "b"]) {
      mkdirSync(join(lonely, name), { recursive: true });
      await putGrey(join(lonely, name, "only.png"), 9);
    }
    await assert.rejects(
      load(lonely, { testShare: 0.5 }),
      /at least 2 images of each class to split, got 1: .*only\.png/,
    );
  });

  it("has labels of 16 bits where there are more than 256 classes", async () => {
    const many = join(root, "many");
    for (let i = 0; i < 300; i++) {
      const name = String(i).padStart(3, "0");
      for (const split of ["train", "val"]) {
        mkdirSync(join(many, split, name), { recursive: true });
        await putGrey(join(many, split, name, "a.png"), i % 256);
      }
    }
    const set = await loadImageFolder(many, { resolution: 8, cache });
    assert.ok(set.train.labels instanceof Uint16Array);
    assert.deepEqual([set.classes, set.train.labels[299], set.test.labels[256]], [300, 299, 256]);
    assert.equal(set.train.images[299 * 192], 299 % 256);
  });
});

describe("a folder of images by its description", () => {
  let home: string | undefined;
  before(() => {
    home = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = cache;
  });
  after(() => {
    if (home === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = home;
  });

  it("is loaded by loadDataset(), and describeDataset() puts in what decides its identity", async () => {
    const spec = datasetByName(`images:${folder}:8`);
    assert.deepEqual(spec, { kind: "images", folder, resolution: 8 });
    assert.throws(() => datasetFacts(spec), {
      name: "DatasetError",
      message: /describeDataset\(\) puts them in/,
    });
    const dataset = await loadDataset(spec);
    const described = await describeDataset(spec);
    assert.deepEqual(datasetFacts(described), { identity: dataset.name, classes: 2, resolution: 8 });
    assert.deepEqual(await loadDataset(described), dataset);
    assert.deepEqual(await describeDataset(described), described);
  });

  it("is refused once it holds other images than its description says, and loaded anew without them", async () => {
    const spec = { kind: "images", folder, resolution: 16 } as const;
    const described = await describeDataset(spec);
    await putGrey(join(folder, "train/red/new.png"), 7);
    // Two others are asked for in between, so that it is not in memory any more.
    for (const seed of [1, 2])
      await loadDataset({ kind: "procedural", resolution: 8, train: 10, test: 10, seed });
    await assert.rejects(loadDataset(described), {
      name: "DatasetError",
      message:
        /expected the images of .* to have the content [0-9a-f]{32}, got [0-9a-f]{32}: .*put them back/,
    });
    assert.equal((await loadDataset(spec)).train.count, 7);
    rmSync(join(folder, "train/red/new.png"));
  });

  it("reads the share that tests from a text, and folders with colons", () => {
    for (const [text, name, resolution] of [
      ["images:flowers:64:.25", "flowers", 64],
      ["images:C:\\flowers:64:0.25", "C:\\flowers", 64],
      ["images:a:8:b:16:0.25", "a:8:b", 16],
      ["images:a:8:16:0.25", "a:8", 16],
    ] as const) {
      assert.deepEqual(datasetByName(text), { kind: "images", folder: name, resolution, testShare: 0.25 });
    }
    assert.deepEqual(datasetByName("images:a:8:16"), { kind: "images", folder: "a:8", resolution: 16 });
  });

  it("names what does not fit in a text or a description", async () => {
    for (const text of [
      "images",
      "images:8",
      "images:somewhere",
      "images::8",
      "images:a:8:",
      "images:a:8:x",
      "images:a:8:-0.2",
    ]) {
      assert.throws(() => datasetByName(text), /images:FOLDER:RESOLUTION.*, got "images/, text);
    }
    const bad = (fields: object) => loadDataset({ kind: "images", folder, resolution: 8, ...fields });
    await assert.rejects(bad({ resolution: 4 }), /resolution: expected an integer from 8 to 1024, got 4/);
    await assert.rejects(bad({ classes: 2 }), /classes and content come together/);
    await assert.rejects(bad({ testShare: 1 }), /testShare: expected a number in \(0, 1\), got 1/);
  });
});
