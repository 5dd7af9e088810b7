/** What may be proposed of a space: its own condition on cost, and windows, asked of one architecture at a time. */
import { countChecked } from "../architectures/count-architecture.js";
import { USUAL_RESOLUTION } from "../architectures/build.js";
import type { AnyArchitecture } from "../architectures/family.js";
import { type Constraints, checkedWindows, measured, sketchDepth } from "./sample.js";
import { decided, type Space } from "./space.js";

export interface Admission<A extends AnyArchitecture> {
  /** Nothing is refused: there is no condition. */
  readonly everything: boolean;
  admits(architecture: A): boolean;
  /** Which windows refused how many, for an error; empty where there are none. */
  refusals(): string;
}

/** @throws RangeError for windows that are none, naming the caller */
export function admission<A extends AnyArchitecture>(
  caller: string,
  space: Space<A>,
  where: Constraints<A> = {},
  resolution?: number,
): Admission<A> {
  const windows = checkedWindows(where, caller);
  const { accept } = where;
  // What cannot be built has no cost, and a depth all the same.
  const ofShape = windows.filter(({ key }) => key === "depth");
  const ofCost = windows.filter(({ key }) => key !== "depth");
  return {
    everything: windows.length === 0 && !accept && !space.accepts,
    admits(architecture) {
      if (windows.length === 0 && !accept && !space.accepts) return true;
      const size = resolution ?? architecture.resolution ?? USUAL_RESOLUTION;
      if (!ofShape.every(window => window.holds(sketchDepth(architecture)))) return false;
      const cost = countChecked(architecture, size);
      if (!ofCost.every(window => window.holds(measured(window.key, architecture, size, cost)))) return false;
      const candidate = { architecture, ...cost };
      if (space.accepts && !decided("the space's condition", space.accepts(candidate))) return false;
      return !accept || decided("accept()", accept(candidate));
    },
    refusals: () => (windows.length > 0 ? `: ${windows.map(String).join("; ")}` : ""),
  };
}
