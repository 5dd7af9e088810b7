/** `display.register`: how the objects of someone else's class are shown, through the process that runs cells. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { repository } from "../support/repository.js";
import { display } from "../../display/index.js";
import { toBundle } from "../../display/to-bundle.js";
import { hostedCells, type Ran } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const { run, value, stopped, write } = hostedCells(folder);
const door = pathToFileURL(path.join(repository, "dist/kernel/display/index.js")).href;

/** The bundle of what a cell shows with `display`. */
const shownBy = ({ displays }: Ran) => displays[0]?.data;

describe("display.register", () => {
  test("shows the objects of someone else's class, as a cell's value and by display()", async () => {
    await run("class Molecule { constructor(public name: string) {} }");
    const registering = await run(
      "display.register(value => value instanceof Molecule, m => ({ 'text/html': `<b>${m.name}</b>` }))",
    );
    assert.equal(registering.trace, undefined);
    assert.equal(registering.value, undefined, "a cell that ends with registering shows nothing");
    assert.equal(await value("new Molecule('water')"), "Molecule (text/html)");
    assert.deepEqual(shownBy(await run("display(new Molecule('water'))")), {
      "text/html": "<b>water</b>",
      "text/plain": "Molecule (text/html)",
    });
    assert.equal(await value("({ name: 'water' })"), "{ name: 'water' }");
    assert.equal(await value("5"), "5");
  });

  test("comes before the built-in forms and before the class's own way, the latest first", async () => {
    await run(`
      class Own { [Symbol.for("Jupyter.display")]() { return { "text/plain": "own" } } }
      const frames = display.register(v => Array.isArray(v) && v.frame, () => ({ "text/plain": "a frame" }))
      const owns = display.register(v => v instanceof Own, () => ({ "text/plain": "registered" }))`);
    assert.equal(await value("Object.assign([{ a: 1 }], { frame: true })"), "a frame");
    assert.match(String(await value("[{ a: 1 }]")), /1 row/);
    assert.equal(await value("new Own()"), "registered");
    await run(
      "display.register(v => v.constructor === Own, () => ({ 'text/plain': 'latest' }), { name: 'o' })",
    );
    assert.equal(await value("new Own()"), "latest");
    await run("display.register(v => false, () => ({}), { name: 'o' })");
    assert.equal(await value("new Own()"), "registered");
    await run("owns()");
    assert.equal(await value("new Own()"), "own");
  });

  test("takes bundles with metadata, markup, promises of either, and is told of full", async () => {
    await run(`
      import { html, png } from "${door}"
      class A {}; class B {}; class C {}
      display.register(v => v instanceof A, () => html\`<i>\${"<"}</i>\`)
      display.register(v => v instanceof B, async () => ({ data: { "text/plain": "late" }, metadata: { m: 1 } }))
      display.register(v => v instanceof C, async (v, { full }) => html\`\${full ? "all" : "some"}\`)`);
    assert.equal(shownBy(await run("display(new A())"))?.["text/html"], "<i>&lt;</i>");
    const late = await run("display(new B())");
    assert.deepEqual(late.displays[0]?.metadata, { m: 1 });
    assert.equal(await value("new B()"), "late");
    assert.equal(shownBy(await run("display(new C(), { full: true })"))?.["text/html"], "all");
    assert.equal(await value("new C()"), "some");
  });

  test("says what a test or a form throws, and shows the value without it", async () => {
    await run(`
      class Odd { x = 1 }
      display.register(v => { if (v instanceof Odd) throw new RangeError("odd test"); return false }, () => ({}), { name: "odd" })`);
    const byTest = await run("new Odd()");
    assert.equal(byTest.value, "Odd { x: 1 }");
    assert.equal(byTest.error, undefined);
    assert.match(plain(byTest.text), /^display form "odd" failed: RangeError: odd test\n/);
    for (const [made, said] of [
      ["v.missing.name", /TypeError: .*undefined/],
      ["5", /toBundle must return an object of MIME types, got 5/],
      ["undefined", /toBundle must return an object of MIME types .*, got undefined/],
      ["({ html: '<b>' })", /toBundle must return an object of MIME types .*, got the keys html/],
      ["Promise.reject(new Error('late'))", /Error: late/],
      ["Promise.resolve({ html: '<b>' })", /got the keys html/],
    ] as const) {
      await run(`display.register(v => v instanceof Odd, v => ${made}, { name: "odd" })`);
      const result = await run("new Odd()");
      assert.equal(result.value, "Odd { x: 1 }", made);
      assert.equal(result.error, undefined);
      assert.match(plain(result.text), said);
      const displayed = await run("display(new Odd()); 1");
      assert.equal(shownBy(displayed)?.["text/plain"], "Odd { x: 1 }", made);
      assert.equal(displayed.value, "1");
      assert.match(plain(displayed.text), said);
    }
    await run("display.register(async v => false, v => ({}), { name: 'odd' })");
    assert.match(
      plain((await run("new Odd()")).text),
      /test must return true or false at once, got a promise/,
    );
    await run("display.register(v => false, v => ({}), { name: 'odd' })");
    assert.equal((await run("new Odd()")).text, "");
  });

  test("a cell that runs again, edited or not, replaces what it registered", async () => {
    await run("class Net {}");
    const cell = (text: string) =>
      run(`const off = display.register(v => v instanceof Net, () => ({ "text/plain": "${text}" }))`);
    for (const text of ["first", "first", "second"]) {
      await cell(text);
      assert.equal(await value("new Net()"), text);
    }
    // Nothing is left below it.
    await run("off()");
    assert.equal(await value("new Net()"), "Net {}");
    await run("off()");
  });

  test("taking back a form that was replaced leaves the one in its place", async () => {
    await run(
      "class Late {}; const make = (text: string) => display.register(v => v instanceof Late, () => ({ 'text/plain': text }), { name: 'late' })",
    );
    await run("const one = make('one')");
    await run("const two = make('two'); one()");
    assert.equal(await value("new Late()"), "two");
    await run("{ using three = make('three'); display(new Late()) }");
    assert.equal(await value("new Late()"), "Late {}");
  });

  test("forms of one run stand beside each other, also when it runs again", async () => {
    const cell = `
      class P {}; class Q {}
      for (const Each of [P, Q]) display.register(v => v instanceof Each, () => ({ "text/plain": Each.name + "!" }))
      display(new P()); display(new Q())`;
    for (let i = 0; i < 2; i++) {
      const { displays } = await run(cell);
      assert.deepEqual(
        displays.map(({ data }) => data["text/plain"]),
        ["P!", "Q!"],
      );
    }
  });

  test("modules and packages register through netspace/display, each its own", async () => {
    for (const name of ["one", "two"]) {
      write(
        `node_modules/${name}/package.json`,
        `{ "name": "${name}", "type": "module", "exports": "./index.js" }`,
      );
      write(
        `node_modules/${name}/index.js`,
        `import { display } from "${door}"; export class T {}
         display.register(v => v instanceof T, () => ({ "text/plain": "${name}" }));`,
      );
    }
    await run('import { T as One } from "one"');
    await run('import { T as Two } from "two"');
    assert.deepEqual([await value("new One()"), await value("new Two()")], ["one", "two"]);
    const local = (text: string) =>
      write(
        "local.ts",
        `import { display } from "${door}"; export class L {}
         export const off = display.register(v => v.constructor.name === "L", () => ({ "text/plain": "${text}" }));`,
      );
    local("before");
    await run('import { L } from "./local.ts"');
    assert.equal(await value("new L()"), "before");
    local("afterwards");
    await run('import { L, off } from "./local.ts"');
    assert.equal(await value("new L()"), "afterwards");
    await run("off()");
    assert.equal(await value("new L()"), "L {}");
  });

  test("Stop ends a test that spins, and the cell is interrupted", async () => {
    await run(
      "class Spin {}; const spin = display.register(v => { if (v instanceof Spin) for (;;); return false }, () => ({}))",
    );
    const { error, text } = await stopped("console.log('on'); new Spin()");
    assert.equal(error?.ename, "Interrupted");
    assert.doesNotMatch(text, /display form/);
    await run("spin()");
    assert.equal(await value("new Spin()"), "Spin {}");
  });

  test("says what it expected", async () => {
    const said = async (code: string) =>
      (await run(`class Some {}; display.register(${code})`)).error?.evalue ?? "";
    assert.match(
      await said("Some as never, () => ({})"),
      /expected a test such as value => .*, got the class Some/,
    );
    assert.match(await said("'Some' as never, () => ({})"), /expected a test such as .*, got 'Some'/);
    assert.match(
      await said("v => true, { 'text/html': '' } as never"),
      /expected a function from a value to its bundle/,
    );
    assert.match(
      await said("v => true, () => ({}), { nme: 'x' } as never"),
      /unknown option "nme"; known are name/,
    );
    assert.match(
      await said("v => true, () => ({}), { name: 5 } as never"),
      /expected some text as name, got 5/,
    );
    assert.equal(await value("({ a: 1 })"), "{ a: 1 }", "nothing was registered");
  });
});

test("outside of a notebook forms are shown as text", () => {
  class Molecule {
    readonly atoms = 3;
  }
  const off = display.register(
    molecule => molecule instanceof Molecule,
    ({ atoms }) => ({ "text/plain": `a molecule of ${atoms}` }),
  );
  assert.deepEqual(toBundle(new Molecule()), { data: { "text/plain": "a molecule of 3" }, metadata: {} });
  off[Symbol.dispose]();
  assert.deepEqual(toBundle(new Molecule()), {
    data: { "text/plain": "Molecule { atoms: 3 }" },
    metadata: {},
  });
  assert.equal(display.name, "display");
});

// oxlint-disable-next-line no-control-regex -- colours
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, "");
