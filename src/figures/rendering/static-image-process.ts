/**
 * The process that draws: Plotly on a jsdom page gives SVG, resvg turns it into PNG.
 *
 * jsdom does no layout, so the page's text measures come from the font that resvg will draw with.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { JSDOM } from "jsdom";
import { later } from "../../base/node/later.js";
import type { PlotlyObject } from "../figure.js";
import { fontOptions } from "./fonts.js";
import { textWidthInPicture, withStandIn } from "./stand-in-font.js";
import { type DrawnTrace, withMarkers, withoutMarkers } from "../many-markers.js";

/** A Plotly specification to be drawn. */
export interface Drawing {
  readonly specification: unknown;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** The SVG itself rather than its pixels. */
  readonly vector?: boolean;
}

/** A drawn picture to be written as a PDF. */
export interface Printing {
  readonly svg: string;
}

export type PictureRequest = { readonly id: number } & (Drawing | Printing);

export type PictureReply =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly error: string };

/** Seconds without work after which the process ends. */
const PATIENCE = 30;

const require = createRequire(import.meta.url);

interface Plotly {
  newPlot(element: unknown, specification: unknown): Promise<unknown>;
  readonly Snapshot: { toSVG(element: unknown, format: "svg", scale: number): string };
  purge(element: unknown): void;
}

function openPage(): { document: Document; plotly: Plotly } {
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  window.URL.createObjectURL = () => "";
  window.HTMLCanvasElement.prototype.getContext = () => null;
  giveMeasures(window);
  window.eval(readFileSync(require.resolve("plotly.js"), "utf8"));
  return { document: window.document, plotly: (window as unknown as { Plotly: Plotly }).Plotly };
}

/** Gives SVG elements the sizes that a browser would, as far as Plotly asks: those of the text in them. */
function giveMeasures(window: JSDOM["window"]): void {
  function getBBox(this: Element): DOMRect {
    const texts = this.matches("text, tspan") ? [this] : [...this.querySelectorAll("text")];
    const boxes = texts.map(text => placed(textBox(text), text, this));
    const left = Math.min(...boxes.map(b => b.left), Infinity);
    const top = Math.min(...boxes.map(b => b.top), Infinity);
    if (boxes.length === 0) return box(0, 0, 0, 0);
    const right = Math.max(...boxes.map(b => b.right));
    const bottom = Math.max(...boxes.map(b => b.bottom));
    return box(left, top, right - left, bottom - top);
  }
  Object.assign(window.SVGElement.prototype, {
    getBBox,
    getBoundingClientRect: getBBox,
    getComputedTextLength(this: Element) {
      return getBBox.call(this).width;
    },
    // Of arrows, which Plotly shortens by their heads: straight lines from point to point.
    getTotalLength(this: Element) {
      return segments(this).reduce((sum, { length }) => sum + length, 0);
    },
    getPointAtLength(this: Element, at: number) {
      let left = at;
      const path = segments(this);
      const on = path.find(({ length }) => left <= length || ((left -= length), false)) ?? path.at(-1);
      if (!on) return { x: 0, y: 0 };
      const share = on.length > 0 ? Math.min(left / on.length, 1) : 0;
      return {
        x: on.from[0] + share * (on.to[0] - on.from[0]),
        y: on.from[1] + share * (on.to[1] - on.from[1]),
      };
    },
  });
}

/** A path's points, joined by straight lines. */
function segments(path: Element) {
  const points = [...(path.getAttribute("d") ?? "").matchAll(/(-?[\d.e]+)[\s,]+(-?[\d.e]+)/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );
  return points.slice(1).map((to, i) => ({
    from: points[i],
    to,
    length: Math.hypot(to[0] - points[i][0], to[1] - points[i][1]),
  }));
}

const box = (x: number, y: number, width: number, height: number): DOMRect => {
  const rect = { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
  return { ...rect, toJSON: () => rect };
};

/** A text element's box in its own coordinates; several lines are in tspans of class "line". */
function textBox(text: Element): DOMRect {
  const lines = text.querySelectorAll("tspan.line");
  const contents = lines.length > 0 ? [...lines] : [text];
  const size = fontSize(text);
  const width = Math.max(...contents.map(line => textWidthInPicture(line.textContent ?? "", size)));
  const anchor = { middle: 0.5, end: 1 }[text.getAttribute("text-anchor") ?? ""] ?? 0;
  const [x, y] = ["x", "y"].map(key => Number.parseFloat(text.getAttribute(key) ?? "0"));
  return box(x - anchor * width, y - size, width, 1.3 * size * contents.length);
}

/** `rect` of `element` as seen from `ancestor`: the moves and quarter turns between them applied. */
function placed(rect: DOMRect, element: Element, ancestor: Element): DOMRect {
  let { x, y, width, height } = rect;
  for (let e: Element | null = element; e; e = e === ancestor ? null : e.parentElement) {
    const transform = e.getAttribute("transform") ?? "";
    const turn = /rotate\((-?[\d.]+)/.exec(transform);
    if (turn && Math.abs(Math.sin((Number(turn[1]) * Math.PI) / 180)) > 0.5) {
      const [cx, cy] = [x + width / 2, y + height / 2];
      [width, height] = [height, width];
      [x, y] = [cx - width / 2, cy - height / 2];
    }
    const move = /translate\((-?[\d.]+)[, ]+(-?[\d.]+)\)/.exec(transform);
    if (move) [x, y] = [x + Number(move[1]), y + Number(move[2])];
  }
  return box(x, y, width, height);
}

/** The font size in force, pixels: Plotly writes it into the style of the element or of one above it. */
function fontSize(element: Element): number {
  for (let e: Element | null = element; e; e = e.parentElement) {
    const size = (e as Partial<SVGElement>).style?.fontSize || e.getAttribute("font-size");
    if (size) return Number.parseFloat(size);
  }
  return 12;
}

/** What Plotly keeps of a figure that it has drawn. */
interface DrawnPlot {
  readonly _fullData: readonly { readonly index: number; readonly xaxis: string; readonly yaxis: string }[];
  readonly _fullLayout: Readonly<Record<string, unknown>>;
}

let page: ReturnType<typeof openPage> | undefined;

const pdf = later<typeof import("./svg-to-pdf.js")>(import.meta.url, "./svg-to-pdf.js");

/** The page's parser is XML's, to which elements of SVG are what they are. */
function print({ svg }: Printing): Promise<Uint8Array> {
  const { documentElement } = new JSDOM(svg, { contentType: "image/svg+xml" }).window.document;
  return pdf().svgToPdf(documentElement);
}

async function draw({ specification, width, height, scale, vector }: Drawing): Promise<Uint8Array> {
  page ??= openPage();
  const { document, plotly } = page;
  const element = document.body.appendChild(document.createElement("div"));
  try {
    const { data = [], layout } = specification as { data?: readonly PlotlyObject[]; layout?: object };
    const few = withoutMarkers(data);
    // Plotly.toImage would draw a figure that is drawn already once more, in this form.
    const config = { staticPlot: true };
    await plotly.newPlot(element, { data: few.data, layout: { ...layout, width, height }, config });
    let svg = plotly.Snapshot.toSVG(element, "svg", 1);
    const { _fullData: drawn, _fullLayout: full } = element as unknown as DrawnPlot;
    for (const markers of few.taken) {
      const { xaxis, yaxis } = drawn.find(({ index }) => index === markers.index)!;
      const axes = [xaxis, yaxis].map(name => full[name.replace(/^[xy]/, "$&axis")] as DrawnTrace["xaxis"]);
      svg = withMarkers(svg, markers, { xaxis: axes[0], yaxis: axes[1] });
    }
    if (vector) return Buffer.from(svg);
    const image = new Resvg(withStandIn(svg), {
      fitTo: { mode: "zoom", value: scale },
      background: "white",
      font: fontOptions(),
    });
    return image.render().asPng();
  } finally {
    plotly.purge(element);
    element.remove();
  }
}

let idle = setTimeout(() => process.exit(0), PATIENCE * 1000);
let queue = Promise.resolve();
let waiting = 0;
process.on("message", (request: PictureRequest) => {
  clearTimeout(idle);
  waiting++;
  queue = queue.then(async () => {
    const { id } = request;
    const made = async () => ("svg" in request ? print(request) : draw(request));
    const reply: PictureReply = await made().then(
      png => ({ id, png }),
      (error: unknown) => ({ id, error: error instanceof Error ? error.message : String(error) }),
    );
    process.send?.(reply);
    // On a busy machine a picture may take longer than the process waits for the next.
    if (--waiting === 0) idle = setTimeout(() => process.exit(0), PATIENCE * 1000);
  });
});
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {}); // The notebook's Stop button is not meant for this process.
