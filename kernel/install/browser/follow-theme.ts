/**
 * The browser's part of figures that follow JupyterLab's theme: it is put into the front-end extension as text, so it
 * imports nothing.
 *
 * A Plotly figure that says in `layout.meta.dark` what its colours are in the dark, and an SVG picture that has rules for
 * `data-jp-theme-light="false"` at its root are drawn by whatever JupyterLab draws them with, in the colours of the theme. What is stored stays as it is.
 */

const PLOTLY = "application/vnd.plotly.v1+json";
const SVG = "image/svg+xml";
const PNG = "image/png";

type Json = Record<string, unknown>;
interface Model {
  readonly data: Readonly<Json>;
  readonly metadata: unknown;
  readonly trusted: boolean;
  setData(options: object): void;
}
interface Element {
  querySelector(selector: string): { src: string } | null;
}
interface Renderer {
  readonly node: Element;
  readonly isDisposed: boolean;
  renderModel(model: Model): Promise<void>;
  /** Of Plotly's: whether the live figure is there, and drawing it, also in its own place. */
  hasGraphElement?(): boolean;
  createGraph?(model: Model): Promise<unknown>;
}
interface Factory {
  readonly safe: boolean;
  readonly mimeTypes: readonly string[];
  createRenderer(options: unknown): Renderer;
}
interface Registry {
  getFactory(type: string): Factory | undefined;
  getRank(type: string): number | undefined;
  addFactory(factory: Factory, rank?: number): void;
}
interface Page {
  body: { dataset: Record<string, string | undefined> };
}
declare const document: Page;
declare const MutationObserver: new (work: () => void) => { observe(of: unknown, what: object): void };

const isDark = (): boolean => document.body.dataset["jpThemeLight"] === "false";

/** Colours replaced, opacities kept. */
function recoloured(value: unknown, colours: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map(part => recoloured(part, colours));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, recoloured(part, colours)]));
  }
  if (typeof value !== "string") return value;
  const rgba = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(value);
  // Of its own: a text may be called as what every object has.
  if (!rgba) return Object.hasOwn(colours, value) ? colours[value] : value;
  const hex = rgba.slice(1, 4).map(part => Number(part).toString(16).padStart(2, "0"));
  const found = /^#(..)(..)(..)$/.exec(colours[`#${hex.join("").toUpperCase()}`] ?? "");
  return found
    ? `rgba(${found
        .slice(1)
        .map(part => Number.parseInt(part, 16))
        .join(", ")}, ${rgba[4]})`
    : value;
}

/** The figure in the dark, or undefined for one that does not say how that is. */
function darkFigure(model: Model): Model | undefined {
  const figure = model.data[PLOTLY] as { data?: unknown; layout?: { meta?: { dark?: unknown } } } | undefined;
  const colours = figure?.layout?.meta?.dark;
  if (typeof colours !== "object" || colours === null) return undefined;
  const { data, layout } = recoloured(
    { data: figure!.data, layout: figure!.layout },
    colours as Record<string, string>,
  ) as Json;
  const { metadata, trusted } = model;
  // Without the stored picture, which is light, the live figure is drawn at once; its picture is not to be stored.
  return { data: { [PLOTLY]: { ...figure, data, layout } }, metadata, trusted, setData: () => {} };
}

/** The drawing of an output, as the theme wants it, as an image's address: no script runs in an image. */
function drawing(model: Model): string | undefined {
  const stored = model.data[SVG];
  const svg = Array.isArray(stored) ? stored.join("") : stored;
  if (typeof svg !== "string" || !svg.startsWith("<svg ") || !svg.includes("data-jp-theme-light"))
    return undefined;
  const themed = isDark() ? svg.replace("<svg ", '<svg data-jp-theme-light="false" ') : svg;
  return `data:image/svg+xml,${encodeURIComponent(themed)}`;
}

/** Draws a figure in the theme. */
async function drawFigure(renderer: Renderer, render: Renderer["renderModel"], model: Model): Promise<void> {
  const shown = (isDark() && darkFigure(model)) || model;
  // What is live already stays so, and is drawn anew.
  if (renderer.hasGraphElement?.() && renderer.createGraph) await renderer.createGraph(shown);
  else await render(shown);
}

/** Draws a picture, and puts the drawing in its place where the output has one. */
async function drawPicture(renderer: Renderer, render: Renderer["renderModel"], model: Model): Promise<void> {
  await render(model);
  const [image, address] = [renderer.node.querySelector("img"), drawing(model)];
  if (image && address) image.src = address;
}

/** Lets what draws these types follow the theme. To be called when all that draws is there. */
export function followTheme(registry: Registry): void {
  for (const [type, draw] of [
    [PLOTLY, drawFigure],
    [SVG, drawPicture],
    [PNG, drawPicture],
  ] as const) {
    const factory = registry.getFactory(type);
    if (!factory) continue;
    const createRenderer = (options: unknown): Renderer => {
      const renderer = factory.createRenderer(options);
      const render = renderer.renderModel.bind(renderer);
      renderer.renderModel = model => {
        shown.set(renderer, () => draw(renderer, render, model));
        return draw(renderer, render, model);
      };
      return renderer;
    };
    registry.addFactory({ safe: factory.safe, mimeTypes: [type], createRenderer }, registry.getRank(type));
  }
  new MutationObserver(() => {
    for (const [renderer, drawAgain] of shown) {
      if (renderer.isDisposed) shown.delete(renderer);
      else void drawAgain();
    }
  }).observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
}

/** What is on the page, with what draws it anew. */
const shown = new Map<Renderer, () => Promise<void>>();
