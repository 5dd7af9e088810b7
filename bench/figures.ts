/**
 * Figures as PNG pictures beside matplotlib (figures.py), in turn, each round in fresh processes: the first picture with all that is
 * imported for it, the next, and one of 20,000 points. Pictures have the same pixels.
 */
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { packageRoot } from "../src/base/node/paths.js";
import { findPython } from "../src/cli/python.js";
import { installPythonPeers } from "./peers.js";

const ROUNDS = 5;
const NEXT = 3;
const POINTS = 20_000;

/** Milliseconds of each job, the same names as in figures.py, and the pictures' width and height. */
interface Drawn {
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly size: readonly [width: number, height: number];
}

if (process.argv.includes("--draw")) {
  console.log(JSON.stringify(await draw()));
  process.exit();
}

/** In a process of its own. */
async function draw(): Promise<Drawn> {
  const began = performance.now();
  const { edfPanel, row, scatterPanel, seeded, tableOf } = await import("netspace");
  const random = seeded(1);
  const numbers = (n: number) => Array.from({ length: n }, () => 40 + 20 * random());
  const figure = () =>
    row([
      edfPanel([
        { name: "A", errors: numbers(500) },
        { name: "B", errors: numbers(500) },
      ]),
    ]);
  const once = figure();
  const png = await once.toPng();
  const first = performance.now() - began;
  const next: number[] = [];
  while (next.length < NEXT) {
    const start = performance.now();
    await figure().toPng();
    next.push(performance.now() - start);
  }
  const table = tableOf({ x: numbers(POINTS), y: numbers(POINTS) });
  const start = performance.now();
  await row([scatterPanel(table, { x: "x", y: "y" })]).toPng();
  const points = performance.now() - start;
  return {
    milliseconds: { "first picture": first, "next picture": median(next), "20,000 points": points },
    size: [png.readUInt32BE(16), png.readUInt32BE(20)],
  };
}

const python = findPython();
installPythonPeers(python);
const [ours, theirs] = [new Map<string, number[]>(), new Map<string, number[]>()];
const loads = [loadavg()[0]];
let size: Drawn["size"] = [0, 0];
for (let round = 0; round <= ROUNDS; round++) {
  const drawn = run(process.execPath, [fileURLToPath(import.meta.url), "--draw"]) as Drawn | undefined;
  if (!drawn) process.exit(1);
  size = drawn.size;
  const peer = run(python, [join(packageRoot, "bench", "figures.py"), ...size.map(String)]);
  if (round === 0) continue; // Files are read from the disk for the first time.
  for (const [into, found] of [
    [ours, drawn.milliseconds],
    [theirs, peer],
  ] as const) {
    for (const [name, taken] of Object.entries((found ?? {}) as Record<string, number>)) {
      into.set(name, [...(into.get(name) ?? []), taken]);
    }
  }
}
loads.push(loadavg()[0]);

function run(command: string, args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (stdout !== "") return JSON.parse(stdout);
  console.error(stderr);
  return undefined;
}

const [from, to] = loads.map(load => load.toFixed(1));
console.log(`${new Date().toISOString()}, Node ${process.versions.node}, load ${from} to ${to}\n`);
console.log(
  `| ms, medians of ${ROUNDS} rounds, ${size.join(" × ")} pixels | netspace | matplotlib | matplotlib / netspace |`,
);
console.log("| --- | ---: | ---: | ---: |");
for (const [name, values] of ours) {
  const [own, peer] = [median(values), theirs.get(name)];
  const said = peer ? `${median(peer).toFixed(1)} | ${(median(peer) / own).toFixed(2)}` : "– | –";
  console.log(`| ${name} | ${own.toFixed(1)} | ${said} |`);
}
