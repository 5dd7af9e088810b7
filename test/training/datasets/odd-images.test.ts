import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import sharp from "sharp";
import { loadImageFolder } from "netspace";

const root = mkdtempSync(join(tmpdir(), "netspace-odd-images-"));
after(() => rmSync(root, { recursive: true, force: true }));
const posix = process.platform !== "win32";

let [folder, cache, count] = ["", "", 0];

/** A file of one grey; without compression, so that all of one size have as many bytes. */
async function put(
  file: string,
  grey: number,
  kind: "png" | "webp" | "gif" | "tiff" | "jpeg" = "png",
): Promise<void> {
  const image = sharp({
    create: { width: 8, height: 8, channels: 3, background: { r: grey, g: grey, b: grey } },
  });
  writeFileSync(
    file,
    await (kind === "png" ? image.png({ compressionLevel: 0 }) : image.toFormat(kind)).toBuffer(),
  );
  utimesSync(file, 0, 0);
}

beforeEach(async t => {
  if ("mock" in t)
    (t as { mock: { method(o: object, m: string, f: () => void): void } }).mock.method(
      console,
      "warn",
      () => {},
    );
  folder = join(root, `set${++count}`);
  cache = join(root, `cache${count}`);
  for (const [s, split] of ["train", "val"].entries()) {
    for (const [c, name] of ["a", "b"].entries()) {
      mkdirSync(join(folder, split, name), { recursive: true });
      await put(join(folder, split, name, "1.png"), 100 * s + 40 * c + 20);
    }
  }
});

const load = (place = folder) => loadImageFolder(place, { resolution: 8, cache });
const greys = ({ images, count: n }: { images: Uint8Array; count: number }) =>
  Array.from({ length: n }, (_, i) => images[192 * i]);

test("folders of equal names, sizes and times are told apart, and so is a file that was replaced with its time kept", async () => {
  const first = await load();
  assert.deepEqual(greys(first.train), [20, 60]);
  const other = join(root, `other${count}`);
  cpSync(folder, other, { recursive: true, preserveTimestamps: true });
  await put(join(other, "train/a/1.png"), 200);
  assert.equal(statSync(join(other, "train/a/1.png")).size, statSync(join(folder, "train/a/1.png")).size);
  const second = await load(other);
  assert.deepEqual(greys(second.train), [200, 60]);
  assert.notEqual(second.content, first.content);
  await put(join(folder, "train/a/1.png"), 7);
  const third = await load();
  assert.deepEqual(greys(third.train), [7, 60]);
  assert.equal(new Set([first.content, second.content, third.content]).size, 3);
});

test("classes exchanged by renaming have exchanged labels", async () => {
  await load();
  for (const [from, to] of [
    ["a", "c"],
    ["b", "a"],
    ["c", "b"],
  ]) {
    renameSync(join(folder, "train", from), join(folder, "train", to));
  }
  assert.deepEqual(greys((await load()).train), [60, 20]);
});

test("a cache that is empty, cut, of other JSON, damaged or half gone is made anew, with what the images hold", async () => {
  const intact = await load();
  const of = (kind: string) => join(cache, readdirSync(cache).find(name => name.endsWith(kind))!);
  const damages: (() => void)[] = [
    () => truncateSync(of(".json")),
    () => truncateSync(of(".json"), 20),
    () => writeFileSync(of(".json"), "null"),
    () => writeFileSync(of(".json"), "[]"),
    () => writeFileSync(of(".json"), "{}"),
    () => writeFileSync(of(".json"), readFileSync(of(".json"), "utf8").replace('"a"', '"x"')),
    () =>
      writeFileSync(of(".json"), readFileSync(of(".json"), "utf8").replace('"train":[0,1]', '"train":[1,0]')),
    () => truncateSync(of(".u8")),
    () => truncateSync(of(".u8"), 100),
    () => unlinkSync(of(".u8")),
    () => unlinkSync(of(".json")),
    () => {
      const bytes = readFileSync(of(".u8"));
      bytes[5] ^= 255;
      writeFileSync(of(".u8"), bytes);
    },
  ];
  for (const damage of damages) {
    damage();
    assert.deepEqual(await load(), intact, String(damage));
  }
});

test("a cache that cannot be written is named, with what to do", async () => {
  writeFileSync(join(root, `file${count}`), "");
  await assert.rejects(
    loadImageFolder(folder, { resolution: 8, cache: join(root, `file${count}`, "cache") }),
    {
      name: "DatasetError",
      message: /cannot keep the decoded images in .*file.*; give another folder as cache, or make room there/,
    },
  );
  await assert.rejects(
    loadImageFolder(folder, { resolution: 8, cache: 5 as never }),
    /cache must be a folder, got 5/,
  );
});

test("names with nothing to read behind them are left out, listed and told; the others are read", {
  skip: !posix,
}, async t => {
  const warn = t.mock.method(console, "warn", () => {});
  const at = (name: string) => join(folder, "train/a", name);
  symlinkSync("nowhere.png", at("dangling.png"));
  symlinkSync("loop.png", at("loop.png"));
  execFileSync("mkfifo", [at("pipe.png")]);
  execFileSync("mkfifo", [at("notes")]); // Not called like an image: nobody's business.
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/train/a/caf`), Buffer.from([0xe9]), Buffer.from(".png")]),
    "x",
  );
  writeFileSync(at("empty.png"), "");
  symlinkSync("nowhere", join(folder, "train/gone"));
  symlinkSync("round", join(folder, "train/round"));
  const set = await load();
  assert.deepEqual(
    [set.classNames, greys(set.train)],
    [
      ["a", "b"],
      [20, 60],
    ],
  );
  const reasons = new Map(set.skipped.map(({ file, reason }) => [file.replace(/^train\//, ""), reason]));
  assert.match(reasons.get("a/dangling.png")!, /a link to nothing/);
  assert.match(reasons.get("a/loop.png")!, /a link that leads back to itself/);
  assert.match(reasons.get("a/pipe.png")!, /a pipe, socket or device/);
  assert.match(reasons.get("a/caf\ufffd.png")!, /its name is not UTF-8/);
  assert.match(reasons.get("gone")!, /a link to nothing/);
  assert.match(reasons.get("round")!, /a link that leads back to itself/);
  assert.ok(reasons.has("a/empty.png"));
  assert.equal(reasons.size, 7);
  assert.match(
    String(warn.mock.calls[0].arguments[0]),
    /7 images of .* could not be decoded and are left out/,
  );
});

test("WebP, GIF and TIFF are read, and images in folders inside a class, links included; BMP is told", async t => {
  const warn = t.mock.method(console, "warn", () => {});
  const inside = join(folder, "train/a/sub/deeper");
  mkdirSync(inside, { recursive: true });
  await put(join(folder, "train/a/2.webp"), 30, "webp");
  await put(join(folder, "train/a/3.GIF"), 40, "gif");
  await put(join(folder, "train/a/4.tif"), 50, "tiff");
  await put(join(inside, "5.png"), 90);
  writeFileSync(join(folder, "train/a/6.bmp"), "BM");
  writeFileSync(join(inside, "7.ppm"), "P6");
  writeFileSync(join(folder, "train/a/readme.txt"), "no image");
  mkdirSync(join(folder, "train/a/.hidden"));
  await put(join(folder, "train/a/.hidden/8.png"), 0);
  if (posix) symlinkSync("..", join(inside, "up"));
  const set = await load();
  for (const [i, grey] of [20, 30, 40, 50, 90, 60].entries())
    assert.ok(Math.abs(greys(set.train)[i] - grey) <= 3, greys(set.train).join());
  assert.deepEqual([...set.train.labels], [0, 0, 0, 0, 0, 1]);
  const told = set.skipped.map(({ file, reason }) => `${file.split("/").at(-1)}: ${reason}`).sort();
  assert.match(told[0], /^6\.bmp: not .*JPEG or PNG; convert it/);
  assert.match(told[1], /^7\.ppm: not /);
  if (posix) assert.match(told[2], /^up: a link that leads back to a folder it lies in/);
  assert.match(String(warn.mock.calls[0].arguments[0]), /could not be decoded and are left out/);
});

test("a folder of JPEG and PNG files has the content that it always had", async () => {
  // The hash of classes, resolution, pixels and labels, by hand.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256").update(JSON.stringify([["a", "b"], 8]));
  for (const grey of [20, 60, 120, 160]) hash.update(new Uint8Array(192).fill(grey));
  const content = hash
    .update(
      JSON.stringify([
        [0, 1],
        [0, 1],
      ]),
    )
    .digest("hex")
    .slice(0, 32);
  assert.equal((await load()).content, content);
});

test("a class without test images is told", async t => {
  const warn = t.mock.method(console, "warn", () => {});
  rmSync(join(folder, "val/b"), { recursive: true });
  const set = await load();
  assert.deepEqual([set.test.count, set.classes], [1, 2]);
  assert.match(String(warn.mock.calls[0].arguments[0]), /has no test images of 1 of its 2 classes: b$/);
});

test("folders that cannot be read, and what is no folder, are DatasetErrors that name them", {
  skip: !posix,
}, async () => {
  await assert.rejects(load(join(folder, "train/a/1.png")), /DatasetError: loadImageFolder: .*1\.png/);
  writeFileSync(join(root, `plain${count}`), "");
  mkdirSync(join(root, `flat${count}`));
  cpSync(join(root, `plain${count}`), join(root, `flat${count}`, "train"));
  await assert.rejects(load(join(root, `flat${count}`)), { name: "DatasetError", message: /train/ });
  if (process.getuid?.() === 0) return; // Who may read everything meets no refusal.
  chmodSync(join(folder, "train/a"), 0);
  await assert.rejects(load(), { name: "DatasetError", message: /cannot read the folder .*train.a/ });
  chmodSync(join(folder, "train/a"), 0o700);
});
