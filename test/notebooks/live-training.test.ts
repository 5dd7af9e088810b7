import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, executeRequest, withoutJupyter } from "../../kernel/test/support/client.js";
import { withoutAddon } from "../support/needs.js";

const skip = withoutJupyter || withoutAddon;

test("a training in a cell draws its curves in one output, and the Stop button leaves what was learnt", {
  skip,
  timeout: 600_000,
}, async () => {
  const client = await Client.start();
  try {
    await client.execute(`
      import { anyNet, lastTraining, recipes, train } from "netspace";
      const net = anyNet([{ depth: 1, width: 8, bottleneck: 1, groupWidth: 8, stride: 2 }]);
      const dataset = { kind: "procedural", resolution: 16, train: 256, test: 50, seed: 1 } as const;
      const options = { dataset, device: "cpu", threads: 1 } as const;`);
    const short = await client.execute(
      `const run = await train(net, { ...options, recipe: { ...recipes.tiny, epochs: 2 } }); run.losses.length`,
    );
    assert.equal(short.reply.content["status"], "ok", JSON.stringify(short.reply.content));
    const outputs = short.outputs.filter(({ type }) => type.includes("display_data"));
    const places = new Set(
      outputs.map(({ content }) => (content["transient"] as { display_id: string }).display_id),
    );
    assert.equal(places.size, 1, "one output, updated");
    const types = outputs.map(({ content }) => Object.keys(content["data"] as object));
    assert.ok(types[0].includes("text/html"), "curves while training");
    assert.ok(types[types.length - 1].includes("image/png"), "the figure afterwards");
    const value = short.outputs.find(({ type }) => type === "execute_result");
    // 256 images are 4 batches of 64.
    assert.equal((value!.content["data"] as Record<string, string>)["text/plain"], "8");

    const long = `await train(net, { ...options, recipe: { ...recipes.tiny, epochs: 100_000, testEvery: 1 } })`;
    const id = client.send("execute_request", executeRequest(long));
    await client.until(({ parent, type, content }) => {
      if (parent !== id || !type.includes("display_data")) return false;
      return /test error/.test((content["data"] as Record<string, string>)["text/plain"]);
    });
    client.interrupt();
    assert.equal((await client.answer(id)).reply.content["ename"], "Interrupted");
    const left = await client.execute(`
      for (let i = 0; i < 200 && lastTraining()!.status !== "cancelled"; i++) await new Promise(r => setTimeout(r, 50));
      [lastTraining()!.status, lastTraining()!.epochs.length > 0, lastTraining()!.weights!.size > 0].join()`);
    const data = left.outputs.find(({ type }) => type === "execute_result")?.content["data"];
    assert.equal((data as Record<string, string>)["text/plain"], "'cancelled,true,true'");
  } finally {
    await client.close();
  }
});
