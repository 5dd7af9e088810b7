/**
 * Start-up: how long each door of the package takes in a fresh process, next to an empty process and, where they are
 * there, to Python packages that are imported for the same work. All in turn, so that what else the machine does falls
 * on all alike; medians.
 *
 * Usage: node dist/bench/startup.js [--runs 15] [--before FOLDER]
 *
 * `--before` is a checkout of another commit, built, whose root export is measured in turn with this one's.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = join(root, ".venv", "bin", "python");

interface Candidate {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A program that imports one thing, and says how long that took by the clock and by the processor, milliseconds. */
const importing = (module: string): string[] => [
  "--input-type=module",
  "--eval",
  `const [began, before] = [performance.now(), process.cpuUsage()];
   ${module === "" ? "" : `await import(${JSON.stringify(module)});`}
   const took = performance.now() - began;
   const { user, system } = process.cpuUsage(before);
   console.log(JSON.stringify([took, (user + system) / 1000]));`,
];

const importingInPython = (module: string): string[] => [
  "-c",
  `import json, time
a, b = time.perf_counter(), time.process_time()
import ${module}
print(json.dumps([1000 * (time.perf_counter() - a), 1000 * (time.process_time() - b)]))`,
];

interface Run {
  /** Of the import, of its processor time, and of the whole process; milliseconds. */
  readonly took: number;
  readonly processor: number;
  readonly whole: number;
}

/** Undefined where it cannot be imported here. */
function runOf({ command, args, cwd }: Candidate): Run | undefined {
  const began = performance.now();
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: "utf8" });
  const whole = performance.now() - began;
  if (status !== 0) return undefined;
  const [took, processor] = JSON.parse(stdout) as [number, number];
  return { took, processor, whole };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The package's doors, but those that are no modules. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
  return Object.keys(exports)
    .filter(key => !key.endsWith(".json"))
    .map(key => key.replace(/^\./, "netspace"));
}

const { values } = parseArgs({
  options: { runs: { type: "string", default: "15" }, before: { type: "string" } },
});
const node = (name: string, module: string, cwd = root): Candidate => ({
  name,
  command: process.execPath,
  args: importing(module),
  cwd,
});
const candidates: Candidate[] = [
  node("an empty process", ""),
  ...(values.before === undefined ? [] : [node("netspace before", "netspace", values.before)]),
  ...entries().map(entry => node(entry, entry)),
  ...["zod", "@duckdb/node-api", "sharp", "danfojs-node"].map(name => node(`npm: ${name}`, name)),
  ...(existsSync(python)
    ? ["numpy", "pandas", "torch", "timm"].map(name => ({
        name: `Python: ${name}`,
        command: python,
        args: importingInPython(name),
        cwd: root,
      }))
    : []),
];

const runs = new Map<Candidate, Run[]>();
const load = loadavg()[0].toFixed(1);
// The first run of each warms the file system's cache and does not count.
for (let round = 0; round <= Number(values.runs); round++) {
  for (const candidate of candidates) {
    if (round > 0 && !runs.has(candidate)) continue;
    const run = runOf(candidate);
    if (!run) continue;
    if (round === 0) runs.set(candidate, []);
    else runs.get(candidate)!.push(run);
  }
}
console.log(
  `${new Date().toISOString()}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${load} to ${loadavg()[0].toFixed(1)}`,
);
console.log("milliseconds: the import, its processor time, the whole process");
for (const [{ name }, measured] of runs) {
  const columns = (["took", "processor", "whole"] as const).map(key =>
    median(measured.map(run => run[key]))
      .toFixed(0)
      .padStart(8),
  );
  console.log(`${name.padEnd(28)}${columns.join("")}`);
}
