/**
 * How often comparisons and registered claims find something where there is nothing: the labels of the networks of real
 * populations are dealt anew, 1,000 times, and every test is made again. Prints the tables of docs/statistics.md.
 *
 *     npm run bench -- null-study
 *     node dist/bench/null-study.js [--repeats 1000] [--resamples 200] [--pairs A:B,…] [--claims ID,…] [--of COLUMN,…]
 *
 * Pairs and claims are tried on the networks of several COLUMNs, by default all of them: `first-wave`, the populations
 * that were trained before anything was registered; `procedural` and `fashion-mnist`, the registered ones as far as they
 * are trained; `registered`, all of the registered networks, as many as registered, with errors drawn from those of
 * `procedural` (claims alone). `--pairs none` and `--claims none` leave them out.
 */
import { parseArgs } from "node:util";
import { untrainedNetworks } from "../src/replication/null/null-registered.js";
import { nullClaim, nullComparison } from "../src/replication/null/null-study.js";
import { openPopulationNamed } from "../src/replication/studies/population-by-name.js";
import { populationsFolder } from "../src/replication/studies/populations-folder.js";
import {
  FirstNetworks,
  registeredNetworks,
  type RegisteredNetworks,
} from "../src/replication/registration/registered-networks.js";
import { readRegistration } from "../src/replication/registration/registration.js";
import {
  type RegisteredDataset,
  registeredDatasets,
} from "../src/replication/registration/registered-datasets.js";
import { populationsOf } from "../src/replication/registration/registration-schema.js";
import { seeded } from "../src/base/random.js";

const { values: given } = parseArgs({
  options: {
    repeats: { type: "string", default: "1000" },
    resamples: { type: "string", default: "200" },
    pairs: {
      type: "string",
      default:
        "AnyNetXA:AnyNetXB,AnyNetXC:AnyNetXD,AnyNetXA:AnyNetXE,AnyNetXE:RegNetX,RegNetX:RegNetR,RegNetX:RegNetY,AnyNetXA:AnyNetXC",
    },
    claims: { type: "string", default: "all" },
    of: { type: "string", default: "first-wave,procedural,fashion-mnist,registered" },
  },
});
const [repeats, resamples] = [Number(given.repeats), Number(given.resamples)];
const registration = readRegistration();
const folder = populationsFolder();
const share = (value: number) => `${(100 * value).toFixed(1)} %`;

/** Networks by name, or in words why there are none. */
type Column = (name: string) => Promise<RegisteredNetworks | string>;

const trained =
  (dataset: RegisteredDataset): Column =>
  async name => {
    const found = await registeredNetworks(registration, dataset, name, folder);
    return "problem" in found ? found.problem : found.networks;
  };

let pool: readonly number[] | undefined;

/** The errors of what is registered and trained. */
async function pooled(): Promise<readonly number[]> {
  const names = Object.keys(registration.populations);
  const found = await Promise.all(names.map(trained("procedural")));
  pool ??= found.flatMap(each => (typeof each === "string" ? [] : each.errors));
  if (pool.length === 0)
    throw new Error(`null-study: expected registered populations in ${folder}, got none`);
  return pool;
}

const columns: Readonly<Record<string, Column>> = {
  "first-wave": async name => {
    const population = await openPopulationNamed(folder, name);
    return population ? new FirstNetworks(population) : `${name} is none of the first wave's`;
  },
  ...Object.fromEntries(registeredDatasets.map(dataset => [dataset, trained(dataset)])),
  // The same errors for a name whatever else is asked.
  registered: async name => {
    const seed = registration.populations[name].seed;
    return untrainedNetworks(registration, name, await pooled(), seeded(seed));
  },
};

const known = new Map<string, Promise<RegisteredNetworks | string>>();
const networks = (column: string, name: string) => {
  const key = `${column} ${name}`;
  const found = known.get(key) ?? columns[column](name);
  known.set(key, found);
  return found;
};

const asked = given.of.split(",");
const unknown = asked.find(column => !Object.hasOwn(columns, column));
if (unknown !== undefined)
  throw new RangeError(`null-study: expected --of ${Object.keys(columns).join(", ")}, got "${unknown}"`);

const line = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);

let headed = false;
for (const column of asked.filter(each => each !== "registered")) {
  for (const pair of given.pairs.split(",").filter(each => each.includes(":"))) {
    const [a, b] = await Promise.all(pair.split(":").map(name => networks(column, name)));
    if (typeof a === "string" || typeof b === "string") {
      console.error(`${column}, ${pair}: ${[a, b].filter(each => typeof each === "string").join("; ")}`);
      continue;
    }
    const rates = nullComparison(a.errors, b.errors, { repeats, resamples, random: seeded(1) });
    if (!headed) {
      line(["pair", "networks", ...Object.keys(rates)]);
      line(["---", "---", ...Object.keys(rates).map(() => "---:")]);
      headed = true;
    }
    const name = `${pair.replace(":", ", ")}${column === "first-wave" ? "" : `, ${column}`}`;
    line([name, `${a.errors.length}, ${b.errors.length}`, ...Object.values(rates).map(share)]);
  }
}

if (given.claims !== "none") {
  const { claims, margins, families, regime } = registration;
  console.log("");
  line(["claim", "test", ...asked.map(column => `${column}: one set of images, both`)]);
  line(["---", "---", ...asked.map(() => "---:")]);
  for (const claim of claims) {
    if (given.claims !== "all" && !given.claims.split(",").includes(claim.id)) continue;
    const cells: string[] = [];
    for (const column of asked) {
      const names = populationsOf(claim.test);
      const found = new Map<string, RegisteredNetworks>();
      const problems: string[] = [];
      for (const name of names) {
        const each = await networks(column, name);
        if (typeof each === "string") problems.push(each);
        else found.set(name, each);
      }
      const dataset = column === "fashion-mnist" ? column : "procedural";
      const setting = {
        margins: { mean: margins.mean[dataset], tail: margins.tail[dataset] },
        bestOf: families.trained.bestOf,
        repeats: resamples,
        failedAt: regime.failedAt,
        networks: (name: string) => found.get(name)!,
      };
      const rates =
        problems.length > 0
          ? { problem: problems.join("; ") }
          : nullClaim(claim, setting, { repeats, resamples, random: seeded(2) });
      if ("problem" in rates) console.error(`${column}, ${claim.id}: ${rates.problem}`);
      cells.push("problem" in rates ? "–" : `${share(rates.passes)}, ${share(rates.both)}`);
    }
    line([`\`${claim.id}\``, claim.test.kind, ...cells]);
  }
}
