/**
 * Options by name. One that is misspelt would be taken for one that is left out, and its default for what was asked:
 * every public function rejects names that it does not have.
 */
import { expectFields, isList, type Kind } from "./expect.js";
import { nearestName } from "./nearest-name.js";
import { isObject, say } from "./say.js";

/** All names of some options. The compiler holds them against the options' type, so that neither has one more. */
export type OptionNames<T> = { readonly [K in keyof T]-?: unknown };

/** The same, with what each option must be; one that may be left out has a question mark. */
export type OptionKinds<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? `${Kind}?` : Kind;
};

/**
 * @param known the names there are
 * @param Problem what is thrown, where a room has an error of its own
 * @throws RangeError for a name that is not among them, with the one that was probably meant
 */
export function refuseUnknown<T extends object>(
  fn: string,
  options: T,
  known: OptionNames<T>,
  Problem: new (message: string) => Error = RangeError,
): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    const meant = nearestName(name, names);
    const remedy = meant === undefined ? "" : `did you mean "${meant}"? `;
    throw new Problem(`${fn}: unknown option ${say(name)}; ${remedy}known are ${names.join(", ")}`);
  }
}

/**
 * @param what what they are called in errors
 * @throws RangeError unless these are options: by known names, each of its kind
 */
export function expectOptions<T extends object>(
  fn: string,
  options: T,
  kinds: OptionKinds<T>,
  what = "options",
): void {
  // A misspelt name is named before the one that is then missing.
  if (isObject(options) && !isList(options)) refuseUnknown<object>(fn, options, kinds);
  expectFields(fn, what, options, kinds);
}
