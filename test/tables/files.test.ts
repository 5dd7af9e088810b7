import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { readNds, readPopulation, readPycls, readTable, readTimm, tableOf, writeTable } from "netspace";
import { packageRoot } from "../../src/base/node/paths.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | object): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const table = () =>
  tableOf({
    name: ["RegNetX-200MF", 'says "hi", twice', "größer"],
    error: [31.088, Number.NaN, 0.1 + 0.2],
    flops: [199_040_872, 3.2e12, -1],
    depth: [13, 22, 16],
  });

for (const ending of ["parquet", "csv", "jsonl", "ndjson"]) {
  test(`what was written as ${ending} is read back, to the last digit`, async () => {
    const file = join(folder, `it's a table.${ending}`);
    await writeTable(table(), file);
    const back = await readTable(file);
    assert.deepEqual(back.names, table().names);
    assert.deepEqual(back.rows, table().rows);
  });
}

test("writeTable() writes over an older file, and a filtered table as it is", async () => {
  const file = join(folder, "t.parquet");
  await writeTable(table(), file);
  await writeTable(
    table().filter(row => (row.depth as number) > 13),
    file,
  );
  assert.deepEqual((await readTable(file)).column("depth"), [22, 16]);
});

test("a Parquet file that is cut short anywhere is refused, and named", async () => {
  const file = join(folder, "t.parquet");
  await writeTable(table(), file);
  const bytes = readFileSync(file);
  for (const length of [0, 3, 40, Math.floor(bytes.length / 2), bytes.length - 1]) {
    writeFileSync(file, bytes.subarray(0, length));
    await assert.rejects(readTable(file), error => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "TableError");
      assert.match(error.message, /^readTable: .*t\.parquet/);
      return true;
    });
  }
});

test("files that are missing, or of an unknown kind, are refused with what is expected", async () => {
  await assert.rejects(readTable(join(folder, "no.csv")), {
    name: "TableError",
    message: `readTable: expected a file that can be read, got ${join(folder, "no.csv")}`,
  });
  await assert.rejects(readTable("table.xlsx"), {
    message:
      "readTable: expected a file that ends in .parquet, .csv, .tsv, .json, .jsonl or .ndjson, got table.xlsx",
  });
  await assert.rejects(writeTable(table(), join(folder, "no", "where.csv")), {
    name: "TableError",
    message: /^writeTable: .*where\.csv/,
  });
});

test("a CSV whose rows differ in length is refused, and one with missing values, semicolons or quotes is not", async () => {
  for (const ragged of ["a,b\n1,2\n3\n4,5,6\n", "a,b\n1,2\n3\n", "a,b\n1,2\n3,4,5\n", "a,b,c\n1,2,3,4\n"]) {
    await assert.rejects(
      readTable(write("ragged.csv", ragged)),
      {
        name: "TableError",
        message: /^readTable: expected as many values in every row as .*ragged\.csv; give/,
      },
      ragged,
    );
  }
  assert.deepEqual((await readTable(write("a.csv", "a,b\n1,\n3,4\n"))).column("b"), [Number.NaN, 4]);
  assert.deepEqual((await readTable(write("b.csv", "a;b\n1;2\n"))).rows, [{ a: 1, b: 2 }]);
  assert.deepEqual((await readTable(write("c.csv", '"a, b"\n1\n2\n'))).column("a, b"), [1, 2]);
});

test("a CSV or JSON Lines file with nothing in it is refused, and a CSV with a header only has no rows", async () => {
  for (const name of ["empty.csv", "empty.jsonl", "empty.ndjson"]) {
    await assert.rejects(readTable(write(name, "")), {
      name: "TableError",
      message: /^readTable: expected a line .*, got nothing in .*empty/,
    });
  }
  const header = await readTable(write("header.csv", "name,error\n"));
  assert.deepEqual([header.length, header.names], [0, ["name", "error"]]);
});

test("a column without any value is read back as numbers, whatever the file's ending", async () => {
  const unmeasured = tableOf({ name: ["a", "b"], error: [Number.NaN, Number.NaN], depth: [12, 13] });
  for (const ending of ["parquet", "csv", "jsonl"]) {
    const file = join(folder, `unmeasured.${ending}`);
    await writeTable(unmeasured, file);
    const back = await readTable(file);
    assert.deepEqual(back.errors, [Number.NaN, Number.NaN], ending);
    assert.deepEqual(back.rows, unmeasured.rows, ending);
  }
});

test("a table without rows keeps its columns in Parquet and CSV, and is refused as JSON Lines", async () => {
  const none = table().head(0);
  for (const ending of ["parquet", "csv"]) {
    const file = join(folder, `none.${ending}`);
    await writeTable(none, file);
    const back = await readTable(file);
    assert.deepEqual([back.length, back.names, back.errors], [0, none.names, []], ending);
  }
  await assert.rejects(writeTable(none, join(folder, "none.jsonl")), {
    name: "TableError",
    message:
      /^writeTable: expected a table with rows for .*none\.jsonl, got 0 rows; .* write \.parquet or \.csv$/,
  });
});

// The form of github.com/huggingface/pytorch-image-models, results/benchmark-infer-*.csv; numbers made up.
const timm = `model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count,infer_gmacs,infer_macts
tiny_a,160,100000.5,10.24,1024,0.36,0.06,0.55
uncounted_b,224,6000.0,170.667,1024,14.62,,
`;

test("readTimm() gives counts instead of millions and billions, and NaN for what was not counted", async () => {
  const population = await readTimm(write("infer.csv", timm));
  assert.deepEqual(population.rows[0], {
    name: "tiny_a",
    flops: 60_000_000,
    params: 360_000,
    acts: 550_000,
    resolution: 160,
    throughput: 100_000.5,
    inferenceMs: 10.24,
    batch: 1024,
  });
  assert.ok(Number.isNaN(population.column("flops")[1]));
  assert.deepEqual(population.complete().texts("name"), ["tiny_a"]);
});

test("readTimm() reads the millions of its accuracies with their thousands' separators", async () => {
  // The form of results/results-imagenet.csv: quotes only where there is a separator.
  const header = "model,img_size,top1,top1_err,top5,top5_err,param_count,crop_pct,interpolation,rank_diff";
  const rows = [
    "eva02_l,448,90.054,9.946,99.056,0.944,305.08,1.000,bicubic,0",
    'giant_a,560,89.796,10.204,99.012,0.988,"1,014.45",1.000,bicubic,+2',
    'giant_b,560,89.796,10.204,99.012,0.988,"2,000",1.000,bicubic,-11',
  ];
  const file = write("results.csv", [header, ...rows, ""].join("\n"));
  assert.deepEqual((await readTimm(file)).column("params"), [305_080_000, 1_014_450_000, 2_000_000_000]);
  assert.deepEqual(
    (await readPopulation(file)).column("params"),
    [305_080_000, 1_014_450_000, 2_000_000_000],
  );
  assert.deepEqual((await readTable(file)).column("rank_diff"), [0, 2, -11]);
  const giants = write("giants.csv", [header, ...rows.slice(1), ""].join("\n"));
  assert.deepEqual((await readTimm(giants)).column("params"), [1_014_450_000, 2_000_000_000]);
  const odd = write("odd.csv", [header, rows[0].replace("305.08", "many"), ""].join("\n"));
  await assert.rejects(readTimm(odd), {
    name: "TableError",
    message: /number as param_count, got "many" in row 1/,
  });
});

test("readTimm() reads accuracies, and refuses tables that are not timm's", async () => {
  const results = "model,top1,top1_err,top5,top5_err,param_count,img_size\nm,80.5,19.5,95,5,5.2,240\n";
  const [row] = (await readTimm(write("results.csv", results))).rows;
  assert.deepEqual(row, { name: "m", error: 19.5, top5Error: 5, params: 5_200_000, resolution: 240 });
  await assert.rejects(readTimm(write("other.csv", "x,y\n1,2\n")), {
    name: "TableError",
    message: /^readTimm: expected a timm table with model and param_count, got the columns x, y in /,
  });
});

/** A run as pycls's sweep_collect.py writes it, without what no reader needs. */
const run = (cfg: object, errors: (number | null)[], ema?: number[]) => ({
  log_file: "/logs/run-7/stdout.log",
  cfg: {
    TRAIN: { IM_SIZE: 224, BATCH_SIZE: 128 },
    OPTIM: { MAX_EPOCH: 10, BASE_LR: 0.05, WEIGHT_DECAY: 5e-5 },
    ...cfg,
  },
  complexity: { flops: 380_000_000, params: 5_000_000, acts: 3_000_000 },
  test_epoch: { epoch_ind: [9, 10], epoch_max: [10, 10], min_top1_err: errors },
  ...(ema && { test_ema_epoch: { min_top1_err: ema } }),
  train_epoch: { mem: [100, 120], time_epoch: [30, 31] },
});
const anynet = {
  MODEL: { TYPE: "anynet" },
  ANYNET: {
    DEPTHS: [1, 2, 3, 4],
    WIDTHS: [32, 64, 128, 256],
    BOT_MULS: [0.5, 0.5, 1, 1],
    GROUP_WS: [8, 8, 16, 16],
  },
};
const regnet = {
  MODEL: { TYPE: "regnet" },
  REGNET: { DEPTH: 13, W0: 24, WA: 36.44, WM: 2.49, GROUP_W: 8, BOT_MUL: 1 },
};

test("readPycls() maps a sweep to our columns: least error of the averaged weights, stages, recipe", () => {
  const file = write("sweep.json", [run(anynet, [70, 60], [55, 52.5]), run(regnet, [44, 41])]);
  const population = readPycls(file);
  const [a, r] = population.rows;
  assert.deepEqual([a.name, a.error, a.flops, a.acts, a.resolution], ["run-7", 52.5, 380e6, 3e6, 224]);
  assert.deepEqual([a.depth, a.d4, a.w2, a.b1, a.b3, a.g4], [10, 4, 64, 2, 1, 16]);
  assert.deepEqual(
    [a.epochs, a.trainBatch, a.learningRate, a.weightDecay, a.seconds],
    [10, 128, 0.05, 5e-5, 61],
  );
  assert.equal(a.memory, 120 * 2 ** 20);
  assert.deepEqual([r.error, r.depth, r.w0, r.wa, r.wm, r.g, r.b], [41, 13, 24, 36.44, 2.49, 8, 1]);
  assert.deepEqual(population.column("w1"), [32, Number.NaN]);
});

test("readPycls() says how much of its epochs a run has done, and how many runs go on", () => {
  const begun = {
    ...run(regnet, [89]),
    test_epoch: { epoch_ind: [1, 2, 3], epoch_max: [50, 50, 50], min_top1_err: [95, 91, 89] },
  };
  const unsaid = { ...run(regnet, [50]), test_epoch: { min_top1_err: [50] } };
  const population = readPycls(write("sweep.json", [run(anynet, [60]), begun, unsaid]));
  assert.deepEqual(population.column("done"), [1, 0.06, Number.NaN]);
  assert.deepEqual(population.errors, [60, 89, 50]);
  assert.deepEqual(population.notes, [
    "1 of 3 runs have not finished; their errors are those so far, see the column done",
  ]);
  assert.deepEqual(population.filter(row => row.done === 1).errors, [60]);
});

test("netspace sweep compare says which errors are those of runs that go on", () => {
  const begun = (errors: number[]) =>
    errors.map(error => ({
      ...run(regnet, [error]),
      test_epoch: { epoch_ind: [3], epoch_max: [50], min_top1_err: [error] },
    }));
  const [a, b] = [write("a.json", begun([60, 61, 62])), write("b[1].json", begun([50, 51]))];
  write("b1.json", begun([1, 2, 3, 4, 5]));
  const main = join(packageRoot, "dist", "src", "cli", "main.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "sweep", "compare", a, b, "--json"], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /note: a: 3 of 3 runs have not finished/);
  assert.match(stderr, /note: b\[1\]: 2 of 2 runs have not finished/);
  const { populations } = JSON.parse(stdout) as { populations: { name: string; n: number }[] };
  assert.deepEqual(
    populations.map(({ name, n }) => [name, n]),
    [
      ["a", 3],
      ["b[1]", 2],
    ],
  );
});

test("netspace sweep compare refuses a population beside itself, whatever its names", () => {
  const csv = join(folder, "p.csv");
  writeFileSync(csv, "error\n1\n2\n3\n");
  symlinkSync(csv, join(folder, "link.csv"));
  const shipped = join(packageRoot, "data", "populations", "AnyNetXA.parquet");
  const main = join(packageRoot, "dist", "src", "cli", "main.js");
  for (const [a, b] of [
    ["p.csv", "p.csv"],
    ["p.csv", "./p.csv"],
    ["p.csv", csv],
    ["p.csv", "link.csv"],
    ["AnyNetXA", shipped],
  ]) {
    const options = { encoding: "utf8", cwd: folder } as const;
    const { status, stderr } = spawnSync(process.execPath, [main, "sweep", "compare", a, b], options);
    assert.equal(status, 1, stderr);
    const twice = a === b ? `${a} twice` : `${a} and ${b}, which are one`;
    const said = `sweep compare: expected each population once, got ${twice}; leave one of them out`;
    assert.ok(stderr.includes(said), stderr);
  }
});

test("an empty list of a pycls or NDS run is no depth, time or memory of 0", () => {
  // pycls writes every section of its configuration, whatever the model's type.
  const empty = { DEPTHS: [], WIDTHS: [], BOT_MULS: [], GROUP_WS: [] };
  const of = (type: string) => ({
    MODEL: { TYPE: type, DEPTH: 50 },
    ANYNET: empty,
    EN: { DEPTHS: [], WIDTHS: [] },
  });
  const runs = ["resnet", "vit", "effnet", "anynet"].map(type => ({
    ...run(of(type), [40]),
    train_epoch: { mem: [], time_epoch: [] },
  }));
  const population = readPycls(write("sweep.json", runs));
  for (const column of ["depth", "seconds", "memory"]) {
    assert.deepEqual(population.column(column), [Number.NaN, Number.NaN, Number.NaN, Number.NaN], column);
  }
  const stem = readNds(
    write("nds.json", [
      { ...nds, net: { ds: [1], ws: [16] } },
      { ...nds, net: {} },
    ]),
  );
  assert.deepEqual(stem.column("depth"), [Number.NaN, Number.NaN]);
});

test("readPycls() and readNds() read files with a byte order mark, and keep long job numbers", () => {
  const marked = write("sweep.json", `\uFEFF${JSON.stringify([run(anynet, [60])])}`);
  assert.deepEqual(readPycls(marked).errors, [60]);
  const long = JSON.stringify([{ ...nds, job_id: 0 }]).replace('"job_id":0', '"job_id":9007199254740993');
  assert.deepEqual(readNds(write("nds.json", long)).texts("name"), ["9007199254740993"]);
});

test("readPycls() leaves out runs without a tested epoch, and says so; Python's NaN is no error", () => {
  const { test_epoch: _none, ...untested } = run(anynet, []);
  const text = JSON.stringify([run(anynet, [null, 60]), untested]).replace("[null,60]", "[NaN, 60.0]");
  const population = readPycls(write("sweep.json", text));
  assert.deepEqual(population.errors, [60]);
  assert.deepEqual(population.notes, ["1 of 2 runs have no tested epoch; left out"]);
});

/** A run as the NDS release has it; the lists' first entry is the stem. */
const nds = {
  job_id: 12,
  rng_seed: 1,
  flops: 1.2e8,
  params: 8e5,
  min_test_top1: 6.25,
  test_ep_top1: [9, 6.25],
  net: {
    ds: [1, 3, 5, 7],
    ws: [16, 32, 64, 128],
    bot_muls: [0, 0.5, 1, 0.25],
    num_gs: [0, 2, 4, 1],
    ss: [1, 1, 2, 2],
  },
  optim: { base_lr: 0.1, wd: 5e-4, max_ep: 100 },
};

test("readNds() maps a population to our columns, also of cells and of files with two lists", () => {
  const [row] = readNds(write("ResNeXt-A.json", [nds])).rows;
  assert.deepEqual([row.name, row.error, row.flops, row.params, row.seed], ["12", 6.25, 1.2e8, 8e5, 1]);
  assert.deepEqual([row.depth, row.d1, row.d3, row.w1, row.w3], [15, 3, 7, 32, 128]);
  assert.deepEqual([row.b1, row.b2, row.b3, row.g1, row.g2, row.g3], [2, 1, 4, 8, 16, 32]);
  assert.deepEqual([row.epochs, row.learningRate, row.weightDecay], [100, 0.1, 5e-4]);
  const cell = { ...nds, net: { genotype: { normal: [] }, depth: 14, width: 24, aux: false } };
  const both = readNds(write("DARTS_in.json", { top: [cell], mid: [nds] }));
  assert.deepEqual(both.column("depth"), [14, 15]);
  assert.deepEqual(both.column("width"), [24, Number.NaN]);
});

test("readPycls() and readNds() leave damaged runs out, and say which", () => {
  const { cfg: _none, ...bare } = run(anynet, [60]);
  const emptyEpoch = { ...run(anynet, []), test_epoch: {} };
  const odd = { ...run({ ANYNET: { DEPTHS: 5 }, MODEL: null }, [58]), log_file: 7, train_epoch: { mem: 1 } };
  const sweep = readPycls(write("sweep.json", [null, run(regnet, [41]), bare, emptyEpoch, 3, odd]));
  assert.deepEqual(sweep.errors, [41, 58]);
  assert.deepEqual(sweep.notes, [
    "4 of 6 runs lack a cfg or the errors of their tested epochs; left out, at index 0, 2, 3, 4",
  ]);
  const { flops: _flops, ...uncounted } = nds;
  const population = readNds(write("nds.json", [nds, null, uncounted, { ...nds, net: null, optim: 1 }, [1]]));
  assert.deepEqual(population.column("depth"), [15, Number.NaN]);
  assert.deepEqual(population.notes, [
    "3 of 5 runs lack min_test_top1, flops or params; left out, at index 1, 2, 4",
  ]);
  assert.throws(() => readNds(write("half.json", { top: [nds], mid: null })), {
    name: "TableError",
    message: /^readNds: expected an NDS population, .*got something else in .*half\.json$/,
  });
});

test("readPopulation() tells the files apart by what they hold", async () => {
  assert.deepEqual((await readPopulation(write("a.json", [nds]))).errors, [6.25]);
  assert.deepEqual((await readPopulation(write("b.json", [run(regnet, [44, 41])]))).errors, [41]);
  assert.equal((await readPopulation(write("c.csv", timm))).names[1], "flops");
  await writeTable(table(), join(folder, "d.parquet"));
  assert.deepEqual((await readPopulation(join(folder, "d.parquet"))).names, table().names);
});

test("JSON that is broken, or something else, is refused with what is expected", () => {
  const broken = write("broken.json", '[{"cfg": ');
  assert.throws(() => readPycls(broken), {
    name: "TableError",
    message: /^readPycls: expected JSON, could not read .*broken\.json: /,
  });
  const other = write("other.json", { a: 1 });
  assert.throws(() => readNds(other), {
    name: "TableError",
    message: `readNds: expected an NDS population, a list of runs with min_test_top1, got something else in ${other}`,
  });
  assert.throws(() => readNds(write("empty.json", [])), { message: /got something else/ });
});
