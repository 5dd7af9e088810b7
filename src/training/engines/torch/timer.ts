/** A network on a device, with weights as drawn, whose runs are timed. */
import { expectFields } from "../../../base/expect.js";
import type { Network } from "../../../networks/network.js";
import type { Timer, TimerOptions } from "../../engine.js";
import { type Device, Model } from "./model.js";

export async function createTimer(network: Network, options: TimerOptions, device: Device): Promise<Timer> {
  expectFields("timer", "options", options, { batch: "number", resolution: "number" });
  const { batch, resolution, mode, precision, threads } = options;
  const model = await Model.create(network, { precision, threads, device });
  const training = mode === "training";
  return {
    run: runs => model.time({ batch, resolution, training, warmUp: 0, runs }),
    dispose: () => model.dispose(),
  };
}
