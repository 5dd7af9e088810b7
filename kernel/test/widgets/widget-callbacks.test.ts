/** What cells have called when a widget changes, through Jupyter's own client in the role of ipywidgets' front end. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withoutJupyter } from "../support/client.js";
import { widgetSession } from "../support/widget-session.js";

const options = { skip: withoutJupyter, timeout: 300_000 };

describe("callbacks of widgets", options, () => {
  const session = widgetSession();
  const { printed, idle, say, update, shown, value } = session;

  test("a callback that throws is reported under its cell, and the next event comes through", async () => {
    const { id, parent } = await shown(`
      const t = ui.intSlider({ description: "t" });
      t.on("value", v => { if (v === 1) throw new RangeError("one is too few"); console.log("fine", v); }); t`);
    await update(id, { value: 1 });
    assert.match(printed(parent), /Uncaught .*RangeError.*one is too few/s);
    assert.match(printed(parent), /line 3, column/);
    await update(id, { value: 2 });
    assert.match(printed(parent), /fine 2\n$/);
  });

  test("of updates that come while a callback is busy the latest alone is told", async () => {
    const { id, parent } = await shown(`
      const busy = ui.intSlider({ max: 1000 });
      let free = () => {}; const freed = new Promise<void>(done => (free = done));
      busy.on("value", async v => { console.log("begin", v); await freed; console.log("end", v); });
      busy`);
    const send = (told: number): string =>
      session.client.send("comm_msg", {
        comm_id: id,
        data: { method: "update", state: { value: told }, buffer_paths: [] },
      });
    send(1);
    await session.client.printed(parent, /begin 1\n/);
    const sent = Array.from({ length: 99 }, (_, i) => send(i + 2));
    for (const each of sent) await idle(each);
    await session.client.execute("free()");
    await session.client.printed(parent, /end 100/);
    const begun = printed(parent).match(/begin \d+/g) ?? [];
    assert.equal(begun.length, 2, begun.join());
    assert.equal(begun.at(-1), "begin 100");
    assert.deepEqual(await value("busy.value"), { "text/plain": "100" });
  });

  test("events come as async iterators, also in the cell that waits for them", async () => {
    const { id } = await shown("const press = ui.button('go'); press");
    const waiting = session.client.send("execute_request", {
      code: "let n = 0; console.log('on'); for await (const click of press.events('click')) { n = click; if (click === 3) break; } n",
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    await session.client.printed(waiting, /on/);
    for (let i = 0; i < 3; i++) await say(id, { method: "custom", content: { event: "click" } });
    const { outputs } = await session.client.answer(waiting);
    assert.deepEqual(outputs.at(-1)?.content["data"], { "text/plain": "3" });
  });

  test("Stop ends a callback that spins, and one that waits; state is kept", async () => {
    const { id, parent } = await shown(`
      const stop = ui.intSlider();
      stop.on("value", async v => {
        console.log("started", v);
        if (v === 1) for (;;) {}
        if (v === 2) await new Promise(() => {});
      }); stop`);
    for (const [at, started] of [
      [1, "started 1"],
      [2, "started 2"],
    ] as const) {
      const sent = session.client.send("comm_msg", {
        comm_id: id,
        data: { method: "update", state: { value: at }, buffer_paths: [] },
      });
      await session.client.printed(parent, new RegExp(started));
      session.client.interrupt();
      await idle(sent);
      while ((printed(parent).match(/the callback was interrupted/g) ?? []).length < at) await sleep(20);
    }
    await update(id, { value: 3 });
    assert.match(printed(parent), /started 3\n$/);
  });
});
