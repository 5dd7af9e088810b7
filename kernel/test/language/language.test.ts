/** The language service without a kernel around it, most of it without its server. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CellModules } from "../../language/cell-modules.js";
import { completeness } from "../../language/completeness.js";
import { fitting } from "../../language/completion.js";
import { declarations } from "../../language/declarations.js";
import { LocalFiles } from "../../language/server/local-files.js";
import { LanguageService } from "../../language/service.js";
import { codePoints, lspOffset, lspPosition, utf16Offset } from "../../language/positions.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { serveHost } from "../support/repository.js";

serveHost();

test("positions count code points for Jupyter and UTF-16 units for the server", () => {
  assert.equal(utf16Offset("a😀b", 2), 3);
  assert.equal(utf16Offset("a😀b", 99), 4);
  assert.equal(codePoints("a😀b", 3), 2);
  const text = "a\n😀b\n";
  assert.deepEqual(lspPosition(text, 4), { line: 1, character: 2 });
  assert.equal(lspOffset(text, { line: 1, character: 2 }), 4);
});

test("completeness() asks for more where something is open, and indents after brackets", () => {
  for (const code of ["", "1", "// note", "const f = () => 1", "await x", "class A {}\n"]) {
    assert.deepEqual(completeness(code), { status: "complete" }, code);
  }
  for (const [code, indent] of [
    ["function f() {", "  "],
    ["if (a) {\n  for (;;) {", "    "],
    ["const f = (x) =>", "  "],
    ["sample(space, [", "  "],
    ["const t = `a", ""],
    ["/* note", ""],
    ["width.", ""],
    ["width?.", ""],
    ["if (a)", ""],
    ["type T =", ""],
  ] as const) {
    assert.deepEqual(completeness(code), { status: "incomplete", indent }, code);
  }
  for (const code of ["}", "let 5", '"abc', "const x: numb er", "foo)"]) {
    assert.deepEqual(completeness(code), { status: "invalid" }, code);
  }
});

test("declarations() finds values and types, and guesses in code that does not parse", () => {
  const code = `import a, { b as c, type D } from "x"; import * as e from "y";
    let { f, g: [h], ...i } = a; function j() {} class K {} interface L {} type M = 1; enum N {} namespace O {}
    export const p = 1; { let hidden = 1 } for (const hidden2 of a) {}`;
  const { names, exported } = declarations(code);
  assert.deepEqual(names.sort(), [..."DKLMNOacefhijp"].sort());
  assert.deepEqual([...exported], ["p"]);
  assert.deepEqual(declarations("const x = 1; function y() { let { z, w: v } = ").names.sort(), [
    "v",
    "x",
    "y",
    "z",
  ]);
});

test("declarations() finds names of every kind of statement, and which of them the cell exports", () => {
  const code = `export default function f() {} namespace A.B {} import fs = require("fs"); declare global { interface W {} }
    const e = 1, o = 2, p = 3, q = 4; export { e }; export { o as p }; export { join as q } from "node:path"; export type {};`;
  const { names, exported, misleading, isAmbient } = declarations(code);
  assert.deepEqual(names.toSorted(), ["A", "e", "f", "fs", "o", "p", "q"]);
  assert.deepEqual([...exported], ["e"]);
  assert.deepEqual(
    misleading.map(([start, end]) => code.slice(start, end)),
    ["export { o as p };", 'export { join as q } from "node:path";'],
  );
  assert.ok(isAmbient);
  assert.ok(declarations('import "./effects.ts"').isAmbient);
  assert.ok(!declarations('import { a } from "./a.ts"').isAmbient);
});

test("of the files that cells lead to, edits are noticed wherever they lie; of files beside them, nothing is", () => {
  const folder = temporaryFolder();
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write("nb/net.ts", 'export { part } from "../lib/part.js"; import type { T } from "./types";');
  write("nb/types.d.ts", "export interface T {}");
  write("nb/beside.ts", "export const beside = 1;");
  write("lib/part.ts", "export const part = 1;");
  write("lib/aliased.ts", "export const aliased = 1;");
  write("nb/package.json", '{ "imports": { "#aliased": "../lib/aliased.ts" } }');
  write("nb/tsconfig.json", '{ "compilerOptions": { "paths": { "@lib/*": ["../lib/*"] } } }');
  const files = new LocalFiles(path.join(folder, "nb"));
  files.add('import { part } from "./net"; import "@lib/aliased"; import later from "./later";');
  assert.deepEqual(files.changed(), []);
  const changed = () => files.changed().map(({ file, type }) => [path.relative(folder, file), type]);
  write("nb/beside.ts", "export const beside = 'edited';");
  assert.deepEqual(changed(), []);
  write("lib/part.ts", "export const part = 'edited';");
  write("nb/types.d.ts", "export interface T { edited: 1 }");
  write("lib/aliased.ts", "export const aliased = 'edited';");
  write("nb/later.ts", 'import "./latest";');
  assert.deepEqual(
    changed()
      .map(each => each.join(" "))
      .toSorted((a, b) => a.localeCompare(b)),
    ["lib/aliased.ts 2", "lib/part.ts 2", "nb/later.ts 1", "nb/types.d.ts 2"],
  );
  write("nb/latest.ts", "export {};");
  rmSync(path.join(folder, "lib", "part.ts"));
  assert.deepEqual(changed(), [
    ["lib/part.ts", 3],
    ["nb/latest.ts", 1],
  ]);
  assert.deepEqual(changed(), []);
});

test("a cell imports from the cell that declared a name last, and only what it mentions", () => {
  const modules = new CellModules();
  modules.add("const a = 1; interface B {}");
  const second = modules.add("let c: B = a");
  assert.equal(second.text, 'import { a, B } from "./cell1";\nlet c: B = a\nexport { c };\n');
  modules.add("const a = 'again'");
  assert.match(modules.add("a").text, /^import { a } from ".\/cell3";\n/);
  modules.add("const [a, d] = fails()", false);
  assert.match(modules.add("a, d").text, /^import { a } from ".\/cell3"; import { d } from ".\/cell5";\n/);
  const runs = modules.add("let a = 3", false);
  assert.match(modules.add("a").text, /^import { a } from ".\/cell3";\n/);
  modules.completed(runs, "let a = 3");
  assert.match(modules.add("a").text, /^import { a } from ".\/cell7";\n/);
  assert.match(
    modules.current("const a = 2; let d; x.").text,
    /^import { B } from ".\/cell1"; import { c } from ".\/cell2";\n/,
  );
});

test("fitting() replaces the word before the cursor, or what the server says when all items agree", () => {
  const items = [{ label: "width" }, { label: "Widen" }, { label: "depth" }];
  assert.deepEqual(fitting("net.wi", 6, items).items, [{ label: "width" }]);
  assert.deepEqual(
    fitting("net.WI", 6, items).items.map(({ label }) => label),
    ["Widen", "width"],
  );
  const range = { start: { line: 1, character: 3 } };
  const odd = { label: "a-b", filterText: ".a-b", textEdit: { newText: '["a-b"]', range } };
  assert.deepEqual(fitting("net.", 4, [...items, odd]).items.length, 3);
  const text = {
    label: "foo-a",
    textEdit: { newText: "foo-a", range: { start: { line: 1, character: 1 } } },
  };
  assert.equal(fitting('"foo-', 5, [text]).start, 1);
});

/** Ends the language servers that this process has started. */
function endServers(): void {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const [, pid, parent] of processes.matchAll(/^ *(\d+) +(\d+) .*--lsp/gm))
    if (Number(parent) === process.pid) process.kill(Number(pid), "SIGKILL");
}

test("a server that keeps ending is given up for a while, which the user is told, as that it is back", async () => {
  const logged: string[] = [];
  const told: string[] = [];
  const service = new LanguageService({
    folder: temporaryFolder(),
    log: message => void logged.push(message),
    unavailable: sentence => void told.push(sentence),
    restartAfter: 5000,
  });
  const works = async () => (await service.complete("Math.flo", 8)).matches.length > 0;
  try {
    for (let i = 0; i < 5; i++) {
      await works();
      endServers();
      while (logged.filter(each => /SIGKILL/.test(each)).length <= Math.min(i, 2)) await sleep(10);
    }
    await works();
    const [notice = ""] = told;
    assert.match(
      notice,
      /^types are not checked and names not completed: the language server ended \(SIGKILL\), 3 times/,
    );
    assert.match(notice, /started again in \d+ s/);
    assert.ok(logged.includes(notice));
    while (!(await works())) await sleep(200);
    assert.deepEqual(told, [notice, "types are checked and names completed again"]);
  } finally {
    service.stop();
  }
});

test("a temporary folder that cannot be written to is named to the user, and used once it can", async () => {
  const { TMPDIR } = process.env;
  const told: string[] = [];
  const unavailable = (sentence: string) => void told.push(sentence);
  const service = new LanguageService({ folder: temporaryFolder(), log: () => {}, unavailable });
  const there = temporaryFolder();
  try {
    process.env["TMPDIR"] = path.join(there, "gone");
    assert.deepEqual(await service.check("const n: number = 'a'", true), []);
    assert.match(
      told[0] ?? "",
      /^types are not checked and names not completed: ENOENT.*gone.*; the temporary folder \(TMPDIR\)/,
    );
    mkdirSync(path.join(there, "gone"));
    assert.deepEqual(
      (await service.check("const n: number = 'a'", true)).map(({ code }) => code),
      [2322],
    );
    assert.match(told[1] ?? "", /again$/);
  } finally {
    service.stop();
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
});

test("paths complete to what the notebook's folder has", async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "mine.ts"), "export const a = 1;");
  writeFileSync(path.join(folder, "checked.ts"), "export const a = 1;");
  const service = new LanguageService({ folder, log: message => assert.fail(message) });
  try {
    service.executed("const first = 1");
    for (const code of ['import { a } from "./', 'import("./']) {
      assert.deepEqual((await service.complete(code, code.length)).matches, ["checked", "mine"], code);
    }
  } finally {
    service.stop();
  }
});

test("the server survives text that is no Unicode", async () => {
  const service = new LanguageService({ folder: tmpdir(), log: message => assert.fail(message) });
  try {
    for (const text of ["'\ud800'", "'\udc00\ud800'", "'😀'"]) {
      const code = `${text}; Math.flo`;
      const { matches, cursor_start } = await service.complete(code, [...code].length);
      assert.deepEqual(matches, ["floor"], JSON.stringify(text));
      assert.equal(cursor_start, [...text].length + 7);
    }
  } finally {
    service.stop();
  }
});
