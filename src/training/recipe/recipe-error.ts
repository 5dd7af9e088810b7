/** What is thrown for a recipe that cannot be used. */
import { sayData } from "../../base/say.js";

/** A recipe that cannot be followed: names the field, what was expected and what came. */
export class RecipeError extends RangeError {
  override readonly name = "RecipeError";
  /** The field at fault. */
  readonly field: string;
  constructor(field: string, expected: string, got: unknown) {
    super(`recipe: ${field} must be ${expected}, got ${sayData(got)}`);
    this.field = field;
  }
}
