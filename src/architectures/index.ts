/** Architectures, the few numbers that decide a network: AnyNet and its blocks, RegNet, other families, the published zoo. */

// ## Published networks
export {
  type CellNetworkName,
  type PublishedFacts,
  type PyclsFacts,
  type ZooEntry,
  zoo,
  zooNames,
} from "./zoo.js";

// ## Build and describe
export { build, describe } from "./build.js";
export { countArchitecture } from "./count-architecture.js";
export { canonical } from "./canonical.js";
export {
  type AnyStoredArchitecture,
  type OwnCode,
  reviveArchitecture,
  type StoredArchitecture,
  type StoredMember,
  storeArchitecture,
} from "./stored.js";

// ## AnyNet and its blocks
export { type Architecture, anyNet, type Stem, simpleStem } from "./anynet/architecture.js";
export type { Block, BlockParameters, Stage } from "./anynet/block.js";
export { Basic, blocks, LinearBottleneck, MBConv, R, RS, V, VR, X, Y } from "./anynet/blocks/index.js";
export { compatible } from "./anynet/compatibility.js";

// ## RegNet and its rule
export {
  quantisedPowers,
  quantisedWidths,
  type RegNetParameters,
  regNet,
  stagesOf,
} from "./regnet/regnet.js";
export {
  fitQuantisedLinear,
  type LinearFit,
  type LinearSetting,
  type StageWidths,
} from "./regnet/quantised-linear-fit.js";
export { fitQuantisedLinearExhaustive } from "./regnet/quantised-linear-fit-exhaustive.js";
export { defaultFitGrid, type FitGrid } from "./regnet/fit-grid.js";

// ## Scale a network
export { scale, type Scaling } from "./scale.js";
export { compoundScale, type CompoundScaleOptions, impliedPhi } from "./compound-scale.js";
export { type CompoundRule, efficientNetRule } from "./compound-rule.js";

// ## Networks of cells
export { type CellNetworkOptions, cellNetwork } from "./cells/family.js";
export { type CellDesign, cellDesigns } from "./cells/published.js";
export { type Genotype, type GenotypeOptions, readGenotype } from "./cells/genotypes/read-genotype.js";
export { type Genotyped, toGenotype } from "./cells/genotypes/to-genotype.js";
export type { AuxiliaryHead, CellNetwork, CellStem } from "./cells/network.js";
export type { Cell, CellBlock, CellOutput, Side } from "./cells/cell.js";
export { type CellConvention, cellConventions } from "./cells/conventions.js";
export { cellOperations } from "./cells/operations.js";
export type { Operation, OperationKind, OperationParameters } from "./cells/operation.js";

// ## NAS-Bench-201 and NAS-Bench-Macro
export { nasBench201, type NasBench201Options } from "./nas-bench-201/family.js";
export { type CanonicalCellOptions, canonicalCell } from "./nas-bench-201/canonical-cell.js";
export { cellText, type Edge } from "./nas-bench-201/text.js";
export { type EdgeOperation, publishedOperations } from "./nas-bench-201/operations.js";
export type { NasBench201Architecture } from "./nas-bench-201/architecture.js";
export { nasBenchMacro, type NasBenchMacroOptions } from "./nas-bench-macro/family.js";
export type { NasBenchMacroArchitecture } from "./nas-bench-macro/architecture.js";

// ## Layers and mobile networks
export { layerStack } from "./layers/family.js";
export type { Joins, LayerStack, StackLayer } from "./layers/layer-stack.js";
export {
  type LayerOperation,
  type LayerOperationName,
  layerOperations,
  type LayerParameters,
} from "./layers/operations.js";
export { mobileStack } from "./mobile/family.js";
export type { MobileBlock, MobileScaling, MobileSkip, MobileStack } from "./mobile/mobile-stack.js";
export {
  type MobileOperation,
  type MobileOperationName,
  mobileOperations,
  type MobileParameters,
} from "./mobile/operations.js";

// ## A family of your own
export { familyNames, registerFamily } from "./families.js";
export type { AnyArchitecture, Family, GivenArchitecture } from "./family.js";
export type { GraphEdge, GraphNode, NodeKind, OperationGraph } from "./operation-graph.js";
