/**
 * A dataset as plain data (what a sweep stores, and what each of its worker processes loads), and what it says
 * before anything is loaded: the facts that sampling and the identity of trials need.
 */
import { once } from "../../base/once.js";
import { isObject, say } from "../../base/say.js";
import { zod } from "../../base/node/zod.js";
import { DatasetError } from "./dataset-error.js";
import type { DatasetFacts } from "./dataset-kind.js";
import { type DatasetSpec, kindOf, kinds } from "./kinds.js";

export type { DatasetFacts, DatasetSpec };

/** The schemas of all kinds, each of its own type. */
type Schemas<K extends readonly { readonly schema: () => unknown }[]> = {
  readonly [I in keyof K]: ReturnType<K[I]["schema"]>;
};

/** Checks a dataset's description; part of the schema of a sweep. */
export const datasetSchema = once(() =>
  zod().discriminatedUnion("kind", kinds.map(kind => kind.schema()) as unknown as Schemas<typeof kinds>),
);

/**
 * Identity, classes and resolution of the dataset that a (checked) description names, without loading it.
 *
 * @throws DatasetError for a folder of images whose contents the description does not say
 */
export function datasetFacts(spec: DatasetSpec): DatasetFacts {
  const kind = isObject(spec) ? kindOf(spec) : undefined;
  if (!kind) {
    throw new DatasetError(
      `datasetFacts: expected the description of a dataset, got ${say(spec)}; datasetByName makes one`,
    );
  }
  const facts = kind.facts(spec);
  if (facts) return facts;
  const { folder } = spec as { readonly folder?: unknown };
  throw new DatasetError(
    `datasetFacts: expected the classes and content of the images in ${String(folder)}, got a description without; await describeDataset() puts them in`,
  );
}
