/** A picture of cells. */
import { svgInDark, svgOfTheme } from "../style.js";
import { StructureDiagram } from "./structure-diagram.js";

/** Cells as one picture, and as one each for pages of any width. */
export class CellDiagram extends StructureDiagram {
  readonly #panels: readonly string[];

  constructor(svg: string, description: string, panels: readonly string[]) {
    super(svg, description);
    this.#panels = panels;
  }
  override dark(): CellDiagram {
    return new CellDiagram(svgInDark(this.svg), this.toString(), this.#panels.map(svgInDark));
  }
  /** The cells as HTML: side by side where there is room, below each other on a narrow page. */
  get html(): string {
    return this.#inHtml(svg => svg);
  }
  #inHtml(drawn: (svg: string) => string): string {
    const panels = this.#panels.map(svg =>
      drawn(svg).replace("<svg ", '<svg style="max-width:100%;height:auto" '),
    );
    return `<div style="display:flex;flex-wrap:wrap;align-items:flex-start">${panels.join("")}</div>`;
  }
  protected override bundle(): Record<string, string> {
    return { "text/html": this.#inHtml(svgOfTheme), ...super.bundle() };
  }
}
