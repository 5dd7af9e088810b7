/** Errors of what a search is made of, in a search's words. */

/** Whose names errors begin with that a search never hears of. */
const INSIDE = /^(sweep spec|sweep|openPopulation|populationFrom|openSearch): /;

/** The same error, which says who asked; a sweep's is that of a search. */
export function inWordsOf(caller: string, error: unknown): unknown {
  if (!(error instanceof Error) || !INSIDE.test(error.message)) return error;
  const ofSweep = caller.startsWith("search") && /^sweep/.test(error.message);
  const said = error.message.replace(INSIDE, "");
  // Who has the lock, or what cannot be written, is a search's here; commands keep their names.
  error.message = `${caller}: ${ofSweep ? said.replaceAll(/(?<!netspace )\bsweep\b/g, "search") : said}`;
  return error;
}
