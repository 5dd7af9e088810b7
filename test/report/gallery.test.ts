import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { startBrowser, withoutBrowser } from "../../kernel/test/support/chromium.js";
import { writeReport } from "../../src/report/report.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "netspace-gallery-"));
after(() => rmSync(out, { recursive: true, force: true }));
// A figure of SVG, a figure with tables, tables alone (of which the second is mixed, whatever is trained), a guide and
// a notebook without a verdict.
const names = [
  "fig04-x-block",
  "fig06-width-profiles",
  "table1-design-space-sizes",
  "table7-efficientnet-enhancements",
  "guide-1-sampling",
  "adhoc-statistics",
];
const notebooks = names.map(name => join(root, "notebooks", `${name}.ipynb`));

let file: string;
before(async () => {
  file = await writeReport({ notebooks, populations: [], out });
});

test("the gallery has a card a notebook, with pictures for light and dark pages, verdicts, words and code", () => {
  const html = readFileSync(file, "utf8");
  assert.deepEqual(
    [...html.matchAll(/<article id="([^"]+)" data-outcome="[^"]+"/g)].map(match => match[1]),
    names,
  );
  assert.equal([...html.matchAll(/<source media="screen and \(prefers-color-scheme: dark\)"/g)].length, 5);
  assert.match(html, /<span class="badge replicated">replicated<\/span>/);
  assert.match(
    html,
    /alt="Width of each block, AnyNetXC; panels: [^"]+; axes: block index, width \(channels\); drawn: [^"]+\. What it says: The printed good networks have widths that grow, [^"]+: replicated;/,
  );
  assert.match(html, /alt="[^"]*stem: 3×3 \/2, w 32[^"]*"/, "a diagram is described layer by layer");
  assert.match(html, /<li class="replicated"><span class="said">replicated: <\/span>/);
  assert.match(html, /href="#guide-2-reading-an-edf"/, "links between notebooks lead to their cards");
  assert.match(html, /fitQuantisedLinear\(stagesOf\(sample\)\)/);
  assert.doesNotMatch(html, /(?:src|href)="https?:/);
  // Plotly is the larger part; all of the notebooks together come to a few times this.
  assert.ok(statSync(file).size < 4e6, `${statSync(file).size} bytes`);
});

describe("the gallery in a browser", { skip: withoutBrowser }, () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const errors: string[] = [];
  before(async () => {
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("request", request => requests.push(request.url()));
    page.on("pageerror", error => errors.push(error.message));
    await page.goto(pathToFileURL(file).href);
  });
  after(() => browser.close());
  const visible = () => page.locator("article:visible").evaluateAll(cards => cards.map(card => card.id));

  test("searching and choosing a verdict leave the cards that fit", async () => {
    assert.deepEqual(await visible(), names);
    await page.fill("#page-search", "degrees of freedom");
    assert.deepEqual(await visible(), ["table1-design-space-sizes"]);
    assert.equal(await page.textContent("#page-shown"), `1 of ${names.length} shown`);
    assert.equal(await page.locator("#page-none").isVisible(), false);
    await page.fill("#page-search", "no such words");
    assert.deepEqual(await visible(), []);
    assert.equal(await page.locator("#page-none").isVisible(), true);
    await page.fill("#page-search", "");
    await page.locator("#page-filters button", { hasText: "mixed" }).click();
    const mixed = await visible();
    assert.ok(mixed.includes("table7-efficientnet-enhancements") && !mixed.includes("fig04-x-block"));
    await page.evaluate(() => (location.hash = "#fig04-x-block"));
    await page.waitForFunction(() => document.querySelectorAll("article:not([hidden])").length === 6);
  });

  test("every picture is drawn, and a figure becomes live with the Plotly that the page carries", async () => {
    const widths = await page.locator("article > .face img").evaluateAll(async images => {
      const pictures = images as HTMLImageElement[];
      await Promise.all(pictures.map(image => image.decode()));
      return pictures.map(image => image.naturalWidth);
    });
    assert.equal(widths.length, 4);
    for (const width of widths) assert.ok(width >= 500, `${width} pixels`);
    const card = page.locator("#fig06-width-profiles");
    await card.hover();
    await card.locator("button.live").first().click();
    await card.locator(".plot .legend").first().waitFor({ timeout: 120_000 });
    // As many panels as the notebook's figure has: it grows with the populations.
    const stored = readFileSync(join(root, "notebooks", "fig06-width-profiles.ipynb"), "utf8");
    const panels = new Set(stored.match(/"xaxis\d*": \{/g)).size;
    assert.ok(panels >= 4, `${panels} panels`);
    assert.equal(await card.locator(".plot .cartesianlayer .subplot").count(), panels);
  });

  test("Enter on a picture shows it in a window of its own, which Escape closes; the first link skips to the cards", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    const picture = page.locator("#guide-1-sampling .face button.enlarge");
    await picture.focus();
    await page.keyboard.press("Enter");
    const shown = page.locator("dialog[open] img");
    await shown.waitFor();
    const widthOf = async (image: typeof shown) => (await image.boundingBox())!.width;
    assert.ok((await widthOf(shown)) >= (await widthOf(picture.locator("img"))));
    assert.ok(
      await shown.evaluate(async image => {
        await (image as HTMLImageElement).decode();
        return (image as HTMLImageElement).naturalWidth > 500;
      }),
    );
    await page.keyboard.press("Escape");
    await shown.waitFor({ state: "detached" });
    await page.locator("a.skip").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "page-main");
  });

  test("on a phone a figure's panels are below one another, each as wide as the screen allows", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const panels = page.locator("#adhoc-statistics figure[data-panels] .stack > div");
    await panels.first().waitFor({ state: "attached" });
    const lefts = await panels.evaluateAll(all => all.map(each => (each as HTMLElement).offsetLeft));
    assert.ok(lefts.length >= 2);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  });

  test("on a phone nothing is wider than the screen, on paper the notebooks are open", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const summary of await page.locator("article > details > summary").all()) await summary.click();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    for (const summary of await page.locator("article > details > summary").all()) await summary.click();
    await page.evaluate(() => {
      addEventListener("beforeprint", () => {
        document.body.dataset.open = String(document.querySelectorAll("article > details[open]").length);
      });
    });
    await page.pdf({ format: "A4" });
    assert.equal(await page.locator("body").getAttribute("data-open"), String(names.length));
    assert.equal(await page.locator("article > details[open]").count(), 0);
  });

  test("the page asks nothing of any network", () => {
    assert.deepEqual(
      requests.filter(url => !/^(file|data|blob):/.test(url)),
      [],
    );
    assert.deepEqual(errors, []);
  });
});
