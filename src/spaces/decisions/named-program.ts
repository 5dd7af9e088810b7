/** What a space's program throws, with the space's name: a bare TypeError says nothing of where it is from. */
import { say } from "../../base/say.js";

/**
 * What `run` gives, which runs a space's program.
 *
 * @throws RangeError where the program throws anything else; what the program of choices says itself stays as it is
 */
export function namedProgram<T>(caller: string, space: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (
      !(cause instanceof TypeError || cause instanceof ReferenceError) &&
      cause instanceof Error &&
      cause.constructor !== Error
    )
      throw cause;
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : say(cause);
    throw new RangeError(
      `${caller}: the program of ${space} threw ${what}; mend it, or return undefined for what is no architecture`,
      { cause },
    );
  }
}
