/// <reference types="node" preserve="true" />
/** Populations: trained networks with their errors, from sweeps and from other people's files, and how they compare. */
export type { Compared, ComparePairOptions, PairTests } from "./compare-pair.js";
export {
  type ComparedSummary,
  type ComparePopulationsOptions,
  type Comparison,
  comparePopulations,
  type PopulationPair,
  describePair,
} from "./compare-populations.js";
export {
  comparePaired,
  type ComparePairedOptions,
  type PairedComparison,
  type PairedRow,
} from "./compare-paired.js";
export { type RegimeDifference, regimeDifferences } from "./regime-differences.js";
export { type NamedPopulation, populationFrom } from "./population-from.js";
export { compactSweep, readCompact } from "./compact.js";
export { expandSweep } from "./expand.js";
export { type Member, openPopulation, Population, type PopulationRow } from "./population.js";
export type { Compute, Provenance } from "./provenance.js";
export { rankAgreement, type SeedAgreement, seedAgreement } from "./rank-agreement.js";
export { type NasBench201ReadOptions, readNasBench201 } from "./formats/read-nas-bench-201.js";
export { readNasBenchMacro } from "./formats/read-nas-bench-macro.js";
export { readNds } from "./formats/read-nds.js";
export { readPopulation } from "./formats/read-population.js";
export { readPycls } from "./formats/read-pycls.js";
export { readTimm } from "./formats/read-timm.js";
export { stageColumns, type StageColumns } from "./stage-columns.js";
export { shippedPopulation, shippedPopulations } from "./shipped.js";
