/** TensorFlow's own kernels, where tfjs-node is linked. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { findTfjsNode, loadBackend } from "../../../../src/training/engines/tensorflow/backend.js";
import type {
  Kernels,
  Shape4D,
  Window,
} from "../../../../src/training/engines/tensorflow/kernels/kernels.js";
import { portableKernels } from "../../../../src/training/engines/tensorflow/kernels/portable-kernels.js";
import { distance } from "../../../support/close.js";
import { randomStream } from "../../../support/networks.js";
import { describeAgreement } from "./agreement.js";

const unlinked = 'tfjs-node is not linked: run "node scripts/setup.mjs --engine tensorflow"';
const skip = findTfjsNode() === undefined ? unlinked : false;
describeAgreement("node", skip);

describe("convolutions that TensorFlow has not are made of those that it has", { skip }, () => {
  it("as the loops of the portable kernels have them, and their gradients: 150 windows on maps of all sides", async () => {
    const { tf, kernels } = await loadBackend("node");
    const loops = portableKernels(tf);
    const random = randomStream(31);
    const below = (n: number) => Math.floor(random() * n);
    const noise = (shape: Shape4D) =>
      tf.tensor4d(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5),
        shape,
      );
    const seen = new Set<string>();
    for (let i = 0; i < 150; i++) {
      const padding = ([undefined, "same", "valid"] as const)[below(3)];
      const taps = () => (padding === undefined ? 1 + 2 * below(3) : 1 + below(5));
      const [groups, inGroup, outGroup] = [
        [1, 3, 4] as const,
        [4, 1, 1] as const,
        [3, 1, 2] as const,
        [2, 3, 2] as const,
      ][below(4)];
      const window: Window = {
        kernel: [taps(), taps()],
        stride: below(2) ? 1 + below(4) : [1 + below(3), 1 + below(3)],
        groups,
        dilation: 1 + below(4),
        ...(padding && { padding }),
      };
      // Without padding, a map is as large as a window at least.
      const side = () => (padding === "valid" ? 17 : 1) + below(9);
      const x = noise([2, side(), side(), groups * inGroup]);
      const weight = noise([...(window.kernel as [number, number]), inGroup, groups * outGroup]);
      const all = (of: Kernels): Tensor[] => {
        const y = of.conv(x, weight, window);
        const dy = tf.mul<Tensor4D>(y, y);
        const gradients = [
          of.convInputGradient(x.shape, weight, dy, window),
          of.convWeightGradient(x, weight.shape, dy, window),
        ];
        dy.dispose();
        return [y, ...gradients];
      };
      const [expected, actual] = [all(loops), all(kernels)];
      for (const [k, what] of ["output", "gradient of the map", "gradient of the weights"].entries()) {
        const named = `${what} of ${JSON.stringify(window)} on ${x.shape}`;
        assert.deepEqual(actual[k].shape, expected[k].shape, named);
        const values = expected[k].dataSync<"float32">();
        if (values.every(value => value === 0)) continue;
        assert.ok(distance(actual[k].dataSync<"float32">(), values) < 1e-5, named);
      }
      seen.add(`${padding} ${groups} ${(window.dilation ?? 1) > 1}`);
      tf.dispose([x, weight, ...expected, ...actual]);
    }
    assert.equal(seen.size, 3 * 4 * 2, "paddings, groups, with and without dilation");
    assert.equal(tf.memory().numTensors, 0, "tensors left over");
  });
});
