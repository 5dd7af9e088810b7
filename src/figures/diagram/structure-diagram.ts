/** A picture of a network's structure, or of a part of it. */
import { svgToPdf, svgToPng } from "#pictures";
import { requirePictureSize } from "../rendering/picture-size.js";
import { svgInDark, svgOfTheme } from "../style.js";
import { showsDark } from "../theme.js";

/** A picture as SVG, with a description in words. */
export class StructureDiagram {
  readonly svg: string;
  readonly #words: string;

  constructor(svg: string, description: string) {
    this.svg = svg;
    this.#words = description;
  }
  /** The structure in words, one line per part. */
  toString(): string {
    return this.#words;
  }
  /** The same diagram for a dark page or slide. */
  dark(): StructureDiagram {
    return new StructureDiagram(svgInDark(this.svg), this.#words);
  }
  /**
   * @param scale pixels of the picture for one of the drawing. Default 2
   * @throws RangeError for a picture of more than 100 million pixels
   */
  toPng(scale = 2): Buffer {
    requirePictureSize("toPng", this.#size(), scale);
    return svgToPng(this.svg, scale);
  }
  /** The drawing as a PDF of one page of its size, as a figure's: lines stay lines, texts can be selected. */
  async toPdf(): Promise<Buffer> {
    requirePictureSize("toPdf", this.#size(), 1);
    return svgToPdf(this.svg);
  }
  #size(): { readonly width: number; readonly height: number } {
    const [, width, height] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(this.svg)!.map(Number);
    return { width, height };
  }
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return (showsDark() ? this.dark() : this).bundle();
  }
  /** The drawing, the picture of its size for pages that show no SVG, and the words. */
  protected bundle(): Record<string, string> {
    const png = this.toPng(1).toString("base64");
    return { "image/svg+xml": svgOfTheme(this.svg), "image/png": png, "text/plain": this.#words };
  }
}
