/**
 * JupyterLab with this kernel in a real browser, for tests of what only a user at the screen would notice.
 *
 * Pictures go to the folder named by NETSPACE_SCREENSHOTS, when it is set.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { startBrowser, withoutBrowser } from "./chromium.js";
import { codeCells, jupyterEnvironment, python, withoutJupyter } from "./client.js";
import { temporaryFolder } from "./temporary-folder.js";

const TOKEN = "netspace-test";
const jupyter = path.join(path.dirname(python), "jupyter-lab");

/** Why tests in JupyterLab cannot run, or false when they can. */
export const withoutLab: string | false =
  withoutJupyter || (!existsSync(jupyter) && "needs JupyterLab in .venv") || withoutBrowser;

/** A notebook that is open in JupyterLab. */
export class Lab {
  readonly page: Page;
  /** What the browser's console said that was an error. */
  readonly consoleErrors: string[] = [];
  readonly #server: ChildProcess;
  readonly #browser: Browser;
  readonly #url: string;

  /** Opens a notebook with cells of these sources; its kernel is ready. */
  static async start(sources: readonly string[]): Promise<Lab> {
    const folder = temporaryFolder();
    const kernelspec = { name: "netspace", display_name: "TypeScript (netspace)", language: "typescript" };
    const json = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: codeCells(sources) };
    writeFileSync(path.join(folder, "notebook.ipynb"), JSON.stringify(json));
    const port = await freePort();
    const options = ["--allow-root", "--no-browser", `--port=${port}`, "--ServerApp.port_retries=0"];
    const settings = [`--IdentityProvider.token=${TOKEN}`, "--LabApp.news_url="];
    const server = spawn(jupyter, [...options, ...settings], {
      cwd: folder,
      env: {
        ...jupyterEnvironment(),
        JUPYTER_CONFIG_DIR: temporaryFolder(),
      },
      stdio: "ignore",
    });
    const url = `http://localhost:${port}`;
    for (;;) {
      const up = await fetch(`${url}/api?token=${TOKEN}`).catch(() => undefined);
      if (up?.ok) break;
      await sleep(200);
    }
    const browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    page.setDefaultTimeout(180_000);
    const lab = new Lab(page, browser, server, url);
    await lab.open("&reset");
    return lab;
  }

  private constructor(page: Page, browser: Browser, server: ChildProcess, url: string) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
    this.#url = url;
    page.on("console", message => {
      if (message.type() === "error") this.consoleErrors.push(message.text());
    });
    page.on("pageerror", error => this.consoleErrors.push(String(error)));
  }

  /** Loads the notebook's page, also once more. */
  async open(query = ""): Promise<void> {
    await this.page.goto(`${this.#url}/lab/tree/notebook.ipynb?token=${TOKEN}${query}`);
    await this.page.locator(".jp-Notebook .jp-Cell").first().waitFor();
    // The indicator beside the name shows idle before the kernel is there; the status bar waits for it.
    await this.page
      .locator("#jp-bottom-panel, .jp-StatusBar-Widget")
      .filter({ hasText: "| Idle" })
      .first()
      .waitFor();
    await this.page.keyboard.press("Escape");
  }

  /** The code cell at an index. */
  cell(index: number): Locator {
    return this.page.locator(".jp-Notebook .jp-CodeCell").nth(index);
  }

  /** Puts the cursor into the cell at an index; with text, its source is replaced. */
  async edit(index: number, source?: string): Promise<Locator> {
    const found = this.cell(index);
    await found.locator(".cm-content").click();
    if (source !== undefined) {
      await this.page.keyboard.press("Control+a");
      await this.page.keyboard.insertText(source);
    }
    return found;
  }

  /** Runs the cell at an index; with text, its source is replaced first. */
  async run(index: number, source?: string): Promise<Locator> {
    const found = await this.edit(index, source);
    await this.page.keyboard.press("Control+Enter");
    return found;
  }

  /** Waits for an output with a text below a cell. */
  async output(cell: Locator, text: string | RegExp): Promise<void> {
    await cell.locator(".jp-OutputArea-output").filter({ hasText: text }).first().waitFor();
  }

  /** Waits until the kernel has nothing to do. */
  async idle(): Promise<void> {
    await this.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  }

  /** Presses the button of one of the notebook's commands. */
  async press(command: string, title: string): Promise<void> {
    await this.page.locator(`[data-command="${command}"], button[title^="${title}"]`).first().click();
  }

  /** Saves the notebook. */
  async save(): Promise<void> {
    const saved = this.page.waitForResponse(
      response => response.request().method() === "PUT" && response.url().includes("notebook.ipynb"),
    );
    await this.page.keyboard.press("Control+s");
    await saved;
  }

  /** Keeps a picture of the page, if pictures are wanted. */
  async shot(name: string): Promise<void> {
    const to = process.env["NETSPACE_SCREENSHOTS"];
    if (to) await this.page.screenshot({ path: path.join(to, `${name}.png`) });
  }

  /** Ends browser and server. */
  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.kill();
  }
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 8899;
}
