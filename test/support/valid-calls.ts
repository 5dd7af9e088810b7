/**
 * A call of every exported function and class that it takes, small and quick: what the tests of misuse spoil, one
 * argument, one field, one element at a time. Nothing is trained: what could be is stopped before it begins.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as netspace from "netspace";
import { chainFamily } from "./chain-family.js";

export type Arguments = readonly unknown[];

const { AnyNetXA, X, build, recipes, seeded, simpleStem, tableOf } = netspace;

/** A folder for what a call may write. */
export const folder = mkdtempSync(join(tmpdir(), "netspace-misuse-"));
const file = (name: string): string => join(folder, name);

const errors = [40, 42, 43, 45, 47, 48, 50, 52, 55];
const values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const along = [1, 1, 1, 2, 2, 2, 3, 3, 3];
const named = { name: "one", errors, weights: values };
const other = { name: "two", errors: errors.map(error => error + 2) };
const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 };
const architecture = { block: X, stem: simpleStem, stages: [stage], classes: 10, resolution: 8 };
const cell = netspace.nasBench201("|none~0|");
const network = build(architecture);
const weights: netspace.Weights = new Map(
  [...netspace.weightShapes(network)].map(([name, shape]) => [
    name,
    { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
  ]),
);
const random = seeded(1);
const few = { repeats: 20, random, level: 0.9 };
const rule = { depth: 8, w0: 8, wa: 8, wm: 2 };
const dataset = { kind: "procedural", resolution: 8, train: 20, test: 20, seed: 1, classes: 2 } as const;
const images = netspace.proceduralDataset(dataset);
const recipe = recipes.tiny;
const aborted = AbortSignal.abort();
const spec = {
  space: "AnyNetXA",
  n: 1,
  seed: 1,
  where: { flops: [0, 1e6] },
  stem: { kind: "simple", width: 8 },
  dataset,
  recipe: { ...recipe, batch: 4 },
  engine: "torch",
  run: { workers: 1, threads: 1 },
};
const population = await netspace.shippedPopulation("AnyNetXA");
const eight = new netspace.Population(population.spec, population.trials.slice(0, 8));
const repeated = await netspace.shippedPopulation("AnyNetXE-seeds");
const registration = netspace.readRegistration();
const searchClaims = {
  version: 1,
  purpose: "To be called with.",
  level: 0.05,
  correction: "Bonferroni",
  room: 3,
  claims: [
    {
      id: "nas-1-lower",
      notebook: "nas-1",
      source: "nobody",
      claim: "One is lower than the other.",
      test: { kind: "lower", of: "error", a: "one", b: "other", by: "welch" },
      registered: "2026-11-27",
    },
  ],
  amendments: [],
};
writeFileSync(file("search-claims.json"), JSON.stringify(searchClaims));
const aStudy = new netspace.Study(new Map([["AnyNetXA", population]]), new Map([["AnyNetXB", "is missing"]]));
const taps = { taps: "inside" } as const;
const panel = netspace.edfPanel([named]);
const grid = { w0: [8, 16], wa: [8, 16], wm: [2, 2.5] };
const ops = { conv: () => ({ channels: 8 }), batchnorm: () => ({ channels: 8 }) };
const gates = { ...ops, avgpool: ops.conv, activation: ops.conv, multiply: ops.conv };
const progress = {
  event: "ended",
  total: 4,
  done: 1,
  running: new Map([[1, 0.5]]),
  diverged: 0,
  failed: 0,
  best: 40,
  errors,
  secondsLeft: 9,
  last: undefined,
};
const report = { epoch: 1, trainLoss: 1, trainError: 50, testError: 50, learningRate: 0.1, seconds: 1 };
const setting = {
  network,
  dataset: "a set",
  recipe,
  seed: 1,
  engine: "torch",
  precision: "float32",
  stepsPerEpoch: 4,
};
const result = { status: "finished", error: 50, epochs: [report], seconds: 1, imagesPerSecond: 20 };
const table = tableOf({ name: ["a", "b"], error: [1, 2] });
const cost = { flops: 1e6, acts: 1e4, imagesPerSecond: 100 };
const measured = [1, 2, 3, 4, 5].map(i => ({ ...cost, flops: i * 1e6, acts: 1e4 + i * i }));
const throughput = netspace.fitThroughput("here", measured);
const pair = netspace.comparePopulations([named, other]).pairs[0];
const interval = { value: 0.5, low: 0.4, high: 0.6 };
const ranked = { kendall: interval, spearman: interval, n: 9 };
const parameter = { values, errors };
const trial = { network, dataset, recipe, seed: 1, engine: "torch", precision: "float32" };
const costs = netspace.complexityBesidePaper({ "RegNetX-200MF": { flopsG: 0.2, actsM: 2.2, paramsM: 2.7 } });
const sampled = netspace.sample(AnyNetXA, { n: 1, seed: 1 })[0];

/** The arguments by the function's name. */
export const validCalls: Readonly<Record<string, Arguments>> = {
  CellSpace: [{ ...netspace.ENASMicroSpace.options, cells: 3, filters: 4 }],
  DecisionSpace: ["mine", () => architecture, { accepts: () => true }],
  Figure: [[{ type: "scatter" }], { width: 100, height: 100 }],
  Markdown: ["*a*", "a"],
  Population: [population.spec, population.trials.slice(0, 2), ["a note"]],
  AnyNetSpace: [{ ...AnyNetXA.options, name: "a space" }],
  PrintedTable: [[{ a: 1 }], ["a"]],
  rankingLengthsPanel: [
    {
      name: "a table",
      lengths: [{ strategy: "uniform", epochs: 4, runs: 3, all: interval, best: interval }],
      params: { all: 0.5, best: 0.2 },
      ceiling: { all: 0.8, best: 0.4 },
    },
    { of: "best" },
  ],
  rankingPanel: [
    {
      name: "a table",
      functions: [{ function: "one", shared: 80, alone: 20 }],
      ranking: { all: { kendall: { value: 0.5 } } },
    },
  ],
  RegNetSpace: [{ ...netspace.RegNetX.options, name: "a space" }],
  RegisteredStudy: [
    [aStudy],
    [{ images: "procedural images", missing: new Map([["AnyNetXA", 128]]), problems: ["a problem"] }],
  ],
  StructureDiagram: ["<svg/>", "a diagram"],
  CellDiagram: ["<svg/>", "cells", ["<svg/>"]],
  Study: [new Map([["AnyNetXA", population]]), new Map([["AnyNetXB", "is missing"]]), "some images"],
  Table: [2, new Map([["a", () => [1, 2]]]), ["a note"]],
  TrainingRun: [setting, result, [1, 2, 3]],
  Verdict: [[netspace.claimThat("a", true, "b")], "a note"],
  anyNet: [[stage], { classes: 10 }],
  bestOfDifference: [errors, values, { size: 3, repeats: 20, random }],
  bestValue: [values, errors, { fraction: 0.5, level: 0.9, repeats: 20, random }],
  assignmentPanel: [
    { name: "one", assignments: [{ depths: [1, 2], depth: 3, error: 20 }] },
    { chain: [[1, 2]], legend: "free" },
  ],
  bestValuePanel: [{ label: "w", values, errors, log: false, name: "one" }],
  blockDiagrams: [[X], stage, 8],
  bootstrap: [values, (sorted: Float64Array) => sorted[0], few],
  browserDemo: [
    { network, weights },
    { dataset, examples: 2, title: "tried", inlineLimit: 1e6 },
  ],
  build: [architecture],
  cancelSweep: [file("no-sweep")],
  cellNetwork: [{ design: "DARTS-V2", cells: 3, filters: 4, classes: 10 }],
  canonical: [architecture],
  canonicalCell: [cell, { zeros: "mark", flatten: false }],
  cellText: [cell.nodes],
  checkRecipe: [recipe],
  checkWeights: ["a caller", network, weights, { auxiliary: false }],
  claimBestAbout: ["a claim", parameter, [1, 9], "the paper"],
  claimBestWithin: ["a claim", parameter, [1, 9], "the paper"],
  claimBetter: ["a claim", named, other, { by: "mean" }],
  claimComplexities: [costs, { flops: "known" }],
  claimDiffer: ["a claim", { values: along, errors }],
  claimLower: ["a claim", [{ low: -2, high: -1 }], "evidence"],
  claimNoWorse: ["a claim", named, other, { margin: 1, parts: ["mean"] }],
  claimOpen: ["a claim", "a reason"],
  claimSame: ["a claim", named, other, { margin: 0.1, repeats: 100 }],
  claimThat: ["a claim", true, "evidence"],
  claimTrend: ["a claim", { values: along, errors }, "rises"],
  compactSweep: [file("no-sweep"), file("a.parquet")],
  compareCurves: [["ax", "a + bx"], values, errors, { weights: values, folds: 3, random }],
  compareDistributions: [errors, values, { margin: 1 }],
  comparePopulations: [[named, other], { level: 0.05, margin: 1, repeats: 100 }],
  compatible: [88, 1, 48],
  complexity: [network, 8, taps],
  complexityBesidePaper: [{ "RegNetX-200MF": { flopsG: 0.2, actsM: 2.2, paramsM: 2.7 } }],
  complexityByBlock: [network, 8, taps],
  complexityByLayer: [network, 8, taps],
  complexityByStage: [network, 8, taps],
  complexityWeights: [values, { bins: 3, range: [1, 9] }],
  compoundScaling: [
    architecture,
    {
      name: "mine",
      depth: [1, 2],
      width: [1],
      resolution: [1],
      product: 2,
      tolerance: 1,
      phi: 1,
      divisor: 8,
    },
  ],
  compoundScale: [architecture, 1, netspace.efficientNetRule, { divisor: 8 }],
  countArchitecture: [architecture, 8, taps],
  crossValidate: [errors, () => () => 45, { folds: 3, random }],
  datasetByName: ["procedural:8"],
  decisions: [AnyNetXA],
  decodeSafetensors: [netspace.encodeSafetensors(weights), "a file"],
  depthOf: [architecture],
  describe: [architecture],
  describeDataset: [dataset],
  describePair: [pair],
  duration: [90],
  edf: [errors, { weights: values }],
  edfArea: [errors, { weights: values, upTo: 60 }],
  edfPanel: [[named, other]],
  curvesPanel: [{ a: { epochs: [{ epoch: 1, trainLoss: 2 }] } }, { value: "trainLoss", title: "t" }],
  epochsPanel: [
    [{ name: "a", values: [1, 2], colour: 0, dash: "dot", bold: true }],
    { label: "error (%)", title: "an edge", range: [0, 3], epochs: 4 },
  ],
  encodeOnnx: [network, weights, { resolution: 8, outputs: [], metadata: { a: "b" } }],
  encodeSafetensors: [weights, { a: "b" }],
  engineByName: ["torch"],
  enumerate: [AnyNetXA, { n: 2, resolution: 8, distinct: true }],
  enasMacroSpace: [{ layers: 3, filters: 4, joins: "sum" }],
  expandSweep: [file("no.parquet"), file("expanded")],
  exportOnnx: [file("a.onnx"), network, weights, { resolution: 8, outputs: [], metadata: { a: "b" } }],
  expectedBest: [errors, 3],
  extrapolate: ["a + b·ln x", values, errors, { upTo: 6, ...few }],
  fisherExact: [1, 5, 3, 5],
  fitCurve: ["a + bx", values, errors, { weights: values }],
  fitPanel: [
    {
      labels: { x: "x", y: "y" },
      x: values,
      y: errors,
      curve: "a + bx",
      names: values.map(String),
      groups: values.map(String),
      fitted: ["1", "2", "3", "4", "5"],
      references: [],
      log: false,
      nameGroups: false,
    },
  ],
  fitQuantisedLinear: [architecture, grid],
  fitQuantisedLinearExhaustive: [architecture, grid],
  fitThroughput: ["here", measured],
  grid: [[[panel]], { title: "a", width: 300, height: 300 }],
  holm: [[0.01, 0.2]],
  hypervolume: [
    [1, 2],
    [2, 1],
    [3, 3],
  ],
  impliedPhi: [{ depth: 2, width: 1.5, resolution: 2 }, netspace.efficientNetRule],
  inferShapes: [network, 8],
  isLean: [sampled],
  kendall: [values, errors, { method: "asymptotic" }],
  kruskal: [[errors, values]],
  ksTest: [values, errors, { method: "exact" }],
  layerAssignment: [architecture, { name: "mine", layers: 3, least: 1, most: 4, resolution: 8 }],
  layerStack: [
    {
      joins: "concat",
      stem: { width: 4 },
      layers: [{ operation: "conv", width: 4, kernel: [3, 5] }],
      classes: 10,
    },
  ],
  learningRateAt: [recipe, 1],
  linearRegression: [errors, { x: values }, { weights: values, intercept: true }],
  loadCheckpoint: [file("no-checkpoint.safetensors")],
  loadDataset: [dataset],
  loadIdx: [file("no-idx"), { resolution: 28 }],
  loadImageFolder: [file("no-images"), { resolution: 8, testShare: 0.5, splitSeed: 1, cache: file("cache") }],
  loadSessionState: [file("no-session.safetensors")],
  loadWeights: [file("no.safetensors"), network],
  logUniform: [16, 64, 8],
  makespan: [values, 2],
  lowerTails: [[[named, other]]],
  markdown: [Object.assign(["a ", " b"], { raw: ["a ", " b"] }), 5],
  meanDifference: [values, errors, few],
  measureParallelism: [{ network, batch: 1, resolution: 8, precision: "float32", cores: 1, seconds: 0.01 }],
  measuredIn: [tableOf({ flops: [1e6], acts: [1e4], imagesPerSecond: [10] })],
  measuresPanel: [
    {
      name: "a table",
      baseline: "params",
      level: 0.9,
      measures: [{ measure: "params", all: ranked, best: ranked }],
    },
    { of: "spearman" },
  ],
  memory: [network, { batch: 1, resolution: 8, bytesPerActivation: 4 }],
  mnasNetSpace: [
    { widths: [8], repeats: [2], strides: [1], expansions: [3, 6], stem: { width: 8, stride: 1 }, head: 0 },
  ],
  mobileStack: [
    {
      stem: { width: 8 },
      blocks: [{ operation: "mbconv", repeats: 1, width: 8, kernel: 3, stride: 1 }],
      classes: 10,
    },
  ],
  minMeanPanel: [[{ name: "one", range: [1, 2], group: "a" }], { title: "b" }],
  nasRlSpace: [{ layers: 2, strides: true, filters: [4, 8], sides: [1, 3] }],
  nestedSpacesPanel: [[{ name: "one", size: 5n }]],
  nasBench201: ["|none~0|", { channels: 4, cells: 1 }],
  nasBench201Space: [{ nodes: 3, operations: ["none", "nor_conv_1x1"], channels: 4 }],
  nasBenchMacro: ["22212220", { channels: 4 }],
  nasBenchMacroSpace: [{ stages: [1, 1], layers: ["id", "e3k3"], channels: 4 }],
  networksNeeded: [errors, values, 1],
  narrowed: [
    AnyNetXA,
    netspace
      .sample(AnyNetXA, { n: 5, seed: 1 })
      .map(({ architecture: one }, i) => ({ architecture: one, error: i })),
    { best: 1, between: [0, 1], rarer: 0.5, name: "a" },
  ],
  normalizedEdf: [errors, values, { bins: 3, range: [1, 9] }],
  notePanel: ["a note", { x: "x", y: "y" }],
  oneOf: [values, values],
  openPopulation: [file("no-sweep")],
  overlapPanel: [{ names: ["random"], best: 3, jaccard: [[0.5]], repeated: [] }],
  paddingShare: [network, 8],
  parameterBands: [along, values, errors, { fraction: 0.5, level: 0.9 }],
  paretoFront: [[{ values, best: "least" }, { values: errors }]],
  pearson: [values, errors],
  planSweep: [spec, { devices: 1, throughput, images: { train: 20, test: 20 } }],
  populationFrom: ["AnyNetXA"],
  powersOfTwo: [2, 8],
  printProgress: [progress],
  printedNetwork: ["RegNetX-200MF"],
  proceduralDataset: [dataset],
  progressLine: [progress],
  quantileDifferences: [errors, values, [0.1, 0.5], { repeats: 100, random, margin: 1 }],
  quantisedPowers: [rule],
  quantisedWidths: [rule],
  proposalsPanel: [
    {
      level: 0.9,
      errors: [1, 2],
      space: [0.5, 1],
      spaceName: "a space",
      strategies: [{ name: "random", share: [0.5, 1], low: [0.4, 1], high: [0.6, 1], distance: 0.1 }],
    },
    { upTo: 0.5 },
  ],
  randomSearch: [errors, { sizes: [1, 2], weights: values }],
  rankSumTest: [values, errors],
  randomSearchPanel: [[named]],
  regretPanel: [
    {
      along: "images",
      best: 1,
      centre: "mean",
      band: "t",
      level: 0.9,
      curves: [{ name: "random", repeats: 2, x: [1, 2], centre: [3, 2], low: [2, 1], high: [4, 3] }],
      window: 20,
    },
    { log: true, logAlong: true, unit: "points", label: "regret" },
  ],
  rangesBesidePaper: [{ one: [40, 45] }, [named]],
  rankAgreement: [eight, eight, few],
  readCompact: [file("no.parquet")],
  readNasBench201: [file("no.csv"), { dataset: "cifar10", epochs: 12, delimiter: "," }],
  readNasBenchMacro: [file("no.json")],
  readNds: [file("no.json")],
  readPopulation: [file("no.csv"), { delimiter: "," }],
  readPycls: [file("no.json")],
  readGenotype: [netspace.toGenotype(netspace.cellDesigns["DARTS-V2"]), { output: "all" }],
  readRegistration: [file("no-claims.json")],
  readSearchClaims: [file("no-search-claims.json")],
  readTable: [file("no.csv"), { delimiter: "," }],
  readTimm: [file("no.csv"), { delimiter: "," }],
  recipeByName: ["tiny"],
  regNet: [{ ...rule, bottleneck: 1, groupWidth: 8 }, { classes: 10 }],
  regimeWords: [population.spec, { images: false }],
  registerFamily: [chainFamily],
  registered: ["fig07-d-better-than-c", { folder: file("no-populations") }],
  registeredAgreement: [{ folder: file("no-populations") }],
  registeredStudy: [["AnyNetXA"], { fresh: false, n: 1, folder }],
  registeredSweep: [registration, "procedural", "AnyNetXA"],
  regimeDifferences: [population.spec, population.spec],
  // More networks than there are: nothing is trained, and whatever else is wrong is told before.
  retrain: [population, { networks: 1000, seedShift: 1, signal: aborted }],
  reviveArchitecture: [netspace.storeArchitecture(architecture)],
  row: [[panel], { title: "a", width: 300, height: 300 }],
  sample: [
    AnyNetXA,
    { n: 1, seed: 1, where: { flops: [0, 1e12] }, resolution: 8, limit: 100, onProgress: () => {} },
  ],
  saveCheckpoint: [
    file("checkpoint.safetensors"),
    {
      epochs: 1,
      training: { recipe, seed: 1, precision: "float32", images: 10 },
      optimiser: { name: "sgd", updated: true, steps: 0 },
      weights,
      first: weights,
    },
  ],
  saveSessionState: [
    file("session.safetensors"),
    { optimiser: "sgd", steps: 0, weights, first: weights, dropout: new Uint8Array(1) },
    { search: "{}" },
  ],
  saveWeights: [file("a.safetensors"), weights, { a: "b" }],
  scale: [architecture, { depth: 2, width: 1.5, resolution: 2, divisor: 8 }],
  scalingCurve: [architecture, "width", { budgets: [2, 4], divisor: 8 }],
  scalingGrid: [
    architecture,
    {
      budget: 2,
      tolerance: 1,
      by: "flops",
      depth: [1, 2],
      width: [1],
      resolution: [1, 2],
      divisor: 8,
      distinct: true,
    },
  ],
  scalingStudy: ["nas-9-compound-scaling"],
  seedAgreement: [repeated, few],
  seedNoise: [tableOf({ network: [1, 1], error: [1, 2] })],
  searchClaim: [
    searchClaims.claims[0].id,
    { procedural: { a: errors, b: values }, "fashion-mnist": { a: values, b: errors } },
    { file: file("search-claims.json") },
  ],
  seeded: [1],
  shippedPopulation: ["AnyNetXA"],
  spaceByName: ["AnyNetXA"],
  spearman: [values, errors],
  spearmanBetween: [new Map(values.map(v => [String(v), v])), new Map(values.map(v => [String(v), -v])), few],
  squeezeExcite: [gates, { channels: 8 }, 8, "relu"],
  convNorm: [gates, 1, { channels: 8 }, 8, { kernel: 3, stride: 1, groups: 1 }, undefined],
  stagesOf: [[8, 8, 16]],
  storeArchitecture: [architecture],
  cellDiagram: [
    {
      title: "a cell",
      nodes: [
        { id: "x", label: "h", kind: "input" },
        { id: "y", label: "sum", kind: "sum" },
      ],
      edges: [["x", "y", "conv 3×3", "convolution"]],
    },
  ],
  structureDiagram: [network, { resolution: 8, stage: 1 }],
  study: [["AnyNetXA"], { fresh: false, n: 1, folder }],
  submitSweep: [{ ...spec, run: { slurm: { tasks: 1 } } }, file("submitted")],
  summarize: [values, { ...few, probabilities: [0.5] }],
  sweep: [spec, { out: file("swept"), signal: aborted, drain: aborted, onProgress: () => {} }],
  sweepStatus: [file("no-sweep")],
  labelSweep: [file("no-sweep"), { tags: ["a"], add: ["b"], remove: ["a"], note: "n" }],
  listSweeps: [file("."), { tags: ["a"] }],
  Evaluation: ["a network", images, "test", new Float32Array(2 * images.test.count), 2],
  contactSheet: [images, { columns: 2, zoom: 1 }],
  evaluate: [network, weights, images, { split: "test", signal: aborted }],
  heatMapPanel: [tableOf({ a: [1], b: [2] }), { labels: { x: "x", y: "y" } }],
  histogramPanel: [[{ name: "a", values: errors }], { label: "v" }],
  parallelPanel: [tableOf({ a: [1, 2], b: [2, 3] }), { columns: ["a", "b"], by: "a" }],
  scatterPanel: [tableOf({ a: [1, 2], b: [2, 3] }), { x: "a", y: "b" }],
  networksOf: [{ ...spec, n: 1 }],
  tableFromDanfo: [{ columns: ["a"], values: [1, 2] }],
  tableOf: [{ a: [1, 2] }, ["a note"]],
  comparePaired: [eight, eight, { differ: ["block"], names: ["a", "b"], column: "error", level: 0.9 }],
  pairedTest: [errors, errors, { level: 0.9 }],
  stageColumns: [eight, { costs: true }],
  tensorflowOn: [{ backend: "node", portableLimit: 1 }],
  time: [network, { batch: 1, resolution: 8, threads: 1, seconds: 0, signal: aborted }],
  torchOn: ["cpu"],
  tradeOffPanel: [
    {
      label: "cost",
      networks: [{ name: "one", family: "a", cost: 1, error: 2, deviation: 0.1 }],
      front: true,
      legend: false,
      errorLabel: "error",
    },
  ],
  toGenotype: [netspace.cellDesigns["DARTS-V2"]],
  train: [
    network,
    { dataset: "procedural:8", recipe: "tiny", signal: aborted, live: false, seed: 1, threads: 1 },
  ],
  trainingFigure: [
    {
      title: "a",
      subtitle: "b",
      totalEpochs: 2,
      stepsPerEpoch: 2,
      losses: [1, 2],
      epochs: [report],
      best: report,
    },
  ],
  trend: [[errors, values]],
  trendPanel: [
    {
      labels: { x: "x", y: "y" },
      bands: netspace.parameterBands(along, values, errors),
      name: "one",
      trends: [{ name: "a", x: values, y: errors }],
      networks: [{ name: "a", x: values, y: errors }],
      log: false,
    },
  ],
  trialId: [trial],
  uniform: [16, 64, 8],
  // As of retrain: more networks than there are.
  verifyPopulation: [population, { networks: 1000, noise: 1, signal: aborted }],
  verdict: [[netspace.claimThat("a", true, "b")], "a note"],
  weightShapes: [network],
  welchTest: [errors, values, { level: 0.9, difference: 1 }],
  widthProfilePanel: [[{ name: "one", network: architecture, line: "fit" }]],
  withBatch: [recipe, 64],
  withDropPath: [network, 0.1],
  withDropout: [network, 0.1],
  writeTable: [table, file("a.csv")],
  zoo: ["RegNetX-200MF"],
};

/** What these calls give, whose methods are as public as the functions. */
export const objects: Readonly<Record<string, object>> = {
  figure: netspace.row([panel]),
  "a printed table": new netspace.PrintedTable([{ a: 1 }]),
  "a structure diagram": netspace.structureDiagram(network, { resolution: 8 }),
  "a study": aStudy,
  "a registered study": new netspace.RegisteredStudy([aStudy], []),
  "a table": table,
  "a verdict": netspace.verdict([netspace.claimThat("a", true, "b")]),
  "an edf": netspace.edf(errors),
  "a curve": netspace.fitCurve("a + bx", values, errors),
  "a power": netspace.fitCurve("ax^b", values, errors),
  "a regression": netspace.linearRegression(errors, { x: values }),
  "a throughput": throughput,
  "engine torch": netspace.torch,
  "engine tensorflow": netspace.tensorflow,
};
