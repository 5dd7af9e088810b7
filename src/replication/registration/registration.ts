/**
 * The registration: what is claimed of networks trained here, written down before the first of them was trained
 * (`data/claims.json`). Each claim with its test, its margin and its populations; the regime that these are trained
 * in; and what was changed later, in the open.
 */
import { join } from "node:path";
import type * as z from "zod";
import { packageRoot } from "../../base/node/paths.js";
import { readRegistered, registeredHash } from "../registered/read-registered.js";
import { amended, registrationSchema } from "./registration-schema.js";

type Written = z.output<ReturnType<typeof registrationSchema>>;

/** A claim as registered. */
export type RegisteredClaim = Written["claims"][number];
/** What decides a claim. */
export type RegisteredTest = RegisteredClaim["test"];
/** Which networks a test speaks of. */
export type Selection = Extract<RegisteredTest, { kind: "lower" }>["a"];
/** A population as registered: its space, how many networks, and where its regime is not the common one. */
export type RegisteredPopulation = Written["populations"][string];

/** What is claimed, and by what it is decided. */
export interface Registration extends Omit<Written, "claims" | "populations"> {
  /** With the amendments. */
  readonly claims: readonly RegisteredClaim[];
  readonly populations: Readonly<Record<string, RegisteredPopulation>>;
  /**
   * SHA-256 of the file's canonical JSON with no amendment in it, `"amendments":[]`: of what was registered, whatever
   * was changed later.
   */
  readonly hash: string;
  /** SHA-256 of all of it; the same as long as nothing is amended. */
  readonly amendedHash: string;
  /** Claims and populations as they were before any amendment. */
  readonly registered: Pick<Registration, "claims" | "populations">;
}

/** Where the package keeps its registration. */
export const registrationFile: string = join(packageRoot, "data", "claims.json");

/**
 * Reads a registration.
 *
 * @throws RegistrationError if the file cannot be read, or does not fit: every field at fault is named
 * @example
 * ```ts
 * const { claims } = readRegistration();
 * claims.find(({ id }) => id === "fig07-d-better-than-c")?.claim; // => "Widths that do not decrease help: D is better than C."
 * ```
 */
export function readRegistration(file: string = registrationFile): Registration {
  const { parsed, written } = readRegistered("readRegistration", file, registrationSchema());
  const { claims, populations, amendments, ...rest } = parsed;
  const registered = { claims, populations };
  return {
    ...rest,
    ...amendments.reduce(amended, registered),
    amendments,
    registered,
    hash: registeredHash({ ...written, amendments: [] }),
    amendedHash: registeredHash(written),
  };
}
