/**
 * All registered claims decided together: on each set of images, corrected for their number; and what a notebook shows
 * of them.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { holm } from "../../statistics/holm.js";
import type { Claim, Outcome } from "../claims/claim.js";
import { evaluateTest, type TestResult, type TestSetting } from "./evaluate-test.js";
import { populationsFolder } from "../studies/populations-folder.js";
import { type Found, registeredNetworks, type RegisteredNetworks } from "./registered-networks.js";
import {
  readRegistration,
  type RegisteredClaim,
  registrationFile,
  type Registration,
} from "./registration.js";
import { RegistrationError } from "./registration-error.js";
import { type RegisteredDataset, registeredDatasets } from "./registered-datasets.js";
import { populationsOf } from "./registration-schema.js";
import { decided as decidedOn, type Reading, spoken, together, undecided } from "../registered/decided.js";
import { registeredRegimeWords } from "./regime.js";

/** A registered claim on one set of images. */
export interface RegisteredReading {
  readonly dataset: RegisteredDataset;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Why there is no outcome, if there is none. */
  readonly withheld?: string;
  /** Networks of each side, of the population or of each group. */
  readonly n?: readonly number[];
  /** One-sided, for the claim and against it, and both after Holm's correction. */
  readonly pFor?: number;
  readonly pAgainst?: number;
  readonly adjustedFor?: number;
  readonly adjustedAgainst?: number;
  /** Of a claim about searches: how often its test passes before correction where there is nothing to find. */
  readonly nullRate?: number;
}

/** What a registered claim has in addition: where it comes from, and both readings of it. */
export interface RegisteredFacts {
  readonly id: string;
  /** Where it is registered, if that is not `data/claims.json`. */
  readonly file?: string;
  /** SHA-256 of what was registered, and with its amendments if there are any. */
  readonly hash: string;
  readonly amendedHash?: string;
  readonly regime: string;
  /** The outcome before correction; the claim's own is the one after. */
  readonly before: Outcome;
  readonly readings: readonly RegisteredReading[];
  /** If the claim or one of its populations was amended: why, and the outcome as it was registered. */
  readonly amended?: {
    readonly reasons: readonly string[];
    readonly asRegistered: Outcome;
    readonly asRegisteredBefore: Outcome;
  };
}

/** A registered claim with its outcome on both sets of images, after correction. */
export interface RegisteredOutcome extends Claim {
  readonly kind: "trained";
  readonly registered: RegisteredFacts;
}

export interface RegistryOptions {
  /** The registration. Default: the package's `data/claims.json`. */
  readonly file?: string;
  /**
   * The folder of the populations, with those of each set of images in a folder of its name. Default: the environment's
   * `NETSPACE_POPULATIONS`, else the package's `data/populations`.
   */
  readonly folder?: string;
}

/**
 * Registered claims with their outcomes: a figure's, or those of some ids. All registered claims are decided together,
 * once per process as long as no file changes.
 *
 * @param which a figure's number, an id, or several ids
 * @throws RegistrationError if the registration cannot be used, or has no such claims
 * @example
 * ```ts
 * const [claim] = await registered("fig07-d-better-than-c");
 * claim; // => { claim: "Widths that do not decrease help: D is better than C.", outcome: "not answerable", evidence: "procedural images (n = 250, 250): mean error AnyNetXD minus AnyNetXC −1.8 points (95 % interval −3.0 to −0.6); the paper has −6.2; one-sided KS D 0.18 (p < 0.001) and 0.01 (p = 0.984), failures 0.0 and 0.0 %; for it p = 0.002, after correction = 0.134: not answerable, before replicated. Fashion-MNIST: withheld, AnyNetXD has 93 of 250 registered networks; AnyNetXC has 103 of 250 registered networks", kind: "trained", registered: { id: "fig07-d-better-than-c", hash: "51503a6a4ec910537076dbd15b6b0844fa6d8afc12d5bfc82fe29db0dd9911e3", amendedHash: "563674b78d0bd5b540d49baab156ffeff425dc76432f4139e3bf2d78d5ef2e21", regime: "networks of 2–4 MF, cifar stem of width 16, 12 epochs", before: "not answerable", readings: [{ dataset: "procedural", before: "replicated", after: "not answerable", n: [250, 250], pFor: 0.002200705247604973, pAgainst: 0.3479765663036025, adjustedFor: 0.13424302010390335, adjustedAgainst: 1 }, { dataset: "fashion-mnist", before: "not answerable", after: "not answerable", withheld: "AnyNetXD has 93 of 250 registered networks; AnyNetXC has 103 of 250 registered networks" }] } }
 * ```
 */
export async function registered(
  which: number | string | readonly string[],
  options: RegistryOptions = {},
): Promise<RegisteredOutcome[]> {
  expectOptions("registered", options, { file: "text?", folder: "text?" });
  const { file = registrationFile, folder = populationsFolder() } = options;
  const registration = readRegistration(file);
  const chosen = chosenClaims(registration, which);
  const outcomes = await decided(registration, file, folder);
  return chosen.map(({ id }) => outcomes.get(id)!);
}

function chosenClaims(
  { claims }: Registration,
  which: number | string | readonly string[],
): readonly RegisteredClaim[] {
  if (typeof which === "number") {
    const found = claims.filter(({ figures }) => figures.includes(which));
    if (found.length > 0) return found;
    const figures = [...new Set(claims.flatMap(claim => claim.figures))].sort((a, b) => a - b);
    throw new RegistrationError(
      `registered: expected a figure with registered claims, ${figures.join(", ")}, got ${say(which)}`,
    );
  }
  const ids: readonly unknown[] = typeof which === "string" ? [which] : which;
  if (!Array.isArray(ids)) {
    throw new RegistrationError(`registered: expected a figure's number or ids of claims, got ${say(which)}`);
  }
  return ids.map(id => {
    const found = claims.find(claim => claim.id === id);
    if (found) return found;
    throw new RegistrationError(
      `registered: expected the id of a registered claim, got ${say(id)}; data/claims.json has ${claims.length}, such as ${claims[0].id}`,
    );
  });
}

const known = new Map<string, Promise<ReadonlyMap<string, RegisteredOutcome>>>();

/** All claims decided; again only if the registration or a population's file changed. */
function decided(
  registration: Registration,
  file: string,
  folder: string,
): Promise<ReadonlyMap<string, RegisteredOutcome>> {
  const state = registeredDatasets.flatMap(dataset =>
    Object.keys(registration.populations).map(name => stateOf(join(folder, dataset), name)),
  );
  const key = JSON.stringify([file, registration.amendedHash, folder, state]);
  let outcomes = known.get(key);
  if (!outcomes) {
    known.clear();
    outcomes = decide(registration, folder);
    known.set(key, outcomes);
  }
  return outcomes;
}

/** What changes if a population does: of a sweep's folder, its logs grow. */
function stateOf(folder: string, name: string): string {
  const [compact, logs] = [join(folder, `${name}.parquet`), join(folder, name, "trials")];
  const files = existsSync(compact)
    ? [compact]
    : existsSync(logs)
      ? readdirSync(logs).map(log => join(logs, log))
      : [];
  return (
    files
      .map(each => statSync(each))
      // Who copies a file with its times keeps the first; the others tell it apart.
      .map(({ mtimeMs, ctimeMs, ino, size }) => `${mtimeMs} ${ctimeMs} ${ino} ${size}`)
      .join()
  );
}

async function decide(
  registration: Registration,
  folder: string,
): Promise<ReadonlyMap<string, RegisteredOutcome>> {
  const work = new Work();
  const now = await readAll(registration, folder, work);
  const { amendments } = registration;
  const then =
    amendments.length === 0
      ? now
      : await readAll({ ...registration, ...registration.registered }, folder, work);
  return new Map(
    registration.claims.map((claim, i) => {
      const concerned = [claim, registration.registered.claims[i]].flatMap(({ test }) => populationsOf(test));
      const reasons = amendments
        .filter(each => each.claim === claim.id || concerned.includes(each.population ?? ""))
        .map(({ date, reason }) => `${date}: ${reason}`);
      const readings = now.get(claim.id)!;
      const registeredReadings = then.get(claim.id)!;
      return [claim.id, outcomeOf(registration, claim, readings, registeredReadings, reasons)];
    }),
  );
}

function outcomeOf(
  registration: Registration,
  { id, claim }: RegisteredClaim,
  readings: readonly Reading[],
  asRegistered: readonly Reading[],
  reasons: readonly string[],
): RegisteredOutcome {
  const { hash, amendedHash } = registration;
  const said = spoken(readings);
  const outcome = together(readings.map(({ after }) => after));
  const before = together(readings.map(each => each.before));
  const asRegisteredOutcome = together(asRegistered.map(({ after }) => after));
  const amendedFacts = reasons.length > 0 && {
    amended: {
      reasons,
      asRegistered: asRegisteredOutcome,
      asRegisteredBefore: together(asRegistered.map(each => each.before)),
    },
  };
  const told =
    reasons.length > 0 ? `. Amended (${reasons.join("; ")}); as registered: ${asRegisteredOutcome}` : "";
  return {
    claim,
    outcome,
    evidence: `${said}${told}`,
    kind: "trained",
    registered: {
      id,
      hash,
      ...(amendedHash !== hash && { amendedHash }),
      regime: registeredRegimeWords(registration),
      before,
      readings: readings.map(({ evidence: _evidence, ...reading }) => reading),
      ...amendedFacts,
    },
  };
}

/** What is read and tested once, though it is asked for as amended and as registered. */
class Work {
  readonly #populations = new Map<string, Promise<Found>>();
  readonly #results = new Map<string, Result>();

  population(key: unknown, read: () => Promise<Found>): Promise<Found> {
    return remembered(this.#populations, key, read);
  }

  result(key: unknown, test: () => Result): Result {
    return remembered(this.#results, key, test);
  }
}

function remembered<T>(made: Map<string, T>, key: unknown, make: () => T): T {
  const text = JSON.stringify(key);
  const found = made.get(text) ?? make();
  made.set(text, found);
  return found;
}

type Result = TestResult | { readonly problem: string };

/** Each claim's readings, one per set of images. */
async function readAll(
  registration: Registration,
  folder: string,
  work: Work,
): Promise<ReadonlyMap<string, Reading[]>> {
  const readings = new Map<string, Reading[]>(registration.claims.map(({ id }) => [id, []]));
  for (const dataset of registeredDatasets) {
    for (const [id, reading] of await readDataset(registration, dataset, folder, work))
      readings.get(id)!.push(reading);
  }
  return readings;
}

async function readDataset(
  registration: Registration,
  dataset: RegisteredDataset,
  folder: string,
  work: Work,
): Promise<(readonly [id: string, Reading])[]> {
  const { claims, populations, regime, families } = registration;
  const names = Object.keys(populations);
  const found = new Map<string, Found>(
    await Promise.all(
      names.map(async name => {
        const read = () => registeredNetworks(registration, dataset, name, folder);
        return [name, await work.population([dataset, name, populations[name]], read)] as const;
      }),
    ),
  );
  const { level, bestOf, repeats } = families.trained;
  const setting: TestSetting = {
    margins: { mean: registration.margins.mean[dataset], tail: registration.margins.tail[dataset] },
    bestOf,
    repeats,
    failedAt: regime.failedAt,
    networks: name => networksOf(found.get(name)),
  };
  const results = claims.map((claim): Result => {
    if (regime.pilot === null)
      return { problem: "the regime is not fixed yet, the registration has no pilot" };
    const problems = populationsOf(claim.test).flatMap(name => {
      const each = found.get(name);
      return each && "problem" in each ? [each.problem] : [];
    });
    if (problems.length > 0) return { problem: sayProblems(problems) };
    const { test, paper } = claim;
    const of = populationsOf(test).map(name => populations[name]);
    return work.result([dataset, test, paper, of], () => tested(claim, setting));
  });
  // A claim that cannot be decided counts as one that showed nothing: the family is as large as registered.
  const p = (key: "pFor" | "pAgainst") =>
    holm(results.map(result => ("problem" in result ? 1 : result[key])));
  const [adjustedFor, adjustedAgainst] = [p("pFor"), p("pAgainst")];
  return claims.map(({ id }, i) => {
    const result = results[i];
    if ("problem" in result) return [id, undecided(dataset, result.problem)];
    const adjusted = { pFor: adjustedFor[i], pAgainst: adjustedAgainst[i] };
    return [id, decidedOn(dataset, level, result, adjusted)];
  });
}

const MISSING = " is missing";

/** Populations that are not there at all are named together. */
function sayProblems(problems: readonly string[]): string {
  const names = problems.flatMap(each => (each.endsWith(MISSING) ? [each.slice(0, -MISSING.length)] : []));
  const others = problems.filter(each => !each.endsWith(MISSING));
  if (names.length < 2) return problems.join("; ");
  return [`${names.slice(0, -1).join(", ")} and ${names.at(-1)} are missing`, ...others].join("; ");
}

/** A claim that its populations cannot answer, such as one of a parameter that they lack, ends no other. */
function tested(claim: RegisteredClaim, setting: TestSetting): Result {
  try {
    const result = evaluateTest(claim, setting);
    if ("problem" in result || (Number.isFinite(result.pFor) && Number.isFinite(result.pAgainst)))
      return result;
    return { problem: `its test gives p ${result.pFor} for it and ${result.pAgainst} against it` };
  } catch (error) {
    return { problem: `it cannot be tested: ${(error as Error).message}` };
  }
}

function networksOf(found: Found | undefined): RegisteredNetworks {
  if (found && "networks" in found) return found.networks;
  throw new RangeError("registered: a claim speaks of a population that it does not name");
}
