/**
 * What the tests of the torch engine need from the machine, and why they are skipped without it.
 */
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
