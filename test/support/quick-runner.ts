/**
 * A runner whose workers are quick: `quick-runner.js SPEC FOLDER WORKERS`. Says how many trials its workers are at
 * (`running N`), and each outcome (`ended ID`).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sweepWith } from "../../src/sweeps/sweep.js";

const [, , spec, out, workers] = process.argv;
const program = fileURLToPath(new URL("./quick-worker.js", import.meta.url));
await sweepWith(program, JSON.parse(readFileSync(spec, "utf8")), {
  out,
  workers: Number(workers),
  retries: 5,
  onProgress: ({ event, last, running }) => {
    if (event === "ended" && last) process.stdout.write(`ended ${last.id}\n`);
    if (event !== "started") process.stdout.write(`running ${running.size}\n`);
  },
});
