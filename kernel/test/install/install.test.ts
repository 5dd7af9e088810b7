/** The kernelspec: where it goes, what it says, and that taking it back leaves nothing and takes nothing else. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { jupyterDataFolder } from "../../install/jupyter-folders.js";
import { installKernelspec, uninstallKernelspec } from "../../install/kernelspec.js";
import { BareKernel } from "../support/bare-kernel.js";
import { python, withoutJupyter } from "../support/client.js";
import { repository } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const cli = path.join(repository, "dist", "src", "cli", "main.js");
const netspace = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [cli, "kernel", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
const specOf = (folder: string) =>
  JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8")) as Record<string, unknown>;

test("the user's folder of Jupyter is where jupyter_core has it, on each platform", () => {
  const unix = { home: "/home/u", env: {} };
  assert.equal(jupyterDataFolder({ ...unix, platform: "linux" }), "/home/u/.local/share/jupyter");
  assert.equal(jupyterDataFolder({ ...unix, platform: "linux", env: { XDG_DATA_HOME: "/d" } }), "/d/jupyter");
  assert.equal(jupyterDataFolder({ ...unix, platform: "darwin" }), "/home/u/Library/Jupyter");
  const windows = { platform: "win32", home: "C:\\Users\\u" } as const;
  assert.equal(
    jupyterDataFolder({ ...windows, env: { APPDATA: "C:\\Users\\u\\AppData\\Roaming" } }),
    "C:\\Users\\u\\AppData\\Roaming\\jupyter",
  );
  assert.equal(jupyterDataFolder({ ...windows, env: {} }), "C:\\Users\\u\\.jupyter\\data");
  for (const platform of ["linux", "darwin", "win32"] as const) {
    assert.equal(jupyterDataFolder({ platform, env: { JUPYTER_DATA_DIR: "/own" } }), "/own");
  }
  const conventional = { JUPYTER_PLATFORM_DIRS: "1" };
  assert.equal(
    jupyterDataFolder({ ...unix, platform: "darwin", env: conventional }),
    "/home/u/Library/Application Support/Jupyter",
  );
});

test("the user's folder is also what this machine's jupyter_core says", { skip: withoutJupyter }, () => {
  const code = "from jupyter_core.paths import jupyter_data_dir; print(jupyter_data_dir())";
  assert.equal(execFileSync(python, ["-c", code], { encoding: "utf8" }).trim(), jupyterDataFolder());
});

test("netspace kernel install writes names that hold wherever Jupyter is started", () => {
  const data = temporaryFolder();
  const { status, stdout } = netspace(["install", "--json"], { JUPYTER_DATA_DIR: data });
  assert.equal(status, 0);
  const { installed } = JSON.parse(stdout) as { installed: string };
  assert.equal(installed, path.join(data, "kernels", "netspace"));
  assert.deepEqual(readdirSync(installed).sort(), ["kernel.json", "logo-64x64.png", "logo-svg.svg"]);
  const { argv, interrupt_mode, env } = specOf(installed);
  assert.deepEqual(argv, [
    process.execPath,
    "--max-semi-space-size=1",
    path.join(repository, "dist", "kernel", "main.js"),
    `--host=${repository.replace(/[\\/]$/, "")}`,
    "{connection_file}",
  ]);
  assert.equal(interrupt_mode, "message");
  assert.equal(env, undefined);
  assert.equal(netspace(["uninstall"], { JUPYTER_DATA_DIR: data }).status, 0);
  assert.deepEqual(readdirSync(path.join(data, "kernels")), []);
});

test("a kernelspec of before hosts were named still starts its package's kernel", async () => {
  const kernel = await new BareKernel({ hosts: [] }).ready();
  try {
    const { content } = await kernel.ask("kernel_info_request", {});
    assert.equal(content["implementation"], "netspace");
    const imports =
      'import { sample } from "netspace"; import { md } from "netspace/display"; md`${typeof sample}`';
    assert.equal((await kernel.execute(imports))["status"], "ok");
  } finally {
    await kernel.close();
  }
  // NETSPACE_HISTORY, which the kernel under test is started with, is heeded.
  assert.ok(existsSync(path.join(kernel.folder, "history.sqlite")));
});

test("without hosts, the kernel that a package brings along is registered to serve none, and serves none", async () => {
  const folder = installKernelspec({ prefix: temporaryFolder(), name: "alone" });
  const argv = specOf(folder)["argv"] as string[];
  const hosts = argv.filter(part => part.startsWith("--host"));
  assert.equal(argv.at(-2), hosts.at(-1));
  const kernel = await new BareKernel({ hosts, env: { TYPESCRIPT_JUPYTER_KERNEL_HISTORY: "" } }).ready();
  try {
    const { content } = await kernel.ask("kernel_info_request", {});
    assert.equal(content["implementation"], "typescript-jupyter-kernel");
    assert.equal((await kernel.execute('await import("netspace")'))["status"], "error");
  } finally {
    await kernel.close();
  }
});

test("name, display name and environment are the user's choice", () => {
  const prefix = temporaryFolder();
  const options = ["--prefix", prefix, "--name", "Big-Heap"];
  const env = ["--env", "NODE_OPTIONS=--max-old-space-size=8192", "--env", "EMPTY="];
  const { stdout } = netspace(["install", ...options, "--display-name", "Big heap", ...env]);
  const folder = path.join(prefix, "share", "jupyter", "kernels", "big-heap");
  assert.equal(stdout, `installed ${folder}\n`);
  assert.equal(specOf(folder)["display_name"], "Big heap");
  assert.deepEqual(specOf(folder)["env"], { NODE_OPTIONS: "--max-old-space-size=8192", EMPTY: "" });
  assert.equal(netspace(["uninstall", ...options]).stdout, `removed ${folder}\n`);
  assert.ok(!existsSync(folder));
});

test("uninstall leaves what it did not install", () => {
  const prefix = temporaryFolder();
  const folder = installKernelspec({ prefix });
  writeFileSync(path.join(folder, "kernel.js"), "// the user's own");
  uninstallKernelspec({ prefix });
  assert.deepEqual(readdirSync(folder), ["kernel.js"]);
  assert.throws(() => uninstallKernelspec({ prefix }), /another kernel's; it was left as it is/);
  assert.throws(
    () => uninstallKernelspec({ prefix, name: "none" }),
    /expected a kernelspec in .*none, found none/,
  );
});

test("another kernel of the same name is not written over", () => {
  const prefix = temporaryFolder();
  const folder = path.join(prefix, "share", "jupyter", "kernels", "netspace");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "kernel.json"), '{"argv": ["python", "-m", "ipykernel_launcher"]}');
  const { status, stderr } = netspace(["install", "--prefix", prefix]);
  assert.equal(status, 1);
  assert.match(stderr, /install: .* is another kernel's; choose a name of its own with --name/);
  assert.deepEqual(specOf(folder)["argv"], ["python", "-m", "ipykernel_launcher"]);
});

test("a folder in which nothing can be written is named, with the remedy", { timeout: 20_000 }, () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(file, "");
  // Below /proc there are folders that take none; Node's recursive mkdir never comes back from it.
  for (const prefix of [file, ...(process.platform === "linux" ? ["/proc/none"] : [])]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, "kernel", "install", "--prefix", prefix],
      { encoding: "utf8", timeout: 10_000 },
    );
    assert.deepEqual([status, stdout], [1, ""], prefix);
    assert.match(
      stderr,
      /^install: expected to write into .*, got E.*; choose another folder with --prefix\n$/,
    );
  }
});

test("wrong usage says what was expected, with exit code 2", () => {
  const prefix = ["--prefix", temporaryFolder()];
  for (const [args, message] of [
    [
      ["install", "--env", "NOVALUE"],
      /option '--env .*argument 'NOVALUE' is invalid\. Expected NAME=VALUE\./,
    ],
    [["install", "--nmae", "x"], /unknown option '--nmae'/],
    [["remove"], /unknown command 'remove'/],
  ] as const) {
    const { status, stderr } = netspace([...args, ...(args[0] === "install" ? prefix : [])]);
    assert.match(stderr, message);
    assert.equal(status, 2);
  }
  const named = netspace(["install", ...prefix, "--name", "a b"]);
  assert.equal(named.status, 1);
  assert.match(named.stderr, /name must be letters, digits, "\.", "_" or "-", got "a b"/);
  assert.match(netspace(["install", "--help"]).stdout, /--env <name=value>.*may be repeated/);
});

test("the package holds what the kernel and its helpers are started from", () => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: repository,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [{ files = [] } = {}] = JSON.parse(stdout) as { files?: { path: string }[] }[];
  const paths = new Set(files.map(file => file.path));
  for (const file of [
    "dist/kernel/main.js",
    "dist/kernel/install.js",
    "dist/kernel/evaluator/process.js",
    "dist/kernel/display/index.d.ts",
    "dist/kernel/compat/tslab.js",
    "dist/src/cli/main.js",
  ]) {
    assert.ok(paths.has(file), file);
  }
});
