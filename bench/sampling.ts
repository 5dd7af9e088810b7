/**
 * Candidates a second: drawing architectures from each space and counting their flops, params and acts, on one
 * core. Prints one table of medians.
 */
import { AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE, countArchitecture, seeded } from "netspace";
import { median } from "simple-statistics";

const CANDIDATES = 200_000;
const ROUNDS = 5;

const spaces = [AnyNetXA, AnyNetXB, AnyNetXC, AnyNetXD, AnyNetXE];
const rates = new Map(spaces.map(space => [space.name, [] as number[]]));
// Every space once in each round, so that a slow spell of the machine meets all of them.
for (let round = 0; round <= ROUNDS; round++) {
  for (const space of spaces) {
    const random = seeded(round);
    let flops = 0;
    const start = performance.now();
    for (let i = 0; i < CANDIDATES; i++) flops += countArchitecture(space.draw(random), 224).flops;
    const seconds = (performance.now() - start) / 1000;
    if (!Number.isFinite(flops)) throw new Error(`bench: ${space.name} gave flops ${flops}`);
    if (round > 0) rates.get(space.name)!.push(CANDIDATES / seconds); // The first round warms up.
  }
}
console.log("| space | candidates / s, sampled and counted (median of 5) | least |\n| --- | ---: | ---: |");
for (const [name, measured] of rates) {
  const format = (rate: number) => Math.round(rate).toLocaleString("en");
  console.log(`| ${name} | ${format(median(measured))} | ${format(Math.min(...measured))} |`);
}
