/**
 * What the tests of the torch engine need from the machine, and why they are skipped without it.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addonPath } from "../../src/training/engines/torch/addon.js";

/** The repository, from dist/test/training/. */
const root = new URL("../../../", import.meta.url);
const fromRoot = (path: string) => fileURLToPath(new URL(path, root));

/** The set-up environment's Python, which has torch. */
export const python = process.env.NETSPACE_PYTHON ?? fromRoot(".venv/bin/python");
export const referenceScript = fromRoot("test/training/pytorch_reference.py");

const unbuilt = `the libtorch binding is not built (${addonPath()}): run "npm run setup"`;

/** `skip` option of node:test: a reason, or false. */
export const withoutAddon: string | false = existsSync(addonPath()) ? false : unbuilt;
export const withoutPython: string | false =
  withoutAddon || (existsSync(python) ? false : `no Python at ${python}: run "npm run setup"`);

/**
 * A Python with packages that set-up does not install and only some tests compare with: `$NETSPACE_REFERENCE_PYTHON`,
 * else the set-up environment's.
 */
export const referencePython = process.env.NETSPACE_REFERENCE_PYTHON ?? python;

/** `skip` option for tests that need Python packages beyond those of set-up. */
export function withoutPackages(...names: string[]): string | false {
  const remedy = `"${referencePython} -m pip install ${names.join(" ")}", or name another with NETSPACE_REFERENCE_PYTHON`;
  const found = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(n) for n in ${JSON.stringify(names)}))`;
  const { status } = spawnSync(referencePython, ["-c", found]);
  return status === 0 ? false : `no Python with ${names.join(", ")}: ${remedy}`;
}
