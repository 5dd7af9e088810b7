/** What a figure's notebook comes to: each of the paper's claims with our answer, and all of them in one line. */
import { expectList, expectText } from "../base/expect.js";
import { escapeMarkdown } from "../base/escape-markdown.js";
import { Markdown } from "../base/markdown.js";
import { later } from "../base/node/later.js";
import type { Claim, Outcome } from "./claims/claim.js";

const counts = later<typeof import("./claims/claim-counts.js")>(import.meta.url, "./claims/claim-counts.js");

/** The MIME type under which a verdict's outcome and claims are stored in a notebook, for programs such as the report. */
export const VERDICT_MIME = "application/vnd.netspace.verdict+json";

/** The claims of a figure or table, and their common outcome. */
export class Verdict {
  readonly claims: readonly Claim[];
  /** What else the reader should know, in Markdown. */
  readonly note: string;
  readonly #plainNote: string;

  /** @param note Markdown as it is; with text from data in it, a value of the `markdown` tag */
  constructor(claims: readonly Claim[], note: string | Markdown = "") {
    expectList("Verdict", "claims", claims, { claim: "text", outcome: "text", evidence: "text" });
    if (claims.length === 0) throw new RangeError("Verdict: expected at least 1 claim, got 0");
    if (!(note instanceof Markdown)) expectText("Verdict", "the note", note);
    this.claims = claims;
    this.note = note instanceof Markdown ? note.text : note;
    this.#plainNote = String(note);
  }

  /** The claims' common outcome, or `"mixed"`. */
  get outcome(): Outcome | "mixed" {
    const [first] = this.claims;
    return this.claims.every(({ outcome }) => outcome === first.outcome) ? first.outcome : "mixed";
  }

  /** The outcome in a line: that of all claims if they are of one kind, else counted by kind, and never added up. */
  get summary(): string {
    const { outcome, claims } = this;
    const corrected = claims.some(claim => beforeOf(claim) !== claim.outcome);
    const kinds = new Set(claims.map(({ kind }) => kind));
    const open = new Set(claims.filter(each => each.outcome === "not answerable").map(openWords));
    const inWords = (each: Outcome): string => {
      if (each !== "not answerable") return each;
      // Why a claim is open differs from one to the next: each says it.
      return open.size === 1 ? [...open][0] : each;
    };
    if (outcome !== "mixed" && !corrected && kinds.size === 1) return inWords(outcome);
    const { countClaims, countRows, countWords } = counts();
    const rows = countRows(countClaims(claims));
    if (rows.length === 1 && rows[0].title === "of no kind") {
      return `of ${claims.length} claims ${countWords(rows[0].counts, inWords)}`;
    }
    return rows.map(row => `${row.title}: ${countWords(row.counts, inWords)}`).join("; ");
  }

  /** Claims and evidence are plain words in it: they hold names and messages from the data. */
  toMarkdown(): string {
    return this.#words(escapeMarkdown, this.note);
  }

  #words(escaped: (text: string) => string, note: string): string {
    const lines = this.claims.map(each => {
      const { claim, outcome, evidence, reservation } = each;
      const before = beforeOf(each);
      const uncorrected = before === outcome ? "" : ` (before correction: ${inWords(before, each)})`;
      const doubt = reservation ? `, but ${escaped(reservation)}` : "";
      return `- *${escaped(claim)}* **${capital(inWords(outcome, each))}${doubt}${uncorrected}:** ${escaped(evidence)}.`;
    });
    const registrations = this.#registrations().map(escaped);
    const parts = [[`**Verdict: ${this.summary}.**`], lines, registrations, note ? [note] : []];
    return parts
      .filter(part => part.length > 0)
      .map(part => part.join("\n"))
      .join("\n\n");
  }

  /** Where registered claims come from, and in what regime they are asked. */
  #registrations(): string[] {
    const words = this.claims.flatMap(claim => {
      if (!claim.registered) return [];
      const { hash, amendedHash, regime, file = "data/claims.json" } = claim.registered;
      const amended = amendedHash === undefined ? "" : `, with its amendments ${amendedHash}`;
      const what =
        claim.registered.file === undefined ? "Claims of trained networks" : "Claims about searches";
      return [`${what} are registered (${file}, SHA-256 ${hash}${amended}): ${regime}.`];
    });
    return [...new Set(words)];
  }

  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    const { outcome, summary, claims } = this;
    return {
      "text/markdown": this.toMarkdown(),
      "text/plain": this.#words(text => text, this.#plainNote),
      [VERDICT_MIME]: { outcome, summary, claims },
    };
  }
}

/** The verdict on a figure or table from its claims. */
export const verdict = (claims: readonly Claim[], note?: string | Markdown): Verdict =>
  new Verdict(claims, note);

/** The outcome before correction for the number of claims. */
const beforeOf = (claim: Claim): Outcome => claim.registered?.before ?? claim.outcome;

const inWords = (outcome: Outcome, claim: Claim): string =>
  outcome === "not answerable" ? openWords(claim) : outcome;

/** Why a claim is open: for want of networks that are still to be trained, of more than were asked for, or of another regime. */
function openWords({ registered }: Claim): string {
  if (!registered) return "not answerable in this regime";
  const isWithheld = registered.readings.some(({ withheld }) => withheld !== undefined);
  return isWithheld ? "not answerable yet" : "not answerable with these networks";
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
