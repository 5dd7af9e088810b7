/**
 * The interrupt flags: a few integers in memory shared by the evaluator's main thread and the thread that
 * listens for interrupts, so that a spinning main thread can see that it should stop.
 */

/** Read by every loop turn: nonzero tells it to ask whether its own execution should stop. */
export const REQUESTED = 0;
/** How many executions were given up while some of their code may be alive; read by loops that await. */
export const ABANDONED = 1;
/** Raised when an answer to a prompt has come, or an interrupt: whoever waits should look. */
export const ANSWERED = 2;
/** When the flag was raised, as `clock` counts. */
const CAME_AT = 3;
/** How far the termination of what the main thread runs has come. */
const TERMINATION = 4;
/**
 * Whether the main thread waits for a program in one call, and whether a Stop in the middle of that asked it to end; of
 * which execution; and since when, as `clock` counts.
 */
const AWAITS = 5;
const AWAITS_FOR = 6;
const AWAITS_SINCE = 7;
/** In `AWAITS`. */
const PROGRAM = 1;
/** One that code starts which has been told of the Stop, as `finally` blocks do. */
const CLEANUP = 2;
const ASKED_TO_END = 3;
/** How many children the process had before that call, or -1 where that is not known; and which. */
const EARLIER = 8;
const MOST_EARLIER = 64;
/**
 * Where the ids of executions that were asked to stop begin, which may not have started yet. Each id has its place,
 * shared with ids so far away that they cannot be alive with it.
 */
const STOPPED = EARLIER + 1 + MOST_EARLIER;
const PLACES = 64;

/** The flags' storage. */
export type InterruptFlags = Int32Array;

/** New flags, all down. */
export function createFlags(): InterruptFlags {
  return new Int32Array(new SharedArrayBuffer((STOPPED + PLACES) * Int32Array.BYTES_PER_ELEMENT));
}

/** Raises the flag that loops read. */
export function requestStop(flags: InterruptFlags): void {
  // A second Stop is about what the first was.
  if (Atomics.load(flags, REQUESTED) !== 1) Atomics.store(flags, CAME_AT, clock());
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

/**
 * Notes that the main thread begins to wait for a program.
 *
 * @param execution whose call it is, if that runs, or 0
 * @param cleansUp whether the code that calls has been told of the Stop that is under way
 * @param earlier the process's children before the call, where they are known
 */
export function awaitProgram(
  flags: InterruptFlags,
  execution: number,
  cleansUp: boolean,
  earlier?: readonly number[],
): void {
  const known = earlier !== undefined && earlier.length <= MOST_EARLIER;
  if (known) flags.set(earlier, EARLIER + 1);
  Atomics.store(flags, EARLIER, known ? earlier.length : -1);
  Atomics.store(flags, AWAITS_FOR, execution);
  Atomics.store(flags, AWAITS_SINCE, clock());
  Atomics.store(flags, AWAITS, cleansUp ? CLEANUP : PROGRAM);
}

/** Notes that it waits no more. @returns whether the program was asked to end */
export function programEnded(flags: InterruptFlags): boolean {
  return Atomics.exchange(flags, AWAITS, 0) === ASKED_TO_END;
}

/** Notes that the program of the call was asked to end. */
export function askProgram(flags: InterruptFlags): void {
  // Unless the call has ended meanwhile.
  for (const awaits of [PROGRAM, CLEANUP]) Atomics.compareExchange(flags, AWAITS, awaits, ASKED_TO_END);
}

/** A call in which the main thread waits for a program. */
export interface AwaitingCall {
  /** When it began, as `clock` counts, and how many milliseconds ago. */
  readonly since: number;
  readonly milliseconds: number;
  /** Whether the Stop that is under way was told to the code that calls. */
  readonly cleansUp: boolean;
  /** Children that are older than the call, where they are known. */
  readonly earlier?: readonly number[];
}

/** The call in which the main thread waits for a program of an execution, or of none that runs. */
export function awaitingCall(flags: InterruptFlags, execution: number): AwaitingCall | undefined {
  const awaits = Atomics.load(flags, AWAITS);
  if (awaits === 0) return undefined;
  const awaiting = Atomics.load(flags, AWAITS_FOR);
  if (awaiting !== 0 && awaiting !== execution) return undefined;
  const since = Atomics.load(flags, AWAITS_SINCE);
  const count = Atomics.load(flags, EARLIER);
  const earlier = count < 0 ? undefined : [...flags.subarray(EARLIER + 1, EARLIER + 1 + count)];
  const milliseconds = (clock() - since) | 0;
  return { since, milliseconds, cleansUp: awaits === CLEANUP, ...(earlier && { earlier }) };
}

/** Asks an execution to stop, whether it runs or has yet to start. */
export function askToStop(flags: InterruptFlags, execution: number): void {
  Atomics.store(flags, STOPPED + (execution % PLACES), execution);
}

/** Whether an execution is asked to stop. */
export function isAskedToStop(flags: InterruptFlags, execution: number): boolean {
  return Atomics.load(flags, STOPPED + (execution % PLACES)) === execution;
}

/** The main thread wants the code it runs to be terminated. */
const WANTED = 1;
/** The listening thread is about to have V8 do it. */
const UNDER_WAY = 2;
/** How long the main thread waits for the listening thread, in milliseconds: a machine may be very busy. */
const WAIT_MS = 250;

/**
 * Has the listening thread ask V8 to terminate what this thread, the main one, runs; V8 does so as soon as this thread
 * attends to it. (V8 would answer a request of this thread's own in the middle of terminating, when no JavaScript may
 * run to hear the answer.)
 *
 * @param ask tells the listening thread to call `grantTermination`
 * @returns whether the request has been made; if not, it never will be
 */
export function awaitTermination(flags: InterruptFlags, ask: () => void): boolean {
  Atomics.store(flags, TERMINATION, WANTED);
  ask();
  Atomics.wait(flags, TERMINATION, WANTED, WAIT_MS);
  if (Atomics.compareExchange(flags, TERMINATION, WANTED, 0) === WANTED) return false;
  Atomics.wait(flags, TERMINATION, UNDER_WAY);
  return true;
}

/** Makes the request that the main thread waits for; called by the listening thread. */
export function grantTermination(flags: InterruptFlags, request: () => void): void {
  if (Atomics.compareExchange(flags, TERMINATION, WANTED, UNDER_WAY) !== WANTED) return;
  request();
  Atomics.store(flags, TERMINATION, 0);
  Atomics.notify(flags, TERMINATION);
}
