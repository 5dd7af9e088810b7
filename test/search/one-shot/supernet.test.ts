/** Supernets by space: their size, their choices, and what is none of theirs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  complexity,
  countArchitecture,
  DARTSSpace,
  DecisionSpace,
  describe as title,
  NASNetCombineSpace,
  AnyNetXA,
  enasMacroSpace,
  MnasNetSmall,
  NASRLSmall,
  RegNetX,
  NasBench201,
  nasBench201,
  NDSDARTSSpace,
  seeded,
  SmallCells,
} from "netspace";

import { alphaOf, supernet, type SupernetOptions } from "../../../src/search/index.js";

const darts = (cells: number, filters: number) =>
  supernet(DARTSSpace.fix("cells", cells).fix("filters", filters));

describe("DARTS' supernet", () => {
  // The first is printed by quark0/darts cnn/train_search.py as 1.930618MB; the others were counted in its cnn/model_search.py.
  for (const [filters, cells, params, megaflops] of [
    [16, 8, 1_930_618, undefined],
    [4, 3, 72_854, 15.5],
    [4, 5, 136_182, 22.9],
    [4, 8, undefined, 37.7],
  ] as const) {
    it(`has its published size with ${filters} filters and ${cells} cells`, () => {
      const counted = complexity(darts(cells, filters).network, 32);
      if (params !== undefined) assert.equal(counted.params, params);
      if (megaflops !== undefined) assert.equal((counted.flops / 1e6).toFixed(1), `${megaflops}`);
    });
  }

  it("shares its choices between all normal cells, and between all reduction cells: 14 edges of 8 operations each", () => {
    const { sums } = darts(5, 4);
    assert.deepEqual(
      sums.map(({ group, edges }) => [group, edges.length]),
      ["normal", "reduction"].flatMap(kind => [2, 3, 4, 5].map((edges, n) => [`${kind}.n${n + 1}`, edges])),
    );
    for (const { operations } of sums.flatMap(({ edges }) => edges)) {
      assert.deepEqual(operations, [
        "none",
        "max3",
        "avg3",
        "identity",
        "sep3",
        "sep5",
        "dilsep3",
        "dilsep5",
      ]);
    }
  });

  it("normalises without scale and shift in cells, also behind each pool; the stem has both", () => {
    const { layers } = darts(3, 4).network;
    const norms = layers.filter(layer => layer.op === "batchnorm");
    for (const { name, affine } of norms) assert.equal(affine, name === "stem.bn" ? undefined : false, name);
    const pools = layers.filter(({ op }) => op === "maxpool" || op === "avgpool2d");
    // Two on each of 14 edges of each of three cells.
    assert.equal(pools.length, 84);
    for (const { name } of pools)
      assert.ok(
        norms.some(({ inputs }) => inputs[0] === name),
        name,
      );
  });

  it("keeps of each node the two edges with the largest operation that is not none", () => {
    const shared = darts(4, 4);
    const alpha = new Map(
      Array.from(alphaOf(shared), ([edge, zeros]) => {
        const values = zeros.slice();
        // none outweighs all, and on edge 1 of node 2 takes all of the share that sep5 would have had there.
        values[0] = 3;
        if (edge.endsWith("n2.e0")) values[4] = 1;
        if (edge.endsWith("n2.e1")) [values[0], values[5]] = [9, 2];
        if (edge.endsWith("n2.e2")) values[7] = 0.5;
        if (edge.endsWith("n3.e3")) values[3] = 1;
        if (edge.endsWith("n3.e1")) values[1] = 0.1;
        return [edge, values] as const;
      }),
    );
    const { normal, reduction } = shared.discretise(alpha);
    assert.deepEqual(normal, reduction);
    assert.deepEqual(normal.blocks[1], {
      left: { op: "sep3", state: 0 },
      right: { op: "dilsep5", state: 2 },
    });
    assert.deepEqual(normal.blocks[2], {
      left: { op: "max3", state: 1 },
      right: { op: "identity", state: 3 },
    });
  });

  it("gives back the architecture whose operations have the largest α, for 50 drawn ones", () => {
    const shared = darts(3, 4);
    const random = seeded(11);
    for (let i = 0; i < 50; i++) {
      const drawn = shared.space.draw(random)!;
      const mixture = shared.mixture(drawn);
      const alpha = new Map<string, Float64Array>();
      for (const { group, edges } of shared.sums) {
        let at = 0;
        for (const { name, operations } of edges) {
          alpha.set(
            name,
            Float64Array.from({ length: operations.length }, () => mixture.get(group)![at++]),
          );
        }
      }
      assert.equal(title(shared.discretise(alpha)), title(drawn));
      for (const weights of mixture.values())
        assert.equal(Array.from(weights).filter(weight => weight === 1).length, 2);
    }
  });
});

describe("a supernet of NAS-Bench-201's kind", () => {
  it("has on each edge what the space gives it, and one sum for each node", () => {
    const { sums, network } = supernet(SmallCells);
    assert.deepEqual(
      sums.map(
        ({ group, edges }) => `${group}: ${edges.map(edge => `${edge.name} of ${edge.operations.length}`)}`,
      ),
      ["n1: n1.e0 of 5", "n2: n2.e0 of 3,n2.e1 of 5", "n3: n3.e0 of 3,n3.e1 of 3,n3.e2 of 5"],
    );
    // One for each node of one cell in each of three stages.
    assert.equal(network.layers.filter(({ op }) => op === "mix").length, 9);
  });

  it("is as large as all of its operations together", () => {
    const cell = (operation: string) =>
      `|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`;
    const params = (text: string) => countArchitecture(nasBench201(text)).params;
    const without = params(cell("none"));
    assert.equal(
      complexity(supernet(NasBench201).network, 32).params,
      params(cell("nor_conv_1x1")) + params(cell("nor_conv_3x3")) - without,
    );
  });

  it("takes each edge's operation of the largest α", () => {
    const shared = supernet(SmallCells);
    const text = "|nor_conv_3x3~0|+|avg_pool_3x3~0|none~1|+|skip_connect~0|none~1|nor_conv_1x1~2|";
    const chosen = new Map<string, string>();
    const architecture = nasBench201(text, { channels: 8, cells: 1, resolution: 12 });
    for (const [n, edges] of architecture.nodes.entries())
      for (const { operation, from } of edges) chosen.set(`n${n + 1}.e${from}`, operation);
    const found = shared.discretise(
      alphaOf(shared, (edge, operation) => (chosen.get(edge) === operation ? 1 : 0)),
    );
    assert.equal(title(found), title(architecture));
  });
});

describe("what a supernet refuses", () => {
  const shared = supernet(SmallCells);
  const cell = (text: string, other: object = {}) =>
    nasBench201(text, { channels: 8, cells: 1, resolution: 12, ...other });
  const whole = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";

  for (const [name, architecture, message] of [
    [
      "an operation that the space does not give an edge",
      cell(whole.replace("none~0|none~1|+", "nor_conv_3x3~0|none~1|+")),
      /mixture: SmallCells has no "nor_conv_3x3" at "n2.e0" in its supernet; choices there are none, skip_connect, avg_pool_3x3/,
    ],
    [
      "other channels",
      cell(whole, { channels: 16 }),
      /mixture: SmallCells: .* whose channels are 8 as in its supernet, got 16/,
    ],
    ["fewer nodes", cell("|none~0|+|none~0|none~1|"), /whose nodes are 3 as in its supernet, got 2/],
    ["another family", DARTSSpace.draw(seeded(1)), /expected an architecture of family "NAS-Bench-201"/],
    ["nothing", undefined, /expected an architecture of family "NAS-Bench-201", got undefined/],
  ] as const) {
    it(`a path with ${name}`, () => {
      assert.throws(() => shared.mixture(architecture as never), { name: "RangeError", message });
    });
  }

  const classless = new DecisionSpace(
    "classless",
    choose => {
      const { classes: _classes, ...rest } = cell(`|${choose.free("op", ["none", "skip_connect"])}~0|`);
      return rest;
    },
    { family: SmallCells.family! },
  );
  for (const [name, space, options, message] of [
    ["no space", undefined, {}, /supernet: expected a space such as SmallCells or DARTSSpace, got undefined/],
    [
      "concatenating blocks",
      NASNetCombineSpace,
      {},
      /expected architectures that differ in their choices alone, whose concatenating blocks/,
    ],
    ["filters that vary", NDSDARTSSpace, {}, /whose filters are 16 as in NDS-DARTS, got 24/],
    ["widths that vary", AnyNetXA, {}, /whose widths are \[8,8,8,8\] as in AnyNetXA, got \[16,8,8,8\]/],
    [
      "widths that follow from a line, of which few ways make a network",
      RegNetX,
      {},
      /whose [a-z ]+ are .* as in RegNetX/,
    ],
    ["filters of blocks that vary", MnasNetSmall, {}, /whose widths are .* as in MnasNet-small/],
    ["filters of layers that vary", NASRLSmall, {}, /whose widths are .* as in NAS-RL-small/],
    [
      "layers that join by concatenation",
      enasMacroSpace({ layers: 6, filters: 4, joins: "concat" }),
      { classes: 10 },
      /expected layers that join by "sum", got "concat" in ENAS-macro, 6 layers/,
    ],
    ["no classes", classless, {}, /expected a number of classes, .* supernet\(space, \{ classes: 10 \}\)/],
    ["classes of no number", SmallCells, { classes: 0 }, /classes must be a positive integer, got 0/],
    ["another form", SmallCells, { form: "soft" }, /form must be "relaxed" or "paths", got "soft"/],
    ["an option misspelt", SmallCells, { clases: 10 }, /unknown option "clases"; did you mean "classes"/],
  ] as const) {
    it(`a space with ${name}`, () => {
      assert.throws(() => supernet(space as never, options as SupernetOptions), {
        name: "RangeError",
        message,
      });
    });
  }

  it("takes classes that a space does not say", () => {
    assert.equal(supernet(classless, { classes: 7 }).network.classes, 7);
    const { space, network } = supernet(SmallCells, { classes: 5, resolution: 16 });
    assert.equal(network.classes, 5);
    assert.equal(space.draw(seeded(1))!.classes, 5);
  });
});
