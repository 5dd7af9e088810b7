/**
 * Which of two samples takes its random numbers first: by what they hold, so that a comparison comes to the same
 * whichever of them is named first.
 *
 * @param a in rising order
 * @param b likewise
 */
export function isDrawnFirst(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const i = a.findIndex((value, k) => value !== b[k]);
  return i < 0 || a[i] < b[i];
}
