/** `%timeit`: how long code takes, from many runs. */

import type { CodeMagic } from "./magic.js";
import { duration } from "./support/duration.js";

export const timeit: CodeMagic = {
  name: "timeit",
  line: {
    usage: "%timeit [-n loops] [-r runs] code",
    summary: "Says how long the rest of the line takes, from many runs.",
  },
  cell: {
    usage: "%%timeit [-n loops] [-r runs]",
    summary: "Says how long the cell takes, from many runs.",
  },
  words: ["-n", "-r"],
  runs: "code",
  options: /^(?:-[nr]\s*\d+(?:\s+|$))*/,
  surround: ({ isExpression, awaits, options }, hook) => {
    const wanted: TimeitOptions = { loops: number(options, "n"), runs: number(options, "r") };
    const head = `await ${hook}.timeit(${JSON.stringify(wanted)},${awaits ? "async " : ""}()=>`;
    return isExpression ? { value: [`${head}(`, "))"] } : { first: `${head}{`, last: "})" };
  },
  calls: ({ stopHere }) => ({
    timeit: async (options: TimeitOptions, code: () => unknown): Promise<void> => {
      console.log(describe(await measure(options, code, stopHere)));
    },
  }),
};

/** How often the code is run; found out when left out. */
interface TimeitOptions {
  loops?: number | undefined;
  runs?: number | undefined;
}

/** The number behind a flag. */
function number(options: string, flag: "n" | "r"): number | undefined {
  const text = new RegExp(`-${flag}\\s*(\\d+)`).exec(options)?.[1];
  return text === undefined ? undefined : Number(text);
}

const RUNS = 7;
/** A run should take so long that the clock's own error does not matter. */
const RUN_MS = 40;

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
