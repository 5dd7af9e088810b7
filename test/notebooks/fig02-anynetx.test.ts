import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { complaints, execute, root, textOf, withoutPython } from "../support/executed.js";

const engine = existsSync(join(root, "native/build/netspace_torch.node"));
const folder = mkdtempSync(join(tmpdir(), "netspace-notebook-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const skip = withoutPython || (engine ? false : 'needs the torch engine; "npm run setup" builds it');
test("with FRESH=1 the Figure 2 notebook goes on with the population it finds, draws it and words it", {
  skip,
  timeout: 600_000,
}, async () => {
  // The notebook as it is, outside the repository as a user's would be, with a sweep begun that trains in seconds.
  const notebooks = join(folder, "notebooks");
  mkdirSync(notebooks);
  const file = join(notebooks, "fig02-anynetx.ipynb");
  copyFileSync(join(root, "notebooks/fig02-anynetx.ipynb"), file);
  const spec = JSON.parse(readFileSync(join(root, "notebooks/fig02-anynetx.sweep.json"), "utf8"));
  const dataset = { ...spec.dataset, resolution: 16, train: 320, test: 100 };
  const small = { ...spec, n: 4, where: { flops: [1e5, 6e5], depth: [4, 12] }, dataset };
  const begun = join(folder, "runs/fresh/AnyNetXA");
  mkdirSync(begun, { recursive: true });
  writeFileSync(join(begun, "spec.json"), JSON.stringify(small));

  const cells = await execute(file, join(folder, "executed"), { FRESH: "1" });
  assert.deepEqual(complaints(cells), []);
  const figure = cells.find(({ id }) => id === "figure")?.outputs?.at(-1)?.data ?? {};
  const { data } = figure["application/vnd.plotly.v1+json"] as { data: { name?: string }[] };
  assert.match(data[0].name ?? "", /^\[\d+\.\d \| \d+\.\d\] AnyNetX \(n = 4\)$/);
  assert.equal(Buffer.from(figure["image/png"] as string, "base64").toString("latin1", 1, 4), "PNG");
  assert.match(textOf(cells, "population"), /\| AnyNetXA \| 4 of 4 \|/);
  // Verdicts rest on the registered populations, not on four networks of one's own.
  assert.match(textOf(cells, "verdict"), /Claims of trained networks are registered \(data\/claims\.json/);
  assert.doesNotMatch(textOf(cells, "verdict"), /n = 4\b/);
});
