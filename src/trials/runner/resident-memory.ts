/** How much memory another process holds. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Resident memory of a process, bytes; undefined where it is gone, or the system does not tell. */
export function residentMemory(pid: number): number | undefined {
  if (process.platform === "linux") {
    try {
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }
  const { status, stdout } = spawnSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 ? Number(stdout.trim()) * 1024 : undefined;
}
