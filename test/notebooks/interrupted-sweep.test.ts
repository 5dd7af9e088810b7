import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Client, executeRequest, withoutJupyter } from "../../kernel/test/support/client.js";
import { smallSweep } from "../support/small-sweep.js";
import { withoutAddon } from "../support/needs.js";

const out = mkdtempSync(join(tmpdir(), "netspace-interrupted-"));
after(() => rmSync(out, { recursive: true, force: true }));

test("the Stop button stops the sweep a cell runs, keeps what is finished, and the cell run again goes on", {
  skip: withoutJupyter || withoutAddon,
  timeout: 600_000,
}, async () => {
  const client = await Client.start();
  try {
    await client.execute(
      `import { openPopulation, sweep } from "netspace"; const out = ${JSON.stringify(out)};`,
    );
    const cell = `(await sweep(${JSON.stringify(smallSweep)}, { out, workers: 1, onProgress: ({ done }) => console.log(done) })).members.length`;
    const id = client.send("execute_request", executeRequest(cell));
    // Stop once a trial has ended and the next is under way.
    await client.until(({ parent, type, content }) => {
      return parent === id && type === "stream" && String(content["text"]).includes("1");
    });
    client.interrupt();
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");

    const again = await client.execute(cell);
    assert.equal(again.reply.content["status"], "ok", JSON.stringify(again.reply.content));
    const result = again.outputs.find(({ type }) => type === "execute_result")?.content["data"];
    assert.equal((result as Record<string, unknown>)["text/plain"], "4");
    const first = again.outputs.find(({ type }) => type === "stream")?.content["text"];
    assert.match(String(first), /^[1-3]\n/, "what was finished before the interrupt was kept");
  } finally {
    await client.close();
  }
});
