/**
 * What `import … from "netspace"` runs in Node: the same names as `index.ts`, whose types it has, with the rooms that a
 * first cell rarely calls behind doors. A door is a function that loads its room and calls the function of its name there;
 * classes and other values are the rooms' own, from files that load little. Whoever imports a room by itself, as from
 * `"netspace/statistics"`, has its own functions; bundlers and browsers have `index.ts` or the rooms.
 */
import { inspect } from "node:util";
import type { Architecture } from "./architectures/anynet/architecture.js";
import type { Family } from "./architectures/family.js";
import { build } from "./architectures/build.js";
import { later } from "./base/node/later.js";
import { isObject } from "./base/say.js";
import type { Panel } from "./figures/panels.js";
import type { Network } from "./networks/network.js";
import { completionsOf } from "./notebook/completes.js";
import { showAs } from "./notebook/show-as.js";
import { bundleOf } from "./notebook/shown-as.js";
import { decisions as choicesOf } from "./spaces/decisions/decisions-of.js";
import { areSamples, choicesInWords, tableOfSamples } from "./spaces/shown-samples.js";
import type { Sample, Space } from "./spaces/space.js";
import type { Recipe } from "./training/recipe.js";

const recipesShown = later<typeof import("./training/recipe/shown-recipe.js")>(
  import.meta.url,
  "./training/recipe/shown-recipe.js",
);

/** A room whose functions are doors. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who asks knows what the room is
function room<Room extends object>(path: string): Room {
  const load = later<Record<PropertyKey, (...given: unknown[]) => unknown>>(import.meta.url, path);
  const door = (name: PropertyKey) => {
    const call = (...given: unknown[]) => load()[name](...given);
    return Object.defineProperties(call, {
      name: { value: name },
      [Symbol.for("Jupyter.completions")]: { get: () => completionsOf(load()[name]) },
    });
  };
  return new Proxy({}, { get: (_, name) => door(name) }) as Room;
}

export { anyNet, simpleStem } from "./architectures/anynet/architecture.js";
export {
  Basic,
  blocks,
  LinearBottleneck,
  MBConv,
  R,
  RS,
  V,
  VR,
  X,
  Y,
} from "./architectures/anynet/blocks/index.js";
export { cellConventions } from "./architectures/cells/conventions.js";
export { cellNetwork } from "./architectures/cells/family.js";
export { cellOperations } from "./architectures/cells/operations.js";
export { cellDesigns } from "./architectures/cells/published.js";
export { compatible } from "./architectures/anynet/compatibility.js";
export { build, describe } from "./architectures/build.js";
export { countArchitecture } from "./architectures/count-architecture.js";
export { familyNames, registerFamily } from "./architectures/families.js";
export { layerStack } from "./architectures/layers/family.js";
export { layerOperations } from "./architectures/layers/operations.js";
export { mobileStack } from "./architectures/mobile/family.js";
export { mobileOperations } from "./architectures/mobile/operations.js";
export { nasBench201 } from "./architectures/nas-bench-201/family.js";
export { publishedOperations } from "./architectures/nas-bench-201/operations.js";
export { cellText } from "./architectures/nas-bench-201/text.js";
export { nasBenchMacro } from "./architectures/nas-bench-macro/family.js";
export { defaultFitGrid } from "./architectures/regnet/fit-grid.js";
export { quantisedPowers, quantisedWidths, regNet, stagesOf } from "./architectures/regnet/regnet.js";
export { reviveArchitecture, storeArchitecture } from "./architectures/stored.js";
export {
  complexity,
  complexityByBlock,
  complexityByLayer,
  complexityByStage,
  paddingShare,
} from "./networks/complexity.js";
export { operatorTable } from "./networks/operator-formulas.js";
export { inferShapes, NetworkError } from "./networks/shapes.js";
export {
  AnyNetSpace,
  AnyNetXA,
  AnyNetXB,
  AnyNetXC,
  AnyNetXD,
  AnyNetXE,
} from "./spaces/anynet.js";
export { CellSpace } from "./spaces/cells/cell-space.js";
export * from "./spaces/cells/published-cell-spaces.js";
export { DecisionSpace } from "./spaces/decisions/decision-space.js";
export { decisions } from "./spaces/decisions/decisions-of.js";
export { narrowed } from "./spaces/decisions/narrowed.js";
export { designSpaceSizes } from "./spaces/design-space-sizes.js";
export { logUniform, oneOf, powersOfTwo, uniform } from "./spaces/dimension.js";
export {
  ENASMacro,
  ENASMacroSmall,
  enasMacroSpace,
  NASRL,
  NASRLSmall,
  NASRLStrides,
  nasRlSpace,
} from "./spaces/layer-spaces.js";
export { MnasNet, MnasNetBothExpansions, MnasNetSmall, mnasNetSpace } from "./spaces/mobile-spaces.js";
export * from "./spaces/paper-spaces.js";
export { RegNetSpace, RegNetX } from "./spaces/regnet.js";
export { depthOf, SamplingError, sample } from "./spaces/sample.js";
export { SmallAssignments } from "./spaces/scaling/small-assignments.js";
export {
  NasBench201,
  nasBench201Space,
  NasBenchMacro,
  nasBenchMacroSpace,
  SmallCells,
} from "./spaces/tabular.js";
export { Table, tableOf } from "./tables/table.js";
export { TableError } from "./tables/table-error.js";
export { duration } from "./base/duration.js";
export { Markdown, markdown } from "./base/markdown.js";
export { PrintedTable } from "./base/printed-table.js";
export { seeded } from "./base/random.js";

export { efficientNetRule } from "./architectures/compound-rule.js";
export { curves } from "./statistics/curves.js";
export { StatisticsError } from "./statistics/statistics-error.js";
export { CellDiagram } from "./figures/diagram/cell-picture.js";
export { StructureDiagram } from "./figures/diagram/structure-diagram.js";
export { Figure } from "./figures/figure.js";
export { DatasetError } from "./training/datasets/dataset-error.js";
export { tensorflow, tensorflowOn } from "./training/engines/tensorflow.js";
export { EngineUnavailableError, Model, torch, torchOn } from "./training/engines/torch.js";
export { RecipeError } from "./training/recipe/recipe-error.js";
export { imageNet, recipes } from "./training/recipes.js";
export { Evaluation } from "./training/evaluation/evaluation.js";
export { TrainingRun } from "./training/training-run.js";
export { CheckpointError } from "./training/checkpoints/checkpoint.js";
export { DivergedError } from "./training/session.js";
export { WeightsError } from "./training/weights/weights.js";
export { SpecError } from "./trials/spec-error.js";
export { StoreError } from "./trials/store/store-error.js";
export { SchedulerError } from "./sweeps/cluster/scheduler-error.js";
export { Population } from "./populations/population.js";
export { LEAST_MODELS } from "./replication/claims/claim.js";
export { RegisteredStudy } from "./replication/studies/registered-study.js";
export { RegistrationError } from "./replication/registration/registration-error.js";
export { registeredDatasets } from "./replication/registration/registered-datasets.js";
export { Study } from "./replication/studies/study.js";
export { Verdict, VERDICT_MIME } from "./replication/verdict.js";

export const {
  canonical,
  canonicalCell,
  compoundScale,
  fitQuantisedLinear,
  fitQuantisedLinearExhaustive,
  impliedPhi,
  readGenotype,
  scale,
  toGenotype,
  zoo,
  zooNames,
} = room<typeof import("./architectures/index.js")>("./architectures/index.js");
export const { convNorm, memory, squeezeExcite, withDropout, withDropPath } =
  room<typeof import("./networks/index.js")>("./networks/index.js");
export const {
  compoundScaling,
  enumerate,
  layerAssignment,
  scalingCurve,
  scalingGrid,
  spaceByName,
  spaceNames,
} = room<typeof import("./spaces/index.js")>("./spaces/index.js");
export const { readTable, tableFromDanfo, writeTable } =
  room<typeof import("./tables/index.js")>("./tables/index.js");
export const {
  bestOfDifference,
  bestValue,
  bootstrap,
  compareCurves,
  compareDistributions,
  complexityWeights,
  crossValidate,
  edf,
  edfArea,
  expectedBest,
  extrapolate,
  fisherExact,
  fitCurve,
  holm,
  hypervolume,
  kendall,
  kruskal,
  ksTest,
  linearRegression,
  meanDifference,
  networksNeeded,
  normalizedEdf,
  pairedTest,
  parameterBands,
  paretoFront,
  pearson,
  quantileDifferences,
  randomSearch,
  rankSumTest,
  spearman,
  spearmanBetween,
  summarize,
  trend,
  welchTest,
} = room<typeof import("./statistics/index.js")>("./statistics/index.js");
export const {
  assignmentPanel,
  bestValuePanel,
  blockDiagrams,
  cellDiagram,
  edfPanel,
  curvesPanel,
  epochsPanel,
  fitPanel,
  grid,
  heatMapPanel,
  histogramPanel,
  measuresPanel,
  minMeanPanel,
  nestedSpacesPanel,
  notePanel,
  overlapPanel,
  parallelPanel,
  proposalsPanel,
  randomSearchPanel,
  rankingLengthsPanel,
  rankingPanel,
  regretPanel,
  row,
  scatterPanel,
  structureDiagram,
  tradeOffPanel,
  trendPanel,
  widthProfilePanel,
} = room<typeof import("./figures/index.js")>("./figures/index.js");
export const {
  checkRecipe,
  checkWeights,
  contactSheet,
  datasetByName,
  decodeSafetensors,
  describeDataset,
  encodeSafetensors,
  engineByName,
  evaluate,
  lastTraining,
  learningRateAt,
  loadCheckpoint,
  loadDataset,
  loadIdx,
  loadImageFolder,
  loadSessionState,
  loadWeights,
  measureParallelism,
  proceduralDataset,
  recipeByName,
  saveCheckpoint,
  saveSessionState,
  saveWeights,
  time,
  train,
  trainingFigure,
  weightShapes,
  withBatch,
} = room<typeof import("./training/index.js")>("./training/index.js");
export const { networksOf, printProgress, progressLine, selectionError, trialId } =
  room<typeof import("./trials/index.js")>("./trials/index.js");
export const {
  cancelSweep,
  fitThroughput,
  labelSweep,
  listSweeps,
  makespan,
  measuredIn,
  measuredOnV100,
  planSweep,
  retrain,
  seedNoise,
  submitSweep,
  sweep,
  sweepStatus,
  verifyPopulation,
} = room<typeof import("./sweeps/index.js")>("./sweeps/index.js");
export const {
  compactSweep,
  comparePaired,
  comparePopulations,
  describePair,
  expandSweep,
  openPopulation,
  populationFrom,
  rankAgreement,
  readCompact,
  readNasBench201,
  readNasBenchMacro,
  readNds,
  readPopulation,
  readPycls,
  readTimm,
  regimeDifferences,
  seedAgreement,
  shippedPopulation,
  shippedPopulations,
  stageColumns,
} = room<typeof import("./populations/index.js")>("./populations/index.js");
export const {
  claimBestAbout,
  claimBestWithin,
  claimBetter,
  claimComplexities,
  claimDiffer,
  claimLower,
  claimNoWorse,
  claimOpen,
  claimSame,
  claimThat,
  claimTrend,
  complexityBesidePaper,
  lowerTails,
  paperNumbers,
  printedNetwork,
  rangesBesidePaper,
  readRegistration,
  readSearchClaims,
  regimeWords,
  registered,
  registeredAgreement,
  registeredStudy,
  registeredSweep,
  searchClaim,
  scalingStudy,
  study,
  verdict,
} = room<typeof import("./replication/index.js")>("./replication/index.js");
export const { browserDemo, encodeOnnx, exportOnnx } =
  room<typeof import("./onnx/index.js")>("./onnx/index.js");

type Fields<T> = { readonly [K in keyof T]?: unknown };
const isSpace = ({ decide, name }: Fields<Pick<Space, "decide" | "name">>): boolean =>
  typeof decide === "function" && typeof name === "string";
const familyOf = ({ family }: { readonly family?: unknown }) => family as Fields<Family> | null | undefined;

// Their families, with which the test is, need not be netspace's.
showAs(
  "netspace: architectures with cells",
  value => !isSpace(value) && typeof familyOf(value)?.graphs === "function",
  architecture => cellDiagram(architecture),
);
showAs(
  "netspace: architectures of layers",
  value =>
    !isSpace(value) &&
    typeof familyOf(value)?.assemble === "function" &&
    typeof familyOf(value)?.graphs !== "function",
  architecture => drawn(() => structureDiagram(build(architecture)), architecture),
);
// A space has its architectures' family, and is none of them. Those with a display of their own keep it.
showAs(
  "netspace: spaces of choices",
  value => isSpace(value) && !(Symbol.for("Jupyter.display") in value),
  space =>
    drawn(() => {
      const { name, size, vocabulary } = choicesOf(space as Space);
      return bundleOf(choicesInWords(name, size, vocabulary));
    }, space),
);
// Plain data that a picture says more of than its fields; what cannot be drawn is shown as the data that it is.
const drawn = (draw: () => unknown, data: object): unknown => {
  try {
    return draw();
  } catch {
    return { "text/plain": inspect(data) };
  }
};
showAs(
  "netspace: networks",
  ({ layers, inputChannels }: Fields<Network>) => Array.isArray(layers) && typeof inputChannels === "number",
  network => drawn(() => structureDiagram(network as Network), network),
);
showAs(
  "netspace: architectures with stages",
  ({ stem, block, stages }: Fields<Architecture>) =>
    Array.isArray(stages) && isObject(block) && isObject(stem),
  architecture => drawn(() => structureDiagram(build(architecture)), architecture),
);
// A slice of what was drawn, or one of it, has left the display of the whole behind.
showAs("netspace: samples", areSamples, samples => bundleOf(tableOfSamples([samples].flat() as Sample[])));
const isRecipe = ({ epochs, batch, learningRate, cropPadding }: Fields<Recipe>) =>
  [epochs, batch, learningRate, cropPadding].every(field => typeof field === "number");
showAs("netspace: recipes", isRecipe, recipe => bundleOf(recipesShown().recipeInWords(recipe as Recipe)));
showAs(
  "netspace: recipes by name",
  value => {
    const held: unknown[] = Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [];
    return held.length > 0 && held.every(each => isObject(each) && isRecipe(each));
  },
  recipes => bundleOf(recipesShown().recipesInWords(recipes as Readonly<Record<string, Recipe>>)),
);
showAs(
  "netspace: panels",
  ({ traces, xaxis, yaxis }: Fields<Panel>) => Array.isArray(traces) && isObject(xaxis) && isObject(yaxis),
  panel => drawn(() => row([panel as Panel]), panel),
);
