/** What a layer stack's numbers must be, checked where one comes in; the walk over its operators checks nothing. */
import { type OptionNames, refuseUnknown } from "../../base/expect-options.js";
import { isObject, sayData } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import type { Joins, LayerStack, StackLayer } from "./layer-stack.js";
import { keepsChannels, operations } from "./operations.js";

/** Layers that a stack has at most: each may read all those before it. */
export const MOST_LAYERS = 1000;

const joinKinds: readonly Joins[] = ["before", "sum", "concat"];

/** The parts that a stack may have. */
export const stackKeys: OptionNames<Omit<LayerStack, "family">> = {
  name: true,
  classes: true,
  resolution: true,
  joins: true,
  stem: true,
  layers: true,
  reductions: true,
  activation: true,
};
const layerKeys: OptionNames<StackLayer> = {
  operation: true,
  width: true,
  kernel: true,
  stride: true,
  from: true,
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isOdd = (value: unknown): boolean => isCount(value) && value % 2 === 1;
const isSides = (value: unknown, is: (side: unknown) => boolean): boolean =>
  is(value) || (Array.isArray(value) && value.length === 2 && is(value[0]) && is(value[1]));

/** @throws NetworkError naming the first part, and the layer, that no network can have */
export function checkLayers(caller: string, stack: LayerStack): void {
  const problem = (what: string, expected: string, got: unknown): NetworkError =>
    new NetworkError(`${caller}: ${what} must be ${expected}, got ${sayData(got)}`);
  const { joins, stem, layers, reductions, activation } = stack;
  if (!joinKinds.includes(joins)) throw problem("joins", joinKinds.map(one => `"${one}"`).join(", "), joins);
  if (stem !== undefined && !(isObject(stem) && isCount(stem.width))) {
    throw problem("stem", "{ width }, a positive integer", stem);
  }
  if (activation !== undefined && activation !== "relu" && activation !== "silu") {
    throw problem("activation", '"relu" or "silu"', activation);
  }
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > MOST_LAYERS) {
    throw problem(
      "layers",
      `an array of 1 to ${MOST_LAYERS} layers`,
      Array.isArray(layers) ? layers.length : layers,
    );
  }
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i] as unknown as StackLayer;
    const at = `layer ${i + 1}`;
    if (!isObject(layer) || Array.isArray(layer)) throw problem(at, "{ operation, width, … }", layer);
    refuseUnknown(`${caller}: ${at}`, layer, layerKeys, NetworkError);
    const { operation, width, kernel, stride, from } = layer;
    const name = operations.check(caller, at, operation);
    if (keepsChannels(name)) {
      if (width !== undefined)
        throw problem(`${at}: width`, `left out, since ${name} keeps its input's channels`, width);
    } else if (!isCount(width)) throw problem(`${at}: width`, "a positive integer", width);
    if (kernel !== undefined && !isSides(kernel, isOdd)) {
      throw problem(`${at}: kernel`, "a positive odd integer, or [height, width] of such", kernel);
    }
    if (stride !== undefined && !isSides(stride, isCount)) {
      throw problem(`${at}: stride`, "a positive integer, or [height, width] of such", stride);
    }
    if (from !== undefined) checkFrom(caller, at, from, joins === "before" ? i : i - 1);
    if (joins === "before") continue;
    if (stride !== undefined && !isSides(stride, side => side === 1)) {
      throw problem(
        `${at}: stride`,
        `1, since maps are halved by reductions where layers join by "${joins}"`,
        stride,
      );
    }
  }
  checkReductions(problem, stack, reductions);
  if (joins === "sum") checkSums(problem, stack);
}

/** @param most the latest layer that may be read */
function checkFrom(caller: string, at: string, from: unknown, most: number): void {
  const are =
    Array.isArray(from) &&
    new Set(from).size === from.length &&
    from.every(each => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= most);
  if (are) return;
  const which =
    most < 0 ? "no earlier layers, of which there are none" : `different earlier layers from 0 to ${most}`;
  throw new NetworkError(`${caller}: ${at}: from must name ${which}, got ${sayData(from)}`);
}

type Problem = (what: string, expected: string, got: unknown) => NetworkError;

function checkReductions(problem: Problem, { joins, layers }: LayerStack, reductions: unknown): void {
  if (reductions === undefined) return;
  const isPlace = (each: unknown): boolean => isCount(each) && each <= layers.length;
  if (
    !Array.isArray(reductions) ||
    new Set(reductions).size < reductions.length ||
    !reductions.every(isPlace)
  ) {
    throw problem("reductions", `different layers from 1 to ${layers.length}`, reductions);
  }
  if (joins === "before" && reductions.length > 0) {
    throw problem(
      "reductions",
      'left out where layers join "before" their operations; give layers strides',
      reductions,
    );
  }
  for (const place of reductions as readonly number[]) {
    const width = layers[place]?.width ?? layers[place - 1].width;
    if (width === undefined || width % 2 === 0) continue;
    throw problem(
      `the reduction behind layer ${place}`,
      "to an even width, half of which each of its convolutions gives",
      width,
    );
  }
}

/** What is summed must be of one width; reductions bring all that is earlier to the width that follows them. */
function checkSums(problem: Problem, { stem, layers, reductions = [] }: LayerStack): void {
  let widths: (number | undefined)[] = [stem?.width ?? 3];
  for (let i = 0; i < layers.length; i++) {
    const width = layers[i].width ?? widths[i];
    const odd = (layers[i].from ?? []).find(each => widths[each] !== width);
    if (odd !== undefined) {
      throw problem(
        `layer ${i + 1}: from`,
        `of layers of its own width, ${width}, to be summed with`,
        `layer ${odd} of ${widths[odd]}`,
      );
    }
    widths.push(width);
    if (reductions.includes(i + 1)) widths = widths.map(() => layers[i + 1]?.width ?? width);
  }
}
