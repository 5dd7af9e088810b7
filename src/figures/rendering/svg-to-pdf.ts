/**
 * A picture of ours from SVG to PDF: one page of the picture's size, lines as paths, texts as texts in embedded fonts.
 *
 * It reads what Plotly and the diagrams write: shapes and paths with plain colours, groups, clips, arrow heads, texts in lines,
 * pixels. The opacity of a group becomes that of each of its parts; a gradient or a pattern becomes its first colour.
 */
import { type Font, openSync } from "fontkit";
import Document from "pdfkit";
import { fontOptions } from "./fonts.js";

type Pdf = InstanceType<typeof Document>;

/** Points for a CSS pixel: 72 and 96 per inch. */
const POINTS = 0.75;

/** What an element has from those around it, by its name in CSS, and the product of their opacities. */
interface Style {
  readonly values: Readonly<Record<string, string>>;
  readonly opacity: number;
}

/** A piece of text in one font. Where `x` is given, a new line of text begins there. */
interface Run {
  readonly words: string;
  readonly face: string;
  readonly size: number;
  readonly style: Style;
  readonly x?: number;
  readonly y?: number;
  readonly dx: number;
  readonly dy: number;
}

/** What is no element's own alone: `opacity`, `display`, `clip-path` and the like hold for the element that has them. */
const INHERITED = /^(fill|stroke|font|text-anchor|visibility)/;
/** What is drawn only where something refers to it. */
const UNDRAWN = new Set([
  "defs",
  "clipPath",
  "marker",
  "title",
  "desc",
  "style",
  "metadata",
  "pattern",
  "symbol",
]);

const [REGULAR, BOLD, ITALIC, STAND_IN] = fontOptions().fontFiles;
const regular = openSync(REGULAR) as Font;
const standIn = openSync(STAND_IN) as Font;

/**
 * @param svg the picture's root
 * @returns the PDF's bytes, the same for the same picture
 */
export function svgToPdf(svg: Element): Promise<Buffer> {
  const [width, height] = ["width", "height"].map(side => length(svg, side));
  const title = svg.querySelector("title, .gtitle")?.textContent;
  const pdf = new Document({
    size: [width * POINTS, height * POINTS],
    margin: 0,
    font: REGULAR,
    // With the time at which it is made in it, a picture would be another file each time.
    info: { Creator: "netspace", CreationDate: new Date(0), ...(title && { Title: title }) },
  });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const made = new Promise<Buffer>(resolve => pdf.on("end", () => resolve(Buffer.concat(chunks))));
  pdf.scale(POINTS);
  new Drawing(svg, pdf).draw(svg, { values: {}, opacity: 1 });
  pdf.end();
  return made;
}

class Drawing {
  readonly #pdf: Pdf;
  readonly #byId: ReadonlyMap<string, Element>;

  constructor(svg: Element, pdf: Pdf) {
    this.#pdf = pdf;
    this.#byId = new Map([...svg.querySelectorAll("[id]")].map(element => [element.id, element]));
  }

  draw(element: Element, above: Style): void {
    if (UNDRAWN.has(element.localName)) return;
    const own = ownStyle(element);
    if (own.display === "none") return;
    const style = within(above, own);
    const pdf = this.#pdf.save();
    if (element.localName === "svg" && own.background && element.parentElement === null) {
      this.#paint(`M0 0H${length(element, "width")}V${length(element, "height")}H0Z`, {
        values: { fill: own.background },
        opacity: 1,
      });
    }
    place(pdf, element.getAttribute("transform") ?? "");
    if (["svg", "use"].includes(element.localName)) pdf.translate(length(element, "x"), length(element, "y"));
    this.#clip(own["clip-path"]);
    if (element.localName === "text") this.#text(element, style);
    else if (element.localName === "image") this.#image(element, style);
    else if (element.localName === "use") {
      const used = this.#byId.get((element.getAttribute("href") ?? "").slice(1));
      if (used) this.draw(used, style);
    } else {
      const path = pathOf(element);
      if (path !== undefined && style.values.visibility !== "hidden") {
        this.#paint(path, style);
        this.#arrowHead(path, own["marker-end"], style);
      }
      for (const child of element.children) this.draw(child, style);
    }
    pdf.restore();
  }

  /** What an attribute such as `url(#arrow)` names. */
  #named(reference: string | undefined): Element | undefined {
    const [, id] = /^url\(['"]?[^#]*#([^'")]+)/.exec(reference ?? "") ?? [];
    return id === undefined ? undefined : this.#byId.get(id);
  }

  #clip(reference: string | undefined): void {
    const shapes = [...(this.#named(reference)?.children ?? [])].map(pathOf);
    if (shapes.length > 0) this.#pdf.path(shapes.join(" ")).clip();
  }

  /** A colour as PDF has it, and how opaque it is; none for what is not painted. */
  #colour(value: string, opacity: number): readonly [colour: string, opacity: number] | undefined {
    const server = this.#named(value);
    if (server) {
      const part = server.querySelector("[stop-color], [style*=stop-color], [fill], [style*=fill]");
      const first = part ? ownStyle(part) : {};
      return this.#colour(first["stop-color"] ?? first.fill ?? "none", opacity);
    }
    if (["none", "transparent", ""].includes(value)) return undefined;
    const [, parts] = /^rgba?\(([^)]*)\)$/.exec(value) ?? [];
    if (parts === undefined) return [value === "currentColor" ? "black" : value, opacity];
    const [red, green, blue, alpha = 1] = parts.split(/[\s,/]+/).map(Number);
    const hex = [red, green, blue].map(part => Math.round(part).toString(16).padStart(2, "0")).join("");
    return alpha === 0 ? undefined : [`#${hex}`, opacity * alpha];
  }

  #paint(path: string, { values, opacity }: Style): void {
    const pdf = this.#pdf;
    const fill = this.#colour(values.fill ?? "black", opacity * Number(values["fill-opacity"] ?? 1));
    const width = Number.parseFloat(values["stroke-width"] ?? "1");
    const stroke =
      width > 0 && this.#colour(values.stroke ?? "none", opacity * Number(values["stroke-opacity"] ?? 1));
    if (!fill && !stroke) return;
    pdf.path(path);
    if (fill) pdf.fillColor(...fill);
    if (stroke) {
      const dashes = (values["stroke-dasharray"] ?? "none").split(/[\s,]+/).map(Number.parseFloat);
      pdf
        .strokeColor(...stroke)
        .lineWidth(width)
        .lineCap(values["stroke-linecap"] ?? "butt")
        .lineJoin(values["stroke-linejoin"] ?? "miter")
        .miterLimit(Number(values["stroke-miterlimit"] ?? 4));
      // An odd number of dashes is gone through twice; dashes of no length are none.
      const even = dashes.length % 2 === 0 ? dashes : [...dashes, ...dashes];
      if (even.every(Number.isFinite) && even.some(dash => dash > 0)) dashed(pdf, even);
    }
    const rule = values["fill-rule"] === "evenodd" ? "even-odd" : "non-zero";
    if (fill && stroke) pdf.fillAndStroke(undefined, undefined, rule);
    else if (fill) pdf.fill(rule);
    else pdf.stroke();
  }

  /** The head at the end of a line, turned as the line ends: its size is in widths of the line. */
  #arrowHead(path: string, reference: string | undefined, style: Style): void {
    const marker = this.#named(reference);
    const numbers = [...path.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(Number).slice(-4);
    if (!marker || numbers.length < 4) return;
    const [fromX, fromY, x, y] = numbers;
    const [, , across] = (marker.getAttribute("viewBox") ?? "0 0 3 3").split(/[\s,]+/).map(Number);
    const width = Number.parseFloat(style.values["stroke-width"] ?? "1");
    const pdf = this.#pdf.save().translate(x, y);
    pdf
      .rotate((Math.atan2(y - fromY, x - fromX) * 180) / Math.PI)
      .scale((width * length(marker, "markerWidth")) / across)
      .translate(-length(marker, "refX"), -length(marker, "refY"));
    for (const part of marker.children) this.draw(part, { values: {}, opacity: style.opacity });
    pdf.restore();
  }

  #image(element: Element, { opacity }: Style): void {
    const [x, y, width, height] = ["x", "y", "width", "height"].map(name => length(element, name));
    const href = element.getAttribute("href") ?? element.getAttribute("xlink:href") ?? "";
    const [, pixels] = /^data:image\/(?:png|jpeg);base64,(.*)$/s.exec(href) ?? [];
    if (pixels !== undefined) {
      this.#pdf.opacity(opacity).image(Buffer.from(pixels, "base64"), x, y, { width, height });
    }
  }

  #text(element: Element, style: Style): void {
    if (style.values.visibility === "hidden") return;
    const pdf = this.#pdf;
    let [x, y] = [0, 0];
    for (const line of linesOf(runsOf(element, style, {}))) {
      const widths = line.map(
        ({ words, face, size, dx }) => dx + pdf.font(face).fontSize(size).widthOfString(words),
      );
      const width = widths.reduce((sum, one) => sum + one, 0);
      const [{ style: first }] = line;
      x = (line[0].x ?? x) - width * ({ middle: 0.5, end: 1 }[first.values["text-anchor"]] ?? 0);
      for (const [i, run] of line.entries()) {
        y = (run.y ?? y) + run.dy;
        const { values, opacity } = run.style;
        const fill = this.#colour(values.fill ?? "black", opacity * Number(values["fill-opacity"] ?? 1));
        if (fill && run.words !== "") {
          pdf
            .font(run.face)
            .fontSize(run.size)
            .fillColor(...fill)
            .text(run.words, x + run.dx, y, { lineBreak: false, baseline: "alphabetic" });
        }
        x += widths[i];
      }
    }
  }
}

/** Texts between two places: each is set as a whole, from its beginning, around its middle, or to its end. */
function linesOf(runs: readonly Run[]): Run[][] {
  const lines: Run[][] = [];
  for (const run of runs) {
    if (lines.length === 0 || run.x !== undefined) lines.push([run]);
    else lines.at(-1)!.push(run);
  }
  return lines;
}

/** The texts of an element and of those in it; `shift` is what is still to be applied to the first of them. */
function runsOf(element: Element, style: Style, shift: Partial<Pick<Run, "x" | "y" | "dx" | "dy">>): Run[] {
  const size = fontSize(style);
  const given = (name: string) => (element.hasAttribute(name) ? length(element, name, size) : undefined);
  let begins = {
    x: given("x") ?? shift.x,
    y: given("y") ?? shift.y,
    dx: (shift.dx ?? 0) + (given("dx") ?? 0),
    dy: (shift.dy ?? 0) + (given("dy") ?? 0),
  };
  const runs: Run[] = [];
  const take = (found: readonly Run[]) => {
    runs.push(...found);
    if (found.length > 0) begins = { x: undefined, y: undefined, dx: 0, dy: 0 };
  };
  for (const node of element.childNodes) {
    if (node.nodeType === node.TEXT_NODE) {
      const pieces = piecesOf(node.nodeValue ?? "", style);
      take(pieces.map((piece, i) => ({ ...piece, size, style, ...(i === 0 ? begins : { dx: 0, dy: 0 }) })));
    } else if (node.nodeType === node.ELEMENT_NODE) {
      const child = node as Element;
      const own = ownStyle(child);
      if (own.display !== "none") take(runsOf(child, within(style, own), begins));
    }
  }
  return runs;
}

/** A text in pieces, each in a font that has its characters. A space without width, by which Plotly moves up and down, is kept as an empty piece. */
function piecesOf(text: string, { values }: Style): Pick<Run, "words" | "face">[] {
  const weight = values["font-weight"] ?? "normal";
  const bold = weight === "bold" || Number(weight) >= 600;
  const face = bold ? BOLD : values["font-style"] === "italic" ? ITALIC : REGULAR;
  const pieces: Pick<Run, "words" | "face">[] = [];
  for (const character of text.replace(/\s/g, " ")) {
    const point = character.codePointAt(0)!;
    const has = regular.hasGlyphForCodePoint(point) || !standIn.hasGlyphForCodePoint(point);
    const words = character === "\u200b" ? "" : character;
    const last = pieces.at(-1);
    const uses = has ? face : STAND_IN;
    if (last && (last.face === uses || words === ""))
      pieces[pieces.length - 1] = { words: last.words + words, face: last.face };
    else pieces.push({ words, face: uses });
  }
  return pieces;
}

/** What an element itself says of its looks: its attributes, and its style, which wins. */
function ownStyle(element: Element): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value } of element.attributes) values[name] = value.trim();
  for (const rule of (element.getAttribute("style") ?? "").split(";")) {
    const colon = rule.indexOf(":");
    if (colon > 0)
      values[rule.slice(0, colon).trim()] = rule
        .slice(colon + 1)
        .replace("!important", "")
        .trim();
  }
  return values;
}

function within(above: Style, own: Readonly<Record<string, string>>): Style {
  const values = { ...above.values };
  for (const [name, value] of Object.entries(own)) {
    if (!INHERITED.test(name) || value === "inherit") continue;
    // A size in parts of the one above is settled here, where that is known.
    values[name] = name === "font-size" ? `${sized(value, fontSize(above))}` : value;
  }
  return { values, opacity: above.opacity * Number(own.opacity ?? 1) };
}

const fontSize = ({ values }: Style): number => Number.parseFloat(values["font-size"] ?? "16");

/** A length in pixels; in parts of the font's size where it says so. */
function sized(text: string, size: number): number {
  const value = Number.parseFloat(text);
  if (text.endsWith("em")) return value * size;
  return text.endsWith("%") ? (value / 100) * size : value;
}

const length = (element: Element, name: string, size = 16): number =>
  sized(element.getAttribute(name) ?? "0", size);

/** A shape's outline as a path's `d`; none for what is no shape. */
function pathOf(element: Element): string | undefined {
  const of = (name: string) => length(element, name);
  switch (element.localName) {
    case "path":
      return element.getAttribute("d") ?? undefined;
    case "rect": {
      const [x, y, width, height] = [of("x"), of("y"), of("width"), of("height")];
      if (!(width > 0 && height > 0)) return undefined;
      const [rx, ry] = [
        Math.min(of("rx") || of("ry"), width / 2),
        Math.min(of("ry") || of("rx"), height / 2),
      ];
      const corner = (toX: number, toY: number) => (rx > 0 ? `a${rx} ${ry} 0 0 1 ${toX} ${toY}` : "");
      return (
        `M${x + rx} ${y}h${width - 2 * rx}${corner(rx, ry)}v${height - 2 * ry}${corner(-rx, ry)}` +
        `h${2 * rx - width}${corner(-rx, -ry)}v${2 * ry - height}${corner(rx, -ry)}Z`
      );
    }
    case "circle":
    case "ellipse": {
      const [cx, cy, rx, ry] = [of("cx"), of("cy"), of("rx") || of("r"), of("ry") || of("r")];
      return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 1 ${2 * rx} 0a${rx} ${ry} 0 1 1 ${-2 * rx} 0Z`;
    }
    case "line":
      return `M${of("x1")} ${of("y1")}L${of("x2")} ${of("y2")}`;
    case "polyline":
    case "polygon": {
      const points = element.getAttribute("points")?.trim();
      return points ? `M${points}${element.localName === "polygon" ? "Z" : ""}` : undefined;
    }
    default:
      return undefined;
  }
}

/** Applies an SVG transform to what is drawn next. */
function place(pdf: Pdf, transform: string): void {
  for (const [, name, given] of transform.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const [a, b = 0, c = 0, ...rest] = given
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (name === "translate") pdf.translate(a, b);
    else if (name === "rotate") pdf.rotate(a, { origin: [b, c] });
    else if (name === "scale") pdf.scale(a, given.trim().split(/[\s,]+/).length > 1 ? b : a);
    else if (name === "matrix") pdf.transform(a, b, c, rest[0], rest[1], rest[2]);
  }
}

/** Lines and gaps in turn. pdfkit's own `dash` refuses gaps of no length, which Plotly writes. */
function dashed(pdf: Pdf, dashes: readonly number[]): void {
  pdf.addContent(`[${dashes.join(" ")}] 0 d`);
}
