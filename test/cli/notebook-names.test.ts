import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/base/node/paths.js";
import { withoutPython } from "../support/executed.js";

const main = join(packageRoot, "dist", "src", "cli", "main.js");

const notebook = (text: string) => ({
  cells: [
    { cell_type: "code", id: "cell-1", metadata: {}, source: [text], execution_count: null, outputs: [] },
  ],
  metadata: { kernelspec: { name: "netspace", display_name: "netspace", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
});

test("netspace notebook run runs the very notebook that is named, whatever stands in its name", {
  skip: withoutPython,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-notebooks-"));
  try {
    const write = (name: string) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify(notebook(`"I am ${name}"`)));
      return file;
    };
    const decoy = write("a1.ipynb");
    const untouched = readFileSync(decoy, "utf8");
    for (const name of ["a[1].ipynb", "{a*}?.ipynb"]) {
      const file = write(name);
      const { status, stderr } = spawnSync(process.execPath, [main, "notebook", "run", file], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      const { cells } = JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof notebook>;
      assert.ok(JSON.stringify(cells[0].outputs).includes(`I am ${name}`), name);
      assert.equal(cells[0].source.join(""), `"I am ${name}"`);
      assert.equal(readFileSync(decoy, "utf8"), untouched);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
