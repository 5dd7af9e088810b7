/** Every file says what it is for before its first line of code: at its head, or with its one thing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What may come before it: the line that runs a file, and references for the compiler. */
const BEFORE = /^(?:#!.*\n|\/\/\/ .*\n)*/;

/** Imports, which come first. */
const IMPORTS = /^(?:import [^;]*;\s*)*/;

for (const top of ["src", "kernel"]) {
  test(`every file of ${top} says first what it is for`, () => {
    const files = readdirSync(join(root, top), { recursive: true, encoding: "utf8" }).filter(
      file => file.endsWith(".ts") && !/(?:^|[\\/])(?:test|node_modules|dist)[\\/]/.test(file),
    );
    assert.ok(files.length > 150);
    const without = files.filter(file => {
      const text = readFileSync(join(root, top, file), "utf8").replace(BEFORE, "");
      return !text.startsWith("/**") && !text.replace(IMPORTS, "").startsWith("/**");
    });
    assert.deepEqual(without, []);
  });
}
