/** The least and the greatest number; of none `[Infinity, -Infinity]`. Lists of any length: a call with as many arguments ends at some 100,000. */
export function extent(numbers: readonly number[] | Float64Array): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of numbers) {
    if (x < least) least = x;
    if (x > greatest) greatest = x;
  }
  return [least, greatest];
}
