/// <reference types="node" preserve="true" />
/** Figures in the paper's form, as Plotly specifications that show themselves. */

// ## Figures and their layout
export { type Corner, type GridOptions, grid, type Panel, type RowOptions, row } from "./panels.js";
export { Figure, type FigureSize, type PlotlyObject } from "./figure.js";
export { notePanel } from "./panels/note-panel.js";

// ## Error distributions and comparisons
export { edfPanel, type NamedErrors } from "./panels/edf-panel.js";
export { randomSearchPanel } from "./panels/random-search-panel.js";
export { type MinMean, minMeanPanel } from "./panels/min-mean-panel.js";
export { type TradeOff, tradeOffPanel, type TradeOffPanelOptions } from "./panels/trade-off-panel.js";

// ## Parameters of good networks
export { type BestValuePanelOptions, bestValuePanel } from "./panels/best-value-panel.js";
export { type Trend, trendPanel, type TrendPanelOptions } from "./panels/trend-panel.js";
export { fitPanel, type FitPanelOptions } from "./panels/fit-panel.js";
export { type WidthProfile, widthProfilePanel } from "./panels/width-profile.js";
export { type NestedSpace, nestedSpacesPanel } from "./panels/nested-spaces-panel.js";

// ## Tables of any kind
export { scatterPanel, type ScatterPanelOptions } from "./panels/tables/scatter-panel.js";
export {
  histogramPanel,
  type HistogramPanelOptions,
  type NamedValues,
} from "./panels/tables/histogram-panel.js";
export { heatMapPanel, type HeatMapPanelOptions } from "./panels/tables/heat-map-panel.js";
export { parallelPanel, type ParallelPanelOptions } from "./panels/tables/parallel-panel.js";

// ## Trainings, epoch by epoch
export { type Curved, curvesPanel, type CurvesPanelOptions } from "./panels/curves-panel.js";
export { type EpochSeries, epochsPanel, type EpochsPanelOptions } from "./panels/epochs-panel.js";

// ## Searches
export { type DrawnRegret, regretPanel, type RegretPanelOptions } from "./panels/search/regret-panel.js";
export {
  type DrawnProposals,
  proposalsPanel,
  type ProposalsPanelOptions,
} from "./panels/search/proposals-panel.js";
export { type DrawnOverlap, overlapPanel } from "./panels/search/overlap-panel.js";
export {
  type DrawnMeasures,
  measuresPanel,
  type MeasuresPanelOptions,
} from "./panels/search/measures-panel.js";
export { type DrawnRanking, rankingPanel } from "./panels/search/ranking-panel.js";
export {
  type DrawnLengths,
  rankingLengthsPanel,
  type RankingLengthsPanelOptions,
} from "./panels/search/ranking-lengths-panel.js";
export {
  assignmentPanel,
  type AssignmentPanelOptions,
  type DrawnAssignments,
} from "./panels/assignment-panel.js";

// ## Diagrams of networks and cells
export { blockDiagrams, type DiagramOptions, structureDiagram } from "./diagram/network-diagram.js";
export { StructureDiagram } from "./diagram/structure-diagram.js";
export { cellDiagram } from "./diagram/cell-diagram.js";
export { CellDiagram } from "./diagram/cell-picture.js";
