import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  readCompact,
  readNds,
  readPopulation,
  readPycls,
  readTable,
  readTimm,
  tableOf,
  writeTable,
} from "netspace";
import { packageRoot } from "../../src/base/node/paths.js";

const main = join(packageRoot, "dist", "src", "cli", "main.js");
const shipped = join(packageRoot, "data", "populations", "RegNetX.parquet");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "netspace-names-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What patterns, shells, URLs, partitions and SQL make something of. */
const NAMES = [
  "a,b,ab,a[b],a[bc],a[!b],[a-b],*,**,?,a?,{a,b},{a..b},a\\b,a\\[b],a\\*,~,~root,-a, a,'a',\"a\",$HOME,%20,#a".split(
    /,(?![ab]\})/,
  ),
  [
    "x=1/a",
    "x=1/y=two/a",
    "a[1]/b",
    "*/a",
    "**/a",
    "c:/a",
    "s3:/a",
    "http:/a/a?b=1&c=2",
    "data:,a",
    "file:/a",
    "A",
  ],
  ["ü*é", "a\nb", "a;b", "a`b`", "dot.csv.d/a", "x".repeat(240), "]a[", "[[]", "[*]", "a.parquet?x=1"],
].flat();

for (const ending of ["parquet", "csv", "tsv", "jsonl", "json", "csv.gz"]) {
  test(`a ${ending} file is written and read by the very name it has, whatever stands in it`, async () => {
    const files = NAMES.map(name => join(folder, `${name}.${ending}`));
    for (const [i, file] of files.entries()) {
      mkdirSync(dirname(file), { recursive: true });
      await writeTable(tableOf({ error: [i], depth: [i + 0.5] }), file);
      assert.ok(existsSync(file), file);
    }
    for (const [i, file] of files.entries()) {
      const table = await readTable(file);
      assert.deepEqual([table.names, table.rows], [["error", "depth"], [{ error: i, depth: i + 0.5 }]], file);
    }
    assert.equal(
      readdirSync(folder, { recursive: true }).filter(name => String(name).includes(".new")).length,
      0,
    );
  });
}

test("names are taken as they are in relative paths, through links and in file: URLs", async () => {
  const here = process.cwd();
  process.chdir(folder);
  try {
    mkdirSync("~");
    mkdirSync("real/deep", { recursive: true });
    for (const [i, name] of ["~/a.parquet", "real/t[1].parquet", "t.parquet", "s3:a.parquet"].entries()) {
      await writeTable(tableOf({ error: [i] }), name);
      assert.deepEqual((await readTable(name)).errors, [i], name);
    }
    symlinkSync("real/t[1].parquet", "link[2].parquet");
    symlinkSync("real/deep", "over");
    assert.deepEqual((await readTable("link[2].parquet")).errors, [1]);
    // The system goes up from the folder that the link leads to.
    assert.deepEqual((await readTable("over/../t[1].parquet")).errors, [1]);
    const url = pathToFileURL(join(folder, "real", "t[1].parquet"));
    assert.deepEqual((await readTable(url)).errors, [1]);
    await writeTable(tableOf({ error: [9] }), pathToFileURL(join(folder, "u[r]l?.csv")));
    assert.deepEqual((await readTable("u[r]l?.csv")).errors, [9]);
    await assert.rejects(readTable(new URL("https://example.org/a.csv")), {
      name: "TableError",
      message: "readTable: expected a path or a file: URL, got https://example.org/a.csv",
    });
  } finally {
    process.chdir(here);
  }
});

test("folders called key=value change no column of a Parquet, CSV or JSON Lines file", async () => {
  const deep = join(folder, "recipe=tiny", "seed=99", "depth=3", "error=1");
  mkdirSync(deep, { recursive: true });
  for (const ending of ["parquet", "csv", "jsonl", "json"]) {
    const file = join(deep, `a.${ending}`);
    await writeTable(tableOf({ depth: [16], error: [40], w1: [8] }), file);
    assert.deepEqual((await readTable(file)).rows, [{ depth: 16, error: 40, w1: 8 }], ending);
    assert.deepEqual((await readPopulation(file)).rows, [{ depth: 16, error: 40, w1: 8 }], ending);
  }
});

test("a compact population is the one of its file, in folders of any name", async () => {
  const expected = await readCompact(shipped);
  mkdirSync(join(folder, "gl1"));
  await writeTable(tableOf({ error: [1] }), join(folder, "gl1", "a.parquet"));
  for (const inside of ["gl[1]", "runs/recipe=tiny/seed=5/w1=8", "pop*"]) {
    const copy = join(folder, inside, "a.parquet");
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(shipped, copy);
    for (const read of [readCompact, readPopulation] as const) {
      const population = await read(copy);
      assert.deepEqual(population.names, expected.names, inside);
      assert.deepEqual(population.column("w1"), expected.column("w1"), inside);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, "analyze", relative(folder, copy), "--json"],
      { encoding: "utf8", cwd: folder },
    );
    assert.equal(status, 0, stderr);
    assert.equal((JSON.parse(stdout) as { n: number }).n, expected.length, inside);
  }
});

test("folders, pipes, sockets and devices are no files to read, and hold up nobody", async context => {
  const pipe = join(folder, "pipe.csv");
  const made =
    spawnSync("mkfifo", [pipe, join(folder, "pipe.json"), join(folder, "pipe.parquet")]).status === 0;
  if (!made) return context.skip("needs mkfifo");
  const refused = { name: "TableError", message: /: expected a file, got a named pipe, .*pipe\./ };
  await assert.rejects(readTable(pipe), refused);
  await assert.rejects(writeTable(tableOf({ error: [1] }), pipe), refused);
  await assert.rejects(readPopulation(join(folder, "pipe.json")), refused);
  await assert.rejects(readPopulation(join(folder, "pipe.parquet")), refused);
  await assert.rejects(readCompact(join(folder, "pipe.parquet")), refused);
  await assert.rejects(readTimm(pipe), refused);
  assert.throws(() => readPycls(join(folder, "pipe.json")), refused);
  assert.throws(() => readNds(join(folder, "pipe.json")), refused);
  mkdirSync(join(folder, "folder.csv"));
  await assert.rejects(readTable(join(folder, "folder.csv")), { message: /got a folder, / });
  await assert.rejects(writeTable(tableOf({ error: [1] }), join(folder, "folder.csv")), {
    message: /got a folder, /,
  });
  symlinkSync("/dev/zero", join(folder, "device.csv"));
  await assert.rejects(readTable(join(folder, "device.csv")), { message: /got a device, / });
  const server = createServer().listen(join(folder, "socket.csv"));
  await new Promise(resolve => server.once("listening", resolve));
  await assert.rejects(readTable(join(folder, "socket.csv")), { message: /got a socket, / });
  server.close();
  symlinkSync("nowhere.csv", join(folder, "dangling.csv"));
  await assert.rejects(readTable(join(folder, "dangling.csv")), {
    message: /expected a file that can be read, got/,
  });
  await assert.rejects(readTable("a\0.csv"), { name: "TableError" });
});

test("writeTable() refuses what is no table, with how to make one", async () => {
  for (const [source, got] of [
    [null, "null"],
    [undefined, "undefined"],
    [[{ error: 1 }], "a list"],
    [{ error: [1] }, "object"],
  ] as const) {
    await assert.rejects(writeTable(source as never, join(folder, "t.csv")), {
      name: "TableError",
      message: `writeTable: expected a table, got ${got}; tableOf() makes one of rows or columns`,
    });
  }
});

test("tables may be written at once, each whole and none beside another", async () => {
  const file = join(folder, "t.csv");
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeTable(tableOf({ error: [i, i] }), file)));
  const { errors } = await readTable(file);
  assert.equal(errors.length, 2);
  assert.equal(errors[0], errors[1]);
  assert.deepEqual(readdirSync(folder), ["t.csv"]);
});

test("an error of writing names the file that was asked for", async () => {
  for (const ending of ["csv", "jsonl", "parquet"]) {
    const file = join(folder, "no", `where.${ending}`);
    await assert.rejects(writeTable(tableOf({ error: [1] }), file), (error: Error) => {
      assert.equal(error.name, "TableError");
      assert.ok(error.message.startsWith(`writeTable: expected a file that can be written, got ${file}: `));
      assert.doesNotMatch(error.message, /\.netspace-/);
      return true;
    });
  }
});

test("writeTable() writes through a link, and keeps the mode of the file it writes over", async () => {
  mkdirSync(join(folder, "real"));
  const target = join(folder, "real", "t.csv");
  const link = join(folder, "link.csv");
  writeFileSync(target, "old");
  chmodSync(target, 0o600);
  symlinkSync(target, link);
  await writeTable(tableOf({ error: [1] }), link);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(target, "utf8"), "error\n1\n");
  assert.equal(statSync(target).mode & 0o777, 0o600);
});

test("writeTable() writes through a link whose file is not there yet, also in steps", async () => {
  mkdirSync(join(folder, "later"));
  const target = join(folder, "later", "t.csv");
  const [first, second] = [join(folder, "first.csv"), join(folder, "later", "second.csv")];
  symlinkSync(join("later", "second.csv"), first);
  symlinkSync("t.csv", second);
  await writeTable(tableOf({ error: [1] }), first);
  for (const link of [first, second]) assert.ok(lstatSync(link).isSymbolicLink());
  assert.ok(lstatSync(target).isFile());
  assert.deepEqual((await readTable(first)).rows, [{ error: 1 }]);

  const [one, other] = [join(folder, "one.csv"), join(folder, "other.csv")];
  symlinkSync(one, other);
  symlinkSync(other, one);
  await assert.rejects(writeTable(tableOf({ error: [1] }), one), { name: "TableError", message: /ELOOP/ });
  assert.ok(lstatSync(one).isSymbolicLink());
});

test("a full disk leaves an older table as it was, and no part of a new one", async context => {
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status !== 0) {
    return context.skip("needs the right to mount a file system");
  }
  try {
    const numbers = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
    const [small, large] = [tableOf({ error: [1] }), tableOf({ error: numbers })];
    for (const ending of ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz"]) {
      const [old, fresh] = [join(folder, `old.${ending}`), join(folder, `fresh.${ending}`)];
      await writeTable(small, old);
      for (const file of [old, fresh]) {
        await assert.rejects(writeTable(large, file), (error: Error) => {
          assert.equal(error.name, "TableError");
          assert.ok(
            error.message.startsWith(`writeTable: expected a file that can be written, got ${file}: `),
            error.message,
          );
          return true;
        });
      }
      assert.deepEqual((await readTable(old)).errors, [1], ending);
      assert.deepEqual(readdirSync(folder), [`old.${ending}`]);
      rmSync(old);
    }
  } finally {
    spawnSync("umount", [folder]);
  }
});
