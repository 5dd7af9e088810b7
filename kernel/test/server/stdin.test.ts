/** Prompts: a cell asks, the user answers. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, executeRequest, type Received, withoutJupyter } from "../support/client.js";

describe("prompts", { skip: withoutJupyter, timeout: 300_000 }, () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.close());

  const start = (code: string): string =>
    client.send("execute_request", executeRequest(code, { allow_stdin: true }));
  const question = (id: string, nth = 0): Promise<Received> =>
    client.until(
      message => message === client.messages.filter(m => m.parent === id && m.type === "input_request")[nth],
    );
  const reply = (value: string): string => client.send("input_reply", { value }, "stdin");
  /** Resolves when the kernel has heard what was said before. */
  const heard = async (): Promise<void> => {
    for (const channel of ["control", "shell"] as const)
      await client.request("kernel_info_request", {}, channel);
  };
  const printed = async (id: string): Promise<string> =>
    (await client.answer(id)).outputs.map(({ content }) => String(content["text"])).join("");

  test("a prompt waits for its answer, with what was printed before already shown", async () => {
    const id = start("console.log('before'); const name = prompt('Name: '); console.log(`after ${name}`)");
    const { content, channel } = await question(id);
    assert.equal(channel, "stdin");
    assert.deepEqual(content, { prompt: "Name: ", password: false });
    await client.until(m => m.parent === id && m.type === "stream");
    reply("Ada 😀");
    assert.equal(await printed(id), "before\nafter Ada 😀\n");
  });

  test("a flood of text before a prompt is there, too", async () => {
    const id = start("for (let i = 0; i < 50_000; i++) console.log(i); const answer = prompt('?')");
    await question(id);
    await client.until(m => m.parent === id && String(m.content["text"]).endsWith("49999\n"));
    reply("");
    await client.answer(id);
  });

  test("a password is asked for as such; an empty answer means the default", async () => {
    const id = start("console.log(prompt('Token: ', { password: true }), prompt('Depth: ', '13'))");
    assert.deepEqual((await question(id)).content, { prompt: "Token: ", password: true });
    reply("secret");
    await question(id, 1);
    reply("");
    assert.equal(await printed(id), "secret 13\n");
  });

  test("an answer that nobody asked for is dropped", async () => {
    reply("early");
    await heard();
    const id = start("console.log(prompt('?'))");
    await question(id);
    reply("right");
    assert.equal(await printed(id), "right\n");
  });

  test("a prompt can be interrupted, and its late answer goes nowhere", async () => {
    const id = start("let asked = 1; await null; prompt('Forever? ')");
    await question(id);
    client.interrupt();
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
    reply("late");
    await heard();
    const next = start("console.log(asked, prompt('Again? '))");
    await question(next);
    reply("yes");
    assert.equal(await printed(next), "1 yes\n");
  });

  test("where the front end allows no prompts, they raise", async () => {
    const { reply: answer } = await client.execute("prompt('Name: ')", { allow_stdin: false });
    assert.equal(answer.content["ename"], "StdinNotImplementedError");
    assert.match(String(answer.content["evalue"]), /allow_stdin is false/);
    assert.ok(!client.messages.some(m => m.type === "input_request" && m.parent === answer.parent));
  });

  test("a prompt after the end of its cell is refused, since nobody could stop it", async () => {
    const id = start("setTimeout(() => prompt('Late? '), 30); 0");
    await client.answer(id);
    const late = await client.until(m => m.parent === id && m.type === "stream");
    assert.match(String(late.content["text"]), /was called after its end/);
  });
});
