/**
 * The registration: what is claimed of networks trained here, written down before the first of them was trained
 * (`data/claims.json`). Each claim with its test, its margin and its populations; the regime that these are trained
 * in; and what was changed later, in the open.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { requireRegular } from "../../base/node/regular-file.js";
import type * as z from "zod";
import { packageRoot } from "../../base/node/paths.js";
import { readWrittenJson } from "../../tables/files/json/written-json.js";
import { canonicalJson } from "../../trials/trial.js";
import { say } from "../../base/say.js";
import { parseBy } from "../../base/schema-problems.js";
import { RegistrationError } from "./registration-error.js";
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
 */
export function readRegistration(file: string = registrationFile): Registration {
  let data: unknown;
  try {
    // A number would be read as an open file's.
    if (typeof file !== "string") throw new TypeError("it is no path");
    requireRegular(file);
    data = readWrittenJson(file);
  } catch (cause) {
    throw new RegistrationError(
      `readRegistration: expected the registered claims, could not read ${typeof file === "string" ? file : say(file)}: ${(cause as Error).message}`,
      { cause },
    );
  }
  const parsed = parseBy(registrationSchema(), data);
  if ("problems" in parsed)
    throw new RegistrationError(`readRegistration: ${file}: ${parsed.problems.join("; ")}`);
  const { claims, populations, amendments, ...rest } = parsed.data;
  const registered = { claims, populations };
  return {
    ...rest,
    ...amendments.reduce(amended, registered),
    amendments,
    registered,
    hash: hashOf({ ...(data as object), amendments: [] }),
    amendedHash: hashOf(data),
  };
}

const hashOf = (data: unknown): string => createHash("sha256").update(canonicalJson(data)).digest("hex");
