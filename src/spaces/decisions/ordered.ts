/** Whether options are numbers that rise, so that some are nearer to each other than others. */
export const isOrdered = (values: readonly unknown[]): values is readonly number[] =>
  values.every((value, i) => typeof value === "number" && (i === 0 || value > (values[i - 1] as number)));
