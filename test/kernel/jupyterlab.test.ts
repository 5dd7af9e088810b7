/**
 * JupyterLab with this kernel, in a real browser: what only a user at the screen would notice.
 *
 * Pictures go to the folder named by NETSPACE_SCREENSHOTS, when it is set.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { codeCells, jupyterEnvironment, python, withoutJupyter } from "./client.js";

const TOKEN = "netspace-test";
const jupyter = path.join(path.dirname(python), "jupyter-lab");
const browserPath = [
  process.env["NETSPACE_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find(file => file !== undefined && existsSync(file));
const skip =
  withoutJupyter ||
  (!existsSync(jupyter) && "needs JupyterLab in .venv") ||
  (!browserPath && "needs Chromium in /usr/bin, or where NETSPACE_CHROMIUM says");

describe("JupyterLab", { skip, timeout: 240_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "netspace-lab-"));
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;

  before(async () => {
    const port = await freePort();
    const options = ["--allow-root", "--no-browser", `--port=${port}`, "--ServerApp.port_retries=0"];
    const settings = [`--IdentityProvider.token=${TOKEN}`, "--LabApp.news_url="];
    server = spawn(jupyter, [...options, ...settings], {
      cwd: folder,
      env: {
        ...jupyterEnvironment(),
        JUPYTER_CONFIG_DIR: mkdtempSync(path.join(tmpdir(), "netspace-lab-config-")),
      },
      stdio: "ignore",
    });
    notebook(folder);
    const url = `http://localhost:${port}`;
    for (;;) {
      const up = await fetch(`${url}/api?token=${TOKEN}`).catch(() => undefined);
      if (up?.ok) break;
      await sleep(200);
    }
    browser = await chromium.launch({
      ...(browserPath !== undefined && { executablePath: browserPath }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    page.setDefaultTimeout(30_000);
    await page.goto(`${url}/lab/tree/notebook.ipynb?token=${TOKEN}&reset`);
    await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
    // The indicator beside the name shows idle before the kernel is there; the status bar waits for it.
    await page
      .locator("#jp-bottom-panel, .jp-StatusBar-Widget")
      .filter({ hasText: "| Idle" })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
  });
  after(async () => {
    await browser?.close();
    server?.kill();
  });

  const shot = async (name: string): Promise<void> => {
    const to = process.env["NETSPACE_SCREENSHOTS"];
    if (to) await page.screenshot({ path: path.join(to, `${name}.png`) });
  };
  /** The cell at an index; with text, its source is replaced first. */
  const cell = async (index: number, source?: string): Promise<Locator> => {
    const found = page.locator(".jp-Notebook .jp-CodeCell").nth(index);
    await found.locator(".cm-content").click();
    if (source !== undefined) {
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(source);
    }
    return found;
  };
  const run = async (index: number, source?: string): Promise<Locator> => {
    const found = await cell(index, source);
    await page.keyboard.press("Control+Enter");
    return found;
  };
  const idle = () => page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  const output = (of: Locator, text: string | RegExp) =>
    of.locator(".jp-OutputArea-output").filter({ hasText: text }).first().waitFor();

  test("cells run, and tables, figures, progress and errors are drawn", async () => {
    await page.keyboard.press("Escape");
    for (let i = 0; i < CELLS.length; i++) await run(i);
    await idle();
    const table = page.locator(".jp-RenderedHTMLCommon table").first();
    await table.waitFor();
    assert.deepEqual(await table.locator("thead th").allTextContents(), ["net", "error", "flops"]);
    assert.equal(await page.locator(".jp-OutputArea img[src='x']").count(), 0);
    await page.locator('.jp-OutputArea [role="progressbar"][aria-valuenow="100"]').waitFor();
    await page.locator(".jp-RenderedMarkdown h2").filter({ hasText: "Widths of" }).waitFor();
    await page.locator(".js-plotly-plot .main-svg, .jp-RenderedPlotly .main-svg").first().waitFor();
    await page.locator(".jp-OutputArea-output").filter({ hasText: "RangeError: too wide" }).first().waitFor();
    await shot("1-outputs");
    await page
      .locator(".jp-CodeCell")
      .nth(CELLS.length - 1)
      .scrollIntoViewIfNeeded();
    await shot("2-outputs");
  });

  test("Tab completes with types", async () => {
    await cell(0, "const reference = { width: 32, depth: 13 };\nreference.de");
    await page.keyboard.press("Tab");
    const editor = page.locator(".jp-CodeCell").nth(0).locator(".cm-content");
    await page.locator(".jp-Completer").filter({ hasText: "depth" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
      document.querySelector(".jp-CodeCell .cm-content")?.textContent?.endsWith("reference.depth"),
    );
    assert.match((await editor.textContent()) ?? "", /reference\.depth$/);
    await cell(0, "const reference = { width: 32, depth: 13 };\nreference.");
    await page.keyboard.press("Tab");
    await page.locator(".jp-Completer").filter({ hasText: "width" }).waitFor();
    await shot("3-completion");
    await page.keyboard.press("Escape");
  });

  test("Shift+Tab tells about a name", async () => {
    await cell(
      0,
      "/** How wide a network is. */\nfunction widthOf(name: string): number { return name.length }\nwidthOf",
    );
    await page.keyboard.press("Shift+Tab");
    await page.locator(".jp-Tooltip").filter({ hasText: "How wide a network is" }).waitFor();
    await shot("4-inspection");
    await page.keyboard.press("Escape");
  });

  test("the Stop button ends a loop and keeps variables", async () => {
    const stopped = await run(0, "let turns = 0; console.log('spinning'); while (true) turns++");
    await output(stopped, "spinning");
    await page
      .locator('[data-command="notebook:interrupt-kernel"], button[title^="Interrupt"]')
      .first()
      .click();
    await output(stopped, "Interrupted");
    await shot("5-stopped");
    await output(await run(0, "turns > 0"), "true");
  });

  test("a prompt asks, and its answer goes on", async () => {
    const asking = await run(0, "const answer = prompt('Which network?'); console.log(`chosen: ${answer}`)");
    const input = asking.locator(".jp-Stdin-input");
    await input.waitFor();
    await shot("6-prompt");
    await input.fill("RegNetX");
    await input.press("Enter");
    await output(asking, "chosen: RegNetX");
  });

  test("help opens beside the cell, and long output scrolls or says what was left out", async () => {
    await output(await run(0, "?progress"), "Iterates");
    await shot("7-help");
    await output(await run(0, "Array.from({ length: 5000 }, (_, i) => i * i)"), "shows all");
    await shot("8-long");
  });

  test("a restart clears variables and goes on", async () => {
    await run(0, "const before = 1");
    await idle();
    await page
      .locator('[data-command="notebook:restart-kernel"], button[title^="Restart the kernel"]')
      .first()
      .click();
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    await idle();
    await output(await run(0, "typeof before"), "'undefined'");
    await shot("9-restarted");
  });
});

/** What the first test runs and the pictures show. */
const CELLS = [
  'const rows = Array.from({ length: 60 }, (_, i) => ({ net: i === 1 ? "<img src=x>" : `RegNet ${i}`, error: 50 - i / 3, flops: 2e8 + i * 1e6 }));\nrows',
  'for (const step of progress(30, { label: "training", unit: "epochs" })) await new Promise(r => setTimeout(r, 5));',
  'import { html, md } from "netspace/display";\ndisplay(md`## Widths of ${"stage_1 <b>"}`);\nhtml`<b>escaped:</b> ${"<i>not italic</i>"}`',
  '({ data: [{ y: new Float32Array([3, 1, 2]), type: "bar" }], layout: { height: 220, margin: { t: 10, b: 20 } } })',
  '({ shape: [2, 3], dtype: "float32", data: new Float32Array([1, 2.5, -3, 4, 5, 6]) })',
  "function check(width: number) {\n  if (width > 10) throw new RangeError('too wide', { cause: new Error('stage 3') });\n}\ncheck(32);",
];

function notebook(folder: string): void {
  const cells = codeCells(CELLS);
  const kernelspec = { name: "netspace", display_name: "TypeScript (netspace)", language: "typescript" };
  mkdirSync(folder, { recursive: true });
  const json = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  writeFileSync(path.join(folder, "notebook.ipynb"), JSON.stringify(json));
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 8899;
}
