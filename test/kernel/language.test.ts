/** The language service without a kernel around it, most of it without its server. */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { CellModules } from "../../kernel/language/cell-modules.js";
import { completeness } from "../../kernel/language/completeness.js";
import { fitting } from "../../kernel/language/completion.js";
import { declarations } from "../../kernel/language/declarations.js";
import { LanguageService } from "../../kernel/language/service.js";
import { codePoints, lspOffset, lspPosition, utf16Offset } from "../../kernel/language/positions.js";

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
