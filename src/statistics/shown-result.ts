/** How results of statistics show themselves: in a sentence that says what, how much, how sure and of how many, or as a small table. */
import { escapeHtml } from "../base/escape-html.js";
import { type Shown, shownAs } from "../notebook/shown-as.js";
import { type Difference, twoSided } from "./difference.js";

/** The same result, which shows itself as a sentence. */
export const inWords = <T extends object>(result: T, words: (result: T) => string): T =>
  shownAs(result, shown => {
    const text = words(shown);
    return { text, html: `<p>${escapeHtml(text)}</p>` };
  });

/** What a table says: a sentence above it, its head, and a row per line of text. */
export interface Tabled {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The same result, which shows itself as a small table below a sentence. */
export const inTable = <T extends object>(result: T, table: (result: T) => Tabled): T =>
  shownAs(result, shown => tableText(table(shown)));

/** The table as text, its first column to the left and all others to the right, and as HTML. */
function tableText({ title, head, rows }: Tabled): Shown {
  const widths = head.map((text, k) =>
    rows.reduce((most, row) => Math.max(most, row[k].length), text.length),
  );
  const line = (cells: readonly string[]) =>
    cells.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join("  ");
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  return {
    text: [title, line(head), ...rows.map(line)].join("\n"),
    html:
      `<p>${escapeHtml(title)}</p><table><thead><tr>${cells("th", head)}</tr></thead>` +
      `<tbody>${rows.map(row => `<tr>${cells("td", row)}</tr>`).join("")}</tbody></table>`,
  };
}

/** Three digits, as a reader wants them, with a true minus; what is no number is a dash. */
export const short = (value: number): string => {
  if (Number.isNaN(value)) return "–";
  const text = Number.isFinite(value) ? String(Number(value.toPrecision(3))) : `${value}`;
  return text.replace("Infinity", "∞").replace(/^-/, "−").replace("e-", "e−");
};

/** `p = 0.03`, or that it is below 0.001. */
export const chanceText = (p: number): string =>
  p < 0.001 ? "p < 0.001" : `p = ${Number.isNaN(p) ? "–" : Number(p.toPrecision(2))}`;

/** `95 % interval −2 to 4`. */
export const interval = (low: number, high: number, level = 0.95): string =>
  `${short(100 * level)} % interval ${short(low)} to ${short(high)}`;

/** Sizes of two samples. */
export const sizes = (a: { readonly length: number }, b: { readonly length: number }): string =>
  `n = ${a.length.toLocaleString("en")} and ${b.length.toLocaleString("en")}`;

/** How many. */
export const sizeText = (n: number): string => `n = ${n.toLocaleString("en")}`;

/** An estimate in a sentence. */
export const estimateInWords =
  (name: string, of: string, level: number) =>
  ({
    value,
    standardError,
    low,
    high,
  }: Readonly<Record<"value" | "standardError" | "low" | "high", number>>): string =>
    `${name}: ${short(value)} ± ${short(standardError)} (standard error), ${interval(low, high, level)}; ${of}`;

/** A difference in a sentence's words. */
export const differenceInWords = (difference: Difference): string =>
  `the first minus the second ${short(difference.value)}, ${interval(difference.low, difference.high)}, ${chanceText(twoSided(difference))}`;

/** A difference as cells of a table: value, interval, two-sided p. */
export const differenceCells = (difference: Difference): string[] => [
  short(difference.value),
  `${short(difference.low)} to ${short(difference.high)}`,
  short(twoSided(difference)),
];
