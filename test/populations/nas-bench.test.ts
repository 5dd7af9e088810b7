/** Readers of the tables of NAS-Bench-201 and NAS-Bench-Macro, in small files of their form. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  countArchitecture,
  nasBench201,
  nasBenchMacro,
  populationFrom,
  readNasBench201,
  readNasBenchMacro,
  readPopulation,
  zoo,
} from "netspace";

const folder = mkdtempSync(join(tmpdir(), "netspace-tables-"));
const write = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const header = "arch,cifar10-test,cifar10-val,cifar100-test,cifar100-val,imagenet-test,imagenet-val";
const all = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const none = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
const csv = write("cells.csv", `${header}\n${all},93.25,90.5,70,69.5,44,43\n${none},10,9.7,1,,0.8,0.9\n`);

test("NAS-Bench-201's accuracies become errors by dataset, of cells that are counted", async () => {
  const table = await readNasBench201(csv, { epochs: 12 });
  assert.equal(table.length, 2);
  assert.deepEqual(table.notes, []);
  const [row, dead] = table.rows;
  assert.equal(row.name, all);
  assert.deepEqual(
    [
      row.error,
      row.validationError,
      row.cifar10Error,
      row.cifar100Error,
      row.imagenet16ValidationError,
      row.epochs,
    ],
    [6.75, 9.5, 6.75, 30, 57, 12],
  );
  // The benchmark's own integers.
  assert.deepEqual([row.params, row.flops], [1_531_546, 220_119_690]);
  assert.deepEqual([row.nor_conv_3x3, row.depth, dead.depth, dead.none], [6, 3, 0, 6]);
  assert.ok(Number.isNaN(dead.cifar100ValidationError));
  assert.deepEqual(zoo(row.name as string).architecture, nasBench201(all));
});

test("the dataset that is asked for decides errors, classes and images", async () => {
  const [row] = (await readNasBench201(csv, { dataset: "imagenet16" })).rows;
  assert.deepEqual([row.error, row.validationError, row.resolution], [56, 57, 16]);
  const { flops, params } = countArchitecture(nasBench201(all, { classes: 120, resolution: 16 }));
  assert.deepEqual([row.flops, row.params], [flops, params]);
});

test("readPopulation() knows the table, and says that it does not know the epochs", async () => {
  const table = await readPopulation(csv);
  assert.match(table.notes.join(), /does not say for how many epochs.*give \{ epochs \}/);
  assert.ok(table.column("epochs").every(Number.isNaN));
  assert.equal((await populationFrom(csv)).population.errors[0], 6.75);
});

test("other columns are kept, and cells that come twice, with a note", async () => {
  const table = await readNasBench201(
    write("more.csv", `arch,cifar10-test,seed,who\n${all},90,777,me\n${all},91,888,you\n`),
  );
  assert.deepEqual(table.column("seed"), [777, 888]);
  assert.deepEqual(table.texts("who"), ["me", "you"]);
  assert.match(table.notes.join(), /1 of 2 rows are of a cell that has another; all are kept/);
});

for (const [what, content, message] of [
  [
    "a cell that is none",
    `${header}\n${all},1,2,3,4,5,6\n|conv~0|,1,2,3,4,5,6\n`,
    /in row 2: node 1, edge 1 of the cell: unknown operation "conv"/,
  ],
  [
    "a cell that is missing",
    `${header}\n${all},1,2,3,4,5,6\n,1,2,3,4,5,6\n`,
    /expected a cell as arch, got "" in row 2/,
  ],
  [
    "an accuracy above 100",
    `${header}\n${all},193.25,90.5,70,69.5,44,43\n`,
    /expected accuracies from 0 to 100 %, got 193\.25 as cifar10-test in row 1/,
  ],
  ["an accuracy that is a text", `${header}\n${all},good,90.5,70,69.5,44,43\n`, /cifar10-test.*"good"/],
  [
    "fractions",
    `arch,cifar10-test\n${Array.from({ length: 20 }, () => `${all},0.93`).join("\n")}\n`,
    /in per cent, got none above 1 as cifar10-test/,
  ],
  [
    "two columns of a kind",
    `arch,cifar10-test,CIFAR-10-test\n${all},90,91\n`,
    /expected one column of each kind, got a second as "CIFAR-10-test"/,
  ],
  [
    "no accuracies",
    `arch,flops\n${all},3\n`,
    /expected a table with arch and accuracies such as cifar10-test, got the columns arch, flops/,
  ],
] as const) {
  test(`a table of NAS-Bench-201 with ${what} is refused by row`, async () => {
    const file = write("bad.csv", content);
    await assert.rejects(readNasBench201(file), { name: "TableError", message });
  });
}

test("options that readNasBench201() does not have are refused", async () => {
  await assert.rejects(
    readNasBench201(csv, { dataset: "mnist" } as object),
    /dataset must be one of cifar10, cifar100, imagenet16, got "mnist"/,
  );
  await assert.rejects(readNasBench201(csv, { epochs: 0 }), /epochs must be a positive integer, got 0/);
  await assert.rejects(readNasBench201(csv, { epoch: 12 } as object), /unknown option "epoch"/);
  const only = write("only.csv", `arch,cifar100-test\n${all},70\n`);
  assert.equal((await readNasBench201(only)).errors[0], 30);
  await assert.rejects(
    readNasBench201(only, { dataset: "cifar10" }),
    /expected accuracies of cifar10, got those of cifar100/,
  );
});

const entry = (accuracies: readonly (number | null)[], params: number, flops: number) => ({
  test_acc: accuracies,
  mean_acc: 0,
  std: 0.25,
  params,
  flops,
});
// The first two rows' costs are the benchmark's.
const macro = {
  "22212220": entry([93, 93.5, 94], 1_985_514, 85_164_544),
  "00000000": entry([59, 60.5, 61], 387_882, 7_713_280),
};

test("NAS-Bench-Macro's table has the errors of each training and of all", async () => {
  const file = write("macro.json", JSON.stringify(macro));
  const table = await readNasBenchMacro(file);
  const [best, least] = ["22212220", "00000000"].map(name => table.rows.find(row => row.name === name)!);
  assert.deepEqual(
    [best.error, best.error1, best.error2, best.error3, best.errorSd, best.trainings, best.epochs],
    [6.5, 7, 6.5, 6, 0.25, 3, 50],
  );
  assert.deepEqual([best.params, best.flops, best.depth, best.d3], [1_985_514, 85_164_554, 7, 2]);
  assert.equal(best.acts, countArchitecture(nasBenchMacro("22212220")).acts);
  assert.equal(least.depth, 0);
  assert.deepEqual(table.notes, []);
  assert.deepEqual((await readPopulation(file)).rows, table.rows);
});

test("costs that are not those of the network of a code are kept, and noted", async () => {
  const file = write("other.json", JSON.stringify({ ...macro, "00000000": entry([59], 387_883, 7_713_280) }));
  const table = await readNasBenchMacro(file);
  assert.match(table.notes.join(), /1 of 2 networks have other params or flops/);
  assert.ok(table.column("params").includes(387_883));
});

for (const [what, content, message] of [
  [
    "a code of seven digits",
    { ...macro, "2221222": entry([1], 1, 1) },
    /network "2221222": expected eight digits from 0 to 2, got expected 8 layers|network "2221222"/,
  ],
  [
    "a digit that is none",
    { ...macro, "22212229": entry([1], 1, 1) },
    /network "22212229": expected eight digits from 0 to 2/,
  ],
  [
    "no accuracies",
    { ...macro, "11111111": { params: 1, flops: 1 } },
    /network "11111111": expected \{ test_acc: \[accuracy, …\], params, flops \}/,
  ],
  [
    "an accuracy that is none",
    { ...macro, "11111111": entry([101], 1, 1) },
    /network "11111111": expected accuracies from 0 to 100 %, got 101/,
  ],
  [
    "params that are none",
    { ...macro, "11111111": { ...entry([50], 1, 1), params: "1M" } },
    /network "11111111": expected params and flops as counts, got "1M" and 1/,
  ],
] as const) {
  test(`NAS-Bench-Macro's table with ${what} is refused by network`, async () => {
    await assert.rejects(readNasBenchMacro(write("bad.json", JSON.stringify(content))), {
      name: "TableError",
      message,
    });
  });
}

test("what is another file is refused, and a network that comes twice", async () => {
  await assert.rejects(
    readNasBenchMacro(write("list.json", "[1, 2]")),
    /expected NAS-Bench-Macro's table, an object of codes/,
  );
  const twice = `{"00000000": ${JSON.stringify(macro["00000000"])}, "00000000": ${JSON.stringify(macro["00000000"])}}`;
  await assert.rejects(readNasBenchMacro(write("twice.json", twice)), {
    name: "TableError",
    message: /"00000000"/,
  });
  const missing = await readNasBenchMacro(
    write("missing.json", JSON.stringify({ "00000000": entry([59, null], 387_882, 7_713_280) })),
  );
  assert.ok(Number.isNaN(missing.errors[0]));
  assert.equal(missing.column("error1")[0], 41);
});
