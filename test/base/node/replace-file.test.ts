import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
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
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { replaceFile, replacementFor } from "../../../src/base/node/replace-file.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-"));
test.after(() => rmSync(folder, { recursive: true }));

for (const durable of [false, true]) {
  test(`a file is replaced whole, its mode kept and links to it followed${durable ? ", durably, too" : ""}`, () => {
    const own = join(folder, String(durable));
    mkdirSync(own);
    const file = join(own, "file");
    replaceFile(file, "first", { durable });
    chmodSync(file, 0o640);
    const link = join(own, "link");
    symlinkSync("file", link);
    replaceFile(link, Buffer.from("second"), { durable });
    assert.equal(readFileSync(file, "utf8"), "second");
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.ok(lstatSync(link).isSymbolicLink());
    const dangling = join(own, "dangling");
    symlinkSync("later", dangling);
    replaceFile(dangling, "third", { durable });
    assert.equal(readFileSync(join(own, "later"), "utf8"), "third");
    assert.deepEqual(readdirSync(own).sort(), ["dangling", "file", "later", "link"]);
  });
}

test("what cannot be written leaves the older file and nothing else, and is named as the caller named it", () => {
  const own = join(folder, "kept");
  mkdirSync(own);
  const file = join(own, "file");
  writeFileSync(file, "older");
  assert.throws(() => replaceFile(file, Symbol("no content") as never));
  assert.equal(readFileSync(file, "utf8"), "older");
  const missing = join(own, "missing", "file");
  assert.throws(
    () => replaceFile(missing, "x"),
    error => error instanceof Error && error.message.includes(missing) && !error.message.includes(".new"),
  );
  const next = replacementFor(file);
  writeFileSync(next.fresh, "newer");
  assert.equal(next.worded(`no ${next.fresh}`), `no ${file}`);
  next.drop();
  assert.equal(readFileSync(file, "utf8"), "older");
  assert.deepEqual(readdirSync(own), ["file"]);
});

test("what is no regular file stays where it is, and the error says what it is", () => {
  const pipe = join(folder, "pipe");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  for (const [path, kind] of [
    [folder, "a folder"],
    [pipe, "a named pipe"],
    ["/dev/null", "a device"],
  ] as const) {
    assert.throws(() => replaceFile(path, "x"), { message: `it is no regular file but ${kind}` });
  }
  assert.ok(statSync("/dev/null").isCharacterDevice());
});

test("links that lead in a circle are an error", () => {
  symlinkSync("b", join(folder, "a"));
  symlinkSync("a", join(folder, "b"));
  assert.throws(() => replaceFile(join(folder, "a"), "x"), /ELOOP/);
});
