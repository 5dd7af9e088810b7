/** The power that a GPU draws while a trial trains on it, as NVIDIA's driver reports it. */
import { spawn } from "node:child_process";
import type { Device } from "../../training/engines/torch.js";

/** Between two readings, milliseconds. */
const READ_MS = 500;

/**
 * Begins to read a device's power; the returned function ends that and gives the mean, watts. Undefined on a CPU,
 * and where nvidia-smi is missing, does not tell the power, or had no time for a reading.
 */
export function meterPower(device: Device): () => number | undefined {
  if (device === "cpu") return () => undefined;
  const query = ["--query-gpu=power.draw", "--format=csv,noheader,nounits", "-lms", String(READ_MS)];
  const child = spawn("nvidia-smi", [`--id=${physical(device)}`, ...query], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.on("error", () => {}); // Without nvidia-smi nothing is said.
  child.stdout.on("data", (text: Buffer) => (said += text.toString()));
  return () => {
    child.kill();
    // The last line may be cut short.
    const watts = said.split("\n").slice(0, -1).map(Number.parseFloat).filter(Number.isFinite);
    return watts.length > 0 ? watts.reduce((sum, value) => sum + value, 0) / watts.length : undefined;
  };
}

/** The driver's name of a device: CUDA numbers only those that CUDA_VISIBLE_DEVICES leaves visible. */
function physical(device: Device): string {
  const number = Number(device.split(":")[1] ?? 0);
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(",").map(name => name.trim());
  return visible?.[number] || String(number);
}
