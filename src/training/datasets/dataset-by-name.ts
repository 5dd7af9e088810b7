/**
 * Datasets as one word, for the command line and for cells: `procedural:32`, `cifar10:FOLDER`, `images:FOLDER:64`,
 * `fashion-mnist`.
 */
import { withoutMark } from "../../base/byte-order-mark.js";
import { say } from "../../base/say.js";
import { completes } from "../../notebook/completes.js";
import { DatasetError } from "./dataset-error.js";
import { type DatasetSpec, kinds } from "./kinds.js";

/**
 * The description that a text names: `procedural`, perhaps with a resolution (`procedural:16`); CIFAR with its
 * folder (`cifar10:FOLDER`); images with their folder and the resolution they are brought to (`images:FOLDER:64`), and
 * with the share that tests where the folder has no test images (`images:FOLDER:64:0.2`); files in MNIST's format with
 * their folder (`idx:FOLDER`), padded to 32 × 32 or the resolution that is said; `fashion-mnist`, which is those that
 * Debian's package `dataset-fashion-mnist` installs; or the description itself as JSON. `loadDataset` checks it.
 *
 * @throws DatasetError for a text of no such form
 * @example
 * ```ts
 * datasetByName("cifar10:data/cifar-10"); // => { kind: "cifar10", folder: "data/cifar-10" }
 * ```
 */
export function datasetByName(text: string): DatasetSpec {
  const fail = (got: string) => {
    const forms = kinds.map(({ form }) => form).join(", ");
    return new DatasetError(`dataset: expected ${forms} or a description as JSON, got ${got}`);
  };
  if (typeof text !== "string") throw fail(say(text));
  const json = withoutMark(text);
  if (json.trimStart().startsWith("{")) {
    try {
      return JSON.parse(json) as DatasetSpec;
    } catch (error) {
      throw fail(`JSON that does not parse (${(error as Error).message})`);
    }
  }
  const [, word, rest] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  const named = kinds.find(({ kind, words }) => kind === word || words?.includes(word));
  const spec = named?.parse(rest, word);
  if (!spec) throw fail(`"${text}"`);
  return spec;
}

/** How such texts begin: `procedural`, `images:`. */
export const datasetWords = (): string[] =>
  kinds.flatMap(({ form }) =>
    form.split(", ").map(each => each.replaceAll(/\[.*?\]/g, "").replace(/:[A-Z].*$/, ":")),
  );

completes(datasetByName, datasetWords);
