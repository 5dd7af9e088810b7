/** What the kernel costs its machine: the numbers that front ends show beside a kernel's name. */

import { readFileSync } from "node:fs";
import { cpus, freemem, hostname, totalmem } from "node:os";
import { descendants, type ProcessEntry, processTable } from "./process-table.js";

/** The kernel's clock on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Measures this process and all below it. CPU use is that since the last measurement. */
export class Usage {
  #before = { time: process.uptime(), ticks: 0, total: 0, idle: 0 };

  /** Content of `usage_reply`, as ipykernel gives it: memory in bytes, CPU in percent of one core. */
  measure(): Record<string, unknown> {
    const family = below(process.pid);
    const time = process.uptime();
    const ticks = family.reduce((sum, { ticks: own }) => sum + own, 0);
    const host = cpus().reduce(
      (sum, { times }) => ({
        total: sum.total + times.user + times.nice + times.sys + times.idle + times.irq,
        idle: sum.idle + times.idle,
      }),
      { total: 0, idle: 0 },
    );
    const before = this.#before;
    this.#before = { time, ticks, ...host };
    const seconds = Math.max(time - before.time, 1e-3);
    const busy = 1 - (host.idle - before.idle) / Math.max(1, host.total - before.total);
    const used = totalmem() - freemem();
    return {
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: Math.max(0, (100 * (ticks - before.ticks)) / TICKS_PER_SECOND / seconds),
      kernel_memory: family.reduce((sum, { pid }) => sum + memory(pid), 0),
      cpu_count: cpus().length,
      host_cpu_percent: Math.max(0, 100 * busy),
      host_virtual_memory: {
        total: totalmem(),
        available: freemem(),
        percent: (100 * used) / totalmem(),
        used,
        free: freemem(),
      },
    };
  }
}

/** A process and all below it; where there is no /proc, the process alone. */
function below(root: number): Pick<ProcessEntry, "pid" | "ticks">[] {
  const found = descendants(root, processTable());
  if (found.length > 0) return found;
  const { user, system } = process.cpuUsage();
  return [{ pid: root, ticks: ((user + system) / 1e6) * TICKS_PER_SECOND }];
}

/** Bytes; pages that processes share are counted once where the system tells. */
function memory(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kilobytes) * 1024;
  } catch {
    return pid === process.pid ? process.memoryUsage.rss() : 0;
  }
}
