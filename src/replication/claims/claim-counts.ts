/**
 * What claims come to, in four counts that are never added up: exact numbers, published numbers read again, and networks
 * trained here before and after correction are answers to different questions.
 */
import type { ClaimKind, Outcome } from "./claim.js";

/** A claim as far as it is counted. */
export interface CountedClaim {
  readonly outcome: Outcome;
  readonly kind?: ClaimKind | undefined;
  /** A registered claim counts once, however many notebooks show it. */
  readonly registered?: { readonly id: string; readonly before: Outcome } | undefined;
}

/** How many claims have each outcome. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

export interface ClaimCounts {
  readonly arithmetic: OutcomeCounts;
  readonly published: OutcomeCounts;
  /** All claims of networks trained here, each by itself. */
  readonly before: OutcomeCounts;
  /** The registered ones, after correction. */
  readonly after: OutcomeCounts;
  /** Claims of networks trained here that were not registered before: they are in `before` alone. */
  readonly unregistered: number;
  /** Claims of no kind: a user's own, or from a notebook that was executed before kinds were told apart. */
  readonly other: OutcomeCounts;
}

const outcomes: readonly Outcome[] = ["replicated", "not replicated", "not answerable"];

const count = (found: readonly Outcome[]): OutcomeCounts =>
  Object.fromEntries(
    outcomes.map(outcome => [outcome, found.filter(each => each === outcome).length]),
  ) as unknown as OutcomeCounts;

/** Counts claims, registered ones once by id. */
export function countClaims(claims: readonly CountedClaim[]): ClaimCounts {
  const ids = new Set<string>();
  const distinct = claims.filter(({ registered }) => {
    if (!registered) return true;
    const isNew = !ids.has(registered.id);
    ids.add(registered.id);
    return isNew;
  });
  const of = (kind: CountedClaim["kind"]) => distinct.filter(claim => claim.kind === kind);
  const outcomesOf = (some: readonly CountedClaim[]) => some.map(({ outcome }) => outcome);
  const trained = of("trained");
  const registered = trained.filter(claim => claim.registered);
  return {
    arithmetic: count(outcomesOf(of("arithmetic"))),
    published: count(outcomesOf(of("published"))),
    before: count(trained.map(claim => claim.registered?.before ?? claim.outcome)),
    after: count(outcomesOf(registered)),
    unregistered: trained.length - registered.length,
    other: count(outcomesOf(of(undefined))),
  };
}

/** A count with its title, for a headline. */
export interface CountRow {
  readonly title: string;
  readonly counts: OutcomeCounts;
  /** What the reader should know of it besides. */
  readonly note: string;
}

/** The counts that hold any claim, in order. */
export function countRows({
  arithmetic,
  published,
  before,
  after,
  unregistered,
  other,
}: ClaimCounts): readonly CountRow[] {
  const missing =
    unregistered > 0 ? `${unregistered} not registered beforehand, so in the row above alone` : "";
  const rows: CountRow[] = [
    { title: "arithmetic and structure", counts: arithmetic, note: "" },
    { title: "published numbers, read again", counts: published, note: "" },
    { title: "trained here, before correction", counts: before, note: "" },
    { title: "trained here, after correction", counts: after, note: missing },
    { title: "of no kind", counts: other, note: "" },
  ];
  return rows.filter(
    ({ counts, title }) => total(counts) > 0 || (title.endsWith("after correction") && unregistered > 0),
  );
}

const total = (counts: OutcomeCounts): number => outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);

/** A count in words: `3 replicated, 1 not answerable`; `none` for no claim. */
export function countWords(counts: OutcomeCounts, inWords: (outcome: Outcome) => string = String): string {
  const some = outcomes.filter(outcome => counts[outcome] > 0);
  return some.length === 0
    ? "none"
    : some.map(outcome => `${counts[outcome]} ${inWords(outcome)}`).join(", ");
}
