/**
 * The populations of data/populations/: trains what is missing, and checks what is there.
 *
 *     npm run populations -- train [NAME…]     goes on with it in runs/populations/, then writes data/populations/NAME.parquet
 *     npm run populations -- verify [NAME…]    reads every record, trains three networks of each again, and compares
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
const ending = ".parquet";
const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
/** @type {(end: string) => string[]} */
const named = end =>
  files
    .filter(file => file.endsWith(end))
    .map(file => file.slice(0, -end.length))
    .sort();
const [verb, ...given] = process.argv.slice(2);
// What is trained has a spec at hand, what is looked at is there, perhaps in the folder of its images.
const known = named(verb === "train" ? suffix : ending);
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

async function open(/** @type {string} */ name) {
  const { readCompact } = await import("netspace");
  return readCompact(join(folder, `${name}${ending}`));
}

async function verify() {
  const { regimeDifferences, seedNoise, verifyPopulation } = await import("netspace");
  const repeated = [];
  for (const name of named(ending)) {
    const population = await open(name);
    if ((population.spec.repeats ?? 1) > 1) repeated.push(population);
  }
  const marks = { same: "✓", other: "✗", "cannot tell": "?" };
  for (const name of names) {
    const population = await open(name);
    const own = repeated.find(
      ({ spec }) =>
        JSON.stringify(spec.space) === JSON.stringify(population.spec.space) &&
        regimeDifferences(spec, population.spec).length === 0,
    );
    const noise = own && { noise: seedNoise(own) };
    const { rows } = await verifyPopulation(population, noise);
    for (const { index, stored, again, allowed, passing, verdict, by } of rows) {
      if (verdict === "other") process.exitCode = 1;
      const within = `within ${allowed.toFixed(1)} points, as would ${(100 * passing).toFixed(0)} % of the population`;
      console.log(
        `${marks[verdict]} ${name} network ${index}: ${stored.toFixed(2)} % stored, ${again.toFixed(2)} % ` +
          `${by === "its record" ? "tested in its last epoch" : "now"}; judged by ${by}` +
          (allowed > 0 ? ` (${verdict === "other" ? "not " : ""}${within})` : ""),
      );
    }
  }
}

async function table() {
  console.log(
    "| population | networks | of | least, mean error (%) | hours | trained |\n|---|---|---|---|---|---|",
  );
  for (const name of names) {
    const population = await open(name);
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
