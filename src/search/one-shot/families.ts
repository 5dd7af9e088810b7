/** The families of architectures that have supernets. */
import { familyByName } from "../../architectures/families.js";
import type { AnyArchitecture, Family } from "../../architectures/family.js";
import { isObject, say } from "../../base/say.js";
import type { Space } from "../../spaces/space.js";
import { anyNetSupernets } from "./families/anynet.js";
import { cellsSupernets } from "./families/cells.js";
import { layersSupernets } from "./families/layers.js";
import { mobileSupernets } from "./families/mobile.js";
import { nasBench201Supernets } from "./families/nas-bench-201.js";
import { nasBenchMacroSupernets } from "./families/nas-bench-macro.js";
import type { SupernetFamily } from "./supernet-family.js";

/** netspace's own, each registered here by a line. */
const builtIn = [
  anyNetSupernets,
  cellsSupernets,
  layersSupernets,
  mobileSupernets,
  nasBench201Supernets,
  nasBenchMacroSupernets,
] as unknown as readonly SupernetFamily[];

const known = new Map<string, SupernetFamily>(builtIn.map(each => [each.family, each]));

/**
 * Makes the supernets of a family of one's own known, so that `supernet` makes them. Another of the same family takes its
 * place, as when a notebook's cell runs again; netspace's own stay.
 *
 * @returns what it was given
 * @throws RangeError for what makes no supernets, and for a family that has them already
 * @example
 * ```ts
 * import { registerSupernets, sharedNetwork, supernet, type SupernetFamily } from "netspace/search";
 *
 * // A family of one's own: one convolution, whose kernel is chosen.
 * interface Single extends AnyArchitecture {
 *   readonly family: Family<Single>;
 *   readonly kernel: number;
 * }
 * const single: Family<Single> = {
 *   name: "single",
 *   check: () => {},
 *   assemble(ops, image, { kernel, classes = 10 }) {
 *     ops.scope("body");
 *     const x = ops.conv("conv", image, 8, { kernel });
 *     ops.scope("head");
 *     return ops.linear("fc", ops.avgpool("pool", x), classes);
 *   },
 *   parameters: ({ kernel }) => ({ kernel }),
 *   title: ({ kernel }) => `single-${kernel}`,
 *   toJson: ({ kernel }) => ({ kernel }),
 *   fromJson: ({ kernel }) => ({ family: single, kernel: kernel as number }),
 * };
 * const kernels = [3, 5, 7];
 * registerSupernets<Single>({
 *   family: "single",
 *   fixed: () => ({}),
 *   design: ({ name, classes, resolution }) => ({
 *     ...sharedNetwork({ name, classes, resolution }, (ops, image) => {
 *       const operations = kernels.map(kernel => ({
 *         name: `${kernel}`,
 *         build: () => ops.conv("conv", image, 8, { kernel }),
 *       }));
 *       const x = ops.share("body", "kernel", [{ name: "kernel", at: "", operations }]);
 *       ops.scope("head");
 *       return ops.linear("fc", ops.avgpool("pool", x), classes);
 *     }),
 *     chosen: ({ kernel }) => [["kernel", `${kernel}`]],
 *     discretise: alpha => {
 *       const values = Array.from(alpha.get("kernel")!);
 *       return { family: single, kernel: kernels[values.indexOf(Math.max(...values))] };
 *     },
 *   }),
 * });
 * const space = new DecisionSpace(
 *   "singles",
 *   choose => ({ family: single, kernel: choose("kernel", kernels) }),
 *   { family: single },
 * );
 * const shared = supernet(space, { classes: 10, resolution: 32 });
 * Array.from(shared.mixture({ family: single, kernel: 5 }).get("kernel")!); // => [0, 1, 0]
 * ```
 */
export function registerSupernets<A extends AnyArchitecture>(own: SupernetFamily<A>): SupernetFamily<A> {
  const given = own as Partial<SupernetFamily<A>> | undefined;
  const isOne =
    isObject(given) &&
    typeof given.family === "string" &&
    typeof given.fixed === "function" &&
    typeof given.design === "function";
  if (!isOne) {
    throw new RangeError(`registerSupernets: expected { family, fixed, design }, got ${say(own)}`);
  }
  if (builtIn.some(({ family }) => family === own.family)) {
    throw new RangeError(
      `registerSupernets: family ${say(own.family)} has supernets of netspace's own; give yours a family of its own, or make the Supernet as a value`,
    );
  }
  known.set(own.family, own);
  return own;
}

/** The family of a space. @throws RangeError for what is no space */
export function familyOfSpace<A extends AnyArchitecture>(caller: string, space: Space<A>): Family<A> {
  if (isObject(space) && typeof space.name === "string" && typeof space.draw === "function") {
    return space.family ?? (familyByName(caller, "AnyNet") as unknown as Family<A>);
  }
  throw new RangeError(`${caller}: expected a space such as SmallCells or DARTSSpace, got ${say(space)}`);
}

/** @throws RangeError for a family without supernets, with those that have them */
export function supernetFamilyOf<A extends AnyArchitecture>(
  caller: string,
  space: Space<A>,
  { name }: Family<A>,
): SupernetFamily<A> {
  const family = known.get(name);
  if (family) return family as unknown as SupernetFamily<A>;
  throw new RangeError(
    `${caller}: expected a space of a family that has supernets, ${[...known.keys()].join(", ")}, got ${space.name} of family "${name}"; registerSupernets() makes those of a family of yours known, and a Supernet may be a value of your own`,
  );
}
