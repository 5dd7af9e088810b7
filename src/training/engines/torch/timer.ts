/** A network on a device, with weights as drawn, whose runs are timed. */
import { expectOptions } from "../../../base/expect-options.js";
import { requireUnmixed } from "../../../networks/mixture.js";
import type { Network } from "../../../networks/network.js";
import type { Timer, TimerOptions } from "../../engine.js";
import { type Device, Model } from "./model.js";

export async function createTimer(network: Network, options: TimerOptions, device: Device): Promise<Timer> {
  expectOptions("timer", options, {
    batch: "number",
    resolution: "number",
    mode: "text",
    precision: "any?",
    threads: "any?",
  });
  const { batch, resolution, mode, precision, threads } = options;
  requireUnmixed("time", network);
  const model = await Model.create(network, { precision, threads, device });
  const training = mode === "training";
  return {
    run: runs => model.time({ batch, resolution, training, warmUp: 0, runs }),
    dispose: () => model.dispose(),
  };
}
