/**
 * The kernel beside its peers, through Jupyter's own client: start, cells, completion, output, interrupts,
 * memory. Kernels take turns; each number is the median of the rounds.
 *
 * Usage: node dist/bench/kernel.js [--rounds 3] [--kernels netspace,python3]
 *
 * "netspace off" is our kernel with type checking off. Ours rests after 5 s without a question here, which is 120 s otherwise.
 */

import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { installKernelspec } from "../src/notebook/kernel.js";
import { cpus } from "node:os";
import { packageRoot } from "../src/base/node/paths.js";
import { installPeers, PEERS } from "./peers.js";

type Measurements = Record<string, number | null>;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, kernels: { type: "string" } },
});
const prefix = path.join(packageRoot, ".venv");
const python = path.join(prefix, "bin", "python");
if (existsSync(python)) {
  await bench(Number(values.rounds), values.kernels?.split(","));
} else {
  process.stderr.write(`bench kernel: expected Jupyter in ${prefix}, which "npm run setup" makes\n`);
  process.exitCode = 1;
}

async function bench(rounds: number, wanted: string[] | undefined): Promise<void> {
  installKernelspec({ prefix });
  installPeers(prefix);
  const languages = installed();
  const kernels = wanted ?? ["netspace", "netspace off", "tslab", "deno", "python3"];
  const runs = new Map<string, Measurements[]>(kernels.map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of kernels) {
      process.stderr.write(`round ${round + 1} of ${rounds}: ${name}\n`);
      runs.get(name)?.push(await measure(name, languages.get(name) ?? "typescript"));
    }
  }
  const columns = kernels.map(name => medians(runs.get(name) ?? []));
  const rows = Object.keys(columns[0] ?? {});
  const body = rows.map(row => [row, ...columns.map(column => format(column[row]))]);
  const [processor] = cpus();
  process.stdout.write(
    `${new Date().toISOString()}, Node ${process.versions.node}, ${cpus().length} × ${processor?.model}\n`,
  );
  process.stdout.write(`median of ${rounds} ${rounds === 1 ? "round" : "rounds"}, times in milliseconds\n`);
  process.stdout.write(
    'netspace and tslab check types, "netspace off" and the others do not; –: no answer, or nothing found\n',
  );
  print([["", ...kernels], ...body]);
}

/** The languages of the kernels Jupyter knows. */
function installed(): Map<string, string> {
  const text = execFileSync(python, ["-m", "jupyter_client.kernelspecapp", "list", "--json"], {
    encoding: "utf8",
  });
  const { kernelspecs } = JSON.parse(text) as { kernelspecs: Record<string, { spec: { language: string } }> };
  return new Map(Object.entries(kernelspecs).map(([name, { spec }]) => [name, spec.language]));
}

async function measure(kernel: string, language: string): Promise<Measurements> {
  const script = path.join(packageRoot, "bench", "kernel.py");
  const [name = kernel, mode = "warn"] = kernel.split(" ");
  const { stdout } = await promisify(execFile)(python, [script, name, language], {
    cwd: name === "tslab" ? PEERS : packageRoot,
    env: { ...process.env, NETSPACE_TYPECHECK: mode, NETSPACE_HISTORY: "", NETSPACE_REST_AFTER: "5" },
  });
  return JSON.parse(stdout) as Measurements;
}

/** The median of each measurement; nothing when any round has nothing. */
function medians(rounds: Measurements[]): Measurements {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map(name => {
      const found = rounds.map(round => round[name] ?? Number.NaN).toSorted((a, b) => a - b);
      const median = found[Math.floor(found.length / 2)] ?? Number.NaN;
      return [name, Number.isNaN(median) ? null : median];
    }),
  );
}

function format(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}

function print(table: string[][]): void {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map(row => (row[i] ?? "").length)));
  for (const row of table) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    process.stdout.write(`${cells.join("  ")}\n`);
  }
}
