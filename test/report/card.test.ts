import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cardHtml } from "../../src/report/gallery/card.js";
import { readNotebook } from "../../src/report/notebook.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-card-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const output = (html: string) => [{ output_type: "display_data", data: { "text/html": html }, metadata: {} }];
const code = (html: string, tags?: unknown) => ({
  cell_type: "code",
  source: "",
  metadata: { tags },
  outputs: output(html),
});
async function faceOf(cells: readonly object[]): Promise<string> {
  const file = join(folder, "some.ipynb");
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
  const card = await cardHtml(readNotebook(file), 3);
  return /<div class="face">(.*?)<details>/s.exec(card)?.[1] ?? "";
}
const table = (word: string) => `<table><tr><td>${word}</td></tr></table>`;

test("a card opens with the outputs of the cells that have its tag, in their order, else with the first table", async () => {
  const [first, second, third] = ["first", "second", "third"].map(table);
  assert.match(await faceOf([code(first), code(second)]), /first(?!.*second)/s);
  const chosen = await faceOf([code(first), code(second, ["measured", "card"]), code(third, ["card"])]);
  assert.match(chosen, /second.*third/s);
  assert.doesNotMatch(chosen, /first/);
  // Tags of a notebook may be anything.
  assert.match(await faceOf([code(first, "card"), code(second, 1)]), /first/);
});
