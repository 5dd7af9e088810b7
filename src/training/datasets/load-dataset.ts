/**
 * Loads a dataset from its description, and keeps the last ones in memory.
 */
import { parseBy } from "../../base/schema-problems.js";
import { completes } from "../../notebook/completes.js";
import type { Dataset } from "../dataset.js";
import { datasetByName, datasetWords } from "./dataset-by-name.js";
import { DatasetError } from "./dataset-error.js";
import { datasetFacts, datasetSchema } from "./dataset-facts.js";
import { type DatasetSpec, kindOf } from "./kinds.js";

/**
 * The datasets asked for last, by identity and folder. Drawing 7,000 images takes about a second, so a worker
 * that trains many networks, or a cell run again, should not pay it twice; two are kept, so that comparing two
 * does not either. Nothing is written to disk: drawing once a process is cheaper than keeping files right.
 */
const recent = new Map<string, Promise<Dataset>>();
const KEPT = 2;

/** A description that needs its files to say what they hold. */
type FoundSpec = Extract<DatasetSpec, { readonly content?: string | undefined }>;
const isFound = (spec: DatasetSpec): spec is FoundSpec => kindOf(spec)!.found !== undefined;

async function load(spec: DatasetSpec): Promise<Dataset> {
  return isFound(spec) ? loadFound(spec) : kindOf(spec)!.load(spec);
}

async function loadFound(spec: FoundSpec): Promise<Dataset & { readonly content: string }> {
  const { folder, content } = spec;
  const kind = kindOf(spec)!;
  const dataset = (await kind.load(spec)) as Dataset & { readonly content: string };
  if (content === undefined || content === dataset.content) return dataset;
  throw new DatasetError(
    `loadDataset: expected the images of ${folder} to have the content ${content}, got ${dataset.content}: ${kind.found!.changed}; put them back, or describe the dataset anew without classes and content`,
  );
}

/** Names a dataset among those in memory; undefined where only its files tell which it is. */
function keyOf(spec: DatasetSpec): string | undefined {
  if (isFound(spec) && spec.content === undefined) return undefined;
  return JSON.stringify([datasetFacts(spec).identity, "folder" in spec ? spec.folder : ""]);
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
 * Loads the dataset that a description names, or a text for `datasetByName`. Asked for again, it may be the same object:
 * it is not to be written to.
 *
 * @throws DatasetError when the description does not fit, or its files cannot be used.
 * @example
 * ```ts
 * (await loadDataset("procedural:16")).classes; // => 10
 * ```
 */
export async function loadDataset(description: DatasetSpec | string): Promise<Dataset> {
  const given = typeof description === "string" ? datasetByName(description) : description;
  const spec = checked("loadDataset", given);
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

completes(loadDataset, datasetWords);

/**
 * The description with all that decides the dataset in it. A folder of images, or of files in MNIST's format, is loaded
 * for that, and gets its classes and the hash of its content; another kind says everything itself and comes back as it is. A description with a
 * content means those images and no others: `loadDataset` rejects the folder once it holds something else.
 *
 * @throws DatasetError when the description does not fit, or its files cannot be used
 * @example
 * ```ts
 * await describeDataset(datasetByName("procedural:16")); // => { kind: "procedural", resolution: 16, train: 5000, test: 2000, seed: 1 }
 * ```
 */
export async function describeDataset(description: DatasetSpec): Promise<DatasetSpec> {
  const spec = checked("describeDataset", description);
  if (!isFound(spec) || spec.content !== undefined) return spec;
  const dataset = await loadFound(spec);
  const described = { ...spec, classes: dataset.classes, content: dataset.content };
  remember(keyOf(described)!, Promise.resolve(dataset));
  return described;
}
