/** Signed messages that no client sends: whatever one holds, the next is heard, and the kernel can be ended in order. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BareKernel, type Channel } from "../support/bare-kernel.js";
import { executeRequest } from "../support/client.js";

/** A value within so many lists or objects. */
const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const objects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);

/** What a field may hold instead of what it should. */
const VALUES = [
  "null",
  "true",
  "-1",
  "1e999",
  '""',
  '"\\ud800"',
  '"__proto__"',
  JSON.stringify("x".repeat(200_000)),
  "[]",
  "{}",
  lists(900),
  lists(5000),
  lists(100_000),
  objects(100_000),
];
const HEADER_FIELDS = [
  "msg_id",
  "msg_type",
  "session",
  "username",
  "date",
  "version",
  "subshell_id",
  "another",
];

/** Contents of requests, field by field. */
const CONTENTS: Record<string, Record<string, unknown>> = {
  execute_request: executeRequest("1") as Record<string, unknown>,
  complete_request: { code: "Math.", cursor_pos: 5 },
  inspect_request: { code: "Math", cursor_pos: 4, detail_level: 0 },
  is_complete_request: { code: "1" },
  history_request: {
    hist_access_type: "range",
    session: 0,
    start: 0,
    stop: 1,
    n: 1,
    pattern: "*",
    unique: true,
    output: true,
  },
  comm_info_request: { target_name: "t" },
  delete_subshell_request: { subshell_id: "s" },
  debug_request: { type: "request", seq: 1, command: "debugInfo", arguments: {} },
  interrupt_request: {},
};

const options = { timeout: 300_000 };

describe("messages that no client sends", options, () => {
  let kernel: BareKernel;
  before(async () => {
    kernel = await new BareKernel().ready();
  });
  after(() => kernel.close());

  /** Every channel still answers, and cells run. */
  const isWell = async (): Promise<void> => {
    for (const channel of ["shell", "control"] as const) {
      assert.equal((await kernel.ask("kernel_info_request", {}, channel)).content["status"], "ok");
    }
    const id = kernel.start("prompt('?')", { allow_stdin: true });
    const { header } = await kernel.until(
      ({ channel, parentHeader }) => channel === "stdin" && parentHeader.msg_id === id,
    );
    kernel.sendText("input_reply", { 3: JSON.stringify(header), 5: '{"value":"a"}' }, "stdin");
    assert.equal((await kernel.reply(id)).content["status"], "ok");
  };

  for (const channel of ["shell", "control", "stdin"] as const satisfies Channel[]) {
    test(`no field of a header keeps ${channel} from hearing the next message`, async () => {
      for (const field of HEADER_FIELDS) {
        for (const value of VALUES) {
          const header = {
            msg_id: "a",
            msg_type: "kernel_info_request",
            session: "s",
            username: "u",
            date: "d",
          };
          const text = JSON.stringify({ ...header, version: "5.3", [field]: "@" });
          kernel.sendText("kernel_info_request", { 2: text.replace('"@"', () => value) }, channel);
        }
      }
      await isWell();
    });

    test(`neither a header, a parent, metadata nor content that is something else or deep locks ${channel}`, async () => {
      for (const at of [2, 3, 4, 5]) {
        for (const value of [...VALUES, "", "{", "undefined"])
          kernel.sendText("kernel_info_request", { [at]: value }, channel);
      }
      await isWell();
    });
  }

  for (const [type, content] of Object.entries(CONTENTS)) {
    test(`${type} is answered whatever its fields hold`, async () => {
      const channel = type === "debug_request" ? "control" : "shell";
      const ids = Object.keys(content).flatMap(field =>
        VALUES.flatMap(value => {
          const text = JSON.stringify({ ...content, [field]: "@" }).replace('"@"', () => value);
          const within = JSON.stringify({ ...content, [field]: { x: "@" } }).replace('"@"', () => value);
          return [text, within].map(each => kernel.sendText(type, { 5: each }, channel));
        }),
      );
      for (const value of VALUES) {
        for (const at of [3, 4, 5]) ids.push(kernel.sendText(type, { [at]: value }, channel));
      }
      for (const id of ids) {
        const { content: answer } = await kernel.reply(id);
        if (type === "debug_request") assert.equal(answer["type"], "response");
        else assert.equal(typeof answer["status"], "string");
        assert.ok(JSON.stringify(answer).length < 1_000_000);
      }
      await isWell();
    });
  }

  test("the answer names the field, what was expected, and what came", async () => {
    const cases: [string, Record<number, string>, RegExp][] = [
      [
        "execute_request",
        { 5: `{"code":${lists(900)}}` },
        /^execute_request: "code" must be a string, got \[{80}…$/,
      ],
      [
        "execute_request",
        { 5: `{"code":"1","user_expressions":{"a":${lists(900)}}}` },
        /^execute_request: "user_expressions" must be an object of strings, got \{"a":\[+…$/,
      ],
      [
        "execute_request",
        { 5: `{"code":"1","user_expressions":{"a":${lists(100_000)}}}` },
        /^execute_request: content must have at most 1000 levels of nesting, got more$/,
      ],
      ["kernel_info_request", { 4: "[1]" }, /^kernel_info_request: metadata must be an object, got \[1\]$/],
    ];
    for (const [type, texts, expected] of cases) {
      const { content } = await kernel.reply(kernel.sendText(type, texts));
      assert.equal(content["status"], "error");
      assert.match(String(content["evalue"]), expected);
    }
  });

  test("requests on channels that are not theirs are answered or passed over", async () => {
    for (const [type, content] of Object.entries(CONTENTS)) {
      for (const channel of ["control", "shell"] as const) {
        const answer = await kernel.ask(type, content, channel);
        assert.equal(answer.channel, channel);
      }
      kernel.send(type, content, "stdin");
    }
    for (const channel of ["shell", "control"] as const)
      kernel.send("input_reply", { value: "nobody asked" }, channel);
    await isWell();
  });

  test("code of 50 MB runs, and messages are heard after it", async () => {
    const code = `const big = "${"x".repeat(25_000_000)}"; /* ${"y".repeat(25_000_000)} */ big.length`;
    const id = kernel.start(code);
    assert.equal((await kernel.reply(id)).content["status"], "ok");
    const shown = kernel.heard.find(
      ({ header, parentHeader }) => header.msg_type === "execute_result" && parentHeader.msg_id === id,
    );
    assert.equal((shown?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"], "25000000");
    await isWell();
  });

  test("after all that the kernel shuts down in order", async () => {
    kernel.send("shutdown_request", { restart: false }, "control");
    assert.equal(await kernel.ended(), 0);
  });
});
