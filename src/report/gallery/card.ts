/**
 * A notebook as a card of the gallery: its picture or table, its verdict and claims, and, to be opened, the whole
 * notebook with its code.
 *
 * A notebook may come from anywhere. Its texts are escaped, its Markdown and HTML sanitised, its pictures are images, in
 * which no script runs; its figures are data, which only the page's own script reads.
 */
import { basename } from "node:path";
import { Marked } from "marked";
import { Figure } from "../../figures/index.js";
import { escapeHtml } from "../../base/escape-html.js";
import { dataScript } from "../../base/node/content-policy.js";
import { equations, latexHtml, withSubscripts } from "../equations.js";
import {
  joined,
  type NotebookDocument,
  type NotebookPart,
  type StoredClaim,
  type StoredBundle,
  verdictOf,
} from "../notebook.js";
import { type Pictures, pictures, storedFigure } from "../pictures.js";
import { sanitised } from "../sanitise.js";
import { alternativeText, titleOf } from "./alternative-text.js";
import { panelPlaces } from "./panel-places.js";

/** How verdicts are called in addresses and style. */
export const outcomes = {
  replicated: "replicated",
  mixed: "mixed",
  "not replicated": "not-replicated",
  "not answerable": "not-answerable",
} as const;

/** The card of a notebook, HTML. @param level of its heading */
export async function cardHtml(document: NotebookDocument, level: number): Promise<string> {
  const { file, title, parts, verdict } = document;
  const name = cardName(file);
  const shown = await Promise.all(parts.map(showable));
  const face = faceOf(shown);
  const rest = shown.filter(part => !face.includes(part) && !isVerdict(part)).map(part => html(part));
  // Claims are said with one picture, the last: that is what the others lead to.
  const spoken = face.findLastIndex(part => part.pictures);
  const outcome = verdict ? outcomes[verdict.outcome] : "none";
  const badge = verdict ? `<span class="badge ${outcome}">${escapeHtml(verdict.summary)}</span>` : "";
  const claims = verdict?.claims.map(
    claim =>
      `<li class="${outcomes[claim.outcome]}"><span class="said">${claim.outcome}: </span>${withSubscripts(escapeHtml(claim.claim))}${kindHtml(claim)} <span class="evidence">${withSubscripts(escapeHtml(sentence(claim.evidence)))}</span></li>`,
  );
  return `<article id="${escapeHtml(name)}" data-outcome="${outcome}"${face.some(isWide) ? ' class="wide"' : ""}>
<header><h${level}><a href="#${encodeURIComponent(name)}">${escapeHtml(title)}</a></h${level}>${badge}</header>
${face.length > 0 ? `<div class="face">${face.map((part, i) => html(part, i === spoken ? verdict?.claims : undefined)).join("\n")}</div>` : ""}
${claims ? `<ul class="claims">${claims.join("\n")}</ul>` : ""}
<details><summary>The notebook</summary>
${rest.join("\n")}
<p class="source">Open <code>notebooks/${escapeHtml(name)}.ipynb</code> to change it.</p></details>
</article>`;
}

const kinds = { arithmetic: "arithmetic", published: "published numbers", trained: "trained here" } as const;

/** What it is a claim of, and what it would be without correction. */
function kindHtml({ kind, registered, outcome }: StoredClaim): string {
  if (!kind) return "";
  const uncorrected =
    registered && registered.before !== outcome ? `, before correction ${registered.before}` : "";
  const wave = kind === "trained" && !registered ? ", not registered" : "";
  return ` <span class="kind">${kinds[kind]}${wave}${uncorrected}</span>`;
}

/** What links lead to the card by. */
export const cardName = (file: string): string => basename(file, ".ipynb");

/** A sentence begins with a capital, unless it begins with a symbol such as r, w₀ or e_fit. */
const sentence = (text: string): string =>
  `${text.replace(/^[a-z]{2,}(?=[\s,:]|$)|^a(?= (?!=|≈|<|>))/, word => `${word[0].toUpperCase()}${word.slice(1)}`)}.`;

/** A part with its pictures, if it has any. */
type Shown = NotebookPart & { readonly pictures?: Pictures };

async function showable(part: NotebookPart): Promise<Shown> {
  if (part.kind !== "output") return part;
  try {
    const drawn = await pictures(part.bundle);
    return drawn ? { ...part, pictures: drawn } : part;
  } catch (error) {
    // One bad picture is no reason to be without the others.
    return { kind: "problem", message: `This output's picture cannot be shown: ${(error as Error).message}` };
  }
}

/** Wider than half a page, where the words in it could not be read. */
const isWide = (part: Shown): boolean => (part.pictures?.width ?? 0) > 620;

const isVerdict = (part: Shown): boolean => part.kind === "output" && verdictOf(part.bundle).length > 0;

/**
 * What represents the notebook: the outputs of cells with the tag `card`; where there are none, its first Plotly figure, else
 * its first picture, else its first table.
 */
function faceOf(parts: readonly Shown[]): Shown[] {
  const outputs = parts.filter(part => part.kind === "output" && !isVerdict(part));
  const chosen = outputs.filter(part => part.kind === "output" && part.onCard);
  if (chosen.length > 0) return chosen;
  const face =
    outputs.find(part => part.kind === "output" && part.pictures && storedFigure(part.bundle)) ??
    outputs.find(part => part.pictures) ??
    outputs.find(part => part.kind === "output" && /^\||<table/m.test(textOf(part.bundle)));
  return face ? [face] : [];
}

const textOf = (bundle: StoredBundle): string => joined(bundle["text/html"] ?? bundle["text/markdown"] ?? "");

/** @param claims that the part is shown for */
function html(part: Shown, claims?: readonly StoredClaim[]): string {
  switch (part.kind) {
    case "words":
      // The card has the title already.
      return words(part.markdown.replace(/^#\s+.+\n*/, ""));
    case "code":
      return `<details class="code"><summary>Code</summary><pre>${escapeHtml(part.source)}</pre></details>`;
    case "problem":
      return `<pre class="problem">${escapeHtml(part.message)}</pre>`;
    case "output":
      return part.pictures ? pictureHtml(part.bundle, part.pictures, claims) : outputHtml(part.bundle);
  }
}

/** Links to other notebooks lead to their cards. */
const toCard = (address: string): string =>
  address.replace(/^(?:\.\/)?([^/:?#]+)\.ipynb(?:#.*)?$/, (_, name: string) => `#${name}`);

const markup = (source: string): string => sanitised(source, toCard);

const marked = new Marked(equations);

/** Words as HTML. */
const words = (markdown: string): string =>
  `<div class="words">${markup(marked.parse(markdown, { async: false }))}</div>`;

function pictureHtml(
  bundle: StoredBundle,
  { light, dark, width, height }: Pictures,
  claims?: readonly StoredClaim[],
): string {
  const size = width && height ? ` width="${width}" height="${height}"` : "";
  const image = `<img src="${light}" alt="${alternativeText(bundle, claims)}" decoding="async"${size}>`;
  const picture = `<picture>${dark ? `<source media="screen and (prefers-color-scheme: dark)" srcset="${dark}">` : ""}${image}</picture>`;
  const stored = storedFigure(bundle);
  // What has light colours only stays on a light ground.
  if (!stored) return `<figure${dark ? "" : ' class="paper"'}>${picture}</figure>`;
  const places = panelPlaces(stored);
  const panels = places ? ` data-panels="${JSON.stringify(places)}"` : "";
  const themes = { light: stored, dark: new Figure(stored.data, stored.layout).dark().toJSON() };
  // Where panels are set apart, what is said of all of them is in words.
  const caption = places ? `<figcaption>${escapeHtml(titleOf(stored.layout) ?? "")}</figcaption>` : "";
  return `<figure${panels}>${caption}${picture}<button type="button" class="live" hidden>Make it live</button>
${dataScript(themes)}</figure>`;
}

/** Terminal colours, which compilers' messages have. */
// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001B\[[\d;]*m/g;

function outputHtml(bundle: StoredBundle): string {
  if ("application/vnd.jupyter.widget-view+json" in bundle) {
    return '<p class="source">Controls that are live in JupyterLab.</p>';
  }
  if (bundle["text/html"]) return `<div class="scroll">${markup(joined(bundle["text/html"]))}</div>`;
  if (bundle["text/latex"]) return `<p class="scroll">${markup(latexHtml(joined(bundle["text/latex"])))}</p>`;
  if (bundle["text/markdown"]) {
    return `<div class="scroll">${words(joined(bundle["text/markdown"]))}</div>`;
  }
  return `<pre class="scroll">${escapeHtml(joined(bundle["text/plain"] ?? "").replaceAll(COLOURS, ""))}</pre>`;
}
