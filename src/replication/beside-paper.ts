/** Our numbers next to the paper's: complexities network by network, error ranges space by space. */
import { expectOptions } from "../base/expect-options.js";
import { quantileSorted } from "simple-statistics";
import { expectFields, expectList } from "../base/expect.js";
import { type NamedErrors, namedErrors } from "../figures/panels/edf-panel.js";
import { countArchitecture } from "../architectures/count-architecture.js";
import { zoo } from "../architectures/zoo.js";
import { PrintedTable } from "../base/printed-table.js";
import { expectedBest } from "../statistics/best-of.js";
import { edf } from "../statistics/edf.js";
import { requireFinite } from "../statistics/statistics-error.js";
import { type Claim, claimThat } from "./claims/claim.js";
import type { ErrorRange, PrintedNetwork } from "./paper-numbers.js";

type Costs = Pick<PrintedNetwork, "flopsG" | "actsM"> & Partial<Pick<PrintedNetwork, "paramsM">>;

/** A network's complexity as printed and as it is. */
export interface ComplexityRow {
  readonly network: string;
  readonly "flops (G), paper": string;
  readonly "flops (G), exact": string;
  readonly "params (M), paper": string;
  readonly "params (M), exact": string;
  readonly "acts (M), paper": string;
  readonly "acts (M), exact": string;
  /** The measures that differ by more than their rounding. */
  readonly differs: string;
}

const measures = [
  ["flops", "flopsG", 1e9],
  ["params", "paramsM", 1e6],
  ["acts", "actsM", 1e6],
] as const;

const costFields = { flopsG: "number?", paramsM: "number?", actsM: "number?" } as const;

/** Decimals of a printed number; the tables print one or two. */
const decimals = (value: number): number => Math.max(1, String(value).split(".")[1]?.length ?? 0);

/**
 * Printed complexities next to the exact ones of our own count. A measure differs if the exact number is further from
 * the printed one than a unit of its last digit: the paper rounds, and in places cuts.
 *
 * @param printed by network of the zoo; measures that are not printed are left out
 * @example
 * ```ts
 * const { rows } = complexityBesidePaper({ "RegNetX-200MF": { flopsG: 0.2, actsM: 2.2, paramsM: 2.7 } });
 * rows.length; // => 1
 * ```
 */
export function complexityBesidePaper(
  printed: Readonly<Record<string, Partial<Costs>>>,
): PrintedTable<ComplexityRow> {
  expectFields("complexityBesidePaper", "numbers by network", printed, {});
  const rows = Object.entries(printed).map(([network, costs]): ComplexityRow => {
    expectFields("complexityBesidePaper", `what is printed of ${network}`, costs, costFields);
    const { architecture, resolution } = zoo(network);
    const exact = countArchitecture(architecture, resolution);
    const differs = measures.filter(([measure, key, unit]) => {
      const value = costs[key];
      return (
        value !== undefined && Math.abs(exact[measure] / unit - value) > 10 ** -decimals(value) * 1.000001
      );
    });
    const shown = (key: keyof Costs) => costs[key]?.toFixed(decimals(costs[key] ?? 0)) ?? "–";
    return {
      network,
      "flops (G), paper": shown("flopsG"),
      "flops (G), exact": (exact.flops / 1e9).toFixed(3),
      "params (M), paper": shown("paramsM"),
      "params (M), exact": (exact.params / 1e6).toFixed(3),
      "acts (M), paper": shown("actsM"),
      "acts (M), exact": (exact.acts / 1e6).toFixed(3),
      differs: differs.map(([measure]) => measure).join(", ") || "–",
    };
  });
  return new PrintedTable(rows);
}

/**
 * The claims that the printed flops, params and acts are those of the networks as we build them, one per measure.
 *
 * @param known why a measure differs, where that is known: `{ acts: "the max-pool is left out" }`
 * @example
 * ```ts
 * const table = complexityBesidePaper({ "RegNetX-200MF": { flopsG: 0.2, actsM: 2.2, paramsM: 2.7 } });
 * claimComplexities(table).map(({ claim, outcome }) => [claim, outcome]); // => [["The printed flops are those of the published networks.", "replicated"], ["The printed params are those of the published networks.", "replicated"], ["The printed acts are those of the published networks.", "replicated"]]
 * ```
 */
export function claimComplexities(
  table: PrintedTable<ComplexityRow>,
  known: Partial<Record<"flops" | "params" | "acts", string>> = {},
): Claim[] {
  expectFields("claimComplexities", "a table of complexityBesidePaper()", table, { rows: "list" });
  expectOptions(
    "claimComplexities",
    known,
    { flops: "text?", params: "text?", acts: "text?" },
    "what is known",
  );
  const { rows } = table;
  expectList("claimComplexities", "rows of complexityBesidePaper()", rows, { differs: "text" });
  return measures.flatMap(([measure, , unit]) => {
    const name = unit === 1e9 ? `${measure} (G)` : `${measure} (M)`;
    const cell = (row: ComplexityRow, which: string) => row[`${name}, ${which}` as keyof ComplexityRow];
    const printed = rows.filter(row => cell(row, "paper") !== "–");
    if (printed.length === 0) return [];
    const off = printed.filter(row => row.differs.split(", ").includes(measure));
    const claim = `The printed ${measure} are those of the published networks.`;
    const agree = `${printed.length - off.length} of ${printed.length} agree to the last printed digit`;
    if (off.length === 0) return [claimThat(claim, true, agree)];
    const named = off.map(row => `${row.network} ${cell(row, "paper")} for ${cell(row, "exact")}`);
    const why = known[measure] ? `: ${known[measure]}` : "";
    return [claimThat(claim, false, `${agree}; ${named.join(", ")}${why}`)];
  });
}

/** Error ranges next to the paper's, and where the good networks are. */
export interface RangeRow {
  readonly space: string;
  /** What it was trained on, where populations of several sets of images are shown together. */
  readonly "trained on"?: string;
  readonly "paper [min | mean], %": string;
  readonly "here [min | mean], %": string;
  /** The lower tail: the tenth percentile, and the expected best of a random search of 32. */
  readonly "here P10 | best of 32, %": string;
  readonly n: number;
}

/** Networks of a random search; the paper's Figure 9 says that as many suffice. */
const SEARCH = 32;

/**
 * [min | mean] of our populations next to the paper's of the same names, with what the lower tail does: a lower mean may be
 * bought with the best networks.
 *
 * @example
 * ```ts
 * const { rows } = rangesBesidePaper(paperNumbers().errorRanges.fig09, [await shippedPopulation("RegNetX")]);
 * rows.length; // => 1
 * ```
 */
export function rangesBesidePaper(
  printed: Readonly<Record<string, ErrorRange>>,
  populations: readonly (NamedErrors & { readonly images?: string | undefined })[],
): PrintedTable<RangeRow> {
  expectFields("rangesBesidePaper", "ranges by space", printed, {});
  expectList("rangesBesidePaper", "populations", populations, namedErrors);
  const range = (min: number, mean: number) => `[${min.toFixed(1)} | ${mean.toFixed(1)}]`;
  const several = populations.some(({ images }) => images !== undefined);
  const rows = populations.map(({ name, errors, images = "" }): RangeRow => {
    const ours = errors.length > 0 ? edf(errors) : undefined;
    const paper = printed[name] as ErrorRange | undefined;
    if (paper !== undefined)
      requireFinite("rangesBesidePaper", `numbers, [min, mean], for ${name}`, paper, 2);
    return {
      space: name,
      ...(several && { "trained on": images }),
      "paper [min | mean], %": paper ? range(...paper) : "–",
      "here [min | mean], %": ours ? range(ours.min, ours.mean) : "–",
      "here P10 | best of 32, %": tail(errors),
      n: errors.length,
    };
  });
  return new PrintedTable(rows);
}

function tail(errors: readonly number[]): string {
  if (errors.length === 0) return "–";
  const p10 = quantileSorted(
    errors.toSorted((a, b) => a - b),
    0.1,
  ).toFixed(1);
  return `${p10} | ${errors.length < SEARCH ? "–" : expectedBest(errors, SEARCH).toFixed(1)}`;
}
