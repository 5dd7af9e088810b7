/** The rooms that run in a browser, bundled for one and run in one. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const browserPath = [
  process.env["NETSPACE_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find(file => file !== undefined && existsSync(file));

/** Why nothing can be run in a browser, or false where it can. */
export const withoutBrowser: string | false =
  !browserPath && "needs Chromium in /usr/bin, or where NETSPACE_CHROMIUM says";

/**
 * A program as one script for a browser. It imports netspace's subpaths as whoever installs the package does.
 *
 * @throws Error if something it imports is not there in a browser
 */
export async function bundled(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root, sourcefile: "program.js" },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2023",
    logLevel: "silent",
    absWorkingDir: path.resolve(root),
  });
  return outputFiles[0].text;
}

/** What a script leaves in `globalThis.answer`, in a page of its own without any network. */
export async function answerInBrowser(script: string): Promise<unknown> {
  const browser = await chromium.launch({
    ...(browserPath !== undefined && { executablePath: browserPath }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate("Promise.resolve(globalThis.answer)");
  } finally {
    await browser.close();
  }
}
