/**
 * What ours is measured against, installed from `bench/peers`: kernels, which are made known to Jupyter in `.venv`, and Python's
 * packages for statistics and tables.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * SciPy, pandas, pyarrow, matplotlib and onnxruntime, in a folder of their own, anew when other ones are asked for; without
 * them a measurement says what is missing.
 */
export function installPythonPeers(python: string): void {
  const folder = path.join(PEERS, "python");
  const requirements = path.join(PEERS, "requirements.txt");
  const asked = readFileSync(requirements, "utf8");
  const stamp = path.join(folder, "installed.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === asked) return;
  rmSync(folder, { recursive: true, force: true });
  const install = ["-m", "pip", "install", "--target", folder, "--requirement", requirements];
  const { status } = spawnSync(python, install, { stdio: ["ignore", 2, 2] });
  if (status === 0) writeFileSync(stamp, asked);
  else console.error(`bench: no peers in Python, pip could not install ${requirements}`);
}

function register(prefix: string, name: string, argv: string[]): void {
  const folder = path.join(prefix, "share", "jupyter", "kernels", name);
  mkdirSync(folder, { recursive: true });
  const spec = { argv, display_name: name, language: "typescript" };
  writeFileSync(path.join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
}
