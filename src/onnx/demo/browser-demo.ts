/**
 * A trained network to try in a browser: one page that holds the network, the runtime and some test images, and needs
 * neither a kernel nor a network connection.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { expectFields, expectName } from "../../base/expect.js";
import { expectOptions } from "../../base/expect-options.js";
import { escapeHtml } from "../../base/escape-html.js";
import { fileProblem } from "../../base/node/file-problem.js";
import { isObject, say } from "../../base/say.js";
import { type Network, withoutAuxiliary } from "../../networks/network.js";
import { inferShapes, requireNetwork, type Shape } from "../../networks/shapes.js";
import type { Dataset } from "../../training/dataset.js";
import { askedDataset } from "../../training/datasets/asked-dataset.js";
import type { DatasetSpec } from "../../training/datasets/index.js";
import { checkDataset } from "../../training/engines/check-dataset.js";
import type { Weights } from "../../training/engine.js";
import { WeightsError } from "../../training/weights/weights.js";
import { encodeOnnx } from "../export-onnx.js";
import { DEMO_MARK, type DemoFacts, demoPage } from "./page.js";

/** A network with its weights: a `TrainingRun` is one. */
export interface TrainedNetwork {
  readonly network: Network;
  /** Undefined where a training has none to give. */
  readonly weights?: Weights | undefined;
}

export interface BrowserDemoOptions {
  /**
   * The images that it was trained on: loaded, described, or a text for `datasetByName`. They say how an image is normalised,
   * what the classes are called, and give the examples.
   */
  readonly dataset: Dataset | DatasetSpec | string;
  /** Test images that the page offers, of different classes as far as there are. Default 10. */
  readonly examples?: number;
  /** What the page is called. Default: the network's name. */
  readonly title?: string;
  /**
   * The largest page that is put into a notebook's output, bytes; a larger one is written next to the notebook, 0: always.
   * Default 8,000,000.
   */
  readonly inlineLimit?: number;
}

/** The runtime alone takes 5.0 MB of a page; a notebook much larger is slow to open and to keep in git. */
const INLINE_LIMIT = 8e6;

/** A page in which a network runs. Shows itself in a notebook, and is saved as a file. */
export class BrowserDemo {
  /** The page: HTML with all that it needs. */
  readonly html: string;
  readonly title: string;
  readonly #limit: number;

  constructor(title: string, html: string, limit: number) {
    this.title = title;
    this.html = html;
    this.#limit = limit;
  }

  /** The page's size, bytes: what a notebook grows by where its output holds the page. */
  get bytes(): number {
    return Buffer.byteLength(this.html);
  }

  /**
   * Writes the page to a file, which opens in a browser by itself.
   *
   * @throws Error naming the file, if it cannot be written
   */
  save(file: string): void {
    expectName("BrowserDemo.save", "the name of a file", file);
    try {
      writeFileSync(file, this.html);
    } catch (cause) {
      throw new Error(`BrowserDemo.save: could not write ${file}: ${fileProblem(cause)}`, { cause });
    }
  }

  /** A file for the page: of its title, unless this program has put another page there, or it is no page of ours. */
  #ownFile(): string {
    const hash = createHash("sha256").update(this.html).digest("hex");
    const file = fileName(this.title);
    const known = shown.get(resolve(file));
    const isOurs = known === undefined ? !existsSync(file) || startsAsOurs(file) : known === hash;
    const own = isOurs ? file : fileName(`${this.title}-${hash.slice(0, 8)}`);
    shown.set(resolve(own), hash);
    return own;
  }

  toString(): string {
    return `${this.title}: a page of ${megabytes(this.bytes)} to try it in a browser; save("${fileName(this.title)}") writes it`;
  }

  /** The page in a frame of its own, or, if it is too large for a notebook, a link to its file. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const size = megabytes(this.bytes);
    if (this.bytes > this.#limit) {
      const file = this.#ownFile();
      this.save(file);
      const larger = `is larger than the ${megabytes(this.#limit)} that are put into a notebook, and was written next to it`;
      const said = `A page of ${size} ${this.#limit > 0 ? larger : "was written next to the notebook"}`;
      return {
        "text/html": `<p>${escapeHtml(said)}: <a href="${encodeURIComponent(basename(file))}" target="_blank">${escapeHtml(file)}</a></p>`,
        "text/plain": `${said}: ${file}`,
      };
    }
    // In a sandbox the page is of no origin: it reads nothing of JupyterLab's, whoever has written it.
    const page = this.html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const said = `This output holds the network and its runtime, ${size}; a notebook that keeps it grows by as much.`;
    return {
      "text/html": `<iframe sandbox="allow-scripts" title="${escapeHtml(`${this.title}, to try in the browser`)}" style="width: 100%; height: 40rem; border: 0; color-scheme: light dark" srcdoc="${page}"></iframe><p>${said}</p>`,
      "text/plain": this.toString(),
    };
  }
}

/**
 * A page to try a trained network in: an image is drawn, dropped or chosen, and its class scores and feature maps are shown. The
 * network runs in the browser by onnxruntime-web, in WebAssembly on the CPU; nothing is fetched, nothing leaves the page.
 *
 * @param trained a `TrainingRun`, or a network with its weights
 * @throws WeightsError if there are no weights, or not the network's
 * @throws RangeError, NetworkError or DatasetError for a network or images that do not fit each other
 * @example
 * ```
 * const run = await train("RegNetX-200MF", { dataset: "procedural:32", recipe: "tiny" });
 * const demo = await browserDemo(run, { dataset: "procedural:32" });
 * demo.save("demo.html");
 * ```
 */
export async function browserDemo(
  trained: TrainedNetwork,
  options: BrowserDemoOptions,
): Promise<BrowserDemo> {
  if (!isObject(trained) || !isObject(trained.network)) {
    throw new RangeError(
      `browserDemo: expected a training, as of train(), or { network, weights }, got ${say(trained)}; for example browserDemo(run, { dataset: "procedural:32" })`,
    );
  }
  expectOptions("browserDemo", options, {
    dataset: "any",
    examples: "number?",
    title: "text?",
    inlineLimit: "number?",
  });
  requireNetwork("browserDemo", trained.network);
  expectFields("browserDemo", "the network", trained.network, { name: "text", classes: "number" });
  const { examples = 10, title = trained.network.name, inlineLimit = INLINE_LIMIT } = options;
  if (!(Number.isSafeInteger(examples) && examples >= 0))
    throw new RangeError(`browserDemo: examples must be an integer of at least 0, got ${say(examples)}`);
  if (!(inlineLimit >= 0)) {
    throw new RangeError(
      `browserDemo: expected inlineLimit as bytes, at least 0, got ${say(inlineLimit)}; 0 writes every page next to the notebook`,
    );
  }
  const { network, weights } = trained;
  if (!weights) {
    throw new WeightsError(
      "browserDemo: expected a training with weights, got one without; train for at least one epoch, by a recipe whose loss stays finite",
    );
  }
  const dataset = await askedDataset("browserDemo", options.dataset);
  checkDataset(dataset);
  const { resolution, classes } = dataset;
  if (network.classes < classes) {
    throw new RangeError(
      `browserDemo: expected a network of at least ${classes} classes, as ${dataset.name} has, got ${network.name} of ${network.classes}; give the dataset that it was trained on`,
    );
  }
  const maps = shownMaps(network, resolution);
  const isDark = dataset.mean.reduce((a, b) => a + b, 0) / 3 < 0.4;
  const facts: DemoFacts = {
    title,
    note: `${network.name} on ${dataset.name}, ${resolution} × ${resolution} pixels, in this browser by WebAssembly; nothing is sent anywhere.`,
    resolution,
    mean: dataset.mean,
    std: dataset.std,
    classes: Array.from(
      { length: network.classes },
      (_, label) => dataset.classNames?.[label] ?? `class ${label}`,
    ),
    maps,
    examples: examplesOf(dataset, examples),
    paper: isDark ? "#000000" : "#ffffff",
    pen: isDark ? "#ffffff" : "#000000",
  };
  const model = encodeOnnx(network, weights, { resolution, outputs: maps.map(({ name }) => name) });
  return new BrowserDemo(title, demoPage(facts, model), inlineLimit);
}

/** Of each size the last feature maps that one part of the network hands to another, as stem and stages do. */
function shownMaps(network: Network, resolution: number): DemoFacts["maps"] {
  const shapes = inferShapes(withoutAuxiliary(network), resolution);
  const part = (name: string) => name.split(".")[0];
  const handed = new Set(
    network.layers.flatMap(({ name, inputs }) => inputs.filter(input => part(input) !== part(name))),
  );
  const last = new Map<string, Shape & { readonly name: string }>();
  for (const { name } of network.layers.slice(0, -1)) {
    const shape = shapes.get(name);
    if (shape && shape.height > 1 && handed.has(name))
      last.set(`${shape.height} ${shape.width}`, { name, ...shape });
  }
  return [...last.values()];
}

/** The first test image of each class in turn, then the second. */
function examplesOf({ test, resolution, classes }: Dataset, most: number): DemoFacts["examples"] {
  const seen = new Map<number, number>();
  const places = Array.from({ length: Math.min(test.count, 100 * classes) }, (_, place) => {
    const label = test.labels[place];
    const turn = seen.get(label) ?? 0;
    seen.set(label, turn + 1);
    return { place, label, turn };
  });
  const chosen = places.toSorted((a, b) => a.turn - b.turn || a.label - b.label).slice(0, most);
  const pixels = resolution * resolution;
  return chosen.map(({ place, label }) => {
    const image = test.images.subarray(3 * pixels * place, 3 * pixels * (place + 1));
    const rgba = new Uint8Array(4 * pixels).fill(255);
    for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) rgba[4 * i + c] = image[c * pixels + i];
    return { label, pixels: Buffer.from(rgba).toString("base64") };
  });
}

/** The pages that displays have written, by place, and what hash each has. */
const shown = new Map<string, string>();

/** Whether a file is a page of an earlier run, which the next takes the place of. */
function startsAsOurs(file: string): boolean {
  try {
    return readFileSync(file, "utf8").slice(0, 1000).includes(DEMO_MARK);
  } catch {
    return false;
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
/** Characters of a title that are kept in a file's name: names have at most 255 bytes. */
const MOST_NAME = 60;
const fileName = (title: string): string => {
  const plain = [...title.replaceAll(/[^\p{L}\p{N}.-]+/gu, "-")].slice(0, MOST_NAME).join("");
  return `${plain || "network"}.demo.html`;
};
