/** A space of every kind that strategies search, and some that a user writes in a cell. */
import {
  type AnyArchitecture,
  AnyNetXA,
  AnyNetXE,
  anyNet,
  compoundScaling,
  DARTSSpace,
  DecisionSpace,
  ENASMacroSmall,
  type Family,
  layerAssignment,
  MnasNetSmall,
  NASNetCombineSpace,
  NasBench201,
  nasBench201Space,
  NasBenchMacro,
  NASRLSmall,
  NDSDARTSSpace,
  PNASSpace,
  RegNetX,
  type Space,
  uniform,
  zoo,
} from "netspace";

/** Ten lines of a cell: how many stages there are decides what is asked. */
export const written = new DecisionSpace("written in a cell", choose => {
  const stages = choose("stages", [2, 3]);
  return anyNet(
    Array.from({ length: stages }, (_, i) => ({
      depth: choose.free(`d${i + 1}`, [1, 2, 4]),
      width: choose.free(`w${i + 1}`, uniform(8, 64, 8)),
      bottleneck: 1,
      groupWidth: 8,
      stride: 2,
    })),
  );
});

interface Tower extends AnyArchitecture {
  readonly family: Family<Tower>;
  readonly layers: readonly { readonly kernel: number; readonly width: number }[];
}

const towerFamily: Family<Tower> = {
  name: "tower of the tests",
  check: () => {},
  assemble: (ops, image, { layers, classes = 1000 }) => {
    let x = image;
    for (const [i, { kernel, width }] of layers.entries())
      x = ops.conv(`conv${i + 1}`, x, width, { kernel, stride: 2, bias: true });
    return ops.linear("fc", ops.avgpool("pool", x), classes);
  },
  parameters: ({ layers }) => ({ depth: layers.length }),
  title: ({ layers }) => `tower-${layers.map(({ kernel, width }) => `${kernel}x${width}`).join("-")}`,
  toJson: ({ layers }) => ({ layers }),
  fromJson: json => ({ family: towerFamily, layers: json.layers as Tower["layers"] }),
};

const kinds = [
  { name: "small", kernel: 1 },
  { name: "usual", kernel: 3 },
  { name: "wide", kernel: 5 },
] as const;

/**
 * A family of one's own: objects with names to choose from, options that depend on the answer before, probabilities, and
 * choices that make nothing.
 */
export const tower = new DecisionSpace<Tower>(
  "towers",
  choose => {
    const depth = choose("depth", { values: [1, 2, 3], probabilities: [0.2, 0.3, 0.5] });
    const layers: { kernel: number; width: number }[] = [];
    for (let i = 0; i < depth; i++) {
      const { kernel } = choose(`kind${i + 1}`, i === 0 ? kinds.slice(1) : kinds);
      const widths = [4, 8, 12, 16].filter(width => width >= (layers.at(-1)?.width ?? 0));
      layers.push({ kernel, width: choose(`width${i + 1}`, widths) });
    }
    return layers.every(({ kernel }) => kernel === 5) ? undefined : { family: towerFamily, layers };
  },
  { family: towerFamily },
);

const space = <A extends AnyArchitecture>(given: Space<A>): Space => given as unknown as Space;

/** Of every kind there is one at least, and every way of asking. */
export const searched: readonly Space[] = [
  written,
  space(tower),
  AnyNetXA,
  AnyNetXE,
  AnyNetXA.nonIncreasing("groupWidth").nonDecreasing("width").named("orders that fitting breaks"),
  RegNetX,
  space(NasBench201),
  space(nasBench201Space({ nodes: 3, channels: 4, cells: 1, operations: ["none", "skip_connect"] })),
  space(NasBenchMacro),
  space(PNASSpace),
  space(DARTSSpace),
  space(NDSDARTSSpace),
  space(NASNetCombineSpace),
  space(NASRLSmall),
  space(ENASMacroSmall),
  space(MnasNetSmall),
  space(layerAssignment(zoo("MnasNet-A1").architecture, { layers: 14 })),
  space(compoundScaling(zoo("EfficientNet-B0").architecture, { product: 2 })),
];
