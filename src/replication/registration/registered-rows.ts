/**
 * Whether a population's rows are the trials that its spec says: the networks that the spec samples, at their places,
 * each once, trained as the spec says and to its end, with the error that the last epoch ended with. Who joins, edits or
 * mixes up files is reported before a verdict.
 */
import { storeArchitecture } from "../../architectures/stored.js";
import { repeatedTrials } from "../../populations/repeated-trials.js";
import type { CheckedSpec } from "../../trials/spec.js";
import { trialsOf } from "../../trials/trials-of.js";
import { canonicalJson, isSettled, sweepId, type TrialRecord } from "../../trials/trial.js";

/** What is known of a trial before it is trained. */
interface Expected {
  readonly network: string;
  readonly flops: number;
  readonly id: string;
  readonly epochs: number;
}

/** By sweep: a registration is decided again whenever one of its populations grows. */
const known = new Map<string, readonly Expected[]>();

function expectedOf(spec: CheckedSpec): readonly Expected[] {
  const key = sweepId(spec);
  let expected = known.get(key);
  if (!expected) {
    expected = trialsOf(spec).map(({ id, architecture, flops, params, acts, drawn, recipe }) => ({
      network: networkText(storeArchitecture(architecture), { flops, params, acts }, drawn),
      flops,
      id,
      epochs: recipe.epochs,
    }));
    known.set(key, expected);
  }
  return expected;
}

const networkText = (
  architecture: TrialRecord["architecture"],
  { flops, params, acts }: TrialRecord["complexity"],
  drawn: TrialRecord["drawn"] = {},
): string => canonicalJson({ architecture, complexity: { flops, params, acts }, drawn });

/** Misfits that are named. */
const SHOWN = 3;

/**
 * What is wrong with the rows, in words: `it has 250 ids more than once in 500 rows`. Undefined if they are the spec's.
 *
 * @param spec with as many networks as rows are spoken of
 * @param trials in any order; some may be missing
 */
export function rowMisfit(spec: CheckedSpec, trials: readonly TrialRecord[]): string | undefined {
  const [repeated] = repeatedTrials(trials);
  if (repeated !== undefined) return `has ${repeated}`;
  const expected = expectedOf(spec);
  const misfits = trials.flatMap(trial => {
    const misfit = misfitOf(trial, expected[trial.index]);
    return misfit === undefined ? [] : [`network ${trial.index} ${misfit}`];
  });
  if (misfits.length === 0) return undefined;
  const more = misfits.length - SHOWN;
  const said = [...misfits.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  return `has rows that are not its spec's: ${said}`;
}

function misfitOf(trial: TrialRecord, expected: Expected | undefined): string | undefined {
  if (!expected) return "is none of its sweep";
  const { epochs, id, status, architecture, complexity, drawn, error, validationError } = trial;
  if (!isSettled({ status })) return `is ${status}`;
  for (const [what, value] of Object.entries({ errs: error, "errs in validation": validationError })) {
    if (value !== undefined && value !== null && (value < 0 || value > 100)) return `${what} by ${value} %`;
  }
  if (expected.network !== networkText(architecture, complexity, drawn)) {
    const { flops } = complexity;
    return flops === expected.flops ? "is another" : `has ${flops} flops, the sampled one ${expected.flops}`;
  }
  if (expected.id !== id) return `was trained as another trial, ${id} for ${expected.id}`;
  return status === "finished" && epochs
    ? curveMisfit(expected, { error, validationError }, epochs)
    : undefined;
}

/** A training that did not run to its end, or an error that is not what the last epoch was tested with. */
function curveMisfit(
  expected: Expected,
  { error, validationError }: Pick<TrialRecord, "error" | "validationError">,
  epochs: NonNullable<TrialRecord["epochs"]>,
): string | undefined {
  if (epochs.length !== expected.epochs) return `has ${epochs.length} of ${expected.epochs} epochs`;
  const last = epochs.at(-1);
  const tested = [
    ["errs", error, last?.testError],
    ["errs in validation", validationError, last?.validationError],
  ] as const;
  const other = tested.find(([, said, found]) => found !== undefined && said !== found);
  return other && `${other[0]} by ${other[1]} %, and by ${other[2]} % at the end of its last epoch`;
}
