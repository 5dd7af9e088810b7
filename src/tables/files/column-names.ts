/** Names for columns of which a file has several of one name. */

/**
 * The names as they are; one that is there already gets a number behind it, so that no column is lost.
 *
 * @param notes takes which are called otherwise
 */
export function distinctColumns(given: readonly string[], notes: string[]): string[] {
  const known = new Set(given);
  const taken = new Set<string>();
  return given.map(name => {
    let free = name;
    for (let n = 1; taken.has(free) || (free !== name && known.has(free)); n++) free = `${name}_${n}`;
    if (free !== name) notes.push(`column "${name}" is there more than once; read as "${free}"`);
    taken.add(free);
    return free;
  });
}
