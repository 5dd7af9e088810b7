/**
 * BANANAS (White, Neiswanger and Savani, AAAI 2021) at its published settings, those of naszilla's code: paths as encoding, an
 * ensemble of five networks of 10 layers of 20, 10 architectures drawn, then 10 in a round out of 100 mutations of the best by
 * independent Thompson sampling; 150 evaluations in its papers. How it differs stands in `surrogate-search.ts` and
 * `network-ensemble.ts`. A fit takes about a second; one-hot vectors serve spaces whose architectures are no graphs.
 */
import type { Strategy } from "../strategy.js";
import { networkEnsemble } from "../surrogates/network-ensemble.js";
import { type SurrogateSearchSettings, surrogateStrategy } from "./surrogate-search.js";

/**
 * @param settings what is other than published
 * @throws RangeError for a setting that is not what it must be
 */
export const bananas = (settings?: SurrogateSearchSettings): Strategy =>
  surrogateStrategy("bananas", "BANANAS", settings, {
    surrogate: networkEnsemble(),
    encoding: "path",
    parents: 1,
  });
