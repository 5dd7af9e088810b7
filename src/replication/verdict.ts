/** What a figure's notebook comes to: each of the paper's claims with our answer, and all of them in one line. */
import { expectList, expectText } from "../expect.js";
import { escapeMarkdown } from "../escape-markdown.js";
import { Markdown } from "../markdown.js";
import type { Claim, Outcome } from "./claim.js";

/** The MIME type under which a verdict's outcome and claims stand in a notebook, for programs such as the report. */
export const VERDICT_MIME = "application/vnd.netspace.verdict+json";

/** The claims of a figure or table, and what they come to together. */
export class Verdict {
  readonly claims: readonly Claim[];
  /** What the reader should know besides, in Markdown. */
  readonly note: string;
  readonly #plainNote: string;

  /** @param note Markdown as it stands; with text from data in it, a value of the `markdown` tag */
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

  /** The outcome in a line. */
  get summary(): string {
    const { outcome, claims } = this;
    if (outcome !== "mixed") return inWords(outcome);
    const kinds: Outcome[] = ["replicated", "not replicated", "not answerable"];
    const counts = kinds.flatMap(kind => {
      const count = claims.filter(claim => claim.outcome === kind).length;
      return count > 0 ? [`${count} ${inWords(kind)}`] : [];
    });
    return `of ${claims.length} claims ${counts.join(", ")}`;
  }

  /** Claims and evidence are plain words in it: they hold names and messages from the data. */
  toMarkdown(): string {
    return this.#words(escapeMarkdown, this.note);
  }

  #words(escaped: (text: string) => string, note: string): string {
    const lines = this.claims.map(
      ({ claim, outcome, evidence, reservation }) =>
        `- *${escaped(claim)}* **${capital(inWords(outcome))}${reservation ? `, but ${escaped(reservation)}` : ""}:** ${escaped(evidence)}.`,
    );
    return [`**Verdict: ${this.summary}.**`, "", ...lines, ...(note ? ["", note] : [])].join("\n");
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

const inWords = (outcome: Outcome): string =>
  outcome === "not answerable" ? "not answerable in this regime" : outcome;

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
