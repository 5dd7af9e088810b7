/**
 * Supernets of layer stacks that join by sums, as ENAS' macro space does (arXiv 1802.03268): in each layer one choice of its
 * operation, and for each earlier layer that some architecture reads there one of whether it is read.
 */
import {
  factorised,
  type LayerStack,
  type StackLayer,
  walkLayer,
} from "../../../architectures/layers/layer-stack.js";
import { operationOf } from "../../../architectures/layers/operations.js";
import { type Feature, normed } from "../../../networks/assembly/operators.js";
import { kernelText } from "../../../networks/window.js";
import { strongest } from "../alpha.js";
import { unaffine } from "../relaxed-operators.js";
import { type EdgeToShare, type SharedAssembly, sharedNetwork } from "../shared-network.js";
import type { SupernetFamily } from "../supernet-family.js";

const READ = "read";

export const layersSupernets: SupernetFamily<LayerStack> = {
  family: "layers",
  fixed: ({ joins, stem, layers, reductions = [], activation = "relu" }) => ({
    joins,
    stem: stem ?? null,
    layers: layers.length,
    widths: layers.map(({ width }) => width ?? null),
    strides: layers.map(({ stride = 1 }) => stride),
    reductions,
    activation,
  }),
  design({ caller, name, space, examples, classes, resolution, form }) {
    const [base] = examples;
    const { joins, stem, reductions = [], activation = "relu" } = base;
    if (joins !== "sum") {
      throw new RangeError(
        `${caller}: expected layers that join by "sum", got "${joins}" in ${space.name}; what others read has other widths from path to path`,
      );
    }
    const choices = base.layers.map((_, i) => {
      const all = examples.map(({ layers }) => layers[i]);
      return {
        variants: new Map(all.map(layer => [variantOf(layer), layer])),
        from: [...new Set(all.flatMap(({ from = [] }) => from))].toSorted((a, b) => a - b),
      };
    });
    const walk = <F extends Feature>(ops: SharedAssembly<F>, image: F): F => {
      const inside = form === "relaxed" ? unaffine(ops) : ops;
      let maps = [image];
      if (stem) {
        ops.scope("stem");
        maps = [normed(ops, "", image, stem.width, 3, 1, 1)];
      }
      for (const [i, { variants, from }] of choices.entries()) {
        const place = `layer${i + 1}`;
        const edges: EdgeToShare<F>[] = [
          {
            name: place,
            at: "",
            operations: Array.from(variants, ([variant, layer]) => ({
              name: variant,
              build: () => walkLayer(inside, maps[i], layer, activation),
            })),
          },
          ...from.map(each => ({
            name: `${place}.from${each}`,
            at: `from${each}`,
            operations: [
              { name: "none", build: () => ops.zero("zero", maps[each], 1) },
              { name: READ, build: () => maps[each] },
            ],
          })),
        ];
        let x = ops.share(place, place, edges);
        if (i > 0) x = inside.batchnorm("bn_skip", x);
        maps.push(x);
        if (!reductions.includes(i + 1)) continue;
        const next = base.layers[i + 1]?.width ?? x.channels;
        maps = maps.map((map, j) => {
          ops.scope(`reduction${i + 1}.from${j}`);
          return factorised(inside, map, next);
        });
      }
      ops.scope("head");
      return ops.linear("fc", ops.avgpool("pool", maps[choices.length]), classes);
    };
    return {
      ...sharedNetwork({ name, classes, resolution }, walk),
      *chosen({ layers }) {
        for (const [i, layer] of layers.entries()) {
          yield [`layer${i + 1}`, variantOf(layer)];
          // Zeros need not be added.
          for (const each of layer.from ?? []) yield [`layer${i + 1}.from${each}`, READ];
        }
      },
      discretise: alpha => ({
        ...base,
        layers: choices.map(({ variants, from }, i) => ({
          ...[...variants.values()][strongest(alpha.get(`layer${i + 1}`)!)],
          from: from.filter(each => strongest(alpha.get(`layer${i + 1}.from${each}`)!) === 1),
        })),
      }),
      layerOf({ layers }, given) {
        const [, place, i, operator] = /^(layer(\d+))\.(?!bn_skip$)(.*)$/.exec(given) ?? [];
        return place === undefined ? given : `${place}.${variantOf(layers[Number(i) - 1])}.${operator}`;
      },
    };
  },
};

/** A layer's operation and kernel, `squeezed-conv3x3`. */
const variantOf = ({ operation, kernel = 3 }: StackLayer): string =>
  `${operationOf(operation).name}${kernelText(kernel).replace("×", "x")}`;
