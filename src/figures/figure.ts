/**
 * A figure as a value: a Plotly specification that shows itself, interactively where the front end can, as a
 * picture elsewhere.
 */
import { renderPng, svgToPdf } from "#pictures";
import { requirePictureSize } from "./rendering/picture-size.js";
import { darkColours, inDark } from "./style.js";
import { showsDark } from "./theme.js";

/** A Plotly trace or layout: plain JSON, documented at plotly.com/javascript/reference. */
export type PlotlyObject = Readonly<Record<string, unknown>>;

export interface FigureSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A Plotly figure in the one style, for notebooks, pages and files. */
export class Figure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject & FigureSize;

  constructor(data: readonly PlotlyObject[], layout: PlotlyObject & FigureSize) {
    this.data = data;
    this.layout = layout;
  }

  /** The Plotly specification, `{ data, layout }`, with numbers of six digits: no picture shows more. */
  toJSON(): { data: readonly PlotlyObject[]; layout: PlotlyObject } {
    return { data: this.data.map(rounded), layout: rounded(this.layout) };
  }

  /** The same figure for a dark page or slide. */
  dark(): Figure {
    return new Figure(this.data.map(inDark), inDark(this.layout));
  }

  /**
   * The figure as a PNG picture, drawn without a browser.
   *
   * @param scale pixels of the picture for one of the figure. Default 2, sharp on dense screens and in print
   * @throws RangeError for a picture of more than 100 million pixels
   */
  async toPng(scale = 2): Promise<Buffer> {
    requirePictureSize("toPng", this.layout, scale);
    return renderPng(this.toJSON(), this.layout, scale);
  }

  /**
   * The figure as an SVG document, for papers and for drawing programs: texts stay texts, in Open Sans where it is installed. Drawn
   * without a browser.
   *
   * @example `writeFileSync("figure.svg", await figure.toSvg())`
   */
  async toSvg(): Promise<string> {
    requirePictureSize("toSvg", this.layout, 1);
    return (await renderPng(this.toJSON(), this.layout, 1, true)).toString("utf8");
  }

  /**
   * The figure as a PDF of one page of its size, for papers: lines stay lines and texts can be selected, in fonts that are in the file.
   * A CSS pixel is three quarters of a point. The same figure gives the same bytes.
   *
   * @example `writeFileSync("figure.pdf", await figure.toPdf())`
   */
  async toPdf(): Promise<Buffer> {
    requirePictureSize("toPdf", this.layout, 1);
    return svgToPdf(await this.toSvg());
  }

  /**
   * For Jupyter front ends: the live figure, and the picture for pages that run no scripts (GitHub, exports).
   * JupyterLab shows the picture first and the live figure once the pointer is over it, so both have one size; in a dark
   * theme it shows the live figure at once, in the colours of `layout.meta.dark`. Where `NETSPACE_THEME` is "dark", both
   * are dark everywhere.
   */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    const shown = showsDark() ? this.dark() : this;
    const { data, layout } = shown.toJSON();
    // What the kernel's extension of JupyterLab draws it in where the theme is dark.
    const meta = { ...Object(layout.meta), dark: darkColours(JSON.stringify([data, layout])) };
    const figure = {
      data,
      layout: shown === this ? { ...layout, meta } : layout,
      config: { responsive: true },
    };
    const live = { "application/vnd.plotly.v1+json": figure };
    try {
      return { ...live, "image/png": (await shown.toPng(1)).toString("base64") };
    } catch (error) {
      // A figure without its picture is still a figure.
      return { ...live, "text/plain": `[figure; no static picture: ${(error as Error).message}]` };
    }
  }
}

/** The value with every number rounded to six significant digits; typed arrays become plain ones. */
function rounded<T>(value: T): T {
  if (typeof value === "number") {
    return (Number.isFinite(value) ? Number(value.toPrecision(6)) : value) as T;
  }
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (value instanceof Float64Array) return Array.from(value, rounded) as T;
  // Anything but plain data is Plotly's to reject.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)])) as T;
}
