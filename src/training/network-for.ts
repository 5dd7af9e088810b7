/** What can be trained: a network, an architecture that becomes one, or the name of a published network. */
import { build } from "../architectures/build.js";
import { checkArchitecture } from "../architectures/families.js";
import type { AnyArchitecture, GivenArchitecture } from "../architectures/family.js";
import { say } from "../base/say.js";
import type { Network } from "../networks/network.js";
import { zoo } from "../architectures/zoo.js";

export type TrainableModel = Network | GivenArchitecture | string;

/** @throws RangeError naming the caller, for what is no model at all */
export function checkModel(caller: string, model: unknown): void {
  if (typeof model === "string") return;
  if (
    typeof model === "object" &&
    model !== null &&
    ("layers" in model || "stages" in model || "family" in model)
  )
    return;
  throw new RangeError(
    `${caller}: expected a network, an architecture or the name of a published network, got ${say(model)}`,
  );
}

/**
 * The network to train on a dataset, for images of its size. A published network gets the dataset's classes, and so does an
 * architecture that names no number of its own; a Network stays as it is.
 *
 * @param model a Network, an Architecture, or a name such as `"RegNetX-200MF"`
 * @param resolution height and width of the images, pixels. Default: the architecture's own
 * @param caller what an error of the architecture begins with
 * @throws RangeError for a name that the zoo does not have
 * @throws NetworkError for an architecture that no network can have
 */
export function networkFor(
  model: TrainableModel,
  classes: number,
  resolution?: number,
  caller = "train",
): Network {
  // An auxiliary head ends in a convolution over all of a map.
  const size = resolution === undefined ? {} : { resolution };
  if (typeof model === "string")
    return build({ ...zoo<AnyArchitecture>(model).architecture, classes, ...size });
  if (isNetwork(model)) return model;
  checkArchitecture(caller, model);
  return build({ ...model, classes: model.classes ?? classes, ...size });
}

/** A network, and no architecture: one of a family may have layers of its own kind. */
export const isNetwork = (model: Network | GivenArchitecture): model is Network =>
  "layers" in model && !("family" in model);
