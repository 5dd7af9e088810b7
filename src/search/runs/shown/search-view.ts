/** A search as a notebook shows it while it runs: how far it is, the best it found, and the curve of the best so far. */
import { escapeHtml } from "../../../base/escape-html.js";
import { liveSvg } from "../../../figures/rendering/live-svg.js";
import { row } from "../../../figures/panels.js";
import { colours } from "../../../figures/style.js";
import { type DrawnView, drawnView } from "../../../notebook/drawn-view.js";
import { liveOutput } from "../../../notebook/live-output.js";
import { searchLine, type SearchProgress } from "./progress.js";
import { type SearchFacts, titleOf } from "../search-folder.js";
import { bestTable, searchPanel } from "../search-result.js";

const DISPLAY = Symbol.for("Jupyter.display");

/** The view in the notebook cell that called; undefined where no notebook did. */
export function searchView(search: SearchFacts): DrawnView<SearchProgress> | undefined {
  const [table, figure] = [liveOutput(), liveOutput()];
  if (table.kind !== "notebook") return undefined;
  const draw = (progress: SearchProgress, final: boolean) => {
    const shown = viewBundle(search, progress);
    if (final) table.end(shown);
    else table.show(shown);
    if (progress.outcomes.length === 0) return;
    const panels = row([searchPanel(search, progress.outcomes)]);
    if (final) figure.end(panels);
    else {
      figure.show({
        [DISPLAY]: () => ({ "text/html": liveSvg(panels), "text/plain": "[figure: best value so far]" }),
      });
    }
  };
  return drawnView(draw);
}

function viewBundle(search: SearchFacts, progress: SearchProgress) {
  const { budget, done, outcomes } = progress;
  const name = `${titleOf(search)}, ${search.strategy.name}`;
  const line = searchLine(progress);
  const share = ((100 * done) / budget).toFixed(1);
  const table = bestTable(search, outcomes);
  const html = `<div><b>${escapeHtml(name)}</b>: ${escapeHtml(line)}
<div style="background:#E6E6E6;height:6px;width:24em"><div style="background:${colours[0]};height:6px;width:${share}%"></div></div>
${table.html === "" ? "" : `<p>Best architectures so far:</p>${table.html}`}</div>`;
  return {
    [DISPLAY]: () => ({ "text/html": html, "text/plain": [`${name}: ${line}`, ...table.text].join("\n") }),
  };
}
