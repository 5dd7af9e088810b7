/**
 * The engine against PyTorch: same network, same weights, same batches, float32.
 *
 * Expected values are computed by PyTorch while the test runs (pytorch_reference.py, next to this file).
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Model } from "../../../../src/training/engines/torch.js";
import { close } from "../../../support/close.js";
import { withoutPython } from "../../../support/needs.js";
import { samples } from "../../../support/networks.js";
import { PytorchCase, runPytorch } from "../../../support/pytorch-case.js";
import { autocastRatios } from "../../../support/torch-model.js";

const options = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-5 };
const steps = 20;
const threads = 1;
/** After so many steps rounding has grown: weights that gradients hardly move differ by more than the losses do. */
const finalTolerance = 3e-3;

describe("engine torch agrees with PyTorch", { skip: withoutPython }, () => {
  let folder: string;
  let cases: PytorchCase[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-agreement-"));
    cases = samples.map((network, i) => new PytorchCase(network, join(folder, `${i}`), options, steps));
    for (const one of cases) {
      const model = await Model.create(one.network, { seed: 3, threads });
      await one.write(model);
      model.dispose();
    }
    await runPytorch(cases);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [i, network] of samples.entries()) {
    it(`${network.name}: outputs, gradients, ${steps} losses and final weights`, async () => {
      const { tensors, weights, batches } = cases[i];
      const expected = cases[i].result();
      const model = await Model.create(network, { seed: 4, threads });
      for (const { name, shape, offset } of tensors) {
        const size = shape.reduce((a, b) => a * b, 1);
        await model.set(name, weights.slice(offset, offset + size));
      }
      close(await model.forward(batches[0].batch), expected.evaluation, "logits when evaluating");

      const gradients = cases[i].read("gradients.f32");
      const final = cases[i].read("final.f32");
      const losses: number[] = [];
      for (const [step, { batch, labels }] of batches.entries()) {
        losses.push(await model.step(batch, labels, options));
        if (step > 0) continue;
        for (const { name } of tensors) {
          if (name.includes(".running_")) continue;
          const reference = gradients.get(name)!;
          // A bias before a normalisation has gradient 0 up to rounding; there is nothing to be relative to.
          if (Math.hypot(...reference) < 1e-6) continue;
          close(await model.gradient(name), reference, `gradient of ${name}`);
        }
      }
      for (const [step, loss] of losses.entries()) {
        close([loss], [expected.losses[step]], `loss of step ${step + 1}`);
      }
      for (const { name } of tensors)
        close(await model.get(name), final.get(name)!, `final ${name}`, finalTolerance);
      model.dispose();
    });
  }

  it("gives the training-mode logits of the first batch", async () => {
    const one = cases[0];
    const model = await Model.create(one.network, { threads });
    for (const [name, values] of one.read("weights.f32")) await model.set(name, values.slice());
    close(await model.forward(one.batches[0].batch, true), one.result().training, "logits when training");
    model.dispose();
  });

  it("bf16 gradients are no further from float32's than those of PyTorch's autocast", async () => {
    const ratios = await autocastRatios(cases, options, threads);
    // Rounding is luck in each network; all in all ours has the fewer roundings (sums and norms are fused in float32).
    assert.ok(ratios[Math.floor(ratios.length / 2)] < 1.1, `median of ${ratios.map(r => r.toFixed(2))}`);
    assert.ok(ratios.at(-1)! < 1.6, `${ratios.map(r => r.toFixed(2))}`);
  });

  it("bf16 follows the float32 losses loosely", async () => {
    for (const one of cases) {
      const expected = one.result();
      const model = await Model.create(one.network, { precision: "bf16", threads });
      for (const [name, values] of one.read("weights.f32")) await model.set(name, values.slice());
      for (const [step, { batch, labels }] of one.batches.entries()) {
        const loss = await model.step(batch, labels, options);
        close([loss], [expected.losses[step]], `${one.network.name}: loss of step ${step + 1}`, 0.08);
      }
      model.dispose();
    }
  });
});
