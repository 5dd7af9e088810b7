/** The families of architectures that are known by name, and the one that an architecture is of. */
import { isObject, say } from "../base/say.js";
import { NetworkError } from "../networks/shapes.js";
import { noArchitecture, requireCount } from "./anynet/check-architecture.js";
import { anyNetFamily } from "./anynet/family.js";
import { cellFamily } from "./cells/family.js";
import type { AnyArchitecture, Family } from "./family.js";
import { layersFamily } from "./layers/family.js";
import { mobileFamily } from "./mobile/family.js";
import { nasBench201Family } from "./nas-bench-201/family.js";
import { nasBenchMacroFamily } from "./nas-bench-macro/family.js";

/** netspace's own. A family of its own folder is registered here, by a line. */
const builtIn: readonly Family[] = [
  anyNetFamily,
  cellFamily,
  nasBench201Family,
  nasBenchMacroFamily,
  mobileFamily,
  layersFamily,
];

const registered = new Map<string, Family>(builtIn.map(family => [family.name, family]));

/**
 * Makes a family of one's own known by its name, so that architectures of it come back from stores and files. Another
 * of the same name takes its place, as when a notebook's cell runs again; a built-in family's name stays its own.
 *
 * @returns the family
 * @throws RangeError for what is no family, and for a built-in family's name
 * @example
 * ```ts
 * interface Chain extends AnyArchitecture {
 *   readonly family: Family<Chain>;
 *   readonly widths: readonly number[];
 * }
 * const chains: Family<Chain> = registerFamily({
 *   name: "chain",
 *   check(caller, { widths }) {
 *     if (!widths.every(width => width > 0)) throw new NetworkError(`${caller}: widths must be positive`);
 *   },
 *   assemble(ops, image, { widths, classes = 1000 }) {
 *     let x = image;
 *     for (const [i, width] of widths.entries()) {
 *       ops.scope(`link${i + 1}`);
 *       x = ops.activation("act", ops.conv("conv", x, width, { kernel: 3, stride: 2, bias: true }), "relu");
 *     }
 *     ops.scope("head");
 *     return ops.linear("fc", ops.avgpool("pool", x), classes);
 *   },
 *   parameters: ({ widths }) => ({ depth: widths.length }),
 *   title: ({ widths }) => `chain-${widths.join("-")}`,
 *   toJson: ({ widths }) => ({ widths }),
 *   fromJson: ({ widths }) => ({ family: chains, widths: widths as number[] }),
 * });
 * complexity(build({ family: chains, widths: [8, 16] })).params; // => 18392
 * ```
 */
export function registerFamily<A extends AnyArchitecture>(family: Family<A>): Family<A> {
  requireFamily("registerFamily", family, RangeError);
  registered.set(family.name, family);
  return family;
}

/** Names of the families that are known, the built-in ones first. */
export const familyNames = (): string[] => [...registered.keys()];

/** @throws RangeError for a name that no family has, with those that are known */
export function familyByName(caller: string, name: unknown): Family {
  const family = typeof name === "string" ? registered.get(name) : undefined;
  if (family) return family;
  throw new RangeError(
    `${caller}: unknown family ${say(name)}; known are ${familyNames().join(", ")}. registerFamily() makes one of yours known`,
  );
}

/**
 * The architecture that a text names in one of the families that are known, such as a cell's string.
 *
 * @throws NetworkError for a text that is meant for one of them and names nothing
 */
export function namedArchitecture(caller: string, text: string): AnyArchitecture | undefined {
  for (const family of registered.values()) {
    const architecture = family.named?.(caller, text);
    if (architecture) return architecture;
  }
  return undefined;
}

/** Whether a name is that of one of netspace's own families. */
export const isBuiltInName = (name: string): boolean => builtIn.some(family => family.name === name);

/** Whether a family is one of netspace's own. */
export const isBuiltInFamily = (family: Family): boolean =>
  family === anyNetFamily || builtIn.includes(family);

/** The family that was looked at last: a sample's candidates share theirs. None yet is no family. */
let lastChecked: object = {};

const methods = ["check", "assemble", "parameters", "title", "toJson", "fromJson"] as const;

/** @throws NetworkError, by default, for what is no family, or is another under a built-in's name */
export function requireFamily(
  caller: string,
  family: Family,
  Kind: new (message: string) => RangeError = NetworkError,
): void {
  if (family === lastChecked) return;
  const given = family as Partial<Family> | null;
  const missing = isObject(given) ? methods.find(method => typeof given[method] !== "function") : undefined;
  if (!isObject(given) || typeof given.name !== "string" || given.name === "" || missing !== undefined) {
    const got = missing === undefined ? say(family) : `one without ${missing}`;
    const stored =
      typeof given === "string" ? "; reviveArchitecture() brings a stored architecture back" : "";
    throw new Kind(`${caller}: a family must be { name, ${methods.join(", ")} }, got ${got}${stored}`);
  }
  if (
    registered.has(family.name) &&
    !isBuiltInFamily(family) &&
    isBuiltInFamily(registered.get(family.name)!)
  ) {
    throw new Kind(
      `${caller}: family "${family.name}" has the name of a built-in family and is another; give yours a name of its own`,
    );
  }
  lastChecked = family;
}

/** The family of an architecture: AnyNet where it names none. */
export const familyOf = (architecture: AnyArchitecture): Family => architecture.family ?? anyNetFamily;

/** @throws NetworkError naming the first part of an architecture that no network can have */
export function checkArchitecture(caller: string, architecture: AnyArchitecture): void {
  if (!isObject(architecture)) throw noArchitecture(caller, architecture);
  const { family, classes, resolution } = architecture;
  if (family === undefined) return anyNetFamily.check(caller, architecture as never);
  requireFamily(caller, family);
  if (classes !== undefined) requireCount(caller, "classes", classes);
  if (resolution !== undefined) requireCount(caller, "resolution", resolution);
  family.check(caller, architecture);
}

/** A copy of a space's sketch that stays as it is. */
export function copyArchitecture<A extends AnyArchitecture>(sketch: A): A {
  const family = familyOf(sketch) as Family<A>;
  if (family.copy) return family.copy(sketch);
  const json = JSON.parse(JSON.stringify(family.toJson(sketch))) as Readonly<Record<string, unknown>>;
  return { ...commonParts(sketch), ...family.fromJson(json), family };
}

/** What is not its family's alone. */
export const commonParts = ({
  name,
  classes,
  resolution,
}: Omit<AnyArchitecture, "family">): Omit<AnyArchitecture, "family"> => ({
  ...(name !== undefined && { name }),
  ...(classes !== undefined && { classes }),
  ...(resolution !== undefined && { resolution }),
});
