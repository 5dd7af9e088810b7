/**
 * Layer assignment (NIR; Meng et al., "Neural Inheritance Relation Guided One-Shot Layer Assignment Search", AAAI 2020, arXiv
 * 2002.12580): which numbers of layers in the stages of a network were trained, and what came of each training. The paper's code
 * and body were not available: what is asked of the errors here follows its abstract, how is [inferred].
 */
import { familyOf } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { isList } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { SpaceTable } from "../table/space-table.js";

/** An assignment and its trainings. */
export interface AssignmentRow {
  /** Layers of each stage. */
  readonly depths: readonly number[];
  /** Error of each training, per cent. */
  readonly errors: ArrayLike<number>;
  /** Multiply-adds; only budgets of flops need them. */
  readonly flops?: number;
}

/** An assignment with what is computed of it. */
export interface TrainedAssignment {
  readonly depths: readonly number[];
  /** Layers of all stages together. */
  readonly depth: number;
  /** NaN where they are not known. */
  readonly flops: number;
  readonly errors: readonly number[];
  /** Mean of the trainings, per cent. */
  readonly error: number;
}

/** All assignments of a study, from few layers to many. */
export interface AssignmentErrors {
  readonly name: string;
  readonly assignments: readonly TrainedAssignment[];
}

export interface AssignmentErrorsOptions {
  /** Which errors of a table. Default `"test"`. */
  readonly split?: "test" | "validation";
  /** Default: the table's. */
  readonly name?: string;
}

/**
 * The errors of all assignments, of a table of trainings (`table("SmallAssignments")`) or of rows that were read elsewhere.
 *
 * @throws RangeError for a table whose architectures have no stages, or several of which have one assignment or no training; and for rows
 *   that are no assignments, or twice the same one
 * @example
 * ```ts
 * import { assignmentErrors } from "netspace/search";
 *
 * const errors = assignmentErrors([
 *   { depths: [1, 1], errors: [30, 31] },
 *   { depths: [1, 2], errors: [20, 22] },
 *   { depths: [2, 1], errors: [25, 24] },
 * ]);
 * errors.assignments.map(({ error }) => error); // => [30.5, 21, 24.5]
 * ```
 */
export function assignmentErrors<A extends AnyArchitecture>(
  source: SpaceTable<A> | readonly AssignmentRow[],
  options: AssignmentErrorsOptions = {},
): AssignmentErrors {
  const fn = "assignmentErrors";
  expectOptions(fn, options, { split: "text?", name: "text?" });
  const { split = "test", name } = options;
  if (split !== "test" && split !== "validation") {
    throw new RangeError(`${fn}: split must be "test" or "validation", got ${say(split)}`);
  }
  const isTable = source instanceof SpaceTable;
  if (!isTable && !isList(source)) {
    throw new RangeError(
      `${fn}: expected a table of trainings, or rows { depths, errors }, got ${say(source)}; await table("SmallAssignments") is a table`,
    );
  }
  const rows = isTable ? rowsOf(fn, source, split) : Array.from(source);
  const stages = isList((rows[0] as unknown as AssignmentRow | undefined)?.depths)
    ? rows[0].depths.length
    : 0;
  const seen = new Set<string>();
  const assignments = rows.map(row => {
    const one = checked(fn, row, stages);
    const key = one.depths.join("-");
    if (seen.has(key)) {
      throw new RangeError(
        `${fn}: expected each assignment once, got ${key} twice; where more than the layers differs, give those of one kind as rows`,
      );
    }
    seen.add(key);
    return one;
  });
  if (assignments.length === 0) throw new RangeError(`${fn}: expected assignments, got none`);
  return {
    name: name ?? (isTable ? source.name : "assignments"),
    assignments: assignments.sort((a, b) => a.depth - b.depth),
  };
}

function rowsOf<A extends AnyArchitecture>(
  fn: string,
  table: SpaceTable<A>,
  split: "test" | "validation",
): AssignmentRow[] {
  return table.rows.map(({ architecture, trainings, flops, function: form }) => {
    const depths = familyOf(architecture).depths?.(architecture);
    if (!depths) {
      throw new RangeError(
        `${fn}: expected a table of networks with stages, got ${table.name}, of family "${familyOf(architecture).name}", which has no depths()`,
      );
    }
    if (trainings.length === 0) {
      throw new RangeError(
        `${fn}: expected trainings of every assignment, got none of ${form}; netspace table train goes on with the table`,
      );
    }
    const errors = trainings.map(({ error, validationError = Number.NaN }) =>
      split === "test" ? error : validationError,
    );
    return { depths, errors, flops };
  });
}

function checked(fn: string, row: AssignmentRow, stages: number): TrainedAssignment {
  const { depths, errors, flops = Number.NaN } = isObject(row) ? row : ({} as Partial<AssignmentRow>);
  const given = isList(depths) ? Array.from(depths) : [];
  const isAssignment =
    given.length > 0 &&
    given.length === stages &&
    given.every(depth => Number.isSafeInteger(depth) && depth >= 0);
  if (!isAssignment) {
    throw new RangeError(
      `${fn}: expected a number of layers for each of ${Math.max(1, stages)} stages as depths, got ${say(depths)}`,
    );
  }
  const all = isList(errors) ? Array.from(errors) : [];
  if (all.length === 0 || !all.every(error => Number.isFinite(error))) {
    throw new RangeError(
      `${fn}: expected the errors of trainings for ${given.join("-")}, numbers, got ${say(errors)}`,
    );
  }
  if (typeof flops !== "number") {
    throw new RangeError(`${fn}: expected flops as a number for ${given.join("-")}, got ${say(flops)}`);
  }
  return {
    depths: given,
    depth: given.reduce((a, b) => a + b, 0),
    flops,
    errors: all,
    error: all.reduce((a, b) => a + b, 0) / all.length,
  };
}

/** @throws RangeError unless it is what `assignmentErrors` gives */
export function requireAssignments(fn: string, errors: AssignmentErrors): readonly TrainedAssignment[] {
  const given: unknown = isObject(errors) ? errors.assignments : undefined;
  const isOne = (one: Partial<TrainedAssignment>) =>
    isObject(one) && isList(one.depths) && isList(one.errors) && typeof one.error === "number";
  if (Array.isArray(given) && given.length > 0 && Array.from(given).every(isOne)) return errors.assignments;
  throw new RangeError(`${fn}: expected what assignmentErrors(table) gives, got ${say(errors)}`);
}

/** Whether an assignment has at least as many layers in every stage as another: it can have grown from it. */
export const contains = (large: readonly number[], small: readonly number[]): boolean =>
  small.every((depth, s) => large[s] >= depth);
