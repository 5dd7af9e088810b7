/** A population of the report: how its errors are distributed, and the best and worst networks. */
import { duration } from "../base/duration.js";
import { listedNames, listing } from "../architectures/stored.js";
import type { Population } from "../populations/population.js";
import { recipeField } from "../trials/recipe-spec.js";
import { bySelection } from "../trials/selection-error.js";
import { spaceName } from "../trials/space-spec.js";
import { edf } from "../statistics/edf.js";
import { escapeHtml } from "../base/escape-html.js";

/** Networks shown at each end of a population's ranking. */
const ENDS = 5;

/** A section of the page, HTML. */
export function populationSection(folder: string, population: Population): string {
  const { spec, rows } = population;
  if (rows.length === 0) {
    return `<section class="population"><h2>Population: ${escapeHtml(spaceName(spec.space))}</h2><p>No network has finished yet.</p></section>`;
  }
  const { min, mean, n } = edf(population.errors);
  const compute = population.column("seconds").reduce((a, b) => a + b, 0);
  const ranked = [...rows].sort(bySelection);
  const shown = ranked.length <= 2 * ENDS ? ranked : [...ranked.slice(0, ENDS), ...ranked.slice(-ENDS)];
  const numbersOf = new Map(population.members.map(m => [m.row.id, listing(m.architecture)]));
  const names = listedNames(shown.map(row => numbersOf.get(row.id)!));
  const line = (row: (typeof rows)[number]) => {
    const numbers = numbersOf.get(row.id)!;
    const cells = [
      row.error.toFixed(1) + (row.status === "diverged" ? " (diverged)" : ""),
      ...names.map(name => numbers[name] ?? ""),
      (row.flops / 1e6).toFixed(2),
      (row.params / 1e3).toFixed(0),
      (row.acts / 1e3).toFixed(0),
      row.seconds.toFixed(0),
    ];
    return `<tr>${cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  };
  const validated = population.names.includes("validationError");
  const head = ["error (%)", ...names, "flops (M)", "params (k)", "acts (k)", "training (s)"];
  const [epochs, batch, learningRate] = [spec.recipe.epochs, spec.recipe.batch, spec.recipe.learningRate].map(
    recipeField,
  );
  return `<section class="population"><h2>Population: ${escapeHtml(spaceName(spec.space))}</h2>
<p>${n} of ${spec.n * (spec.repeats ?? 1)} networks, errors [${min.toFixed(1)} | ${mean.toFixed(1)}] %; ${epochs} epochs, batch ${batch},
peak learning rate ${learningRate}, ${spec.precision}; ${duration(compute)} of training in all. Stored in <code>${escapeHtml(folder)}</code>.</p>
<p>${shown.length < n ? `The best and the worst ${ENDS}` : "All networks"}, by ${validated ? "validation error" : "error"}:</p>
<div class="scroll"><table><thead><tr>${head.map(h => `<th>${escapeHtml(h)}</th>`).join("")}</tr></thead>
<tbody>${shown.map(line).join("\n")}</tbody></table></div></section>`;
}
