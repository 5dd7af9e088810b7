/**
 * Do both sets of images rank the registered networks alike, and does one training rank them as another? By the errors on
 * the test split, of what is trained so far.
 */
import { expectOptions } from "../../base/expect-options.js";
import { fixed } from "../../base/fixed.js";
import type { Population } from "../../populations/population.js";
import { rankAgreement, seedAgreement } from "../../populations/rank-agreement.js";
import { TableError } from "../../tables/table-error.js";
import { PrintedTable } from "../../base/printed-table.js";
import { StatisticsError } from "../../statistics/statistics-error.js";
import { populationsFolder } from "../studies/populations-folder.js";
import { registeredPopulation } from "./registered-population.js";
import { readRegistration, registrationFile } from "./registration.js";
import { registeredDatasets } from "./registered-datasets.js";
import { imageTitles } from "../studies/registered-study.js";
import type { RegistryOptions } from "./registry.js";

/** A rank correlation of errors on the test split. */
export interface AgreementRow {
  /** Of which networks. */
  readonly networks: string;
  readonly between: string;
  /** Spearman's ρ with the bootstrap's interval of 95 % over networks; or why there is none yet. */
  readonly "rank correlation": string;
  /** Networks that count so far, of those registered. */
  readonly n: string;
}

/**
 * The rank correlations of errors between both sets of images and between seeds: population by population, of all
 * networks trained once on each set together, and of all with several seeds together. What is missing, or is not what is registered, is said in its row.
 *
 * @throws RegistrationError if the registration cannot be used
 * @example
 * ```ts
 * const { rows } = await registeredAgreement();
 * rows.length; // => 12
 * ```
 */
export async function registeredAgreement(
  options: RegistryOptions = {},
): Promise<PrintedTable<AgreementRow>> {
  expectOptions("registeredAgreement", options, { file: "text?", folder: "text?" });
  const { file = registrationFile, folder = populationsFolder() } = options;
  const registration = readRegistration(file);
  const names = Object.keys(registration.populations);
  const rows: AgreementRow[] = [];
  const groups: Group[] = [];
  for (const name of names) {
    const { n, repeats } = registration.populations[name];
    const found = await Promise.all(
      registeredDatasets.map(dataset => registeredPopulation(registration, dataset, name, folder)),
    );
    for (const [i, { first, problem }] of found.entries()) {
      if (first || problem === undefined || problem === `${name} is missing`) continue;
      rows.push(row(problem, imageTitles[registeredDatasets[i]], "not to be told", 0, n));
    }
    const on = found.map(({ first }) => (first && first.length > 0 ? [first] : []));
    if (on.some(some => some.length > 0))
      groups.push({ networks: name, on, n, repeated: repeats !== undefined });
  }
  const once = groups.filter(({ repeated, on }) => !repeated && on.every(some => some.length > 0));
  const repeated = groups.filter(group => group.repeated);
  const all = [...groups, ...[once, repeated].flatMap(some => (some.length > 1 ? [together(some)] : []))];
  rows.unshift(...all.map(betweenImages), ...all.filter(group => group.repeated).flatMap(betweenSeeds));
  if (!groups.some(group => group.repeated))
    rows.push(row("those with several seeds", "seeds", "none is trained yet", 0, 0));
  return new PrintedTable(rows, ["networks", "between", "rank correlation", "n"]);
}

/** Networks of one population, or of several. */
interface Group {
  readonly networks: string;
  /** By set of images; none where they are not trained. */
  readonly on: readonly (readonly Population[])[];
  /** As registered. */
  readonly n: number;
  readonly repeated: boolean;
}

const together = (groups: readonly Group[]): Group => ({
  networks: `${groups.map(({ networks }) => networks).join(", ")} together`,
  on: registeredDatasets.map((_, i) => groups.flatMap(({ on }) => on[i])),
  n: groups.reduce((sum, { n }) => sum + n, 0),
  repeated: groups.every(({ repeated }) => repeated),
});

function betweenImages({ networks, on: [a, b], n }: Group): AgreementRow {
  const titles = registeredDatasets.map(dataset => imageTitles[dataset]);
  const absent = titles.find((_, i) => [a, b][i].length === 0);
  if (absent !== undefined) return row(networks, titles.join(" and "), notYet(absent), 0, n);
  return tried(networks, titles.join(" and "), n, () => rankAgreement(a, b));
}

const betweenSeeds = ({ networks, on, n }: Group): AgreementRow[] =>
  on.map((populations, i) => {
    const images = imageTitles[registeredDatasets[i]];
    if (populations.length === 0) return row(networks, `seeds on ${images}`, notYet(images), 0, n);
    return tried(networks, `seeds on ${images}`, n, () => seedAgreement(populations));
  });

const notYet = (images: string): string => `not trained yet on ${images}`;

/** Too few networks, or errors without ranks, are reported in place of a number. */
function tried(
  networks: string,
  between: string,
  of: number,
  correlation: () => {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly n: number;
  },
): AgreementRow {
  try {
    const { value, low, high, n } = correlation();
    const said = [value, low, high].map(each => fixed(each, 2).replace("-", "−"));
    return row(networks, between, `${said[0]} [${said[1]}, ${said[2]}]`, n, of);
  } catch (error) {
    if (!(error instanceof TableError || error instanceof StatisticsError)) throw error;
    return row(networks, between, error.message.replace(/^\w+: /, ""), 0, of);
  }
}

const row = (networks: string, between: string, said: string, n: number, of: number): AgreementRow => ({
  networks,
  between,
  "rank correlation": said,
  n: of === 0 ? "0" : `${n} of ${of}`,
});
