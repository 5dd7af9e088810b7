/// <reference types="node" preserve="true" />
/** The paper's numbers beside ours, and verdicts on its claims. */

// ## Open a study
export { study, Study, type StudyOptions } from "./studies/study.js";
export {
  type PlannedTraining,
  type ScaledStudyNetwork,
  scalingStudy,
  type ScalingStudy,
  type ScalingTraining,
} from "./studies/scaling-study.js";

// ## The paper's numbers
export {
  type ErrorRange,
  type PaperNumbers,
  paperNumbers,
  type PrintedNetwork,
  type PrintedSample,
  printedNetwork,
} from "./paper-numbers.js";
export {
  claimComplexities,
  type ComplexityRow,
  complexityBesidePaper,
  type RangeRow,
  rangesBesidePaper,
} from "./beside-paper.js";
export { lowerTails, type TailRow } from "./lower-tails.js";

// ## Claims about populations
export {
  claimBetter,
  type ClaimBetterOptions,
  claimNoWorse,
  type ClaimNoWorseOptions,
  claimSame,
  type ErrorStatistic,
} from "./claims/claim-populations.js";

// ## Claims about parameters
export { claimBestAbout, claimBestWithin, type ParameterErrors } from "./claims/claim-best.js";
export { claimDiffer, claimTrend, type Direction } from "./claims/claim-trend.js";

// ## Claims of any kind, and verdicts
export {
  type Claim,
  type ClaimKind,
  claimLower,
  claimOpen,
  claimThat,
  LEAST_MODELS,
  type Outcome,
} from "./claims/claim.js";
export { verdict, Verdict, VERDICT_MIME } from "./verdict.js";

// ## Registered claims
export {
  registered,
  type RegisteredFacts,
  type RegisteredOutcome,
  type RegisteredReading,
  type RegistryOptions,
} from "./registration/registry.js";
export {
  registeredStudy,
  RegisteredStudy,
  type RegisteredStudyOptions,
  type Withheld,
} from "./studies/registered-study.js";
export { type AgreementRow, registeredAgreement } from "./registration/registered-agreement.js";
export {
  readRegistration,
  type RegisteredClaim,
  type RegisteredPopulation,
  type RegisteredTest,
  type Registration,
  type Selection,
} from "./registration/registration.js";
export { registeredSweep, type RegisteredSweep } from "./registration/registered-sweep.js";
export { type RegisteredDataset, registeredDatasets } from "./registration/registered-datasets.js";
export { regimeWords } from "./registration/regime.js";
export { RegistrationError } from "./registration/registration-error.js";

// ## Claims about searches
export { searchClaim, type SearchClaimOptions } from "./searches/search-claim.js";
export {
  readSearchClaims,
  type SearchClaim,
  type SearchClaims,
  type SearchTest,
} from "./searches/search-claims.js";
export type {
  SearchData,
  SearchPair,
  SearchPoints,
  SearchSamples,
  SearchSeries,
  SearchShare,
} from "./searches/search-data.js";
