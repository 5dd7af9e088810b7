/**
 * `native/build.mjs` where the binding cannot be built: a sentence with the remedy, and an exit code. Stand-ins for torch
 * are folders with the files that the program reads; nothing is compiled.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../../../native/build.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-binding-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A folder for PYTHONPATH with a torch of this version. */
function torchOf(version: string): string {
  const path = join(folder, version);
  mkdirSync(join(path, "torch", "lib"), { recursive: true });
  writeFileSync(join(path, "torch", "__init__.py"), "");
  writeFileSync(join(path, "torch", "version.py"), `__version__ = '${version}'\n`);
  return path;
}
const build = (python: string, PYTHONPATH = "") =>
  spawnSync(process.execPath, [program, "--python", python], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" },
  });
const withoutPython = spawnSync("python3", ["--version"]).status === 0 ? false : "no python3 on the PATH";

describe("native/build.mjs says what is wrong with", () => {
  it("a torch that is too old", { skip: withoutPython }, () => {
    const { status, stderr } = build("python3", torchOf("2.3.1+cpu"));
    assert.equal(
      stderr,
      'native: torch 2.3.1+cpu is too old, 2.4 or newer is needed: "pip install --upgrade torch"\n',
    );
    assert.equal(status, 4);
  });

  it("a torch without its libraries", { skip: withoutPython }, () => {
    const { status, stderr } = build("python3", torchOf("2.13.0"));
    assert.match(stderr, /^native: torch 2\.13\.0 in .*torch has no libc10\.so: reinstall it\n$/);
    assert.equal(status, 4);
  });

  it("a Python that is not there", () => {
    const { status, stderr } = build(join(folder, "nowhere", "python"));
    assert.match(
      stderr,
      /^native: no Python at .*nowhere.*: run "npm run setup", or name one with --python\n$/,
    );
    assert.equal(status, 4);
  });
});

it("a binding of another torch's ABI does not load, with the reason and the remedy", () => {
  // Loading fails in the same way, whatever is wrong with the file.
  const file = join(folder, "netspace_torch.node");
  writeFileSync(file, "not a library");
  const engine = new URL("../../../../src/training/engines/torch/addon.js", import.meta.url);
  const script = `import { loadAddon } from "${engine}"; try { loadAddon(); } catch (e) { console.log(e.name + ": " + e.message); }`;
  const env = { ...process.env, NETSPACE_TORCH_ADDON: file };
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env,
  });
  assert.match(
    stdout,
    /^EngineUnavailableError: .*does not load \(.*\); was torch changed since\? Run "npm run setup" again\n$/s,
  );
});
