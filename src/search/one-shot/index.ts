/** Networks whose paths share weights, and searches among them. */

// ## Supernets
export {
  type SharedEdge,
  type SharedSum,
  supernet,
  type Supernet,
  type SupernetOptions,
} from "./supernet.js";
export { inherit, pathNetwork } from "./path-network.js";
export type {
  SupernetDesign,
  SupernetFamily,
  SupernetForm,
  SupernetPlan,
} from "./supernet-family.js";
export { registerSupernets } from "./families.js";
export {
  type EdgeToShare,
  type SharedAssembly,
  type SharedNetwork,
  sharedNetwork,
} from "./shared-network.js";
export * from "./sharing/index.js";

// ## Relaxed choices
export { type Alpha, alphaGradient, alphaOf, relax, softmax } from "./alpha.js";
export { logLikelihood } from "./log-likelihood.js";
export * from "./darts/index.js";
