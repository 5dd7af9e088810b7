/**
 * A figure as pictures for a page: light and dark, twice the figure's size so that they are sharp on dense screens and
 * in print, in WebP without loss, which is smaller than PNG.
 */
import { Figure, type FigureSize, type PlotlyObject } from "../figures/index.js";
import { svgClass, svgInDark } from "../figures/style.js";
import { joined, type StoredBundle } from "./notebook.js";

export interface Pictures extends Partial<FigureSize> {
  /** Data URIs. */
  readonly light: string;
  readonly dark?: string;
}

/** A Plotly figure as notebooks store it. */
export interface StoredFigure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject & FigureSize;
}

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

async function webp(picture: Buffer): Promise<string> {
  const { default: sharp } = await import("sharp");
  const bytes = await sharp(picture).webp({ lossless: true }).toBuffer();
  return `data:image/webp;base64,${bytes.toString("base64")}`;
}

const svgUri = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;

/** A figure's size where a notebook's specification has none: Plotly's own. */
const PLOTLY_SIZE = { width: 700, height: 450 };

/** The kinds of picture that are stored as base64. */
const RASTER = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** The Plotly figure of an output, or undefined if it has none; a notebook may hold anything under that name. */
export function storedFigure(bundle: StoredBundle): StoredFigure | undefined {
  const { data, layout = {} } = Object(bundle[PLOTLY_MIME]) as Partial<StoredFigure>;
  if (!Array.isArray(data) || typeof layout !== "object" || layout === null) return undefined;
  const side = (key: "width" | "height") => {
    const size = (layout as Partial<FigureSize>)[key];
    return typeof size === "number" && size > 0 && size <= 10_000 ? size : PLOTLY_SIZE[key];
  };
  return { data, layout: { ...layout, width: side("width"), height: side("height") } };
}

/**
 * The pictures of an output, or undefined if it has none.
 *
 * @throws Error if what it has cannot be drawn or read
 */
export async function pictures(bundle: StoredBundle): Promise<Pictures | undefined> {
  const stored = storedFigure(bundle);
  if (stored) {
    const { data, layout } = stored;
    const { width, height } = layout;
    const figure = new Figure(data, layout);
    try {
      const [light, dark] = await Promise.all(
        [figure, figure.dark()].map(async each => webp(await each.toPng())),
      );
      return { light, dark, width, height };
    } catch (error) {
      // The notebook's own picture, of the figure's size, will do where the drawing process cannot run.
      if (!bundle["image/png"]) throw error;
    }
  }
  const svg = bundle["image/svg+xml"];
  if (svg) {
    const light = joined(svg);
    // The colours that a picture of other origin needs are not known.
    const ours = new RegExp(`^<svg [^>]*class="${svgClass}"`).test(light);
    const [width, height] = ["width", "height"].map(side =>
      Number(new RegExp(`^<svg [^>]*\\b${side}="([\\d.]+)"`).exec(light)?.[1]),
    );
    return {
      light: svgUri(light),
      ...(ours && { dark: svgUri(svgInDark(light)) }),
      ...(width > 0 && height > 0 && { width: Math.round(width), height: Math.round(height) }),
    };
  }
  const raster = RASTER.map(type => bundle[type]).find(Boolean);
  if (!raster) return undefined;
  return { light: await webp(Buffer.from(joined(raster).replaceAll("\n", ""), "base64")) };
}
