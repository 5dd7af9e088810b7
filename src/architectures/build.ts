/** An architecture of whatever family as a network, and as a name. */
import { isObject, say } from "../base/say.js";
import { graph } from "../networks/assembly/graph.js";
import type { Network } from "../networks/network.js";
import type { Feature } from "../networks/assembly/operators.js";
import { inferShapes, NetworkError } from "../networks/shapes.js";
import { checkArchitecture, familyOf } from "./families.js";
import type { AnyArchitecture, GivenArchitecture } from "./family.js";

/** Height and width of an image where nothing says otherwise, pixels. */
export const USUAL_RESOLUTION = 224;

/**
 * The architecture's network as data: every operator, with layers named as its family names them, an AnyNet's
 * `s<stage>.b<block>.<operator>`.
 *
 * @throws NetworkError naming the block and the layer that cannot be built, such as groups that do not divide its
 *   width, a sum of two shapes, or a block that calls an operator there is not
 * @example
 * ```ts
 * const network = build(zoo("RegNetX-200MF").architecture);
 * network.layers[0].name; // => "stem.conv"
 * ```
 */
export function build(architecture: GivenArchitecture): Network {
  checkArchitecture("build", architecture);
  return buildAt(architecture, architecture.resolution ?? USUAL_RESOLUTION);
}

/** `build` for an architecture that was checked, with its shapes checked for images of this height and width. */
export function buildAt(architecture: AnyArchitecture, resolution: number): Network {
  const { name, classes = 1000 } = architecture;
  const recorder = graph();
  try {
    const logits = familyOf(architecture).assemble(recorder, recorder.image(3, resolution), architecture);
    requireFeature(architecture, logits);
    const { layers } = recorder;
    if (logits.name !== layers.at(-1)?.name) {
      throw new NetworkError(
        `the last operator must be the one that assemble() returns, ${say(logits.name)}, got ${say(layers.at(-1)?.name)}`,
      );
    }
  } catch (error) {
    const place = recorder.place();
    const maker = makerOf(architecture, place);
    const [at, by] = [place && `${place}: `, maker && ` (${maker})`];
    if (error instanceof NetworkError) throw new NetworkError(`${at}${error.message}${by}`, { cause: error });
    // Code that fails by itself is not helped by a list of operators.
    const known =
      error instanceof TypeError
        ? `; the operators are ${recorder.operators.join(", ")}, and convNorm and squeezeExcite of netspace`
        : "";
    throw new NetworkError(`${at}${String(error)}${by}${known}`, { cause: error });
  }
  const network: Network = {
    name: name ?? describe(architecture),
    inputChannels: 3,
    classes,
    layers: recorder.layers,
    ...recorder.besides(),
  };
  try {
    inferShapes(network, resolution);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const maker = makerOf(architecture, /layer "(.*)\.[^.]*"/.exec(error.message)?.[1] ?? "");
    throw maker ? new NetworkError(`${maker}, ${error.message}`, { cause: error }) : error;
  }
  return network;
}

/** What errors name besides the layer: the block or the family whose code asked for it; empty where it is netspace's. */
export function makerOf(architecture: AnyArchitecture, place?: string): string {
  const family = familyOf(architecture);
  if (family.maker) return family.maker(architecture, place) ?? "";
  return `family "${family.name}"`;
}

/** @throws NetworkError if a family's `assemble` gave no feature map */
export function requireFeature(architecture: AnyArchitecture, logits: unknown): asserts logits is Feature {
  if (isObject(logits) && (logits as Partial<Feature>).channels !== undefined) return;
  // A promise's own failure, if it has one, is heard by nobody, and would end the process.
  if (logits instanceof Promise) logits.catch(() => undefined);
  const what = logits === undefined ? "nothing" : logits instanceof Promise ? "a promise" : say(logits);
  const remedy =
    logits instanceof Promise ? "make it no async function" : "return the last operator's output";
  throw new NetworkError(`assemble() of family "${familyOf(architecture).name}" gave ${what}; ${remedy}`);
}

/**
 * A short name that tells an architecture from others: `X-d1,2,2,4-w48,80,352,560-b1-g8`.
 *
 * @throws NetworkError for an architecture that no network can have
 * @example
 * ```ts
 * describe(zoo("RegNetX-200MF").architecture); // => "X-d1,1,4,7-w24,56,152,368-b1-g8"
 * ```
 */
export function describe(architecture: GivenArchitecture): string {
  checkArchitecture("describe", architecture);
  const family = familyOf(architecture);
  const title: unknown = family.title(architecture);
  if (typeof title === "string") return title;
  throw new NetworkError(`describe: title() of family "${family.name}" must give a text, got ${say(title)}`);
}
