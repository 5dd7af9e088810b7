/** A search by DARTS as a notebook shows it while it runs: how far it is, its curves, and the cells that α says so far. */
import { cellDiagram } from "../../../figures/diagram/cell-diagram.js";
import { reviveArchitecture } from "../../../architectures/stored.js";
import { escapeHtml } from "../../../base/escape-html.js";
import { row } from "../../../figures/panels.js";
import { liveSvg } from "../../../figures/rendering/live-svg.js";
import { colours } from "../../../figures/style.js";
import { type DrawnView, drawnView } from "../../../notebook/drawn-view.js";
import { liveOutput } from "../../../notebook/live-output.js";
import type { DartsFacts } from "./darts-folder.js";
import { type DartsProgress, dartsLine } from "./darts-progress.js";
import { dartsPanels } from "./darts-result.js";

const DISPLAY = Symbol.for("Jupyter.display");

/** The view in the notebook cell that called, or on the terminal; undefined where nobody watches. */
export function dartsView(search: DartsFacts): DrawnView<DartsProgress> | undefined {
  const [table, figure] = [liveOutput(), liveOutput()];
  if (table.kind === "none") return undefined;
  let epochs = 0;
  const draw = (progress: DartsProgress, final: boolean) => {
    const shown = viewOf(search, progress);
    if (final) table.end(shown);
    else table.show(shown);
    const { history } = progress;
    // Curves have a point more after an epoch, and a terminal has no room for them.
    if (table.kind !== "notebook" || history.length === 0 || (!final && history.length === epochs)) return;
    epochs = history.length;
    const panels = row(dartsPanels(search, history));
    if (final) figure.end(panels);
    else {
      figure.show({
        [DISPLAY]: () => ({
          "text/html": liveSvg(panels),
          "text/plain": "[figure: errors, skips and entropy by epoch]",
        }),
      });
    }
  };
  return drawnView(draw);
}

function viewOf({ space, order, recipe }: DartsFacts, progress: DartsProgress) {
  const line = dartsLine(progress);
  const name = `${space}, DARTS of order ${order}`;
  const { step, steps, history } = progress;
  const done = history.length + (step < steps ? step / steps : 0);
  const share = Math.min(100, (100 * done) / recipe.epochs).toFixed(1);
  return {
    [DISPLAY]: () => ({
      "text/html": `<div><b>${escapeHtml(name)}</b>: ${escapeHtml(line)}
<div style="background:#E6E6E6;height:6px;width:24em"><div style="background:${colours[0]};height:6px;width:${share}%"></div></div>
${cellsOf(progress)}</div>`,
      "text/plain": `${name}: ${line}`,
    }),
    toString: () => `${name}: ${line}`,
  };
}

/** The cells that would be kept now. */
function cellsOf({ history }: DartsProgress): string {
  const last = history.at(-1);
  if (!last) return "";
  try {
    return `<p>Kept so far:</p>${cellDiagram(reviveArchitecture(last.architecture)).svg}`;
  } catch {
    // A family that draws no cells.
    return "";
  }
}
