/** What a trained network says of a split, image by image: shows itself as confusion, errors of each class and the worst images. */
import { escapeHtml } from "../../base/escape-html.js";
import { expectText } from "../../base/expect.js";
import { later } from "../../base/node/later.js";
import { say } from "../../base/say.js";
import type { Figure } from "../../figures/figure.js";
import { type Table, tableOf } from "../../tables/table.js";
import type { Dataset, Split } from "../dataset.js";
import { checkDataset } from "../engines/check-dataset.js";

const binomial = later<typeof import("../../statistics/binomial.js")>(
  import.meta.url,
  "../../statistics/binomial.js",
);
const figures = later<typeof import("../../figures/panels.js")>(import.meta.url, "../../figures/panels.js");
const heatMaps = later<typeof import("../../figures/panels/tables/heat-map-panel.js")>(
  import.meta.url,
  "../../figures/panels/tables/heat-map-panel.js",
);
const pngs = later<typeof import("../datasets/png.js")>(import.meta.url, "../datasets/png.js");
const drawn = later<typeof import("../datasets/draw-image.js")>(import.meta.url, "../datasets/draw-image.js");

/** One image, and what was said of it. */
export interface Prediction {
  /** Its place in the split. */
  readonly index: number;
  /** Its class and the one that it was taken for. */
  readonly label: number;
  readonly predicted: number;
  /** Probability of the class it was taken for, and of its own, by softmax. */
  readonly probability: number;
  readonly ofLabel: number;
  /** Cross-entropy, nats: −ln of the probability of its own class. */
  readonly loss: number;
}

/** One class of a split. */
export interface ClassErrors {
  readonly label: number;
  readonly name: string;
  /** Images of it. */
  readonly n: number;
  /** Those taken for another class, per cent (100 − recall), with Clopper and Pearson's interval of 95 %. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Of the images taken for it, those that are of it, per cent; NaN where none was. */
  readonly precision: number;
  /** What its images are taken for most often when they are not seen as it; `""` where all are. */
  readonly takenFor: string;
}

/** Images that are shown of the worst. */
const WORST = 24;
/** Classes of which a matrix of confusion is drawn. */
const MOST_DRAWN = 50;

/** A network's predictions of a split. */
export class Evaluation {
  readonly network: string;
  /** The dataset's name. */
  readonly dataset: string;
  readonly split: "train" | "validation" | "test";
  /** Images. */
  readonly n: number;
  /** Top-1 error, per cent, and its interval of 95 % over images (Clopper and Pearson). */
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** Images whose class is not among the five that are likeliest, per cent; of five classes and fewer 0. */
  readonly top5Error: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Names of the classes, by label. */
  readonly classNames: readonly string[];
  /** Images of class i, row i, that are taken for class j, column j. */
  readonly confusion: readonly (readonly number[])[];
  /** A row for each class. */
  readonly classes: Table<ClassErrors>;
  /** A row for each image, in the split's order. */
  readonly predictions: Table<Prediction>;
  readonly #images: Split;
  readonly #resolution: number;

  /**
   * @param logits row-major [images, outputs]
   * @param outputs the network's classes, as many as the dataset's or more
   */
  constructor(
    network: string,
    dataset: Dataset,
    split: "train" | "validation" | "test",
    logits: Float32Array,
    outputs: number,
  ) {
    checkDataset(dataset);
    expectText("Evaluation", "the network's name", network);
    expectText("Evaluation", "the split", split);
    if (!(Number.isInteger(outputs) && outputs >= dataset.classes)) {
      throw new RangeError(
        `Evaluation: expected at least ${dataset.classes} outputs, one for each class, got ${say(outputs)}`,
      );
    }
    const shown = dataset[split];
    if (!shown || !(logits instanceof Float32Array) || logits.length !== shown.count * outputs) {
      throw new RangeError(
        `Evaluation: expected ${shown?.count ?? "a split’s"} × ${outputs} logits, as evaluate() computes them, got ${logits instanceof Float32Array ? logits.length : "none"}`,
      );
    }
    const { labels, count } = shown;
    const columns = { label: Float64Array.from(labels) } as Record<keyof Prediction, Float64Array>;
    for (const name of ["index", "predicted", "probability", "ofLabel", "loss"] as const)
      columns[name] = new Float64Array(count);
    let [wrong, beyond5] = [0, 0];
    const confusion = Array.from({ length: outputs }, () => Array.from({ length: outputs }, () => 0));
    for (let i = 0; i < count; i++) {
      const own = logits.subarray(i * outputs, (i + 1) * outputs);
      const label = labels[i];
      const predicted = argmax(own);
      const sum = own.reduce((total, logit) => total + Math.exp(logit - own[predicted]), 0);
      const loss = Math.log(sum) + own[predicted] - own[label];
      columns.index[i] = i;
      columns.predicted[i] = predicted;
      columns.probability[i] = 1 / sum;
      columns.ofLabel[i] = Math.exp(-loss);
      columns.loss[i] = loss;
      confusion[label][predicted]++;
      wrong += Number(predicted !== label);
      beyond5 += Number(own.filter(logit => logit > own[label]).length >= 5);
    }
    const size = Math.max(dataset.classes, 1 + columns.predicted.reduce((a, b) => Math.max(a, b), 0));
    this.network = network;
    this.dataset = dataset.name;
    this.split = split;
    this.n = count;
    const { value, low, high } = binomial().binomialTest(wrong, count, 0.5);
    [this.error, this.low, this.high] = [100 * value, 100 * low, 100 * high];
    this.top5Error = (100 * beyond5) / count;
    this.loss = columns.loss.reduce((total, loss) => total + loss, 0) / count;
    this.classNames = Array.from(
      { length: size },
      (_, label) => dataset.classNames?.[label] ?? `class ${label}`,
    );
    this.confusion = confusion.slice(0, size).map(row => row.slice(0, size));
    this.classes = tableOf<ClassErrors>(
      this.confusion.flatMap((row, label) => this.#classErrors(row, label)),
    );
    const order = ["index", "label", "predicted", "probability", "ofLabel", "loss"] as const;
    this.predictions = tableOf<Prediction>(Object.fromEntries(order.map(name => [name, columns[name]])));
    this.#images = shown;
    this.#resolution = dataset.resolution;
  }

  /** The images taken for another class, those with the greatest loss first. */
  worst(n = WORST): readonly Prediction[] {
    if (!(Number.isInteger(n) && n >= 0)) {
      throw new RangeError(`worst: expected a whole number of images, got ${say(n)}`);
    }
    const wrong = this.predictions.filter(({ label, predicted }) => label !== predicted);
    return wrong.sortBy("loss", { descending: true }).head(n).rows;
  }

  /** Confusion as a figure: of the images of each class, row, the share taken for each, column; per cent. */
  figure(): Figure {
    const { classNames, confusion } = this;
    const classes = classNames.slice(0, MOST_DRAWN);
    const cells = tableOf({
      class: classes,
      ...Object.fromEntries(
        classes.map((name, j) => [
          `${j} ${name}`,
          classes.map((_, i) => {
            const all = confusion[i].reduce((sum, count) => sum + count, 0);
            return confusion[i][j] > 0 ? (100 * confusion[i][j]) / all : Number.NaN;
          }),
        ]),
      ),
    });
    const left =
      classNames.length > MOST_DRAWN ? `, the first ${MOST_DRAWN} of ${classNames.length} classes` : "";
    const panel = heatMaps().heatMapPanel(cells, {
      labels: { x: "taken for", y: "class" },
      title: `of each class, per cent (n = ${this.n} ${this.split} images${left})`,
      range: [0, 100],
      fromTop: true,
      decimals: 0,
    });
    const names = panel.yaxis.ticktext;
    const size = Math.min(900, 200 + 44 * classes.length);
    return figures().row(
      [{ ...panel, xaxis: { ...panel.xaxis, ticktext: names, tickangle: classes.length > 6 ? -45 : 0 } }],
      { title: this.#head(), width: size, height: Math.round(0.8 * size) },
    );
  }

  /** The error with its interval, and the classes that are worst, in words. */
  toString(): string {
    const worst = this.classes
      .sortBy("error", { descending: true })
      .head(3)
      .rows.filter(({ error }) => error > 0)
      .map(
        ({ name, error, takenFor }) =>
          `${name} ${error.toFixed(1)} %${takenFor === "" ? "" : ` (as ${takenFor})`}`,
      );
    return [this.#head(), ...(worst.length > 0 ? [`worst classes: ${worst.join(", ")}`] : [])].join("\n");
  }

  #head(): string {
    const [error, low, high] = [this.error, this.low, this.high].map(value => value.toFixed(1));
    return `${this.network} on ${this.dataset}, ${this.split} split: ${error} % error [${low}, ${high}], n = ${this.n}`;
  }

  #classErrors(row: readonly number[], label: number): ClassErrors[] {
    const n = row.reduce((sum, count) => sum + count, 0);
    if (n === 0) return [];
    const { value, low, high } = binomial().binomialTest(n - row[label], n, 0.5);
    const taken = this.confusion.reduce((sum, other) => sum + other[label], 0);
    const other = argmax(row.map((count, j) => (j === label ? -1 : count)));
    return [
      {
        label,
        name: this.classNames[label],
        n,
        error: 100 * value,
        low: 100 * low,
        high: 100 * high,
        precision: taken > 0 ? (100 * row[label]) / taken : Number.NaN,
        takenFor: row[label] < n ? this.classNames[other] : "",
      },
    ];
  }

  /** The worst images with what they are and what they are taken for, as HTML. */
  #worstHtml(): string {
    const resolution = this.#resolution;
    const zoom = Math.max(1, Math.round(96 / resolution));
    const side = resolution * zoom;
    const cards = this.worst().map(({ index, label, predicted, probability }) => {
      const rgb = new Uint8Array(side * side * 3);
      drawn().drawImage({ width: side, rgb }, this.#images, index, { resolution, zoom, left: 0, top: 0 });
      const source = Buffer.from(pngs().encodePng(side, side, rgb)).toString("base64");
      const [is, taken] = [label, predicted].map(k => escapeHtml(this.classNames[k]));
      return (
        `<figure style="margin:0;width:108px;font-size:12px"><img alt="image ${index}: ${is}, taken for ${taken}" ` +
        `src="data:image/png;base64,${source}" width="96" height="96" style="max-width:none;image-rendering:pixelated">` +
        `<figcaption>${is} → ${taken}<br>${Math.round(100 * probability)} % sure, image ${index}</figcaption></figure>`
      );
    });
    if (cards.length === 0) return "<p>No image is taken for another class.</p>";
    return `<p>Worst images, by loss:</p><div style="display:flex;flex-wrap:wrap;gap:8px">${cards.join("")}</div>`;
  }

  #classesHtml(): string {
    const head = ["class", "images", "error (%)", "95 % interval", "precision (%)", "most often taken for"];
    const rows = this.classes.sortBy("error", { descending: true }).rows.slice(0, MOST_DRAWN);
    const cell = (text: string, isName = false) =>
      `<td style="text-align:${isName ? "left" : "right"}">${escapeHtml(text)}</td>`;
    const body = rows.map(({ name, n, error, low, high, precision, takenFor }) => {
      const numbers = [
        n.toLocaleString("en"),
        error.toFixed(1),
        `${low.toFixed(1)} to ${high.toFixed(1)}`,
        Number.isNaN(precision) ? "" : precision.toFixed(1),
      ];
      return `<tr>${cell(name, true)}${numbers.map(text => cell(text)).join("")}${cell(takenFor, true)}</tr>`;
    });
    return `<table><thead><tr>${head.map(text => `<th scope="col">${text}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  }

  /** For Jupyter front ends: the error, the confusion, each class, the worst images. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const figure = this.figure();
    const picture = (await figure.toPng(2)).toString("base64");
    const { width, height } = figure.layout;
    return {
      "text/html":
        `<p>${escapeHtml(this.#head())}</p>` +
        `<img alt="confusion of ${this.classNames.length} classes; ${escapeHtml(this.toString().split("\n")[1] ?? "no errors")}" src="data:image/png;base64,${picture}" width="${width}" height="${height}" style="max-width:100%;height:auto">` +
        this.#classesHtml() +
        this.#worstHtml(),
      "text/plain": this.toString(),
    };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** The first place of the greatest. */
function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
