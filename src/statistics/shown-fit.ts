/** How fits show themselves: what was fitted to how many, and each coefficient with its standard error. */
import { escapeHtml } from "../base/escape-html.js";
import { shownAs } from "../notebook/shown-as.js";
import type { Coefficient } from "./linear-regression.js";

/** What is shown of a fit. */
interface Fit {
  readonly coefficients: readonly Coefficient[];
  readonly n: number;
  readonly r2: number;
  readonly aic: number;
}

const HEAD = ["", "value", "standard error", "p"];

/** The same fit, which shows itself as a table of its coefficients; its residuals stay what they are. */
export const shownFit = <F extends Fit>(fit: F, name: string): F =>
  shownAs(fit, ({ coefficients, n, r2, aic }) => {
    const head = `${name}: n = ${n.toLocaleString("en")}, R² = ${short(r2)}, AIC = ${short(aic)}`;
    const rows = coefficients.map(({ name: of, value, standardError, p }) => [
      of,
      short(value),
      short(standardError),
      short(p),
    ]);
    const widths = HEAD.map((text, k) => Math.max(text.length, ...rows.map(row => row[k].length)));
    const line = (cells: readonly string[]) =>
      cells.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join("  ");
    const cells = (tag: string, texts: readonly string[]) =>
      texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
    return {
      text: [head, line(HEAD), ...rows.map(line)].join("\n"),
      html:
        `<p>${escapeHtml(head)}</p><table><thead><tr>${cells("th", HEAD)}</tr></thead>` +
        `<tbody>${rows.map(row => `<tr>${cells("td", row)}</tr>`).join("")}</tbody></table>`,
    };
  });

/** Three digits, as a reader of a fit wants them. */
const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–";
