/**
 * Halves of surrogate pairs, which UTF-8 cannot say: one of them in a message, and no client can write its notebook any
 * more. They leave the kernel as U+FFFD, as where Node writes text.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Wire } from "../../protocol/wire.js";
import { BareKernel } from "../support/bare-kernel.js";

/** The texts of a value, its keys among them. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...texts(each)]);
}

const half = "\ud83d";

test("encode() writes halves of characters as U+FFFD, and whole ones and texts that read like halves as they are", () => {
  const open = new Wire("", "sha256");
  const whole = ["😀", "a\\ud83d", "\\\\ud83d\\", "\ud7ff\ue000", '"\n\u0001'];
  const content = { [half]: ["\udc00b", `\\${half}`, { deep: `a${half}${half}\ude00` }], whole };
  const { content: came, metadata } = open.decode(
    open.encode({ type: "t", content, metadata: { m: "\udfff" } }),
  );
  assert.deepEqual(came, { "\ufffd": ["\ufffdb", "\\\ufffd", { deep: "a\ufffd😀" }], whole });
  assert.deepEqual(metadata, { m: "\ufffd" });
  // A client knows its request by the very header that it gave it.
  const parent = { msg_id: half } as never;
  assert.deepEqual(open.decode(open.encode({ type: "t", content: {}, parent })).parentHeader, parent);
});

describe("halves of characters", { timeout: 120_000 }, () => {
  let kernel: BareKernel;
  before(async () => {
    kernel = await new BareKernel().ready();
  });
  after(() => kernel.close());

  /** Runs a cell of which every text that is heard must be writable. @returns how many of them hold a U+FFFD */
  const replaced = async (code: string, options: object = {}): Promise<number> => {
    const id = kernel.start(code, options);
    await kernel.until(
      ({ header, parentHeader, content }) =>
        parentHeader.msg_id === id && header.msg_type === "status" && content["execution_state"] === "idle",
    );
    await kernel.reply(id);
    const mine = kernel.heard.filter(({ parentHeader }) => parentHeader.msg_id === id);
    const all = mine.flatMap(({ content, metadata }) => texts([content, metadata]));
    assert.deepEqual(
      all.filter(text => !text.isWellFormed()),
      [],
      code,
    );
    return all.filter(text => text.includes("\ufffd")).length;
  };

  test("no output and no answer holds one", async () => {
    const shown = [
      'console.log("😀 hello".slice(0, 1)); console.error("\\ud83d")',
      'console.group("\\ud83d"); console.table([{ a: "\\udc00" }])',
      'Deno.jupyter; process.stderr.write("\\udfff\\n")',
      'throw new Error("bad \\ud83d end")',
      'throw Object.assign(new TypeError("x", { cause: "\\ud83d" }), { name: "\\udc00", code: "\\ud800" })',
      'Promise.reject(new Error("late \\ud83d"))',
      'display({ "text/html": "<b>\\ud83d</b>" }, { raw: true })',
      'display({ "text/plain": "\\ud800" }, { raw: true })',
      'display({ "application/json": { deep: [{ "\\ud83d": "\\ud83d" }] } }, { raw: true })',
      'display("😀".slice(1), { id: "\\ud83d" })',
      '[{ a: "\\ud83d" }, { a: "b" }]',
      'new Map([["\\ud83d", 1]])',
      `"${half}"`,
      `%env HALF=${half}`,
    ];
    for (const code of shown) assert.notEqual(await replaced(code), 0, code);
    for (const code of [
      '"😀"[0]',
      'throw "\\ud83d"',
      "const \\ud83d = 1",
      '(await import("netspace/widgets")).text("\\ud83d")',
    ]) {
      await replaced(code);
    }
    await replaced("1", { user_expressions: { half: '"\\ud83d"', thrown: 'throw new Error("\\ud83d")' } });
    await kernel.execute('const halved = { "\\ud83d": 1, "\\udc00b": 2 }');
    for (const [type, content] of [
      ["complete_request", { code: "halved.", cursor_pos: 7 }],
      ["inspect_request", { code: "halved", cursor_pos: 3, detail_level: 0 }],
      ["history_request", { hist_access_type: "tail", n: 50, output: true, raw: true }],
    ] as const) {
      const { content: reply } = await kernel.ask(type, content);
      assert.deepEqual(
        texts(reply).filter(text => !text.isWellFormed()),
        [],
        type,
      );
    }
  });

  test("text that is written in pieces is encoded piece by piece, however it is gathered", async () => {
    const id = kernel.start(`const s = "a" + "😀".repeat(200);
      for (let i = 0; i < s.length; i += 10) process.stdout.write(s.slice(i, i + 10))`);
    await kernel.reply(id);
    let expected = "";
    const text = `a${"😀".repeat(200)}`;
    for (let i = 0; i < text.length; i += 10) expected += Buffer.from(text.slice(i, i + 10)).toString();
    // Every piece ends with half a character: that the last one is there is told by the length.
    await kernel.prints(id, new RegExp(`^[^]{${expected.length},}$`));
    assert.equal(kernel.printed(id), expected);
  });
});
