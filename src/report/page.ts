/** A self-contained page with live figures: Plotly is in it once, and nothing is fetched. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileProblem } from "../base/node/file-problem.js";
import { escapeHtml } from "../base/escape-html.js";
import { replaceFile } from "../base/node/replace-file.js";
import { contentPolicy, dataScript, inScript } from "../base/node/content-policy.js";
import { pageStyle } from "./style.js";

/** A live figure. @param fallback what is shown where scripts do not run, HTML */
export function figureHtml(specification: unknown, fallback = ""): string {
  return `<figure><div class="live"><noscript>${fallback}</noscript></div>
${dataScript(specification)}</figure>`;
}

/** A table of rows that share their columns; click a heading to sort by it. */
export function tableHtml(rows: readonly Readonly<Record<string, string | number>>[]): string {
  if (rows.length === 0) return "";
  const columns = Object.keys(rows[0]);
  const cells = (tag: string, values: readonly (string | number)[]) =>
    values.map(value => `<${tag}>${escapeHtml(String(value))}</${tag}>`).join("");
  const body = rows
    .map(row =>
      cells(
        "td",
        columns.map(column => row[column]),
      ),
    )
    .map(line => `<tr>${line}</tr>`);
  return `<div class="scroll"><table class="sortable"><thead><tr>${cells("th", columns)}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

export const paragraphs = (texts: readonly string[]): string =>
  texts.map(text => `<p>${escapeHtml(text)}</p>`).join("\n");

/**
 * Writes a page, whole or not at all; its folder is created if need be.
 *
 * @throws Error naming the file, if it cannot be written
 */
export function writeHtml(file: string, html: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, html);
  } catch (cause) {
    throw new Error(`report: could not write the page ${file}: ${fileProblem(cause)}`, { cause });
  }
}

/** Writes a page with a heading. @throws Error naming the file, if it cannot be written */
export function writePage(file: string, title: string, body: readonly string[]): void {
  const heading = `<header><h1>${escapeHtml(title)}</h1></header>`;
  writeHtml(file, wholePage(title, [heading, ...body].join("\n")));
}

/** The browser's part: draws the figures, and sorts tables by the heading that is chosen. */
const PAGE_SCRIPT = `
for (const place of document.querySelectorAll("figure > .live")) {
  const { data, layout } = JSON.parse(place.parentElement.querySelector("script").textContent);
  // Words in a figure are not smaller on a small screen, where it is moved about in its frame.
  place.style.minWidth = layout.width + "px";
  Plotly.newPlot(place, data, { ...layout, width: undefined, autosize: true }, { responsive: true });
}
for (const table of document.querySelectorAll("table.sortable")) {
  for (const [i, heading] of [...table.querySelectorAll("th")].entries()) {
    let sign = 1;
    heading.addEventListener("click", () => {
      const value = row => row.cells[i].textContent;
      const order = (a, b) => sign * (Number(value(a)) - Number(value(b)) || value(a).localeCompare(value(b)));
      const rows = [...table.tBodies[0].rows].sort(order);
      table.tBodies[0].append(...rows);
      sign = -sign;
    });
  }
}
`;

/** The whole document around a body. */
export function wholePage(title: string, body: string): string {
  const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js"), "utf8");
  const scripts = [plotly, PAGE_SCRIPT].map(inScript);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${contentPolicy(scripts)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${pageStyle}</style></head>
<body><main>
${body}
</main>
${scripts.map(script => `<script>${script}</script>`).join("\n")}
</body></html>
`;
}
