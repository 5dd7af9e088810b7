/**
 * The interrupt flags: a few integers in memory shared by the evaluator's main thread and the thread that
 * listens for interrupts, so that a spinning main thread can see that it should stop.
 */

/** Read by every loop turn: nonzero tells it to ask whether its own execution should stop. */
export const REQUESTED = 0;
/** How many executions were given up while some of their code may be alive; read by loops that await. */
export const ABANDONED = 1;
/**
 * The id of the execution whose code a SIGINT can break now; negative from when the listening thread has claimed
 * that code for its one SIGINT, which the main thread then waits for; 0 otherwise.
 */
export const BREAKABLE = 2;
/** Raised when an answer to a prompt has come, or an interrupt: whoever waits should look. */
export const ANSWERED = 3;
/** When the last interrupt came, as `clock` counts. */
const CAME_AT = 4;
/**
 * Where the ids of executions that were asked to stop begin, which may not have started yet. Each id has its place,
 * shared with ids so far away that they cannot be alive with it.
 */
const STOPPED = 5;
const PLACES = 64;

/** The flags' storage. */
export type InterruptFlags = Int32Array;

/** New flags, all down. */
export function createFlags(): InterruptFlags {
  return new Int32Array(new SharedArrayBuffer((STOPPED + PLACES) * Int32Array.BYTES_PER_ELEMENT));
}

/** A signal on its way is waited for this long at most: code of the cell may have taken it. */
const SIGNAL_MS = 2000;

/**
 * Ends what a SIGINT can break of an execution; called by the main thread before it leaves the cell's code. A signal
 * that is on its way ends this wait, and with it the execution: later it would hit V8's inspector, which then ends the
 * process.
 */
export function endBreakable(flags: InterruptFlags, execution: number): void {
  if (Atomics.compareExchange(flags, BREAKABLE, execution, 0) !== -execution) return;
  Atomics.wait(flags, BREAKABLE, -execution, SIGNAL_MS);
}

/** Raises the flag that loops read. */
export function requestStop(flags: InterruptFlags): void {
  Atomics.store(flags, CAME_AT, clock());
  Atomics.store(flags, REQUESTED, 1);
}

/** For how many milliseconds the flag has been up; 0 when it is down. */
export function waitingToStop(flags: InterruptFlags): number {
  return Atomics.load(flags, REQUESTED) === 1 ? (clock() - Atomics.load(flags, CAME_AT)) | 0 : 0;
}

/** Milliseconds in 32 bits, of which only differences mean something. */
function clock(): number {
  return Date.now() | 0;
}

/** Asks an execution to stop, whether it runs or has yet to start. */
export function askToStop(flags: InterruptFlags, execution: number): void {
  Atomics.store(flags, STOPPED + (execution % PLACES), execution);
}

/** Whether an execution is asked to stop. */
export function isAskedToStop(flags: InterruptFlags, execution: number): boolean {
  return Atomics.load(flags, STOPPED + (execution % PLACES)) === execution;
}
