/** The page to try a network in, opened from a file by Chromium, without a network: scores against the engine's. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startBrowser, withoutBrowser } from "../../kernel/test/support/chromium.js";
import { type BrowserDemo, browserDemo, encodeOnnx } from "../../src/onnx/index.js";
import type { Dataset } from "../../src/training/dataset.js";
import { encodePng } from "../../src/training/datasets/png.js";
import { Model } from "../../src/training/engines/torch.js";
import { weightShapes } from "../../src/training/weights/index.js";
import { withoutAddon } from "../support/needs.js";
import { randomStream, small } from "../support/networks.js";

const runtime = fileURLToPath(new URL("../../../data/onnxruntime-web/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-demo-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const random = randomStream(5);
const weights = new Map(
  [...weightShapes(small)].map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const centre = shape.length === 1 && /weight|running_var/.test(name) ? 1 : 0;
    return [name, { shape, values: Float32Array.from({ length: size }, () => centre + random() - 0.5) }];
  }),
);
const COUNT = 6;
const RESOLUTION = 16;
const images = Uint8Array.from({ length: COUNT * 3 * RESOLUTION ** 2 }, () => Math.floor(256 * random()));
const split = { count: COUNT, images, labels: Uint8Array.of(2, 2, 0, 1, 3, 0) };
const dataset: Dataset = {
  name: "noise",
  resolution: RESOLUTION,
  channels: 3,
  classes: 4,
  mean: [0.5, 0.4, 0.6],
  std: [0.2, 0.25, 0.3],
  train: split,
  test: split,
  classNames: ["cat", "dog & <b>", "owl", "elk"],
};

/** The engine's logits of images, by their places in the dataset. */
async function logitsOf(places: readonly number[]): Promise<Float32Array[]> {
  const area = RESOLUTION ** 2;
  const model = await Model.create(small, { threads: 1 });
  await model.setWeights(weights);
  const input = new Float32Array(places.length * 3 * area);
  for (const [n, place] of places.entries())
    for (let i = 0; i < 3 * area; i++) {
      const c = Math.floor(i / area);
      input[n * 3 * area + i] = (images[place * 3 * area + i] / 255 - dataset.mean[c]) / dataset.std[c];
    }
  const values = await model.forward({ shape: [places.length, 3, RESOLUTION, RESOLUTION], images: input });
  model.dispose();
  return places.map((_, n) => values.slice(n * small.classes, (n + 1) * small.classes));
}

test("the runtime that pages hold is what its script has made of the package", () => {
  const about = JSON.parse(readFileSync(join(runtime, "about.json"), "utf8")) as Record<string, unknown>;
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const wasm = gunzipSync(readFileSync(join(runtime, "runtime.wasm.gz")));
  assert.deepEqual([wasm.length, hash(wasm)], [about.bytes, about.wasm]);
  assert.equal(hash(gunzipSync(readFileSync(join(runtime, "runtime.js.gz")))), about.script);
});

test("a page too large for a notebook is written next to it, and linked", async () => {
  const demo = await browserDemo({ network: small, weights }, { dataset, title: "a/b", inlineLimit: 1000 });
  const cwd = process.cwd();
  process.chdir(folder);
  try {
    const show = demo as unknown as Record<symbol, () => Record<string, string>>;
    const { "text/html": html, "text/plain": plain } = show[Symbol.for("Jupyter.display")]();
    assert.match(html, /<a href="a-b\.demo\.html"/);
    assert.match(
      plain,
      /^A page of \d\.\d MB is larger than the 0\.0 MB .* written next to it: a-b\.demo\.html$/,
    );
    assert.equal(readFileSync("a-b.demo.html", "utf8"), demo.html);
  } finally {
    process.chdir(cwd);
  }
  assert.throws(
    () => demo.save(join(folder, "no", "x.html")),
    /^Error: BrowserDemo\.save: could not write .*ENOENT.*; paths begin at /,
  );
});

test("two pages of one title are two files, and no file that is something else is written over", async () => {
  const shown = async (title: string, examples: number) => {
    const demo = await browserDemo({ network: small, weights }, { dataset, title, examples, inlineLimit: 0 });
    const show = demo as unknown as Record<symbol, () => Record<string, string>>;
    const { "text/html": html } = show[Symbol.for("Jupyter.display")]();
    return { demo, file: decodeURIComponent(/href="([^"]+)"/.exec(html)![1]) };
  };
  const cwd = process.cwd();
  process.chdir(folder);
  try {
    const [first, second] = [await shown("same", 1), await shown("same", 2)];
    assert.notEqual(first.file, second.file);
    for (const { demo, file } of [first, second]) assert.equal(readFileSync(file, "utf8"), demo.html);
    assert.equal((await shown("same", 1)).file, first.file);
    writeFileSync("mine.demo.html", "my own page");
    const beside = await shown("mine", 1);
    assert.equal(readFileSync("mine.demo.html", "utf8"), "my own page");
    assert.equal(readFileSync(beside.file, "utf8"), beside.demo.html);
    const long = await shown("name ".repeat(100), 1);
    assert.ok(Buffer.byteLength(long.file) < 255);
  } finally {
    process.chdir(cwd);
  }
});

test("what cannot be tried is rejected, with what to do", async () => {
  await assert.rejects(
    browserDemo({ network: small }, { dataset }),
    /^WeightsError: browserDemo: expected a training with weights.*; train for/,
  );
  await assert.rejects(
    browserDemo(small as never, { dataset }),
    /^RangeError: browserDemo: expected a training, as of train\(\)/,
  );
  await assert.rejects(
    browserDemo({ network: { ...small, classes: 3 }, weights }, { dataset }),
    /at least 4 classes, as noise has, got small of 3; give the dataset/,
  );
  assert.throws(
    () => encodeOnnx(small, weights, { outputs: ["nowhere"] }),
    /^NetworkError: encodeOnnx: expected layers before the last of small as outputs, got "nowhere"/,
  );
});

describe("in Chromium, offline", { skip: withoutBrowser || withoutAddon, timeout: 300_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let demo: BrowserDemo;
  const requests: string[] = [];
  const problems: string[] = [];
  before(async () => {
    demo = await browserDemo({ network: small, weights }, { dataset, examples: 4 });
    demo.save(join(folder, "demo.html"));
    browser = await startBrowser();
    context = await browser.newContext({
      offline: true,
      hasTouch: true,
      viewport: { width: 390, height: 800 },
    });
    context.on("request", request => {
      if (!/^(?:file|data|blob|about):/.test(request.url())) requests.push(request.url());
    });
    context.on("weberror", error => problems.push(String(error.error())));
    context.on("console", message => message.type() === "error" && problems.push(message.text()));
  });
  after(() => browser?.close());

  const open = async (file: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    return page;
  };
  /** Waits until a text stands in the status, and gives the scores. */
  const scoresIn = async (page: Pick<Page, "locator">, said = /^Most likely /): Promise<number[]> => {
    await page.locator("#status", { hasText: said }).waitFor();
    return page
      .locator("#scores td[data-logit]")
      .evaluateAll(cells =>
        cells.map(cell => Number((cell as unknown as { dataset: { logit: string } }).dataset.logit)),
      );
  };
  const agree = (got: readonly number[], expected: ArrayLike<number>) =>
    got.forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) < 1e-4, `${got.join()} and ${Array.from(expected).join()}`),
    );

  test("scores of test images are the engine's to 1e-4, feature maps have the network's sizes, nothing is fetched", async () => {
    const page = await open(join(folder, "demo.html"));
    // One of each class, the first there is: places 2, 3, 0 and 4.
    const expected = await logitsOf([2, 3, 0, 4]);
    agree(await scoresIn(page), expected[0]);
    const buttons = page.locator("#examples button");
    assert.deepEqual(
      await buttons.evaluateAll(all => all.map(each => (each as unknown as { title: string }).title)),
      ["cat", "dog & <b>", "owl", "elk"],
    );
    for (const [i, logits] of expected.entries()) {
      const best = dataset.classNames![logits.indexOf(Math.max(...logits))];
      // By keyboard alone.
      await buttons.nth(i).press("Enter");
      await page.waitForFunction(
        ([first, near]) =>
          Math.abs(
            Number(
              (
                globalThis as unknown as {
                  document: { querySelector(s: string): { dataset: { logit: string } } };
                }
              ).document.querySelector("td[data-logit]").dataset.logit,
            ) - first,
          ) < near,
        [logits[0], 1e-4] as const,
      );
      agree(await scoresIn(page, new RegExp(`^Most likely ${best.replace(/[&<>]/g, ".")}`)), logits);
    }
    const sizes = await page.locator("#maps tr").allInnerTexts();
    assert.match(sizes[0], /^\S+\s+8 × 16 × 16/);
    assert.match(sizes.at(-1)!, /^\S+\s+32 × 4 × 4/);
    for (const map of await page.locator("#maps canvas").all())
      assert.match(
        (await map.getAttribute("aria-label"))!,
        /^mean over the channels of \S+, \d+ by \d+ values$/,
      );
    assert.deepEqual([requests, problems], [[], []]);
    await page.close();
  });

  test("an image is drawn with a finger and with keys, and chosen as a file", async () => {
    const page = await open(join(folder, "demo.html"));
    await scoresIn(page);
    await page.locator("#clear").tap();
    const blank = () =>
      page.locator("#image").evaluate(canvas => (canvas as unknown as { toDataURL(): string }).toDataURL());
    const empty = await blank();
    await page.locator("#image").tap();
    assert.notEqual(await blank(), empty);
    await page.locator("#clear").press("Enter");
    assert.equal(await blank(), empty);
    await page.locator("#image").press("ArrowLeft");
    assert.equal(await blank(), empty);
    await page.locator("#image").press("Shift+ArrowLeft");
    assert.notEqual(await blank(), empty);
    // A file of the first test image's own pixels has its scores.
    const area = RESOLUTION ** 2;
    const rgb = Uint8Array.from({ length: 3 * area }, (_, i) => images[(i % 3) * area + Math.floor(i / 3)]);
    const png = join(folder, "image.png");
    writeFileSync(png, encodePng(RESOLUTION, RESOLUTION, rgb));
    await page.locator("#file").setInputFiles(png);
    const [logits] = await logitsOf([0]);
    await page.waitForFunction(
      first =>
        Math.abs(
          Number(
            (
              globalThis as unknown as {
                document: { querySelector(s: string): { dataset: { logit: string } } };
              }
            ).document.querySelector("td[data-logit]").dataset.logit,
          ) - first,
        ) < 1e-4,
      logits[0],
    );
    agree(await scoresIn(page), logits);
    assert.deepEqual([requests, problems], [[], []]);
    await page.close();
  });

  test("it fits a phone, and is readable light and dark", async () => {
    const page = await open(join(folder, "demo.html"));
    await scoresIn(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const colours = await page.evaluate(() => {
        const { document, getComputedStyle, innerWidth } = globalThis as unknown as {
          document: { body: { scrollWidth: number } };
          getComputedStyle: (this: void, of: object) => { color: string; backgroundColor: string };
          innerWidth: number;
        };
        const { color, backgroundColor } = getComputedStyle(document.body);
        return { color, backgroundColor, fits: document.body.scrollWidth <= innerWidth };
      });
      assert.deepEqual(colours, {
        color: colorScheme === "light" ? "rgb(26, 26, 26)" : "rgb(232, 232, 232)",
        backgroundColor: colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 22, 22)",
        fits: true,
      });
    }
    await page.close();
  });

  test("a notebook's output runs it in a sandbox, which sees nothing of the page around it", async () => {
    const show = demo as unknown as Record<symbol, () => Record<string, string>>;
    const { "text/html": html } = show[Symbol.for("Jupyter.display")]();
    assert.match(html, /grows by as much/);
    assert.ok(Math.abs(html.length - demo.bytes) < 0.01 * demo.bytes, "what is said is what it grows by");
    const notebook = join(folder, "notebook.html");
    writeFileSync(notebook, `<!doctype html><title>t</title><script>secret = 1</script>${html}`);
    assert.ok(statSync(notebook).size < 6e6);
    const page = await open(notebook);
    const frame = page.frameLocator("iframe");
    agree(await scoresIn(frame), (await logitsOf([2]))[0]);
    const inner = page.frames().find(each => each !== page.mainFrame())!;
    assert.match(
      await inner.evaluate(() => {
        try {
          return String((globalThis as unknown as { parent: { secret: number } }).parent.secret);
        } catch (error) {
          return String(error);
        }
      }),
      /SecurityError/,
    );
    assert.deepEqual([requests, problems], [[], []]);
    await page.close();
  });
});
