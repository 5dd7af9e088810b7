/**
 * The page of one sweep: how its errors are distributed, where its best networks lie in every parameter, what the
 * networks cost, how the best and the worst trained, and what they look like. All figures are live, and the page
 * needs nothing but itself. pycls's sweep analysis has the same parts as pictures.
 */
import { bestSoFarPanel } from "../figures/panels/best-so-far-panel.js";
import { edfPanel } from "../figures/panels/edf-panel.js";
import type { PlotlyObject } from "../figures/figure.js";
import { type Panel, row } from "../figures/panels.js";
import { cellDiagram } from "../figures/diagram/cell-diagram.js";
import { structureDiagram } from "../figures/diagram/network-diagram.js";
import { colours, faded } from "../figures/style.js";
import { widthProfilePanel } from "../figures/panels/width-profile.js";
import { duration } from "../base/duration.js";
import { familyOf } from "../architectures/families.js";
import { listing } from "../architectures/stored.js";
import type { Population } from "../populations/population.js";
import { heldRecord } from "../trials/store/logged-record.js";
import { labelLine } from "../trials/store/labels.js";
import { computeOf } from "../populations/provenance.js";
import { recipeField } from "../trials/recipe-spec.js";
import { bySelection } from "../trials/selection-error.js";
import { spaceName } from "../trials/space-spec.js";
import { edf } from "../statistics/edf.js";
import { datasetFacts } from "../training/datasets/index.js";
import { escapeHtml } from "../base/escape-html.js";
import { figureHtml, paragraphs, tableHtml, writePage } from "./page.js";
import { parameterParts } from "./sweep-parameters.js";

/** Networks shown at each end of the ranking. */
type Member = Population["members"][number];

const ENDS = 3;
/** Networks in the table, the best ones. */
const LISTED = 100;

/**
 * Writes the page of a population.
 *
 * @throws RangeError if fewer than two networks have finished
 * @example
 * ```ts
 * import { existsSync } from "node:fs";
 * import { writeSweepReport } from "netspace/report";
 *
 * writeSweepReport(await shippedPopulation("RegNetX"), "regnetx.html");
 * existsSync("regnetx.html"); // => true
 * ```
 */
export function writeSweepReport(population: Population, file: string): void {
  if (population.length < 2) {
    throw new RangeError(
      `writeSweepReport: expected a population of at least 2 networks, got ${population.length}`,
    );
  }
  const name = spaceName(population.spec.space);
  const ranked = [...population.members].sort((a, b) => bySelection(a.row, b.row));
  const ends = [...ranked.slice(0, ENDS), ...ranked.slice(-Math.min(ENDS, ranked.length - ENDS))];
  writePage(file, `Sweep of ${name}`, [
    facts(population),
    section("Errors", [
      figureHtml(
        row([edfPanel([{ name, errors: population.errors }]), bestSoFarPanel(population.errors)], {
          width: 1000,
          height: 380,
        }),
      ),
    ]),
    section("Parameters", parameterParts(population)),
    section("Complexity", [complexity(population)]),
    section("Training of the best and the worst", [curves(ends)]),
    section("The best and the worst networks", networks(population, ranked)),
    section(ranked.length > LISTED ? `The best ${LISTED} networks` : "All networks", [
      tableHtml(ranked.slice(0, LISTED).map(listed)),
    ]),
  ]);
}

const section = (title: string, parts: readonly string[]): string =>
  `<section><h2>${escapeHtml(title)}</h2>\n${parts.join("\n")}</section>`;

function facts({ spec, errors, length, names, notes, provenance, trials }: Population): string {
  const { min, mean } = edf(errors);
  const compute = provenance?.compute ?? computeOf(trials.map(heldRecord));
  const diverged = trials.filter(trial => trial.status === "diverged").length;
  const windows = Object.entries(spec.where).map(
    ([key, [low, high]]) => `${key} ${count(low)}–${count(high)}`,
  );
  const recipe = Object.entries(spec.recipe).map(([key, value]) => `${key} ${recipeField(value)}`);
  const label = provenance?.labels ? labelLine(provenance.labels) : "";
  const machines = provenance?.machines.map(m => `${m.cores} × ${m.processor}, Node ${m.node}`) ?? [];
  const list: [string, string][] = [
    ["networks", `${length} of ${spec.n * (spec.repeats ?? 1)}, ${diverged} of them diverged`],
    [
      "error",
      `least ${min.toFixed(1)} %, mean ${mean.toFixed(1)} %${names.includes("validationError") ? "; networks are ranked by their validation error" : ""}`,
    ],
    ...(label === "" ? [] : [["labels", label] as [string, string]]),
    ["constraints", windows.join(", ") || "none"],
    ["dataset", datasetFacts(spec.dataset).identity],
    ["recipe", recipe.join(", ")],
    ["engine", [spec.engine, spec.precision, ...(provenance?.engines ?? [])].join(", ")],
    [
      "compute",
      `${duration(compute.trainingHours * 3600)} of training${compute.cpuHours ? `, ${compute.cpuHours.toFixed(1)} CPU hours` : ""}${compute.gpuHours ? `, ${compute.gpuHours.toFixed(1)} GPU hours` : ""}${compute.gpuKilowattHours ? `, ${compute.gpuKilowattHours.toPrecision(2)} kWh of GPUs` : ""}`,
    ],
    ...(compute.first
      ? [["trained", `${day(compute.first)} to ${day(compute.last!)}`] as [string, string]]
      : []),
    ...machines.map((machine): [string, string] => ["machine", machine]),
  ];
  const rows = list.map(([key, value]) => `<dt>${escapeHtml(key)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl class="facts">${rows.join("\n")}</dl>${paragraphs(notes.map(note => `Note: ${note}`))}`;
}

const day = (iso: string): string => iso.slice(0, 16).replace("T", " ");

function count(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(4))} M`;
  return value >= 1e3 ? `${Number((value / 1e3).toPrecision(4))} k` : String(value);
}

/** Flops, params, acts and training time against the error. */
function complexity(population: Population): string {
  const measures = [
    ["flops", "flops (M)", 1e6],
    ["params", "params (k)", 1e3],
    ["acts", "acts (k)", 1e3],
    ["seconds", "training (s)", 1],
  ] as const;
  const { errors } = population;
  const panels = measures.map(
    ([name, label, unit]): Panel => ({
      traces: [
        {
          type: "scatter",
          mode: "markers",
          cliponaxis: false,
          x: population.column(name).map(value => value / unit),
          y: errors,
          marker: { color: faded(colours[0], 0.65), size: 6 },
          hovertemplate: `${label} %{x:.4~g}<br>error %{y:.1f} %<extra></extra>`,
        },
      ],
      xaxis: { title: { text: label } },
      yaxis: { title: { text: "error (%)" } },
    }),
  );
  return figureHtml(row(panels, { width: 1000, height: 290 }));
}

/** Loss and errors over the epochs; the best networks in blue, the worst in vermilion. */
function curves(ends: readonly Member[]): string {
  const traces = (value: (epoch: Member["epochs"][number]) => number | undefined, unit: string) =>
    ends.map(({ row: { error, index }, epochs }, i): PlotlyObject => {
      const known = epochs.filter(epoch => value(epoch) !== undefined);
      return {
        type: "scatter",
        mode: "lines+markers",
        name: `network ${index}: ${error.toFixed(1)} %`,
        x: known.map(epoch => epoch.epoch),
        y: known.map(epoch => value(epoch)!),
        line: { color: faded(colours[i < ENDS ? 0 : 1], 1 - 0.25 * (i % ENDS)), width: 2 },
        marker: { size: 4 },
        hovertemplate: `network ${index}, epoch %{x}: %{y:.3~g} ${unit}<extra></extra>`,
      };
    });
  const xaxis = { title: { text: "epoch" } };
  const panels: Panel[] = [
    {
      traces: traces(epoch => epoch.trainLoss, "nats"),
      xaxis,
      yaxis: { title: { text: "training loss (nats)" } },
      legend: "bottom left",
    },
    {
      traces: traces(epoch => epoch.trainError, "%"),
      xaxis,
      yaxis: { title: { text: "training error (%)" } },
    },
  ];
  return figureHtml(row(panels, { width: 1000, height: 340 }));
}

/** Widths block by block, and the structure of the best and the worst. */
function networks(population: Population, ranked: readonly Member[]): string[] {
  const profile = ({ row: { error, index }, architecture }: Member) => ({
    name: `network ${index}: ${error.toFixed(1)} %`,
    network: architecture.stages,
  });
  const { resolution } = datasetFacts(population.spec.dataset);
  const diagram = (title: string, { architecture, network, row: { error } }: Member) => {
    const { svg } = structureDiagram(network, { resolution });
    const cells = familyOf(architecture).graphs
      ? `<div class="diagram">${cellDiagram(architecture).html}</div>`
      : "";
    return `<h3>${title}: ${error.toFixed(1)} % error</h3>${cells}<div class="diagram">${svg}</div>`;
  };
  // Only AnyNets have a width for each block.
  const anyNets = population.members.every(({ architecture }) => architecture.family === undefined);
  const widths = () => [
    paragraphs(["Widths of the best (left) and the worst networks (right), block by block:"]),
    figureHtml(
      row(
        [ranked.slice(0, ENDS), ranked.slice(-ENDS)].map(some => widthProfilePanel(some.map(profile))),
        { width: 1000, height: 340 },
      ),
    ),
  ];
  return [
    ...(anyNets ? widths() : []),
    diagram("The best network", ranked[0]),
    diagram("The worst network", ranked[ranked.length - 1]),
  ];
}

function listed({ architecture, row: member }: Member) {
  return {
    network: member.index,
    "error (%)": Number(member.error.toFixed(2)),
    ...(member.validationError !== undefined && {
      "validation (%)": Number(member.validationError.toFixed(2)),
    }),
    ...listing(architecture),
    "flops (M)": Number((member.flops / 1e6).toFixed(3)),
    "params (k)": Math.round(member.params / 1e3),
    "acts (k)": Number((member.acts / 1e3).toFixed(1)),
    "training (s)": Number(member.seconds.toFixed(1)),
  };
}
