/** Standard streams that cannot be written: what is said, what is kept, and that no work is given up. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packageRoot } from "../../src/base/node/paths.js";

const main = join(packageRoot, "dist", "src", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "netspace-streams-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a shell's line, in which `netspace` is the command. */
function shell(line: string) {
  const script = `netspace() { "${process.execPath}" "${main}" "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}

const full = existsSync("/dev/full") ? false : "needs /dev/full";
const spec = {
  space: "AnyNetXA",
  n: 2,
  where: { flops: [1e5, 4e6] },
  dataset: { kind: "procedural", resolution: 16, train: 64, test: 10, seed: 1 },
  recipe: "tiny",
};
before(() => {
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  const { status, stderr } = shell("netspace sweep spec.json --out done");
  assert.equal(status, 0, stderr);
  cpSync(join(folder, "done"), join(folder, "copy"), { recursive: true });
});

const results = [
  "sample RegNetX --n 2",
  "sample RegNetX --n 2 --json",
  "complexity RegNetX-200MF",
  "complexity RegNetX-200MF --json",
  "analyze done",
  "analyze done --json",
  "sweep status done",
  "sweep status done --json",
  "sweep plan RegNetX --devices 1 --n 2",
  "sweep plan RegNetX --devices 1 --n 2 --json",
  "sweep compare done copy",
  "sweep report done --out page.html",
  "sweep compact done --out done.parquet",
  "sweep compact done --out done.parquet --json",
  "sweep spec.json --out done --json",
  "kernel install --prefix here",
  "kernel uninstall --prefix here --json",
  "doctor",
  "doctor --json",
  "--help",
  "--version",
  "sample --help",
  "help sweep",
  "sweep help status",
];

for (const line of results) {
  test(`netspace ${line} says in one sentence that its output could not be written`, { skip: full }, () => {
    const { status, stderr } = shell(`netspace ${line} >/dev/full`);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /could not be written \(ENOSPC: no space left on device, write\)\n$/);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
  });
}

test("a reader that closes the pipe, or a broken standard error, is no fault of a command's", {
  skip: full,
}, () => {
  for (const line of ["sample RegNetX --n 20 --json", "--help", "analyze done", "sweep status done"]) {
    const { stdout } = shell(`netspace ${line} 2>errors | true; echo "\${PIPESTATUS[0]}"; cat errors`);
    assert.equal(stdout, "0\n", line);
    assert.equal(shell(`netspace ${line} 2>/dev/full`).status, 0, line);
  }
  assert.equal(shell("netspace bogus 2>/dev/full").status, 2);
  assert.equal(shell("netspace analyze nowhere 2>/dev/full").status, 1);
});

for (const [where, redirected, code] of [
  ["standard error is full", "2>/dev/full", 0],
  ["both are full", "--json >/dev/full 2>&1", 1],
  ["the reader of its progress is gone", "--json 2>/dev/null | true", 0],
  ["standard error is closed", "2>&-", 0],
  ["all streams are closed", "<&- >&- 2>&-", 0],
] as const) {
  test(`a sweep trains on when ${where}`, { skip: full }, () => {
    const out = where.replaceAll(" ", "-");
    const { stdout } = shell(
      `netspace sweep spec.json --out ${out} ${redirected}\necho "code \${PIPESTATUS[0]}"`,
    );
    assert.match(stdout, new RegExp(`code ${code}\\n$`));
    assert.deepEqual(readdirSync(join(folder, out)).sort(), ["runs.jsonl", "spec.json", "trials"]);
    assert.equal(JSON.parse(shell(`netspace analyze ${out} --json`).stdout).n, 2);
  });
}

/** A limit on the size of files ends a write as a full disk does. */
for (const [line, file] of [
  ["sweep report done --out old.html", "old.html"],
  ["sweep compare done copy --out old.html", "old.html"],
  ["sweep compact done --out old.parquet", "old.parquet"],
] as const) {
  test(`netspace ${line} names the file that finds no room, and keeps the older one`, { skip: full }, () => {
    writeFileSync(join(folder, file), "old");
    const there = readdirSync(folder).sort();
    const { status, stderr } = shell(`ulimit -f 2; netspace ${line}`);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^netspace: .*${file}.*too large`, "i"));
    assert.equal(readFileSync(join(folder, file), "utf8"), "old");
    assert.deepEqual(readdirSync(folder).sort(), there);
  });
}

for (const line of ["sweep report done --out", "sweep compare done copy --out", "sweep compact done --out"]) {
  test(`netspace ${line} takes no device, pipe or folder for a file`, { skip: full }, () => {
    shell("mkfifo pipe");
    for (const file of ["pipe", "/dev/full", "."]) {
      const { status, stderr } = shell(`netspace ${line} ${file}`);
      assert.equal(status, 1, file);
      assert.match(stderr, /^netspace: .*expected .*file.*, got /, file);
    }
    assert.ok(statSync(join(folder, "pipe")).isFIFO() && statSync("/dev/full").isCharacterDevice());
  });
}

test("netspace train refuses a device for its weights before it trains", { skip: full }, () => {
  for (const option of ["--save", "--onnx"]) {
    const { status, stderr } = shell(
      `netspace train RegNetX-200MF --dataset procedural:16 ${option} /dev/full`,
    );
    assert.equal(status, 1);
    assert.match(
      stderr,
      /train: expected a file that can be written, got \/dev\/full \(it is no regular file but a device\)/,
    );
  }
});
