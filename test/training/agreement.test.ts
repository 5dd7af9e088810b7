/**
 * The engine against PyTorch: same network, same weights, same batches, float32.
 *
 * Expected values are computed by PyTorch while the test runs (pytorch_reference.py, next to this file).
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Network } from "../../src/networks/network.js";
import { Model } from "../../src/training/engines/torch.js";
import { python, referenceScript, withoutPython } from "./needs.js";
import { noise, randomStream, samples } from "./networks.js";

const options = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-5 };
const steps = 20;
const threads = 1;
const tolerance = 1e-4;
/** After so many steps rounding has grown: weights that gradients hardly move differ by more than the losses do. */
const finalTolerance = 3e-3;

interface Reference {
  readonly evaluation: number[];
  readonly training: number[];
  readonly losses: number[];
}

/** One network prepared for both sides. */
class Case {
  readonly batches;
  readonly tensors: { name: string; shape: number[]; offset: number }[] = [];
  weights: Float32Array = new Float32Array();
  readonly network: Network;
  readonly folder: string;

  constructor(network: Network, folder: string) {
    this.network = network;
    this.folder = folder;
    this.batches = Array.from({ length: steps }, (_, i) => noise(network, 16, 20, 100 + i));
  }

  /** Fresh weights of ours, with biases, scales and statistics moved off their trivial initial values. */
  async write(model: Model): Promise<void> {
    const random = randomStream(5);
    const parts: Float32Array[] = [];
    let offset = 0;
    for (const { name, shape } of model.tensors()) {
      const values = await model.get(name);
      if (shape.length === 1) {
        const centre = name.endsWith("running_var") || name.endsWith(".weight") ? 1 : 0;
        values.forEach((_, i) => {
          values[i] = centre + 0.3 * (random() - 0.5);
        });
        await model.set(name, values);
      }
      this.tensors.push({ name, shape, offset });
      parts.push(values);
      offset += values.length;
    }
    this.weights = concatenate(parts);
    mkdirSync(this.folder);
    const { network, tensors, batches } = this;
    const shapes = batches.map(b => b.batch.shape);
    writeFileSync(
      join(this.folder, "case.json"),
      JSON.stringify({ network, batches: shapes, tensors, ...options }),
    );
    writeFileSync(join(this.folder, "weights.f32"), this.weights);
    writeFileSync(join(this.folder, "images.f32"), concatenate(batches.map(b => b.batch.images)));
    writeFileSync(join(this.folder, "labels.i32"), Int32Array.from(batches.flatMap(b => [...b.labels])));
  }

  result(): Reference {
    return JSON.parse(readFileSync(join(this.folder, "result.json"), "utf8"));
  }

  /** A file in the layout of weights.f32, by name. */
  read(file: string): Map<string, Float32Array> {
    const all = new Float32Array(new Uint8Array(readFileSync(join(this.folder, file))).buffer);
    return new Map(
      this.tensors.map(({ name, shape, offset }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [name, all.subarray(offset, offset + size)];
      }),
    );
  }
}

const concatenate = (parts: readonly Float32Array[]): Float32Array => {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** ‖a − b‖ / ‖b‖ over all elements, and not merely of the largest. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(difference / Math.max(size, 1e-30));
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, within = tolerance) => {
  const d = distance(actual, expected);
  assert.ok(d <= within, `${what}: relative difference ${d.toExponential(2)} exceeds ${within}`);
};

describe("engine torch agrees with PyTorch", { skip: withoutPython }, () => {
  let folder: string;
  let cases: Case[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "netspace-agreement-"));
    cases = samples.map((network, i) => new Case(network, join(folder, `${i}`)));
    for (const one of cases) {
      const model = await Model.create(one.network, { seed: 3, threads });
      await one.write(model);
      model.dispose();
    }
    // One process for all cases: importing torch takes longer than the cases do.
    await promisify(execFile)(python, [referenceScript, ...cases.map(c => c.folder)]);
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
