/**
 * Each message type once, as jupyter_kernel_test would have it. The client checks every message against the
 * specification as it comes; here each type is brought about, and seen.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, executeRequest, withoutJupyter } from "../support/client.js";
import { type CheckedMessage, checkMessage, MESSAGE_TYPES } from "../support/schema.js";

/** Brought about by tests of their own: comms need a target. */
const ELSEWHERE = ["comm_open", "comm_msg", "debug_reply", "debug_event"];

describe("conformance", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  const seen = new Set<string>();
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());

  /** Requests with all fields the specification names, and with none that may be left out. */
  const requests: [string, object[], ("shell" | "control")[]][] = [
    ["kernel_info_request", [{}], ["shell", "control"]],
    [
      "complete_request",
      [{ code: "Math.flo", cursor_pos: 8 }, { code: "", cursor_pos: 0 }, { code: "Math.flo" }],
      ["shell", "control"],
    ],
    [
      "inspect_request",
      [
        { code: "Math.floor", cursor_pos: 10, detail_level: 1 },
        { code: "Math.floor", cursor_pos: 10, detail_level: 0 },
        { code: "", cursor_pos: 0 },
        { code: "Math" },
      ],
      ["shell"],
    ],
    [
      "history_request",
      [
        { output: true, raw: true, hist_access_type: "tail", n: 3 },
        { output: false, raw: true, hist_access_type: "range", session: 0, start: 1, stop: 3 },
        { output: true, raw: false, hist_access_type: "search", pattern: "*", unique: true, n: 2 },
        {},
      ],
      ["shell"],
    ],
    ["is_complete_request", [{ code: "1" }, { code: "if (1) {" }, { code: "}" }, { code: "" }], ["shell"]],
    ["comm_info_request", [{ target_name: "none" }, {}], ["shell", "control"]],
    ["usage_request", [{}], ["control"]],
    ["interrupt_request", [{}], ["control"]],
  ];
  for (const [type, contents, channels] of requests) {
    test(`${type} is answered on its channel, between busy and idle`, async () => {
      for (const channel of channels) {
        for (const content of contents) {
          const { reply, broadcasts } = await client.request(type, content, channel);
          assert.equal(reply.type, type.replace("request", "reply"));
          assert.equal(reply.channel, channel);
          assert.notEqual(reply.content["status"], "error", JSON.stringify(reply.content));
          assert.deepEqual(broadcasts, ["status", "status"]);
        }
      }
    });
  }

  test("subshells are created, listed and deleted on control", async () => {
    const ask = async (verb: string, content = {}) =>
      (await client.request(`${verb}_subshell_request`, content, "control")).reply.content;
    const { subshell_id } = await ask("create");
    assert.deepEqual((await ask("list"))["subshell_id"], [subshell_id]);
    assert.deepEqual(await ask("delete", { subshell_id }), { status: "ok" });
  });

  for (const [what, code, types] of [
    ["an execute_result", "6 * 7", ["execute_result"]],
    ["text on both streams", "console.log('hello, world'); console.error('hello')", ["stream", "stream"]],
    ["an error, once", "throw new TypeError('no')", ["error"]],
    [
      "display_data, update_display_data and clear_output",
      "const shown = display('a'); shown.update('b'); clearOutput(true); clearOutput()",
      ["display_data", "update_display_data", "clear_output", "clear_output"],
    ],
    ["nothing for a cell without value", "undefined", []],
    ["nothing for an empty cell", "", []],
  ] as const) {
    test(`an execute_request brings ${what}`, async () => {
      const { reply, broadcasts } = await client.execute(code, {
        user_expressions: { n: "1 + 1", bad: "x.y" },
      });
      assert.equal(reply.type, "execute_reply");
      assert.deepEqual(broadcasts, ["status", "execute_input", ...types, "status"]);
    });
  }

  test("an execute_request may leave out all but its code", async () => {
    const { reply } = await client.request("execute_request", { code: "1" });
    assert.equal(reply.content["status"], "ok");
  });

  test("an execute_request on control is refused as every failed one, with its count", async () => {
    const { content } = (await client.request("execute_request", { code: "1" }, "control")).reply;
    assert.deepEqual([content["status"], typeof content["execution_count"]], ["error", "number"]);
  });

  test("an execute_request that is aborted says so", async () => {
    const send = (code: string) =>
      client.send("execute_request", executeRequest(code, { allow_stdin: true }));
    // The first fails when the second has come: a shell's requests keep their order.
    const ids = [send("prompt('fail?'); throw 1"), send("2")];
    await client.request("kernel_info_request", {});
    await client.until(({ parent, type }) => parent === ids[0] && type === "input_request");
    client.send("input_reply", { value: "yes" }, "stdin");
    const replies = await Promise.all(ids.map(async id => (await client.answer(id)).reply.content["status"]));
    assert.deepEqual(replies, ["error", "aborted"]);
  });

  test("help comes as the payload of an execute_reply", async () => {
    const { reply } = await client.execute("?Math");
    const [page] = reply.content["payload"] as { source: string; data: Record<string, string> }[];
    assert.equal(page?.source, "page");
    assert.match(page?.data["text/plain"] ?? "", /Math/);
  });

  test("a prompt is an input_request on stdin", async () => {
    const id = client.send("execute_request", executeRequest("prompt('Depth? ')", { allow_stdin: true }));
    const { channel, content } = await client.until(m => m.parent === id && m.type === "input_request");
    assert.deepEqual([channel, content], ["stdin", { prompt: "Depth? ", password: false }]);
    client.send("input_reply", { value: "13" }, "stdin");
    assert.equal((await client.answer(id)).reply.content["status"], "ok");
  });

  test("a comm nobody knows is closed", async () => {
    const id = client.send("comm_open", { comm_id: "c", target_name: "nobody", data: {} });
    const closed = await client.until(m => m.parent === id && m.type === "comm_close");
    assert.equal(closed.content["comm_id"], "c");
  });

  test("a new subscriber is welcomed", async () => {
    // Of a topic that nothing else has: a status of what came before could be heard first.
    const welcome = await client.subscribe("welcome");
    assert.equal(welcome.type, "iopub_welcome");
    assert.deepEqual(welcome.content, { subscription: "welcome" });
    seen.add(welcome.type);
  });

  test("every message has an id of its own", () => {
    const ids = client.messages.map(({ header }) => header["msg_id"]);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("a shutdown is answered on control and told to all", async () => {
    const id = client.send("shutdown_request", { restart: false }, "control");
    for (const channel of ["iopub", "control"]) {
      const { content } = await client.until(
        m => m.parent === id && m.channel === channel && m.type === "shutdown_reply",
      );
      assert.deepEqual(content, { status: "ok", restart: false });
    }
  });

  test("no type was left out", () => {
    for (const { type } of client.messages) seen.add(type);
    const missing = MESSAGE_TYPES.filter(type => !seen.has(type) && !ELSEWHERE.includes(type));
    assert.deepEqual(missing, []);
  });
});

test("checkMessage() refuses fields that are missing, wrong or unknown, and messages on the wrong channel", () => {
  const header = {
    msg_id: "1",
    session: "s",
    username: "u",
    date: "2026-01-01T00:00:00Z",
    msg_type: "stream",
    version: "5.4",
  };
  const good: CheckedMessage = {
    channel: "iopub",
    header,
    parentHeader: { msg_id: "0", msg_type: "execute_request" },
    metadata: {},
    content: { name: "stdout", text: "a" },
  };
  assert.doesNotThrow(() => checkMessage(good));
  for (const [change, message] of [
    [{ content: { name: "stdout" } }, /content text is undefined/],
    [{ content: { name: "stdin", text: "a" } }, /content name is "stdin"/],
    [{ content: { ...good.content, wait: true } }, /content wait is true/],
    [{ channel: "shell" }, /no message for shell/],
    [{ header: { ...header, version: "4.1" } }, /header version/],
    [{ header: { ...header, date: "2026-01-01" } }, /header date/],
    [{ parentHeader: {} }, /expected the header of a request/],
  ] as const) {
    assert.throws(() => checkMessage({ ...good, ...change }), message);
  }
});
