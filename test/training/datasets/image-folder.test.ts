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
import { loadImageFolder } from "../../../src/training/datasets/index.js";

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
});
