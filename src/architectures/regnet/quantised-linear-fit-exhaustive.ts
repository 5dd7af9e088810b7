/** The quantised linear fit by trying every setting block by block: slow, and the measure of the fast search. */
import type { Architecture } from "../anynet/architecture.js";
import { checkGrid, defaultFitGrid, type FitGrid } from "./fit-grid.js";
import {
  bestOf,
  checkedStages,
  type LinearFit,
  type LinearSetting,
  observedWidths,
  type StageWidths,
} from "./quantised-linear-fit.js";
import { quantisedPower } from "./regnet.js";

/**
 * The same as `fitQuantisedLinear`, by the definition.
 *
 * @example
 * ```ts
 * const stages = [{ depth: 1, width: 24 }, { depth: 2, width: 56 }];
 * const settings = { w0: [8, 16, 24], wa: [16, 32], wm: [2, 2.5] };
 * fitQuantisedLinearExhaustive(stages, settings).error === fitQuantisedLinear(stages, settings).error; // => true
 * ```
 */
export function fitQuantisedLinearExhaustive(
  network: Architecture | StageWidths,
  grid: FitGrid = defaultFitGrid,
): LinearFit {
  checkGrid("fitQuantisedLinearExhaustive", grid);
  const { w0, wa, wm } = grid;
  const stages = checkedStages("fitQuantisedLinearExhaustive", network);
  const observed = observedWidths(stages);
  const settings: LinearSetting[] = [];
  for (const m of wm) {
    for (const start of w0) {
      for (const slope of wa) {
        let runs = 0;
        let last = -1;
        for (let j = 0; j < observed.length; j++) {
          const k = quantisedPower(start, slope, m, j);
          if (k !== last) runs++;
          last = k;
        }
        if (runs === stages.length) settings.push({ w0: start, wa: slope, wm: m });
      }
    }
  }
  if (settings.length === 0) {
    throw new RangeError(
      `fitQuantisedLinearExhaustive: no setting of the grid gives ${stages.length} stages; extend the grid`,
    );
  }
  return bestOf(settings, observed);
}
