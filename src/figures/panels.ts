/**
 * Panels: one pair of axes each, with the traces drawn on it; `row` sets them side by side as one figure, `grid` in
 * several rows, as the paper's multi-panel figures are.
 */
import { expectOptions, type OptionKinds } from "../base/expect-options.js";
import { expectList } from "../base/expect.js";
import { say } from "../base/say.js";
import { type Range, rangeOf } from "./axes.js";
import { Figure, type FigureSize, type PlotlyObject } from "./figure.js";
import { fitText, linesOf, textWidth } from "./panels/fit-text.js";
import { LEGEND_FONT, LEGEND_OFFSET, type LegendPlace, placeLegend } from "./legend-place.js";
import { axisStyle, layoutStyle, legendBackground, margin, soft } from "./style.js";

export type Corner = `${"top" | "bottom"} ${"left" | "right"}`;

export interface Panel {
  readonly traces: readonly PlotlyObject[];
  readonly xaxis: PlotlyObject;
  readonly yaxis: PlotlyObject;
  /** Shapes in the panel's own coordinates. */
  readonly shapes?: readonly PlotlyObject[];
  /**
   * The corner of the panel for its own legend; `"free"` for one where it covers nothing, with a little more
   * room along an axis if need be, otherwise below the panel; `"below"` for one that is there in any case. A legend that is larger than the panel is below it in any
   * case. No legend unless given.
   */
  readonly legend?: Corner | "free" | "below";
  /** What the legend's entries say, above them. */
  readonly legendTitle?: string;
  /** What a legend may not lengthen the axes beyond: there is no probability above 1. Logarithms on a logarithmic axis. */
  readonly limits?: { readonly x?: Range; readonly y?: Range };
  /** A line above the panel, two if it is long: what it shows, or what it comes to. Plotly's markup. */
  readonly title?: string;
  /** Words on the panel in Plotly's markup, each at a place in shares of the panel. */
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
  /** Above the panels, in two lines if it is long. Plotly's markup. */
  readonly title?: string;
  /** CSS pixels; by default as wide as a page takes. */
  readonly width?: number;
  /** CSS pixels; by default panels are 240 high. Legends below panels add their own height. */
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
/** Of the line above a panel, and of the figure's: font size and height, pixels. */
const TITLE = { size: 12.5, line: 18 } as const;
const HEADING = { size: 15, line: 22 } as const;
/** Lines of a title. */
const MOST_LINES = 2;
/** Between a panel and the legend below it: tick labels and an axis title. */
const ABOVE_LEGEND = 56;
/** A further line of an axis title, pixels, and the font's size. */
const AXIS_TITLE = { size: 15.6, line: 19 } as const;

/**
 * One figure with the panels in a row.
 *
 * @example
 * ```ts
 * const [a, b] = [{ name: "A", errors: [30, 40] }, { name: "B", errors: [20, 30] }];
 * row([edfPanel([a, b]), edfPanel([b])]).data.length; // => 3
 * ```
 */
export function row(panels: readonly Panel[], options: RowOptions = {}): Figure {
  expectList("row", "panels", panels, panelFields);
  expectOptions("row", options, optionKinds);
  if (panels.length === 0) throw new RangeError("row: expected at least 1 panel, got none");
  return grid([panels], options);
}

const panelFields = {
  traces: "list",
  xaxis: "object",
  yaxis: "object",
  legendTitle: "text?",
  title: "text?",
} as const;
const legends: readonly unknown[] = ["free", "below", "top left", "top right", "bottom left", "bottom right"];
const optionKinds: OptionKinds<GridOptions> = { title: "text?", width: "number?", height: "number?" };

/**
 * One figure with panels in rows; the panels of a row share its width, so that those of a row with fewer are wider.
 *
 * @throws RangeError without a panel
 * @example
 * ```ts
 * const panel = edfPanel([{ name: "A", errors: [30, 40] }]);
 * grid([[panel, panel], [panel, panel]]).data.length; // => 4
 * ```
 */
export function grid(rows: readonly (readonly Panel[])[], options: GridOptions = {}): Figure {
  expectList("grid", "rows", rows);
  for (const panels of rows) expectList("grid", "panels in each row", panels, panelFields);
  for (const { traces, legend } of rows.flat()) {
    expectList("grid", "traces of a panel", traces, {});
    if (legend === undefined || legends.includes(legend)) continue;
    throw new RangeError(`grid: a panel's legend must be one of ${legends.join(", ")}, got ${say(legend)}`);
  }
  expectOptions("grid", options, optionKinds);
  const { title, width, height } = options;
  for (const [side, length] of Object.entries({ width, height })) {
    if (length === undefined || (length > 0 && length < Infinity)) continue;
    throw new RangeError(`grid: ${side} must be a number of pixels above 0, got ${length}`);
  }
  const columns = Math.max(0, ...rows.map(panels => panels.length));
  if (columns === 0) throw new RangeError(`grid: expected at least 1 panel, got ${rows.length} rows of none`);
  const full = width ?? Math.min(PAGE, 420 * columns);
  const inner = full - margin.l - margin.r;
  // No cell is empty, as in the paper's figures, which have two panels above three.
  const across = rows.map(({ length }) => (inner - (length - 1) * COLUMN_GAP) / length);
  const heading = title && fitText(title, inner, HEADING.size, MOST_LINES);
  const fitted = rows.map((panels, i) => panels.map(panel => fittedPanel(panel, across[i])));
  const above = fitted.map(
    panels => TITLE.line * greatest(panels, panel => (panel.title ? linesOf(panel.title) : 0)),
  );
  const top = margin.t - 20 + (heading ? HEADING.line * linesOf(heading) : 0) + above[0];
  const gaps = above.slice(1).map(extra => ROW_GAP + extra - TITLE.line);
  const between = gaps.reduce((sum, gap) => sum + gap, 0);
  const panelHeight =
    height === undefined ? PANEL_HEIGHT : Math.max(40, (height - top - margin.b - between) / rows.length);
  const places = fitted.map((panels, i) =>
    panels.map(panel => placeLegend(panel, { width: across[i], height: panelHeight })),
  );
  const below = places.map((some, i) =>
    greatest(some, ({ below: legend }, k) =>
      legend ? legend.height + ABOVE_LEGEND - margin.b + furtherLines(fitted[i][k]) : 0,
    ),
  );
  const last = below[rows.length - 1];
  const inside =
    rows.length * panelHeight + between + below.slice(0, -1).reduce((sum, extra) => sum + extra, 0);
  const figure = { width: full, height: Math.round(top + inside + margin.b + last) };
  const drawing = new Drawing();
  const tall = panelHeight / inside;
  let down = 1;
  for (const [i, panels] of fitted.entries()) {
    const share = across[i] / inner;
    for (const [j, panel] of panels.entries()) {
      const place = {
        left: j * (share + COLUMN_GAP / inner),
        bottom: down - tall,
        width: share,
        height: tall,
      };
      drawing.place(panel, place, places[i][j], { width: inner, height: inside });
    }
    down -= tall + (below[i] + (gaps[i] ?? 0)) / inside;
  }
  const { data, axes, shapes, annotations } = drawing;
  const style = {
    ...layoutStyle,
    margin: { ...margin, t: top, b: margin.b + last },
    ...(heading && {
      title: {
        text: heading,
        font: { size: HEADING.size },
        x: 0,
        xref: "paper",
        xanchor: "left",
        // Plotly lifts a title by its further lines.
        y: 1 - (10 + 14 * (linesOf(heading) - 1)) / figure.height,
        yref: "container",
        yanchor: "top",
      },
    }),
  };
  return new Figure(data, { ...style, ...axes, shapes, annotations, showlegend: true, ...figure });
}

const greatest = <T>(list: readonly T[], of: (item: T, index: number) => number): number =>
  list.reduce((most, item, i) => Math.max(most, of(item, i)), 0);

/** A panel whose words fit above it and below it. */
function fittedPanel(panel: Panel, width: number): Panel {
  const { title, xaxis } = panel;
  const label = (xaxis.title as { text?: string } | undefined)?.text;
  const fitted = label && fitText(label, width, AXIS_TITLE.size, linesOf(label) + 1);
  return {
    ...panel,
    xaxis: thinned(xaxis, width),
    ...(title && { title: fitText(title, width, TITLE.size, MOST_LINES) }),
    ...(fitted &&
      fitted !== label && {
        xaxis: { ...thinned(xaxis, width), title: { ...(xaxis.title as object), text: fitted } },
      }),
  };
}

/** Between tick labels, pixels; their font's size. */
const TICK = { gap: 6, size: 13 } as const;

/**
 * An x axis of powers whose tick labels do not touch: where those at 2, 5 and the like would, the powers alone have labels,
 * and where those would, every other one.
 */
function thinned(axis: PlotlyObject, width: number): PlotlyObject {
  const { type, tickvals, ticktext, range } = axis as Record<string, unknown>;
  if (type !== "log" || !Array.isArray(tickvals) || !Array.isArray(range)) return axis;
  const [values, [low, high]] = [tickvals as number[], range as [number, number]];
  const texts = (ticktext as string[] | undefined) ?? values.map(String);
  const at = (value: number) => ((Math.log10(value) - low) / (high - low)) * width;
  const fit = (kept: readonly number[]): boolean => {
    const shown = kept.filter(i => at(values[i]) >= -1 && at(values[i]) <= width + 1);
    const half = (i: number) => textWidth(texts[i], TICK.size) / 2;
    return shown
      .slice(1)
      .every((i, k) => at(values[i]) - half(i) >= at(values[shown[k]]) + half(shown[k]) + TICK.gap);
  };
  const all = values.map((_, i) => i);
  const everyOther = (some: readonly number[]) => some.filter((_, k) => k % 2 === 0);
  const powers = all.filter(i => Number.isInteger(Number(Math.log10(values[i]).toFixed(9))));
  // Values with texts of their own lie within decades, others double.
  const kept = (ticktext ? [all, powers, everyOther(powers)] : [all, everyOther(all)]).find(fit);
  if (!kept || kept === all) return axis;
  return { ...axis, tickvals: values, ticktext: texts.map((text, i) => (kept.includes(i) ? text : "")) };
}

/** The height of an x axis title's lines after the first. */
const furtherLines = ({ xaxis }: Panel): number =>
  AXIS_TITLE.line * (linesOf((xaxis.title as { text?: string } | undefined)?.text ?? "") - 1);

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

  /**
   * @param found where the panel's legend is
   * @param inner size of the figure inside its margins, CSS pixels
   */
  place(panel: Panel, { left, bottom, width, height }: Place, found: LegendPlace, inner: FigureSize): void {
    const suffix = this.#panels === 0 ? "" : `${this.#panels + 1}`;
    this.#panels++;
    const [x, y, legend] = [`x${suffix}`, `y${suffix}`, `legend${suffix}`];
    const end = Math.min(1, left + width);
    const { traces } = panel;
    const axis = (own: PlotlyObject, which: "x" | "y") => {
      const title = { standoff: STANDOFF, ...(own.title as PlotlyObject | undefined) };
      return { ...axisStyle, ...tickStyle(own, traces, which), ...own, title };
    };
    const { corner, below } = found;
    this.axes[`xaxis${suffix}`] = { ...axis(found.xaxis, "x"), domain: [left, end], anchor: y };
    const [low, high] = [Math.max(0, bottom), Math.min(1, bottom + height)];
    this.axes[`yaxis${suffix}`] = { ...axis(found.yaxis, "y"), domain: [low, high], anchor: x };
    const style = { bgcolor: legendBackground, font: { size: LEGEND_FONT.entry } };
    const titled = panel.legendTitle && {
      title: { text: panel.legendTitle, font: { size: LEGEND_FONT.title, color: soft } },
    };
    if (corner) {
      const [yanchor, xanchor] = corner.split(" ");
      this.axes[legend] = {
        x: left + width * (xanchor === "left" ? LEGEND_OFFSET.x : 1 - LEGEND_OFFSET.x),
        y: low + (high - low) * (yanchor === "top" ? 1 - LEGEND_OFFSET.y : LEGEND_OFFSET.y),
        xanchor,
        yanchor,
        ...style,
        ...titled,
      };
    }
    // Plotly's legends have one column each, so that further ones are legends of their own.
    const columns = (below?.columns ?? []).map((members, k) => {
      const name = k === 0 ? legend : `legend${1000 * k + this.#panels}`;
      this.axes[name] = {
        x: left + (k * below!.columnWidth) / inner.width,
        y: low - (ABOVE_LEGEND + furtherLines(panel)) / inner.height,
        xanchor: "left",
        yanchor: "top",
        ...style,
        ...(titled && { title: k === 0 ? titled.title : { ...titled.title, text: " " } }),
      };
      return [name, new Set(members)] as const;
    });
    for (const [i, trace] of traces.entries()) {
      const column = columns.find(([, members]) => members.has(i))?.[0];
      this.data.push({
        ...trace,
        ...(below && fittedName(trace, below.names.get(i))),
        xaxis: x,
        yaxis: y,
        ...(corner || column ? { legend: column ?? legend } : { showlegend: false }),
      });
    }
    for (const shape of panel.shapes ?? []) {
      const reference = (which: "x" | "y", name: string) =>
        shape[`${which}ref`] === "domain" ? `${name} domain` : name;
      this.shapes.push({ ...shape, xref: reference("x", x), yref: reference("y", y) });
    }
    const place = { xref: `${x} domain`, yref: `${y} domain`, showarrow: false };
    if (panel.title) {
      const text = { text: panel.title, font: { size: TITLE.size, color: soft }, align: "left" };
      this.annotations.push({ ...place, ...text, x: 0, y: 1, xanchor: "left", yanchor: "bottom" });
    }
    for (const { size = 12.5, xanchor = "center", yanchor = "middle", ...note } of panel.notes ?? []) {
      this.annotations.push({ ...place, ...note, xanchor, yanchor, align: xanchor, font: { size } });
    }
  }
}

/** A trace's name as it fits its legend; what was cut off it is said when the pointer is over the trace. */
function fittedName({ name, hovertemplate }: PlotlyObject, fitted: string | undefined): PlotlyObject {
  if (fitted === undefined || fitted === name) return {};
  if (!fitted.endsWith("…") || typeof hovertemplate !== "string") return { name: fitted };
  return {
    name: fitted,
    hovertemplate: hovertemplate.replace("<extra></extra>", `<extra>${String(name)}</extra>`),
  };
}

/** Plotly writes small numbers with prefixes ("50μ"), which no share or error has: those get powers of ten. */
function tickStyle(axis: PlotlyObject, traces: Panel["traces"], which: "x" | "y"): PlotlyObject {
  if (axis.type === "log" || axis.tickvals) return {};
  const [low, high] = rangeOf(which, axis, traces);
  return Math.max(Math.abs(low), Math.abs(high)) < 0.01 ? { exponentformat: "power" } : {};
}
