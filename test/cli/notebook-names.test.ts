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

test("netspace notebook run runs several notebooks, two at a time, and one that throws keeps no other from running", {
  skip: withoutPython,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-notebooks-"));
  try {
    const files = ["7 * 6", 'throw new Error("on purpose")', "process.cwd()"].map((text, i) => {
      const file = join(folder, `${i}.ipynb`);
      writeFileSync(file, JSON.stringify(notebook(text)));
      return file;
    });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, "notebook", "run", ...files, "--jobs", "2", "--json"],
      { encoding: "utf8" },
    );
    assert.equal(status, 1);
    assert.match(stderr, /a cell of .*1\.ipynb threw Error: on purpose/);
    const said = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as { readonly file: string; readonly problem?: string });
    assert.deepEqual(said.map(({ file }) => file).sort(), files);
    assert.deepEqual(
      said.filter(({ problem }) => problem !== undefined).map(({ file }) => file),
      [files[1]],
    );
    const shown = (file: string) => JSON.stringify(JSON.parse(readFileSync(file, "utf8")).cells[0].outputs);
    assert.match(shown(files[0]), /"42"/);
    assert.match(shown(files[1]), /on purpose/);
    assert.ok(shown(files[2]).includes(folder), "a notebook runs in its own folder");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
