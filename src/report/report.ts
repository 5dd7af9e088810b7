/**
 * The report: one page, self-contained, with all executed notebooks as a gallery and the populations trained here.
 *
 * Pictures are what the page opens with; Plotly travels in it compressed and is unpacked when the first figure is made
 * live. The notebooks' words, tables and code are in the page too, folded away.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Population } from "../populations/population.js";
import { contentPolicy, inScript } from "../base/node/content-policy.js";
import { cardHtml, outcomes } from "./gallery/card.js";
import { galleryStyle } from "./gallery/style.js";
import { escapeHtml } from "../base/escape-html.js";
import { type NotebookDocument, readNotebook } from "./notebook.js";
import { takePagesAlong } from "./pages-beside.js";
import { writeHtml } from "./page.js";
import { registrationHtml } from "./gallery/claim-counts.js";
import { contentsHtml, type FilledPart, partHtml, partsOf } from "./gallery/parts.js";
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

/**
 * Writes the report, and beside it the pages to which outputs link; returns the page's path.
 *
 * @example
 * ```ts
 * // not run: needs executed notebooks
 * import { writeReport } from "netspace/report";
 *
 * const page = await writeReport({
 *   notebooks: ["notebooks/fig09-regnet.ipynb"],
 *   populations: [{ folder: "data/populations", population: await shippedPopulation("RegNetX") }],
 *   out: "out/report",
 * });
 * console.log(`the report is ${page}`);
 * ```
 */
export async function writeReport({
  notebooks,
  populations,
  out,
  onProgress,
}: ReportOptions): Promise<string> {
  const read = notebooks.map(readNotebook);
  const documents = takePagesAlong(read, out);
  const parts = partsOf(documents);
  let done = 0;
  const cardOf = async (document: NotebookDocument, level: number) => {
    const card = await cardHtml(document, level);
    onProgress?.(++done, documents.length);
    return card;
  };
  const sections: string[] = [];
  for (const part of parts) sections.push(await partHtml(part, parts.length > 1, cardOf));
  sections.push(...populations.map(({ folder, population }) => populationSection(folder, population)));
  const page = join(out, "index.html");
  writeHtml(page, wholePage(heading(parts, documents), sections.join("\n")));
  return page;
}

/** The page's own parts have ids of their own: notebooks are called search, or more. */
function heading(parts: readonly FilledPart[], documents: readonly NotebookDocument[]): string {
  const counts = Object.entries(outcomes).flatMap(([outcome, name]) => {
    const count = documents.filter(({ verdict }) => verdict?.outcome === outcome).length;
    return count > 0 ? [`<button type="button" data-outcome="${name}">${count} ${outcome}</button>`] : [];
  });
  const [cpu] = cpus();
  const searched = parts.some(({ id }) => id === "part-architecture-search");
  return `<header><h1>${searched ? "Network design spaces and architecture search" : "Designing Network Design Spaces"}, replicated with netspace</h1>
${contentsHtml(parts)}
${registrationHtml(documents)}
<p class="made">Made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC on ${cpus().length} × ${escapeHtml(cpu?.model ?? "unknown processor")}.</p></header>
<div id="page-tools" hidden><div><input id="page-search" type="search" placeholder="Search words, numbers, code  ( / )" aria-label="Search">
<div id="page-filters" role="group" aria-label="Verdicts">${counts.join("")}</div><a href="#page-contents">Contents</a><span id="page-shown" role="status"></span></div></div>`;
}

function wholePage(head: string, body: string): string {
  // Unpacked by the page's script, and run as it is.
  const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js"), "utf8");
  const script = inScript(
    readFileSync(new URL("./gallery/script.js", import.meta.url), "utf8").replace(
      /\n\/\/# sourceMappingURL=.*\s*$/,
      "\n",
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${contentPolicy([script, plotly])}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>netspace: design spaces and architecture search, replicated</title><link rel="icon" href="data:,"><style>${galleryStyle}</style></head>
<body>
<a class="skip" href="#page-main">Skip to the figures</a>
${head}
<main id="page-main" tabindex="-1">
<p id="page-none" hidden>Nothing here has all of these words and the chosen verdict.</p>
${body}
</main>
<dialog id="page-figure" aria-labelledby="page-figure-title"><header><h2 id="page-figure-title"></h2><button type="button">Close</button></header><div class="scroll" tabindex="0"></div></dialog>
<script type="module">${script}</script>
<script id="page-plotly" type="text/plain">${gzipSync(plotly, { level: 9 }).toString("base64")}</script>
</body></html>
`;
}
