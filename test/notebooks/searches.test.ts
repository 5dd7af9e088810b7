/** The notebooks on architecture search: what is committed of them is what they give. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import {
  assertSameOutputs,
  complaints,
  executeTogether,
  readCells,
  root,
  textOf,
  withoutPython,
} from "../support/executed.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-searches-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const notebooks = readdirSync(join(root, "notebooks")).filter(name => /^nas-\d+-.*\.ipynb$/.test(name));
const file = (name: string) => join(root, "notebooks", name);

test("every committed notebook is executed, says what the paper shows and what is done, and ends with a verdict", () => {
  assert.ok(notebooks.length > 0);
  for (const name of notebooks) {
    const cells = readCells(file(name));
    assert.deepEqual(complaints(cells), [], name);
    for (const { id } of cells) assert.match(id, /^[a-z-]+$/, name);
    const source = [cells[0].source].flat().join("");
    assert.match(source, /^# .+/, name);
    assert.match(source, /\*\*What the papers? shows?\b/, name);
    assert.match(source, /\*\*What is done here/, name);
    const last = cells.at(-1);
    assert.equal(last?.id, "verdict", name);
    assert.match(textOf(cells, "verdict"), /^\*\*Verdict: /, name);
  }
});

describe("notebooks executed anew", { concurrency: true, skip: withoutPython }, () => {
  const again = executeTogether(notebooks.map(file), join(folder, "again"));
  for (const name of notebooks) {
    test(`${name} gives what is committed, but for what it times`, { timeout: 1_200_000 }, async () => {
      const cells = await again(file(name));
      assert.deepEqual(complaints(cells), []);
      assertSameOutputs(cells, readCells(file(name)));
    });
  }
});
