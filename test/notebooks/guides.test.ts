import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import {
  assertSameOutputs,
  type Cell,
  complaints,
  executeTogether,
  readCells,
  root,
  withoutPython,
} from "../support/executed.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-guides-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const names = readdirSync(join(root, "notebooks"))
  .filter(name => /^guide-\d.*\.ipynb$/.test(name))
  .sort();
const engine = existsSync(join(root, "native/build/netspace_torch.node"));
/** Widgets have ids of their own each time. */
const fixed = (cells: readonly Cell[]) => cells.filter(({ metadata }) => !metadata.tags?.includes("live"));

test("there are eight guides, each links the next, and the guides' page lists them", () => {
  assert.deepEqual(
    names.map(name => name[6]),
    ["1", "2", "3", "4", "5", "6", "7", "8"],
  );
  const page = readFileSync(join(root, "docs/guides.md"), "utf8");
  for (const [i, name] of names.entries()) {
    assert.ok(page.includes(`(../notebooks/${name})`), name);
    const last = [readCells(join(root, "notebooks", name)).at(-1)?.source].flat().join("");
    if (names[i + 1]) assert.ok(last.includes(`(${names[i + 1]})`), `${name} does not link ${names[i + 1]}`);
  }
});

test("every committed guide is executed, without errors, with ids that name its cells", () => {
  for (const name of names) {
    const cells = readCells(join(root, "notebooks", name));
    assert.deepEqual(complaints(cells), [], name);
    for (const { id } of cells) assert.match(id, /^[a-z-]+$/, name);
    assert.ok(
      cells.some(({ outputs = [] }) => outputs.length > 0),
      `${name} has no outputs`,
    );
  }
});

describe("guides executed anew", { concurrency: true, skip: withoutPython }, () => {
  const trains = (name: string) => /training|block|sweeps/.test(name);
  const file = (name: string) => join(root, "notebooks", name);
  const again = executeTogether(names.filter(name => engine || !trains(name)).map(file), folder);
  for (const name of names) {
    const skip = trains(name) && !engine ? 'needs the torch engine; "npm run setup" builds it' : false;
    test(`${name} gives what is committed`, { skip, timeout: 1_200_000 }, async () => {
      const cells = await again(file(name));
      assert.deepEqual(complaints(cells), []);
      assertSameOutputs(fixed(cells), fixed(readCells(join(root, "notebooks", name))));
    });
  }
});
