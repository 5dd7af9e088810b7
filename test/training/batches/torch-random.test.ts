/**
 * Expected values are PyTorch 2.13.0's, in this order from one generator:
 *
 *   g = torch.Generator().manual_seed(seed)
 *   torch.randperm(20, generator=g); torch.randint(9, (6,), generator=g)
 *   torch.empty(5).normal_(0, 1, generator=g); torch.empty(20).normal_(0, 2, generator=g)
 *   torch.empty(3).normal_(0, 1, generator=g); torch.randperm(100000, generator=g)[:5]
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TorchRandom } from "../../../src/training/batches/torch-random.js";

const expected = [
  {
    seed: 5,
    permutation: [11, 0, 9, 10, 3, 15, 14, 18, 8, 2, 19, 6, 5, 12, 1, 7, 4, 17, 16, 13],
    integers: [4, 3, 6, 6, 0, 8],
    five: [-0.1820643, -1.0531051, 0.3400925, 0.3391122, 2.0144601],
    twenty: [
      0.5758996, 1.873593, -4.8062701, 1.6366851, 1.0394409, -1.3722143, -0.7427397, 0.976924, 0.6237019,
      1.4062201, 0.0054477, -1.0362284, -0.7153432, -0.5011799, -5.3284001, -1.0289707, 1.2433619, -1.2926594,
      1.8178741, 0.5663221,
    ],
    three: [-1.3269465, 1.1795633, 0.2027357],
    large: [8503, 66912, 32393, 49081, 3603],
  },
  {
    // Beyond 32 bits, of which torch uses the lower ones.
    seed: 12345678901,
    permutation: [6, 9, 5, 8, 19, 12, 18, 16, 1, 14, 3, 2, 4, 13, 0, 10, 7, 11, 15, 17],
    integers: [1, 3, 7, 5, 0, 7],
    five: [-0.7750547, 0.5475106, -0.3863556, -1.0149804, -0.3131415],
    twenty: [
      3.4858449, 0.2514228, -0.8455163, 0.2050995, -0.8054289, -0.7665293, -0.3806572, 0.608814, 0.9644513,
      -1.2556262, 2.7613277, -3.0069771, -2.348506, -0.7935312, -0.1061169, 0.5370965, 0.2667387, -0.6636073,
      -1.4032736, -2.5371122,
    ],
    three: [-0.700596, -0.7527677, 1.0058978],
    large: [23248, 78064, 78205, 2557, 21818],
  },
];

describe("TorchRandom", () => {
  for (const { seed, permutation, integers, five, twenty, three, large } of expected) {
    it(`draws what torch draws from seed ${seed}`, () => {
      const random = new TorchRandom(seed);
      const near = (actual: Float32Array, wanted: readonly number[]) => {
        for (const [i, value] of wanted.entries()) {
          assert.ok(Math.abs(actual[i] - value) < 1e-6, `${actual[i]} for ${value}`);
        }
      };
      assert.deepEqual([...random.permutation(20)], permutation);
      assert.deepEqual([...random.integers(9, 6)], integers);
      near(random.normal(5, 1), five);
      near(random.normal(20, 2), twenty);
      near(random.normal(3, 1), three);
      assert.deepEqual([...random.permutation(100_000).subarray(0, 5)], large);
    });
  }
});
