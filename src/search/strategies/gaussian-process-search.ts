/**
 * Bayesian optimisation with a small Gaussian process: as `surrogateSearch`, with the expected improvement deciding (Jones,
 * Schonlau and Welch 1998). Mutations of the best are the candidates, as there; the 10 best of them are evaluated by one fit,
 * though the improvements are expected of each by itself.
 */
import type { Strategy } from "../strategy.js";
import { gaussianProcess } from "../surrogates/gaussian-process.js";
import { type SurrogateSearchSettings, surrogateStrategy } from "./surrogate-search.js";

/** @throws RangeError for a setting that is not what it must be */
export const gaussianProcessSearch = (settings?: SurrogateSearchSettings): Strategy =>
  surrogateStrategy("gaussianProcessSearch", "Bayesian optimisation", settings, {
    surrogate: gaussianProcess(),
    acquisition: "improvement",
  });
