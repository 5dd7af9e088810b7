/**
 * The registration of claims about architecture search (`data/search-claims.json`): another family than that of `data/claims.json`,
 * since its claims come from other papers, are decided by other data, and each notebook's by itself.
 */
import { join } from "node:path";
import type * as z from "zod";
import { packageRoot } from "../../base/node/paths.js";
import { readRegistered, registeredHash } from "../registered/read-registered.js";
import { amendedBy, searchClaimsSchema } from "./search-claims-schema.js";

type Written = z.output<ReturnType<typeof searchClaimsSchema>>;

/** A claim about architecture search as registered. */
export type SearchClaim = Written["claims"][number];
/** What decides a claim about architecture search. */
export type SearchTest = SearchClaim["test"];

/** What is claimed of searches, and by what it is decided. */
export interface SearchClaims extends Omit<Written, "claims"> {
  /** With the amendments. */
  readonly claims: readonly SearchClaim[];
  /** Claims as they were before any amendment. */
  readonly registered: readonly SearchClaim[];
  /** SHA-256 of the file's canonical JSON, with its amendments. */
  readonly hash: string;
}

/** Where the package keeps what is claimed of searches. */
export const searchClaimsFile: string = join(packageRoot, "data", "search-claims.json");

/**
 * Reads what is claimed of searches.
 *
 * @throws RegistrationError if the file cannot be read, or does not fit: every field at fault is named
 * @example
 * ```ts
 * readSearchClaims().correction; // => "Bonferroni"
 * ```
 */
export function readSearchClaims(file: string = searchClaimsFile): SearchClaims {
  const { parsed } = readRegistered("readSearchClaims", file, searchClaimsSchema());
  const { claims: registered, ...rest } = parsed;
  const claims = rest.amendments.reduce(amendedBy, registered);
  return { ...rest, claims, registered, hash: registeredHash(parsed) };
}

/**
 * SHA-256 of what is registered for a notebook: its claims in the file's order, with all that decides them. What others register leaves
 * it as it is. `hash` is of the claims as registered, `"amendments":[]`; `amendedHash` of the same with the amendments to them.
 */
export function notebookHash(
  { version, level, correction, room, registered, amendments }: SearchClaims,
  notebook: string,
): { readonly hash: string; readonly amendedHash: string } {
  const claims = registered.filter(claim => claim.notebook === notebook);
  const own = amendments.filter(({ claim: id }) => claims.some(claim => claim.id === id));
  const all = { version, level, correction, room, notebook, claims };
  return {
    hash: registeredHash({ ...all, amendments: [] }),
    amendedHash: registeredHash({ ...all, amendments: own }),
  };
}
