/**
 * Engine tensorflow against engine torch, which agrees with PyTorch (../agreement.test.ts): same network, same
 * weights, same batches, float32. One backend a process, as tfjs has it.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { tensorflowOn } from "../../../../src/training/engines/tensorflow.js";
import { type Backend, loadBackend } from "../../../../src/training/engines/tensorflow/backend.js";
import type { BackendKind } from "../../../../src/training/engines/tensorflow/backend-kind.js";
import { crossEntropy } from "../../../../src/training/engines/tensorflow/kernels/cross-entropy.js";
import { type Images, TensorflowModel } from "../../../../src/training/engines/tensorflow/model.js";
import { type ImageBatch, Model, torch } from "../../../../src/training/engines/torch.js";
import type { Recipe } from "../../../../src/training/recipe.js";
import { tiny } from "../../../../src/training/recipes.js";
import { close, distance } from "../../../support/close.js";
import { withoutAddon } from "../../../support/needs.js";
import { cellNetworks } from "../../../support/cell-networks.js";
import { noise, quadrants, randomStream, samples, small } from "../../../support/networks.js";

const options = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-5 };
const steps = 20;
/** Small: JavaScript computes them as well. */
const images = 4;
const resolution = 20;
const tolerance = 1e-4;
/** An epsilon at which a gradient that is 0 but for rounding moves nothing. */
const adam = { learningRate: 2e-3, momentum: 0.9, epsilon: 1e-3 };
/** Of losses, at the last step. */
const lossTolerance = 1e-3;

/** The same images, channels last. */
function channelsLast(batch: ImageBatch): Images {
  const [count, channels, height, width] = batch.shape;
  const area = height * width;
  const values = new Float32Array(batch.images.length);
  for (let i = 0; i < count * channels; i++) {
    const [image, channel] = [Math.floor(i / channels), i % channels];
    for (let p = 0; p < area; p++)
      values[(image * area + p) * channels + channel] = batch.images[i * area + p];
  }
  return { values, shape: [count, height, width, channels] };
}

/** Both models with the same weights: torch's, with biases, scales and statistics moved off their initial values. */
async function pair(network: (typeof samples)[number], backend: Backend) {
  const theirs = await Model.create(network, { seed: 3, threads: 1 });
  const ours = new TensorflowModel(network, backend, 3);
  const random = randomStream(5);
  for (const { name, shape } of theirs.tensors()) {
    const values = await theirs.get(name);
    if (shape.length > 1) close(ours.parameters.get(name), values, `initial ${name}`, 1e-6);
    else {
      const centre = name.endsWith("running_var") || name.endsWith(".weight") ? 1 : 0;
      values.forEach((_, i) => {
        values[i] = centre + 0.3 * (random() - 0.5);
      });
      await theirs.set(name, values);
    }
  }
  ours.parameters.setWeights(await theirs.weights());
  return { ours, theirs };
}

/** Declares the tests of one backend. */
export function describeAgreement(kind: BackendKind, skip: string | false): void {
  describe(`engine tensorflow on ${kind} kernels agrees with engine torch`, {
    skip: withoutAddon || skip,
  }, () => {
    let backend: Backend;
    before(async () => {
      backend = await loadBackend(kind);
    });
    after(() => assert.equal(backend.tf.memory().numTensors, 0, "tensors left over"));

    for (const network of [...samples, ...cellNetworks]) {
      it(`${network.name}: outputs, gradients, ${steps} losses and final weights`, async () => {
        const { ours, theirs } = await pair(network, backend);
        const names = theirs.tensors().map(({ name }) => name);
        const first = noise(network, images, resolution, 99).batch;
        close(
          ours.forward(channelsLast(first), false),
          await theirs.forward(first),
          "logits when evaluating",
        );
        // A batch with an activation within rounding of ReLU's kink has two right gradients: the best of three counts.
        const trials = [];
        for (const seed of [1, 2, 3]) {
          const { batch, labels } = noise(network, images, resolution, seed);
          await theirs.step(batch, labels, { ...options, update: false });
          const logits = ours.forward(channelsLast(batch), true);
          ours.backward(crossEntropy(logits, { labels }, network.classes).gradient);
          let worst = { name: "", by: 0 };
          for (const name of names.filter(each => !each.includes(".running_"))) {
            const by = distance(ours.parameters.gradient(name), await theirs.gradient(name));
            if (by > worst.by) worst = { name, by };
          }
          trials.push(worst);
        }
        const { name: worst, by } = trials.sort((a, b) => a.by - b.by)[0];
        assert.ok(
          by > 0 && by <= tolerance,
          `gradient of ${worst}: relative difference ${by.toExponential(2)}`,
        );

        for (let step = 1; step <= steps; step++) {
          const { batch, labels } = noise(network, images, resolution, 99 + step);
          const expected = await theirs.step(batch, labels, options);
          const logits = ours.forward(channelsLast(batch), true);
          const { value, gradient } = crossEntropy(logits, { labels }, network.classes);
          ours.backward(gradient);
          ours.parameters.update(options);
          close([value], [expected], `loss of step ${step}`, step === 1 ? tolerance : lossTolerance);
        }
        // After so many steps rounding has grown: weights that gradients hardly move differ more than losses do.
        for (const name of names)
          close(ours.parameters.get(name), await theirs.get(name), `final ${name}`, 2e-2);
        ours.dispose();
        theirs.dispose();
      });
    }

    const recipes: Record<string, Partial<Recipe>> = {
      "order, crops and mirroring": { zeroInitResidual: true },
      "smoothed labels": { labelSmoothing: 0.2 },
      "mixed images": { mixup: 0.3 },
      "images mixed nearly evenly": { mixup: 4, labelSmoothing: 0.1 },
      "decays of their own": { weightDecay: 0.2, normWeightDecay: 0, biasWeightDecay: 0.1 },
      "averaged weights": { averageDecay: 0.7, testEvery: 1 },
      "blanked squares": { cutout: 5 },
      "blanked squares of mixed images": { cutout: 6, mixup: 0.3 },
      "plain momentum, clipped": { nesterov: false, clipNorm: 0.3 },
      Adam: { ...adam, optimiser: "adam", beta1: 0.8 },
      "AdamW with decays of their own": { ...adam, optimiser: "adamw", weightDecay: 0.3, normWeightDecay: 0 },
      RMSProp: { ...adam, optimiser: "rmsprop", momentum: 0, learningRate: 5e-4 },
      "RMSProp with epsilon inside the root": {
        ...adam,
        optimiser: "rmsprop",
        smoothing: 0.9,
        epsilonInsideRoot: true,
        decayFactor: 0.9,
        decayEvery: 0.4,
        decayStaircase: true,
      },
    };
    for (const [what, own] of Object.entries(recipes)) {
      it(`trains the same trial to the same losses and errors: ${what}`, async () => {
        const dataset = quadrants(160, 90);
        const recipe: Recipe = { ...tiny, epochs: 2, batch: 32, learningRate: 0.05, ...own };
        const run = async (engine: typeof torch) => {
          const losses: number[] = [];
          const onStep = ({ loss }: { loss: number }) => losses.push(loss);
          const result = await engine.train(small, dataset, recipe, {
            seed: 8,
            threads: 1,
            onStep,
            keepWeights: "last",
          });
          return { losses, result };
        };
        const expected = await run(torch);
        const { losses, result } = await run(tensorflowOn({ backend: kind }));
        close(losses, expected.losses, "losses");
        assert.equal(losses.length, 10);
        assert.deepEqual(
          result.epochs.map(({ trainError, testError }) => [trainError, testError]),
          expected.result.epochs.map(({ trainError, testError }) => [trainError, testError]),
        );
        for (const [name, { values, shape }] of expected.result.weights!) {
          const ours = result.weights!.get(name)!;
          assert.deepEqual(ours.shape, shape);
          close(ours.values, values, `final ${name}`, 1e-2);
        }
      });
    }
  });
}
