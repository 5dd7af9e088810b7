/** How many cores of this machine nothing else is using at the moment. */
import { availableParallelism, cpus } from "node:os";

/** Ticks of `os.cpus` are of 10 ms: over a shorter while they say little. */
const WINDOW = 100;

/** Milliseconds that all cores together were busy and idle since the machine started. */
function spent(): { readonly busy: number; readonly idle: number } {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}

/**
 * Watches the machine for a tenth of a second, and takes what this process does itself for free. In a container it is
 * the machine that is watched, and the container's share that bounds the answer.
 *
 * @returns from 1 to all cores of this process, an integer; all of them where the system does not tell
 */
export async function freeCores(): Promise<number> {
  const cores = availableParallelism();
  if (cores === 1) return 1;
  const before = spent();
  const own = process.cpuUsage();
  await new Promise(resolve => {
    setTimeout(resolve, WINDOW);
  });
  const { user, system } = process.cpuUsage(own);
  const after = spent();
  return coresLeft({
    cores,
    count: cpus().length,
    busy: after.busy - before.busy,
    idle: after.idle - before.idle,
    own: (user + system) / 1000,
  });
}

/** What was seen in a window: milliseconds of all of the machine's `count` cores, and of this process. */
interface Seen {
  readonly cores: number;
  readonly count: number;
  readonly busy: number;
  readonly idle: number;
  readonly own: number;
}

/** Cores are free by halves and more: background work of a few per cent takes none away. */
export function coresLeft({ cores, count, busy, idle, own }: Seen): number {
  const whole = busy + idle;
  if (!(whole > 0)) return cores;
  const others = (count * Math.max(0, busy - own)) / whole;
  return Math.max(1, Math.min(cores, Math.round(count - others)));
}
