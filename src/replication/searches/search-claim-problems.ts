/** Do the claims about searches and the notebooks fit each other? */
import type { AskingNotebook } from "../registration/registration-problems.js";
import { notebookHash, type SearchClaims } from "./search-claims.js";

/** Calls of `searchClaim` with an id. */
const CALL = /\bsearchClaim\(\s*"([^"]*)"/g;

/**
 * What does not fit: a registered claim that its notebook does not ask for, a notebook that asks for one that is not registered, outputs
 * of another registration than this one. None if all is well.
 */
export function searchClaimProblems(
  registration: SearchClaims,
  notebooks: readonly AskingNotebook[],
): string[] {
  const { claims } = registration;
  const ids = new Set<string>(claims.map(({ id }) => id));
  const unknown = notebooks.flatMap(({ name, source }) =>
    [...source.matchAll(CALL)]
      .filter(([, id]) => !ids.has(id))
      .map(([, id]) => `${name} asks for ${id}, which is not registered`),
  );
  const stale = notebooks.flatMap(({ name, shown }) =>
    shown.flatMap(({ id, hash, amendedHash = hash }) => {
      const claim = claims.find(each => each.id === id);
      if (!claim) return [`${name} shows ${id}, which is not registered`];
      const now = notebookHash(registration, claim.notebook);
      if (now.hash === hash && now.amendedHash === amendedHash) return [];
      const [was, is] = now.hash === hash ? [amendedHash, now.amendedHash] : [hash, now.hash];
      return [`${name} was executed with another registration, ${was.slice(0, 12)} for ${is.slice(0, 12)}`];
    }),
  );
  const hidden = claims.flatMap(({ id, notebook }) => {
    const isShown = notebooks.some(({ name, source }) => name === notebook && source.includes(`"${id}"`));
    return isShown ? [] : [`${id} is registered for ${notebook}, which does not show it`];
  });
  return [...new Set([...unknown, ...stale, ...hidden])];
}
