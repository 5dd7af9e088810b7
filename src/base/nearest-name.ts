/** The known name that a misspelt one was probably meant to be. */

/** Letters that may be wrong: one in three, and at least one. */
const mostWrong = (name: string): number => Math.max(1, Math.floor(name.length / 3));

/**
 * The known name with the fewest wrong letters, capitals aside; undefined if none is near.
 *
 * @example
 * ```ts
 * nearestName("margn", ["level", "margin"]); // => "margin"
 * ```
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // What is much longer than all names is none of them; comparing it would take long.
  const longest = known.reduce((most, { length }) => Math.max(most, length), 0);
  if (name.length > 2 * longest) return undefined;
  const ranked = known.map(other => ({ other, wrong: distance(name.toLowerCase(), other.toLowerCase()) }));
  const [nearest] = ranked.toSorted((a, b) => a.wrong - b.wrong);
  if (nearest && nearest.wrong <= mostWrong(name)) return nearest.other;
  // `rep` for `repeats`, as far as only one begins so.
  const begun =
    name.length < 3 ? [] : known.filter(other => other.toLowerCase().startsWith(name.toLowerCase()));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Letters to add, leave out, replace or swap with the next: the optimal string alignment distance. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + other);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
