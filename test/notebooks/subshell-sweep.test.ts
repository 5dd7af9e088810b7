/** A subshell beside a sweep that trains, through jupyter_client. */

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { smallSweep } from "../support/small-sweep.js";
import { withoutAddon } from "../support/needs.js";
import { Client, executeRequest, withoutJupyter } from "../../kernel/test/support/client.js";
import { temporaryFolder } from "../../kernel/test/support/temporary-folder.js";

/** So many networks that the sweep does not end before it is stopped. */
const SPEC = { ...smallSweep, n: 1000 };

test("while a sweep trains in the main shell, a subshell runs cells, completes and moves widgets; Stop ends the sweep", {
  skip: withoutJupyter || withoutAddon,
  timeout: 600_000,
}, async () => {
  const client = await Client.start();
  try {
    const out = path.join(temporaryFolder(), "population");
    const { outputs } = await client.execute(`
      import { openPopulation, sweep } from "netspace";
      import { intSlider } from "netspace/widgets";
      const spec = ${JSON.stringify(SPEC)} as const;
      let finished = 0;
      const width = intSlider({ max: 64 });
      width.on("value", w => console.log("the width is", w));
      width`);
    const shown = outputs.find(({ type }) => type === "execute_result");
    assert.ok(shown);
    const views = shown.content["data"] as Record<string, { model_id: string }>;
    const comm_id = views["application/vnd.jupyter.widget-view+json"]?.model_id;
    const { reply: made } = await client.request("create_subshell_request", {}, "control");
    const header = { subshell_id: made.content["subshell_id"] };

    const sweeping = client.send(
      "execute_request",
      executeRequest(
        `await sweep(spec, { out: ${JSON.stringify(out)}, workers: 1, onProgress: ({ done }) => { finished = done; console.log("finished", done); } })`,
      ),
    );
    await client.printed(sweeping, /finished [1-9]/);

    const cell = client.send("execute_request", executeRequest("finished > 0"), "shell", header);
    const looked = await client.answer(cell);
    assert.deepEqual(looked.outputs.at(-1)?.content["data"], { "text/plain": "true" });
    const asked = { code: "spec.dataset.resol", cursor_pos: 18 };
    const completed = await client.answer(client.send("complete_request", asked, "shell", header));
    assert.deepEqual(completed.reply.content["matches"], ["resolution"]);
    const moved = { method: "update", state: { value: 24 }, buffer_paths: [] };
    client.send("comm_msg", { comm_id, data: moved }, "shell", header);
    await client.printed(String(shown.parent), /the width is 24\n/);
    const stillRunning = !client.messages.some(
      ({ type, parent, content }) =>
        type === "status" && parent === sweeping && content["execution_state"] === "idle",
    );
    assert.ok(stillRunning, "the sweep went on meanwhile");

    client.interrupt();
    const { reply } = await client.answer(sweeping);
    assert.equal(reply.content["ename"], "Interrupted");
    const kept = await client.answer(
      client.send(
        "execute_request",
        executeRequest(
          `const kept = (await openPopulation(${JSON.stringify(out)})).members.length; [kept >= 1, kept >= finished, kept < spec.n]`,
        ),
        "shell",
        header,
      ),
    );
    assert.deepEqual(kept.outputs.at(-1)?.content["data"], { "text/plain": "[ true, true, true ]" });
  } finally {
    await client.close();
  }
});
