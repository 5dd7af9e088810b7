/** What is recorded of a search after every epoch. */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { type AnyStoredArchitecture, storeArchitecture } from "../../../architectures/stored.js";
import type { Supernet } from "../supernet.js";
import { type AlphaLayout, byEdge, ONLY_CELL, type PlacedEdge } from "./alpha-vector.js";

export interface DartsEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Rate of the weights' steps. */
  readonly learningRate: number;
  /** Mean cross-entropy of the weights' steps, nats. */
  readonly trainingLoss: number;
  /** With the running statistics, after the epoch: cross-entropy, nats, and error, per cent, of the images that α is moved by. */
  readonly validationLoss: number;
  readonly validationError: number;
  /** The same of the images that the weights are trained on, or the first 500 of them: error, per cent. */
  readonly trainingError: number;
  /** α by edge, one number for each of its operations. */
  readonly alpha: Readonly<Record<string, readonly number[]>>;
  /** By edge, the operation that the architecture keeps there; null where it keeps none. */
  readonly chosen: Readonly<Record<string, string | null>>;
  /** By cell, how many of the kept operations are skips. */
  readonly skips: Readonly<Record<string, number>>;
  readonly architecture: AnyStoredArchitecture;
  /** Wall time, seconds. */
  readonly seconds: number;
}

/** Operations that give what they read. */
const skipNames: ReadonlySet<string> = new Set(["identity", "skip_connect", "skip"]);

export const isSkip = (operation: string): boolean => skipNames.has(operation);

/** `2 skips in the normal cell`; a supernet's only cell is `the cell`. */
export const skipsText = (count: number, cell: string): string =>
  `${count} ${count === 1 ? "skip" : "skips"} in the ${cell === ONLY_CELL ? "" : `${cell} `}cell`;

/** Operations that give zeros: an edge that keeps one has no path. */
const zeroNames: ReadonlySet<string> = new Set(["none", "zero"]);

/** Of weights that add up to 1, in nats: 0 is a choice made, the logarithm of their number is none. */
export const entropyOf = (weights: ArrayLike<number>): number =>
  Array.from(weights).reduce((sum, weight) => (weight > 0 ? sum - weight * Math.log(weight) : sum), 0);

/** What an architecture keeps of a supernet's edges; null where it keeps nothing, or zeros. */
export function chosenOf<A extends AnyArchitecture>(
  supernet: Supernet<A>,
  architecture: A,
): Record<string, string | null> {
  const mixture = supernet.mixture(architecture);
  const chosen: Record<string, string | null> = {};
  for (const { group, edges } of supernet.sums) {
    const weights = mixture.get(group)!;
    let offset = 0;
    for (const { name, operations } of edges) {
      const kept = operations.find((_, i) => weights[offset + i] !== 0);
      offset += operations.length;
      chosen[name] = kept === undefined || zeroNames.has(kept) ? null : kept;
    }
  }
  return chosen;
}

/** Skips that are kept, by cell. */
function skipsOf(edges: readonly PlacedEdge[], chosen: Readonly<Record<string, string | null>>) {
  const skips: Record<string, number> = {};
  for (const { name, cell } of edges) {
    skips[cell] = (skips[cell] ?? 0) + (isSkip(chosen[name] ?? "") ? 1 : 0);
  }
  return skips;
}

/** @param measured what the epoch came to */
export function epochRecord<A extends AnyArchitecture>(
  supernet: Supernet<A>,
  layout: AlphaLayout,
  vector: Float64Array,
  measured: Omit<DartsEpoch, "alpha" | "chosen" | "skips" | "architecture">,
): DartsEpoch {
  const alpha = byEdge(layout, vector);
  const architecture = supernet.discretise(alpha);
  const chosen = chosenOf(supernet, architecture);
  return {
    ...measured,
    alpha: Object.fromEntries(Array.from(alpha, ([name, values]) => [name, [...values]])),
    chosen,
    skips: skipsOf(layout.edges, chosen),
    architecture: storeArchitecture(architecture),
  };
}
