/**
 * Every search strategy, with settings for a few dozen evaluations: what all of them keep to is tested for each line. A strategy
 * that is added is a line here.
 */
import {
  asha,
  hyperband,
  distinct,
  bananas,
  evolution,
  gaussianProcessSearch,
  localSearch,
  lstm,
  medianStop,
  networkEnsemble,
  nsga2,
  type Outcome,
  ppo,
  type Proposal,
  random,
  reinforce,
  rewarded,
  type Strategy,
  successiveHalving,
  surrogateSearch,
} from "../../src/search/index.js";

export const strategies: readonly Strategy[] = [
  random(),
  random({ over: "functions" }),
  distinct(random()),
  distinct(evolution({ population: 8, sample: 3 })),
  distinct(localSearch({ initial: 3 })),
  distinct(nsga2({ population: 6 })),
  evolution({ population: 8, sample: 3 }),
  evolution({ population: 8, sample: 3, aging: false }),
  evolution({ population: 8, sample: 3, crossover: 0.5 }),
  localSearch({ initial: 3 }),
  localSearch({ initial: 3, step: "first" }),
  reinforce({ learningRate: 0.1 }),
  ppo({ learningRate: 0.1, batch: 5 }),
  reinforce({
    controller: lstm({ units: 8, layers: 2 }),
    learningRate: 0.03,
    batch: 2,
    entropy: 0.01,
    entropyIn: "reward",
  }),
  ppo({ controller: lstm({ units: 8, temperature: 5, greatestLogit: 2.5 }), learningRate: 0.03, batch: 5 }),
  nsga2({ population: 6 }),
  rewarded(evolution({ population: 8, sample: 3 }), { target: 5 }),
  successiveHalving({ epochs: 4, eta: 2 }),
  hyperband({ epochs: 4, eta: 2 }),
  asha({ epochs: 4, eta: 2 }),
  medianStop(successiveHalving({ epochs: 4, eta: 2 })),
  surrogateSearch({ initial: 4, round: 3, candidates: 8 }),
  bananas({
    encoding: "one-hot",
    initial: 4,
    round: 3,
    candidates: 8,
    surrogate: networkEnsemble({ members: 2, layers: 2, width: 3, epochs: 2 }),
  }),
  gaussianProcessSearch({ initial: 4, round: 3, candidates: 8 }),
];

export const label = ({ name, settings }: Strategy): string => `${name} ${JSON.stringify(settings)}`;

/** What a strategy is told of a proposal: one error, or two objectives where it searches by two, the second made of the code. */
export const outcomeOf = (
  { objectives = 1 }: Strategy,
  proposal: Proposal,
  place: number,
  error: number,
): Outcome => ({
  ...proposal,
  place,
  error,
  ...(objectives > 1 && { objectives: [error, 1 + proposal.way.code.reduce((sum, at) => sum + at, 0)] }),
});
