/**
 * What recipes add to plain SGD, against PyTorch: label smoothing, mixup, dropout, stochastic depth, decay by kind of
 * parameter and averaged weights, each alone and then all at once. Expected values are PyTorch's own, of this run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withDropout, withDropPath } from "netspace";
import type { Network } from "../../../../src/networks/network.js";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutPython } from "../../../support/needs.js";
import { samples, xBlocks } from "../../../support/networks.js";
import { type CaseSettings, PytorchCase, runPytorch } from "../../../support/pytorch-case.js";

const plain = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-3 };
const steps = 6;
const threads = 1;
const gated = samples.find(({ name }) => name === "Y")!;
/** A rate high enough that of 16 images some skip even the first of two branches. */
const irregularly = (network: Network) => withDropPath(withDropout(network, 0.3), 0.5);

const variants: Record<string, [Network, CaseSettings]> = {
  "label smoothing": [xBlocks, { ...plain, labelSmoothing: 0.1 }],
  mixup: [xBlocks, { ...plain, share: 0.7 }],
  "mixup of smoothed labels": [xBlocks, { ...plain, share: 0.25, labelSmoothing: 0.2 }],
  dropout: [withDropout(xBlocks, 0.4), { ...plain, dropoutSeed: 11 }],
  "stochastic depth": [withDropPath(xBlocks, 0.6), { ...plain, dropoutSeed: 12 }],
  "decay of normalisations": [gated, { ...plain, weightDecay: 0.2, normWeightDecay: 0 }],
  "decay of biases": [gated, { ...plain, weightDecay: 0.2, biasWeightDecay: 0.02 }],
  "averaged weights": [xBlocks, { ...plain, averageDecay: 0.8 }],
  everything: [
    irregularly(gated),
    {
      ...plain,
      labelSmoothing: 0.1,
      share: 0.6,
      dropoutSeed: 13,
      averageDecay: 0.7,
      normWeightDecay: 0.1,
      biasWeightDecay: 0,
    },
  ],
};

describe("engine torch agrees with PyTorch on", { skip: withoutPython }, () => {
  let folder: string;
  const cases = new Map<string, PytorchCase>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-regularisation-"));
    for (const [name, [network, settings]] of Object.entries(variants)) {
      const one = new PytorchCase(network, join(folder, `${cases.size}`), settings, steps);
      const model = await Model.create(network, { seed: 3, threads });
      await one.write(model);
      model.dispose();
      cases.set(name, one);
    }
    await runPytorch([...cases.values()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of Object.keys(variants)) {
    it(name, async () => {
      const one = cases.get(name)!;
      const { network, settings, tensors, batches } = one;
      const expected = one.result();
      const model = await Model.create(network, { seed: 4, threads });
      for (const [parameter, values] of one.read("weights.f32")) await model.set(parameter, values.slice());
      close(await model.forward(batches[0].batch), expected.evaluation, "logits when evaluating");
      const { share, dropoutSeed, ...rest } = settings;
      for (const [step, { batch, labels, others }] of batches.entries()) {
        const mixed = share === undefined ? undefined : { labels: others, share };
        const loss = await model.step(batch, labels, {
          ...rest,
          ...(mixed && { mixed }),
          ...(step === 0 && dropoutSeed !== undefined && { dropoutSeed }),
        });
        close([loss], [expected.losses[step]], `loss of step ${step + 1}`);
        if (step > 0) continue;
        const gradients = one.read("gradients.f32");
        for (const { name: parameter } of tensors) {
          const reference = gradients.get(parameter)!;
          if (parameter.includes(".running_") || Math.hypot(...reference) < 1e-6) continue;
          close(await model.gradient(parameter), reference, `gradient of ${parameter}`);
        }
      }
      const all = async (file: string) => {
        for (const [parameter, values] of one.read(file)) {
          close(await model.get(parameter), values, `${file}: ${parameter}`, 1e-3);
        }
      };
      await all("final.f32");
      if (settings.averageDecay !== undefined) {
        await model.exchangeAverages();
        await all("average.f32");
        await model.exchangeAverages();
        await all("final.f32");
      }
      model.dispose();
    });
  }
});
