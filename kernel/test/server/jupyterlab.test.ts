/** JupyterLab with this kernel, in a real browser: what only a user at the screen would notice. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Lab, withoutLab } from "../support/lab.js";

/** What the first test runs and the pictures show. */
const CELLS = [
  'const rows = Array.from({ length: 60 }, (_, i) => ({ net: i === 1 ? "<img src=x>" : `RegNet ${i}`, error: 50 - i / 3, flops: 2e8 + i * 1e6 }));\nrows',
  'for (const step of progress(30, { label: "training", unit: "epochs" })) await new Promise(r => setTimeout(r, 5));',
  'import { html, md } from "netspace/display";\ndisplay(md`## Widths of ${"stage_1 <b>"}`);\nhtml`<b>escaped:</b> ${"<i>not italic</i>"}`',
  '({ data: [{ y: new Float32Array([3, 1, 2]), type: "bar" }], layout: { height: 220, margin: { t: 10, b: 20 } } })',
  '({ shape: [2, 3], dtype: "float32", data: new Float32Array([1, 2.5, -3, 4, 5, 6]) })',
  "function check(width: number) {\n  if (width > 10) throw new RangeError('too wide', { cause: new Error('stage 3') });\n}\ncheck(32);",
];

describe("JupyterLab", { skip: withoutLab, timeout: 900_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start(CELLS);
  });
  after(() => lab?.close());

  test("cells run, and tables, figures, progress and errors are drawn", async () => {
    await lab.page.keyboard.press("Escape");
    for (let i = 0; i < CELLS.length; i++) await lab.run(i);
    await lab.idle();
    const table = lab.page.locator(".jp-RenderedHTMLCommon table").first();
    await table.waitFor();
    assert.deepEqual(await table.locator("thead th").allTextContents(), ["net", "error", "flops"]);
    assert.equal(await lab.page.locator(".jp-OutputArea img[src='x']").count(), 0);
    await lab.page.locator('.jp-OutputArea [role="progressbar"][aria-valuenow="100"]').waitFor();
    await lab.page.locator(".jp-RenderedMarkdown h2").filter({ hasText: "Widths of" }).waitFor();
    await lab.page.locator(".js-plotly-plot .main-svg, .jp-RenderedPlotly .main-svg").first().waitFor();
    await lab.page
      .locator(".jp-OutputArea-output")
      .filter({ hasText: "RangeError: too wide" })
      .first()
      .waitFor();
    await lab.shot("1-outputs");
    await lab.page
      .locator(".jp-CodeCell")
      .nth(CELLS.length - 1)
      .scrollIntoViewIfNeeded();
    await lab.shot("2-outputs");
  });

  test("Tab completes with types", async () => {
    await lab.edit(0, "const reference = { width: 32, depth: 13 };\nreference.de");
    await lab.page.keyboard.press("Tab");
    const editor = lab.page.locator(".jp-CodeCell").nth(0).locator(".cm-content");
    await lab.page.locator(".jp-Completer").filter({ hasText: "depth" }).waitFor();
    await lab.page.keyboard.press("Enter");
    await lab.page.waitForFunction(() =>
      document.querySelector(".jp-CodeCell .cm-content")?.textContent?.endsWith("reference.depth"),
    );
    assert.match((await editor.textContent()) ?? "", /reference\.depth$/);
    await lab.edit(0, "const reference = { width: 32, depth: 13 };\nreference.");
    await lab.page.keyboard.press("Tab");
    await lab.page.locator(".jp-Completer").filter({ hasText: "width" }).waitFor();
    await lab.shot("3-completion");
    await lab.page.keyboard.press("Escape");
  });

  test("Shift+Tab tells about a name", async () => {
    await lab.edit(
      0,
      "/** How wide a network is. */\nfunction widthOf(name: string): number { return name.length }\nwidthOf",
    );
    await lab.page.keyboard.press("Shift+Tab");
    await lab.page.locator(".jp-Tooltip").filter({ hasText: "How wide a network is" }).waitFor();
    await lab.shot("4-inspection");
    await lab.page.keyboard.press("Escape");
  });

  test("the Stop button ends a loop and keeps variables", async () => {
    const stopped = await lab.run(0, "let turns = 0; console.log('spinning'); while (true) turns++");
    await lab.output(stopped, "spinning");
    await lab.press("notebook:interrupt-kernel", "Interrupt");
    await lab.output(stopped, "Interrupted");
    await lab.shot("5-stopped");
    await lab.output(await lab.run(0, "turns > 0"), "true");
  });

  test("a prompt asks, and its answer goes on", async () => {
    const asking = await lab.run(
      0,
      "const answer = prompt('Which network?'); console.log(`chosen: ${answer}`)",
    );
    const input = asking.locator(".jp-Stdin-input");
    await input.waitFor();
    await lab.shot("6-prompt");
    await input.fill("RegNetX");
    await input.press("Enter");
    await lab.output(asking, "chosen: RegNetX");
  });

  test("help opens beside the cell, and long output scrolls or says what was left out", async () => {
    await lab.output(await lab.run(0, "?progress"), "Iterates");
    await lab.shot("7-help");
    await lab.output(await lab.run(0, "Array.from({ length: 5000 }, (_, i) => i * i)"), "shows all");
    await lab.shot("8-long");
  });

  test("a restart clears variables and goes on", async () => {
    await lab.run(0, "const before = 1");
    await lab.idle();
    await lab.press("notebook:restart-kernel", "Restart the kernel");
    await lab.page.locator(".jp-Dialog .jp-mod-accept").click();
    await lab.idle();
    await lab.output(await lab.run(0, "typeof before"), "'undefined'");
    await lab.shot("9-restarted");
  });
});
