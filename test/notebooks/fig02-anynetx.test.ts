import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
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
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const ready = [".venv/bin/python", "native/build/netspace_torch.node"].every(file =>
  existsSync(join(root, file)),
);
const folder = mkdtempSync(join(tmpdir(), "netspace-notebook-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Output {
  output_type: string;
  data?: Record<string, unknown>;
}

const skip = ready ? false : 'needs .venv and the torch engine; "npm run setup" makes them';
test("the Figure 2 notebook trains a population, draws it and words it, under a real Jupyter client", {
  skip,
}, () => {
  // The notebook as it is, with a spec that trains in seconds; outside the repository, as a user's would be.
  const notebooks = join(folder, "notebooks");
  mkdirSync(notebooks);
  copyFileSync(join(root, "notebooks/fig02-anynetx.ipynb"), join(notebooks, "fig02-anynetx.ipynb"));
  const spec = JSON.parse(readFileSync(join(root, "notebooks/fig02-anynetx.sweep.json"), "utf8"));
  const dataset = { ...spec.dataset, resolution: 16, train: 320, test: 100 };
  const small = { ...spec, n: 4, where: { flops: [1e5, 6e5], depth: [4, 12] }, dataset };
  writeFileSync(join(notebooks, "fig02-anynetx.sweep.json"), JSON.stringify(small));

  const main = join(root, "dist/src/cli/main.js");
  const out = join(folder, "executed");
  const file = join(notebooks, "fig02-anynetx.ipynb");
  execFileSync(process.execPath, [main, "notebook", "run", file, "--out", out, "--html"]);

  const { cells } = JSON.parse(readFileSync(join(out, "fig02-anynetx.ipynb"), "utf8")) as {
    cells: { id: string; outputs?: Output[] }[];
  };
  const bundle = (id: string) =>
    cells.find(cell => cell.id === id)?.outputs?.find(output => output.output_type === "execute_result")
      ?.data ?? {};
  const figure = bundle("figure")["application/vnd.plotly.v1+json"] as { data: { name?: string }[] };
  assert.match(figure.data[0].name ?? "", /^\[\d+\.\d \| \d+\.\d\] AnyNetX \(n = 4\)$/);
  assert.equal(
    Buffer.from(bundle("figure")["image/png"] as string, "base64").toString("latin1", 1, 4),
    "PNG",
  );
  assert.match(
    [bundle("verdict")["text/markdown"]].flat().join(""),
    /4 networks have errors \[\d+\.\d \| \d+\.\d\] %/,
  );
  assert.ok(
    existsSync(join(folder, "runs/fig02-anynetx/spec.json")),
    "the population lies beside the notebooks",
  );

  const html = readFileSync(join(out, "fig02-anynetx.html"), "utf8");
  assert.match(html, /<img[^>]+src="data:image\/png;base64/);
});
