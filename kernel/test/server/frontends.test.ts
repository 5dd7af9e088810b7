/** The programs people run notebooks with. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { codeCells, runPython, withoutJupyter } from "../support/client.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const options = { skip: withoutJupyter, timeout: 300_000 };

interface Notebook {
  cells: {
    outputs: { output_type: string; data?: Record<string, string[]>; ename?: string }[];
  }[];
}

function notebook(...cells: string[]): string {
  const file = path.join(folder, "notebook.ipynb");
  const json = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "netspace", display_name: "TypeScript (netspace)", language: "typescript" },
    },
    cells: codeCells(cells),
  };
  writeFileSync(file, JSON.stringify(json));
  return file;
}

test("nbconvert executes a notebook and keeps its outputs", options, () => {
  const file = notebook(
    "import { readFileSync } from 'node:fs';\nconst n: number = await Promise.resolve(20);",
    "console.log('n is', n);\ndisplay({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>20</b>' }) });\nn + 1",
  );
  runPython(["jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", file], { cwd: folder });
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  const outputs = cells[1]?.outputs ?? [];
  assert.deepEqual(
    outputs.map(({ output_type }) => output_type),
    ["stream", "display_data", "execute_result"],
  );
  assert.equal(outputs[1]?.data?.["text/html"]?.join(""), "<b>20</b>");
  assert.equal(outputs[2]?.data?.["text/plain"]?.join(""), "21");
});

test("a notebook with an error stops there, and runs on when errors are allowed", options, () => {
  const file = notebook("null.x", "'reached'");
  const convert = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", file];
  assert.throws(() => runPython(convert, { cwd: folder }), /Cannot read properties of null/);
  runPython([...convert, "--allow-errors"], { cwd: folder });
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  assert.equal(cells[0]?.outputs.at(-1)?.ename, "TypeError");
  assert.equal(cells[1]?.outputs[0]?.data?.["text/plain"]?.join(""), "'reached'");
});

test("jupyter run runs a file", options, () => {
  const file = path.join(folder, "script.ts");
  writeFileSync(file, "const widths: number[] = [8, 16];\nconsole.log(widths.length, 'widths')\n");
  assert.match(runPython(["jupyter", "run", "--kernel", "netspace", file], { cwd: folder }), /2 widths/);
});

test("jupyter console holds a conversation", options, () => {
  const input = "const depth: number = 6\ndepth * 7\nfunction f() {\n  return depth\n}\n\nf()\n";
  const output = runPython(["jupyter", "console", "--kernel", "netspace", "--simple-prompt"], {
    cwd: folder,
    input,
  });
  assert.match(output, /Out\[2\]:\s*42/);
});
