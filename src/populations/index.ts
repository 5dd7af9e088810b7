/// <reference types="node" preserve="true" />
/** Populations: trained networks with their errors, from sweeps and from other people's files, and how they compare. */

// ## Open a population
export { shippedPopulation, shippedPopulations } from "./shipped.js";
export { type NamedPopulation, populationFrom } from "./population-from.js";
export { type Member, openPopulation, Population, type PopulationRow } from "./population.js";
export type { Compute, Provenance } from "./provenance.js";

// ## Compare populations
export {
  type ComparedSummary,
  type ComparePopulationsOptions,
  type Comparison,
  comparePopulations,
  type PopulationPair,
  describePair,
} from "./compare-populations.js";
export type { Compared, ComparePairOptions, PairTests } from "./compare-pair.js";
export {
  comparePaired,
  type ComparePairedOptions,
  type PairedComparison,
  type PairedRow,
} from "./compare-paired.js";
export { type RegimeDifference, regimeDifferences } from "./regime-differences.js";
export { rankAgreement, type SeedAgreement, seedAgreement } from "./rank-agreement.js";

// ## Further columns
export { stageColumns, type StageColumns } from "./stage-columns.js";

// ## Files of ours
export { compactSweep, readCompact } from "./compact.js";
export { expandSweep } from "./expand.js";

// ## Files of others
export { readPopulation } from "./formats/read-population.js";
export { readPycls } from "./formats/read-pycls.js";
export { readNds } from "./formats/read-nds.js";
export { readTimm } from "./formats/read-timm.js";
export { type NasBench201ReadOptions, readNasBench201 } from "./formats/read-nas-bench-201.js";
export { readNasBenchMacro } from "./formats/read-nas-bench-macro.js";
