/** The k-th of many numbers without sorting them all. */

const BINS = 4096;
/** Rounds of narrowing, each to one of 4,096 parts of what is left; more are for values in heaps that far apart, which are sorted. */
const ROUNDS = 3;
/** So few are sorted at once. */
const FEW = 2048;

/**
 * The numbers of these ranks, from 0, as sorting has them.
 *
 * @param values finite or infinite; not changed
 * @param least and `greatest` of them
 */
export function valuesAtRanks(
  values: Float64Array,
  ranks: readonly number[],
  least: number,
  greatest: number,
): number[] {
  return within(values, ranks, least, greatest, ROUNDS);
}

function within(
  values: Float64Array,
  ranks: readonly number[],
  least: number,
  greatest: number,
  rounds: number,
): number[] {
  const scale = BINS / (greatest - least);
  if (least === greatest) return ranks.map(() => least);
  if (rounds === 0 || values.length <= FEW || !(scale > 0 && Number.isFinite(scale))) {
    const sorted = values.slice().sort();
    return ranks.map(rank => sorted[rank]);
  }
  // Rises with the value, whatever is rounded: which bin is all that follows from it.
  const counts = new Uint32Array(BINS + 1);
  for (let i = 0; i < values.length; i++) counts[((values[i] - least) * scale) | 0]++;
  counts[BINS - 1] += counts[BINS];
  const starts = new Uint32Array(BINS + 1);
  for (let bin = 0; bin < BINS; bin++) starts[bin + 1] = starts[bin] + counts[bin];
  const binOf = ranks.map(rank => binHolding(starts, rank));
  const wanted = new Int32Array(BINS + 1).fill(-1);
  const bins = [...new Set(binOf)];
  for (const [k, bin] of bins.entries()) wanted[bin] = k;
  if (wanted[BINS - 1] >= 0) wanted[BINS] = wanted[BINS - 1];
  const members = bins.map(bin => new Float64Array(starts[bin + 1] - starts[bin]));
  const filled = new Uint32Array(bins.length);
  for (let i = 0; i < values.length; i++) {
    const k = wanted[((values[i] - least) * scale) | 0];
    if (k >= 0) members[k][filled[k]++] = values[i];
  }
  const found = new Map(
    bins.map((bin, k) => {
      const own = ranks.filter((_, i) => binOf[i] === bin).map(rank => rank - starts[bin]);
      let [low, high] = [members[k][0], members[k][0]];
      for (const value of members[k]) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return [bin, within(members[k], own, low, high, rounds - 1)];
    }),
  );
  return binOf.map(bin => found.get(bin)!.shift()!);
}

/** The bin in which a rank falls. */
function binHolding(starts: Uint32Array, rank: number): number {
  let [low, high] = [0, BINS - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle + 1] <= rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
