/**
 * Whether a population's rows are the trials that its spec says: the networks that the spec samples, at their places,
 * each once, with an error that an error can be. Who joins, edits or mixes up files is told before a verdict.
 */
import { storeArchitecture } from "../networks/stored.js";
import { repeatedTrials } from "../populations/repeated-trials.js";
import { candidates, type CheckedSpec } from "../trials/spec.js";
import type { StoredTrial } from "../trials/store/stored-trial.js";
import { canonicalJson, isSettled, sweepId, trialId, type TrialRecord } from "../trials/trial.js";

/** What is known of a trial before it is trained. */
interface Expected {
  readonly network: string;
  readonly flops: number;
  /** Of some trials only. */
  readonly id: string | undefined;
}

/**
 * An id is a hash of all layers and takes several times as long as the sampling; files of other recipes, images or
 * seeds are told by any one of them.
 */
const IDS_APART = 16;

/** By sweep: a registration is decided anew whenever one of its populations grows. */
const known = new Map<string, readonly Expected[]>();

function expectedOf(spec: CheckedSpec): readonly Expected[] {
  const key = sweepId(spec);
  let expected = known.get(key);
  if (!expected) {
    const all = candidates(spec);
    expected = all.map(({ architecture, flops, params, acts, drawn, trial }, i) => ({
      network: networkText(storeArchitecture(architecture), { flops, params, acts }, drawn),
      flops,
      id: i % IDS_APART === 0 || i === all.length - 1 ? trialId(trial) : undefined,
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
export function rowMisfit(spec: CheckedSpec, trials: readonly StoredTrial[]): string | undefined {
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

function misfitOf(trial: StoredTrial, expected: Expected | undefined): string | undefined {
  if (!expected) return "is none of its sweep";
  const { id, status, architecture, complexity, drawn, error, validationError } = trial.readRow();
  if (!isSettled({ status })) return `is ${status}`;
  for (const [what, value] of Object.entries({ errs: error, "errs in validation": validationError })) {
    if (value !== undefined && value !== null && (value < 0 || value > 100)) return `${what} by ${value} %`;
  }
  if (expected.network !== networkText(architecture, complexity, drawn)) {
    const { flops } = complexity;
    return flops === expected.flops ? "is another" : `has ${flops} flops, the sampled one ${expected.flops}`;
  }
  if (expected.id !== undefined && expected.id !== id) {
    return `was trained as another trial, ${id} for ${expected.id}`;
  }
  return undefined;
}
