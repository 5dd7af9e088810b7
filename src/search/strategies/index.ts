/** The strategies, each a file that states its paper, its settings and its deviations. */

// ## Random and local strategies
export { random, type RandomSettings } from "./random.js";
export { localSearch, type LocalSearchSettings } from "./local-search.js";
export { evolution, type EvolutionSettings } from "./evolution.js";
export { greedyGrowth, type GreedyGrowthSettings, type GrowthNote } from "./greedy-growth.js";
export { distinct, type DistinctSettings } from "./distinct.js";

// ## Controllers
export { ppo, type PpoSettings, reinforce, type ReinforceSettings } from "./reinforce.js";
export { lstm, type LstmController, type LstmSettings } from "../controllers/lstm.js";

// ## Strategies with a surrogate
export { surrogateSearch, type SurrogateSearchSettings } from "./surrogate-search.js";
export { gaussianProcessSearch } from "./gaussian-process-search.js";
export { bananas } from "./bananas.js";
export { pnas, type PnasSettings } from "./pnas.js";

// ## Two objectives
export { nsga2, type Nsga2Settings } from "./nsga2.js";
export { rewarded, rewardedError, type RewardSettings } from "./rewarded.js";

// ## Early stopping
export { successiveHalving, type SuccessiveHalvingSettings } from "./rungs/successive-halving.js";
export { hyperband, hyperbandBrackets, type HyperbandSettings } from "./rungs/hyperband.js";
export { asha, type AshaSettings } from "./rungs/asha.js";
export type { Bracket, RungNote } from "./rungs/brackets.js";
export { medianStop, type MedianStopSettings } from "./median-stop.js";
