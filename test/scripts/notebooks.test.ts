/** Which notebooks `npm start` runs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { packageRoot } from "../../src/base/node/paths.js";

interface Notebooks {
  readonly notebooksIn: (folder: string) => { readonly notebooks: string[]; readonly own: string[] };
}
const script = pathToFileURL(join(packageRoot, "scripts", "run-notebooks.mjs")).href;
const { notebooksIn } = (await import(script)) as Notebooks;

function folder(): string {
  const notebooks = join(mkdtempSync(join(tmpdir(), "netspace-notebooks-")), "notebooks");
  mkdirSync(notebooks);
  for (const name of ["fig10.ipynb", "fig9.ipynb", "Ünbenannt 1.ipynb", "fig9.sweep.json"]) {
    writeFileSync(join(notebooks, name), "{}");
  }
  return notebooks;
}

test("a notebook that a reader saved beside the repository's is left alone", () => {
  const notebooks = folder();
  const git = (...args: string[]) => assert.equal(spawnSync("git", args, { cwd: notebooks }).status, 0);
  git("init", "-q");
  git("add", "fig9.ipynb", "fig10.ipynb");
  assert.deepEqual(notebooksIn(notebooks), {
    notebooks: ["fig9.ipynb", "fig10.ipynb"],
    own: ["Ünbenannt 1.ipynb"],
  });
});

test("without a repository all of a folder are its own", () => {
  assert.deepEqual(notebooksIn(folder()).notebooks, ["fig9.ipynb", "fig10.ipynb", "Ünbenannt 1.ipynb"]);
});
