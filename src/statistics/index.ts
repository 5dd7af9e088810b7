/// <reference types="node" preserve="true" />
/** Statistics over populations. */

// ## Describe a population
export { type Edf, type EdfAreaOptions, type EdfOptions, edf, edfArea } from "./edf.js";
export {
  type BootstrapOptions,
  bootstrap,
  type Estimate,
  type Summary,
  type SummaryOptions,
  summarize,
} from "./bootstrap.js";
export { type ComplexityBins, complexityWeights, normalizedEdf } from "./normalized-edf.js";
export { type RandomSearchOptions, type RandomSearchPoint, randomSearch } from "./random-search.js";

// ## Compare populations
export {
  type ComparedDistributions,
  compareDistributions,
  type CompareDistributionsOptions,
  type DistributionDifferences,
  type Failures,
  networksNeeded,
  type Power,
} from "./compare-distributions.js";
export type { Difference } from "./difference.js";
export { meanDifference } from "./mean-difference.js";
export { type WelchOptions, welchTest, type WelchTest } from "./welch.js";
export { type KsOptions, type KsTest, ksTest } from "./kolmogorov-smirnov.js";
export { rankSumTest, type RankSumTest } from "./rank-sum.js";
export { quantileDifferences, type QuantileDifferenceOptions } from "./quantile-difference.js";
export { bestOfDifference, type BestOfOptions, expectedBest } from "./best-of.js";
export { type PairedTest, pairedTest, type PairedTestOptions } from "./paired-test.js";
export { type KruskalTest, kruskal, trend, type TrendTest } from "./grouped.js";
export { fisherExact } from "./fisher-exact.js";
export { holm } from "./holm.js";

// ## Best values of a parameter
export { type BestValue, type BestValueOptions, bestValue } from "./best-value.js";
export { type ParameterBand, type ParameterBandsOptions, parameterBands } from "./parameter-bands.js";

// ## Correlate
export {
  type Correlation,
  kendall,
  type KendallCorrelation,
  type KendallOptions,
  pearson,
  spearman,
} from "./correlation.js";
export { type SharedCorrelation, spearmanBetween } from "./spearman-between.js";

// ## Fit and predict
export {
  type Coefficient,
  type LinearRegression,
  type LinearRegressionOptions,
  linearRegression,
} from "./linear-regression.js";
export { type CurveFit, type CurveFitOptions, fitCurve } from "./curve-fit.js";
export { type Curve, curves } from "./curves.js";
export { type CompareCurvesOptions, type ComparedCurve, compareCurves } from "./compare-curves.js";
export { extrapolate, type Extrapolation, type ExtrapolationOptions, type HeldOut } from "./extrapolate.js";
export { type CrossValidation, type CrossValidationOptions, crossValidate } from "./cross-validation.js";

// ## Several objectives
export { type Objective, paretoFront } from "./pareto-front.js";
export { hypervolume } from "./hypervolume.js";

// ## Numbers and errors
export { type Numbers, StatisticsError } from "./statistics-error.js";
