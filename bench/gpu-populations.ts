/**
 * Trains populations on a card that is lent for minutes: sweeps after each other, in the order given, until time is up.
 *
 *   node dist/bench/gpu-populations.js --out FOLDER --seconds N [--workers 8] [--at-once 1] [--device cuda] SPEC.json…
 *
 * A spec's population lies in FOLDER/NAME, as `netspace sweep` leaves it, and goes on there another time.
 * Workers are each population's; --at-once trains several populations beside each other. Prints a line a
 * population: networks trained, models a minute, error, failures. With NETSPACE_PYTHON and a binding that is built.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { checkSpec } from "../src/trials/spec.js";
import type { SweepProgress } from "../src/trials/runner/progress.js";
import { sweep } from "../src/sweeps/sweep.js";
import type { Device } from "../src/training/engines/torch.js";
import { edf } from "../src/statistics/edf.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string" },
    seconds: { type: "string" },
    workers: { type: "string", default: "8" },
    "at-once": { type: "string", default: "1" },
    device: { type: "string", default: "cuda" },
  },
});
const { out, seconds } = values;
if (!(out && Number(seconds) > 0 && positionals.length > 0)) {
  console.error("gpu-populations: expected --out FOLDER --seconds N and spec files");
  process.exit(2);
}
const began = performance.now();
const left = () => 1000 * Number(seconds) - (performance.now() - began);
const [workers, atOnce] = [Number(values.workers), Number(values["at-once"])];

async function train(file: string): Promise<void> {
  const name = basename(file).replace(/(\.sweep)?\.json$/, "");
  if (left() < 5000) return console.log(`${name}: no time left`);
  const drain = AbortSignal.timeout(Math.ceil(left()));
  const from = performance.now();
  const spec = checkSpec(JSON.parse(readFileSync(file, "utf8")));
  const devices = [values.device as Device];
  let before: number | undefined;
  const onProgress = ({ done }: SweepProgress) => {
    before ??= done;
  };
  const options = { out: join(out!, name), devices, workers, threads: 1, drain, onProgress };
  const { errors, notes } = await sweep(spec, options);
  const minutes = (performance.now() - from) / 60_000;
  const said = notes.map(note => `; ${note}`).join("");
  if (errors.length === 0) return console.log(`${name}: none trained${said}`);
  const { min, mean, n } = edf(errors);
  const failed = errors.filter(error => error >= 85).length;
  const rate = ((n - (before ?? 0)) / minutes).toFixed(0);
  console.log(
    `${name}: ${n} of ${spec.n}, ${rate} a minute, least ${min.toFixed(1)}, mean ${mean.toFixed(1)}, ${failed} at 85 % or more${said}`,
  );
}

const queue = [...positionals];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      await train(file).catch((error: Error) => console.log(`${file}: ${error.message}`));
    }
  }),
);
