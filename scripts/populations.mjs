/**
 * The populations of data/populations/: trains what is missing, and checks what is there.
 *
 *     npm run populations -- train [NAME…]     goes on with it in runs/populations/, then writes data/populations/NAME.parquet
 *     npm run populations -- verify [NAME…]    trains three networks of each again, and compares
 *     npm run populations -- table [NAME…]     what is there, as the table of data/README.md
 *
 * Training all of them takes hours; it can be stopped at any time, and goes on where it was.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";
import { run } from "./step.mjs";

const folder = join(root, "data", "populations");
const suffix = ".sweep.json";
const known = readdirSync(folder)
  .filter(name => name.endsWith(suffix))
  .map(name => name.slice(0, -suffix.length));
const [verb, ...given] = process.argv.slice(2);
const unknown = given.find(name => !known.includes(name));
const verbs = { train, verify, table };
if (!(verb in verbs) || unknown !== undefined) {
  const problem =
    unknown === undefined
      ? `"train", "verify" or "table", got "${verb ?? ""}"`
      : `names out of ${known.join(", ")}, got "${unknown}"`;
  console.error(`npm run populations: expected ${problem}`);
  process.exit(2);
}
const names = given.length > 0 ? given : known;
const ready = await setup();
if (!ready.library || !ready.engine) process.exit(1);

const netspace = (/** @type {string[]} */ ...args) =>
  run(process.execPath, [join(root, "dist", "src", "cli", "main.js"), ...args], { show: true });

async function train() {
  const { expandSweep } = await import("netspace");
  // Ctrl-C reaches the sweep too; it says what is kept, and its exit code ends this script.
  process.on("SIGINT", () => {});
  for (const name of names) {
    const runs = join("runs", "populations", name);
    console.log(name);
    const shipped = join(root, "data", "populations", `${name}.parquet`);
    if (existsSync(shipped)) await expandSweep(shipped, join(root, runs));
    for (const args of [
      ["sweep", join("data", "populations", `${name}${suffix}`), "--out", runs],
      ["sweep", "compact", runs, "--out", join("data", "populations", `${name}.parquet`)],
    ]) {
      const { code } = await netspace(...args);
      if (code !== 0) process.exit(code);
    }
  }
}

async function verify() {
  const { retrain, seedNoise, shippedPopulation, shippedPopulations } = await import("netspace");
  const shipped = names.filter(name => shippedPopulations().includes(name));
  const repeated = join(folder, "AnyNetXE-seeds.parquet");
  if (!existsSync(repeated))
    throw new Error(`verify: ${repeated} is missing; "npm run populations -- train AnyNetXE-seeds" makes it`);
  const noise = seedNoise(await shippedPopulation("AnyNetXE-seeds"));
  // Two trainings of one network differ by √2 σ; three times that is rare.
  const limit = 3 * Math.SQRT2 * noise;
  console.log(
    `Errors of one network differ between seeds by σ = ${noise.toFixed(2)} %; allowed here: ${limit.toFixed(1)} %`,
  );
  for (const name of shipped) {
    const { rows } = await retrain(await shippedPopulation(name));
    for (const { index, stored, again } of rows) {
      const fits = Math.abs(again - stored) <= limit;
      if (!fits) process.exitCode = 1;
      console.log(
        `${fits ? "✓" : "✗"} ${name} network ${index}: ${stored.toFixed(2)} % stored, ${again.toFixed(2)} % now`,
      );
    }
  }
}

async function table() {
  const { shippedPopulation, shippedPopulations } = await import("netspace");
  console.log(
    "| population | networks | of | least, mean error (%) | hours | trained |\n|---|---|---|---|---|---|",
  );
  for (const name of names.filter(each => shippedPopulations().includes(each))) {
    const population = await shippedPopulation(name);
    const { errors, spec, provenance } = population;
    const { threadHours = 0, first = "", last = "" } = provenance?.compute ?? {};
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const days = [...new Set([first, last].map(time => time.slice(0, 10)))].join(" to ");
    const cells = [
      `\`${name}\``,
      errors.length,
      spec.n * (spec.repeats ?? 1),
      `${Math.min(...errors).toFixed(1)}, ${mean.toFixed(1)}`,
      threadHours.toFixed(1),
      days,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

await verbs[/** @type {keyof typeof verbs} */ (verb)]();
