/**
 * The grid of settings that a fit tries, with what does not depend on the network tabulated once: the blocks at which
 * each setting's power of w_m rises.
 */
import { refuseUnknown } from "../../base/expect-options.js";
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { quantisedPower as power } from "./regnet.js";

/** The values to try. */
export interface FitGrid {
  readonly w0: readonly number[];
  readonly wa: readonly number[];
  readonly wm: readonly number[];
}

const steps = (low: number, high: number, step: number): number[] =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) =>
    Number((low + i * step).toPrecision(12)),
  );

/** The calibrated grid: w₀ 48…256 step 8, w_a 1…256 step 1, w_m 1.5…3 step 0.1 [inferred]. */
export const defaultFitGrid: FitGrid = {
  w0: steps(48, 256, 8),
  wa: steps(1, 256, 1),
  wm: steps(1.5, 3, 0.1),
};

/** A grid with the blocks at which its settings rise. */
export interface Prepared extends FitGrid {
  /** For setting i (wm outermost, wa innermost), rises[k − 1][i] is the first block of power k. */
  readonly rises: readonly Uint16Array[];
  /** Blocks covered. */
  readonly depth: number;
}

const prepared = new WeakMap<FitGrid, Prepared>();

/** @throws RangeError for a grid without values, or with some that no rule can have */
export function checkGrid(caller: string, grid: FitGrid): void {
  if (!isObject(grid)) throw new RangeError(`${caller}: expected a grid, { w0, wa, wm }, got ${say(grid)}`);
  refuseUnknown(caller, grid, { w0: true, wa: true, wm: true });
  const { w0, wa, wm } = grid;
  const valid = (values: readonly number[], least: number) =>
    Array.isArray(values) && values.length > 0 && holdsForAll(values, v => Number.isFinite(v) && v > least);
  if (valid(w0, 0) && valid(wa, 0) && valid(wm, 1)) return;
  const list = (values: readonly number[]) =>
    Array.isArray(values) ? `[${values.map(say).join(", ")}]` : say(values);
  throw new RangeError(
    `${caller}: expected a grid of w0 > 0, wa > 0 and wm > 1, got w0 ${list(w0)}, wa ${list(wa)}, wm ${list(wm)}`,
  );
}

/** The grid with its rises, for networks of up to `depth` blocks at least. */
export function prepare(grid: FitGrid, depth: number): Prepared {
  const known = isObject(grid) ? prepared.get(grid) : undefined;
  if (known && known.depth >= depth) return known;
  checkGrid("fitQuantisedLinear", grid);
  const { w0, wa, wm } = grid;
  // With room to grow, so that a population of rising depths prepares few times.
  const covered = Math.max(64, 2 ** Math.ceil(Math.log2(depth)));
  const most = power(Math.min(...w0), Math.max(...wa), Math.min(...wm), covered - 1);
  const settings = w0.length * wa.length * wm.length;
  const rises = Array.from({ length: most }, () => new Uint16Array(settings).fill(covered));
  let at = 0;
  for (const m of wm) {
    for (const start of w0) {
      for (const slope of wa) {
        for (let k = 1; k <= most; k++) {
          // u_j reaches w₀·w_m^(k − ½) here; rounding may put the rise one block to either side.
          let j = Math.max(0, Math.floor(((m ** (k - 0.5) - 1) * start) / slope) - 1);
          if (j >= covered) break;
          while (j < covered && power(start, slope, m, j) < k) j++;
          rises[k - 1][at] = j;
        }
        at++;
      }
    }
  }
  const result = { ...grid, rises, depth: covered };
  prepared.set(grid, result);
  return result;
}
