/** Steps as a line with corners: for the edges of bands, which a line's own shape would draw backwards. */

/** Corners of the steps of some values, each of which holds from its x to the next. */
export function staircase(
  x: readonly number[],
  values: readonly number[],
  places: readonly number[],
): { readonly x: number[]; readonly y: number[] } {
  const corners = { x: [] as number[], y: [] as number[] };
  for (const [i, k] of places.entries()) {
    if (i > 0) {
      corners.x.push(x[k]);
      corners.y.push(values[places[i - 1]]);
    }
    corners.x.push(x[k]);
    corners.y.push(values[k]);
  }
  return corners;
}
