/**
 * The report: one page, self-contained, with all executed notebooks as a gallery and the populations trained here.
 *
 * Pictures are what the page opens with; Plotly travels in it compressed and is unpacked when the first figure is made
 * live. The notebooks' words, tables and code are in the page too, folded away.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Population } from "../populations/population.js";
import { contentPolicy, inScript } from "./content-policy.js";
import { cardHtml, outcomes } from "./gallery-card.js";
import { countsHtml } from "./claim-counts.js";
import { galleryStyle } from "./gallery-style.js";
import { escapeHtml } from "../base/escape-html.js";
import { type NotebookDocument, readNotebook } from "./notebook.js";
import { writeHtml } from "./page.js";
import { populationSection } from "./population-section.js";

export interface ReportOptions {
  /** Executed notebooks, in the order they are to appear. */
  readonly notebooks: readonly string[];
  /** The populations they rest on, with the folders they lie in. */
  readonly populations: readonly { readonly folder: string; readonly population: Population }[];
  /** The folder for `index.html`; created if need be. */
  readonly out: string;
  /** Called whenever a notebook's figures are drawn. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The parts of the gallery, and which notebooks belong to each by their names. */
const groups: readonly (readonly [title: string, pattern: RegExp])[] = [
  ["Figures of the paper", /^fig\d/],
  ["Tables of the paper", /^table\d/],
  ["Guides", /^guide-/],
  ["Other questions", /(?:)/],
];

/** Writes the report and returns the page's path. */
export async function writeReport({
  notebooks,
  populations,
  out,
  onProgress,
}: ReportOptions): Promise<string> {
  const documents = notebooks.map(readNotebook);
  const sections: string[] = [];
  let done = 0;
  for (const [title, members] of grouped(documents)) {
    const cards: string[] = [];
    // One after the other: figures are drawn by one process.
    for (const document of members) {
      cards.push(await cardHtml(document));
      onProgress?.(++done, documents.length);
    }
    sections.push(`<section><h2>${title}</h2><div class="cards">\n${cards.join("\n")}\n</div></section>`);
  }
  sections.push(...populations.map(({ folder, population }) => populationSection(folder, population)));
  const page = join(out, "index.html");
  writeHtml(page, wholePage(heading(documents), sections.join("\n")));
  return page;
}

function grouped(documents: readonly NotebookDocument[]): (readonly [string, readonly NotebookDocument[]])[] {
  const groupOf = ({ file }: NotebookDocument) =>
    groups.find(([, pattern]) => pattern.test(basename(file)))![0];
  return groups
    .map(([title]) => [title, documents.filter(document => groupOf(document) === title)] as const)
    .filter(([, members]) => members.length > 0);
}

function heading(documents: readonly NotebookDocument[]): string {
  const counts = Object.entries(outcomes).flatMap(([outcome, name]) => {
    const count = documents.filter(({ verdict }) => verdict?.outcome === outcome).length;
    return count > 0 ? [`<button type="button" data-outcome="${name}">${count} ${outcome}</button>`] : [];
  });
  const [cpu] = cpus();
  return `<header><h1>Designing Network Design Spaces, replicated with netspace</h1>
${countsHtml(documents)}
<p class="made">Made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC on ${cpus().length} × ${escapeHtml(cpu?.model ?? "unknown processor")}.</p></header>
<div id="tools" hidden><div><input id="search" type="search" placeholder="Search words, numbers, code  ( / )" aria-label="Search">
<div id="filters" role="group" aria-label="Verdicts">${counts.join("")}</div><span id="shown" role="status"></span></div></div>`;
}

function wholePage(head: string, body: string): string {
  // Unpacked by the page's script, and run as it is.
  const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js"), "utf8");
  const script = inScript(
    readFileSync(new URL("./gallery-script.js", import.meta.url), "utf8").replace(
      /\n\/\/# sourceMappingURL=.*\s*$/,
      "\n",
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${contentPolicy([script, plotly])}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>netspace: the paper's figures and tables</title><link rel="icon" href="data:,"><style>${galleryStyle}</style></head>
<body>
${head}
<main>
<p id="none" hidden>Nothing here has all of these words and the chosen verdict.</p>
${body}
</main>
<script type="module">${script}</script>
<script id="plotly" type="text/plain">${gzipSync(plotly, { level: 9 }).toString("base64")}</script>
</body></html>
`;
}
