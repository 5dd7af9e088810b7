/**
 * The interrupt flags: a few integers in memory shared by the evaluator's main thread and the thread that
 * listens for interrupts, so that a spinning main thread can see that it should stop.
 */

/** Read by every loop turn: nonzero tells it to ask `stopAsked`. */
export const REQUESTED = 0;
/** How many executions were given up while some of their code may be alive; read by loops that await. */
export const ABANDONED = 1;
/** The id of the execution in the foreground, 0 when there is none. */
export const FOREGROUND = 2;
/**
 * The id of the execution whose code a SIGINT can break now; negative from when the listening thread has claimed
 * that code for its one SIGINT, which the main thread then waits for; 0 otherwise.
 */
export const BREAKABLE = 3;
/** The id of the execution that was last asked to stop, which may not have started yet. */
export const TARGET = 4;
/** Raised when an answer to a prompt has come, or an interrupt: whoever waits should look. */
export const ANSWERED = 5;

/** The flags' storage. */
export type InterruptFlags = Int32Array;

/** New flags, all down. */
export function createFlags(): InterruptFlags {
  return new Int32Array(new SharedArrayBuffer(6 * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Whether the execution in the foreground is asked to stop. A request that was raised too late for the execution it
 * was meant for is taken down.
 */
export function stopAsked(flags: InterruptFlags): boolean {
  if (Atomics.load(flags, REQUESTED) === 0) return false;
  // Down before looking: a request raised after the look stands, and the next look sees it.
  Atomics.store(flags, REQUESTED, 0);
  const meant = Atomics.load(flags, TARGET) === Atomics.load(flags, FOREGROUND);
  if (meant) Atomics.store(flags, REQUESTED, 1);
  return meant;
}
