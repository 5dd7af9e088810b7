/**
 * Strategies with the settings that their papers print or their authors' code has. They are tuned for thousands of evaluations: at
 * a few hundred, the controllers among them are random search, and so is a population as large as the budget.
 */
import { lstm } from "../controllers/lstm.js";
import { bananas } from "../strategies/bananas.js";
import { distinct } from "../strategies/distinct.js";
import { evolution } from "../strategies/evolution.js";
import { localSearch } from "../strategies/local-search.js";
import { pnas } from "../strategies/pnas.js";
import { random } from "../strategies/random.js";
import { ppo, reinforce } from "../strategies/reinforce.js";
import { rewarded } from "../strategies/rewarded.js";
import { asha } from "../strategies/rungs/asha.js";
import { hyperband } from "../strategies/rungs/hyperband.js";
import { successiveHalving } from "../strategies/rungs/successive-halving.js";
import { type Preset, preset } from "./preset.js";

const published = { origin: "published" } as const;

const nasnet = (learningRate: number) =>
  ppo({
    controller: lstm({ layers: 1, units: 100, range: 0.1 }),
    learningRate,
    entropy: 1e-5,
    baselineDecay: 0.95,
    batch: 20,
    clip: 0.2,
    passes: 4,
  });
const nasnetFacts = {
  states:
    "LSTM of 1 × 100, weights from U(−0.1, 0.1), PPO at 3.5e-4, entropy 1e-5, moving average of rewards 0.95, 20 architectures an update",
  inferred: "ratios clipped at 0.2, 4 passes over a batch: neither is printed; biases begin at 0",
} as const;

const enas = (
  learningRate: number,
  batch: number,
  greatest: { readonly greatestLogit: number; readonly greatestOperationLogit: number },
) =>
  reinforce({
    controller: lstm({ layers: 1, units: 64, range: 0.1, ...greatest }),
    learningRate,
    beta1: 0,
    epsilon: 1e-3,
    entropy: 1e-4,
    entropyIn: "reward",
    baselineDecay: 0.99,
    batch,
  });
const enasSource =
  "Pham et al., ICML 2018, arXiv 1802.03268; scripts and src/cifar10 of github.com/melodyguan/enas";
const enasDiffers =
  "the average of rewards begins at the first batch's mean, there at 0; earlier nodes are chosen by a softmax, there by attention";

export const publishedPresets = {
  random: preset(random(), {
    ...published,
    source: "Li and Talwalkar, UAI 2019, arXiv 1902.07638",
    evaluations: 20_000,
    states: "every choice by the space's own probabilities: the baseline of all others",
    inferred: "20,000 models, as many as Real et al. (AAAI 2019) gave theirs",
  }),
  amoebanet: preset(evolution({ population: 100, sample: 25, aging: true, unchanged: 0.05 }), {
    ...published,
    source: "Real et al., AAAI 2019, arXiv 1802.01548",
    evaluations: 20_000,
    states: "population 100, sample 25, the oldest goes, no mutation with probability 0.05; 20,000 models",
  }),
  "amoebanet-without-aging": preset(
    evolution({ population: 100, sample: 25, aging: false, unchanged: 0.05 }),
    {
      ...published,
      source: "Real et al., AAAI 2019, arXiv 1802.01548",
      evaluations: 20_000,
      states: "the control of regularised evolution: the worst goes, all else alike",
    },
  ),
  "amoebanet-rl": preset(nasnet(8e-4), {
    ...published,
    source: "Real et al., AAAI 2019, arXiv 1802.01548",
    evaluations: 20_000,
    states: "the control by reinforcement: NASNet's controller at the best of 8 learning rates, 8e-4",
    inferred: nasnetFacts.inferred,
  }),
  "nas-rl": preset(
    reinforce({
      controller: lstm({ layers: 2, units: 35, range: 0.08 }),
      learningRate: 6e-4,
      rewardPower: 3,
      batch: 8,
      baselineDecay: 0.95,
      entropy: 0,
    }),
    {
      ...published,
      source: "Zoph and Le, ICLR 2017, arXiv 1611.01578",
      evaluations: 12_800,
      states:
        "LSTM of 2 × 35, weights from U(−0.08, 0.08), REINFORCE by Adam at 6e-4, the reward is the cubed accuracy; 8 children of each replica of the controller; 12,800 architectures",
      inferred: "decay 0.95 of the average of rewards, which is not printed; no entropy bonus",
      differs:
        "one controller in place of 100 asynchronous replicas; skip connections by a softmax each, there by attention to anchors; the number of layers is the space's, there it grows by 2 every 1,600 samples; the reward is of the last epoch's accuracy, there of the best of the last five; the average of rewards has the batch itself in it, there only those before",
    },
  ),
  "nasnet-ppo": preset(nasnet(3.5e-4), {
    ...published,
    source: "Zoph et al., CVPR 2018, arXiv 1707.07012",
    evaluations: 20_000,
    ...nasnetFacts,
  }),
  "enas-micro": preset(enas(0.0035, 10, { greatestLogit: 1.1, greatestOperationLogit: 1.1 / 2.5 }), {
    ...published,
    source: enasSource,
    evaluations: 45_000,
    states:
      "LSTM of 1 × 64, weights from U(−0.1, 0.1), REINFORCE by Adam at 0.0035 with β₁ 0 and ε 1e-3, logits 1.10 · tanh, of operations 1.10 / 2.5 · tanh, entropy 1e-4 added to the reward, average of rewards 0.99, 10 architectures an update, 30 updates after each of 150 epochs",
    differs: `${enasDiffers}; the bias of 10 on its two convolutions, which other spaces do not have, is for lstm({ biases }), and its fixed ± 0.25 is left out`,
  }),
  "enas-macro": preset(enas(0.001, 20, { greatestLogit: 1.5, greatestOperationLogit: 1.5 }), {
    ...published,
    source: enasSource,
    evaluations: 310_000,
    states:
      "as enas-micro, at 0.001, all logits 1.5 · tanh (its script's reduction of those of operations is for the micro controller alone), 20 architectures an update, 50 updates after each of 310 epochs",
    differs: `${enasDiffers}; the penalty on the share of skips (0.4, weight 0.8) is left out; its entropy is −p · log p of what was drawn, here that of all options`,
  }),
  mnasnet: preset(rewarded(nasnet(3.5e-4), { target: 0.075, exponents: "soft" }), {
    ...published,
    source: "Tan et al., CVPR 2019, arXiv 1807.11626",
    evaluations: 8000,
    states:
      "controller and PPO as NASNet's; reward accuracy · (latency / 75 ms)^−0.07, the soft one; about 8,000 models",
    inferred: nasnetFacts.inferred,
    differs:
      '75 ms, 0.075 s as latency() measures, are of one core of a Pixel 1: for another machine or measure, rewarded(presets["nasnet-ppo"], { target })',
  }),
  "mnasnet-hard": preset(rewarded(nasnet(3.5e-4), { target: 0.075, exponents: "hard" }), {
    ...published,
    source: "Tan et al., CVPR 2019, arXiv 1807.11626",
    evaluations: 8000,
    states: "as mnasnet with the hard reward: nothing for less than 75 ms, accuracy · 75 ms / latency beyond",
    inferred: nasnetFacts.inferred,
    differs: "75 ms are of one core of a Pixel 1",
  }),
  efficientnet: preset(rewarded(nasnet(3.5e-4), { target: 400e6, exponents: "soft" }), {
    ...published,
    source: "Tan and Le, ICML 2019, arXiv 1905.11946",
    evaluations: 8000,
    states:
      "how B0 was found: as mnasnet, with flops in place of latency, 400 million of them, and the exponent −0.07",
    inferred: `${nasnetFacts.inferred}; the number of models is MnasNet's`,
  }),
  "local-search": preset(distinct(localSearch({ initial: 10, step: "best" })), {
    ...published,
    source:
      "White et al. 2020, arXiv 2005.02960; Den Ottelander et al. 2020; nas_algorithms.py and params.py of github.com/naszilla/naszilla",
    evaluations: 150,
    states:
      "10 architectures are drawn first, the best of all neighbours is climbed to, nothing is evaluated twice; 150 evaluations",
    differs:
      'that code takes the first better neighbour unless it is told to look at all: localSearch({ step: "first" })',
  }),
  "nas-bench-201-evolution": preset(evolution({ population: 10, sample: 3, aging: true, unchanged: 0 }), {
    ...published,
    source: "Dong and Yang, ICLR 2020; exps/NATS-algos of github.com/D-X-Y/AutoDL-Projects",
    evaluations: 100,
    states: "population 10, sample 3, one edge made anew; a budget of 20,000 s of simulated training",
    inferred: "about 100 evaluations, which 20,000 s come to",
  }),
  "nas-bench-201-reinforce": preset(
    reinforce({ controller: "softmaxes", learningRate: 0.01, baselineDecay: 0.9, batch: 1 }),
    {
      ...published,
      source: "Dong and Yang, ICLR 2020; exps/NATS-algos of github.com/D-X-Y/AutoDL-Projects",
      evaluations: 100,
      states: "a softmax for each edge, Adam at 0.01, average of rewards 0.9, one architecture an update",
      inferred: "about 100 evaluations, which 20,000 s come to",
      differs:
        "their rewards are accuracies in per cent, ours shares; Adam's steps differ by no more than its ε",
    },
  ),
  bananas: preset(bananas(), {
    ...published,
    source: "White et al., AAAI 2021, arXiv 1910.11858; params.py of github.com/naszilla/naszilla",
    evaluations: 150,
    states:
      "five networks of 10 × 20 on paths, independent Thompson sampling among mutations of the best; 10 architectures drawn, 10 in a round, 150 in all",
    differs: "for spaces of graphs, whose paths it sees; how its training differs stands at the strategy",
  }),
  pnas: preset(pnas(), {
    ...published,
    source: "Liu et al., ECCV 2018, arXiv 1712.00559",
    evaluations: 1160,
    states:
      "all cells of one block, then the best 256 of each number up to five, chosen by an ensemble of five [recalled]",
    inferred: "the perceptron's training: 30 epochs on all that was told",
    differs: "for spaces with a choice of how many blocks there are; see the strategy",
  }),
  "hyperband-81": preset(hyperband({ epochs: 81, eta: 3 }), {
    ...published,
    source: "Li et al., JMLR 18, 2018, arXiv 1603.06560",
    evaluations: 206,
    states:
      "one in 3 goes on to three times the training, five brackets, the whole training 81 units [recalled]",
    inferred: "a unit is an epoch: for a recipe of another length, hyperband({ epochs })",
  }),
  "asha-256": preset(asha({ epochs: 256, eta: 4 }), {
    ...published,
    source: "Li et al., MLSys 2020, arXiv 1810.05934",
    evaluations: 341,
    states:
      "one in 4 goes on to four times the training, the least 1/256 of the whole, by 25 and by 500 workers [recalled]",
    inferred:
      "a unit is an epoch: for a recipe of another length, asha({ epochs, eta: 4 }); 341 trainings are those of one bracket, and it knows no end",
  }),
  "successive-halving-256": preset(successiveHalving({ epochs: 256, eta: 4 }), {
    ...published,
    source:
      "Li et al., MLSys 2020, arXiv 1810.05934, who compare with it; Jamieson and Talwalkar, AISTATS 2016",
    evaluations: 341,
    states:
      "256 architectures, one in 4 goes on to four times the training, the least 1/256 of the whole [recalled]",
    inferred: "a unit is an epoch: for a recipe of another length, successiveHalving({ epochs, eta: 4 })",
  }),
} satisfies Record<string, Preset>;
