/** `netspace doctor`: what is there to work with, and the remedy for what is not. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { loadAddon } from "../../training/engines/torch/addon.js";
import { packageRoot } from "../../base/node/paths.js";
import { renderPng } from "../../figures/rendering/static-image.js";
import { findPython } from "../python.js";
import { printJson, printLine } from "../print.js";

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

async function probe(what: string, work: () => string | Promise<string>, remedy: string): Promise<Finding> {
  try {
    return { what, ok: true, found: await work() };
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    return { what, ok: false, found: remedy === "" ? reason : `${reason}; ${remedy}` };
  }
}

/** Asks the Jupyter tools' Python. @throws Error with the last line of what it complained of */
function ask(code: string): string {
  const { status, stdout, stderr, error } = spawnSync(findPython(), ["-c", code], { encoding: "utf8" });
  if (error) {
    throw new Error(`${findPython()} could not be started (${(error as NodeJS.ErrnoException).code})`);
  }
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1));
  return stdout.trim();
}

/** What brings Python's side. Only a checkout has a set-up. */
const pythonTools = (): string =>
  existsSync(join(packageRoot, "package-lock.json"))
    ? `run "npm run setup" in ${packageRoot}`
    : 'run "python3 -m pip install jupyterlab nbclient nbconvert"';

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description("check the installation")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const tools = pythonTools();
      const findings = [
        await probe(
          "machine",
          () => `${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
          "",
        ),
        await probe("node", () => process.version, ""),
        await probe(
          "python",
          () => ask("import sys; print(sys.version.split()[0], sys.executable)"),
          `install Python 3.10 or newer; then ${tools}`,
        ),
        await probe(
          "jupyter",
          () => ask("import jupyter_client, nbclient; print('jupyter_client', jupyter_client.__version__)"),
          tools,
        ),
        await probe(
          "kernelspec",
          () =>
            ask(
              "import os; from jupyter_client.kernelspec import KernelSpecManager as M; s = M().get_kernel_spec('netspace'); " +
                "gone = [a for a in s.argv if os.path.isabs(a) and not os.path.exists(a)]; assert not gone, 'its program is gone: ' + gone[0]; print(s.resource_dir)",
            ),
          'run "netspace kernel install"',
        ),
        await probe(
          "torch engine",
          () => `torch ${loadAddon().info().torch}, ${loadAddon().info().cuda ? "CUDA" : "CPU only"}`,
          // Its error says what to do.
          "",
        ),
        await probe(
          "static pictures",
          async () => {
            await renderPng({ data: [], layout: {} }, { width: 100, height: 80 }, 1);
            return "drawn without a browser";
          },
          "install this package's dependencies again: npm ci, or npm install where it is a dependency itself",
        ),
      ];
      for (const finding of findings) {
        if (json) printJson(finding);
        else printLine(`${finding.ok ? "✓" : "✗"} ${finding.what}: ${finding.found}`);
      }
      if (!findings.every(finding => finding.ok)) process.exitCode = 1;
    });
