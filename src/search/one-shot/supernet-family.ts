/** How a family's architectures are put into one network: what a supernet of the user's own family is made by. */
import type { AnyArchitecture } from "../../architectures/family.js";
import type { Space } from "../../spaces/space.js";
import type { Alpha } from "./alpha.js";
import type { SharedNetwork } from "./shared-network.js";

/** See `SupernetOptions`. */
export type SupernetForm = "relaxed" | "paths";

/** What a supernet is made for. */
export interface SupernetPlan<A extends AnyArchitecture> {
  /** What errors begin with. */
  readonly caller: string;
  readonly name: string;
  readonly space: Space<A>;
  /**
   * Architectures of the space that between them have every option of each of its choices, in the order of the options, and
   * some that are drawn. Their fixed parts are the same.
   */
  readonly examples: readonly A[];
  readonly classes: number;
  readonly resolution: number;
  /** None: the family's default. */
  readonly form: SupernetForm | undefined;
}

/** A supernet's network, and how its paths are architectures. */
export interface SupernetDesign<A extends AnyArchitecture> extends SharedNetwork {
  /**
   * The operations that an architecture has, by edge; one that it has twice, twice. Those that the supernet does not have are
   * refused afterwards.
   */
  chosen(architecture: A): Iterable<readonly [edge: string, operation: string]>;
  /** The architecture of an α that was checked; `strongest` gives an edge's operation of the largest. */
  discretise(alpha: Alpha): A;
  /** See `Supernet`. */
  layerOf?(architecture: A, layer: string): string;
}

/** Makes supernets of a family's spaces. */
export interface SupernetFamily<A extends AnyArchitecture = AnyArchitecture> {
  /** The family's name. */
  readonly family: string;
  /** What all paths of one supernet have in common, by the names that errors say. */
  fixed(architecture: A): Readonly<Record<string, unknown>>;
  /** @throws RangeError beginning with the plan's caller, for a space whose architectures cannot share */
  design(plan: SupernetPlan<A>): SupernetDesign<A>;
}
