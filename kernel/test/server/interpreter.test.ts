/** The waist between server and interpreter: a kernel serves whatever implements it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BareKernel, type Heard } from "../support/bare-kernel.js";
import { repository } from "../support/repository.js";

const PROGRAM = fileURLToPath(new URL("../support/shouting-kernel.js", import.meta.url));

describe("a kernel with an interpreter that knows no TypeScript", { timeout: 60_000 }, () => {
  let kernel: BareKernel;
  before(async () => {
    kernel = await new BareKernel({ launcher: [process.execPath, PROGRAM] }).ready();
  });
  after(() => kernel.close());

  /** Runs a cell that asks, up to its question. What is asked before the client's socket for it is connected is lost. */
  const asked = async (): Promise<Heard & { id: string }> => {
    for (;;) {
      const id = kernel.start("ask", { allow_stdin: true });
      const question = kernel.until(
        ({ header, parentHeader }) => header.msg_type === "input_request" && parentHeader.msg_id === id,
      );
      const heard = await Promise.race([question, sleep(1000)]);
      if (heard) return { ...heard, id };
      question.catch(() => {});
      await kernel.ask("interrupt_request", {}, "control");
    }
  };

  test("its cells print and have values, under the messages of any kernel", async () => {
    const id = kernel.start("hello there");
    assert.equal((await kernel.reply(id)).content["execution_count"], 2);
    assert.equal(await kernel.prints(id, "\n"), "11 letters\n");
    const { content } = await kernel.until(
      ({ header, parentHeader }) => header.msg_type === "execute_result" && parentHeader.msg_id === id,
    );
    assert.deepEqual(content["data"], { "text/plain": "HELLO THERE" });
  });

  test("it asks the user, and is stopped while it waits", async () => {
    const { id: asking, content, channel } = await asked();
    assert.deepEqual([channel, content["prompt"]], ["stdin", "what? "]);
    kernel.send("input_reply", { value: "an answer", status: "ok" }, "stdin");
    await kernel.prints(asking, "9 letters");
    const { id: second } = await asked();
    await kernel.ask("interrupt_request", {}, "control");
    assert.equal((await kernel.reply(second)).content["ename"], "Hushed");
  });

  test("history, completeness and information are the server's, and need none of it", async () => {
    const { content } = await kernel.ask("history_request", { hist_access_type: "tail", n: 10 });
    const inputs = (content["history"] as [number, number, string][]).map(([, , input]) => input);
    assert.ok(inputs.includes("hello there"), String(inputs));
    assert.equal((await kernel.ask("is_complete_request", { code: "{" })).content["status"], "incomplete");
    assert.equal((await kernel.ask("kernel_info_request", {})).content["status"], "ok");
  });

  test("comm messages go down and come up", async () => {
    kernel.send("comm_open", { comm_id: "c", target_name: "echo", data: { a: 1 } });
    const { content } = await kernel.until(
      ({ header, channel }) => header.msg_type === "comm_open" && channel === "iopub",
    );
    assert.deepEqual(content["data"], { a: 1 });
  });
});

test("of the evaluator, the server's one program knows; the rest of the server knows the interpreter alone", () => {
  const server = path.join(repository, "kernel", "server");
  const knowing = readdirSync(server).filter(file =>
    /from "\.\.\/evaluator\//.test(readFileSync(path.join(server, file), "utf8")),
  );
  assert.deepEqual(knowing, ["program.ts"]);
});
