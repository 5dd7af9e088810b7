/**
 * NIR's inheritance relation, and greedy growth, on the published table of NAS-Bench-Macro:
 *
 *     node dist/bench/assignments.js TABLE.json
 *
 * TABLE is nas-bench-macro_cifar10.json of github.com/xiusu/NAS-Bench-Macro. Layers of one kind are assigned to its three stages, which
 * have room for 2, 3 and 3; the first layers of a stage work, the others are identities. Errors are on CIFAR-10's test images, of three trainings of
 * 50 epochs. A budget is a number of layers: a layer does not cost the same in each stage here.
 */
import { decisions, layerAssignment, nasBenchMacro, PrintedTable, readNasBenchMacro } from "netspace";
import {
  type AssignmentRow,
  assignmentErrors,
  bestAssignments,
  greedyGrowth,
  growthLoss,
  inheritance,
  searchTable,
} from "netspace/search";

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("assignments: expected the table's file");
  process.exit(2);
}
const table = await readNasBenchMacro(file);
const placeOf = new Map(table.texts("name").map((name, i) => [name, i]));
const trainings = [1, 2, 3].map(i => table.column(`error${i}`));
const flops = table.column("flops");
const round = (value: number | undefined, digits = 2): number | undefined =>
  value === undefined ? undefined : Number(value.toFixed(digits));
const word = (depths: readonly number[] | undefined) => depths?.join("-") ?? "–";

for (const [kind, code] of [
  ["e6k5", "2"],
  ["e3k3", "1"],
] as const) {
  const space = layerAssignment(nasBenchMacro(code.repeat(8)), { name: kind, layers: [1, 8], least: 0 });
  const rows = Array.from(decisions(space).ways(), ({ architecture, choices }): AssignmentRow => {
    const depths = [choices.d1, choices.d2, choices.d3] as number[];
    const name = architecture.layers.map(layer => (layer === "id" ? "0" : code)).join("");
    const place = placeOf.get(name)!;
    return { depths, errors: trainings.map(column => column[place]), flops: flops[place] };
  });
  const errors = assignmentErrors(rows, { name: kind });
  const best = bestAssignments(errors, { draws: 20_000 });
  const related = inheritance(errors, { draws: 20_000 });
  const growth = growthLoss(errors, { draws: 20_000 });
  console.log(`\n## ${kind}: ${rows.length} assignments\n\n${related.statement}\n\n${growth.statement}\n`);
  const steps = best.map((one, i) => ({
    layers: one.budget,
    assignments: one.assignments,
    best: word(one.best),
    accuracy: round(100 - one.error),
    "best in bootstraps": one.candidates
      .slice(0, 3)
      .map(({ depths, share }) => `${word(depths)} ${Math.round(100 * share)} %`)
      .join(", "),
    "contains the one before": i === 0 ? "" : String(related.steps[i - 1].holds),
    probability: i === 0 ? "" : String(round(related.steps[i - 1].probability)),
    "by chance": i === 0 ? "" : String(round(related.steps[i - 1].expected)),
    grown: word(growth.steps[i].grown),
    loss: round(growth.steps[i].loss),
    interval: `[${round(growth.steps[i].low)}, ${round(growth.steps[i].high)}]`,
    judged: round(growth.steps[i].judged),
    "at random": round(growth.steps[i].random),
  }));
  console.log(new PrintedTable(steps).toMarkdown());
  // The strategy, told by one training drawn for each assignment: what growth costs and finds where nothing is repeated.
  const entries = searchTable(space, ({ layers }) => {
    const place = placeOf.get(layers.map(layer => (layer === "id" ? "0" : code)).join(""))!;
    const judged = trainings.reduce((sum, column) => sum + column[place], 0) / 3;
    return trainings.map(column => ({ error: column[place], judged }));
  });
  const ends = [];
  const evaluations = [];
  for (let seed = 1; seed <= 300; seed++) {
    const told = entries.forRun?.(seed) ?? entries;
    const searcher = greedyGrowth({ from: growth.chain[0] }).start({ space, seed });
    let [place, leastTold, end] = [0, Infinity, Number.NaN];
    for (let asked = searcher.ask(1); asked.length > 0; asked = searcher.ask(1)) {
      const { error, judged } = told.look(asked[0].way as never);
      searcher.tell({ ...asked[0], place: place++, error });
      if (error < leastTold) [leastTold, end] = [error, judged];
    }
    ends.push(100 - end);
    evaluations.push(place);
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  console.log(
    `\ngreedyGrowth() from ${word(growth.chain[0])}, told by one training: ${round(mean(ends))} after ${round(mean(evaluations), 1)} evaluations, means of 300 runs; the best there is has ${round(100 - entries.best)}`,
  );
}
