/**
 * How often comparisons and registered claims find something where there is nothing: the labels of the networks of real
 * populations are dealt anew, 1,000 times, and every test is made again. Prints the tables of docs/statistics.md.
 *
 *   node dist/bench/null-study.js [--repeats 1000] [--resamples 300] [--folder FOLDER] [--pairs A:B,…] [--claims ID,…]
 *
 * FOLDER holds populations by name, as data/populations does (the default), or data/populations/fashion-mnist. Pairs are
 * of populations of these names; by default those that the first figures compare. `--claims none` leaves the claims out.
 */
import { parseArgs } from "node:util";
import { nullClaim, nullComparison, type NullRates } from "../src/replication/null-study.js";
import { openPopulationNamed, populationsFolder } from "../src/replication/population-by-name.js";
import { FirstNetworks, type RegisteredNetworks } from "../src/replication/registered-networks.js";
import { readRegistration } from "../src/replication/registration.js";
import { populationsOf } from "../src/replication/registration-schema.js";
import { seeded } from "../src/base/random.js";

const { values: given } = parseArgs({
  options: {
    repeats: { type: "string", default: "1000" },
    resamples: { type: "string", default: "300" },
    folder: { type: "string", default: populationsFolder() },
    pairs: {
      type: "string",
      default: "AnyNetXA:AnyNetXB,AnyNetXC:AnyNetXD,AnyNetXA:AnyNetXE,AnyNetXE:RegNetX,RegNetX:RegNetR",
    },
    claims: { type: "string", default: "all" },
  },
});
const [repeats, resamples] = [Number(given.repeats), Number(given.resamples)];
const share = (value: number) => `${(100 * value).toFixed(1)} %`;

const known = new Map<string, RegisteredNetworks | undefined>();
async function networks(name: string): Promise<RegisteredNetworks | undefined> {
  if (!known.has(name)) {
    const population = await openPopulationNamed(given.folder, name);
    known.set(name, population && new FirstNetworks(population));
  }
  return known.get(name);
}

const pairs = given.pairs.split(",").filter(pair => pair.includes(":"));
let headed = false;
for (const pair of pairs) {
  const [a, b] = await Promise.all(pair.split(":").map(networks));
  if (!a || !b) {
    console.error(`${pair}: not both in ${given.folder}`);
    continue;
  }
  const rates: NullRates = nullComparison(a.errors, b.errors, { repeats, resamples, random: seeded(1) });
  if (!headed) {
    console.log(`| pair | n | ${Object.keys(rates).join(" | ")} |`);
    console.log(
      `| --- | --- |${Object.keys(rates)
        .map(() => " ---: |")
        .join("")}`,
    );
    headed = true;
  }
  const sizes = `${a.errors.length}, ${b.errors.length}`;
  console.log(`| ${pair.replace(":", ", ")} | ${sizes} | ${Object.values(rates).map(share).join(" | ")} |`);
}

if (given.claims !== "none") {
  const { claims, margins, families, regime } = readRegistration();
  console.log("\n| claim | test | passes on one set of images | on both |");
  console.log("| --- | --- | ---: | ---: |");
  const asked = claims.filter(({ id }) => given.claims === "all" || given.claims.split(",").includes(id));
  for (const claim of asked) {
    const names = populationsOf(claim.test);
    const found = await Promise.all(names.map(networks));
    const missing = names.filter((_, i) => !found[i]);
    if (missing.length > 0) {
      console.error(`${claim.id}: ${missing.join(", ")} not in ${given.folder}`);
      continue;
    }
    const setting = {
      margins: { mean: margins.mean.procedural, tail: margins.tail.procedural },
      bestOf: families.trained.bestOf,
      repeats: resamples,
      failedAt: regime.failedAt,
      networks: (name: string) => known.get(name)!,
    };
    try {
      const rates = nullClaim(claim, setting, { repeats, resamples, random: seeded(2) });
      if ("problem" in rates) console.error(`${claim.id}: ${rates.problem}`);
      else {
        const cells = [rates.passes, rates.both].map(share).join(" | ");
        console.log(`| ${claim.id} | ${claim.test.kind} | ${cells} |`);
      }
    } catch (error) {
      console.error(`${claim.id}: ${(error as Error).message}`);
    }
  }
}
