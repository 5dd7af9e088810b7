/** What a mobile stack's numbers must be, checked where one comes in; the walk over its operators checks nothing. */
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { isObject, sayData } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { MOST_BLOCKS } from "../anynet/check-architecture.js";
import type { MobileBlock, MobileScaling, MobileSkip, MobileStack } from "./mobile-stack.js";
import { operations } from "./operations.js";
import { scaledDepth, scaledWidth } from "./rounding.js";

const skips: readonly MobileSkip[] = ["identity", "pool", "none"];

/** The parts that a stack may have. */
export const stackKeys: OptionNames<Omit<MobileStack, "family">> = {
  name: true,
  classes: true,
  resolution: true,
  stem: true,
  blocks: true,
  head: true,
  activation: true,
  scaling: true,
};
const blockKeys: OptionNames<MobileBlock> = {
  operation: true,
  repeats: true,
  width: true,
  kernel: true,
  stride: true,
  expansion: true,
  squeezeExcite: true,
  skip: true,
};
const stemKeys: OptionNames<MobileStack["stem"]> = { width: true, kernel: true, stride: true };
const headKeys: OptionNames<NonNullable<MobileStack["head"]>> = { width: true, fixed: true };
const scalingKeys: OptionNames<MobileScaling> = { width: true, depth: true, divisor: true };

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isKernel = (value: unknown): boolean => isCount(value) && value % 2 === 1;
const isMultiplier = (value: unknown): boolean => typeof value === "number" && value > 0 && value < Infinity;

/** @throws NetworkError naming the first part, and the block, that no network can have */
export function checkMobile(caller: string, stack: MobileStack): void {
  const problem = (what: string, expected: string, got: unknown): NetworkError =>
    new NetworkError(`${caller}: ${what} must be ${expected}, got ${sayData(got)}`);
  const { stem, blocks, head, activation, scaling } = stack;
  const part = (what: string, given: unknown, keys: object): void => {
    if (!isObject(given) || Array.isArray(given)) {
      throw problem(what, `{ ${Object.keys(keys).join(", ")} }`, given);
    }
    refuseUnknown(`${caller}: ${what}`, given, keys, NetworkError);
  };
  part("stem", stem, stemKeys);
  if (scaling !== undefined) {
    part("scaling", scaling, scalingKeys);
    for (const name of ["width", "depth"] as const) {
      const multiplier = scaling[name];
      if (multiplier !== undefined && !isMultiplier(multiplier)) {
        throw problem(`scaling.${name}`, "a number above 0", multiplier);
      }
    }
    const divisor: unknown = scaling.divisor;
    if (divisor !== undefined && !isCount(divisor)) {
      throw problem("scaling.divisor", "a positive integer", divisor);
    }
  }
  const width = (what: string, given: unknown): void => {
    if (!isCount(given)) throw problem(what, "a positive integer", given);
    if (Number.isSafeInteger(scaledWidth(given, scaling?.width, scaling?.divisor))) return;
    throw problem(what, `a width that scaling.width = ${scaling?.width} leaves below 2⁵³`, given);
  };
  width("stem.width", stem.width);
  if (stem.kernel !== undefined && !isKernel(stem.kernel)) {
    throw problem("stem.kernel", "a positive odd integer", stem.kernel);
  }
  if (stem.stride !== undefined && !isCount(stem.stride)) {
    throw problem("stem.stride", "a positive integer", stem.stride);
  }
  if (head !== undefined) {
    part("head", head, headKeys);
    width("head.width", head.width);
    const fixed: unknown = head.fixed;
    if (fixed !== undefined && fixed !== true) throw problem("head.fixed", "true, or left out", fixed);
  }
  if (activation !== undefined && activation !== "relu" && activation !== "silu") {
    throw problem("activation", '"relu" or "silu"', activation);
  }
  if (!Array.isArray(blocks)) throw problem("blocks", "an array of blocks", blocks);
  let layers = 0;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as unknown as MobileBlock;
    const at = `block ${i + 1}`;
    part(at, block, blockKeys);
    operations.check(caller, at, block.operation);
    width(`${at}: width`, block.width);
    if (!(Number.isSafeInteger(block.repeats) && block.repeats >= 0)) {
      throw problem(`${at}: repeats`, "an integer of 0 or more", block.repeats);
    }
    if (!isKernel(block.kernel)) throw problem(`${at}: kernel`, "a positive odd integer", block.kernel);
    if (!isCount(block.stride)) throw problem(`${at}: stride`, "a positive integer", block.stride);
    if (block.expansion !== undefined && !isMultiplier(block.expansion)) {
      throw problem(`${at}: expansion`, "a number above 0", block.expansion);
    }
    const { squeezeExcite: ratio, skip } = block;
    if (ratio !== undefined && !(typeof ratio === "number" && ratio >= 0 && ratio <= 1)) {
      throw problem(`${at}: squeezeExcite`, "a share of the input's channels in [0, 1]", ratio);
    }
    if (skip !== undefined && !skips.includes(skip)) {
      throw problem(`${at}: skip`, skips.map(one => `"${one}"`).join(", "), skip);
    }
    layers += scaledDepth(block.repeats, scaling?.depth);
  }
  if (layers <= MOST_BLOCKS) return;
  throw problem("the blocks' repeats together", `at most ${MOST_BLOCKS} layers`, layers);
}
