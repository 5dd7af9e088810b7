/** What tests of engine torch make models and data sets of. */
import type { Layer } from "../../src/networks/network.js";
import type { Dataset } from "../../src/training/dataset.js";
import { type DatasetHandle, loadAddon } from "../../src/training/engines/torch/addon.js";
import { Model } from "../../src/training/engines/torch.js";
import { distance } from "./close.js";
import type { PytorchCase } from "./pytorch-case.js";

export const conv = (name: string, input: string, from: number, to: number, kernel: number): Layer => ({
  op: "conv",
  name,
  inputs: [input],
  in: from,
  out: to,
  kernel,
  stride: 1,
  groups: 1,
  bias: false,
});

export const norm = (name: string, input: string, channels = 8): Layer => ({
  op: "batchnorm",
  name,
  inputs: [input],
  channels,
});

/** Puts the images of a data set onto the CPU as the engine does. */
export const upload = (data: Dataset, padding = 0): Promise<DatasetHandle> =>
  loadAddon().createDataset({
    trainImages: data.train.images,
    trainLabels: Int32Array.from(data.train.labels),
    testImages: data.test.images,
    testLabels: Int32Array.from(data.test.labels),
    channels: 3,
    resolution: data.resolution,
    mean: Float32Array.from(data.mean),
    std: Float32Array.from(data.std),
    padding,
    device: "cpu",
    threads: 1,
  });

/** How far bf16 gradients are from PyTorch's in float32, over how far those of its autocast are; rising, one for each case. */
export async function autocastRatios(
  cases: Iterable<PytorchCase>,
  options: Parameters<Model["step"]>[2],
  threads: number,
): Promise<number[]> {
  const ratios: number[] = [];
  for (const one of cases) {
    const [exact, autocast] = [one.read("gradients.f32"), one.read("autocast.f32")];
    const model = await Model.create(one.network, { precision: "bf16", threads });
    for (const [name, values] of one.read("weights.f32")) await model.set(name, values.slice());
    const [{ batch, labels }] = one.batches;
    await model.step(batch, labels, { ...options, update: false });
    let [ours, theirs] = [0, 0];
    for (const [name, reference] of exact) {
      if (name.includes(".running_")) continue;
      const size = Math.hypot(...reference);
      // Nothing but rounding is left of these.
      if (size < 1e-6) continue;
      ours += (distance(await model.gradient(name), reference) * size) ** 2;
      theirs += (distance(autocast.get(name)!, reference) * size) ** 2;
    }
    ratios.push(Math.sqrt(ours / theirs));
    model.dispose();
  }
  return ratios.sort((a, b) => a - b);
}
