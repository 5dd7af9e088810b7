/** Architectures, the few numbers that decide a network: AnyNet and its blocks, RegNet, the published zoo. */
export { type Architecture, anyNet, build, describe, type Stem, simpleStem } from "./anynet/architecture.js";
export type { Block, BlockParameters, Stage } from "./anynet/block.js";
export { Basic, blocks, LinearBottleneck, MBConv, R, V, VR, X, Y } from "./anynet/blocks/index.js";
export { compatible } from "./anynet/compatibility.js";
export { countArchitecture } from "./anynet/count-architecture.js";
export { defaultFitGrid, type FitGrid } from "./regnet/fit-grid.js";
export {
  fitQuantisedLinear,
  type LinearFit,
  type LinearSetting,
  type StageWidths,
} from "./regnet/quantised-linear-fit.js";
export { fitQuantisedLinearExhaustive } from "./regnet/quantised-linear-fit-exhaustive.js";
export {
  quantisedPowers,
  quantisedWidths,
  type RegNetParameters,
  regNet,
  stagesOf,
} from "./regnet/regnet.js";
export { reviveArchitecture, type StoredArchitecture, storeArchitecture } from "./stored.js";
export { type PublishedFacts, type ZooEntry, zoo, zooNames } from "./zoo.js";
