/** A spec that cannot be run: each message names the field, what was expected and what came. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}
