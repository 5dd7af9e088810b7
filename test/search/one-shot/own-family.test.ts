/** Supernets of a family of one's own: registered, or made as a value. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { build, countArchitecture, complexity, seeded, type Space, weightShapes } from "netspace";

import {
  alphaOf,
  inherit,
  pathNetwork,
  registerSupernets,
  relax,
  sharedNetwork,
  supernet,
  type Supernet,
  type SupernetFamily,
} from "../../../src/search/index.js";
import type { Assembly, Feature } from "../../../src/networks/assembly/operators.js";
import { type Chain, chain, chains } from "../../support/chain-family.js";

/** Chains of one to three links of 8 channels. */
const equal: Space<Chain> = {
  ...chains,
  name: "equal chains",
  draw: random =>
    chain(
      Array.from({ length: 1 + Math.floor(3 * random()) }, () => 8),
      { classes: 3, resolution: 16 },
    ),
};

const link = <F extends Feature>(ops: Assembly<F>, x: F, i: number): F => {
  ops.scope(`link${i}`);
  return ops.activation("act", ops.conv("conv", x, 8, { kernel: 3, stride: 2, bias: true }), "relu");
};

/** The chain's end averages what any number of links gave, so that all have one shape. */
const own: SupernetFamily<Chain> = {
  family: "chain of the tests",
  fixed: ({ widths }) => ({ "first width": widths[0] }),
  design({ name, examples, classes, resolution }) {
    const most = Math.max(...examples.map(({ widths }) => widths.length));
    return {
      ...sharedNetwork({ name, classes, resolution }, (ops, image) => {
        const given: (typeof image)[] = [];
        let x = image;
        for (let i = 1; i <= most; i++) {
          x = link(ops, x, i);
          ops.scope(`end${i}`);
          given.push(ops.avgpool("pool", x));
        }
        const operations = given.map((mean, i) => ({ name: `${i + 1}`, build: () => mean }));
        const end = ops.share("end", "length", [{ name: "length", at: "", operations }]);
        ops.scope("head");
        return ops.linear("fc", end, classes);
      }),
      chosen: ({ widths }) => [["length", `${widths.length}`]],
      discretise: alpha => {
        const values = Array.from(alpha.get("length")!);
        return chain(Array.from({ length: 1 + values.indexOf(Math.max(...values)) }, () => 8));
      },
    };
  },
};

describe("supernets of a family of one's own", () => {
  it("a family without is refused by name, with those that have some", () => {
    assert.throws(() => supernet(equal), {
      name: "RangeError",
      message:
        /supernet: expected a space of a family that has supernets, AnyNet, Cells, layers, mobile, NAS-Bench-201, NAS-Bench-Macro, got equal chains of family "chain of the tests"; registerSupernets\(\)/,
    });
  });

  it("once registered, its spaces have supernets, whose paths are its architectures", () => {
    assert.equal(registerSupernets(own), own);
    const shared = supernet(equal);
    assert.equal(shared.network.classes, 3);
    const two = chain([8, 8], { classes: 3, resolution: 16 });
    assert.deepEqual(Array.from(shared.mixture(two).get("length")!), [0, 1, 0]);
    assert.equal(complexity(pathNetwork(shared, two), 16).params, countArchitecture(two, 16).params);
    assert.deepEqual(shared.discretise(alphaOf(shared, (_, length) => Number(length))).widths, [8, 8, 8]);
    const weights = new Map(
      Array.from(weightShapes(shared.network), ([name, shape]) => [
        name,
        { shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i) },
      ]),
    );
    assert.deepEqual([...inherit(shared, weights, two).keys()], [...weightShapes(build(two)).keys()]);
    assert.throws(
      () => shared.mixture(chain([8, 8, 8, 8])),
      /has no "4" at "length" in its supernet; choices there/,
    );
    assert.throws(() => shared.mixture(chain([16])), /whose first width is 8 as in its supernet, got 16/);
    // Of a space that cannot be asked for other parts, its architectures get them nevertheless.
    const seven = supernet(equal, { classes: 7 });
    assert.deepEqual([seven.network.classes, seven.space.draw(seeded(1))!.classes], [7, 7]);
    assert.throws(() => supernet(chains, { classes: 3 }), /whose first width is \d+ as in chains, got/);
  });

  it("a value of one's own is a supernet like those that are made", () => {
    const made = supernet(equal);
    const value: Supernet<Chain> = {
      space: equal,
      network: made.network,
      sums: made.sums,
      mixture: ({ widths }) =>
        new Map([["length", [1, 2, 3].map(length => Number(length === widths.length))]]),
      discretise: () => chain([8]),
    };
    const drawn = equal.draw(seeded(3))!;
    assert.deepEqual(pathNetwork(value, drawn).layers, pathNetwork(made, drawn).layers);
    assert.deepEqual(Array.from(relax(value, alphaOf(value)).get("length")!), [1 / 3, 1 / 3, 1 / 3]);
  });

  it("what makes no supernets is refused, and families that have some keep theirs", () => {
    assert.throws(() => registerSupernets({ family: "mine" } as never), {
      name: "RangeError",
      message: /registerSupernets: expected \{ family, fixed, design \}, got/,
    });
    assert.throws(
      () => registerSupernets({ ...own, family: "Cells" }),
      /family "Cells" has supernets of netspace's own/,
    );
  });

  it("sums of one group have one set of choices", () => {
    const twice = () =>
      sharedNetwork({ name: "twice", classes: 2, resolution: 8 }, (ops, image) => {
        const sum = (x: typeof image, place: string, names: readonly string[]) =>
          ops.share(place, "g", [
            {
              name: "e",
              at: "",
              operations: names.map(name => ({ name, build: () => ops.identity("id", x) })),
            },
          ]);
        return ops.linear("fc", ops.avgpool("pool", sum(sum(image, "a", ["x", "y"]), "b", ["x", "z"])), 2);
      });
    assert.throws(twice, {
      name: "NetworkError",
      message: /b: expected the choices that the other sums of group "g" have, e of x, y, got e of x, z/,
    });
  });
});
