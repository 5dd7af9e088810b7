/**
 * What VS Code's Jupyter extension asks of a kernel, in its order and with its contents, as its source has it
 * (microsoft/vscode-jupyter: src/kernels/execution/cellExecution.ts, src/standalone/intellisense/*). VS Code itself is
 * not part of the set-up.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { kernelspec } from "../../install/kernelspec.js";
import { Client, withoutJupyter } from "../support/client.js";

/** Kinds that get an icon of their own (conversion.ts). */
const KINDS = new Set(
  "method function constructor field variable class struct interface module property event operator unit value constant enum enumMember keyword text color file reference folder typeParameter snippet".split(
    " ",
  ),
);

describe("VS Code's use of the protocol", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());

  /** cellExecution.ts: a cell's errors do not stop the next, and questions may be asked. */
  const cell = (code: string) =>
    client.send("execute_request", {
      code,
      silent: false,
      stop_on_error: false,
      allow_stdin: true,
      store_history: true,
    });

  /** kernelCompletionProvider.ts: the whole cell and an offset; items pair up with matches by their place. */
  const complete = async (code: string) => {
    const { content } = (await client.request("complete_request", { code, cursor_pos: code.length })).reply;
    const { matches, metadata, cursor_start, cursor_end } = content as {
      matches: string[];
      cursor_start: number;
      cursor_end: number;
      metadata: { _jupyter_types_experimental: Record<string, unknown>[] };
    };
    const items = metadata._jupyter_types_experimental;
    assert.ok(items.length >= matches.length);
    for (const [i, match] of matches.entries()) {
      assert.deepEqual(
        [items[i]?.["text"], items[i]?.["start"], items[i]?.["end"]],
        [match, cursor_start, cursor_end],
      );
    }
    return items;
  };

  test("the kernelspec's language is the one that cells get, and Stop is a message", () => {
    const { language, interrupt_mode, argv, metadata } = kernelspec();
    assert.equal(language, "typescript");
    assert.equal(interrupt_mode, "message");
    assert.ok((argv as string[]).includes("{connection_file}"));
    assert.equal(typeof metadata, "object");
  });

  test("connecting: kernel_info, then the comms there are", async () => {
    const { content } = (await client.request("kernel_info_request", {})).reply;
    const language = content["language_info"] as Record<string, string>;
    // The notebook's metadata take these over; exports and highlighting go by them.
    assert.equal(language["name"], "typescript");
    assert.equal(language["file_extension"], ".ts");
    assert.equal(language["nbconvert_exporter"], "script");
    assert.equal(language["codemirror_mode"], "typescript");
    assert.equal(language["pygments_lexer"], "typescript");
    assert.equal((await client.request("comm_info_request", {})).reply.content["status"], "ok");
  });

  test("Run All: every cell is sent at once, and an error does not stop the next", async () => {
    const ids = ["const net = { widths: [24, 56], block() {} }", "null.x", "net.widths.length"].map(cell);
    const replies = await Promise.all(ids.map(id => client.answer(id)));
    assert.deepEqual(
      replies.map(({ reply }) => reply.content["status"]),
      ["ok", "error", "ok"],
    );
    assert.deepEqual(replies[2]?.outputs[0]?.content["data"], { "text/plain": "2" });
  });

  test("typing: completion of the cell, then inspection of the chosen item for its documentation", async () => {
    const items = await complete("net.wid");
    assert.deepEqual(
      items.map(({ text }) => text),
      ["widths"],
    );
    assert.ok(KINDS.has(String(items[0]?.["type"])));
    // resolveCompletionItem.ts: what stands before the completed word, and the item's text.
    const code = "net.widths";
    const { content } = (
      await client.request("inspect_request", { code, cursor_pos: code.length, detail_level: 0 })
    ).reply;
    assert.equal(content["found"], true);
    const plain = (content["data"] as Record<string, string>)["text/plain"] ?? "";
    assert.match(plain, /widths: number\[\]/);
    assert.ok(!plain.includes("\u001b"));
    assert.ok(KINDS.has(String((await complete("Math.flo"))[0]?.["type"])));
  });

  test("completion at nothing gives items for every match, too", async () => {
    assert.ok((await complete("")).length > 50);
    assert.ok((await complete("net.")).length >= 2);
  });

  test("Stop: interrupt_request on control, whereupon the cell fails and the next one runs", async () => {
    const running = cell("let turns = 0; console.log('on'); while (true) turns++");
    await client.printed(running, /on/);
    const { reply } = await client.request("interrupt_request", {}, "control");
    assert.equal(reply.content["status"], "ok");
    assert.equal((await client.answer(running)).reply.content["status"], "error");
    const { outputs } = await client.answer(cell("turns > 0"));
    assert.deepEqual(outputs[0]?.content["data"], { "text/plain": "true" });
  });

  test("Restart: shutdown_request on control, a new process, and the same questions again", async () => {
    await client.restart();
    const { outputs } = await client.answer(cell("typeof net"));
    assert.deepEqual(outputs[0]?.content["data"], { "text/plain": "'undefined'" });
  });
});
