/** How many threads what an engine runs may have, and how many it has when nobody says. */
import { availableParallelism } from "node:os";
import { freeCores } from "../../base/node/free-cores.js";
import { say } from "../../base/say.js";
import { complexity } from "../../networks/complexity.js";
import { type Network, withoutAuxiliary } from "../../networks/network.js";
import type { Engine } from "../engine.js";

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

/**
 * Multiply-adds of a step's forward pass up to which a training has one thread, whatever the machine does: up to here two were at
 * most a fifth faster than one on a quiet machine, below a sixth of it slower (`npm run bench -- threads`), and one gives the same
 * sums on every machine.
 */
const ONE_THREAD = 1.2e9;

/** The step that threads are for. */
export interface ThreadedStep {
  readonly network: Network;
  readonly batch: number;
  /** Pixels. */
  readonly resolution: number;
}

/**
 * Threads of a training, a look at a trained network or a measure that was not told how many: one for small steps; for others as many as there are cores that
 * nothing else uses. Operators wait for their slowest thread, many times a step, so that threads without a core of their
 * own slow a training down many times over.
 *
 * @param given how many were asked for, or what goes on had before: so many
 * @returns undefined for engines other than torch, whose threads wait otherwise: they choose for themselves
 * @param step.network a supernet counts with all of its operations
 * @throws NetworkError for a network that does not fit images of the resolution
 */
export async function threadsFor(
  { name }: Pick<Engine, "name">,
  { network, batch, resolution }: ThreadedStep,
  given: number | undefined,
): Promise<number | undefined> {
  if (given !== undefined || name !== "torch") return given;
  if (availableParallelism() === 1) return 1;
  if (batch * complexity(withoutAuxiliary(network), resolution).flops <= ONE_THREAD) return 1;
  return freeCores();
}
