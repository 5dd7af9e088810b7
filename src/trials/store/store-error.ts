/** A store that cannot be read or written; names the file and what was expected. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
