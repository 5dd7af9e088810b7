/**
 * How long each function of SmallCells takes on this machine: eight images, one thread, the median of some runs, in rounds that go through all
 * functions, so that what else the machine did is seen in how rounds differ.
 *
 *     node dist/bench/cell-latencies.js data/studies/mnasnet/latencies.parquet --rounds 3
 *
 * It goes on where it stopped: a round that is in the file is not measured again.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { latency, table } from "../src/search/index.js";
import { SmallCells } from "../src/spaces/tabular.js";
import { readTable, tableOf, writeTable } from "../src/tables/index.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" }, runs: { type: "string", default: "21" } },
});
const [file] = positionals;
if (file === undefined) throw new Error("usage: cell-latencies FILE [--rounds 3] [--runs 21]");
const cells = await table(SmallCells);
const timed = latency({ batch: 8, resolution: 12, threads: 1, runs: Number(values.runs) });
const rounds: Record<string, number[]> = {};
if (existsSync(file)) {
  const known = await readTable(file);
  for (const name of known.names.filter(column => column.startsWith("round "))) {
    rounds[name] = [...known.column(name)];
  }
}
mkdirSync(dirname(file), { recursive: true });
for (let round = Object.keys(rounds).length + 1; round <= Number(values.rounds); round++) {
  const seconds: number[] = [];
  const began = performance.now();
  for (const { architecture } of cells.rows) {
    const { value } = await timed.measure(architecture, {});
    seconds.push(value);
  }
  rounds[`round ${round}`] = seconds;
  const rows = cells.rows.map((row, i) => ({
    function: row.function,
    ...Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, all[i]])),
  }));
  await writeTable(tableOf(rows), file);
  console.log(
    `round ${round}: ${seconds.length} functions in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
}
