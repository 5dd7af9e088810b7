/**
 * What a search makes small: of an architecture, at a fidelity, a value and what knowing it cost. A training, a row of a table, a
 * surrogate, a measured latency, a measure without training and a function of one's own are the same thing to a search.
 */
import type { AnyArchitecture } from "../architectures/family.js";
import type { Constraints } from "../spaces/sample.js";
import type { SweepSpec } from "../trials/spec.js";
import type { Cost } from "./cost.js";

/** How thoroughly something is asked. */
export interface Fidelity {
  /** Epochs of the recipe's schedule that are trained, from the first. Default: all. */
  readonly epochs?: number;
  /** Of whatever the objective leaves to chance: weights, order of images, a batch. Default 0. */
  readonly seed?: number;
}

export interface Measurement {
  /** In the objective's unit; NaN where it cannot be known, as of a training that failed. */
  readonly value: number;
  readonly cost: Cost;
  /** What is known of the rest: the error on the test split, the epochs, counts. Plain data, kept in the record. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What all objectives have. */
interface ObjectiveFacts {
  /** What figures and errors call it, such as `"validation error"`. */
  readonly name: string;
  /** All that decides its values, as plain data: part of a search's identity. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Which values are better. Default `"least"`; a search makes the negative of the others small. */
  readonly better?: "least" | "greatest";
  /** Of its values: `"%"`, `"s"`, `"multiply-adds"`. */
  readonly unit?: string;
  /** Which images decide it. Absent where none do. */
  readonly split?: "training" | "validation" | "test";
  /** Of what it can be asked at all: a search proposes nothing else. */
  readonly where?: Constraints<never>;
  /** The most epochs that it can be asked for, 0 where it knows nothing of a part of a training. Absent where that is not known. */
  readonly epochs?: number;
  /** Whether it knows an architecture, where it knows those of one space alone. */
  readonly knows?: (architecture: AnyArchitecture) => boolean;
  /** Whether it is the same after any number of epochs, as a count is. Default false. */
  readonly ignoresEpochs?: boolean;
  /**
   * Whether its values are times of this machine, which trainings at the same time lengthen: a search notes how many there were, as
   * `trainingsBeside` of the details. Default false.
   */
  readonly isTimed?: boolean;
}

/** Something that is known as soon as it is asked, or some time later, in this process. */
export interface MeasuredObjective<A extends AnyArchitecture = AnyArchitecture> extends ObjectiveFacts {
  /**
   * @throws RangeError for an architecture or a fidelity of which it knows nothing
   */
  measure(
    architecture: A,
    fidelity: Fidelity,
    options?: { readonly signal?: AbortSignal },
  ): Measurement | Promise<Measurement>;
}

/** What must hold of an architecture before it is worth anything else; see `limited`. */
export interface Limit<A extends AnyArchitecture = AnyArchitecture> {
  /** Something that is measured in this process. */
  readonly of: MeasuredObjective<A>;
  /** The greatest value that is taken, in its unit. */
  readonly most?: number;
  /** The least one. */
  readonly least?: number;
}

/** The error of a training in worker processes, which the runner of sweeps sees to. */
export interface TrainedObjective extends ObjectiveFacts {
  /** What is trained: a sweep's spec without what the search decides. */
  readonly trains: Pick<SweepSpec, "dataset" | "recipe" | "engine" | "precision" | "stem" | "run">;
  /** What is asked first: an architecture beyond one is not trained, and told as failed. */
  readonly limits?: readonly Limit[];
}

export type Objective<A extends AnyArchitecture = AnyArchitecture> = MeasuredObjective<A> | TrainedObjective;

/** Whether it is trained for, by workers. */
export const isTrained = (objective: Objective<never>): objective is TrainedObjective =>
  "trains" in objective;
