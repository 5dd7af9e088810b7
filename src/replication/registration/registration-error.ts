/** A claims file that cannot be used: each message names the field, what was expected and what came. */
export class RegistrationError extends Error {
  override readonly name = "RegistrationError";
}
