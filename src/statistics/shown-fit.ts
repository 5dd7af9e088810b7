/** How fits show themselves: what was fitted to how many, and each coefficient with its standard error. */
import { inTable, short, sizeText } from "./shown-result.js";
import type { Coefficient } from "./linear-regression.js";

/** What is shown of a fit. */
interface Fit {
  readonly coefficients: readonly Coefficient[];
  readonly n: number;
  readonly r2: number;
  readonly aic: number;
}

/** The same fit, which shows itself as a table of its coefficients; its residuals stay what they are. */
export const shownFit = <F extends Fit>(fit: F, name: string): F =>
  inTable(fit, ({ coefficients, n, r2, aic }) => ({
    title: `${name}: ${sizeText(n)}, R² = ${short(r2)}, AIC = ${short(aic)}`,
    head: ["", "value", "standard error", "p"],
    rows: coefficients.map(({ name: of, value, standardError, p }) => [
      of,
      short(value),
      short(standardError),
      short(p),
    ]),
  }));
