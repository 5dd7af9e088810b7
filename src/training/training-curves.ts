/** The curves of one training: loss and error over its epochs. */
import { expectList, expectNumber } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import type { EpochReport } from "./engine.js";
import { lookedError } from "./looked-error.js";
import { Figure, type PlotlyObject } from "../figures/figure.js";
import { type Panel, row } from "../figures/panels.js";
import { plotlyText } from "../figures/plotly-text.js";
import { colours, faded } from "../figures/style.js";

/** What has been seen of a training, finished or under way. */
export interface TrainingCurves {
  /** Above the panels: what is trained, and how far it is. */
  readonly title: string;
  readonly subtitle: string;
  /** Epochs the training is to have: the axis is as long from the start. */
  readonly totalEpochs: number;
  /** Steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Mean cross-entropy of each step, nats. */
  readonly losses: readonly number[];
  readonly epochs: readonly EpochReport[];
  /** The epoch whose weights are kept. */
  readonly best?: EpochReport;
}

/** Points of the loss curve; more than the panel has pixels cannot be seen. */
const POINTS = 300;

/**
 * Loss and error of one training over its epochs, side by side under their title.
 *
 * @example
 * ```ts
 * const { members: [{ row: { error }, epochs }] } = await shippedPopulation("RegNetX");
 * const figure = trainingFigure({
 *   title: "the first network of the population",
 *   subtitle: `${error} % error`,
 *   totalEpochs: epochs.length,
 *   stepsPerEpoch: 39,
 *   losses: [],
 *   epochs,
 * });
 * [figure.layout.width, figure.layout.height]; // => [760, 330]
 * ```
 */
export function trainingFigure(curves: TrainingCurves): Figure {
  expectOptions(
    "trainingFigure",
    curves,
    {
      title: "text",
      subtitle: "text",
      totalEpochs: "number",
      stepsPerEpoch: "number",
      losses: "list",
      epochs: "list",
      best: "object?",
    },
    "curves",
  );
  for (const [i, loss] of Array.from(curves.losses).entries())
    expectNumber("trainingFigure", `losses[${i}]`, loss);
  expectList("trainingFigure", "epochs", curves.epochs, { epoch: "number", trainLoss: "number" });
  const { data, layout } = row([lossPanel(curves), errorPanel(curves)], { width: 760, height: 330 });
  const title = {
    text: `${plotlyText(curves.title)}<br><span style="font-size: 13px">${plotlyText(curves.subtitle)}</span>`,
    font: { size: 15 },
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: 1,
    yanchor: "top",
    pad: { t: 14 },
  };
  const margin = { ...(layout["margin"] as object), t: 68 };
  return new Figure(data, { ...layout, title, margin });
}

const axis = ({ totalEpochs }: TrainingCurves): PlotlyObject => ({
  title: { text: "epoch" },
  range: [0, totalEpochs],
});

/** The loss over the steps as points (epoch, loss): means of neighbouring steps where there are too many to see. */
function lossCurve({ losses, stepsPerEpoch }: TrainingCurves): { x: number[]; y: number[] } {
  const width = Math.max(1, Math.ceil(losses.length / POINTS));
  const x: number[] = [];
  const y: number[] = [];
  for (let from = 0; from < losses.length; from += width) {
    const some = losses.slice(from, from + width);
    x.push((from + some.length / 2) / stepsPerEpoch);
    y.push(some.reduce((sum, loss) => sum + loss, 0) / some.length);
  }
  return { x, y };
}

function lossPanel(curves: TrainingCurves): Panel {
  const { epochs } = curves;
  const [colour] = colours;
  const { x, y } = lossCurve(curves);
  return {
    traces: [
      {
        type: "scatter",
        mode: "lines",
        x,
        y,
        line: { color: faded(colour, 0.4), width: 1 },
        hovertemplate: "epoch %{x:.2f}<br>loss %{y:.3f}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "lines+markers",
        // An epoch's mean is drawn at its middle.
        x: epochs.map(({ epoch }) => epoch - 0.5),
        y: epochs.map(({ trainLoss }) => trainLoss),
        line: { color: colour, width: 2 },
        marker: { size: 5 },
        hovertemplate: "epoch %{x:.1f}<br>mean loss %{y:.3f}<extra></extra>",
      },
    ],
    xaxis: axis(curves),
    yaxis: { title: { text: "training loss (nats)" }, rangemode: "tozero" },
  };
}

function errorPanel(curves: TrainingCurves): Panel {
  const { epochs, best } = curves;
  const looked = epochs.filter(report => lookedError(report) !== undefined);
  const validated = epochs.some(report => report.validationError !== undefined);
  // Read once, at the end: a point.
  const tested = validated ? epochs.filter(report => report.testError !== undefined) : [];
  const [, test, train, final] = colours;
  const curve = (name: string, reports: readonly EpochReport[], y: readonly number[], colour: string) => ({
    type: "scatter",
    mode: "lines+markers",
    cliponaxis: false,
    name,
    x: reports.map(({ epoch }) => epoch),
    y,
    line: { color: colour, width: 2 },
    marker: { size: 6 },
    hovertemplate: `epoch %{x}<br>${name} error %{y:.1f} %<extra></extra>`,
  });
  return {
    traces: [
      curve(
        "training",
        epochs,
        epochs.map(report => report.trainError),
        train,
      ),
      curve(
        validated ? "validation" : "test",
        looked,
        looked.map(report => lookedError(report)!),
        test,
      ),
      ...(tested.length === 0
        ? []
        : [
            {
              ...curve(
                "test",
                tested,
                tested.map(report => report.testError!),
                final,
              ),
              mode: "markers",
              marker: { symbol: "diamond", size: 9, color: final },
            },
          ]),
      ...(best === undefined || lookedError(best) === undefined
        ? []
        : [
            {
              type: "scatter",
              mode: "markers",
              cliponaxis: false,
              name: "weights kept",
              x: [best.epoch],
              y: [lookedError(best)!],
              marker: { symbol: "circle-open", size: 13, color: test, line: { width: 2 } },
              hovertemplate: "weights kept: epoch %{x}, error %{y:.1f} %<extra></extra>",
            },
          ]),
    ],
    xaxis: axis(curves),
    yaxis: { title: { text: "error (%)" }, rangemode: "tozero" },
    legend: "bottom left",
  };
}
