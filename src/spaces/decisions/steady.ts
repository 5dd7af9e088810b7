/**
 * Whether a program makes the same architecture of the same answers: what is stored of a search are answers, and a program
 * that draws something itself would make others of them.
 */
import { checkArchitecture } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { storeArchitecture } from "../../architectures/stored.js";
import { seededAt } from "../../base/random.js";
import type { Space } from "../space.js";
import { drawOption } from "./draw-option.js";
import { namedProgram } from "./named-program.js";
import { Walker } from "./walker.js";

/** Ways that are made twice. */
const TRIED = 8;

const steady = new WeakSet<object>();

/**
 * Makes some ways of a space twice, once for each space.
 *
 * @throws RangeError for a program that makes something else the second time
 * @throws NetworkError for one of their architectures that no network can have
 */
export function requireSteady<A extends AnyArchitecture>(caller: string, space: Space<A>): void {
  if (steady.has(space)) return;
  const walker = new Walker(space.name, choose =>
    namedProgram(caller, space.name, () => space.decide!(choose)),
  );
  for (let place = 0; place < TRIED; place++) {
    const random = seededAt(0, place);
    const { architecture, code } = walker.walk(question => drawOption(question, random));
    const again = walker.walk((_, at) => code[at]).architecture;
    if (architecture === undefined && again === undefined) continue;
    if (architecture !== undefined) checkArchitecture(caller, architecture);
    if (textOf(architecture) === textOf(again)) continue;
    throw new RangeError(
      `${caller}: expected a space whose program makes the same architecture of the same choices, got ${space.name}, which made another of ${code.join()} the second time; draw by choose() alone`,
    );
  }
  steady.add(space);
}

const textOf = (architecture: AnyArchitecture | undefined): string | undefined =>
  architecture && JSON.stringify(storeArchitecture(architecture));
