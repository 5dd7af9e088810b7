/**
 * The page of a sweep under way: how far it is and how fast, the errors so far, its best networks, what failed. It asks for
 * itself anew every few seconds, and every name and note in it is text.
 */
import { existsSync } from "node:fs";
import { listedNames, listing } from "../../architectures/stored.js";
import { duration } from "../../base/duration.js";
import { escapeHtml } from "../../base/escape-html.js";
import { contentPolicyText, inScript } from "../../base/node/content-policy.js";
import { bestSoFarPanel } from "../../figures/panels/best-so-far-panel.js";
import { edfPanel } from "../../figures/panels/edf-panel.js";
import { row } from "../../figures/panels.js";
import { liveSvg } from "../../figures/rendering/live-svg.js";
import { darkRules } from "../../figures/style.js";
import { selectionError } from "../../trials/selection-error.js";
import { spaceName } from "../../trials/space-spec.js";
import { labelLine } from "../../trials/store/labels.js";
import type { WatchedSweep } from "./watched-sweep.js";

/** Networks in the table, notes below it, and seconds until the page asks again. */
const [BEST, NOTES, SECONDS] = [10, 20, 5];
/** Of each figure, CSS pixels: two beside each other on a desk, one below the other on a phone. */
const FIGURE = { width: 480, height: 320 } as const;

/** Of a page, which is light or dark as its reader's system is. */
const style = `
:root { color-scheme: light dark; --ink: #222222; --soft: #595959; --line: #dddddd; --ground: #ffffff; --bar: #0072B2; --bad: #B33A00; }
@media (prefers-color-scheme: dark) { :root { --ink: #E8E8E8; --soft: #A8A8A8; --line: #3A3D44; --ground: #16181D; --bar: #4FA8E0; --bad: #FF8A3D; } }
body { margin: 0; color: var(--ink); background: var(--ground); font: 15px/1.5 "Open Sans", system-ui, Helvetica, Arial, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.2rem 1rem 3rem; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; } h2 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
h1, p, li { overflow-wrap: anywhere; } p { margin: .3rem 0; } .soft { color: var(--soft); } .bad { color: var(--bad); }
progress { width: 100%; height: .7rem; accent-color: var(--bar); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem 1rem; margin: .8rem 0; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { border-bottom-color: var(--ink); }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1rem; }
.figures > div { flex: 1 1 20rem; max-width: ${FIGURE.width}px; } .figures svg { width: 100%; height: auto; }
ul { padding-left: 1.2rem; margin: .3rem 0; }
`;

/** Takes the page's new content where it is another; places that were scrolled stay so, and a server that ended is told. */
const script = inScript(`
const renew = async () => {
  const said = document.getElementById("connection");
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const text = await answer.text();
    const isPage = (answer.headers.get("content-type") || "").startsWith("text/html");
    const next = isPage ? new DOMParser().parseFromString(text, "text/html") : undefined;
    if (!answer.ok) throw new Error(next ? next.querySelector("main p").textContent : text.trim());
    said.textContent = "";
    const [main, renewed] = [document.querySelector("main"), next.querySelector("main")];
    const [parts, others] = [main, renewed].map(whole => [...whole.children]);
    const places = [...document.querySelectorAll(".scroll")].map(place => place.scrollLeft);
    // What is the same stays: a reader may have the focus there, or have selected some of it.
    if (parts.length === others.length) parts.forEach((part, i) => { if (!part.isEqualNode(others[i])) part.replaceWith(others[i]); });
    else main.replaceWith(renewed);
    document.title = next.title;
    [...document.querySelectorAll(".scroll")].forEach((place, i) => { place.scrollLeft = places[i] ?? 0; });
  } catch (error) {
    // fetch fails by a TypeError where nobody answers.
    const why = error instanceof TypeError ? "netspace sweep watch does not answer." : error.message;
    said.textContent = "Not renewed: " + why + " What is shown is how it was.";
  }
  setTimeout(renew, ${SECONDS * 1000});
};
setTimeout(renew, ${SECONDS * 1000});
`);

/** Of the whole page: its own script alone runs, and asks this server alone. */
export const watchPolicy = `${contentPolicyText([script])}; connect-src 'self'; frame-ancestors 'none'`;

/** The page. @param folder as it was given, for a folder in which there is no sweep yet */
export const watchPage = (sweep: WatchedSweep | undefined, folder: string): string =>
  sweep ? sweepPage(sweep) : emptyPage(folder);

/** A page that says one thing. */
export function emptyPage(folder: string): string {
  const text = `There is no sweep in ${folder} yet${existsSync(folder) ? "" : ", and no such folder"}. This page shows it once one begins:`;
  const command = `netspace sweep SPEC --out ${folder}`;
  return whole(
    "No sweep yet",
    `<h1>No sweep yet</h1><p>${escapeHtml(text)} <code>${escapeHtml(command)}</code></p>`,
  );
}

/** A page that says why there is none for now; it asks again like any other. */
export const unreadablePage = (why: string): string =>
  whole("The sweep cannot be read", `<h1>The sweep cannot be read</h1><p>${escapeHtml(why)}</p>`);

function sweepPage({
  population,
  total,
  failed,
  labels,
  state,
  isRunning,
  perHour,
  secondsLeft,
}: WatchedSweep): string {
  const name = spaceName(population.spec.space);
  const done = population.length;
  const diverged = population.trials.filter(({ status }) => status === "diverged").length;
  const errors = population.trials
    .toSorted((a, b) => a.endedAt.localeCompare(b.endedAt))
    .flatMap(({ error, validationError }) =>
      error === undefined ? [] : [selectionError({ error, validationError })],
    );
  const facts: [string, string][] = [
    ["trained", `${count(done)} of ${count(total)}`],
    ...(isRunning
      ? ([
          ["per hour", perHour === undefined ? "not known yet" : rate(perHour)],
          ["time left", secondsLeft === undefined ? "not known yet" : `about ${duration(secondsLeft)}`],
        ] as [string, string][])
      : []),
    [
      "least error",
      errors.length > 0
        ? `${errors.reduce((least, error) => Math.min(least, error)).toFixed(1)} %`
        : "none yet",
    ],
    ...(diverged > 0 ? [["diverged", count(diverged)] as [string, string]] : []),
    ...(failed.length > 0 ? [["failed", count(failed.length)] as [string, string]] : []),
  ];
  const last = population.trials
    .map(({ endedAt }) => endedAt)
    .sort()
    .at(-1);
  return whole(
    `${done}/${total} ${name}`,
    [
      `<h1>${escapeHtml(name)}</h1><p class="soft">${escapeHtml(state)}${last === undefined ? "" : `; the last network ended ${day(last)}`}</p>`,
      ...(labelLine(labels) === "" ? [] : [`<p>${escapeHtml(labelLine(labels))}</p>`]),
      `<progress max="${total}" value="${done}" aria-label="networks trained"></progress>`,
      `<dl>${facts.map(([term, text]) => `<div><dt>${term}</dt><dd>${escapeHtml(text)}</dd></div>`).join("")}</dl>`,
      figures(name, errors),
      bestTable(population),
      notes(population.notes, failed.length),
    ].join(""),
  );
}

function figures(name: string, errors: readonly number[]): string {
  if (errors.length === 0) return "";
  const drawn = [edfPanel([{ name, errors }]), bestSoFarPanel(errors)].map(panel =>
    liveSvg(row([panel], FIGURE)),
  );
  const rules = `@media (prefers-color-scheme: dark){${darkRules(drawn, ".figures")}}`;
  return `<style>${rules}</style><div class="figures">${drawn.map(svg => `<div>${svg}</div>`).join("")}</div>`;
}

function bestTable({ trials }: WatchedSweep["population"]): string {
  const best = trials
    .flatMap(({ architecture, complexity, error, index, validationError }) =>
      error === undefined
        ? []
        : [
            {
              architecture,
              complexity,
              index,
              error: selectionError({ error, validationError }),
              validationError,
            },
          ],
    )
    .toSorted((a, b) => a.error - b.error)
    .slice(0, BEST);
  if (best.length === 0) return "";
  const listings = best.map(({ architecture }) => listing(architecture));
  const names = listedNames(listings);
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const split = best.some(({ validationError }) => validationError !== undefined)
    ? "validation error"
    : "error";
  const head = cells("th", ["network", `${split} (%)`, ...names, "flops (M)", "params (k)"]);
  const rows = best.map(({ error, complexity, index }, i) =>
    cells("td", [
      String(index),
      error.toFixed(1),
      ...names.map(column => listings[i][column] ?? ""),
      (complexity.flops / 1e6).toFixed(2),
      count(Math.round(complexity.params / 1e3)),
    ]),
  );
  return `<h2>Best networks</h2><div class="scroll" tabindex="0" role="region" aria-label="best networks"><table><thead><tr>${head}</tr></thead><tbody>${rows.map(line => `<tr>${line}</tr>`).join("")}</tbody></table></div>`;
}

function notes(all: readonly string[], failed: number): string {
  if (all.length === 0) return "";
  const shown = all.slice(0, NOTES).map(note => `<li>${escapeHtml(note)}</li>`);
  const more =
    all.length > NOTES
      ? `<p class="soft">and ${count(all.length - NOTES)} more; netspace sweep status prints all</p>`
      : "";
  const heading = failed > 0 ? `<h2 class="bad">Failures and notes</h2>` : "<h2>Notes</h2>";
  return `${heading}<ul>${shown.join("")}</ul>${more}`;
}

const count = (value: number): string => value.toLocaleString("en");
const rate = (perHour: number): string =>
  perHour < 10 ? perHour.toPrecision(2) : count(Math.round(perHour));
const day = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")} UTC`;

const whole = (title: string, main: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
  `<noscript><meta http-equiv="refresh" content="${SECONDS}"></noscript><title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${style}</style></head>` +
  `<body><main>${main}</main><p id="connection" class="bad" role="status" style="max-width:64rem;margin:0 auto;padding:0 1rem 1rem"></p><script>${script}</script></body></html>`;
