/**
 * RegNet: block widths from the quantised linear rule (paper, section 3.3, equations 2–4).
 */
import { holdsForAll } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { type Architecture, simpleStem } from "../anynet/architecture.js";
import type { Stage } from "../anynet/block.js";
import { X } from "../anynet/blocks/index.js";
import { checkParts, MOST_BLOCKS } from "../anynet/check-architecture.js";
import { compatible, roundHalfEven } from "../anynet/compatibility.js";
import { NetworkError } from "../../networks/shapes.js";

/** The six numbers of a RegNet. */
export interface RegNetParameters {
  /** Blocks in all, d. */
  readonly depth: number;
  /** Initial width w₀ > 0, a multiple of 8. */
  readonly w0: number;
  /** Slope w_a ≥ 0 of the width a block. */
  readonly wa: number;
  /** Width multiplier w_m > 1 between quantised widths. */
  readonly wm: number;
  readonly bottleneck: number;
  readonly groupWidth: number;
}

/** Widths come in multiples of this many channels. */
const QUANTUM = 8;

/** What the quantised linear rule gives for each block. */
export interface QuantisedWidths {
  /** Widths a block, multiples of 8. */
  readonly widths: number[];
  /** max_j ⌊s_j⌉ + 1: the number of stages if no power of w_m is skipped. */
  readonly levels: number;
}

/**
 * The powers ⌊s_j⌉ of w_m a block, from u_j = w₀ + w_a·j = w₀·w_m^{s_j} (equations 2 and 3). Halves go to the even
 * neighbour, as in NumPy.
 *
 * @example
 * ```ts
 * quantisedPowers({ depth: 4, w0: 24, wa: 36, wm: 2.5 }); // => [0, 1, 2, 2]
 * ```
 */
export function quantisedPowers(rule: Pick<RegNetParameters, "depth" | "w0" | "wa" | "wm">): number[] {
  checkRule("quantisedPowers", rule);
  return powersOf(rule);
}

function powersOf({ depth, w0, wa, wm }: Pick<RegNetParameters, "depth" | "w0" | "wa" | "wm">): number[] {
  const logWm = Math.log(wm);
  const powers: number[] = [];
  for (let j = 0; j < depth; j++) powers.push(power(w0, wa, logWm, j));
  return powers;
}

function checkRule(caller: string, rule: Pick<RegNetParameters, "depth" | "w0" | "wa" | "wm">): void {
  if (!isObject(rule)) throw new RangeError(`${caller}: expected { depth, w0, wa, wm }, got ${say(rule)}`);
  const { depth, w0, wa, wm } = rule;
  const finite = Number.isFinite(w0) && Number.isFinite(wa) && Number.isFinite(wm);
  if (finite && wa >= 0 && w0 > 0 && wm > 1 && Number.isInteger(depth) && depth > 0 && depth <= MOST_BLOCKS)
    return;
  throw new RangeError(
    `${caller}: expected depth from 1 to ${MOST_BLOCKS}, w0 > 0, wa ≥ 0 and wm > 1, got depth ${say(depth)}, w0 ${say(w0)}, wa ${say(wa)}, wm ${say(wm)}`,
  );
}

/** ⌊s_j⌉ of one block. */
export const quantisedPower = (w0: number, wa: number, wm: number, j: number): number =>
  power(w0, wa, Math.log(wm), j);

const power = (w0: number, wa: number, logWm: number, j: number): number =>
  roundHalfEven(Math.log((w0 + wa * j) / w0) / logWm);

/**
 * Widths a block by the quantised linear rule: w_j = w₀·w_m^{⌊s_j⌉} (equation 4), rounded to a multiple of 8.
 *
 * @example
 * ```ts
 * const { widths } = quantisedWidths({ depth: 13, w0: 24, wa: 36.44, wm: 2.49 }); // RegNetX-200MF
 * [...new Set(widths)]; // => [24, 56, 152, 368]
 * ```
 */
export function quantisedWidths(rule: Pick<RegNetParameters, "depth" | "w0" | "wa" | "wm">): QuantisedWidths {
  checkRule("quantisedWidths", rule);
  const powers = powersOf(rule);
  const widths: number[] = [];
  for (let j = 0; j < powers.length; j++) {
    const s = powers[j];
    // Powers do not fall, so equal ones are together.
    const same = j > 0 && s === powers[j - 1];
    widths.push(same ? widths[j - 1] : roundHalfEven((rule.w0 * rule.wm ** s) / QUANTUM) * QUANTUM);
  }
  const [first, last] = [widths[0], widths[widths.length - 1]];
  if (!(first >= QUANTUM && Number.isSafeInteger(last))) {
    throw new RangeError(
      `quantisedWidths: w0 ${rule.w0}, wa ${rule.wa} and wm ${rule.wm} give widths from ${first} to ${last}, expected integers from ${QUANTUM} on; take a larger w0 or a smaller wa`,
    );
  }
  return { widths, levels: powers[powers.length - 1] + 1 };
}

function requireWidths(widths: unknown): void {
  if (Array.isArray(widths) && holdsForAll(widths, width => typeof width === "number")) return;
  throw new RangeError(`stagesOf: expected an array of widths, one a block, got ${say(widths)}`);
}

/**
 * Runs of equal width, as stages: [48, 48, 96] → two of width 48, one of 96.
 *
 * @example
 * ```ts
 * stagesOf([48, 48, 96]); // => [{ width: 48, depth: 2 }, { width: 96, depth: 1 }]
 * ```
 */
export function stagesOf(widths: readonly number[]): { width: number; depth: number }[] {
  requireWidths(widths);
  return runsIn(widths);
}

/** Blocks of one width in a row. */
interface Run {
  width: number;
  depth: number;
}

/** `stagesOf` for widths that were computed: of a space's settings most come to no more than this. */
export function runsIn(widths: readonly number[]): Run[] {
  const runs: Run[] = [];
  let last: Run | undefined;
  for (let j = 0; j < widths.length; j++) {
    const width = widths[j];
    if (last?.width === width) last.depth++;
    else {
      last = { width, depth: 1 };
      runs.push(last);
    }
  }
  return runs;
}

/**
 * The architecture of a RegNet; every stage begins with stride 2, and widths are made compatible with g. It keeps
 * the six numbers as its `parameters`.
 *
 * @example
 * ```ts
 * const network = regNet({ depth: 13, w0: 24, wa: 36.44, wm: 2.49, bottleneck: 1, groupWidth: 8 });
 * network.stages.map(({ depth, width }) => [depth, width]); // => [[1, 24], [1, 56], [4, 152], [7, 368]]
 * ```
 */
export function regNet(parameters: RegNetParameters, options: Partial<Architecture> = {}): Architecture {
  checkRule("regNet", parameters);
  if (!isObject(options)) {
    throw new NetworkError(`regNet: expected options such as { block, stem, … }, got ${say(options)}`);
  }
  checkParts("regNet", options);
  return regNetOfRuns(runsIn(quantisedWidths(parameters).widths), parameters, options);
}

/** The same where the runs of widths that the parameters give are known already. */
export function regNetOfRuns(
  runs: readonly Readonly<Run>[],
  parameters: RegNetParameters,
  options: Partial<Architecture>,
): Architecture {
  const { bottleneck, groupWidth: wanted } = parameters;
  const stages = runs.map((run): Stage => {
    const { width, groupWidth } = compatible(run.width, bottleneck, wanted);
    return { depth: run.depth, width, bottleneck, groupWidth, stride: 2 };
  });
  // Called for every candidate of a sample: what the options are has been looked at.
  return { stem: simpleStem, block: X, ...options, parameters: { ...parameters }, stages };
}
