import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import {
  assertSameOutputs,
  complaints,
  execute,
  executeTogether,
  readCells,
  root,
  textOf,
  withoutPython,
} from "../support/executed.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-notebooks-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const notebooks = readdirSync(join(root, "notebooks"))
  .filter(name => /^(fig|table)\d+.*\.ipynb$/.test(name))
  .sort();
const file = (name: string) => join(root, "notebooks", name);

test("there is a notebook for each figure and table of the paper", () => {
  const numbers = (kind: string) =>
    notebooks.flatMap(name => (name.startsWith(kind) ? [Number(/\d+/.exec(name)![0])] : []));
  const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
  assert.deepEqual(numbers("fig"), from(1, 23));
  assert.deepEqual(numbers("table"), from(1, 7));
});

test("every committed notebook is executed, ends with a verdict, and has ids that name its cells", () => {
  for (const name of notebooks) {
    const cells = readCells(file(name));
    assert.deepEqual(complaints(cells), [], name);
    for (const { cell_type: type, outputs, id } of cells) {
      assert.match(id, /^[a-z-]+$/, name);
      // A cell of imports and functions may show nothing; figures, tables and verdicts do.
      if (type === "code" && /^(figure|table|verdict)$/.test(id))
        assert.equal(outputs?.length, 1, `${name}: ${id}`);
    }
    const verdict = cells.at(-1);
    assert.equal(verdict?.id, "verdict", name);
    const data = verdict?.outputs?.[0]?.data?.["application/vnd.netspace.verdict+json"];
    assert.match(
      (data as { outcome: string }).outcome,
      /^(replicated|not replicated|not answerable|mixed)$/,
      name,
    );
  }
});

describe("notebooks executed anew", { concurrency: true, skip: withoutPython }, () => {
  const again = executeTogether(notebooks.map(file), join(folder, "again"));
  for (const name of notebooks) {
    test(`${name} gives what is committed`, { timeout: 1_200_000 }, async () => {
      const cells = await again(file(name));
      assert.deepEqual(complaints(cells), []);
      assertSameOutputs(cells, readCells(file(name)));
    });
  }

  test("without its populations a notebook says what is missing and how to get it, and the rest runs", async () => {
    const cells = await execute(file("fig07-anynetx-d-e.ipynb"), join(folder, "missing"), {
      NETSPACE_POPULATIONS: join(folder, "nothing"),
    });
    assert.deepEqual(complaints(cells), []);
    assert.match(
      textOf(cells, "import"),
      /Missing: \*\*AnyNetXC, .*\*\*: not in data\/populations; .*FRESH=1/,
    );
    assert.match(textOf(cells, "verdict"), /^\*\*Verdict: not answerable yet\.\*\*/);
    const figure = cells.find(({ id }) => id === "figure")?.outputs?.[0]?.data;
    assert.ok(figure?.["image/png"], "the figure is there, with empty panels");
  });

  test("without the engine Figure 12 says what is missing and how to get it, and the rest runs", async () => {
    const cells = await execute(file("fig12-complexity.ipynb"), join(folder, "no-engine"), {
      NETSPACE_TORCH_ADDON: join(folder, "nowhere.node"),
    });
    assert.deepEqual(complaints(cells), []);
    assert.match(textOf(cells, "timing"), /^0 networks timed, not timed: engine torch: .*"npm run setup"/);
    assert.match(textOf(cells, "verdict"), /at least 50 timed networks are needed; not timed: engine torch/);
    assert.ok(cells.find(({ id }) => id === "timing-figure")?.outputs?.[0]?.data?.["image/png"]);
  });
});
