/** Layer stacks as a family of architectures. */
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { heightOf, kernelText, widthOf } from "../../networks/window.js";
import type { Family } from "../family.js";
import { layerGraphs } from "../graphs/layer-graphs.js";
import { scaledWidth } from "../mobile/rounding.js";
import { checkLayers, stackKeys } from "./check-layers.js";
import { assemble, type LayerStack, type StackLayer } from "./layer-stack.js";
import { operationOf, operations } from "./operations.js";

const isBuiltIn = ({ operation }: StackLayer): boolean => operations.isBuiltIn(operationOf(operation));

export const layersFamily: Family<LayerStack> = {
  name: "layers",
  check: checkLayers,
  assemble,
  parameters({ layers }) {
    const columns: Record<string, number> = {};
    let skips = 0;
    for (let i = 0; i < layers.length; i++) {
      const { operation, width, kernel = 3, stride = 1, from = [] } = layers[i];
      const at = i + 1;
      columns[`op${at}`] = operations.placeOf(operationOf(operation));
      // Pooling has none of its own.
      columns[`w${at}`] = width ?? 0;
      columns[`kh${at}`] = heightOf(kernel);
      columns[`kw${at}`] = widthOf(kernel);
      columns[`sh${at}`] = heightOf(stride);
      columns[`sw${at}`] = widthOf(stride);
      columns[`from${at}`] = from.length;
      skips += from.length;
    }
    columns.skips = skips;
    columns.depth = layers.length;
    return columns;
  },
  title({ layers, joins }) {
    const tokens = layers.map(({ operation, width, kernel = 3, stride = 1, from = [] }) => {
      const strided = heightOf(stride) > 1 || widthOf(stride) > 1 ? `/${kernelText(stride)}` : "";
      const read = from.length > 0 ? `(${from.join(",")})` : "";
      return `${operationOf(operation).name}${kernelText(kernel)}${strided}${width === undefined ? "" : `-${width}`}${read}`;
    });
    return `layers ${joins} ${tokens.join(" ")}`;
  },
  toJson({ family: _family, layers, ...stack }) {
    return {
      ...stack,
      layers: layers.map(layer => ({ ...layer, operation: operationOf(layer.operation).name })),
    };
  },
  fields: Object.keys(stackKeys),
  fromJson(json, own = []) {
    const stack = json as unknown as Omit<LayerStack, "family">;
    if (!Array.isArray(stack.layers)) return { ...stack, family: layersFamily };
    const layers = (stack.layers as readonly StackLayer[]).map(layer => operations.revived(layer, own));
    return { ...stack, layers, family: layersFamily };
  },
  isWhole: json => operations.areWhole(json.layers),
  copy: stack => ({ ...stack, layers: stack.layers.map(layer => ({ ...layer })) }),
  maker({ layers }, place) {
    const own = (layer: StackLayer | undefined): string | undefined =>
      layer && !isBuiltIn(layer) ? `operation "${operationOf(layer.operation).name}"` : undefined;
    if (place === undefined) return own(layers.find(layer => !isBuiltIn(layer)));
    return own(layers[Number(/^layer(\d+)\b/.exec(place)?.[1] ?? 0) - 1]);
  },
  /** Each layer names those that it reads: which a deeper stack has more of, a factor does not say. */
  scales: {
    width: ({ stem, layers, ...stack }, factor, divisor) => ({
      ...stack,
      ...(stem && { stem: { width: scaledWidth(stem.width, factor, divisor) } }),
      layers: layers.map(layer =>
        layer.width === undefined ? layer : { ...layer, width: scaledWidth(layer.width, factor, divisor) },
      ),
    }),
  },
  graphs: layerGraphs,
  code({ layers }) {
    const own = layers.find(layer => !isBuiltIn(layer));
    return own && operationOf(own.operation);
  },
};

/**
 * A layer stack.
 *
 * @throws NetworkError unless it is given an object with known names; what they hold is checked where it is used
 * @example
 * ```ts
 * const stack = layerStack({
 *   joins: "before",
 *   layers: [
 *     { operation: "conv", kernel: [3, 7], width: 24 },
 *     { operation: "conv", kernel: 5, stride: 2, width: 36, from: [1] },
 *     { operation: "conv", kernel: 3, width: 48, from: [1, 2] },
 *   ],
 *   classes: 10,
 * });
 * countArchitecture(stack, 32).params; // => 49738
 * ```
 */
export function layerStack(stack: Omit<LayerStack, "family">): LayerStack {
  if (!isObject(stack) || Array.isArray(stack)) {
    throw new NetworkError(`layerStack: expected { joins, layers, … }, got ${say(stack)}`);
  }
  const { family: _family, ...rest } = stack as LayerStack;
  refuseUnknown("layerStack", rest, stackKeys, NetworkError);
  return { ...rest, family: layersFamily };
}
