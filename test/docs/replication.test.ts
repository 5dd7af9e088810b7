/** What docs/replication.md calls ours is what the code computes, wherever that is arithmetic. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  AmoebaNetSpace,
  type CellNetwork,
  CellSpace,
  countArchitecture,
  DARTSSpace,
  designSpaceSizes,
  ENASMicroSpace,
  MnasNet,
  NASNetSpace,
  oneOf,
  PNASSpace,
  zoo,
  zooNames,
} from "netspace";
import { pnas } from "netspace/search";
import { root } from "../support/executed.js";

interface Row {
  readonly notebook: string;
  readonly what: string;
  readonly published: string;
  readonly source: string;
  readonly ours: string;
}

const rows = readFileSync(join(root, "docs", "replication.md"), "utf8")
  .split("\n")
  .flatMap((line): Row[] => {
    const [, notebook, what, published, source, ours] = line.split("|").map(cell => cell.trim());
    const name = /^`([a-z0-9-]+)`$/.exec(notebook ?? "")?.[1];
    return name === undefined ? [] : [{ notebook: name, what, published, source, ours }];
  });

const words = (value: number | bigint): string => value.toLocaleString("en");

const measures = ["flops", "params", "acts"] as const;
const published = { flops: ["flopsG", 1e9], params: ["paramsM", 1e6], acts: ["actsM", 1e6] } as const;

/** What is arithmetic and no network's, by what it is of. */
const computed: Readonly<Record<string, () => string>> = {
  "MnasNet's space, 432 ways for each of 5 blocks": () => Number(432n ** 5n).toExponential(2),
  "MnasNet's space, 432 ways for each of 15 layers": () => Number(432n ** 15n).toExponential(2),
  // Of the space's seven blocks the options of each, which the program lists.
  "ways of a block of MnasNet's space": () =>
    `${Math.round(Number(MnasNet.size) ** (1 / 7))} by the listed options`,
  "exponent by which a doubled latency costs 5 %": () => Math.log2(0.95).toFixed(4).replace("-", "−"),
  "cells of five blocks, ordered": () => Number(PNASSpace.size).toExponential(2),
  "cells of one block, sides swapped": () => String(firstOfPnas()),
  "models that PNAS trains": () => words(firstOfPnas() + 4 * 256),
  "NASNet-A 7@2304 on CIFAR-10, params": () =>
    words(ofFilters("NASNet-A-cifar", 96, { cells: 21 }, 32).params),
  "AmoebaNet-A (6, 36) on CIFAR-10, params": () => words(ofFilters("AmoebaNet-A-cifar", 36, {}, 32).params),
  "AmoebaNet-A (6, 448) at 299 px, params": () => words(large(448).params),
  "AmoebaNet-A (6, 448) at 299 px, flops": () => words(large(448).flops),
  "ordered cells of NASNet's space": () => orderedCells(NASNetSpace),
  "ordered cells of AmoebaNet's space": () => orderedCells(AmoebaNetSpace),
  "ordered cells of PNAS' space": () => orderedCells(PNASSpace),
  "ordered cells of ENAS' space": () => orderedCells(ENASMicroSpace),
  "ordered cells of DARTS' space, with none": () => orderedCells(DARTSSpace, ["none"]),
  ...Object.fromEntries(
    designSpaceSizes.rows.map(({ space, paper }) => [
      `${space}, settings by the paper's formula`,
      () => words(BigInt(String(paper).replaceAll(",", ""))),
    ]),
  ),
};

/** A network of cells for CIFAR-10 with other filters: its stem has three times as many. */
function ofFilters(name: string, filters: number, parts: Partial<CellNetwork>, resolution: number) {
  const network = zoo(name).architecture as unknown as CellNetwork;
  const stem = { ...network.stem, width: 3 * filters };
  return countArchitecture({ ...network, ...parts, filters, stem }, resolution);
}

const large = (filters: number) =>
  countArchitecture({ ...zoo("AmoebaNet-A-large").architecture, filters }, 299);

/** One cell, any two inputs of a block in order, sums alone: as the design spaces' sizes are printed. */
function orderedCells({ options }: CellSpace, more: readonly string[] = []): string {
  const operations = [...options.operations, ...more];
  const { size } = new CellSpace({
    ...options,
    name: "one",
    cellKinds: 1,
    inputs: "any",
    combine: false,
    operations,
  });
  return words(size);
}

function firstOfPnas(): number {
  const space = new CellSpace({ ...PNASSpace.options, name: "growing", blocks: oneOf([1, 2, 3, 4, 5]) });
  return pnas().start({ space, seed: 1 }).ask(1000).length;
}

test("counts that the page calls ours are those of the networks, and published ones those of the zoo", () => {
  let networks = 0;
  for (const { what, published: printed, ours } of rows) {
    const [name, measure] = what.split(", ");
    if (!zooNames().includes(name) || !(measures as readonly string[]).includes(measure)) continue;
    const of = measure as (typeof measures)[number];
    const { architecture, resolution, published: facts } = zoo(name);
    assert.equal(ours, words(countArchitecture(architecture, resolution)[of]), what);
    const [field, unit] = published[of];
    assert.equal(printed, `${facts[field]}${unit === 1e9 ? "G" : "M"}`, what);
    networks++;
  }
  assert.ok(networks >= 100, `${networks} counts`);
});

test("other arithmetic on the page is computed", () => {
  for (const [what, compute] of Object.entries(computed)) {
    const found = rows.filter(row => row.what === what);
    assert.equal(found.length, 1, `one row for: ${what}`);
    assert.equal(found[0].ours, compute(), what);
  }
});

test("every row says its notebook, its source and how that was read", () => {
  const marks = /\[(?:(?:paper|code|third|recalled|plot|counted|inferred)(?:, )?)+\]/;
  for (const row of rows) {
    for (const cell of Object.values(row)) assert.notEqual(cell, "", JSON.stringify(row));
    assert.match(row.source, marks, row.what);
    // Notebooks on architecture search come one by one.
    if (!row.notebook.startsWith("nas-")) {
      assert.ok(existsSync(join(root, "notebooks", `${row.notebook}.ipynb`)), row.notebook);
    }
  }
});
