/**
 * Panels: one pair of axes each, with the traces drawn on it; `row` sets them side by side as one figure, as
 * the paper's multi-panel figures are.
 */
import { Figure, type PlotlyObject } from "./figure.js";
import { axisStyle, layoutStyle } from "./style.js";

export interface Panel {
  readonly traces: readonly PlotlyObject[];
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
  /** Shapes in the panel's own coordinates. */
  readonly shapes?: readonly PlotlyObject[];
  /** Where the panel's own legend stands, in shares of the panel. No legend unless given. */
  readonly legend?: {
    readonly x: number;
    readonly y: number;
    readonly xanchor: string;
    readonly yanchor: string;
  };
}

export interface RowOptions {
  readonly title?: string;
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** The space between two panels, as a share of the figure's width: room for tick labels and an axis title. */
const GAP = 0.075;

/** One figure with the panels in a row. */
export function row(panels: readonly Panel[], { title, width, height = 340 }: RowOptions = {}): Figure {
  const size = { width: width ?? 300 * panels.length + 60, height };
  const share = (1 - GAP * (panels.length - 1)) / panels.length;
  const data: PlotlyObject[] = [];
  const shapes: PlotlyObject[] = [];
  const layout: Record<string, unknown> = {};
  for (const [i, panel] of panels.entries()) {
    const suffix = i === 0 ? "" : `${i + 1}`;
    const left = i * (share + GAP);
    const [x, y, legend] = [`x${suffix}`, `y${suffix}`, `legend${suffix}`];
    layout[`xaxis${suffix}`] = { ...axisStyle, ...panel.xaxis, domain: [left, left + share], anchor: y };
    layout[`yaxis${suffix}`] = { ...axisStyle, ...panel.yaxis, anchor: x };
    if (panel.legend) {
      layout[legend] = {
        ...panel.legend,
        x: left + share * panel.legend.x,
        bgcolor: "rgba(255, 255, 255, 0.8)",
        font: { size: 12 },
      };
    }
    for (const trace of panel.traces) {
      data.push({ ...trace, xaxis: x, yaxis: y, ...(panel.legend ? { legend } : { showlegend: false }) });
    }
    for (const shape of panel.shapes ?? []) {
      const yref = shape.yref === "domain" ? `${y} domain` : y;
      shapes.push({ ...shape, xref: x, yref });
    }
  }
  const heading = title
    ? { title: { text: title, font: { size: 15 }, x: 0, xref: "paper", xanchor: "left" } }
    : {};
  return new Figure(data, { ...layoutStyle, ...heading, ...layout, shapes, showlegend: true, ...size });
}
