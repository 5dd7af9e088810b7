/**
 * The inverse of the quantised linear rule: (w₀, w_a, w_m) for any network's widths, and how well they fit, e_fit
 * (paper, section 3.3 and Figure 8).
 *
 * The paper grid-searches the three parameters for "the mean log-ratio of predicted to observed per-block widths" and
 * released no code. This definition is calibrated on its plots [inferred]:
 * e_fit = min over the grid of mean_j (log₂(ŵ_j / w_j))², ŵ_j = w₀·w_m^⌊s_j⌉ before rounding to 8, among the settings
 * that give as many stages as the network has. It gives .224, 3.67, 3.02 and 1.46 for the networks of Figure 6 with
 * errors 38.9, 72.0, 65.7 and 65.0, against .216, 3.71, 2.91 and 1.45 read off Figure 8.
 *
 * The search finds what trying every setting finds, and fast. What a setting does to d blocks follows from the blocks at which the power of
 * w_m rises, and these do not depend on the network: they are tabulated once a grid. A network's widths enter by
 * their prefix sums, so that a setting costs a few operations a stage, and settings that cannot win are left out.
 */
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import type { Architecture } from "../anynet/architecture.js";
import { defaultFitGrid, type FitGrid, prepare } from "./fit-grid.js";
import { quantisedPower as power } from "./regnet.js";

/** One setting of the rule. */
export interface LinearSetting {
  readonly w0: number;
  readonly wa: number;
  readonly wm: number;
}

/** What fits best. */
export interface LinearFit extends LinearSetting {
  /** e_fit: mean squared log₂ ratio of predicted to observed widths, at the optimum. */
  readonly error: number;
  /** Every setting of the grid with that error, by rising w_m, w₀ and w_a; the fit's own is the middle one. */
  readonly optima: readonly LinearSetting[];
}

/** Stages as a fit sees them. */
export type StageWidths = readonly { readonly depth: number; readonly width: number }[];

/**
 * The settings of the quantised linear rule that fit a network best.
 *
 * @param network an architecture, or its stages' depths and widths
 * @throws RangeError for stages without blocks or width, or if no setting of the grid gives their number of stages
 * @example
 * ```ts
 * const widths = [48, 80, 352, 560];
 * const stages = [1, 2, 2, 4].map((depth, i) => ({ depth, width: widths[i] }));
 * fitQuantisedLinear(stages).error; // ≈ 0.224
 * ```
 */
export function fitQuantisedLinear(
  network: Architecture | StageWidths,
  grid: FitGrid = defaultFitGrid,
): LinearFit {
  const stages = checkedStages("fitQuantisedLinear", network);
  const observed = observedWidths(stages);
  const depth = observed.length;
  const count = stages.length;
  const { w0, wa, wm, rises } = prepare(grid, depth);
  const sums = new Float64Array(depth + 1);
  let squares = 0;
  for (let j = 0; j < depth; j++) {
    sums[j + 1] = sums[j] + observed[j];
    squares += observed[j] ** 2;
  }
  const logW0 = w0.map(Math.log2);
  const logWm = wm.map(Math.log2);
  // Sums of squares carry rounding: settings this near the least are compared again, term by term.
  const near = 1e-9 * (1 + squares);
  const lastRise = count > 1 ? rises[count - 2] : undefined;
  let least = Infinity;
  let candidates: number[] = [];
  // With w₀ and w_m given, no slope fits better than every stage at its nearest power. In rising order of that bound,
  // the search ends at the first pair that cannot reach what was found.
  const pairs = wm.flatMap((_, m) =>
    w0.map((__, start) => ({ m, start, bound: boundOf(stages, logW0[start], logWm[m]) })),
  );
  pairs.sort((a, b) => a.bound - b.bound);
  for (const { m, start, bound } of pairs) {
    if (bound > least + near) break;
    const first = (m * w0.length + start) * wa.length;
    for (let at = first; at < first + wa.length; at++) {
      // Fewer powers than stages are reached within these blocks: most settings end here.
      if (lastRise && lastRise[at] >= depth) continue;
      let from = 0;
      let runs = 0;
      let sum = squares;
      for (let k = 0; k <= rises.length && from < depth && runs <= count; k++) {
        const to = k < rises.length ? Math.min(rises[k][at], depth) : depth;
        if (to === from) continue;
        const predicted = logW0[start] + k * logWm[m];
        sum += (to - from) * predicted * predicted - 2 * predicted * (sums[to] - sums[from]);
        from = to;
        runs++;
      }
      if (runs !== count || sum > least + near) continue;
      if (sum < least - near) candidates = [];
      if (sum < least) least = sum;
      candidates.push(at);
    }
  }
  if (candidates.length === 0) {
    throw new RangeError(
      `fitQuantisedLinear: no setting of the grid gives ${stages.length} stages in ${depth} blocks; extend the grid`,
    );
  }
  candidates.sort((a, b) => a - b);
  const settings = candidates.map(at => {
    const pair = Math.floor(at / wa.length);
    return { w0: w0[pair % w0.length], wa: wa[at % wa.length], wm: wm[Math.floor(pair / w0.length)] };
  });
  return bestOf(settings, observed);
}

/** The least sum of squares that powers of w_m can reach, each stage at the power nearest to it. */
function boundOf(stages: StageWidths, logW0: number, logWm: number): number {
  let sum = 0;
  for (const { depth, width } of stages) {
    const away = Math.log2(width) - logW0;
    sum += depth * (away - Math.max(0, Math.round(away / logWm)) * logWm) ** 2;
  }
  return sum;
}

/** Mean squared log₂ ratio of a setting to the observed log₂ widths. */
function errorOf({ w0, wa, wm }: LinearSetting, observed: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < observed.length; j++) {
    sum += (Math.log2(w0) + power(w0, wa, wm, j) * Math.log2(wm) - observed[j]) ** 2;
  }
  return sum / observed.length;
}

/** The settings with the least error. */
export function bestOf(settings: readonly LinearSetting[], observed: readonly number[]): LinearFit {
  const errors = settings.map(setting => errorOf(setting, observed));
  const error = errors.reduce((a, b) => Math.min(a, b));
  const optima = settings.filter((_, i) => errors[i] === error);
  return { ...optima[Math.floor(optima.length / 2)], error, optima };
}

export function checkedStages(caller: string, network: Architecture | StageWidths): StageWidths {
  const stages: StageWidths = isObject(network) && "stages" in network ? network.stages : network;
  if (!Array.isArray(stages) || !holdsForAll(stages, stage => typeof stage === "object" && stage !== null)) {
    throw new RangeError(`${caller}: expected an architecture or its stages, got ${say(network)}`);
  }
  const isCount = (value: number) => Number.isSafeInteger(value) && value > 0;
  const odd = stages.find(({ depth, width }) => !isCount(depth) || !(Number.isFinite(width) && width > 0));
  if (stages.length === 0 || odd) {
    const got = odd ? `depth ${say(odd.depth)} and width ${say(odd.width)}` : "no stage";
    throw new RangeError(`${caller}: expected stages of depth ≥ 1 and width > 0, got ${got}`);
  }
  return stages;
}

/** log₂ of the width of each block. */
export const observedWidths = (stages: StageWidths): number[] =>
  stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => Math.log2(width)));
