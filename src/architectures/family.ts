/**
 * What a family of architectures is: the rules by which some kind of data becomes a network, and back to data.
 *
 * AnyNet is one family among several. An architecture says which one it is of by its `family`; one that says nothing
 * is an AnyNet, as in every store from before there were others. A user's family is a value of the same type, written
 * in a notebook cell or a module: what it gives is built, counted, sampled, drawn and trained like the built-in ones,
 * and comes back from stores once `registerFamily` has made its name known.
 */
import type { Architecture } from "./anynet/architecture.js";
import type { Assembly, Feature } from "../networks/assembly/operators.js";
import type { OperationGraph } from "./operation-graph.js";

/** What architectures of all families have in common; the rest is their family's. */
export interface AnyArchitecture {
  /** None: AnyNet. */
  readonly family?: Family | undefined;
  readonly name?: string;
  /** Default 1000. */
  readonly classes?: number;
  /** Height and width of the images it is meant for, pixels, where the space has them as a parameter. */
  readonly resolution?: number;
}

/** Whether an architecture is an AnyNet: it names no family. */
export const isAnyNet = (architecture: AnyArchitecture): architecture is Architecture =>
  architecture.family === undefined;

/** What functions take for an architecture: an AnyNet, or what names its family, as a value or written out. */
export type GivenArchitecture =
  | Architecture
  | AnyArchitecture
  | (AnyArchitecture & { readonly family: Family; readonly [part: string]: unknown });

/** A family of architectures. Architectures are plain data but for what `toJson` and `fromJson` exchange for a name. */
export interface Family<A extends AnyArchitecture = AnyArchitecture> {
  /** What stores know it by: unlike any other family's. */
  readonly name: string;
  /** @throws NetworkError that begins with `caller` and names the first part that no network can have */
  check(caller: string, architecture: A): void;
  /** Walks an architecture from image to logits, handing each operator to `ops`; gives the logits. */
  assemble<F extends Feature>(ops: Assembly<F>, image: F, architecture: A): F;
  /**
   * The numbers that tell its architectures from each other, by the names that they have as columns of a population;
   * `depth` is also what windows of depth look at. The same names for all, but for those that some lack.
   */
  parameters(architecture: A): Readonly<Record<string, number>>;
  /** A short name that tells an architecture from others. */
  title(architecture: A): string;
  /** The architecture as an object for JSON, without its family; `family` and `columns` are stores' own. */
  toJson(architecture: A): object;
  /**
   * The architecture that `toJson` gave such an object for. It is checked afterwards.
   *
   * @param own the user's code that was given with it, such as blocks, for what is known by name
   */
  fromJson(json: Readonly<Record<string, unknown>>, own?: readonly { readonly name: string }[]): A;
  /**
   * The names that an object for `fromJson` may have besides those of all families: any other is refused, with its name,
   * where it would be passed over. Default: any.
   */
  readonly fields?: readonly string[];
  /**
   * A copy that stays as it is, for spaces whose `sketch` writes over its architecture. Default: through `toJson` and
   * `fromJson`.
   */
  copy?(architecture: A): A;
  /** What errors of building name besides the layer: the block at that place, or of all of it. Default: the family. */
  maker?(architecture: A, place?: string): string | undefined;
  /**
   * The user's code that an architecture brings along, such as a block, if any: what it is counted as is compared with
   * what it is built as, now and then. Of a family that is not built in: the family.
   */
  code?(architecture: A): object | undefined;
  /**
   * Of a built-in family: whether `fromJson` brings such an object back without code of the user's, such as an operation
   * that it names. Default: it does.
   */
  isWhole?(json: Readonly<Record<string, unknown>>): boolean;
  /**
   * A text that is equal for architectures whose networks compute the same functions with the right weights, as far as the
   * family knows how to tell; two operations that are alike may be one in it, though each has weights of its own.
   * `canonical` asks it. Default: what `toJson` gives.
   */
  canonical?(architecture: A): string;
  /**
   * The architecture that a text names, such as a published cell's string; undefined for a text that names none of this
   * family. `zoo` asks the families that are known for what is not in its list.
   *
   * @throws NetworkError that begins with `caller`, for a text that is meant for this family and names nothing
   */
  named?(caller: string, text: string): A | undefined;
  /** Layers of each stage, where a stage may have another number of them. */
  depths?(architecture: A): readonly number[];
  /** The same architecture with so many layers in each stage; undefined where a stage cannot have so many. */
  withDepths?(architecture: A, depths: readonly number[]): A | undefined;
  /**
   * How `scale` multiplies its layers and its channels, each a factor other than 1; one that is missing cannot be scaled. What
   * widths are multiples of is the divisor.
   */
  readonly scales?: {
    depth?(architecture: A, factor: number): A;
    width?(architecture: A, factor: number, divisor: number): A;
  };
  /** Its cells, or its layers with their skips, as graphs that pictures are made of (`cellDiagram`). */
  graphs?(architecture: A): readonly OperationGraph[];
}
