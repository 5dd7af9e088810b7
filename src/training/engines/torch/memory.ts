/** What tensors may hold unless a training says otherwise. */
import { totalmem } from "node:os";

/**
 * Of a CPU: what the machine or the process's control group has, bytes, since beyond it the system ends the process.
 * Of other devices 0: no limit of ours.
 */
export function memoryOf(device: string): number {
  if (device !== "cpu") return 0;
  // 0 or beyond all memory when no control group limits the process.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}
