/** The debugger and subshells in JupyterLab, in a real browser. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Lab, withoutLab } from "../support/lab.js";

const CELLS = [
  `interface Stage { width: number; depth: number }

function params(stage: Stage): number {
  const block = 9 * stage.width ** 2;
  const total = block * stage.depth;
  return total;
}

params({ width: 24, depth: 3 })`,
  `let trained = 0, stop = false;
while (!stop) { await new Promise(done => setTimeout(done, 20)); trained++; }
"the sweep has ended"`,
];

describe("the debugger in JupyterLab", { skip: withoutLab, timeout: 900_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start(CELLS);
  });
  after(() => lab?.close());

  const locals = (name: string, value: string) =>
    lab.page
      .locator(".jp-DebuggerVariables jp-tree-item")
      .filter({ hasText: `${name}${value}` })
      .first()
      .waitFor();
  const stoppedAt = (line: number) =>
    lab.page
      .locator(".jp-DebuggerCallstackFrame")
      .first()
      .filter({ hasText: `:${line}` })
      .waitFor();
  const output = (cell: number, text: string) =>
    lab.cell(cell).locator(".jp-OutputArea-output").filter({ hasText: text }).first().waitFor();

  test("a click beside a line stops the cell there; variables are shown, it is stepped and goes on", async () => {
    const { page } = lab;
    const debugging = page.locator('[data-jp-debugger="true"]').first();
    do {
      // A click before JupyterLab knows that the kernel has a debugger does nothing.
      await page.locator(".jp-DebuggerBugButton").click();
      await debugging.waitFor({ timeout: 10_000 }).catch(() => undefined);
    } while (!(await debugging.isVisible()));
    await lab.cell(0).locator(".cm-content").click();
    const gutter = lab.cell(0).locator(".cm-breakpoint-gutter .cm-gutterElement");
    // The first element of a gutter only holds its width.
    await gutter.nth(5).click();
    await page.locator(".jp-DebuggerBreakpoint").first().waitFor();
    await lab.run(0);
    await stoppedAt(5);
    await locals("block", "5184");
    await locals("stage", "{width: 24, depth: 3}");
    await lab.shot("debugger-1-stopped");
    await page.locator('[data-command="debugger:next"]').first().click();
    await stoppedAt(6);
    await locals("total", "15552");
    await lab.shot("debugger-2-stepped");
    await page.locator('[data-command="debugger:continue"]').first().click();
    await output(0, "15552");
    await lab.idle();
    assert.equal(await page.locator(".jp-DebuggerCallstackFrame").count(), 0);
    await lab.shot("debugger-3-ended");
    await page.locator(".jp-DebuggerBugButton").click();
    await page.locator('.jp-DebuggerBugButton[aria-pressed="false"]').waitFor();
  });

  test("a subshell's console answers while a cell runs", async () => {
    const { page } = lab;
    await lab.run(1);
    await page.keyboard.press("Control+Shift+c");
    await page.locator(".jp-modal-commandpalette, #command-palette").first().waitFor();
    await page.keyboard.insertText("New Subshell Console");
    await page.locator(".lm-CommandPalette-item").filter({ hasText: "New Subshell Console" }).first().click();
    const prompt = page.locator(".jp-CodeConsole-promptCell .cm-content");
    await prompt.click();
    const ask = async (code: string) => {
      await prompt.click();
      await page.keyboard.insertText(code);
      await page.keyboard.press("Shift+Enter");
    };
    const answer = page
      .locator(".jp-CodeConsole-content .jp-OutputArea-output")
      .filter({ hasText: "true" })
      .first();
    do {
      // What is typed before JupyterLab knows its subshell's id goes to the main shell, and waits for the cell.
      await ask("trained > 0");
      await answer.waitFor({ timeout: 5000 }).catch(() => undefined);
    } while (!(await answer.isVisible()));
    assert.equal(await lab.cell(1).locator(".jp-OutputArea-output").count(), 0);
    await lab.shot("subshell-1-answers");
    await ask("stop = true");
    await page.locator(".jp-OutputArea-output").filter({ hasText: "the sweep has ended" }).first().waitFor();
    await lab.shot("subshell-2-ended");
    assert.deepEqual(
      lab.consoleErrors.filter(each => /debug|subshell/i.test(each)),
      [],
    );
  });
});
