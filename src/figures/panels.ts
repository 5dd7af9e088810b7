/**
 * Panels: one pair of axes each, with the traces drawn on it; `row` sets them side by side as one figure, `grid` in
 * several rows, as the paper's multi-panel figures are.
 */
import { Figure, type FigureSize, type PlotlyObject } from "./figure.js";
import { LEGEND_OFFSET, placeLegend } from "./legend-place.js";
import { axisStyle, layoutStyle, legendBackground, margin, soft } from "./style.js";

export type Corner = `${"top" | "bottom"} ${"left" | "right"}`;

export interface Panel {
  readonly traces: readonly PlotlyObject[];
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
  /** Shapes in the panel's own coordinates. */
  readonly shapes?: readonly PlotlyObject[];
  /**
   * The corner of the panel in which its own legend stands; `"free"` for one where it covers nothing, with more room
   * along an axis if need be. No legend unless given.
   */
  readonly legend?: Corner | "free";
  /** A short line above the panel: what it shows, or what it comes to. */
  readonly title?: string;
  /** Words on the panel, each at a place in shares of the panel. */
  readonly notes?: readonly {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    /** Which side of the words is there. Default the middle, both ways. */
    readonly xanchor?: "left" | "center" | "right";
    readonly yanchor?: "top" | "middle" | "bottom";
    /** Font size, CSS pixels. Default 12.5. */
    readonly size?: number;
  }[];
}

export interface GridOptions {
  readonly title?: string;
  /** CSS pixels; by default panels are as wide as a page takes, and 240 high. */
  readonly width?: number;
  readonly height?: number;
}

export type RowOptions = GridOptions;

/** A page of a notebook or report, CSS pixels. */
const PAGE = 1020;
/** Between two panels side by side: room for tick labels and an axis title. */
const COLUMN_GAP = 78;
/** Between two rows: tick labels, an axis title and the next panel's title. */
const ROW_GAP = 78;
/** Between tick labels and an axis title. */
const STANDOFF = 8;
const PANEL_HEIGHT = 240;
/** Room for the line above a panel. */
const TITLE_HEIGHT = 18;

/** One figure with the panels in a row. */
export const row = (panels: readonly Panel[], options: RowOptions = {}): Figure => grid([panels], options);

/**
 * One figure with panels in rows; a row with fewer panels than the longest one leaves its right end empty.
 *
 * @throws RangeError without a panel
 */
export function grid(
  rows: readonly (readonly Panel[])[],
  { title, width, height }: GridOptions = {},
): Figure {
  const columns = Math.max(0, ...rows.map(panels => panels.length));
  if (columns === 0) throw new RangeError(`grid: expected at least 1 panel, got ${rows.length} rows of none`);
  const above = rows.map((panels): number => (panels.some(panel => panel.title) ? TITLE_HEIGHT : 0));
  const top = margin.t - 20 + (title ? 22 : 0) + above[0];
  const outside = top + margin.b;
  const gaps = above.slice(1).reduce((sum, extra) => sum + ROW_GAP + extra - TITLE_HEIGHT, 0);
  const size = {
    width: width ?? Math.min(PAGE, 420 * columns),
    height: height ?? outside + gaps + rows.length * PANEL_HEIGHT,
  };
  const inner = { width: size.width - margin.l - margin.r, height: size.height - outside };
  const share = {
    width: (1 - ((columns - 1) * COLUMN_GAP) / inner.width) / columns,
    height: (1 - gaps / inner.height) / rows.length,
  };
  const drawing = new Drawing();
  let down = 1;
  for (const [i, panels] of rows.entries()) {
    for (const [j, panel] of panels.entries()) {
      const left = j * (share.width + COLUMN_GAP / inner.width);
      const pixels = { width: share.width * inner.width, height: share.height * inner.height };
      drawing.place(panel, { left, bottom: down - share.height, ...share }, pixels);
    }
    down -= share.height + (ROW_GAP + (above[i + 1] ?? 0) - TITLE_HEIGHT) / inner.height;
  }
  const heading = title
    ? {
        title: {
          text: title,
          font: { size: 15 },
          x: 0,
          xref: "paper",
          xanchor: "left",
          y: 1 - 10 / size.height,
          yref: "container",
          yanchor: "top",
        },
      }
    : {};
  const { data, axes, shapes, annotations } = drawing;
  const around = { margin: { ...margin, t: top } };
  const style = { ...layoutStyle, ...around, ...heading, ...axes, shapes, annotations, showlegend: true };
  return new Figure(data, { ...style, ...size });
}

/** A panel's place, in shares of the figure inside its margins. */
interface Place {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** What panels add up to: traces, axes and legends under their numbered names. */
class Drawing {
  readonly data: PlotlyObject[] = [];
  readonly axes: Record<string, unknown> = {};
  readonly shapes: PlotlyObject[] = [];
  readonly annotations: PlotlyObject[] = [];
  #panels = 0;

  /** @param pixels the panel's size inside its axes, CSS pixels */
  place(panel: Panel, { left, bottom, width, height }: Place, pixels: FigureSize): void {
    const suffix = this.#panels === 0 ? "" : `${this.#panels + 1}`;
    this.#panels++;
    const [x, y, legend] = [`x${suffix}`, `y${suffix}`, `legend${suffix}`];
    const end = Math.min(1, left + width);
    const axis = (own: PlotlyObject) => {
      const title = { standoff: STANDOFF, ...(own.title as PlotlyObject | undefined) };
      return { ...axisStyle, ...own, title };
    };
    const { corner, xaxis, yaxis } =
      panel.legend === "free" ? placeLegend(panel, pixels) : { ...panel, corner: panel.legend };
    this.axes[`xaxis${suffix}`] = { ...axis(xaxis), domain: [left, end], anchor: y };
    const [low, high] = [Math.max(0, bottom), Math.min(1, bottom + height)];
    this.axes[`yaxis${suffix}`] = { ...axis(yaxis), domain: [low, high], anchor: x };
    if (corner) {
      const [yanchor, xanchor] = corner.split(" ");
      this.axes[legend] = {
        x: left + width * (xanchor === "left" ? LEGEND_OFFSET.x : 1 - LEGEND_OFFSET.x),
        y: low + (high - low) * (yanchor === "top" ? 1 - LEGEND_OFFSET.y : LEGEND_OFFSET.y),
        xanchor,
        yanchor,
        bgcolor: legendBackground,
        font: { size: 12 },
      };
    }
    for (const trace of panel.traces) {
      this.data.push({
        ...trace,
        xaxis: x,
        yaxis: y,
        ...(corner ? { legend } : { showlegend: false }),
      });
    }
    for (const shape of panel.shapes ?? []) {
      const reference = (which: "x" | "y", name: string) =>
        shape[`${which}ref`] === "domain" ? `${name} domain` : name;
      this.shapes.push({ ...shape, xref: reference("x", x), yref: reference("y", y) });
    }
    const place = { xref: `${x} domain`, yref: `${y} domain`, showarrow: false };
    if (panel.title) {
      const font = { size: 12.5, color: soft };
      const text = { text: panel.title, font };
      this.annotations.push({ ...place, ...text, x: 0, y: 1, xanchor: "left", yanchor: "bottom" });
    }
    for (const { size = 12.5, xanchor = "center", yanchor = "middle", ...note } of panel.notes ?? []) {
      this.annotations.push({ ...place, ...note, xanchor, yanchor, align: xanchor, font: { size } });
    }
  }
}
