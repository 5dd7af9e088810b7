/** Subshells, through jupyter_client: cells beside the main shell's, in the same state. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type Answer, Client, executeRequest, type Received, withoutJupyter } from "../support/client.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("subshells", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());

  const create = async (): Promise<string> =>
    String((await client.request("create_subshell_request", {}, "control")).reply.content["subshell_id"]);
  const remove = async (subshell: string): Promise<Received> =>
    (await client.request("delete_subshell_request", { subshell_id: subshell }, "control")).reply;
  const list = async (): Promise<unknown> =>
    (await client.request("list_subshell_request", {}, "control")).reply.content["subshell_id"];
  const send = (code: string, subshell_id: string, options = {}): string =>
    client.send("execute_request", executeRequest(code, options), "shell", { subshell_id });
  const execute = (code: string, subshell: string, options = {}): Promise<Answer> =>
    client.answer(send(code, subshell, options));
  const shown = ({ outputs }: Answer): unknown =>
    (
      outputs.find(({ type }) => type === "execute_result")?.content["data"] as
        | Record<string, unknown>
        | undefined
    )?.["text/plain"];
  const printed = ({ outputs }: Answer): string =>
    outputs.map(({ content }) => (content["name"] === "stdout" ? String(content["text"]) : "")).join("");

  test("subshells are announced, created, listed and deleted", async () => {
    const { reply } = await client.request("kernel_info_request", {});
    assert.ok((reply.content["supported_features"] as string[]).includes("kernel subshells"));
    assert.deepEqual(await list(), []);
    const [a, b] = [await create(), await create()];
    assert.deepEqual(await list(), [a, b]);
    assert.equal((await remove(a)).content["status"], "ok");
    assert.deepEqual(await list(), [b]);
    const again = await remove(a);
    assert.equal(again.content["ename"], "UnknownSubshellError");
    assert.match(
      String(again.content["evalue"]),
      new RegExp(`"subshell_id" must be one of ${b}, got "${a}"`),
    );
    await remove(b);
  });

  test("a subshell's cell runs while the main shell awaits, in the same state, and each output goes to its own cell", async () => {
    const subshell = await create();
    const sweep = client.send(
      "execute_request",
      executeRequest(`
        let trained = 0, stop = false;
        while (!stop) { await new Promise(done => setTimeout(done, 5)); if (++trained === 1) console.log("begun"); }
        console.log("the sweep saw stop");
        trained > 0
      `),
    );
    await client.until(({ type, parent }) => type === "stream" && parent === sweep);
    const look = await execute("console.log(trained > 0 ? 'training' : 'idle'); stop", subshell);
    assert.equal(printed(look), "training\n");
    // The type checker knows the names that the sweep declares, too.
    assert.deepEqual(
      look.outputs.filter(({ content }) => content["name"] === "stderr"),
      [],
    );
    assert.equal(shown(look), "false");
    assert.equal(look.reply.channel, "shell");
    // The kernel shows busy as long as the sweep runs.
    const idle = client.messages.findIndex(
      ({ type, parent, content }) =>
        type === "status" && parent === look.reply.parent && content["execution_state"] === "idle",
    );
    await client.until(
      message =>
        message.type === "status" &&
        message.parent === sweep &&
        message.content["execution_state"] === "busy" &&
        client.messages.indexOf(message) > idle,
    );
    assert.equal(
      (await execute("const fromSubshell = 7; stop = true", subshell)).reply.content["status"],
      "ok",
    );
    const end = await client.answer(sweep);
    assert.equal(printed(end), "begun\nthe sweep saw stop\n");
    assert.equal(shown(end), "true");
    assert.equal(shown(await client.execute("fromSubshell")), "7");
    await remove(subshell);
  });

  test("a main shell that spins keeps subshells' cells waiting, but not their completion and inspection", async () => {
    const subshell = await create();
    const end = path.join(temporaryFolder(), "end");
    await client.execute(
      `import { existsSync } from "node:fs"; const wide = { depth: 13 }; const spin = () => { while (!existsSync(${JSON.stringify(end)})); }`,
    );
    const spinning = client.send("execute_request", executeRequest("console.log('on'); spin()"));
    await client.printed(spinning, /on/);
    const waiting = send("wide.depth", subshell);
    const asked = { code: "wide.de", cursor_pos: 7 };
    const matches = await client.answer(
      client.send("complete_request", asked, "shell", { subshell_id: subshell }),
    );
    assert.deepEqual(matches.reply.content["matches"], ["depth"]);
    const idleOf = (id: string) =>
      client.messages.findIndex(
        ({ type, parent, content }) =>
          type === "status" && parent === id && content["execution_state"] === "idle",
      );
    assert.equal(idleOf(spinning), -1);
    writeFileSync(end, "");
    assert.equal(shown(await client.answer(waiting)), "13");
    await client.answer(spinning);
    assert.ok(idleOf(spinning) < idleOf(waiting));
    await remove(subshell);
  });

  test("an error aborts the cells that wait in its own shell, and no others", async () => {
    const [a, b] = [await create(), await create()];
    await client.execute(
      "let release = () => {}; const released = new Promise<void>(done => (release = done));",
    );
    const ids = [
      send("await released; throw new Error('of a')", a),
      send("1", a),
      send("await released; 'b goes on'", b),
      send("2", b),
    ];
    // It comes behind the others, which by then wait for it.
    await client.execute("release()");
    const answers = await Promise.all(ids.map(id => client.answer(id)));
    assert.deepEqual(
      answers.map(({ reply }) => reply.content["status"]),
      ["error", "aborted", "ok", "ok"],
    );
    assert.equal(shown(await execute("3", a)), "3");
    await Promise.all([remove(a), remove(b)]);
  });

  test("an interrupt stops the cells of all shells: one that spins, one that awaits", async () => {
    const subshell = await create();
    const main = client.send(
      "execute_request",
      executeRequest("console.log('on'); await new Promise(() => {})"),
    );
    await client.until(({ type, parent }) => type === "stream" && parent === main);
    const spinning = send("let spins = 0; while (true) if (++spins === 100) console.log('spins')", subshell);
    await client.until(({ type, parent }) => type === "stream" && parent === spinning);
    await client.request("interrupt_request", {}, "control");
    for (const id of [main, spinning]) {
      const { reply } = await client.answer(id);
      assert.equal(reply.content["ename"], "Interrupted");
    }
    assert.equal(shown(await execute("spins > 0", subshell)), "true");
    assert.equal(shown(await client.execute("spins > 0")), "true");
    await remove(subshell);
  });

  test("deleting a subshell stops its cell and aborts those behind it; the main shell goes on", async () => {
    const subshell = await create();
    const main = client.send(
      "execute_request",
      executeRequest(
        "let open = true; while (open) await new Promise(done => setTimeout(done, 5)); 'main is done'",
      ),
    );
    const endless = send("console.log('on'); await new Promise(() => {})", subshell);
    const behind = send("'never'", subshell);
    await client.until(({ type, parent }) => type === "stream" && parent === endless);
    await remove(subshell);
    assert.equal((await client.answer(endless)).reply.content["ename"], "Interrupted");
    assert.equal((await client.answer(behind)).reply.content["status"], "aborted");
    const other = await create();
    await execute("open = false", other);
    assert.equal(shown(await client.answer(main)), "'main is done'");
    await remove(other);
  });

  test("a prompt in a subshell is answered while the main shell awaits", async () => {
    const subshell = await create();
    const main = client.send(
      "execute_request",
      executeRequest("let go = true; while (go) await new Promise(d => setTimeout(d, 5))"),
    );
    const asking = send("prompt('width?')", subshell, { allow_stdin: true });
    const question = await client.until(({ type, parent }) => type === "input_request" && parent === asking);
    assert.equal(question.content["prompt"], "width?");
    client.send("input_reply", { value: "64" }, "stdin");
    assert.equal(shown(await client.answer(asking)), "'64'");
    await execute("go = false", subshell);
    await client.answer(main);
    await remove(subshell);
  });

  test("requests for a subshell that does not exist are answered with an error", async () => {
    for (const [type, content] of [
      ["execute_request", executeRequest("1")],
      ["complete_request", { code: "a", cursor_pos: 1 }],
    ] as const) {
      const { reply, broadcasts } = await client.answer(
        client.send(type, content, "shell", { subshell_id: "no such thing" }),
      );
      assert.equal(reply.content["status"], "error");
      assert.equal(reply.content["ename"], "UnknownSubshellError");
      assert.match(String(reply.content["evalue"]), /there are no subshells, got "no such thing"/);
      assert.deepEqual(broadcasts, ["status", "status"]);
    }
    const missing = await client.request("delete_subshell_request", {}, "control");
    assert.match(String(missing.reply.content["evalue"]), /"subshell_id" must be a string, got nothing/);
  });

  test("%reset ends the cells of other shells with an error", async () => {
    const subshell = await create();
    const main = client.send(
      "execute_request",
      executeRequest("console.log('on'); await new Promise(() => {})"),
    );
    await client.until(({ type, parent }) => type === "stream" && parent === main);
    assert.equal(printed(await execute("%reset", subshell)), "variables and modules are gone\n");
    const { reply } = await client.answer(main);
    assert.equal(reply.content["ename"], "EvaluatorEnded");
    assert.match(String(reply.content["evalue"]), /was restarted by another cell/);
    assert.equal(shown(await execute("typeof fromSubshell", subshell)), "'undefined'");
  });
});
