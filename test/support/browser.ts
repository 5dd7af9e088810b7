/** The rooms that run in a browser, bundled for one and run in one. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startBrowser } from "../../kernel/test/support/chromium.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

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
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate("Promise.resolve(globalThis.answer)");
  } finally {
    await browser.close();
  }
}
