/** Messages of errors that code catches: Node's own, whatever rewriting has made of the code that they quote. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** Code that fails, and whose message quotes `it`, as an expression. */
const failing = [
  "it()",
  "it.name.deeper.still",
  "it.method()",
  "new it()",
  "new it.inner()",
  "[...it]",
  "(() => { for (const x of it) return x })()",
  "(() => { const [a] = it; return a })()",
  "(() => { const { a } = it.missing; return a })()",
  "it`text`",
  "it?.a.b()",
  "(() => { class X extends it {} return X })()",
  "(() => { const it2 = () => it(); return it2() })()",
  "(function () { return it() })()",
  "(() => { try { return it() } finally { void 0 } })()",
  "(() => { try { it() } catch (e) { throw e } })()",
  "new (class { x = it() })()",
  "new (class { static x = 1; #y = it.y(); get y() { return this.#y } })()",
  "class { static { it() } }",
  "((a = it()) => a)()",
  "(({ a = it.b() }) => a)({})",
  "[1].map(x => ({ x: it(x) }))",
  "[1].map(x => (x, it(x)))",
  "[1].map(x => it(x) ? x : () => x)",
  "((...xs) => xs.map(x => y => it(x, y)))(1)[0](2)",
  "[1].map(x => x.y.z + it)",
  "[1].map((x, y = it) => y(it))",
  "[1].map((x, y = 1 + it) => it[x].y)",
  "({ method() { return it() } }).method()",
  "({ get value() { return it() } }).value",
  "[...(function* () { yield it() })()]",
  "eval('it()')",
  "(() => { let f; f = () => it(); return f() })()",
  "(() => { it() })()",
  "(() => {it()})()",
  "(() => { for (const x of [1]) it(x) })()",
  "(() => {for (const x of [1]) it(x)})()",
];
/** The same of what is awaited. */
const rejecting = [
  "(async () => it())()",
  "(async () => { await null; return it() })()",
  "(async x => await it(x))(1)",
  "Promise.resolve().then(() => it())",
  "new Promise(() => it())",
  "(async () => { for await (const x of it) return x })()",
];

/** Names that other programs know, in cells called otherwise, and what the cell gives them. */
const NAMES = ["Node", "document", "history", "Map", "chrome"];

describe("messages of errors that are caught", { timeout: 120_000 }, () => {
  const { run, value } = hostedCells(temporaryFolder());
  // oxlint-disable-next-line no-empty-function, typescript/no-unsafe-type-assertion -- to have Node's own messages
  const AsyncFunction = (async () => {}).constructor as new (
    ...code: string[]
  ) => (it: unknown) => Promise<string>;
  /** What Node says, of code in a function where `name` is a variable. */
  const nodes = (name: string, code: string): Promise<string> =>
    new AsyncFunction(
      name,
      `"use strict"; try { await (${code}); return "none" } catch (e) { return e.message }`,
    )(5);

  for (const name of NAMES) {
    test(`are Node's own about ${name}`, async () => {
      assert.equal((await run(`let ${name}: any = 5`)).trace, undefined);
      for (const each of [...failing, ...rejecting]) {
        const code = each.replaceAll(/\bit\b/g, name);
        const expected = await nodes(name, code);
        assert.notEqual(expected, "none", code);
        for (const caught of [
          `message = ""; try { await (${code}) } catch (e) { message = e.message }`,
          `message = ""; try { await (${code}) } catch (e) { message = String(e).replace("TypeError: ", "") }`,
          `message = ""; try { await (${code}) } catch ({ message: said }) { message = said }`,
          `message = ""; await (async () => (${code}))().catch(e => { message = e.message })`,
          `const f = async () => { await (${code}) }; const [{ reason }] = await Promise.allSettled([f()]); message = reason.message`,
        ]) {
          assert.equal(await value(`var message = ""; ${caught}\nmessage`), quoted(expected), caught);
        }
      }
    });
  }

  test("are Node's own about constants, import.meta and what is awaited at the top", async () => {
    for (const [code, said] of [
      [
        "const fixed = 1; try { fixed = 2 } catch (e) { message = e.message }",
        "Assignment to constant variable.",
      ],
      [
        "const Text = 1; try { Text++ } catch (e) { message = e.message }",
        "Assignment to constant variable.",
      ],
      [
        "try { import.meta.nothing() } catch (e) { message = e.message }",
        "import.meta.nothing is not a function",
      ],
      [
        "try { import.meta.a.b } catch (e) { message = e.message }",
        "Cannot read properties of undefined (reading 'b')",
      ],
      [
        "try { for await (const x of 5); } catch (e) { message = e.message }",
        "(intermediate value) is not async iterable",
      ],
      [
        "try { const [a] = await 5 } catch (e) { message = e.message }",
        await nodes("it", "(async () => { const [a] = await 5 })()"),
      ],
      [
        "try { (await 5)() } catch (e) { message = e.message }",
        await nodes("it", "(async () => { (await 5)() })()"),
      ],
      [
        "try { (await 5).a.b } catch (e) { message = e.message }",
        await nodes("it", "(async () => { (await 5).a.b })()"),
      ],
    ] as const) {
      assert.equal(await value(`var message = ""; ${code}\nmessage`), quoted(said), code);
    }
  });

  test("stay with their error, its class, its place and its properties", async () => {
    const code =
      "const document = 5;\nconst fails = () => document();\nlet kept; try { fails() } catch (e) { kept = e }\n";
    assert.equal(
      await value(
        `${code}[kept.constructor === TypeError, Object.keys(kept).length, kept.stack.length === [...kept.stack].length]`,
      ),
      "[ true, 0, true ]",
    );
    assert.match(
      String(await value("kept.stack")),
      /document is not a function\\n {4}at fails \(In \[\d+\]:2:21\)/,
    );
    assert.equal(await value("String(fails)"), "'() => document()'");
    const own = await run(
      "class Mine extends Error {} ; const throws = () => { document; throw new Mine('it') }; throws()",
    );
    assert.match(own.trace ?? "", /^Error: it[^]*line 1, column 70/);
    assert.equal(
      await value(
        "try { (() => { throw Object.freeze(new Error(String(document))) })() } catch (e) { kept = e.message }\nkept",
      ),
      "'5'",
    );
  });
});

/** As a cell shows a text of one line. */
function quoted(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return text.includes('"') ? `\`${text}\`` : `"${text}"`;
}
