/**
 * The populations of data/populations/: trains what is missing, and checks what is there.
 *
 *     npm run populations -- train [NAME…]     goes on with it in runs/populations/, then writes data/populations/NAME.parquet
 *     npm run populations -- train registered  those of data/claims.json, on both sets of images, in the order registered
 *     npm run populations -- verify [NAME…]    reads every record, trains three networks of each again, and compares
 *     npm run populations -- table [NAME…]     what is there, as the table of data/README.md
 *     npm run populations -- ranks             how alike both sets of images, and seeds, rank the registered networks
 *
 * NAME is a file's without its ending; a registered population's is DATASET/NAME, as in procedural/AnyNetXC. Training all of
 * them takes days; it can be stopped at any time (Ctrl-C), then writes what is there, and goes on where it was.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
const verbs = { train, verify, table, ranks };
/** @type {(expected: string) => never} */
const wrong = expected => {
  console.error(`npm run populations: expected ${expected}`);
  process.exit(2);
};
if (!(verb in verbs)) wrong(`"train", "verify", "table" or "ranks", got "${verb ?? ""}"`);
// A set-up takes minutes: wrong names are told before it.
const claims = JSON.parse(readFileSync(join(root, "data", "claims.json"), "utf8"));
const registeredNames = Object.keys(claims.datasets).flatMap(dataset =>
  Object.keys(claims.populations).map(name => `${dataset}/${name}`),
);
if (verb === "ranks" && given.length > 0) wrong(`no names with "ranks", got "${given.join(" ")}"`);
else if (verb === "train") chosen(["registered", ...named(suffix), ...registeredNames]);
else chosen(named(ending));
const ready = await setup();
if (!ready.library || !ready.engine) process.exit(1);

const netspace = (/** @type {string[]} */ ...args) =>
  run(process.execPath, [join(root, "dist", "src", "cli", "main.js"), ...args], { show: true });

/** The registered populations, `DATASET/NAME`, each with what makes its sweep; pairs of one name beside each other. */
async function registeredSweeps() {
  const { readRegistration, registeredDatasets, registeredSweep } = await import("netspace");
  const registration = readRegistration();
  return new Map(
    Object.keys(registration.populations).flatMap(name =>
      registeredDatasets.map(dataset => {
        const sweep = () => registeredSweep(registration, dataset, name);
        return /** @type {const} */ ([`${dataset}/${name}`, sweep]);
      }),
    ),
  );
}

async function train() {
  const { expandSweep } = await import("netspace");
  const registered = await registeredSweeps();
  const all = given.includes("registered");
  const names = all ? [...registered.keys()] : chosen([...named(suffix), ...registered.keys()]);
  // Ctrl-C reaches the sweep too; it says what is kept, and its exit code ends this script.
  process.on("SIGINT", () => {});
  for (const name of names) {
    const runs = join("runs", "populations", name);
    console.log(name);
    const shipped = join(folder, `${name}${ending}`);
    if (existsSync(shipped)) await expandSweep(shipped, join(root, runs));
    let spec = join("data", "populations", `${name}${suffix}`);
    const sweep = registered.get(name);
    if (sweep) {
      spec = `${runs}${suffix}`;
      mkdirSync(join(root, dirname(spec)), { recursive: true });
      writeFileSync(join(root, spec), `${JSON.stringify(sweep(), null, 2)}\n`);
    }
    const { code } = await netspace("sweep", spec, "--out", runs);
    // Also of a sweep that was stopped: it goes on from the file, wherever that is taken.
    if (existsSync(join(root, runs, "trials"))) {
      mkdirSync(dirname(shipped), { recursive: true });
      await netspace("sweep", "compact", runs, "--out", shipped);
    }
    if (code !== 0) process.exit(code);
  }
}

/** The names given, or all that there are. */
function chosen(/** @type {string[]} */ known) {
  const unknown = given.find(name => !known.includes(name));
  if (unknown !== undefined) wrong(`names out of ${known.join(", ")}, got "${unknown}"`);
  return given.length > 0 ? given : known;
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
  const names = chosen(named(ending));
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
  const names = chosen(named(ending));
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

/** docs/statistics.md has the table. */
async function ranks() {
  const { registeredAgreement } = await import("netspace");
  console.log((await registeredAgreement()).toMarkdown());
}

await verbs[/** @type {keyof typeof verbs} */ (verb)]();
