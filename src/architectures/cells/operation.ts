/** What an operation of a cell is: a function of a state, with the filters and the stride that the cell asks of it. */
import type { Feature, Operators } from "../../networks/assembly/operators.js";
import type { CellConvention } from "./conventions.js";

/** What kind of work an operation is: what columns count, and pictures colour. */
export type OperationKind = "identity" | "none" | "pooling" | "separable" | "convolution" | "other";

export interface OperationParameters {
  /** Channels to give. */
  readonly out: number;
  readonly stride: number;
  readonly convention: CellConvention;
  /** Of normalisations; none given: the default. */
  readonly epsilon?: number | undefined;
}

/**
 * An operation. `build` appends its operators to `ops` and returns the last one's output, of `out` channels and
 * ⌈size / stride⌉. It must depend on its arguments alone. A user's is a value of the same type, under a name that no built-in
 * operation has.
 */
export interface Operation {
  readonly name: string;
  /** Default `"other"`. Drop path leaves out what is identity or none. */
  readonly kind?: OperationKind;
  build<F extends Feature>(ops: Operators<F>, x: F, parameters: OperationParameters): F;
}
