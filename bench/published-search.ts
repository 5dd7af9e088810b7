/**
 * Strategies on the published table of NAS-Bench-Macro, next to simulations on the same table that were written elsewhere:
 *
 *     node dist/bench/published-search.js TABLE.json [RUNS]
 *
 * TABLE is nas-bench-macro_cifar10.json of github.com/xiusu/NAS-Bench-Macro. A run is told the accuracy of one of the three
 * trainings, drawn anew for every evaluation, and judged by their mean. (Drawn once for each architecture, as a netspace table
 * does, a lucky one stays lucky: evolution without aging then ends at 93.01, below aging.) What random search finds on average
 * is also known exactly: the distribution of the best of n draws.
 */
import { seededAt } from "../src/base/random.js";
import { NasBenchMacro, readNasBenchMacro } from "netspace";
import {
  evolution,
  localSearch,
  random,
  reinforce,
  searchTable,
  simulate,
  type Strategy,
  type TableEntry,
} from "netspace/search";

const [file, count = "300"] = process.argv.slice(2);
const RUNS = Number(count);
if (file === undefined || !(Number.isInteger(RUNS) && RUNS > 1)) {
  console.error("published-search: expected the table's file, and perhaps a number of runs, 300");
  process.exit(2);
}
const at = [25, 50, 100, 200, 300];

/** Mean and standard deviation over 300 runs of the incumbent's mean accuracy, by simulations on the published table. */
const elsewhere: Readonly<Record<string, readonly (readonly [mean: number, sd: number])[]>> = {
  random: [
    [92.61, 0.22],
    [92.71, 0.18],
    [92.8, 0.17],
    [92.87, 0.15],
    [92.92, 0.13],
  ],
  "regularised evolution": [
    [92.61, 0.22],
    [92.83, 0.19],
    [93, 0.12],
    [93.05, 0.09],
    [93.06, 0.07],
  ],
  "evolution without aging": [
    [92.61, 0.22],
    [92.82, 0.19],
    [93, 0.13],
    [93.04, 0.09],
    [93.04, 0.09],
  ],
  "local search": [
    [92.41, 0.5],
    [92.77, 0.23],
    [92.94, 0.17],
    [93.03, 0.11],
    [93.05, 0.09],
  ],
  REINFORCE: [
    [92.7, 0.22],
    [92.86, 0.17],
    [92.96, 0.14],
    [93.03, 0.1],
    [93.05, 0.08],
  ],
};

const strategies: readonly Strategy[] = [
  random(),
  evolution({ population: 30, sample: 10 }),
  evolution({ population: 30, sample: 10, aging: false }),
  localSearch({ initial: 1 }),
  reinforce({ learningRate: 0.1 }),
];

const rows = await readNasBenchMacro(file);
const trainings = [1, 2, 3].map(i => rows.column(`error${i}`));
const errors = rows.column("error");
const placeOf = new Map(rows.texts("name").map((name, i) => [name, i]));
const codes: Readonly<Record<string, string>> = { id: "0", e3k3: "1", e6k5: "2" };
const entriesAt = (place: number): TableEntry[] =>
  trainings.map(column => ({ error: column[place], judged: errors[place] }));
const tableOf = (entriesOf: (place: number) => TableEntry[]) =>
  searchTable(NasBenchMacro, ({ layers }) =>
    entriesOf(placeOf.get(layers.map(layer => codes[layer]).join(""))!),
  );

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const spread = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return Math.sqrt(Array.from(values).reduce((sum, v) => sum + (v - middle) ** 2, 0) / (values.length - 1));
};

/** Mean accuracy of the best of n draws, by what one training, any of them, tells. */
function exactly(n: number): number {
  const told = trainings.flatMap(column => Array.from(column, (error, i) => ({ error, judged: errors[i] })));
  told.sort((a, b) => a.error - b.error);
  const beyond = (i: number) => ((told.length - i) / told.length) ** n;
  return told.reduce((sum, { judged }, i) => sum + (100 - judged) * (beyond(i) - beyond(i + 1)), 0);
}

console.log(
  `accuracy of the best so far, %, mean ± standard deviation of ${RUNS} runs; σ: difference in standard errors\n`,
);
console.log(
  `| strategy | ${at.map(n => `after ${n}`).join(" | ")} |\n| --- |${at.map(() => " --- |").join("")}`,
);
const single = [0, 1, 2].map(k => tableOf(place => [entriesAt(place)[k]]));
const drawn: (typeof single)[number] = {
  ...single[0],
  forRun(seed) {
    const training = seededAt(seed, 2 ** 31);
    return { ...single[0], look: (way, epochs) => single[Math.floor(3 * training())].look(way, epochs) };
  },
};
for (const strategy of strategies) {
  const runs = simulate(strategy, drawn, { evaluations: at.at(-1)!, repeats: RUNS });
  const cells = at.map((n, i) => {
    const found = runs.map(({ judged }) => 100 - judged[n - 1]);
    const [middle, sd] = elsewhere[strategy.name][i];
    // Both are means of runs; what is printed is rounded to 0.01.
    const error = Math.sqrt(spread(found) ** 2 / RUNS + sd ** 2 / 300 + 0.01 ** 2 / 12);
    const off = (mean(found) - middle) / error;
    return `${mean(found).toFixed(2)} ± ${spread(found).toFixed(2)} (${middle.toFixed(2)} ± ${sd.toFixed(2)}; ${off.toFixed(1)} σ)`;
  });
  console.log(`| ${strategy.name} | ${cells.join(" | ")} |`);
}
console.log(`| random, exactly | ${at.map(n => exactly(n).toFixed(3)).join(" | ")} |`);

// Which training tells decides what can be found at all: the best of each, by the mean of the three.
console.log("\n| told by | the best it knows of ends at | evolution after 300 |\n| --- | --- | --- |");
for (const [k, column] of trainings.entries()) {
  const least = column.reduce((a, b) => Math.min(a, b), Infinity);
  const ends = Array.from(column.keys())
    .filter(i => column[i] === least)
    .map(i => 100 - errors[i]);
  const runs = simulate(strategies[1], single[k], { evaluations: 300, repeats: RUNS });
  const found = runs.map(({ judged }) => 100 - judged[299]);
  console.log(
    `| training ${k + 1} | ${mean(ends).toFixed(3)} | ${mean(found).toFixed(2)} ± ${spread(found).toFixed(2)} |`,
  );
}
