/** What one-sided p values come to on one set of images, and on all of them. */
import type { Outcome } from "../claims/claim.js";
import { imageTitles } from "../studies/registered-study.js";
import { chance, type TestResult } from "../registration/evaluate-test.js";
import type { RegisteredDataset } from "../registration/registered-datasets.js";
import type { RegisteredReading } from "../registration/registry.js";

/** A reading with what it rests on, in words. */
export type Reading = RegisteredReading & { readonly evidence: string };

/**
 * A test's result on one set of images, read before correction and after it.
 *
 * @param level below which a p counts
 * @param adjusted both p after correction
 */
export function decided(
  dataset: RegisteredDataset,
  level: number,
  { pFor, pAgainst, n, evidence: shown }: TestResult,
  adjusted: Pick<TestResult, "pFor" | "pAgainst">,
): Reading {
  const before = outcomeAt(level, pFor, pAgainst);
  const after = outcomeAt(level, adjusted.pFor, adjusted.pAgainst);
  const [side, raw, corrected] =
    before === "not replicated"
      ? (["against it", pAgainst, adjusted.pAgainst] as const)
      : (["for it", pFor, adjusted.pFor] as const);
  const evidence = `${imageTitles[dataset]} (n = ${n.join(", ")}): ${shown}; ${side} p ${chance(raw)}, after correction ${chance(corrected)}: ${after}${before === after ? "" : `, before ${before}`}`;
  return {
    dataset,
    before,
    after,
    n,
    pFor,
    pAgainst,
    adjustedFor: adjusted.pFor,
    adjustedAgainst: adjusted.pAgainst,
    evidence,
  };
}

/** A claim that cannot be tested on one set of images. */
export function undecided(dataset: RegisteredDataset, why: string): Reading {
  const open = { before: "not answerable", after: "not answerable" } as const;
  return { dataset, ...open, withheld: why, evidence: `${imageTitles[dataset]}: withheld, ${why}` };
}

/** For the claim, where both sides are shown: a difference within the margin that is there all the same. */
function outcomeAt(level: number, pFor: number, pAgainst: number): Outcome {
  if (pFor < level) return "replicated";
  return pAgainst < level ? "not replicated" : "not answerable";
}

/** What is withheld for one reason on both sets of images is said once. */
export function spoken(readings: readonly Reading[]): string {
  const [first, ...others] = readings;
  if (first.withheld !== undefined && others.every(({ withheld }) => withheld === first.withheld)) {
    return `${readings.map(({ dataset }) => imageTitles[dataset]).join(" and ")}: withheld, ${first.withheld}`;
  }
  return readings.map(({ evidence }) => evidence).join(". ");
}

/** Of several sets of images: one against it is enough, and all are needed for it. */
export function together(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("not replicated")) return "not replicated";
  return outcomes.every(outcome => outcome === "replicated") ? "replicated" : "not answerable";
}
