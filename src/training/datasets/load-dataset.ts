/**
 * Loads a dataset from its description, and keeps the last ones in memory.
 */
import { existsSync } from "node:fs";
import { parseBy } from "../../base/schema-problems.js";
import type { Dataset } from "../dataset.js";
import { loadCifar10, loadCifar100 } from "./cifar/cifar.js";
import { DatasetError } from "./dataset-error.js";
import { FASHION_MNIST_CONTENT, FASHION_MNIST_FOLDER } from "./idx/fashion-mnist.js";
import { type IdxDataset, type IdxOptions, loadIdx } from "./idx/idx.js";
import { type ImageFolder, type ImageFolderOptions, loadImageFolder } from "./folder/image-folder.js";
import { proceduralDataset } from "./procedural/procedural.js";
import { type DatasetSpec, datasetFacts, datasetSchema } from "./dataset-facts.js";

/**
 * The datasets asked for last, by identity and folder. Drawing 7,000 images takes about a second, so a worker
 * that trains many networks, or a cell run again, should not pay it twice; two are kept, so that comparing two
 * does not either. Nothing is written to disk: drawing once a process is cheaper than keeping files right.
 */
const recent = new Map<string, Promise<Dataset>>();
const KEPT = 2;

async function load(spec: DatasetSpec): Promise<Dataset> {
  if (spec.kind === "procedural") return proceduralDataset(spec);
  if (isFound(spec)) return loadFound(spec);
  return spec.kind === "cifar10" ? loadCifar10(spec.folder, spec) : loadCifar100(spec.folder, spec);
}

/** A description that needs its files to say what they hold. */
type FoundSpec = Extract<DatasetSpec, { kind: "images" | "idx" }>;
const isFound = (spec: DatasetSpec): spec is FoundSpec => spec.kind === "images" || spec.kind === "idx";

async function loadFound(spec: FoundSpec): Promise<ImageFolder | IdxDataset> {
  const { folder, content } = spec;
  const dataset =
    spec.kind === "idx"
      ? await loadIdx(placeOf(spec), idxOptions(spec))
      : await loadImageFolder(folder, imageOptions(spec));
  if (content === undefined || content === dataset.content) return dataset;
  const why =
    spec.kind === "idx"
      ? "its files are another set's, or were changed"
      : "images were added, removed or changed, or another version of sharp decodes them";
  throw new DatasetError(
    `loadDataset: expected the images of ${folder} to have the content ${content}, got ${dataset.content}: ${why}; put them back, or describe the dataset anew without classes and content`,
  );
}

/**
 * Where the files are: those of Fashion-MNIST also where the system's package puts them, so that a population trained on
 * another machine's copy can be gone on with. What they hold is checked all the same.
 */
function placeOf({ folder, content }: Extract<DatasetSpec, { kind: "idx" }>): string {
  const isElsewhere = content === FASHION_MNIST_CONTENT && !existsSync(folder);
  return isElsewhere && existsSync(FASHION_MNIST_FOLDER) ? FASHION_MNIST_FOLDER : folder;
}

/** What is left for the loader; classes are given where some have no images. */
const idxOptions = ({
  kind: _kind,
  folder: _folder,
  content: _content,
  ...options
}: Extract<DatasetSpec, { kind: "idx" }>): IdxOptions => options;

/** The same; a folder of images tells its classes itself. */
const imageOptions = ({
  kind: _kind,
  folder: _folder,
  classes: _classes,
  content: _content,
  ...options
}: Extract<DatasetSpec, { kind: "images" }>): ImageFolderOptions => options;

/** Names a dataset among those in memory; undefined where only its files tell which it is. */
function keyOf(spec: DatasetSpec): string | undefined {
  if (isFound(spec) && spec.content === undefined) return undefined;
  return JSON.stringify([datasetFacts(spec).identity, spec.kind === "procedural" ? "" : spec.folder]);
}

/** Keeps a dataset in memory; what was asked for last is last in the map. */
function remember(key: string, dataset: Promise<Dataset>): void {
  recent.delete(key);
  recent.set(key, dataset);
  for (const old of recent.keys()) {
    if (recent.size <= KEPT) break;
    recent.delete(old);
  }
}

/** The description if it is one, else an error that names each field that does not fit. */
function checked(fn: string, spec: unknown): DatasetSpec {
  const parsed = parseBy(datasetSchema(), spec);
  if ("problems" in parsed) throw new DatasetError(`${fn}: ${parsed.problems.join("; ")}`);
  return parsed.data;
}

/**
 * Loads the dataset that a description names. Asked for again, it may be the same object: it is not to be
 * written to.
 *
 * @throws DatasetError when the description does not fit, or its files cannot be used.
 */
export async function loadDataset(description: DatasetSpec): Promise<Dataset> {
  const spec = checked("loadDataset", description);
  const key = keyOf(spec);
  // A folder is looked at again, since images may have come or gone; its cache makes that cheap.
  if (key === undefined) return load(spec);
  const dataset = recent.get(key) ?? load(spec);
  remember(key, dataset);
  try {
    return await dataset;
  } catch (error) {
    // A failure is not remembered, so that a mended folder loads.
    if (recent.get(key) === dataset) recent.delete(key);
    throw error;
  }
}

/**
 * The description with all that decides the dataset in it. A folder of images, or of files in MNIST's format, is loaded
 * for that, and gets its classes and the hash of its content; another kind says everything itself and comes back as it is. A description with a
 * content means those images and no others: `loadDataset` rejects the folder once it holds something else.
 *
 * @throws DatasetError when the description does not fit, or its files cannot be used
 */
export async function describeDataset(description: DatasetSpec): Promise<DatasetSpec> {
  const spec = checked("describeDataset", description);
  if (!isFound(spec) || spec.content !== undefined) return spec;
  const dataset = await loadFound(spec);
  const described = { ...spec, classes: dataset.classes, content: dataset.content };
  remember(keyOf(described)!, Promise.resolve(dataset));
  return described;
}
