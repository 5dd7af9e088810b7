/**
 * Supernets of mobile stacks whose widths are fixed: in each block, which operation its layers have, kernel, squeeze-and-excitation
 * and skip together, chosen once for all of them as MnasNet does, and how many layers there are. Every layer has each operation with
 * weights of its own.
 */
import {
  assemble,
  type MobileBlock,
  type MobileStack,
  walkLayer,
} from "../../../architectures/mobile/mobile-stack.js";
import { operationOf } from "../../../architectures/mobile/operations.js";
import { scaledDepth } from "../../../architectures/mobile/rounding.js";
import type { Feature } from "../../../networks/assembly/operators.js";
import { strongest } from "../alpha.js";
import { unaffine } from "../relaxed-operators.js";
import { type SharedAssembly, sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";
import { rising } from "./anynet.js";

export const mobileSupernets: SupernetFamily<MobileStack> = {
  family: "mobile",
  fixed: ({ stem, blocks, head, activation = "relu", scaling = {} }) => ({
    stem,
    "head's width": head ?? null,
    activation,
    scaling: { width: scaling.width ?? 1, depth: scaling.depth ?? 1 },
    blocks: blocks.length,
    widths: blocks.map(({ width }) => width),
    strides: blocks.map(({ stride }) => stride),
  }),
  design({ caller, name, space, examples, classes, resolution, form }) {
    const [base] = examples;
    const blocks = base.blocks.map((_, i) => {
      const all = examples.map(example => example.blocks[i]);
      return {
        variants: variantsOf(all),
        repeats: rising(all.map(({ repeats }) => repeats)),
      };
    });
    const missing = blocks.findIndex(({ repeats }) => repeats[0] === 0);
    if (missing >= 0) {
      throw new RangeError(
        `${caller}: expected blocks of at least one layer, got block ${missing + 1} of ${space.name} with none in some architectures; what follows would read another shape`,
      );
    }
    const layers = ({ repeats }: Pick<MobileBlock, "repeats">): number =>
      scaledDepth(repeats, base.scaling?.depth);
    const deepest: MobileStack = {
      ...base,
      classes,
      blocks: base.blocks.map((block, i) => ({ ...block, repeats: blocks[i].repeats.at(-1)! })),
    };
    const layer = <F extends Feature>(
      ops: SharedAssembly<F>,
      x: F,
      block: number,
      at: number,
      width: number,
      stride: number,
    ): F => {
      const inside = form === "relaxed" ? unaffine(ops) : ops;
      const operations = Array.from(blocks[block - 1].variants, ([variant, made]) => ({
        name: variant,
        build: () => walkLayer(inside, x, made, width, stride, base.activation ?? "relu", 0),
      }));
      return ops.share(`s${block}.b${at}`, `b${block}`, [{ name: `b${block}`, at: "", operations }]);
    };
    return {
      ...sharedNetwork({ name, classes, resolution }, (ops, image) =>
        assemble(ops, image, deepest, {
          layer: (x, block, at, width, stride) => layer(ops, x, block, at, width, stride),
          output(outputs, block) {
            const { repeats } = blocks[block - 1];
            if (repeats.length === 1) return outputs.at(-1)!;
            const edge = `b${block}.depth`;
            const operations = repeats.map(each => ({
              name: `${each}`,
              build: () => outputs[layers({ repeats: each }) - 1],
            }));
            return ops.share(`s${block}`, edge, [{ name: edge, at: "", operations }]);
          },
        }),
      ),
      *chosen(stack) {
        for (const [i, block] of stack.blocks.entries()) {
          yield [`b${i + 1}`, variantOf(block)];
          const { repeats } = blocks[i];
          if (repeats.length > 1) yield [`b${i + 1}.depth`, `${block.repeats}`];
          else if (block.repeats !== repeats[0]) {
            throw new RangeError(
              `mixture: ${space.name} has ${repeats[0]} layers in block ${i + 1} of its supernet, got ${block.repeats}`,
            );
          }
        }
      },
      discretise: alpha => ({
        ...base,
        blocks: blocks.map(({ variants, repeats }, i) => {
          const block = [...variants.values()][strongest(alpha.get(`b${i + 1}`)!)];
          const depth = alpha.get(`b${i + 1}.depth`);
          return { ...block, repeats: repeats[depth ? strongest(depth) : 0] };
        }),
      }),
      layerOf(stack, given) {
        const [, place, block, operator] = /^(s(\d+)\.b\d+)\.(.*)$/.exec(given) ?? [];
        return place === undefined
          ? given
          : `${place}.${variantOf(stack.blocks[Number(block) - 1])}.${operator}`;
      },
    };
  },
};

/** Every operation with every kernel, ratio and skip that the block has in some architecture, by name. */
function variantsOf(blocks: readonly MobileBlock[]): ReadonlyMap<string, MobileBlock> {
  const [first] = blocks;
  const own = (part: (block: MobileBlock) => Partial<MobileBlock>): Partial<MobileBlock>[] => [
    ...new Map(blocks.map(block => [variantOf({ ...first, ...part(block) }), part(block)])).values(),
  ];
  const operations = own(({ operation, expansion = 1 }) => ({ operation, expansion }));
  const kernels = own(({ kernel }) => ({ kernel }));
  const ratios = own(({ squeezeExcite = 0 }) => ({ squeezeExcite }));
  const skips = own(({ skip = "identity" }) => ({ skip }));
  const all = operations.flatMap(operation =>
    kernels.flatMap(kernel =>
      ratios.flatMap(ratio => skips.map(skip => ({ ...first, ...operation, ...kernel, ...ratio, ...skip }))),
    ),
  );
  return new Map(all.map(block => [variantOf(block), block]));
}

/** What a block's layers are, as a name: `mbconv6k5se0_25-pool`. Names of layers have no dots but between their parts. */
function variantOf({
  operation,
  kernel,
  expansion = 1,
  squeezeExcite = 0,
  skip = "identity",
}: MobileBlock): string {
  const { name } = operationOf(operation);
  const text = `${name}${expansion === 1 ? "" : expansion}k${kernel}${squeezeExcite > 0 ? `se${squeezeExcite}` : ""}`;
  return `${text}${skip === "identity" ? "" : `-${skip}`}`.replaceAll(".", "_");
}
