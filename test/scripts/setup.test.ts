import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-setup-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A clone with its npm packages in place, seen through a PATH that holds the given programs only. */
function setUp(programs: Readonly<Record<string, string>>): { status: number | null; said: string } {
  const clone = mkdtempSync(join(folder, "clone-"));
  for (const name of ["scripts", "native", "requirements.txt", "package.json", "package-lock.json"]) {
    cpSync(join(root, name), join(clone, name), {
      recursive: true,
      filter: file => !file.includes("native/build/"),
    });
  }
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, "tsconfig.json"), '{ "files": ["empty.ts"] }');
  writeFileSync(join(clone, "empty.ts"), "export {};\n");
  const path = join(clone, "path");
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, "node"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(path, name), text, { mode: 0o755 });
  }
  const { status, stderr, stdout } = spawnSync(process.execPath, ["scripts/setup.mjs"], {
    cwd: clone,
    env: { PATH: path },
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test("without Python, set-up says so in one sentence with the remedy, and the library is still built", () => {
  const { status, said } = setUp({});
  assert.equal(status, 0);
  assert.equal(
    said.trim(),
    "✗ Python packages: needs Python ≥ 3.10 with venv, found none; install it and run this again " +
      "(without it: no JupyterLab and no torch engine, the library itself works)",
  );
});

test("a Python that is too old is named with its version", () => {
  const { said } = setUp({ python3: '#!/bin/sh\necho "3.8"\n' });
  assert.match(said, /needs Python ≥ 3\.10 with venv, found python3 3\.8; install it/);
});

test("--engine takes the engines there are", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs", "--engine", "jax"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /--engine must be one of torch, tensorflow, got "jax"/);
});
