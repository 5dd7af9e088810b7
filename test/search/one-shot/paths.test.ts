/** A path of a supernet is its architecture's own network, with the supernet's weights put into it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AnyArchitecture,
  anyNet,
  build,
  CellSpace,
  canonical,
  DARTSOrderedSpace,
  DARTSSpace,
  DecisionSpace,
  type Cell,
  enasMacroSpace,
  inferShapes,
  type Layer,
  nasBench201,
  reviveArchitecture,
  storeArchitecture,
  type Weight,
  ENASMicroSpace,
  layerAssignment,
  MnasNetSmall,
  type MobileStack,
  mobileStack,
  nasBenchMacro,
  nasBenchMacroSpace,
  type Network,
  PNASSpace,
  seeded,
  SmallCells,
  type Space,
  torch,
} from "netspace";

import {
  alphaOf,
  inherit,
  pathNetwork,
  supernet,
  type Supernet,
  type SupernetOptions,
} from "../../../src/search/index.js";
import type { Session } from "../../../src/training/session.js";
import { withoutAddon } from "../../support/needs.js";

const size = 8;
const batch = {
  images: Float32Array.from({ length: 6 * 3 * size * size }, (_, i) => Math.sin(i * 12.9898) * 1.5),
  shape: [6, 3, size, size] as const,
};
const labels = Int32Array.from({ length: 6 }, (_, i) => i % 4);

const sessionOf = (network: Network, seed = 3): Promise<Session> =>
  torch.session!(network, { seed, precision: "float64", threads: 1 });

/** Moves running statistics away from where they begin, so that evaluating says something of them. */
const warm = (session: Session, path: Network, mixture: Parameters<Session["evaluate"]>[2]) =>
  session.gradients(path, batch, labels, mixture);

/** Asserts that a path computes what the architecture's own network does, and has its gradients. */
async function sameAsAlone<A extends AnyArchitecture>(
  shared: Supernet<A>,
  architecture: A,
): Promise<ArrayLike<number>> {
  const session = await sessionOf(shared.network);
  const mixture = { mixture: shared.mixture(architecture) };
  await warm(session, shared.network, mixture);
  const alone = build(architecture);
  const own = await sessionOf(alone, 9);
  await own.restore(inherit(shared, await session.weights(), architecture));
  const [logits, expected] = [
    await session.evaluate(shared.network, batch, mixture),
    await own.evaluate(alone, batch),
  ];
  near(logits, expected, 1e-5, "logits");
  const path = await session.gradients(shared.network, batch, labels, mixture);
  const single = await own.gradients(alone, batch, labels);
  assert.ok(
    Math.abs(path.loss - single.loss) < 1e-6 * Math.max(1, single.loss),
    `${path.loss} and ${single.loss}`,
  );
  for (const [name, { values }] of single.gradients) {
    const [, layer, kind] = /^(.*)\.([^.]+)$/.exec(name)!;
    const there = `${shared.layerOf?.(architecture, layer) ?? layer}.${kind}`;
    near(path.gradients.get(there)!.values, values, 1e-5, name);
  }
  session.dispose();
  own.dispose();
  return expected;
}

function near(got: ArrayLike<number>, expected: ArrayLike<number>, within: number, what: string): void {
  assert.equal(got.length, expected.length, what);
  for (let i = 0; i < got.length; i++) {
    assert.ok(
      Math.abs(got[i] - expected[i]) < within * Math.max(1, Math.abs(expected[i])),
      `${what}: ${got[i]} and ${expected[i]} at ${i}`,
    );
  }
}

/** What DARTS' search form has otherwise than a network of its cells. */
function searchForm(network: Network): Network {
  const layers: Layer[] = [];
  const renamed = new Map<string, string>();
  for (const layer of network.layers) {
    const read = { ...layer, inputs: layer.inputs.map(input => renamed.get(input) ?? input) };
    const isOfCell = layer.name.startsWith("cell");
    layers.push(
      layer.op === "batchnorm" && isOfCell
        ? { ...read, op: "batchnorm", channels: layer.channels, affine: false }
        : read,
    );
    if (layer.op !== "maxpool" && layer.op !== "avgpool2d") continue;
    const name = layer.name.replace(/pool$/, "norm");
    renamed.set(layer.name, name);
    layers.push({
      op: "batchnorm",
      name,
      inputs: [layer.name],
      channels: channelsOf(network, layer.name),
      affine: false,
    });
  }
  return { ...network, layers };
}

const channelsOf = (network: Network, layer: string): number =>
  inferShapes(network, size).get(layer)!.channels;

/** A space of MnasNet's kind whose widths are fixed. */
const mobile = new DecisionSpace<MobileStack>(
  "mobile",
  choose =>
    mobileStack({
      stem: { width: 8, stride: 1 },
      blocks: [1, 2].map(i => ({
        operation: choose.free(`op${i}`, ["conv", "mbconv", "depthwise-separable"]),
        kernel: choose.free(`k${i}`, [3, 5]),
        squeezeExcite: choose.free(`se${i}`, [0, 0.25]),
        skip: choose.free(`skip${i}`, ["identity", "pool", "none"]),
        repeats: choose.free(`d${i}`, [1, 2, 3]),
        expansion: 3,
        width: 8 * i,
        stride: i,
      })),
      classes: 4,
      resolution: size,
    }),
  { family: MnasNetSmall.family! },
);

const stage = { depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 };
const base = anyNet([stage, { ...stage, width: 16 }, { ...stage, width: 16, bottleneck: 2 }], {
  stem: { kind: "cifar", width: 8 },
  classes: 4,
  resolution: size,
});

const small = { classes: 4, resolution: size };
/** Supernets whose paths are drawn. */
const supernets: readonly [title: string, space: Space<AnyArchitecture>, options: SupernetOptions][] = [
  ["NAS-Bench-201's kind", SmallCells, small],
  ["DARTS' kind, in its own form", DARTSSpace.fix("cells", 3).fix("filters", 4), { ...small, form: "paths" }],
  [
    "DARTS' without restriction: two sides of a node",
    DARTSOrderedSpace.fix("cells", 3).fix("filters", 4),
    small,
  ],
  ["one cell for both kinds", PNASSpace.fix("cells", 3).fix("filters", 4), small],
  [
    "cells that all blocks leave, with extra reductions between them (ENAS)",
    new CellSpace({ ...ENASMicroSpace.options, name: "whole", output: "all", cells: 3, filters: 4 }),
    small,
  ],
  ["NAS-Bench-Macro's kind", nasBenchMacroSpace({ stages: [2, 2, 1], channels: 4, headWidth: 16 }), small],
  ["ENAS' macro kind", enasMacroSpace({ layers: 6, filters: 4 }), small],
  ["MnasNet's kind", mobile, {}],
  ["depths of stages", layerAssignment(base, { layers: 7 }), {}],
  [
    "depths of NAS-Bench-Macro's stages",
    layerAssignment(nasBenchMacro("11111111", { channels: 4, headWidth: 16, ...small }), { layers: 5 }),
    {},
  ],
];

describe("a path of a supernet", { skip: withoutAddon }, () => {
  for (const [title, space, options] of supernets) {
    it(`computes what its architecture's own network does: ${title}`, async () => {
      const shared = supernet<AnyArchitecture>(space, options);
      const random = seeded(2);
      let told = 0;
      // A cell may give the same for every image; not all of them do.
      for (let i = 0; i < 4; i++) {
        const logits = await sameAsAlone(shared, shared.space.draw(random)!);
        if (new Set(Array.from(logits)).size > logits.length / 2) told++;
      }
      assert.ok(told > 1);
    });
  }

  it("the largest α at an architecture's operations is that architecture", () => {
    for (const [title, space, options] of supernets) {
      const shared = supernet<AnyArchitecture>(space, options);
      const random = seeded(8);
      for (let i = 0; i < 20; i++) {
        const drawn = shared.space.draw(random)!;
        const mixture = shared.mixture(drawn);
        const flat = new Map<string, number[]>();
        for (const { group, edges } of shared.sums) {
          const weights = Array.from(mixture.get(group)!);
          for (const { name, operations } of edges) flat.set(name, weights.splice(0, operations.length));
        }
        const alpha = alphaOf(shared, (edge, _, index) => flat.get(edge)![index]);
        assert.equal(canonical(shared.discretise(alpha)), canonical(drawn), title);
      }
    }
  });

  it("a budget of layers is kept to: the likeliest assignment is one of the space's", () => {
    const shared = supernet(layerAssignment(base, { layers: 7, most: 4 }));
    // All stages would rather have their most, the last one least of all.
    const alpha = alphaOf(shared, (edge, depth) => Number(depth) * (edge.startsWith("s3") ? 0.1 : 1));
    assert.deepEqual(
      shared.discretise(alpha).stages.map(({ depth }) => depth),
      [2, 4, 1],
    );
  });

  it("without sums, as a network of its own, it is the path with them", async () => {
    for (const [, space, options] of supernets) {
      const shared = supernet<AnyArchitecture>(space, { ...options, form: "relaxed" });
      const session = await sessionOf(shared.network);
      const drawn = shared.space.draw(seeded(4))!;
      const mixture = { mixture: shared.mixture(drawn) };
      await warm(session, shared.network, mixture);
      const path = pathNetwork(shared, drawn);
      assert.ok(path.layers.every(({ op }) => op !== "mix"));
      near(
        await session.evaluate(shared.network, batch, mixture),
        await session.evaluate(path, batch),
        1e-6,
        path.name,
      );
      session.dispose();
    }
  });

  it("DARTS' search form has no scales and shifts, which the network that goes on from it begins at 1 and 0", async () => {
    const shared = supernet(DARTSSpace.fix("cells", 3).fix("filters", 4), { classes: 4, resolution: size });
    const session = await sessionOf(shared.network);
    const weights = await session.weights();
    session.dispose();
    assert.ok(!weights.has("cell1.n1.e0.sep3.bn1.weight"));
    const drawn = shared.space.draw(seeded(7))!;
    const own = inherit(shared, weights, drawn);
    const { left } = drawn.normal.blocks[0];
    assert.notEqual(left.op, "identity");
    for (const [name, { values }] of own) {
      const isOwn = /^(?:stem|head)\b/.test(name);
      if (/bn\d?\.weight$/.test(name) && !isOwn)
        assert.ok(
          values.every(value => value === 1),
          name,
        );
      if (/bn\d?\.bias$/.test(name) && !isOwn)
        assert.ok(
          values.every(value => value === 0),
          name,
        );
    }
    assert.deepEqual(own.get("head.fc.weight"), weights.get("head.fc.weight"));
  });

  it("of DARTS' search form it is the architecture's own network without scales and shifts, and with normalised pools", async () => {
    const shared = supernet(DARTSSpace.fix("cells", 4).fix("filters", 4), small);
    const random = seeded(21);
    const session = await sessionOf(shared.network);
    for (let i = 0; i < 3; i++) {
      const drawn = shared.space.draw(random)!;
      const mixture = { mixture: shared.mixture(drawn) };
      await warm(session, shared.network, mixture);
      const own = searchForm(build(drawn));
      const alone = await sessionOf(own, 9);
      const [weights, mine] = [await session.weights(), new Map<string, Weight>()];
      for (const name of (await alone.weights()).keys()) {
        const [, layer, kind] = /^(.*)\.([^.]+)$/.exec(name)!;
        mine.set(name, weights.get(`${shared.layerOf!(drawn, layer)}.${kind}`)!);
      }
      await alone.restore(mine);
      const logits = await session.evaluate(shared.network, batch, mixture);
      near(logits, await alone.evaluate(own, batch), 1e-5, own.name);
      alone.dispose();
    }
    session.dispose();
  });

  it("an operation that both sides of a node have on one state is there twice", async () => {
    const shared = supernet(DARTSOrderedSpace.fix("cells", 2).fix("filters", 4), small);
    const drawn = shared.space.draw(seeded(1))!;
    const twice = ({ blocks, output }: Cell): Cell => ({
      output,
      blocks: blocks.map(({ left }, b) =>
        b === 1 ? { left, right: left } : { left: identity, right: identity },
      ),
    });
    const identity = { op: "identity", state: 1 };
    await sameAsAlone(shared, { ...drawn, normal: twice(drawn.normal), reduction: twice(drawn.reduction) });
  });

  it("edges that a cell does not have are not run", async () => {
    const shared = supernet(SmallCells, small);
    const text = "|nor_conv_3x3~0|+|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~2|";
    await sameAsAlone(shared, nasBench201(text, { channels: 8, cells: 1, ...small }));
  });

  it("an architecture out of a store is the same path", () => {
    const shared = supernet(PNASSpace.fix("cells", 3).fix("filters", 4), small);
    const drawn = shared.space.draw(seeded(6))!;
    const back = reviveArchitecture(
      JSON.parse(JSON.stringify(storeArchitecture(drawn))),
    ) as unknown as typeof drawn;
    assert.notEqual(back.normal, back.reduction);
    assert.deepEqual(shared.mixture(back), shared.mixture(drawn));
    const other = shared.space.draw(seeded(7))!;
    assert.throws(() => shared.mixture({ ...drawn, reduction: other.normal }), {
      name: "RangeError",
      message: /mixture: expected one cell for both kinds, as PNAS has it, got two that differ/,
    });
  });

  it("loose ends are added behind convolutions of their own: ENAS' cells run as paths, and have no network of their own to give weights to", async () => {
    const shared = supernet(ENASMicroSpace.fix("cells", 3).fix("filters", 4), small);
    const session = await sessionOf(shared.network);
    const drawn = shared.space.draw(seeded(4))!;
    const mixture = { mixture: shared.mixture(drawn) };
    const { loss, gradients } = await session.gradients(shared.network, batch, labels, mixture);
    assert.ok(loss > 0.1);
    const read = new Set(drawn.normal.blocks.flatMap(({ left, right }) => [left.state, right.state]));
    for (let state = 0; state < 7; state++) {
      const moved = gradients
        .get(`cell1.output.s${state}.output.conv.weight`)!
        .values.some(value => value !== 0);
      assert.equal(moved, !read.has(state), `state ${state}`);
    }
    const path = pathNetwork(shared, drawn);
    near(
      await session.evaluate(shared.network, batch, mixture),
      await session.evaluate(path, batch),
      1e-6,
      path.name,
    );
    const weights = await session.weights();
    session.dispose();
    assert.throws(() => inherit(shared, weights, drawn), {
      name: "RangeError",
      message:
        /inherit: expected weights of .*the supernet has this layer otherwise, so that its path \(pathNetwork\)/,
    });
  });

  it("weights of another supernet are refused by the layer", async () => {
    const shared = supernet(SmallCells);
    const session = await sessionOf(supernet(SmallCells.with({ channels: 4 })).network);
    const weights = await session.weights();
    session.dispose();
    const drawn = shared.space.draw(seeded(1))!;
    assert.throws(() => inherit(shared, weights, drawn), {
      name: "RangeError",
      message:
        /inherit: expected weights of 8 × 3 × 3 × 3 for "stem.conv.weight" of .*, got 4 × 3 × 3 × 3 in "stem.conv"/,
    });
    assert.throws(() => inherit(shared, {} as never, drawn), /expected weights by name, got/);
  });
});
