/** `%time`: how long code takes, run once. */

import type { CodeMagic } from "./magic.js";
import { duration } from "./support/duration.js";

export const time: CodeMagic = {
  name: "time",
  line: {
    usage: "%time code",
    summary: "Runs the rest of the line and says how long it took; its value stays the cell's.",
  },
  cell: { usage: "%%time", summary: "Runs the cell and says how long it took." },
  runs: "code",
  // An expression keeps its value; around statements the clock is started and read.
  surround: ({ isExpression, endsInExpression }, hook) => {
    if (isExpression) return { value: [`${hook}.timed(${hook}.clock(),(`, "))"] };
    const first = `${hook}.tick();`;
    return endsInExpression
      ? { first, value: [`${hook}.tock((`, "))"] }
      : { first, last: `;${hook}.tock();` };
  },
  calls: () => {
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
    };
  },
};

/** A moment, in time passed and in processor time spent; milliseconds. */
interface Moment {
  wall: number;
  cpu: number;
}

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}
