/** Comms through Jupyter's own client, in the role of a front end. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withoutJupyter } from "../support/client.js";
import { dataOf, widgetSession } from "../support/widget-session.js";

const options = { skip: withoutJupyter, timeout: 300_000 };

describe("comms", options, () => {
  const session = widgetSession();
  const { printed, idle, say, shown } = session;

  test("a comm carries data and bytes both ways, and prints under the cell that took it", async () => {
    const { reply } = await session.client.execute(`
      ui.registerTarget("echo", (comm, { data, buffers }) => {
        comm.send({ hello: data.name }, { buffers: [new Float32Array([1, 2]), ...buffers] });
        comm.on("message", ({ data, buffers }) => { console.log("got", data.n, buffers[0]); comm.send({ n: Number(data.n) + 1 }); });
        comm.on("close", () => console.log("closed"));
      });`);
    const opening = await say(
      "c1",
      { name: "lab" },
      { type: "comm_open", target_name: "echo", buffers: [new Uint8Array([7])] },
    );
    assert.deepEqual(
      opening.map(({ type }) => type),
      ["comm_msg"],
    );
    assert.deepEqual(dataOf(opening[0]), { hello: "lab" });
    const [floats, own] = opening[0]?.buffers ?? [];
    assert.deepEqual([...new Float32Array(Uint8Array.from(floats ?? []).buffer)], [1, 2]);
    assert.deepEqual([...(own ?? [])], [7]);
    const [answer] = await say("c1", { n: 1 }, { buffers: [new Uint8Array([1, 2, 3])] });
    assert.deepEqual(dataOf(answer), { n: 2 });
    const info = await session.client.request("comm_info_request", { target_name: "echo" }, "control");
    assert.deepEqual(info.reply.content["comms"], { c1: { target_name: "echo" } });
    const other = await session.client.request("comm_info_request", { target_name: "other" });
    assert.deepEqual(other.reply.content["comms"], {});
    await say("c1", {}, { type: "comm_close" });
    assert.equal(printed(String(reply.parent)), "got 1 Uint8Array(3) [ 1, 2, 3 ]\nclosed\n");
    const none = await session.client.request("comm_info_request", { target_name: "echo" });
    assert.deepEqual(none.reply.content["comms"], {});
  });

  test("an unknown target is answered with a close; messages for closed comms and malformed ones with idle alone", async () => {
    const [closed, ...rest] = await say("c2", {}, { type: "comm_open", target_name: "nobody" });
    assert.deepEqual([closed?.type, closed?.content["comm_id"], rest.length], ["comm_close", "c2", 0]);
    assert.deepEqual(await say("c1", { n: 1 }), []);
    assert.deepEqual(await say("never-opened", {}, { type: "comm_close" }), []);
    const id = session.client.send("comm_msg", { data: {} });
    await idle(id);
    assert.equal((await session.client.execute("1 + 1")).reply.content["status"], "ok");
  });

  test("data that no message can carry is an error of the code that sends it; comms and other widgets go on", async () => {
    for (const [code, message] of [
      ["const knot: any = {}; knot.again = knot; ui.openComm('x', knot)", /does the value contain itself/],
      ["ui.openComm('x', 5 as any)", /data must be an object, got 5/],
      ["ui.openComm('x', {}, { buffers: ['text'] as any })", /buffers must be an array of typed arrays/],
      ["ui.openComm(5 as any)", /target must be a string, got 5/],
      [
        "ui.anywidget({ esm: '', state: { n: (() => 1) as any } })",
        /n must be a value that JSON or bytes can/,
      ],
      ["const own = ui.anywidget({ esm: '', state: { n: {} as any } }); own.n = knot", /n must be a value/],
    ] as const) {
      const { reply, outputs } = await session.client.execute(code);
      assert.match(String(reply.content["evalue"]), message, code);
      assert.deepEqual(
        outputs.filter(({ type }) => type.startsWith("comm_")),
        [],
        code,
      );
    }
    // Changed in place it cannot be refused; then the end of the cell must come all the same.
    const { reply } = await session.client.execute(
      "const late: any = {}; display(own); own.n = 1; own.n = late; late.self = late;",
    );
    assert.equal(reply.content["status"], "ok");
    await session.client.execute("own.close()");
    const { outputs } = await session.client.execute(
      "ui.openComm('big', { n: 1n, at: new Map([['a', 1]]) }, { buffers: [new SharedArrayBuffer(2)] as any })",
    );
    const opened = outputs.find(({ type }) => type === "comm_open");
    assert.deepEqual(opened && dataOf(opened), { n: 1, at: { a: 1 } });
    assert.deepEqual(
      opened?.buffers.map(({ length }) => length),
      [2],
    );
  });

  test("when the evaluator ends, clients are told that its comms have closed", async () => {
    const { id } = await shown("const gone = ui.checkbox(); gone");
    await session.client.execute("process.kill(process.pid, 'SIGKILL'); for (;;) {}");
    await session.client.until(({ type, content }) => type === "comm_close" && content["comm_id"] === id);
    const { reply } = await session.client.request("comm_info_request", {});
    assert.deepEqual(reply.content["comms"], {});
  });
});
