/** Files in which claims are written down beforehand: reading one, and the hash that it is known by. */
import { createHash } from "node:crypto";
import type * as z from "zod";
import { fileProblem } from "../../base/node/file-problem.js";
import { requireRegular } from "../../base/node/regular-file.js";
import { say } from "../../base/say.js";
import { parseBy } from "../../base/schema-problems.js";
import { readWrittenJson } from "../../tables/files/json/written-json.js";
import { canonicalJson } from "../../trials/trial.js";
import { RegistrationError } from "../registration/registration-error.js";

/**
 * What a file of claims says.
 *
 * @param fn the function that a user called
 * @returns what was parsed, and the file's data as they are written, which its hash is of
 * @throws RegistrationError if the file cannot be read, or does not fit: every field at fault is named
 */
export function readRegistered<T extends z.ZodType>(
  fn: string,
  file: string,
  schema: T,
): { readonly parsed: z.output<T>; readonly written: object } {
  let written: unknown;
  try {
    // A number would be read as an open file's.
    if (typeof file !== "string") throw new TypeError("it is no path");
    requireRegular(file);
    written = readWrittenJson(file);
  } catch (cause) {
    throw new RegistrationError(
      `${fn}: expected the registered claims, could not read ${typeof file === "string" ? file : say(file)}: ${fileProblem(cause)}`,
      { cause },
    );
  }
  const read = parseBy(schema, written);
  if ("problems" in read) throw new RegistrationError(`${fn}: ${file}: ${read.problems.join("; ")}`);
  return { parsed: read.data, written: written as object };
}

/** SHA-256 of data as canonical JSON. */
export const registeredHash = (data: unknown): string =>
  createHash("sha256").update(canonicalJson(data)).digest("hex");
