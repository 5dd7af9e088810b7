/** Widgets through Jupyter's own client, in the role of ipywidgets' front end. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, test } from "node:test";
import { codeCells, runPython, withoutJupyter } from "../support/client.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { dataOf, type Json, widgetSession } from "../support/widget-session.js";

const options = { skip: withoutJupyter, timeout: 300_000 };
const folder = temporaryFolder();

describe("widgets", options, () => {
  const session = widgetSession(folder);
  const { printed, idle, say, update, shown, value } = session;

  test("a slider is shown, moved by the front end, and answers with an echo; its callback prints under its cell", async () => {
    const { id, parent, opened } = await shown(`
      const s = ui.slider({ min: 0, max: 10, value: 3, description: "width" });
      s.on("value", v => console.log("now", v)); s`);
    assert.equal(opened.length, 1);
    assert.equal(opened[0]?.content["target_name"], "jupyter.widget");
    assert.equal(opened[0]?.metadata["version"], "2.1.0");
    const [echo, ...rest] = await update(id, { value: 7 });
    assert.deepEqual(dataOf(echo), {
      method: "echo_update",
      state: { value: 7 },
      buffer_paths: [],
    });
    assert.equal(rest.length, 0);
    assert.equal(printed(parent), "now 7\n");
    assert.deepEqual(await value("s.value"), { "text/plain": "7" });
    const { outputs } = await session.client.execute("s.value = 4");
    const [sent] = outputs.filter(({ type }) => type === "comm_msg");
    assert.deepEqual(dataOf(sent), { method: "update", state: { value: 4 }, buffer_paths: [] });
    assert.equal(printed(parent), "now 7\nnow 4\n");
  });

  test("values that a widget cannot have are refused: an error for code, the present value for a front end", async () => {
    const { id } = await shown("const bounded = ui.intSlider({ min: 0, max: 10, value: 3 }); bounded");
    const { reply } = await session.client.execute("bounded.value = 11");
    assert.match(String(reply.content["evalue"]), /value must lie within \[0, 10\], got 11/);
    const wrong = await session.client.execute("bounded.value = 'three' as never");
    assert.match(String(wrong.reply.content["evalue"]), /value must be an integer, got 'three'/);
    for (const bad of [99, "three", 2.5, null]) {
      const answers = await update(id, { value: bad });
      const last = answers.at(-1);
      assert.deepEqual(
        last && dataOf(last),
        { method: "update", state: { value: 3 }, buffer_paths: [] },
        String(bad),
      );
    }
    assert.deepEqual(
      await update(id, { no_such_trait: 1 }).then(all => all.map(each => dataOf(each)["method"])),
      ["echo_update"],
    );
    const short = session.client.send("comm_msg", {
      comm_id: id,
      data: { method: "update", state: {}, buffer_paths: [["value"]] },
    });
    await idle(short);
    assert.match(printed(short), /expected a buffer for each of 1 paths, got 0/);
    const moved = await session.client.execute("bounded.max = 2; bounded.value");
    assert.deepEqual(moved.outputs.find(({ type }) => type === "execute_result")?.content["data"], {
      "text/plain": "2",
    });
  });

  test("buffers that do not fit, and ids of widgets that do not exist, leave the state as it is", async () => {
    const { id } = await shown("const photo = ui.image({ value: new Uint8Array([1, 2]) }); photo");
    for (const [paths, message] of [
      [[["value"], ["format"]], /expected a buffer for each of 2 paths, got 1/],
      [[["value", "inner"]], /expected a place at \["value","inner"\], found none/],
      [[["__proto__", "own"]], /expected a place at \["__proto__","own"\], found none/],
      [[[]], /expected a place at \[\], found none/],
    ] as const) {
      const data = { method: "update", state: {}, buffer_paths: paths };
      const sent = session.client.send("comm_msg", { comm_id: id, data }, "shell", {}, [new Uint8Array([9])]);
      await idle(sent);
      assert.match(printed(sent), message);
    }
    assert.deepEqual(await value("[...photo.value, ({} as any).own]"), {
      "text/plain": "[ 1, 2, undefined ]",
    });
    // A buffer that no path names is of no widget's; bytes in place of a text are refused.
    const wrong = { method: "update", state: {}, buffer_paths: [["format"]] };
    const answers = await say(id, wrong, { buffers: [new Uint8Array([9]), new Uint8Array([8])] });
    assert.deepEqual(dataOf(answers.at(-1)!), {
      method: "update",
      state: { format: "png" },
      buffer_paths: [],
    });
    await update(id, { value: "no bytes" });
    assert.deepEqual(await value("[...photo.value]"), { "text/plain": "[ 1, 2 ]" });

    const box = await shown("const only = ui.label('in'); const boxed = ui.vbox([only]); boxed");
    const refused = (await update(box.id, { children: ["IPY_MODEL_nobody"] })).at(-1)!;
    const { "text/plain": own } = (await value("only.id")) as Json;
    assert.deepEqual((dataOf(refused)["state"] as Json)["children"], [
      `IPY_MODEL_${String(own).replaceAll("'", "")}`,
    ]);
    assert.deepEqual(await update("nobody", { value: 1 }), []);
    await session.client.execute("boxed.close(); only.close()");
    assert.deepEqual(await update(box.id, { box_style: "info" }), []);
    assert.deepEqual(await say(box.id, { method: "request_state" }), []);
    const { reply } = await session.client.execute("display(boxed)");
    assert.match(
      String(reply.content["evalue"]),
      /VBox: expected an open widget, this one was closed; make another/,
    );
  });

  test("what a function cannot use is refused by its name, before anything changes or is sent", async () => {
    await session.client.execute(
      "const ring: any = { n: 1 }; ring.again = ring; const fig = ui.liveFigure({ data: [{ y: [1] }] }); display(fig);",
    );
    const ring = /: expected values of at most 50 levels, got deeper ones, probably one that contains itself/;
    for (const [code, by, message] of [
      [
        "ui.interact(() => 0, undefined as any)",
        "interact",
        /expected an object of controls .*got undefined/,
      ],
      ["ui.interact(5 as any, {})", "interact", /expected a function and an object of controls, got 5 first/],
      ["ui.liveFigure({ data: [ring] })", "liveFigure", ring],
      ["ui.liveFigure({ data: [], layout: ring })", "liveFigure", ring],
      ["fig.update(0, { y: [ring] })", "LiveFigure.update", ring],
      [
        "fig.update(0, undefined as any)",
        "LiveFigure.update",
        /expected an object of values by name, got undef/,
      ],
      ["fig.relayout({ title: ring })", "LiveFigure.relayout", ring],
      ["fig.addTraces(ring)", "LiveFigure.addTraces", ring],
      ["fig.extend(0, { y: 5 as any })", "LiveFigure.extend", /y must be an array, got 5/],
      ["fig.react({ data: [ring] })", "LiveFigure.react", ring],
      [
        "fig.react(undefined as any)",
        "LiveFigure.react",
        /expected \{ data: \[traces\], layout \}, got undefined/,
      ],
      ["ui.slider(5 as any)", "slider", /expected an object such as \{ min: 0, max: 10 \}, got 5/],
      [
        "ui.dropdown(undefined as any)",
        "Dropdown",
        /expected an object with options to choose from, got undef/,
      ],
      ["ui.tabs(null as any)", "tabs", /expected an object of widgets by their titles, got null/],
      ["ui.anywidget({} as any)", "anywidget", /esm must be a text, a path or a URL, got undefined/],
      ["ui.output().capture(5 as any)", "Output.capture", /expected a function, got 5/],
    ] as const) {
      const { reply, outputs } = await session.client.execute(code);
      const evalue = String(reply.content["evalue"]);
      assert.ok(evalue.startsWith(`${by}: `), `${code}: ${evalue}`);
      assert.match(evalue, message);
      assert.deepEqual(
        outputs.filter(({ type }) => type.startsWith("comm_")),
        [],
        code,
      );
    }
    assert.deepEqual(await value("JSON.stringify([fig.data, fig.plotLayout])"), {
      "text/plain": `'[[{"y":[1]}],{}]'`,
    });
  });

  test("a page that is loaded again is told all states, with their bytes", async () => {
    const { id } = await shown(
      "const pic = ui.image({ value: new Uint8Array([1, 2, 3]), width: '20' }); pic",
    );
    await say(
      "control",
      {},
      { type: "comm_open", target_name: "jupyter.widget.control", metadata: { version: "1.0.0" } },
    );
    const [states] = await say("control", { method: "request_states" });
    const data = dataOf(states);
    assert.equal(data["method"], "update_states");
    const all = data["states"] as Record<string, { model_name: string; state: Json }>;
    assert.equal(all[id]?.model_name, "ImageModel");
    assert.equal(all[id]?.state["width"], "20");
    const paths = data["buffer_paths"] as string[][];
    const at = paths.findIndex(([widget]) => widget === id);
    assert.deepEqual(paths[at], [id, "state", "value"]);
    assert.deepEqual([...(states?.buffers[at] ?? [])], [1, 2, 3]);
    assert.ok(Object.keys(all).length > 3);
    const [own] = await say(id, { method: "request_state" });
    assert.equal((dataOf(own)["state"] as Json)["_model_name"], "ImageModel");
  });

  test("the output widget keeps what is shown within it, after awaits too, and nothing else", async () => {
    const { outputs } = await session.client.execute(`
      const out = ui.output(); display(out);
      const work = out.capture(async () => { console.log("inside"); await new Promise(done => setTimeout(done, 50)); console.log("later"); display(42); });
      console.log("outside"); await work; out.outputs.length`);
    assert.equal(
      outputs
        .filter(({ type }) => type === "stream")
        .map(({ content }) => content["text"])
        .join(""),
      "outside\n",
    );
    const last = outputs.filter(({ type }) => type === "comm_msg").at(-1);
    const kept = ((dataOf(last!)["state"] as Json)["outputs"] ?? []) as Json[];
    assert.deepEqual(
      kept.map(({ output_type, text }) => [output_type, text]),
      [
        ["stream", "inside\nlater\n"],
        ["display_data", undefined],
      ],
    );
    assert.deepEqual((kept[1]?.["data"] as Json | undefined)?.["text/plain"], "42");
  });

  test("a loop that moves a progress bar sends as many messages as can be seen, the last one too", async () => {
    const { outputs } = await session.client.execute(
      "const bar = ui.progressBar({ max: 1e6 }); display(bar); for (let i = 0; i <= 1e6; i++) bar.value = i;",
    );
    const sent = outputs
      .filter(({ type }) => type === "comm_msg")
      .map(message => (dataOf(message)["state"] as Json)["value"]);
    assert.equal(sent.at(-1), 1e6);
    assert.ok(sent.length < 2000, String(sent.length));
  });

  test("interact infers controls from plain values, and shows what the function prints below them", async () => {
    const { opened } = await shown(
      "const it = ui.interact(v => { console.log(JSON.stringify(v)); }, { on: true, name: 'x', n: 4, f: 0.5, width: { min: 8, max: 64, step: 8 }, kind: ['X', 'Y'], size: { small: 1 } }); it",
    );
    const models = opened.map(message => String((dataOf(message)["state"] as Json)["_model_name"]));
    assert.deepEqual(models.toSorted(), [
      "CheckboxModel",
      "DropdownModel",
      "DropdownModel",
      "FloatSliderModel",
      "IntSliderModel",
      "IntSliderModel",
      "OutputModel",
      "TextModel",
      "VBoxModel",
    ]);
    const out = opened.find(message => (dataOf(message)["state"] as Json)["_model_name"] === "OutputModel");
    const [first] = (dataOf(out!)["state"] as Json)["outputs"] as Json[];
    assert.deepEqual(JSON.parse(String(first?.["text"])), {
      on: true,
      name: "x",
      n: 4,
      f: 0.5,
      width: 8,
      kind: "X",
      size: 1,
    });
    await session.client.execute("it.controls.width.value = 16");
    const { outputs } = await session.client.execute("it.controls.kind.value = 'Y'");
    const sent = outputs
      .filter(({ type }) => type === "comm_msg")
      .map(message => dataOf(message)["state"] as Json);
    const shownNow = sent.flatMap(state => (state["outputs"] ?? []) as Json[]).at(-1);
    assert.deepEqual(JSON.parse(String(shownNow?.["text"])), {
      on: true,
      name: "x",
      n: 4,
      f: 0.5,
      width: 16,
      kind: "Y",
      size: 1,
    });
    const { reply } = await session.client.execute("ui.interact(() => 0, { nothing: [] })");
    assert.match(String(reply.content["evalue"]), /"nothing" must have something to choose from/);
  });

  test("a live figure sends what changes and not the figure; numbers as bytes", async () => {
    const { opened } = await shown(
      "const figure = ui.liveFigure({ data: [{ x: new Float64Array(10000), y: new Float64Array(10000) }], layout: { title: { text: 'a' } } }); figure",
    );
    assert.equal(opened[0]?.buffers.length, 2);
    const { outputs } = await session.client.execute(
      "figure.update(0, { y: new Float32Array(20).fill(2), 'line.color': 'teal' }); figure.relayout({ 'title.text': 'b' }); figure.data[0].line",
    );
    const [first, second] = outputs.filter(({ type }) => type === "comm_msg");
    assert.deepEqual(
      first.buffers.map(({ length }) => length),
      [80],
    );
    const { changes } = dataOf(first)["content"] as { changes: Json[] };
    assert.deepEqual(changes, [
      { path: ["data", 0, "y"], value: { dtype: "float32" } },
      { path: ["data", 0, "line", "color"], value: "teal" },
    ]);
    assert.deepEqual((dataOf(second)["content"] as { changes: Json[] }).changes, [
      { path: ["layout", "title", "text"], value: "b" },
    ]);
    const react = await session.client.execute(
      "figure.react({ data: [{ ...figure.data[0], y: [1, 2] }], layout: { title: { text: 'b' } } })",
    );
    const [diff] = react.outputs.filter(({ type }) => type === "comm_msg");
    assert.deepEqual((dataOf(diff)["content"] as { changes: Json[] }).changes, [
      { path: ["data", 0, "y"], value: [1, 2] },
    ]);
    const { reply } = await session.client.execute("figure.update(5, { y: [] })");
    assert.match(String(reply.content["evalue"]), /trace must be an index below 1, got 5/);
  });

  test("types of widgets and their values are known to the checker and to completion", async () => {
    const bad = await session.client.execute(
      "const typed = ui.dropdown({ options: ['X', 'Y'] }); const k: 'X' | 'Y' | null = typed.value; typed.value = 'Z';",
    );
    assert.match(
      JSON.stringify(bad.outputs) + String(bad.reply.content["evalue"]),
      /TS2322|value must be one of X, Y/,
    );
    const code = 'import { slider } from "netspace/widgets";\nslider().readoutF';
    const { reply } = await session.client.request("complete_request", { code, cursor_pos: code.length });
    assert.deepEqual(reply.content["matches"], ["readoutFormat"]);
  });

  test("every kind has the traits that ipywidgets has, of the same module and version", () => {
    const compared = runPython([
      "python",
      path.join(import.meta.dirname, "../../../../kernel/test/support/widget_traits.py"),
    ]);
    const theirs = JSON.parse(compared) as Record<string, string[]>;
    for (const [model, names] of Object.entries(theirs)) {
      const known = states.get(model);
      assert.ok(known, `${model} was not shown`);
      assert.deepEqual(
        Object.keys(known).filter(name => !names.includes(name)),
        [],
        `${model}: unknown to ipywidgets`,
      );
      assert.deepEqual(
        names.filter(name => !(name in known)),
        [],
        `${model}: missing here`,
      );
    }
  });
  const states = new Map<string, Json>();
  before(async () => {
    const { outputs } =
      await session.client.execute(`display(ui.vbox([ui.intSlider(), ui.floatSlider(), ui.intRangeSlider(), ui.floatRangeSlider(),
      ui.floatLogSlider(), ui.dropdown({ options: [1] }), ui.selectionSlider({ options: [1] }), ui.radioButtons({ options: [1] }),
      ui.toggleButtons({ options: [1] }), ui.checkbox(), ui.toggleButton(), ui.text(), ui.password(), ui.textarea(), ui.intText(),
      ui.floatText(), ui.button(), ui.progressBar(), ui.label(), ui.htmlText(), ui.image(new Uint8Array()), ui.output(), ui.hbox([]),
      ui.grid([]), ui.tabs({}), ui.accordion({})]))`);
    for (const message of outputs.filter(({ type }) => type === "comm_open")) {
      const state = dataOf(message)["state"] as Json;
      states.set(String(state["_model_name"]), {
        ...state,
        ...(message.buffers.length > 0 && { value: message.buffers[0] }),
      });
    }
  });
});

test("nbconvert keeps the widgets' states in the notebook", options, () => {
  const file = path.join(folder, "notebook.ipynb");
  const metadata = {
    kernelspec: { name: "netspace", display_name: "TypeScript (netspace)", language: "typescript" },
  };
  const cells = codeCells([
    'import { slider } from "netspace/widgets";\nconst s = slider({ value: 5 });\ns',
    "s.value = 9",
  ]);
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  runPython(["jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", file], { cwd: folder });
  const notebook = JSON.parse(readFileSync(file, "utf8")) as {
    metadata: { widgets?: Record<string, { state: Record<string, { model_name: string; state: Json }> }> };
  };
  const saved = Object.values(
    notebook.metadata.widgets?.["application/vnd.jupyter.widget-state+json"]?.state ?? {},
  );
  assert.deepEqual(
    saved.map(({ model_name, state }) => [model_name, state["value"]]),
    [["IntSliderModel", 9]],
  );
});
