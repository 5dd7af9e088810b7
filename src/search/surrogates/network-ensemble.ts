/**
 * An ensemble of small networks, BANANAS' surrogate: five perceptrons of 10 layers of 20, trained for 150 epochs by Adam at
 * 0.01 on batches of 32, by the mean absolute error (naszilla's settings). With 2 layers of 100, each member on ⅘ of the data, it
 * is PNAS' surrogate without an LSTM.
 *
 * Deviations: errors are standardised before, which at 150 epochs the published form needs less, since its errors are near 10.
 */
import { seededAt } from "../../base/random.js";
import { isCount, isPositive, isShare, settingsOf } from "../strategy.js";
import { Perceptron } from "./perceptron.js";
import { fittedSurrogate, requireData, requireVectors, standardised, type Surrogate } from "./surrogate.js";

export interface NetworkEnsembleSettings {
  /** Default 5. */
  readonly members?: number;
  /** Hidden layers. Default 10. */
  readonly layers?: number;
  /** Default 20. */
  readonly width?: number;
  /** Default 150. */
  readonly epochs?: number;
  /** Default 32. */
  readonly batch?: number;
  /** Default 0.01. */
  readonly learningRate?: number;
  /** How much of the data each member is trained on. Default 1: all of it. */
  readonly share?: number;
}

/**
 * An ensemble of small perceptrons, BANANAS' surrogate (White et al. 2021), with its settings unless others are given.
 *
 * @throws RangeError for a setting that is not what it must be
 * @example
 * ```ts
 * import { networkEnsemble } from "netspace/search";
 *
 * const inputs = [0, 1, 2, 3, 4].map(x => new Float64Array([x]));
 * const fitted = networkEnsemble().fit(inputs, [50, 46, 43, 38, 34]);
 * const { mean, deviation } = fitted.predict([new Float64Array([2.5])]);
 * [mean[0], deviation![0]].map(points => points.toFixed(0)); // => ["40", "1"]
 * ```
 */
export function networkEnsemble(settings?: NetworkEnsembleSettings): Surrogate {
  const all = settingsOf<NetworkEnsembleSettings>(
    "networkEnsemble",
    settings,
    { members: 5, layers: 10, width: 20, epochs: 150, batch: 32, learningRate: 0.01, share: 1 },
    {
      members: ["an integer from 2 on", value => isCount(value) && value > 1],
      layers: ["a positive integer", isCount],
      width: ["a positive integer", isCount],
      epochs: ["a positive integer", isCount],
      batch: ["a positive integer", isCount],
      learningRate: ["a positive number", isPositive],
      share: ["a number above 0 and up to 1", value => isShare(value) && value > 0],
    },
  );
  const { members, layers, width, share } = all;
  const name = "network ensemble";
  return {
    name,
    settings: all,
    fit(inputs, errors, { seed = 0 } = {}) {
      requireData("networkEnsemble", inputs, errors);
      const { values, mean, scale } = standardised(errors);
      const { length } = inputs[0];
      const networks = Array.from({ length: members }, (_, place) => {
        const random = seededAt(seed, place);
        const network = new Perceptron(length, layers, width, random);
        const taken = part(inputs.length, share, random);
        network.train(
          taken.map(i => inputs[i]),
          taken.map(i => values[i]),
          all,
          random,
        );
        return network;
      });
      return fittedSurrogate({ name, settings: all }, { seed, inputs, errors }, given => {
        requireVectors("networkEnsemble", given, length);
        const expected = new Float64Array(given.length);
        const deviation = new Float64Array(given.length);
        for (const [i, vector] of given.entries()) {
          const each = networks.map(network => network.predict(vector));
          const middle = each.reduce((a, b) => a + b, 0) / members;
          const squares = each.reduce((sum, value) => sum + (value - middle) ** 2, 0);
          expected[i] = mean + scale * middle;
          deviation[i] = scale * Math.sqrt(squares / (members - 1));
        }
        return { mean: expected, deviation };
      });
    },
  };
}

/** A share of n places, at least two, drawn without replacement, in their order. */
function part(n: number, share: number, random: () => number): number[] {
  const places = Array.from({ length: n }, (_, i) => i);
  const count = Math.min(n, Math.max(2, Math.round(share * n)));
  for (let i = n - 1; i >= count; i--) places.splice(Math.floor(random() * (i + 1)), 1);
  return places;
}
