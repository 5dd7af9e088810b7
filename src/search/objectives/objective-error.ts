/** An objective that gave no value where it must: names the objective and the architecture. */
export class ObjectiveError extends Error {
  override readonly name = "ObjectiveError";
}
