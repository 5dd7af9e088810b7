/** A dataset as people ask for one: loaded, described or named. */
import { isObject, say } from "../../base/say.js";
import type { Dataset } from "../dataset.js";
import type { DatasetSpec } from "./kinds.js";
import { loadDataset } from "./load-dataset.js";

/**
 * @throws RangeError naming the caller, for what is none
 * @throws DatasetError when a description does not fit, or its files cannot be used
 */
export function askedDataset(
  caller: string,
  asked: Dataset | DatasetSpec | string,
): Dataset | Promise<Dataset> {
  if (typeof asked === "string") return loadDataset(asked);
  if (!isObject(asked)) {
    throw new RangeError(
      `${caller}: dataset must be a data set, its description or its name, got ${say(asked)}`,
    );
  }
  return "kind" in asked ? loadDataset(asked) : asked;
}
