/** A registered claim about searches with its outcome, decided by itself: from a notebook's data, on each set of images. */
import { expectOptions } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import { decided, type Reading, spoken, together, undecided } from "../registered/decided.js";
import { type RegisteredDataset, registeredDatasets } from "../registration/registered-datasets.js";
import { RegistrationError } from "../registration/registration-error.js";
import type { RegisteredOutcome } from "../registration/registry.js";
import { nullRate } from "./null-rate.js";
import {
  notebookHash,
  readSearchClaims,
  type SearchClaim,
  type SearchClaims,
  searchClaimsFile,
} from "./search-claims.js";
import { expectSearchData, LEAST_VALUES, type SearchData, type SearchSamples } from "./search-data.js";
import { searchTest, sizesOf } from "./search-test.js";

export interface SearchClaimOptions {
  /** The registration. Default: the package's `data/search-claims.json`. */
  readonly file?: string;
}

/**
 * A registered claim about searches with its outcome on both sets of images, after Bonferroni's correction: each p times the number of
 * claims that the registration has room for, so that nobody else's data or claims are needed. Replicated: it holds on both; not
 * replicated: the data speak against it on one; a set of images without data is not answerable yet.
 *
 * @param id the claim's in `data/search-claims.json`
 * @param data by set of images, what the test asks for: `{ a, b }` (`lower`, `no-worse`, `same`), `{ x, y }` (`correlation`),
 *   `{ parameter, values }` (`trend`), `{ hits, of }` (`share`), in the unit of the claim
 * @throws RegistrationError for an unreadable registration, or an id that it does not have
 * @throws RangeError for data that are none of the test's: NaN, no values, pairs of unequal number
 * @example
 * ```ts
 * const [claim] = readSearchClaims().claims.filter(({ test }) => test.kind === "lower");
 * (await searchClaim(claim.id, {})).outcome; // => "not answerable"
 * ```
 */
export async function searchClaim(
  id: string,
  data: SearchData,
  options: SearchClaimOptions = {},
): Promise<RegisteredOutcome> {
  const fn = "searchClaim";
  expectOptions(fn, options, { file: "text?" });
  const registration = readSearchClaims(options.file ?? searchClaimsFile);
  const claim = claimOf(fn, registration.claims, id);
  const asRegistered = claimOf(fn, registration.registered, id);
  expectSearchData(fn, id, claim.test, data);
  const readings = registeredDatasets.map(dataset => read(registration, claim, data[dataset], dataset));
  const reasons = registration.amendments
    .filter(each => each.claim === id)
    .map(({ date, reason }) => `${date}: ${reason}`);
  const amended = reasons.length > 0 && {
    amended: { reasons, ...asItWas(registration, asRegistered, claim, data) },
  };
  const told = amended
    ? `. Amended (${reasons.join("; ")}); as registered: ${amended.amended.asRegistered}`
    : "";
  const seen = claim.seen === undefined ? "" : `. Looked at before it was registered: ${claim.seen}`;
  const { hash, amendedHash } = notebookHash(registration, claim.notebook);
  return {
    claim: claim.claim,
    outcome: together(readings.map(({ after }) => after)),
    evidence: `${spoken(readings)}${told}${seen}`,
    kind: "trained",
    registered: {
      id,
      file: "data/search-claims.json",
      hash,
      ...(amendedHash !== hash && { amendedHash }),
      regime: `each p counts ${registration.room} times, for as many claims as there is room for (${registration.correction})`,
      before: together(readings.map(({ before }) => before)),
      readings: readings.map(({ evidence: _evidence, ...reading }) => reading),
      ...amended,
    },
  };
}

function claimOf(fn: string, claims: readonly SearchClaim[], id: unknown): SearchClaim {
  const found = claims.find(claim => claim.id === id);
  if (found) return found;
  const some = claims.length === 0 ? "none" : `${claims.length}, such as ${claims[0].id}`;
  throw new RegistrationError(
    `${fn}: expected the id of a registered claim, got ${say(id)}; data/search-claims.json has ${some}`,
  );
}

/** The claim on one set of images. */
function read(
  { level, room }: SearchClaims,
  claim: SearchClaim,
  samples: SearchSamples | undefined,
  dataset: RegisteredDataset,
): Reading {
  if (samples === undefined) return undecided(dataset, "there are no data yet");
  const n = sizesOf(samples);
  const { n: asked } = claim.test;
  const few = n.find(size => size < LEAST_VALUES && claim.test.kind !== "share");
  if (asked !== undefined && n.some(size => size !== asked)) {
    return undecided(dataset, `there are ${n.join(" and ")} values where ${asked} are registered`);
  }
  if (few !== undefined)
    return undecided(dataset, `there are ${few} values, of which the test needs ${LEAST_VALUES}`);
  try {
    const result = searchTest(claim, samples, dataset);
    const { rate, how } = nullRate(claim, samples, dataset, level);
    const adjusted = { pFor: Math.min(1, room * result.pFor), pAgainst: Math.min(1, room * result.pAgainst) };
    const reading = decided(dataset, level, result, adjusted);
    const passes = `where there is nothing the test passes in ${(100 * rate).toFixed(1)} % (${how})`;
    return { ...reading, nullRate: rate, evidence: `${reading.evidence}; ${passes}` };
  } catch (error) {
    // Of values that do not vary there is no rank correlation: this claim is open, and no other is ended.
    return undecided(dataset, `it cannot be tested: ${(error as Error).message}`);
  }
}

/** The outcome as registered, where the claim was amended: data of the amended test may be none of that one's. */
function asItWas(registration: SearchClaims, registered: SearchClaim, claim: SearchClaim, data: SearchData) {
  const isAlike = registered.test.kind === claim.test.kind;
  const then = registeredDatasets.map(dataset =>
    isAlike
      ? read(registration, registered, data[dataset], dataset)
      : undecided(dataset, "the test was another"),
  );
  return {
    asRegistered: together(then.map(({ after }) => after)),
    asRegisteredBefore: together(then.map(({ before }) => before)),
  };
}
