import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-adhoc-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = existsSync(join(root, ".venv/bin/python")) ? false : 'needs .venv; "npm run setup" makes it';

/** Runs the notebook; the verdict and the figure's bundle. */
function execute(population: string, out: string) {
  const file = join(root, "notebooks/adhoc-statistics.ipynb");
  const main = join(root, "dist/src/cli/main.js");
  execFileSync(process.execPath, [main, "notebook", "run", file, "--out", join(folder, out)], {
    env: { ...process.env, NETSPACE_POPULATION: population },
  });
  const { cells } = JSON.parse(readFileSync(join(folder, out, "adhoc-statistics.ipynb"), "utf8")) as {
    cells: {
      id: string;
      outputs?: { output_type: string; name?: string; text?: unknown; data?: Record<string, unknown> }[];
    }[];
  };
  const complaints = cells.flatMap(({ outputs = [] }) =>
    outputs.filter(({ output_type: type, name }) => type === "error" || name === "stderr"),
  );
  assert.deepEqual(complaints, []);
  const bundle = (id: string) => cells.find(cell => cell.id === id)?.outputs?.[0]?.data ?? {};
  return { verdict: [bundle("verdict")["text/markdown"]].flat().join(""), figure: bundle("figure") };
}

test("the notebook on ad hoc statistics finds activations the best predictor of the published times", {
  skip,
}, () => {
  const { verdict, figure } = execute("", "zoo");
  assert.match(verdict, /these 36 networks show.*Best is \*\*activations \(M\)\*\*/);
  assert.match(
    verdict,
    /r = 0\.89\s+\(logarithms 0\.973\) and a typical error of 13 %, flops with r = 0\.81/,
  );
  assert.equal(Buffer.from(figure["image/png"] as string, "base64").toString("latin1", 1, 4), "PNG");
});

test("the notebook on ad hoc statistics asks a timm table that the user names", { skip }, () => {
  // Made up: time follows parameters.
  const lines = Array.from({ length: 40 }, (_, i) => {
    const params = 2 + i * (1 + (i % 3));
    const [gmacs, macts] = [1 + ((i * 7) % 11), 2 + ((i * 5) % 13)];
    return `m${i},224,1,${(params * 64).toFixed(1)},64,${params},${gmacs},${macts}`;
  });
  const header =
    "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count,infer_gmacs,infer_macts";
  const file = join(folder, "infer.csv");
  writeFileSync(file, [header, ...lines, "uncounted,224,1,9,64,1,,", ""].join("\n"));
  const { verdict } = execute(file, "timm");
  assert.match(verdict, /these 40 networks show.*Best is \*\*parameters \(M\)\*\*/);
});
