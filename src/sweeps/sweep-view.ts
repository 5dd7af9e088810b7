/** A sweep as a notebook shows it while it runs: how far it is, its best networks, the best error so far, the EDF. */
import { listedNames, listing } from "../architectures/stored.js";
import { escapeHtml } from "../base/escape-html.js";
import { plotlyText } from "../figures/plotly-text.js";
import { bestSoFarPanel } from "../figures/panels/best-so-far-panel.js";
import { edfPanel } from "../figures/panels/edf-panel.js";
import { liveSvg } from "../figures/rendering/live-svg.js";
import { row } from "../figures/panels.js";
import { colours } from "../figures/style.js";
import { type DrawnView, drawnView } from "../notebook/drawn-view.js";
import { liveOutput } from "../notebook/live-output.js";
import { progressLine, type SweepProgress } from "../trials/runner/progress.js";
import { selectionError } from "../trials/selection-error.js";
import type { TrialRecord } from "../trials/trial.js";

/** Networks in the table. */
const BEST = 5;

const DISPLAY = Symbol.for("Jupyter.display");

/** Of a record that has one. */
const errorOf = ({ error, validationError }: Pick<TrialRecord, "error" | "validationError">): number =>
  selectionError({ error: error!, validationError });

/** The view in the notebook cell that called; undefined where no notebook did. */
export function sweepView(space: string): DrawnView<SweepProgress> | undefined {
  const [table, figure] = [liveOutput(), liveOutput()];
  if (table.kind !== "notebook") return undefined;
  let best: TrialRecord[] = [];
  const draw = (progress: SweepProgress, final: boolean) => {
    const shown = tableBundle(space, progress, best);
    if (final) table.end(shown);
    else table.show(shown);
    if (progress.errors.length === 0) return;
    const panels = row(
      [bestSoFarPanel(progress.errors), edfPanel([{ name: space, errors: progress.errors }])],
      { title: `${plotlyText(space)}: networks one by one, and their error distribution` },
    );
    if (final) figure.end(panels);
    else
      figure.show({
        [DISPLAY]: () => ({
          "text/html": liveSvg(panels),
          "text/plain": "[figure: best error so far, and error distribution]",
        }),
      });
  };
  const view = drawnView(draw);
  return {
    update(progress) {
      if (progress.event === "ended" && progress.last?.error !== undefined) {
        best = [...best, progress.last].sort((a, b) => errorOf(a) - errorOf(b)).slice(0, BEST);
      }
      view.update(progress);
    },
    end: () => view.end(),
  };
}

function tableBundle(space: string, progress: SweepProgress, best: readonly TrialRecord[]) {
  const share = progress.total > 0 ? (100 * progress.done) / progress.total : 0;
  const line = progressLine(progress);
  const listings = best.map(({ architecture }) => listing(architecture));
  const names = listedNames(listings);
  const head = [
    progress.split === "validation" ? "validation error (%)" : "error (%)",
    ...names,
    "flops (M)",
    "training (s)",
  ];
  const rows = best.map(({ complexity, seconds, ...errors }, i) => [
    errorOf(errors).toFixed(1),
    ...names.map(name => listings[i][name] ?? ""),
    (complexity.flops / 1e6).toFixed(2),
    (seconds ?? 0).toFixed((seconds ?? 0) < 10 ? 1 : 0),
  ]);
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map(text => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const table = `<table><tr>${cells("th", head)}</tr>${rows.map(r => `<tr>${cells("td", r)}</tr>`).join("")}</table>`;
  const html = `<div><b>${escapeHtml(space)}</b>: ${escapeHtml(line)}
<div style="background:#E6E6E6;height:6px;width:24em"><div style="background:${colours[0]};height:6px;width:${share.toFixed(1)}%"></div></div>
${rows.length > 0 ? `<p>Best networks of this run:</p>${table}` : ""}</div>`;
  const text = [`${space}: ${line}`, ...rows.map(r => r.join("  "))].join("\n");
  return { [DISPLAY]: () => ({ "text/html": html, "text/plain": text }) };
}
