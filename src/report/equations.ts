/**
 * Equations of a notebook's words and outputs as MathML, which browsers draw by themselves: no script, no font and no
 * network is needed, and a screen reader reads it as mathematics.
 *
 * Words have them between dollar signs, as Jupyter's front ends and GitHub read them: `$…$` within a line, `$$…$$` by
 * itself. A dollar sign before a space or after one, or before a digit where the equation would end, is a dollar sign.
 */
import type { MarkedExtension, Tokens } from "marked";
import { escapeHtml } from "../base/escape-html.js";
import { later } from "../base/node/later.js";

/** What draws equations, which takes a few milliseconds to load and most notebooks have none. */
const temml = later<typeof import("temml")>(import.meta.url, "temml");

const between =
  /^(\$\$)((?:\\[^]|[^\\$])+)\$\$|^\$(?![\s$])((?:\\[^\n]|[^\\$`\n])*(?:\\[^\n]|[^\\$`\s]))\$(?!\d)/;

/** An equation in LaTeX as MathML. What is not LaTeX stays as it is written. @param alone on a line of its own */
export function equationHtml(tex: string, alone = false): string {
  try {
    return temml().renderToString(tex, { displayMode: alone, throwOnError: true });
  } catch {
    const sign = alone ? "$$" : "$";
    return `<code>${escapeHtml(`${sign}${tex}${sign}`)}</code>`;
  }
}

/** The equation of an output of LaTeX, which is between dollar signs, `\(` or `\[`, or an environment of its own. */
export function latexHtml(latex: string): string {
  const text = latex.trim();
  const [, bracket, inBrackets] = /^\\([[(])((?:(?!\\[\])])[^])*)\\[\])]$/.exec(text) ?? [];
  if (bracket) return equationHtml(inBrackets, bracket === "[");
  return text.startsWith("$") ? amongWords(text) : equationHtml(text, text.startsWith("\\begin"));
}

/** Equations between dollar signs with what stands between and after them. */
function amongWords(text: string): string {
  let html = "";
  for (let rest = text; rest !== ""; ) {
    const [raw, display, alone, within] = between.exec(rest) ?? [];
    const next = rest.indexOf("$", 1);
    const taken = raw ?? (next < 0 ? rest : rest.slice(0, next));
    html += raw === undefined ? escapeHtml(taken) : equationHtml(alone ?? within, display !== undefined);
    rest = rest.slice(taken.length);
  }
  return html;
}

/** Lets `marked` read equations between dollar signs. */
export const equations: MarkedExtension = {
  extensions: [
    {
      name: "equation",
      level: "inline",
      start: text => (text.includes("$") ? text.indexOf("$") : undefined),
      tokenizer(text) {
        const found = between.exec(text);
        if (!found) return undefined;
        const [raw, display, alone, within] = found;
        return { type: "equation", raw, text: alone ?? within, alone: display !== undefined };
      },
      renderer: ({ text, alone }: Tokens.Generic) => equationHtml(text, alone),
    },
  ],
};

/** Symbols with their subscripts, as the paper sets them: w_m, w_0, e_fit, w_{i+1}; names in code have more letters before the underscore. */
const symbol = /(?<![\w.$/])([A-Za-z])_(?:([A-Za-z0-9]{1,3})|\{([^{}]+)\})(?!\w|\.\w)/g;

/** Words in HTML with the subscripts of their symbols set as such. @param html escaped already */
export const withSubscripts = (html: string): string =>
  html.replaceAll(
    symbol,
    (_, letter: string, plain: string | undefined, braced: string | undefined) =>
      `<var>${letter}<sub>${plain ?? braced}</sub></var>`,
  );
