/** Figures in the paper's form, as Plotly specifications that show themselves. */
export { type BestValuePanelOptions, bestValuePanel } from "./best-value-panel.js";
export { edfPanel, type NamedErrors } from "./edf-panel.js";
export { fitPanel, type FitPanelOptions } from "./fit-panel.js";
export { Figure, type FigureSize, type PlotlyObject } from "./figure.js";
export { type MinMean, minMeanPanel } from "./min-mean-panel.js";
export { type NestedSpace, nestedSpacesPanel } from "./nested-spaces-panel.js";
export { notePanel } from "./note-panel.js";
export { type Corner, type GridOptions, grid, type Panel, type RowOptions, row } from "./panels.js";
export { randomSearchPanel } from "./random-search-panel.js";
export {
  blockDiagrams,
  type DiagramOptions,
  StructureDiagram,
  structureDiagram,
} from "./structure-diagram.js";
export { type TradeOff, tradeOffPanel, type TradeOffPanelOptions } from "./trade-off-panel.js";
export { type Trend, trendPanel, type TrendPanelOptions } from "./trend-panel.js";
export { type WidthProfile, widthProfilePanel } from "./width-profile.js";
export { type TrainingCurves, trainingFigure } from "./training-curves.js";
