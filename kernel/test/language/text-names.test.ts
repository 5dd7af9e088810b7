/** Completion in texts, by what the called value says of itself. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { completeText, typedText } from "../../language/text-names.js";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";

/** Takes code with the cursor as "|". */
const typed = (marked: string) => typedText(marked.replace("|", ""), marked.indexOf("|"));

test("a text is found with what is called and the field that it is in, through lists and texts before it", () => {
  assert.deepEqual(typed('p.column("er|'), { callee: "p.column", start: 10, typed: "er", quote: '"' });
  assert.deepEqual(typed("a.b.select('x)', (1), \"|")?.callee, "a.b.select");
  assert.deepEqual(typed('await study(["A", "|"])')?.callee, "study");
  const inField = typed('f(x(2), { n: 3, where: [1], kind: ["a", "|');
  assert.deepEqual([inField?.callee, inField?.field], ["f", "kind"]);
  for (const none of [
    '"|',
    '(await p).column("|',
    'x[0].column("|',
    'f({ a: { b: "|',
    "f(`|",
    "f(2, |",
    '["|',
  ])
    assert.equal(typed(none), undefined, none);
});

test("names with another quote in them, and those that do not begin so, are left out; without any, others are asked", async () => {
  const ask = (names: unknown) => completeText('f("A', 4, async () => names);
  assert.deepEqual((await ask(["ab", "Ac", 'a"d', "ba"]))?.matches, ["ab", "Ac"]);
  for (const none of [[], ["x"], "A", undefined]) assert.equal(await ask(none), undefined);
});

describe("in a kernel", { skip: withoutJupyter, timeout: 120_000 }, () => {
  test("objects say which texts their methods take, functions theirs; a cell that runs is not waited for", async () => {
    const client = await Client.start();
    try {
      await client.execute(`const key = Symbol.for("Jupyter.completions");
        const table = { column: (name) => name, [key]: ({ method }) => (method === "column" ? ["depth", "width"] : undefined) };
        const open = Object.assign((name) => name, { [key]: ({ field }) => (field === "as" ? ["csv"] : ["here"]) });`);
      const matches = async (code: string) => {
        const { reply } = await client.request("complete_request", { code, cursor_pos: code.length });
        return reply.content["matches"];
      };
      assert.deepEqual(await matches('table.column("'), ["depth", "width"]);
      assert.deepEqual(await matches('table.column("w'), ["width"]);
      assert.deepEqual(await matches('open("'), ["here"]);
      assert.deepEqual(await matches('open("x", { as: "'), ["csv"]);
      const running = client.send(
        "execute_request",
        executeRequest("await new Promise(r => setTimeout(r, 60_000))"),
      );
      await client.until(({ type, parent }) => type === "execute_input" && parent === running);
      assert.deepEqual(await matches('table.column("'), []);
      await client.request("interrupt_request", {}, "control");
      await client.answer(running);
      // What was asked meanwhile left no trace.
      const { outputs } = await client.execute("typeof _");
      assert.deepEqual(outputs[0]?.content["data"], { "text/plain": "'undefined'" });
      assert.equal(outputs[0]?.content["execution_count"], 3);
      assert.deepEqual(await matches('table.column("'), ["depth", "width"]);
    } finally {
      await client.close();
    }
  });
});
