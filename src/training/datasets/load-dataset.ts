/**
 * Loads a dataset from its description, and keeps the last ones in memory.
 */
import type { Dataset } from "../dataset.js";
import { loadCifar10, loadCifar100 } from "./cifar.js";
import { DatasetError } from "./dataset-error.js";
import { proceduralDataset } from "./procedural.js";
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
  return spec.kind === "cifar10" ? loadCifar10(spec.folder) : loadCifar100(spec.folder);
}

/** The description if it is one, else an error that names each field that does not fit. */
function checked(spec: unknown): DatasetSpec {
  const parsed = datasetSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const kind: unknown = typeof spec === "object" && spec !== null && "kind" in spec ? spec.kind : undefined;
  const kinds = datasetSchema.options.map(option => option.shape.kind.value);
  const problem = kinds.some(known => known === kind)
    ? parsed.error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; ")
    : `kind must be one of ${kinds.join(", ")}, got ${JSON.stringify(kind) ?? "none"}`;
  throw new DatasetError(`loadDataset: ${problem}`, { cause: parsed.error });
}

/**
 * Loads the dataset that a description names. Asked for again, it may be the same object: it is not to be
 * written to.
 *
 * @throws DatasetError when the description does not fit, or its files cannot be used.
 */
export async function loadDataset(description: DatasetSpec): Promise<Dataset> {
  const spec = checked(description);
  const key = JSON.stringify([datasetFacts(spec).identity, spec.kind === "procedural" ? "" : spec.folder]);
  const dataset = recent.get(key) ?? load(spec);
  // Last asked for is last in the map.
  recent.delete(key);
  recent.set(key, dataset);
  for (const old of recent.keys()) {
    if (recent.size <= KEPT) break;
    recent.delete(old);
  }
  try {
    return await dataset;
  } catch (error) {
    // A failure is not remembered, so that a mended folder loads.
    if (recent.get(key) === dataset) recent.delete(key);
    throw error;
  }
}
