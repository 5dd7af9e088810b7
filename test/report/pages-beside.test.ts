import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeReport } from "../../src/report/report.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-beside-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a page that a cell has written next to its notebook lies beside the report that links to it; nothing else is taken along", async () => {
  const [notebooks, out] = ["notebooks", "out"].map(name => join(folder, name));
  mkdirSync(notebooks);
  const names = ["a-network.demo.html", "of two words.demo.html", "private.html", "index.html"];
  for (const name of names) writeFileSync(join(notebooks, name), `page ${name}`);
  writeFileSync(join(folder, "above.demo.html"), "not asked for");
  mkdirSync(join(notebooks, "folder.demo.html"));
  symlinkSync(join(folder, "above.demo.html"), join(notebooks, "link.demo.html"));
  const links = [...names, "missing.demo.html", "folder.demo.html", "link.demo.html"].map(
    name => `<a href="${encodeURIComponent(name)}">try</a>`,
  );
  const html = `${links.join("")}<a href="..%2Fabove.demo.html">up</a><a href="../above.demo.html">up</a>`;
  const outputs = [
    { output_type: "execute_result", execution_count: 1, metadata: {}, data: { "text/html": html } },
  ];
  const cell = { cell_type: "code", id: "demo", metadata: {}, source: "", execution_count: 1, outputs };
  const notebook = join(notebooks, "guide-1-demo.ipynb");
  writeFileSync(notebook, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
  const page = await writeReport({ notebooks: [notebook], populations: [], out });
  assert.match(readFileSync(page, "utf8"), /<a href="a-network\.demo\.html"/);
  for (const name of names.slice(0, 2)) assert.equal(readFileSync(join(out, name), "utf8"), `page ${name}`);
  assert.ok(!existsSync(join(out, "private.html")) && !existsSync(join(out, "above.demo.html")));
  assert.ok(!existsSync(join(out, "folder.demo.html")) && !existsSync(join(out, "link.demo.html")));
  assert.match(readFileSync(page, "utf8"), /^<!doctype html>/);
});

test("pages of two notebooks that have one name are both there, each behind its own notebook's link", async () => {
  const [a, b, out] = ["a", "b", "both"].map(name => join(folder, name));
  const notebookIn = (place: string) => {
    mkdirSync(place);
    writeFileSync(join(place, "x.demo.html"), `page of ${place}`);
    const hrefs = ["x.demo.html", "%00.demo.html", `${"long".repeat(80)}.demo.html`];
    const html = hrefs.map(href => `<a href="${href}">try</a>`).join("");
    const outputs = [
      { output_type: "execute_result", execution_count: 1, metadata: {}, data: { "text/html": [html] } },
    ];
    const cell = { cell_type: "code", id: "demo", metadata: {}, source: "", execution_count: 1, outputs };
    const notebook = join(place, "one.ipynb");
    writeFileSync(notebook, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
    return notebook;
  };
  const page = readFileSync(
    await writeReport({ notebooks: [a, b].map(notebookIn), populations: [], out }),
    "utf8",
  );
  const linked = [...page.matchAll(/href="([^"]*x\.demo\.html)"/g)].map(([, name]) =>
    readFileSync(join(out, name), "utf8"),
  );
  assert.deepEqual(linked, [`page of ${a}`, `page of ${b}`]);
});
