/**
 * What ours is measured against, installed from `bench/peers`: kernels, which are made known to Jupyter in `.venv`, and Python's
 * packages for statistics and tables.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../src/base/node/paths.js";

/** Where the peers are installed. tslab finds the types of `console` only when it is run from here. */
export const PEERS = path.join(packageRoot, "bench", "peers");

/** Installs what is missing and writes the peers' kernelspecs. */
export function installPeers(prefix: string): void {
  const modules = path.join(PEERS, "node_modules");
  if (!existsSync(path.join(modules, "deno")) || !existsSync(path.join(modules, "tslab"))) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: PEERS,
      stdio: "inherit",
    });
  }
  const tslab = path.join(modules, "tslab", "bin", "tslab");
  register(prefix, "tslab", [process.execPath, tslab, "kernel", "--config-path={connection_file}"]);
  const platform = readdirSync(path.join(modules, "@deno"))[0] ?? "";
  const deno = path.join(modules, "@deno", platform, process.platform === "win32" ? "deno.exe" : "deno");
  register(prefix, "deno", [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]);
}

/** SciPy, pandas, pyarrow and matplotlib, in a folder of their own; without them a measurement says what is missing. */
export function installPythonPeers(python: string): void {
  const folder = path.join(PEERS, "python");
  if (["scipy", "pandas", "pyarrow", "matplotlib"].every(name => existsSync(path.join(folder, name)))) return;
  const requirements = path.join(PEERS, "requirements.txt");
  const asked = ["-m", "pip", "install", "--upgrade", "--target", folder, "--requirement", requirements];
  const { status } = spawnSync(python, asked, { stdio: ["ignore", 2, 2] });
  if (status !== 0) console.error(`bench: no peers in Python, pip could not install ${requirements}`);
}

function register(prefix: string, name: string, argv: string[]): void {
  const folder = path.join(prefix, "share", "jupyter", "kernels", name);
  mkdirSync(folder, { recursive: true });
  const spec = { argv, display_name: name, language: "typescript" };
  writeFileSync(path.join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
}
