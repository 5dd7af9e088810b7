/**
 * The spaces of layers with skips, as programs of choices: NAS-RL (Zoph & Le, ICLR 2017) and ENAS's macro space (Pham et al.,
 * ICML 2018).
 */
import { layersFamily, layerStack } from "../architectures/layers/family.js";
import { MOST_LAYERS } from "../architectures/layers/check-layers.js";
import type { LayerStack, StackLayer } from "../architectures/layers/layer-stack.js";
import type { LayerOperationName } from "../architectures/layers/operations.js";
import { holdsForAll, isList } from "../base/expect.js";
import { expectOptions } from "../base/expect-options.js";
import { say } from "../base/say.js";
import { DecisionSpace } from "./decisions/decision-space.js";

const YES_NO = [false, true] as const;

/** Skips are chosen one by one: with more layers a program asks for more choices than it may. */
const MOST = 100;

function requireCounts(caller: string, name: string, values: readonly number[]): void {
  const are =
    isList(values) &&
    values.length > 0 &&
    holdsForAll(values, value => Number.isSafeInteger(value) && value > 0) &&
    new Set(values).size === values.length;
  if (are) return;
  throw new RangeError(`${caller}: ${name} must be different positive integers, got ${say(values)}`);
}

function requireLayers(caller: string, layers: number): void {
  const most = Math.min(MOST, MOST_LAYERS);
  if (Number.isInteger(layers) && layers >= 1 && layers <= most) return;
  throw new RangeError(`${caller}: layers must be an integer from 1 to ${most}, got ${say(layers)}`);
}

export interface NasRlOptions {
  /** Layers, L. Default 15. */
  readonly layers?: number;
  /** Whether the strides of each side are chosen, among 1, 2 and 3. Default false. */
  readonly strides?: boolean;
  /** Default 24, 36, 48 and 64. */
  readonly filters?: readonly number[];
  /** What a kernel's height and width are chosen among. Default 1, 3, 5 and 7. */
  readonly sides?: readonly number[];
}

/**
 * NAS-RL's space: for each layer the height and width of its kernel, its number of filters, perhaps the strides of both
 * sides, and which of the earlier layers it reads. (4·4·4)^L · 2^(L(L−1)/2) ways, 9^L times as many with strides.
 *
 * @throws RangeError for options that give no space
 * @example
 * ```ts
 * const space = nasRlSpace({ layers: 6 });
 * space.size === 64n ** 6n * 2n ** 15n; // => true
 * ```
 */
export function nasRlSpace(options: NasRlOptions = {}): DecisionSpace<LayerStack> {
  expectOptions("nasRlSpace", options, {
    layers: "number?",
    strides: "boolean?",
    filters: "list?",
    sides: "list?",
  });
  const { layers = 15, strides = false, filters = [24, 36, 48, 64], sides = [1, 3, 5, 7] } = options;
  requireLayers("nasRlSpace", layers);
  requireCounts("nasRlSpace", "filters", filters);
  requireCounts("nasRlSpace", "sides", sides);
  if (sides.some(side => side % 2 === 0)) {
    throw new RangeError(`nasRlSpace: sides must be odd, got ${say(sides)}`);
  }
  const steps = [1, 2, 3];
  const names = Array.from({ length: layers }, (_, i) => ({
    height: `kh${i + 1}`,
    width: `kw${i + 1}`,
    filters: `n${i + 1}`,
    down: `sh${i + 1}`,
    across: `sw${i + 1}`,
    from: Array.from({ length: i }, (_unused, j) => `skip${i + 1}.${j + 1}`),
  }));
  return new DecisionSpace<LayerStack>(
    `NAS-RL, ${layers} layers${strides ? ", strides" : ""}`,
    choose => {
      const made = names.map((name): StackLayer => {
        const kernel = [choose.free(name.height, sides), choose.free(name.width, sides)] as const;
        const width = choose.free(name.filters, filters);
        const stride = strides && ([choose.free(name.down, steps), choose.free(name.across, steps)] as const);
        const from = name.from.flatMap((skip, j) => (choose.free(skip, YES_NO) ? [j + 1] : []));
        return { operation: "conv", kernel, width, ...(stride && { stride }), from };
      });
      return layerStack({ joins: "before", layers: made, resolution: CIFAR });
    },
    { family: layersFamily },
  );
}

export interface EnasMacroOptions {
  /** A multiple of 3: maps are halved behind a third and two thirds of them. Default 12. */
  readonly layers?: number;
  /** Channels of every layer while searching; even. Default 36. */
  readonly filters?: number;
  /**
   * `"sum"` as the networks that share weights, `"concat"` with channels that double at each reduction as the final
   * ones, which here keep their operations. Default `"sum"`.
   */
  readonly joins?: "sum" | "concat";
}

/** Height and width of the images that both were searched on, pixels. */
const CIFAR = 32;

/** ENAS's six operations, in the order of its public code: convolutions, separable ones, and pooling. */
const macroOperations = new Map<string, { readonly operation: LayerOperationName; readonly kernel: number }>([
  ["conv3", { operation: "squeezed-conv", kernel: 3 }],
  ["sep3", { operation: "squeezed-separable", kernel: 3 }],
  ["conv5", { operation: "squeezed-conv", kernel: 5 }],
  ["sep5", { operation: "squeezed-separable", kernel: 5 }],
  ["avg3", { operation: "squeezed-average", kernel: 3 }],
  ["max3", { operation: "squeezed-max", kernel: 3 }],
]);

/**
 * ENAS's macro space: for each layer one of six operations behind a 1 × 1 convolution, and which of the earlier layers, the
 * stem among them, but not the one right before it, are summed with what it gives. 6^L · 2^(L(L−1)/2) ways.
 *
 * @throws RangeError for options that give no space
 * @example
 * ```ts
 * enasMacroSpace().size === 6n ** 12n * 2n ** 66n; // => true
 * ```
 */
export function enasMacroSpace(options: EnasMacroOptions = {}): DecisionSpace<LayerStack> {
  expectOptions("enasMacroSpace", options, { layers: "number?", filters: "number?", joins: "text?" });
  const { layers = 12, filters = 36, joins = "sum" } = options;
  requireLayers("enasMacroSpace", layers);
  if (layers % 3 !== 0) {
    throw new RangeError(`enasMacroSpace: layers must be a multiple of 3, got ${layers}`);
  }
  if (!(Number.isSafeInteger(filters) && filters > 0 && filters % 2 === 0)) {
    throw new RangeError(`enasMacroSpace: filters must be a positive even integer, got ${say(filters)}`);
  }
  if (joins !== "sum" && joins !== "concat") {
    throw new RangeError(`enasMacroSpace: joins must be "sum" or "concat", got ${say(joins)}`);
  }
  const operations = [...macroOperations.keys()];
  const third = layers / 3;
  const names = Array.from({ length: layers }, (_, i) => ({
    operation: `op${i + 1}`,
    from: Array.from({ length: i }, (_unused, j) => `skip${i + 1}.${j}`),
    width: joins === "sum" ? filters : filters * 2 ** Math.floor(i / third),
  }));
  return new DecisionSpace<LayerStack>(
    `ENAS-macro, ${layers} layers`,
    choose => {
      const made = names.map(({ operation, from, width }): StackLayer => {
        const chosen = macroOperations.get(choose.free(operation, operations))!;
        return { ...chosen, width, from: from.flatMap((skip, j) => (choose.free(skip, YES_NO) ? [j] : [])) };
      });
      return layerStack({
        joins,
        stem: { width: filters },
        layers: made,
        reductions: [third, 2 * third],
        resolution: CIFAR,
      });
    },
    { family: layersFamily },
  );
}

/** NAS-RL with 15 layers, as its first version had them, and with strides and 20 layers, as its second had. */
export const NASRL: DecisionSpace<LayerStack> = nasRlSpace().named("NAS-RL");
export const NASRLStrides: DecisionSpace<LayerStack> = nasRlSpace({ layers: 20, strides: true }).named(
  "NAS-RL-strides",
);
/** The same for a small machine: 6 layers, the number with which its search begins, of a quarter of the filters and less. */
export const NASRLSmall: DecisionSpace<LayerStack> = nasRlSpace({
  layers: 6,
  strides: true,
  filters: [6, 9, 12, 16],
}).named("NAS-RL-small");

export const ENASMacro: DecisionSpace<LayerStack> = enasMacroSpace().named("ENAS-macro");
/** The same for a small machine: 6 layers of 8 channels. */
export const ENASMacroSmall: DecisionSpace<LayerStack> = enasMacroSpace({ layers: 6, filters: 8 }).named(
  "ENAS-macro-small",
);
