/** Whatever cells call their variables, later cells, the kernel and packages work as before. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hostedCells, type HostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** Declares a name; the value has a property `ofCell`. */
const FORMS: Record<string, (name: string) => string> = {
  import: name => `import { value as ${name} } from "./values.mjs"`,
  "default import": name => `import ${name} from "./values.mjs"`,
  "import of a namespace": name => `import * as ${name} from "./values.mjs"`,
  class: name => `class ${name} { static ofCell = 1 }`,
  const: name => `const ${name} = { ofCell: 1 }`,
  let: name => `let ${name} = { ofCell: 1 }`,
  var: name => `for (var ${name} of [{ ofCell: 1 }]) {}`,
  destructuring: name => `const [{ ${name} = { ofCell: 1 } }] = [{}]`,
  function: name => `function ${name}() {}\n${name}.ofCell = 1`,
  enum: name => `enum ${name} { ofCell = 1 }`,
  namespace: name => `namespace ${name} { export let ofCell = 0; ofCell++ }`,
};

/** Cells that fail before a name has its value. */
const FAILING: Record<string, (name: string) => string> = {
  const: name => `const ${name} = (() => { throw 1 })()`,
  class: name => `class ${name} extends (() => { throw 1 })() {}`,
  import: name => `import { value as ${name} } from "not-installed"`,
  "const after an await": name => `await null; const { ${name} } = await null`,
};

/** Names that programs look for in vain in Node. */
const ABSENT = ["define", "window", "document", "self", "module", "exports", "importScripts", "Deno", "Node"];

/** Strict code, as that of modules is, may call no variable so; scripts reach the kernel by the others. */
const FORBIDDEN = new Set(["eval", "__kernel", "__kernel_flags"]);
/** Forms that TypeScript's grammar has for names of types only, among which this is none. */
const NO_TYPE = { name: "undefined", forms: new Set(["class", "enum", "namespace"]) };

/** The names of everything global; and a package that tells which of them it finds to be a cell's. */
async function globals(cells: HostedCells): Promise<string[]> {
  cells.write(
    "values.mjs",
    "export const value = { ofCell: 1 }; export default value; export const ofCell = 1;",
  );
  const { text } = await cells.run("console.log(Object.getOwnPropertyNames(globalThis).join(' '))");
  const found = text.trim().split(" ");
  assert.ok(found.length > 100 && found.includes("Map") && found.includes("display"), text);
  const names = [...found.filter(name => /^[\w$]+$/.test(name) && !FORBIDDEN.has(name)), ...ABSENT];
  const sees = names.map(name => `typeof ${name} !== "undefined" && ${name}.ofCell && "${name}"`);
  cells.write("node_modules/sees/package.json", '{ "name": "sees", "main": "index.js" }');
  cells.write(
    "node_modules/sees/index.js",
    `exports.seen = () => { let undefined; return [${sees.join(",\n")}].filter(Boolean).join(" ") };
    exports.late = () => exports.seen();`,
  );
  return names;
}

/** Everything that must work whatever cells have declared. */
async function works(cells: HostedCells): Promise<void> {
  const { run, value, failure } = cells;
  assert.equal(await value("1 + 1"), "2");
  assert.equal(await value("(await import('sees')).default.seen()"), "''", "what a package sees");
  assert.equal(await value("(0, eval)('require')('sees').late()"), "''");
  assert.match((await run("(0, eval)('display')([{ a: 1 }])")).text, /^$/);
  assert.equal(
    await value("await null; [...'ab', ...new (await import('node:events')).default().eventNames()]"),
    "[ 'a', 'b' ]",
  );
  assert.match(await failure("const x: number = null.x"), /TypeError.*[\s\S]*In \[\d+\], line 1/);
  assert.match(await failure("let y: = 5"), /SyntaxError/);
  assert.match((await run("let known = 1\n%who")).text, /known +number +1/);
  assert.match(await failure("import 'nowhere'"), /%npm install nowhere/);
  assert.equal(
    await value("function d(v: any, c: any) { return v }\nclass D { @d accessor m = 1 }\nnew D().m"),
    "1",
  );
  assert.equal(await value("<T,>(t: T) => t"), "[Function (anonymous)]");
  assert.match((await run("%%timeit -n 1 -r 1\n1")).text, /loop/);
  const spinning = run("for (;;) {}");
  await sleep(50);
  cells.interrupt();
  assert.match((await spinning).trace ?? "", /Interrupted/);
  const waiting = run("await new (class {}.constructor('return Promise')())(() => {})");
  await sleep(50);
  cells.interrupt();
  assert.match((await waiting).trace ?? "", /Interrupted/);
}

describe("names of globals in cells", { timeout: 300_000 }, () => {
  for (const [form, declare] of Object.entries(FORMS)) {
    test(`every global can be declared as ${form}`, async () => {
      const cells = hostedCells(temporaryFolder());
      const names = await globals(cells);
      for (const name of names) {
        if (name === NO_TYPE.name && NO_TYPE.forms.has(form)) continue;
        const { trace } = await cells.run(declare(name));
        assert.equal(trace, undefined, name);
        // In the next cell, in a function of it, without being named, and under its own name.
        const used = await cells.value(
          `[${name}.ofCell, (() => ({ ${name} }))()["${name}"].ofCell, typeof ${name}]`,
        );
        assert.match(String(used), /^\[ 1, 1, '(?:object|function)' \]$/, name);
      }
      const declared = names.filter(name => name !== NO_TYPE.name);
      const all = await cells.run(
        `${declared.map(name => `if (${name}.ofCell !== 1) throw "${name}"`).join("\n")}\n5`,
      );
      assert.deepEqual([all.trace, all.value], [undefined, "5"]);
      await works(cells);
    });
  }

  for (const [form, declare] of Object.entries(FAILING)) {
    test(`every global means what it did after a declaration that failed: ${form}`, async () => {
      const cells = hostedCells(temporaryFolder());
      const names = await globals(cells);
      const present = names.filter(name => !ABSENT.includes(name));
      const before = await cells.value(`[${present.map(name => `typeof ${name}`).join()}].join()`);
      for (const name of names) await cells.failure(declare(name));
      assert.equal(await cells.value(`[${present.map(name => `typeof ${name}`).join()}].join()`), before);
      assert.equal(
        await cells.value(
          `[${ABSENT.map(name => `typeof ${name}`).join()}].join().replace(/undefined,?/g, "")`,
        ),
        "''",
      );
      await works(cells);
      // And what failed before can be declared after all.
      assert.equal(await cells.value("const Map = 3; Map"), "3");
      assert.equal(await cells.value("Map + 1"), "4");
      assert.match(await cells.failure("const Map = null.x"), /TypeError/);
      assert.equal(await cells.value("Map"), "3");
    });
  }

  test("a name that no cell can declare is refused, and nothing has happened", async () => {
    const cells = hostedCells(temporaryFolder());
    await globals(cells);
    for (const name of FORBIDDEN) {
      assert.match(await cells.failure(`const ${name} = 1`), new RegExp(`SyntaxError.*'${name}'`));
    }
    await works(cells);
  });

  test("every global that can be given another value gets it for cells alone", async () => {
    const cells = hostedCells(temporaryFolder());
    const names = await globals(cells);
    const fixed = ["undefined", "NaN", "Infinity"];
    for (const name of names) {
      if (ABSENT.includes(name) || fixed.includes(name)) {
        assert.match(await cells.failure(`${name} = { ofCell: 1 }`), /ReferenceError|TypeError/);
        continue;
      }
      await cells.value(`${name} = { ofCell: 1 }`);
      assert.equal(await cells.value(`${name}.ofCell`), "1", name);
    }
    await works(cells);
  });
});
