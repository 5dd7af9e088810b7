/** The strategies, each a file that states its paper, its settings and its deviations. */
export { distinct, type DistinctSettings } from "./distinct.js";
export { evolution, type EvolutionSettings } from "./evolution.js";
export { greedyGrowth, type GreedyGrowthSettings, type GrowthNote } from "./greedy-growth.js";
export { localSearch, type LocalSearchSettings } from "./local-search.js";
export { random, type RandomSettings } from "./random.js";
export { lstm, type LstmController, type LstmSettings } from "../controllers/lstm.js";
export { ppo, type PpoSettings, reinforce, type ReinforceSettings } from "./reinforce.js";
export { medianStop, type MedianStopSettings } from "./median-stop.js";
export { nsga2, type Nsga2Settings } from "./nsga2.js";
export { rewarded, rewardedError, type RewardSettings } from "./rewarded.js";
export { bananas } from "./bananas.js";
export { pnas, type PnasSettings } from "./pnas.js";
export { gaussianProcessSearch } from "./gaussian-process-search.js";
export { surrogateSearch, type SurrogateSearchSettings } from "./surrogate-search.js";
export { asha, type AshaSettings } from "./rungs/asha.js";
export type { Bracket, RungNote } from "./rungs/brackets.js";
export { hyperband, hyperbandBrackets, type HyperbandSettings } from "./rungs/hyperband.js";
export { successiveHalving, type SuccessiveHalvingSettings } from "./rungs/successive-halving.js";
