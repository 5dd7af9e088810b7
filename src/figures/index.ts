/** Figures in the paper's form, as Plotly specifications that show themselves. */
export { type BestValuePanelOptions, bestValuePanel } from "./best-value-panel.js";
export { edfPanel, type NamedErrors } from "./edf-panel.js";
export { fitPanel, type FitPanelOptions } from "./fit-panel.js";
export { Figure, type FigureSize, type PlotlyObject } from "./figure.js";
export { type Panel, type RowOptions, row } from "./panels.js";
export { type DiagramOptions, StructureDiagram, structureDiagram } from "./structure-diagram.js";
export { type WidthProfile, widthProfilePanel } from "./width-profile.js";
export { type TrainingCurves, trainingFigure } from "./training-curves.js";
