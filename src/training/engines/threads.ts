/** How many threads a training may have. */
import { availableParallelism } from "node:os";
import { say } from "../../base/say.js";

/**
 * Four a core, or 64: more only wait for each other, and a process that cannot make a thread is ended by the system's
 * thread library.
 */
export const mostThreads = (): number => Math.max(64, 4 * availableParallelism());

/** @throws RangeError naming the caller, for a number of threads that cannot be */
export function checkThreads(caller: string, threads: unknown): void {
  const most = mostThreads();
  if (!Number.isSafeInteger(threads) || (threads as number) < 1) {
    throw new RangeError(`${caller}: threads must be a positive integer, got ${say(threads)}`);
  }
  if ((threads as number) > most) {
    throw new RangeError(
      `${caller}: threads must be at most ${most} (four a core, or 64), got ${String(threads)}`,
    );
  }
}
