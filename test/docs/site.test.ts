/** The documentation's site is made within seconds, has all pages, and neither a dead link nor anything from a network. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startBrowser, withoutBrowser } from "../../kernel/test/support/chromium.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "netspace-site-"));
after(() => rmSync(out, { recursive: true, force: true }));
const { writeSite } = (await import(pathToFileURL(join(root, "scripts/site.mjs")).href)) as {
  writeSite: (out: string) => { pages: number; dead: string[] };
};
const { pages, dead } = writeSite(out);
const files = readdirSync(out, { recursive: true, encoding: "utf8" });
const html = (address: string) => readFileSync(join(out, address), "utf8");

test("every page of the repository is on the site, and no link leads nowhere", () => {
  assert.deepEqual(dead, []);
  const written = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  for (const name of written.filter(each => each.endsWith(".md"))) {
    const address = name.replace(/(^|\/)README\.md$/, "$1index.md").replace(/\.md$/, ".html");
    assert.ok(files.includes(join("docs", address)), name);
  }
  assert.equal(files.filter(name => name.endsWith(".html")).length, pages);
});

test("the gallery has every notebook, those with pictures with words for them", () => {
  const gallery = html("docs/gallery.html");
  const notebooks = readdirSync(join(root, "notebooks")).filter(name => name.endsWith(".ipynb"));
  for (const name of notebooks) assert.ok(gallery.includes(`/${name}"`), name);
  const images = [...gallery.matchAll(/<img src="(gallery\/[^"]+)" alt="([^"]*)"/g)];
  assert.ok(images.length >= 40, `${images.length} pictures`);
  for (const [, source, alt] of images) assert.ok(alt && files.includes(join("docs", source)), source);
});

test("pages take nothing from a network", () => {
  for (const name of files.filter(each => /\.(?:html|css|js)$/.test(each))) {
    assert.doesNotMatch(
      html(name),
      /(?:src|srcset)="https?:|<link[^>]*href="https?:|url\("?https?:|fetch\(/,
      name,
    );
  }
});

describe("the site in a browser", { skip: withoutBrowser }, () => {
  test("the search finds a heading, pages are as wide as the screen, and no file is asked of a network", async () => {
    const browser = await startBrowser();
    after(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const requests: string[] = [];
    page.on("request", request => requests.push(request.url()));
    await page.goto(pathToFileURL(join(out, "index.html")).href);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await page.keyboard.press("/");
    await page.keyboard.type("choosing");
    await page.locator("#found a", { hasText: "Choosing" }).first().click();
    await page.waitForURL(/statistics\.html#choosing$/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.deepEqual(
      requests.filter(url => !/^(?:file|data):/.test(url)),
      [],
    );
  });
});
