/**
 * Strategies with settings of ours for 100 to 300 evaluations, said to be ours: as published, most are random search there. Populations
 * take a fifth of the budget, controllers learn a hundred times as fast. Tried on NAS-Bench-Macro's space and on bits.
 */
import { lstm } from "../controllers/lstm.js";
import { evolution } from "../strategies/evolution.js";
import { gaussianProcessSearch } from "../strategies/gaussian-process-search.js";
import { localSearch } from "../strategies/local-search.js";
import { nsga2 } from "../strategies/nsga2.js";
import { ppo, reinforce } from "../strategies/reinforce.js";
import { surrogateSearch } from "../strategies/surrogate-search.js";
import { type Preset, preset } from "./preset.js";

const ours = { origin: "ours", evaluations: 200 } as const;

export const scaledPresets = {
  "evolution-small": preset(evolution({ population: 20, sample: 10 }), {
    ...ours,
    source: "after Real et al., AAAI 2019",
    states: "population 20, sample 10",
  }),
  "evolution-without-aging-small": preset(evolution({ population: 20, sample: 10, aging: false }), {
    ...ours,
    source: "after Real et al., AAAI 2019",
    states: "population 20, sample 10, the worst goes",
  }),
  "local-search-small": preset(localSearch({ initial: 5, step: "first" }), {
    ...ours,
    source: "after White et al. 2020",
    states: "5 architectures are drawn first, the first better neighbour is climbed to",
  }),
  "reinforce-small": preset(reinforce({ learningRate: 0.1 }), {
    ...ours,
    source: "after Dong and Yang, ICLR 2020",
    states: "independent softmaxes, Adam at 0.1, one architecture an update",
  }),
  "ppo-small": preset(ppo({ learningRate: 0.1, batch: 10 }), {
    ...ours,
    source: "after Zoph et al., CVPR 2018",
    states: "independent softmaxes, Adam at 0.1, 10 architectures an update",
  }),
  "reinforce-lstm-small": preset(
    reinforce({ controller: lstm({ units: 16 }), learningRate: 0.02, batch: 5 }),
    {
      ...ours,
      source: "after Zoph and Le, ICLR 2017",
      states: "LSTM of 1 × 16, Adam at 0.02, 5 architectures an update",
    },
  ),
  "ppo-lstm-small": preset(ppo({ controller: lstm({ units: 32 }), learningRate: 0.01, batch: 10 }), {
    ...ours,
    source: "after Zoph et al., CVPR 2018",
    states: "LSTM of 1 × 32, Adam at 0.01, 10 architectures an update",
  }),
  "nsga2-small": preset(nsga2({ population: 20 }), {
    ...ours,
    source: "after Deb et al. 2002",
    states: "population 20",
  }),
  "surrogate-small": preset(surrogateSearch(), {
    ...ours,
    source: "after White et al., AAAI 2021, and Schneider et al. 2021",
    states: "BANANAS' rounds with an ensemble of linear models, which is fitted in a millisecond",
  }),
  "gaussian-process-small": preset(gaussianProcessSearch(), {
    ...ours,
    source: "after Jones, Schonlau and Welch 1998",
    states: "a Gaussian process, expected improvement, 10 architectures drawn, 10 of a fit",
  }),
} satisfies Record<string, Preset>;
