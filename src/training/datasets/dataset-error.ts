/** A dataset that cannot be loaded: what was expected, what was found, and what to do about it. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
}
