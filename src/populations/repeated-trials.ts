/** Trials that a population has more than once, as two files joined to one, or one edited by hand, may have. */
import type { TrialRecord } from "../trials/trial.js";

/** In words, by id and by place in the sweep; none if every trial is there once. */
export function repeatedTrials(trials: readonly Pick<TrialRecord, "id" | "index">[]): string[] {
  const by = (["id", "index"] as const).map(field => ({ field, repeated: repeatedValues(trials, field) }));
  return by
    .filter(({ repeated }) => repeated.length > 0)
    .map(({ field, repeated: [first, ...others] }) => {
      const which = others.length === 0 ? `the ${field} ${first}` : `${others.length + 1} ${PLURALS[field]}`;
      const example = others.length === 0 ? "" : ` (the first is ${first})`;
      return `${which}${example} more than once in ${trials.length} rows`;
    });
}

const PLURALS = { id: "ids", index: "indices" } as const;

function repeatedValues(
  trials: readonly Pick<TrialRecord, "id" | "index">[],
  field: "id" | "index",
): (string | number)[] {
  const seen = new Set<string | number>();
  const repeated = new Set<string | number>();
  for (const { [field]: value } of trials) {
    if (seen.has(value)) repeated.add(value);
    seen.add(value);
  }
  return [...repeated];
}

/** What a population says of them: its rows are no sample, and every n and p of it is wrong. */
export const repeatedNotes = (trials: readonly Pick<TrialRecord, "id" | "index">[]): string[] =>
  repeatedTrials(trials).map(
    repeated =>
      `it has ${repeated}; each counts as a network of its own, so its numbers are not to be trusted`,
  );
