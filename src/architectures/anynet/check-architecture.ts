/** What an AnyNet's numbers must be, checked where one comes in; the walk over its operators checks nothing. */
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import type { Architecture } from "./architecture.js";
import type { Block } from "./block.js";
import { blocks } from "./blocks/index.js";
import { NetworkError } from "../../networks/shapes.js";

const stems: readonly string[] = ["simple", "cifar", "resnet", "resnet-rs"];
const activations: readonly string[] = ["relu", "silu"];

/** Blocks that an architecture has at most: with more, its network does not fit into memory as data. */
export const MOST_BLOCKS = 100_000;

/** @throws NetworkError naming the first part that no network can have */
export function checkAnyNet(caller: string, architecture: Architecture): void {
  if (!isObject(architecture) || !Array.isArray(architecture.stages))
    throw noArchitecture(caller, architecture);
  const { stem, block, stages, headWidth, activation, classes, resolution } = architecture;
  checkBlock(caller, block);
  if (!isObject(stem))
    throw new NetworkError(
      `${caller}: stem must be { kind, width }, got ${say(stem)}; simpleStem is the paper's`,
    );
  requireOneOf(caller, "stem.kind", stem.kind, stems);
  requireCount(caller, "stem.width", stem.width);
  if (activation !== undefined) requireOneOf(caller, "activation", activation, activations);
  if (headWidth) requireCount(caller, "headWidth", headWidth);
  if (classes !== undefined) requireCount(caller, "classes", classes);
  if (resolution !== undefined) requireCount(caller, "resolution", resolution);
  let blocksInAll = 0;
  for (let i = 0; i < stages.length; i++) {
    if (!isObject(stages[i])) throw oddStage(caller, i, stages[i]);
    const { depth, width, bottleneck, groupWidth, stride, kernel } = stages[i];
    const counts = isCount(depth) && isCount(width) && isCount(groupWidth) && isCount(stride);
    const ratio = typeof bottleneck === "number" && bottleneck > 0 && bottleneck < Infinity;
    if (!counts || !ratio || !(kernel === undefined || isKernel(kernel)))
      throw oddStage(caller, i, stages[i]);
    blocksInAll += depth;
  }
  if (blocksInAll > MOST_BLOCKS) {
    throw new NetworkError(
      `${caller}: the stages' depths must add up to at most ${MOST_BLOCKS} blocks, got ${blocksInAll}; make it shallower`,
    );
  }
}

/** The blocks that were looked at last: a sample's candidates share theirs. None yet is no block. */
let lastChecked: object = {};
let lastAsked: object = {};
let lastBuiltIn = false;

/**
 * Checks that a block is one, and, where it has a built-in's name, that it is the built-in: stores, specs and zoo know
 * a block by its name alone, and would bring back another.
 */
export function checkBlock(caller: string, block: Block): void {
  if (block === lastChecked) return;
  if (!isObject(block) || typeof block.name !== "string" || typeof block.build !== "function") {
    const named = typeof block === "string" && Object.hasOwn(blocks, block);
    const remedy = named
      ? `give the block itself, ${String(block)}, not its name`
      : "give X, Y or another block, or your own";
    throw new NetworkError(`${caller}: block must be { name, build }, got ${say(block)}; ${remedy}`);
  }
  if (Object.hasOwn(blocks, block.name) && !isBuiltIn(block)) {
    throw new NetworkError(
      `${caller}: block "${block.name}" has the name of a built-in block and is another; give yours a name of its own`,
    );
  }
  lastChecked = block;
}

/** Whether a block is one of netspace's own. */
export function isBuiltIn(block: Block): boolean {
  if (block !== lastAsked) {
    lastAsked = block;
    lastBuiltIn = Object.hasOwn(blocks, block.name) && blocks[block.name] === block;
  }
  return lastBuiltIn;
}

/** @throws NetworkError if `value` is no positive integer */
export function requireCount(caller: string, name: string, value: number): void {
  if (isCount(value)) return;
  throw new NetworkError(
    `${caller}: ${name} must be a positive integer, got ${typeof value === "number" ? value : say(value)}; give it another`,
  );
}

/** The padding (kernel − 1) / 2 exists for odd kernels only. */
const isKernel = (value: number): boolean => isCount(value) && value % 2 === 1;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

function requireOneOf(caller: string, name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new NetworkError(`${caller}: unknown ${name} ${say(value)}; known are ${known.join(", ")}`);
}

function oddStage(caller: string, i: number, got: unknown): NetworkError {
  // JSON has no NaN, no Infinity and no big integers.
  const text = isObject(got)
    ? JSON.stringify(got, (_, v: unknown) =>
        typeof v === "bigint" || (typeof v === "number" && !Number.isFinite(v)) ? String(v) : v,
      )
    : say(got);
  return new NetworkError(
    `${caller}: stage ${i + 1} must have positive integers as depth, width, groupWidth, stride and (odd) kernel and a bottleneck above 0, got ${text}; correct that stage`,
  );
}

/** What is no architecture at all. */
export function noArchitecture(caller: string, got: unknown): NetworkError {
  const remedy =
    typeof got === "string"
      ? `zoo(${say(got)}).architecture is a published one`
      : "anyNet, regNet, zoo and sample make one";
  return new NetworkError(
    `${caller}: expected an architecture, { stem, block, stages }, got ${say(got)}; ${remedy}`,
  );
}

/** What spaces may have in common, by `with`. */
const shared: OptionNames<Omit<Architecture, "stages" | "family">> = {
  name: true,
  block: true,
  stem: true,
  activation: true,
  headWidth: true,
  classes: true,
  resolution: true,
  parameters: true,
};

/** Checks what `anyNet` and `regNet` make an architecture of; one that has more may be written out as it is. */
export function checkParts(caller: string, parts: Partial<Architecture>): void {
  refuseUnknown<Partial<Omit<Architecture, "family">>>(
    caller,
    parts,
    { ...shared, stages: true },
    NetworkError,
  );
}

/** Checks what a space is asked to have in common: the fixed parts of an architecture, and no others. */
export function checkBase(caller: string, base: Partial<Architecture>): void {
  if (!isObject(base) || Array.isArray(base)) {
    throw new NetworkError(`${caller}: expected fixed parts such as { block: Y }, got ${say(base)}`);
  }
  if ("stages" in base) {
    throw new NetworkError(
      `${caller}: a space draws its stages, and must be given none; withStages gives it another number`,
    );
  }
  refuseUnknown<Partial<Omit<Architecture, "stages" | "family">>>(caller, base, shared, NetworkError);
}
