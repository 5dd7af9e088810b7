/** What a convention must be: each of its parts is one of a few. */
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shape.js";
import type { CellConvention } from "./conventions.js";

/** What each part of a convention may be. */
const parts: { readonly [K in Exclude<keyof CellConvention, "name">]-?: readonly CellConvention[K][] } = {
  first: ["current", "previous"],
  current: ["always", "if different", "twice"],
  previous: ["always", "if different"],
  firstPrevious: ["raw", "projected"],
  identity: ["convolution", "factorised"],
  reductionRelu: [true, false],
  bottleneck: [true, false],
  padding: [undefined, "same"],
  looseInputs: [true, false],
  largerOutput: ["reduced", "rejected"],
  otherOutput: ["kept", "projected"],
  reductions: ["extra", "in place"],
  headRelu: [true, false],
  headBias: [true, false],
  dropPath: ["rising", "even"],
  dropsReducedIdentity: [true, false],
  auxiliaryAt: ["before", "at", "behind"],
};

let lastConvention: object = {};

/** @throws NetworkError naming the part that is none */
export function checkConvention(caller: string, convention: CellConvention): void {
  if (convention === lastConvention) return;
  if (!isObject(convention) || typeof convention.name !== "string") {
    throw new NetworkError(
      `${caller}: convention must be one such as cellConventions.NASNet, got ${say(convention)}`,
    );
  }
  for (const [part, values] of Object.entries(parts)) {
    const value = convention[part as keyof typeof parts];
    if ((values as readonly unknown[]).includes(value)) continue;
    throw new NetworkError(
      `${caller}: ${part} of convention "${convention.name}" must be ${values.map(say).join(" or ")}, got ${say(value)}`,
    );
  }
  const unknown = Object.keys(convention).find(part => part !== "name" && !Object.hasOwn(parts, part));
  if (unknown !== undefined) {
    throw new NetworkError(
      `${caller}: convention "${convention.name}" has no part ${say(unknown)}; its parts are ${Object.keys(parts).join(", ")}`,
    );
  }
  if (Object.isFrozen(convention)) lastConvention = convention;
}
