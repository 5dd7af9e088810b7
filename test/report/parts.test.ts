import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { VERDICT_MIME } from "netspace";
import { startBrowser, withoutBrowser } from "../../kernel/test/support/chromium.js";
import { writeReport } from "../../src/report/report.js";

const out = mkdtempSync(join(tmpdir(), "netspace-parts-"));
after(() => rmSync(out, { recursive: true, force: true }));

const claim = (outcome: string, kind: string) => ({ claim: "So it is.", outcome, evidence: "seen", kind });

/** The page of notebooks with these claims; those without have no verdict. */
async function report(notebooks: Readonly<Record<string, readonly object[]>>): Promise<string> {
  const files = Object.entries(notebooks).map(([name, claims]) => {
    const file = join(out, `${name}.ipynb`);
    const data = { [VERDICT_MIME]: { outcome: "mixed", summary: "as it is", claims } };
    const words = { cell_type: "markdown", id: "title", metadata: {}, source: `# Title of ${name}` };
    const output = { output_type: "execute_result", execution_count: 1, metadata: {}, data };
    const outputs = claims.length > 0 ? [output] : [];
    const code = { cell_type: "code", id: "verdict", metadata: {}, source: "", execution_count: 1, outputs };
    writeFileSync(
      file,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [words, code] }),
    );
    return file;
  });
  return writeReport({ notebooks: files, populations: [], out });
}

const some = {
  "fig01-one": [claim("replicated", "arithmetic"), claim("not replicated", "trained")],
  "nas-2-nasnet": [claim("not answerable", "trained"), claim("replicated", "published")],
  "nas-10-revisiting": [claim("replicated", "published")],
  "guide-1-sampling": [],
  search: [],
};

/** What the page's contents say of each part: its heading, its counts, and where its list leads. */
function contents(html: string) {
  const nav = /<nav id="page-contents".*?<\/nav>/s.exec(html)![0];
  return nav
    .split("<div>")
    .slice(1)
    .map(part => ({
      heading: /<h2><a href="#([^"]*)">([^<]*)/.exec(part)?.slice(1),
      counts: [...part.matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*?) ?</g)].map(([, ...row]) =>
        row.join(": "),
      ),
      links: [...part.matchAll(/<li class="([^"]*)"><a href="#([^"]*)">/g)].map(([, ...link]) =>
        link.join(" "),
      ),
    }));
}

test("figures and searches are parts of their own, each with its counts and its list of notebooks", async () => {
  const html = readFileSync(await report(some), "utf8");
  assert.deepEqual(contents(html), [
    {
      heading: ["part-design-spaces", "Designing Network Design Spaces"],
      counts: [
        "Arithmetic and structure: 1 replicated",
        "Trained here, before correction: 1 not replicated",
        "Trained here, after correction: none",
      ],
      links: ["mixed fig01-one"],
    },
    {
      heading: ["part-architecture-search", "Architecture search"],
      counts: [
        "Published numbers, read again: 2 replicated",
        "Trained here, before correction: 1 not answerable",
        "Trained here, after correction: none",
      ],
      links: ["mixed nas-2-nasnet", "mixed nas-10-revisiting"],
    },
    {
      heading: ["part-more", "Guides and other questions"],
      counts: [],
      links: ["none guide-1-sampling", "none search"],
    },
  ]);
  for (const { heading, links } of contents(html)) {
    for (const id of [heading![0], ...links.map(link => link.split(" ")[1])]) {
      assert.equal(html.split(` id="${id}"`).length, 2, `one place is called ${id}`);
    }
  }
  assert.match(html, /<h1>Network design spaces and architecture search, replicated with netspace<\/h1>/);
});

test("headings have their level: of a part, of its groups if it has several, of cards", async () => {
  const levels = (html: string) =>
    [...html.matchAll(/<h(\d)>(?:<a [^>]*>)?([^<]*)/g)].map(found => found.slice(1));
  const main = (html: string) => html.slice(html.indexOf("<main "));
  assert.deepEqual(levels(main(readFileSync(await report(some), "utf8"))), [
    ["2", "Designing Network Design Spaces"],
    ["3", "Title of fig01-one"],
    ["2", "Architecture search"],
    ["3", "Title of nas-2-nasnet"],
    ["3", "Title of nas-10-revisiting"],
    ["2", "Guides and other questions"],
    ["3", "Guides"],
    ["4", "Title of guide-1-sampling"],
    ["3", "Other questions"],
    ["4", "Title of search"],
  ]);
  // Whose page has one part sees nothing of parts.
  const alone = readFileSync(await report({ mine: [claim("replicated", "trained")] }), "utf8");
  assert.deepEqual(levels(main(alone)), [
    ["2", "Other questions"],
    ["3", "Title of mine"],
  ]);
  assert.equal(contents(alone)[0].heading, undefined);
});

test("a link of the contents leads to a part that a search hides", { skip: withoutBrowser }, async t => {
  const file = await report(some);
  const browser = await startBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(pathToFileURL(file).href);
  const visible = () =>
    page.locator("main section:visible, article:visible").evaluateAll(all => all.map(({ id }) => id));
  await page.fill("#page-search", "nas-10");
  assert.deepEqual(await visible(), ["part-architecture-search", "nas-10-revisiting"]);
  await page.locator('#page-contents a[href="#part-design-spaces"]').click();
  await page.waitForFunction(() => document.querySelectorAll("article:not([hidden])").length === 5);
  assert.ok((await visible()).includes("part-design-spaces"));
  await page.locator("#page-contents summary").nth(1).click();
  await page.locator('#page-contents a[href="#nas-2-nasnet"]').click();
  assert.ok(await page.locator("#nas-2-nasnet").isVisible());
  for (const width of [390, 800, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  }
});
