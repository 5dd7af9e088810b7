/** A picture in words, for those who do not see it: what it is, what its panels and curves are, and what it is taken to say. */
import { escapeHtml } from "../../base/escape-html.js";
import type { PlotlyObject } from "../../figures/index.js";
import { plainText } from "../../figures/plotly-text.js";
import { joined, type StoredBundle, type StoredClaim } from "../notebook.js";
import { storedFigure } from "../pictures.js";

/** Of names that curves have, the text says no more: the page has the numbers in words. */
const MOST_NAMES = 12;
/** Characters of what an output says of itself. */
const LONGEST = 1500;

/**
 * The words, escaped.
 *
 * @param claims that the picture is there for, with what became of them
 */
export function alternativeText(bundle: StoredBundle, claims: readonly StoredClaim[] = []): string {
  const found = claims.map(({ claim, outcome }) => `${claim.replace(/[.:]$/, "")}: ${outcome}`);
  const said = [pictureInWords(bundle), found.length > 0 && `What it says: ${found.join("; ")}`];
  return escapeHtml(said.filter(Boolean).join(". "));
}

function pictureInWords(bundle: StoredBundle): string {
  const figure = storedFigure(bundle);
  if (!figure) {
    const words = joined(bundle["text/plain"] ?? "").trim();
    return words && !/^[<[]/.test(words) ? words.replaceAll(/\s+/g, " ").slice(0, LONGEST) : "Figure";
  }
  const { data, layout } = figure;
  const axes = Object.keys(layout).filter(key => /^[xy]axis\d*$/.test(key));
  const titles = (list(layout.annotations) as PlotlyObject[]).flatMap(({ text, y }) =>
    y === 1 && typeof text === "string" ? plainText(text) : [],
  );
  const names = data.flatMap(({ name, showlegend }) =>
    typeof name === "string" && showlegend !== false ? plainText(name) : [],
  );
  return [
    titleOf(layout) ?? "Figure",
    listed("panels", titles),
    listed(
      "axes",
      axes.flatMap(key => titleOf(layout[key]) ?? []),
    ),
    listed("drawn", names),
  ]
    .filter(Boolean)
    .join("; ");
}

const list = (of: unknown): readonly unknown[] => (Array.isArray(of) ? of : []);

/** The title of a layout or an axis, in plain words. */
export function titleOf(of: unknown): string | undefined {
  const { title } = Object(of) as { title?: { text?: unknown } | string };
  const text = typeof title === "string" ? title : title?.text;
  return typeof text === "string" && text !== "" ? plainText(text) : undefined;
}

/** Each once. */
function listed(what: string, texts: readonly string[]): string {
  const each = [...new Set(texts)];
  const more = each.length > MOST_NAMES ? ` and ${each.length - MOST_NAMES} more` : "";
  return each.length > 0 ? `${what}: ${each.slice(0, MOST_NAMES).join(", ")}${more}` : "";
}
