/** `%time` and `%timeit`: how long code takes. */

/** A moment, in time passed and in processor time spent; milliseconds. */
interface Moment {
  wall: number;
  cpu: number;
}

/** How often `%timeit` runs the code; found out when left out. */
export interface TimeitOptions {
  loops?: number;
  runs?: number;
}

const RUNS = 7;
/** A run should take so long that the clock's own error does not matter. */
const RUN_MS = 40;

/** What expanded cells call; `stopped` throws when the cell is to stop. */
export function createTiming(stopped: () => void) {
  const ticks: Moment[] = [];
  const timed = <T>(start: Moment, value: T): T => {
    const { wall, cpu } = now();
    console.log(`Wall time: ${duration(wall - start.wall)}, processor: ${duration(cpu - start.cpu)}`);
    return value;
  };
  return {
    clock: now,
    timed,
    tick: (): void => void ticks.push(now()),
    tock: <T>(value: T): T => timed(ticks.pop() ?? now(), value),
    timeit: async (options: TimeitOptions, code: () => unknown): Promise<void> => {
      console.log(describe(await measure(options, code, stopped)));
    },
  };
}

/** Milliseconds in the unit that fits, with three digits: "1.23 ms", "2 min 5 s". */
export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) {
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= each) ?? (["ns", 1e-6] as const);
  return `${(milliseconds / size).toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`;
}

const UNITS = [
  ["s", 1e3],
  ["ms", 1],
  ["µs", 1e-3],
] as const;

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

interface Measured {
  /** Milliseconds of one loop, run by run. */
  times: number[];
  loops: number;
}

async function measure(options: TimeitOptions, code: () => unknown, stopped: () => void): Promise<Measured> {
  const { runs = RUNS } = options;
  let { loops = 1 } = options;
  let took = await run(code, loops, stopped);
  // Doubling finds out how many loops make a run, and lets V8 compile what runs often.
  while (options.loops === undefined && took < RUN_MS) {
    loops *= 2;
    took = await run(code, loops, stopped);
  }
  const times: number[] = [];
  for (let i = 0; i < Math.max(1, runs); i++) times.push((await run(code, loops, stopped)) / loops);
  return { times, loops };
}

/** Milliseconds of so many loops. Only a promise is waited for, since waiting takes time itself. */
async function run(code: () => unknown, loops: number, stopped: () => void): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < loops; i++) {
    const value = code();
    if (value instanceof Promise) await value;
    stopped();
  }
  return performance.now() - start;
}

function describe({ times, loops }: Measured): string {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
  const runs = `${times.length} ${times.length === 1 ? "run" : "runs"}`;
  const each = `${loops.toLocaleString("en")} ${loops === 1 ? "loop" : "loops"} each`;
  return `${duration(mean)} ± ${duration(deviation)} a loop (mean ± standard deviation of ${runs}, ${each})`;
}
