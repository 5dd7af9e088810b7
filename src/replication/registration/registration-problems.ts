/** Do the registration and the notebooks fit each other? */
import type { Registration } from "./registration.js";

/** A notebook as far as registered claims are concerned. */
export interface AskingNotebook {
  /** Its file's name without a folder: figures are recognised by `fig07-`. */
  readonly name: string;
  /** Its code. */
  readonly source: string;
  /** Registered claims in its outputs. */
  readonly shown: readonly {
    readonly id: string;
    readonly amendedHash?: string | undefined;
    readonly hash: string;
  }[];
}

/** Calls of `registered` with a number, an id, or a list of ids. */
const CALL = /\bregistered\(\s*(\d+|"[^"]*"|\[[^\]]*\])/g;

/** What a notebook's code asks for: figures and ids. */
function askedFor(source: string): (number | string)[] {
  return [...source.matchAll(CALL)].flatMap(([, argument]): (number | string)[] => {
    if (/^\d/.test(argument)) return [Number(argument)];
    return [...argument.matchAll(/"([^"]*)"/g)].map(([, id]) => id);
  });
}

/**
 * What does not fit: a registered claim that no notebook of its figures shows, a notebook that asks for a claim or a
 * figure that is not registered, outputs of another registration than this one. None if all is well.
 */
export function registrationProblems(
  { claims, hash, amendedHash }: Registration,
  notebooks: readonly AskingNotebook[],
): string[] {
  const asked = notebooks.map(({ name, source }) => ({ name, asks: askedFor(source) }));
  const unknown = asked.flatMap(({ name, asks }) =>
    asks
      .filter(ask => !claims.some(({ id, figures }) => ask === id || figures.includes(Number(ask))))
      .map(
        ask =>
          `${name} asks for ${typeof ask === "number" ? `Figure ${ask}` : ask}, of which nothing is registered`,
      ),
  );
  const hidden = claims.flatMap(({ id, figures }) =>
    figures
      .filter(figure => {
        const own = `fig${String(figure).padStart(2, "0")}-`;
        return !asked.some(
          ({ name, asks }) => name.startsWith(own) && (asks.includes(figure) || asks.includes(id)),
        );
      })
      .map(figure => `${id} is registered for Figure ${figure}, whose notebook does not show it`),
  );
  const stale = notebooks.flatMap(({ name, shown }) => {
    const ids = new Set(claims.map(({ id }) => id));
    const gone = shown.find(({ id }) => !ids.has(id));
    if (gone) return [`${name} shows ${gone.id}, which is not registered`];
    const other = shown.find(each => each.hash !== hash || (each.amendedHash ?? each.hash) !== amendedHash);
    if (!other) return [];
    // What was registered, or else what has been amended since.
    const [was, is] =
      other.hash === hash ? [other.amendedHash ?? other.hash, amendedHash] : [other.hash, hash];
    return [`${name} was executed with another registration, ${was.slice(0, 12)} for ${is.slice(0, 12)}`];
  });
  // Hidden ones last: a report of some notebooks has many.
  return [...unknown, ...stale, ...hidden];
}
