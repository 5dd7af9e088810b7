/** What a notebook gives for a claim about searches: the samples of its test, on each set of images. */
import { expectFields, isList } from "../../base/expect.js";
import { refuseUnknown } from "../../base/expect-options.js";
import { say } from "../../base/say.js";
import type { Numbers } from "../../statistics/statistics-error.js";
import { imageTitles } from "../studies/registered-study.js";
import { type RegisteredDataset, registeredDatasets } from "../registration/registered-datasets.js";
import type { SearchTest } from "./search-claims.js";

/** Two samples, one value per run, training or network; for `lower`, `no-worse` and `same`. */
export interface SearchPair {
  readonly a: Numbers;
  readonly b: Numbers;
}

/** Pairs of values, for `correlation`. */
export interface SearchPoints {
  readonly x: Numbers;
  readonly y: Numbers;
}

/** Values with a parameter each, for `trend`. */
export interface SearchSeries {
  readonly parameter: Numbers;
  readonly values: Numbers;
}

/** How many of how many, for `share`. */
export interface SearchShare {
  readonly hits: number;
  readonly of: number;
}

/** What a test is made of. */
export type SearchSamples = SearchPair | SearchPoints | SearchSeries | SearchShare;

/** On each set of images; one that is left out has no data yet. */
export type SearchData = { readonly [D in RegisteredDataset]?: SearchSamples | undefined };

const fieldsOf = {
  lower: ["a", "b"],
  "no-worse": ["a", "b"],
  same: ["a", "b"],
  correlation: ["x", "y"],
  trend: ["parameter", "values"],
  share: ["hits", "of"],
} as const satisfies Record<SearchTest["kind"], readonly [string, string]>;

/** Fewer values answer nothing: of four and four the rank-sum test's least p is 1/70. */
export const LEAST_VALUES = 4;

/** @throws RangeError for what is no data of this test: the set of images, the field and the place are named */
export function expectSearchData(
  fn: string,
  id: string,
  { kind }: SearchTest,
  data: unknown,
): asserts data is SearchData {
  expectFields(fn, `the data of ${id}`, data, {});
  refuseUnknown(fn, data as object, Object.fromEntries(registeredDatasets.map(name => [name, true])));
  for (const dataset of registeredDatasets) {
    const given = (data as Readonly<Record<string, unknown>>)[dataset];
    if (given === undefined) continue;
    const what = `${id} on ${imageTitles[dataset]}`;
    const [first, second] = fieldsOf[kind];
    const type = kind === "share" ? "number" : "list";
    expectFields(fn, what, given, { [first]: type, [second]: type });
    const samples = given as Readonly<Record<string, unknown>>;
    refuseUnknown(fn, samples, { [first]: true, [second]: true });
    if (kind === "share") expectShare(fn, what, given as SearchShare);
    else
      for (const field of [first, second]) expectValues(fn, `${field} of ${what}`, samples[field] as Numbers);
    if (kind !== "correlation" && kind !== "trend") continue;
    const [n, m] = [first, second].map(field => (samples[field] as Numbers).length);
    if (n === m) continue;
    throw new RangeError(`${fn}: expected as many ${second} as ${first} of ${what}, got ${m} and ${n}`);
  }
}

function expectValues(fn: string, what: string, values: Numbers): void {
  if (values.length === 0) {
    throw new RangeError(
      `${fn}: expected values in ${what}, got none; leave the set of images out where there are none yet`,
    );
  }
  const odd = isList(values) ? Array.from(values).findIndex(value => !Number.isFinite(value)) : 0;
  if (odd < 0) return;
  throw new RangeError(`${fn}: expected numbers in ${what}, got ${say(values[odd])} at index ${odd}`);
}

function expectShare(fn: string, what: string, { hits, of }: SearchShare): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (isCount(hits) && isCount(of) && of > 0 && hits <= of) return;
  throw new RangeError(`${fn}: expected hits out of 1 or more of ${what}, got ${say(hits)} of ${say(of)}`);
}
