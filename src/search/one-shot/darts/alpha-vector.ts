/** α as one vector, edge after edge, and Adam on it as torch.optim computes it, in double. */
import { normal, type Random } from "../../../base/random.js";
import { Adam } from "../../controllers/adam.js";
import type { Alpha } from "../alpha.js";
import type { SharedEdge, Supernet } from "../supernet.js";
import type { AlphaSettings } from "./settings.js";

/** An edge with its place in the vector. */
export interface PlacedEdge extends SharedEdge {
  readonly offset: number;
  /** Whose edge it is, `"normal"` of `"normal.n2.e0"`; `"cell"` where a supernet has one kind of them alone. */
  readonly cell: string;
}

/** Where the numbers of each edge are in the vector. */
export interface AlphaLayout {
  readonly edges: readonly PlacedEdge[];
  readonly size: number;
}

/** Its node and itself: what the name of an edge ends in. */
const OWN_PARTS = 2;

/** What the cell of a supernet with one kind of cell is called. */
export const ONLY_CELL = "cell";

/** Whose edge it is, by its name. */
export const cellOf = (edge: string): string => edge.split(".").slice(0, -OWN_PARTS).join(".") || ONLY_CELL;

/** @throws RangeError for a supernet that leaves nothing to be chosen */
export function alphaLayout(fn: string, { sums, network }: Pick<Supernet, "sums" | "network">): AlphaLayout {
  const edges = new Map<string, PlacedEdge>();
  let size = 0;
  for (const { name, operations } of sums.flatMap(sum => sum.edges)) {
    if (edges.has(name)) continue;
    edges.set(name, { name, operations, offset: size, cell: cellOf(name) });
    size += operations.length;
  }
  if (size === 0) {
    throw new RangeError(
      `${fn}: expected a supernet with weighted sums, got none in "${network.name}"; supernet(space) makes one of a space with operations to choose`,
    );
  }
  return { edges: [...edges.values()], size };
}

/** Views of the vector, by edge. */
export const byEdge = ({ edges }: AlphaLayout, vector: Float64Array): Alpha =>
  new Map(
    edges.map(({ name, operations, offset }) => [name, vector.subarray(offset, offset + operations.length)]),
  );

/** Numbers by edge, such as gradients, as one vector. */
export function flatAlpha({ edges, size }: AlphaLayout, alpha: Alpha): Float64Array {
  const vector = new Float64Array(size);
  for (const { name, offset } of edges) vector.set(alpha.get(name)!, offset);
  return vector;
}

export const drawnAlpha = ({ size }: AlphaLayout, deviation: number, random: Random): Float64Array =>
  Float64Array.from({ length: size }, () => deviation * normal(random));

/** α and what Adam remembers of it: with them a search goes on bit by bit. */
export interface AlphaState {
  readonly alpha: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly steps: number;
}

export class AlphaOptimiser {
  readonly vector: Float64Array;
  readonly #adam: Adam;
  readonly #decay: number;

  /** @param vector moved in place */
  constructor(vector: Float64Array, { learningRate, beta1, beta2, weightDecay }: AlphaSettings) {
    this.vector = vector;
    this.#decay = weightDecay;
    this.#adam = new Adam(vector.length, { learningRate, beta1, beta2 });
  }

  step(gradient: Float64Array): void {
    const decayed = gradient.map((slope, i) => slope + this.#decay * this.vector[i]);
    this.#adam.step(this.vector, decayed);
  }

  get state(): AlphaState {
    const { first, second, steps } = this.#adam;
    return { alpha: [...this.vector], first: [...first], second: [...second], steps };
  }

  set state({ alpha, first, second, steps }: AlphaState) {
    this.vector.set(alpha);
    this.#adam.first.set(first);
    this.#adam.second.set(second);
    this.#adam.steps = steps;
  }
}
