/** Mobile stacks as a family of architectures. */
import { refuseUnknown } from "../../base/expect-options.js";
import { isObject, say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import type { Family } from "../family.js";
import { checkMobile, stackKeys } from "./check-mobile.js";
import { assemble, layersOf, type MobileBlock, type MobileStack } from "./mobile-stack.js";
import { operationOf, operations } from "./operations.js";
import { DIVISOR, scaledDepth, scaledWidth } from "./rounding.js";

const skips = ["none", "identity", "pool"];

const isBuiltIn = ({ operation }: MobileBlock): boolean => operations.isBuiltIn(operationOf(operation));

/** `2xmbconv6-k3-24`, and behind it what is not usual. */
function token(block: MobileBlock, width: number, repeats: number): string {
  const { operation, kernel, stride, expansion = 1, squeezeExcite = 0, skip = "identity" } = block;
  const widened = expansion === 1 ? "" : String(expansion);
  const rest = [
    stride > 1 ? `s${stride}` : "",
    squeezeExcite > 0 ? `se${squeezeExcite}` : "",
    skip === "identity" ? "" : skip,
  ];
  return [`${repeats}x${operationOf(operation).name}${widened}`, `k${kernel}`, width, ...rest]
    .filter(text => text !== "")
    .join("-");
}

export const mobileFamily: Family<MobileStack> = {
  name: "mobile",
  check: checkMobile,
  assemble,
  parameters(stack) {
    const { blocks, scaling } = stack;
    const columns: Record<string, number> = {};
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i];
      const { operation, kernel, expansion = 1, squeezeExcite = 0, skip = "identity" } = block;
      const at = i + 1;
      columns[`op${at}`] = operations.placeOf(operationOf(operation));
      columns[`d${at}`] = scaledDepth(block.repeats, scaling?.depth);
      columns[`w${at}`] = scaledWidth(block.width, scaling?.width, scaling?.divisor);
      columns[`k${at}`] = kernel;
      columns[`e${at}`] = expansion;
      columns[`se${at}`] = squeezeExcite;
      columns[`skip${at}`] = skips.indexOf(skip);
    }
    columns.depth = layersOf(stack);
    return columns;
  },
  title({ blocks, scaling }) {
    const tokens = blocks.map(block =>
      token(
        block,
        scaledWidth(block.width, scaling?.width, scaling?.divisor),
        scaledDepth(block.repeats, scaling?.depth),
      ),
    );
    return `mobile ${tokens.join(" ")}`;
  },
  toJson({ family: _family, blocks, ...stack }) {
    return {
      ...stack,
      blocks: blocks.map(block => ({ ...block, operation: operationOf(block.operation).name })),
    };
  },
  fields: Object.keys(stackKeys),
  fromJson(json, own = []) {
    const stack = json as unknown as Omit<MobileStack, "family">;
    if (!Array.isArray(stack.blocks)) return { ...stack, family: mobileFamily };
    const blocks = (stack.blocks as readonly MobileBlock[]).map(block => operations.revived(block, own));
    return { ...stack, blocks, family: mobileFamily };
  },
  depths: ({ blocks, scaling }) => blocks.map(({ repeats }) => scaledDepth(repeats, scaling?.depth)),
  /** A block without layers would lose its stride and its width with them. The depths are what is built: no multiplier is left. */
  withDepths({ blocks, scaling: { depth: _applied, ...scaling } = {}, ...stack }, depths) {
    if (depths.includes(0)) return undefined;
    return {
      ...stack,
      blocks: blocks.map((block, i) => ({ ...block, repeats: depths[i] })),
      ...(Object.keys(scaling).length > 0 && { scaling }),
    };
  },
  /** Kept beside the blocks: scaling twice is scaling once by the products. */
  scales: {
    depth: ({ scaling, ...stack }, factor) => ({
      ...stack,
      scaling: { ...scaling, depth: (scaling?.depth ?? 1) * factor },
    }),
    width: ({ scaling, ...stack }, factor, divisor) => ({
      ...stack,
      scaling: {
        ...scaling,
        width: (scaling?.width ?? 1) * factor,
        ...((divisor !== DIVISOR || scaling?.divisor !== undefined) && { divisor }),
      },
    }),
  },
  isWhole: json => operations.areWhole(json.blocks),
  copy: stack => ({ ...stack, blocks: stack.blocks.map(block => ({ ...block })) }),
  maker({ blocks }, place) {
    const own = (block: MobileBlock | undefined): string | undefined =>
      block && !isBuiltIn(block) ? `operation "${operationOf(block.operation).name}"` : undefined;
    if (place === undefined) return own(blocks.find(block => !isBuiltIn(block)));
    return own(blocks[Number(/^s(\d+)\.b\d/.exec(place)?.[1] ?? 0) - 1]);
  },
  code({ blocks }) {
    const own = blocks.find(block => !isBuiltIn(block));
    return own && operationOf(own.operation);
  },
};

/**
 * A mobile stack.
 *
 * @throws NetworkError unless it is given an object with known names; what they hold is checked where it is used
 * @example
 * ```ts
 * const published = zoo("MnasNet-A1").architecture;
 * countArchitecture(published).params; // => 3887038
 * ```
 */
export function mobileStack(stack: Omit<MobileStack, "family">): MobileStack {
  if (!isObject(stack) || Array.isArray(stack)) {
    throw new NetworkError(`mobileStack: expected { stem, blocks, … }, got ${say(stack)}`);
  }
  const { family: _family, ...rest } = stack as MobileStack;
  refuseUnknown("mobileStack", rest, stackKeys, NetworkError);
  return { ...rest, family: mobileFamily };
}
