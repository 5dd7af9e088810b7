/**
 * The one vocabulary of columns: what a number is called and in which unit it is, whichever file it was read from.
 *
 * | column | meaning |
 * | --- | --- |
 * | `name` | the network's or run's name |
 * | `error` | top-1 test error, per cent |
 * | `validationError` | top-1 error on the validation split, per cent; where there is one |
 * | `top5Error` | top-5 test error, per cent |
 * | `flops`, `params`, `acts` | multiply-adds, parameters, activations: counts, not millions |
 * | `depth` | blocks in all stages together |
 * | `resolution` | height and width of the images, pixels |
 * | `d1`, `w1`, `b1`, `g1`, … | depth, width, bottleneck ratio and group width of stage 1, 2, … |
 * | `wa`, `w0`, `wm`, `b`, `g` | a RegNet's parameters |
 * | `throughput` | images a second at inference |
 * | `inferenceMs`, `batch` | milliseconds for one batch at inference, and its size |
 * | `imagesPerSecond` | images a second in training |
 * | `trainStepMs`, `trainBatch` | milliseconds for one step of training, and its batch |
 * | `seconds` | wall time of training and testing |
 * | `memory` | greatest memory in training, bytes |
 * | `epochs`, `learningRate`, `weightDecay`, `seed` | the recipe |
 * | `momentum`, `optimiser`, `clipNorm`, … | other fields of the recipe, where they were drawn; names as text |
 * | `done` | share of its epochs that a run has done, 1 where it is finished |
 * | `network` | which of a sweep's networks, from 0, where each is trained several times |
 *
 * A number that a file does not have is NaN.
 */

/** A file's own name for a column of ours, and what its unit is in ours. */
export interface Source {
  readonly from: string;
  readonly times?: number;
}

/** Columns of a stage, i from 1, from lists with one value per stage; lists may be missing. */
export function stageColumns(
  lists: Readonly<Record<"d" | "w" | "b" | "g", readonly number[] | undefined>>,
): Record<string, number> {
  const entries = Object.entries(lists).flatMap(([letter, list = []]) =>
    list.map((value, i): [string, number] => [`${letter}${i + 1}`, value]),
  );
  return Object.fromEntries(entries);
}

/** The runs of a file that are whole, and a note for those that are not, by their index. */
export function wholeRuns<T>(
  runs: readonly T[],
  isWhole: (run: object) => boolean,
  needs: string,
): { whole: T[]; notes: string[] } {
  const damaged: number[] = [];
  const whole = runs.filter((run, i) => {
    const fine = isRecord(run) && isWhole(run);
    if (!fine) damaged.push(i);
    return fine;
  });
  const [shown, more] = [damaged.slice(0, 10).join(", "), damaged.length > 10 ? ", …" : ""];
  const notes =
    damaged.length > 0
      ? [`${damaged.length} of ${runs.length} runs lack ${needs}; left out, at index ${shown}${more}`]
      : [];
  return { whole, notes };
}

/** Whether this is an object, and no list. */
export const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  data !== null && typeof data === "object" && !Array.isArray(data);

/** A list, or undefined for anything else. */
export const listOrNone = (data: unknown): readonly number[] | undefined =>
  Array.isArray(data) ? (data as readonly number[]) : undefined;
