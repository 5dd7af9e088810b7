import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the repository, so that "netspace" is the package itself.
const folder = join(root, "out", "readme-test");
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));

const readme = readFileSync(join(root, "README.md"), "utf8");
const codeBelow = (text: string) => /```ts\n(.*?)```/s.exec(text)?.[1] ?? "";
const [beforeExample, afterHeading] = readme.split("\n## Example\n");
const [first, example] = [codeBelow(beforeExample), codeBelow(afterHeading)];

test("the README's code is sound TypeScript", () => {
  writeFileSync(join(folder, "first.ts"), first);
  writeFileSync(join(folder, "example.ts"), example);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { noEmit: true, incremental: false, rootDir: "../..", tsBuildInfoFile: null },
      include: ["first.ts", "example.ts"],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

/** What a cell with this code shows, run by the kernel as Jupyter runs it. */
function resultOf(name: string, source: string) {
  const cell = {
    cell_type: "code",
    id: name,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  };
  const kernelspec = { name: "netspace", display_name: "TypeScript (netspace)", language: "typescript" };
  const file = join(folder, `${name}.ipynb`);
  writeFileSync(
    file,
    JSON.stringify({ cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
  );
  execFileSync(process.execPath, [join(root, "dist/src/cli/main.js"), "notebook", "run", file]);
  const { cells } = JSON.parse(readFileSync(file, "utf8"));
  return cells[0].outputs.find((output: { output_type: string }) => output.output_type === "execute_result")
    .data["application/vnd.plotly.v1+json"];
}

const ready = [".venv/bin/python", "native/build/netspace_torch.node"].every(file =>
  existsSync(join(root, file)),
);
const skip = ready ? false : 'needs .venv and the torch engine; "npm run setup" makes them';
test("the README's example runs as a cell, in a smaller population, and draws its figure", { skip }, () => {
  let small = example;
  for (const [text, smaller] of [
    ["n: 24, where: { flops: [2e6, 4e6] }", "n: 3, where: { flops: [1e5, 6e5], depth: [4, 12] }"],
    ["resolution: 32, train: 5000, test: 2000", "resolution: 16, train: 128, test: 50"],
    ['"runs/mine"', JSON.stringify(join(folder, "run"))],
  ]) {
    assert.ok(small.includes(text), `the example has lost "${text}"`);
    small = small.replace(text, smaller);
  }
  assert.match(resultOf("example", small).data[0].name, /AnyNetX \(n = 3\)$/);
});

test("the README's first call runs as a cell and draws its figure", { skip }, () => {
  assert.match(resultOf("first", first).data[0].name, /AnyNetX \(n = 128\)$/);
});
