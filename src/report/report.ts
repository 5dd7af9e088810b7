/**
 * The report: one page, self-contained, with the words and the live figures of executed notebooks and the
 * populations they rest on.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { marked } from "marked";
import type { Population } from "../populations/population.js";
import { duration } from "../duration.js";
import { recipeField } from "../populations/recipe-spec.js";
import { spaceName } from "../populations/space-spec.js";
import { edf } from "../statistics/edf.js";
import {
  joined,
  type NotebookDocument,
  type NotebookPart,
  readNotebook,
  type StoredBundle,
} from "./notebook.js";
import { escapeHtml, figureHtml, wholePage } from "./page.js";

export interface ReportOptions {
  /** Executed notebooks, in the order they are to appear. */
  readonly notebooks: readonly string[];
  /** The populations they rest on, with the folders they lie in. */
  readonly populations: readonly { readonly folder: string; readonly population: Population }[];
  /** The folder for `index.html`; created if need be. */
  readonly out: string;
}

/** Writes the report and returns the page's path. */
export function writeReport({ notebooks, populations, out }: ReportOptions): string {
  const documents = notebooks.map(readNotebook);
  mkdirSync(out, { recursive: true });
  const page = join(out, "index.html");
  const body = [
    heading(documents),
    ...documents.map(section),
    ...populations.map(({ folder, population }) => populationSection(folder, population)),
  ];
  writeFileSync(page, wholePage("netspace report", body.join("\n")));
  return page;
}

function heading(documents: readonly NotebookDocument[]): string {
  const [cpu] = cpus();
  const links = documents
    .map(({ file, title }) => `<a href="#${anchor(file)}">${escapeHtml(title)}</a>`)
    .join(" · ");
  return `<header><h1>netspace report</h1>
<p>Made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC on ${cpus().length} × ${escapeHtml(cpu?.model ?? "unknown processor")}.</p>
<nav>${links}</nav></header>`;
}

const anchor = (file: string): string => basename(file, ".ipynb");

function section(document: NotebookDocument): string {
  const name = anchor(document.file);
  return `<section id="${name}">
${document.parts.map(part => partHtml(part)).join("\n")}
<p class="source">Notebook: <a href="${name}.html">${name}</a>, with its code; open <code>notebooks/${name}.ipynb</code> to change it.</p>
</section>`;
}

function partHtml(part: NotebookPart): string {
  switch (part.kind) {
    case "words":
      return `<div class="words">${marked.parse(part.markdown, { async: false })}</div>`;
    case "problem":
      return `<pre class="problem">${escapeHtml(part.message)}</pre>`;
    case "output":
      return bundleHtml(part.bundle);
  }
}

function bundleHtml(bundle: StoredBundle): string {
  const live = bundle["application/vnd.plotly.v1+json"];
  const png = bundle["image/png"];
  const picture = png ? `<img alt="figure" src="data:image/png;base64,${joined(png).trim()}">` : "";
  if (live) return figureHtml(live, picture);
  if (picture) return `<figure>${picture}</figure>`;
  if (bundle["text/html"]) return `<div class="output">${joined(bundle["text/html"])}</div>`;
  if (bundle["text/markdown"]) {
    return `<div class="words">${marked.parse(joined(bundle["text/markdown"]), { async: false })}</div>`;
  }
  return `<pre class="output">${escapeHtml(joined(bundle["text/plain"] ?? ""))}</pre>`;
}

/** Networks shown at each end of a population's ranking. */
const ENDS = 5;

function populationSection(folder: string, population: Population): string {
  const { spec, rows } = population;
  if (rows.length === 0) {
    return `<section><h2>Population: ${escapeHtml(spaceName(spec.space))}</h2><p>No network has finished yet.</p></section>`;
  }
  const { min, mean, n } = edf(population.errors);
  const compute = population.column("seconds").reduce((a, b) => a + b, 0);
  const ranked = [...rows].sort((a, b) => a.error - b.error);
  const shown = ranked.length <= 2 * ENDS ? ranked : [...ranked.slice(0, ENDS), ...ranked.slice(-ENDS)];
  const member = new Map(population.members.map(m => [m.row.id, m.architecture]));
  const line = (row: (typeof rows)[number]) => {
    const { stages } = member.get(row.id)!;
    const list = (key: "depth" | "width" | "bottleneck" | "groupWidth") => stages.map(s => s[key]).join(", ");
    const cells = [
      row.error.toFixed(1) + (row.status === "diverged" ? " (diverged)" : ""),
      list("depth"),
      list("width"),
      list("bottleneck"),
      list("groupWidth"),
      (row.flops / 1e6).toFixed(2),
      (row.params / 1e3).toFixed(0),
      (row.acts / 1e3).toFixed(0),
      row.seconds.toFixed(0),
    ];
    return `<tr>${cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  };
  const head = ["error (%)", "d", "w", "b", "g", "flops (M)", "params (k)", "acts (k)", "training (s)"];
  const [epochs, batch, learningRate] = [spec.recipe.epochs, spec.recipe.batch, spec.recipe.learningRate].map(
    recipeField,
  );
  return `<section><h2>Population: ${escapeHtml(spaceName(spec.space))}</h2>
<p>${n} of ${spec.n * (spec.repeats ?? 1)} networks, errors [${min.toFixed(1)} | ${mean.toFixed(1)}] %; ${epochs} epochs, batch ${batch},
peak learning rate ${learningRate}, ${spec.precision}; ${duration(compute)} of training in all. Stored in <code>${escapeHtml(folder)}</code>.</p>
<p>${shown.length < n ? `The best and the worst ${ENDS}` : "All networks"}, by error:</p>
<div class="scroll"><table><thead><tr>${head.map(h => `<th>${h}</th>`).join("")}</tr></thead>
<tbody>${shown.map(line).join("\n")}</tbody></table></div></section>`;
}
