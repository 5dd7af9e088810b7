/**
 * Texts with characters that their font lacks. resvg sets such a text in another font as a whole; a browser sets only the
 * characters that are lacking in it, and so do these pictures. How wide texts are is said here, too.
 */
import { type Font, openSync } from "fontkit";
import { once } from "../../base/once.js";
import { fontOptions } from "./fonts.js";

const fonts = once(() => {
  const { fontFiles } = fontOptions();
  return [fontFiles[0], fontFiles.at(-1)!].map(file => openSync(file) as Font);
});

/** A part of a text, and whether the other font has to set it. */
interface Run {
  readonly text: string;
  readonly isForeign: boolean;
}

function runsOf(text: string): Run[] {
  const [font] = fonts();
  const runs: Run[] = [];
  for (const character of text) {
    const isForeign = !font.hasGlyphForCodePoint(character.codePointAt(0)!);
    const last = runs.at(-1);
    if (last?.isForeign === isForeign) runs[runs.length - 1] = { text: last.text + character, isForeign };
    else runs.push({ text: character, isForeign });
  }
  return runs;
}

/** How wide a text is. @param size of the font, pixels */
export function textWidthInPicture(text: string, size: number): number {
  const [font, standIn] = fonts();
  return runsOf(text).reduce((sum, run) => {
    const used = run.isForeign ? standIn : font;
    return sum + (used.layout(run.text).advanceWidth / used.unitsPerEm) * size;
  }, 0);
}

/**
 * Of no width and nothing to see, and lacking in the other font: resvg takes that for a whole text only if it has all of its
 * characters, otherwise for those alone that are lacking in the first.
 */
const MARK = '<tspan font-size="0.01" fill="none">\uA7B4</tspan>';

/** An SVG of which resvg sets the lacking characters alone in the other font. */
export const withStandIn = (svg: string): string =>
  svg.replaceAll(/<text\b[^>]*>.*?<\/text>/gs, element => {
    if (!runsOf(element.replaceAll(/<[^>]*>|\s/g, "")).some(({ isForeign }) => isForeign)) return element;
    // Both fonts must have as many glyphs for it: neither may join an f to what follows.
    const apart = element.replaceAll(
      />([^<]+)/g,
      (_, words: string) => `>${words.replaceAll("f", `f${MARK}`)}`,
    );
    return apart.replace(/>([^<]+)/, `>$1${MARK}`);
  });
