/** The browser of tests that need one: Chromium, where this machine has it. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = [
  process.env["NETSPACE_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find(file => file !== undefined && existsSync(file));

/** Why tests in a browser cannot run, or false where they can. */
export const withoutBrowser: string | false =
  executablePath === undefined && "needs Chromium in /usr/bin, or where NETSPACE_CHROMIUM says";

/** Starts it, to ask for nothing by itself. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
