/**
 * Datasets as one word, for the command line and for cells: `procedural:32`, `cifar10:FOLDER`, `images:FOLDER:64`,
 * `fashion-mnist`.
 */
import { withoutMark } from "../../base/byte-order-mark.js";
import { say } from "../../base/say.js";
import { DatasetError } from "./dataset-error.js";
import type { DatasetSpec } from "./dataset-facts.js";
import { FASHION_MNIST_FOLDER } from "./idx/fashion-mnist.js";

/** The procedural set when only its resolution is said: enough images for a tiny network, drawn in a second. */
const PROCEDURAL = { train: 5000, test: 2000, seed: 1 } as const;
const USUAL_RESOLUTION = 32;

/** How each kind is written. */
const FORMS: { readonly [K in DatasetSpec["kind"]]: string } = {
  procedural: "procedural[:RESOLUTION]",
  images: "images:FOLDER:RESOLUTION[:TEST-SHARE]",
  idx: "idx:FOLDER[:RESOLUTION], fashion-mnist[:RESOLUTION]",
  cifar10: "cifar10:FOLDER",
  cifar100: "cifar100:FOLDER",
};

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
    const forms = Object.values(FORMS).join(", ");
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
  const [, kind, rest] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  if (kind === "procedural") {
    const resolution = rest === "" ? USUAL_RESOLUTION : Number(rest);
    if (!Number.isInteger(resolution)) throw fail(`"${text}"`);
    return { kind, resolution, ...PROCEDURAL };
  }
  if (kind === "images") {
    // The last colons, since a folder's name may have some.
    const [, folder, resolution, share] = /^(.+?):(\d+)(?::(\d*\.\d+))?$/s.exec(rest) ?? [];
    if (folder === undefined) throw fail(`"${text}"`);
    const images = { kind, folder, resolution: Number(resolution) } as const;
    return share === undefined ? images : { ...images, testShare: Number(share) };
  }
  if (kind === "idx" || kind === "fashion-mnist") {
    const [, place, size] = (kind === "idx" ? /^(.+?)(?::(\d+))?$/s : /^()(\d+)?$/).exec(rest) ?? [];
    if (place === undefined) throw fail(`"${text}"`);
    const resolution = size === undefined ? USUAL_RESOLUTION : Number(size);
    return { kind: "idx", folder: place || FASHION_MNIST_FOLDER, resolution };
  }
  if (!Object.hasOwn(FORMS, kind) || !rest) throw fail(`"${text}"`);
  return { kind, folder: rest } as DatasetSpec;
}
