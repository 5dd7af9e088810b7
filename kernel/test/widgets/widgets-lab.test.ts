/** Widgets in JupyterLab, in a real browser: they are drawn, moved, loaded again, and survive errors. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Lab, withoutLab } from "../support/lab.js";

const CELLS = [
  `import * as ui from "netspace/widgets";
const width = ui.slider({ min: 8, max: 128, step: 8, value: 32, description: "width" });
const profile = (w: number) => Array.from({ length: 20 }, (_, i) => w + i * w / 4);
const figure = ui.liveFigure({ data: [{ y: profile(width.value) }], layout: { height: 260, margin: { t: 20 } } });
width.on("value", w => figure.update(0, { y: profile(w) }));
width.on("value", w => { console.log("width is", w); if (w > 120) throw new RangeError("too wide"); });
ui.vbox([width, figure])`,
  `const everything = ui.grid([
  ui.intSlider({ description: "int" }), ui.floatSlider({ description: "float", style: { handleColor: "teal" } }),
  ui.intRangeSlider({ description: "ints" }), ui.floatRangeSlider({ description: "floats" }),
  ui.floatLogSlider({ description: "log" }), ui.dropdown({ options: ["X", "Y"], description: "block" }),
  ui.selectionSlider({ options: { small: 1, large: 2 }, description: "size" }),
  ui.radioButtons({ options: [1, 2], description: "radio" }), ui.toggleButtons({ options: ["a", "b"] }),
  ui.checkbox({ description: "check", value: true }), ui.toggleButton({ description: "toggle" }),
  ui.text({ description: "text", value: "RegNet" }), ui.password({ description: "password" }),
  ui.textarea({ description: "area" }), ui.intText({ description: "typed" }), ui.floatText({ description: "typed" }),
  ui.button({ description: "press", buttonStyle: "primary", icon: "check" }),
  ui.progressBar({ description: "progress", value: 40 }), ui.label("label"), ui.htmlText("<b>html</b>"),
  ui.image({ value: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="teal"/></svg>'), format: "svg+xml" }),
  ui.output(), ui.hbox([ui.label("h"), ui.label("box")], { layout: { borderTop: "1px solid" } }),
  ui.tabs({ one: ui.label("first tab"), two: ui.label("second tab") }),
  ui.accordion({ fold: ui.label("folded") }, { selectedIndex: 0 }),
], { columns: 3 });
everything`,
  `const counter = ui.anywidget({
  esm: \`export default { render({ model, el }) {
    const button = document.createElement("button");
    button.className = "own-counter";
    const draw = () => { button.textContent = "count is " + model.get("count"); };
    button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
    model.on("change:count", draw); draw(); el.append(button);
  } }\`,
  css: ".own-counter { font-weight: bold; color: teal }",
  state: { count: 0 },
});
counter.on("count", count => console.log("counted", count));
counter`,
  `const a = ui.intSlider({ description: "a" }), b = ui.intText({ description: "b" });
ui.link([a, "value"], [b, "value"]);
ui.hbox([a, b])`,
  `ui.interact(({ depth, kind }) => { console.log("depth", depth, kind); return { data: [{ y: [depth, 2 * depth] }], layout: { height: 200, margin: { t: 10 } } }; },
  { depth: { min: 1, max: 20 }, kind: ["X", "Y"] })`,
];

describe("widgets in JupyterLab", { skip: withoutLab, timeout: 900_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start(CELLS);
  });
  after(() => lab?.close());

  const drag = async (cell: number, by: number): Promise<void> => {
    const handle = lab.cell(cell).locator(".noUi-handle").first();
    await handle.scrollIntoViewIfNeeded();
    const box = await handle.boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await lab.page.mouse.move(x, y);
    await lab.page.mouse.down();
    for (let step = 1; step <= 10; step++) await lab.page.mouse.move(x + (by * step) / 10, y);
    await lab.page.mouse.up();
  };
  const drawn = (cell: number) => lab.cell(cell).locator(".js-plotly-plot .main-svg").first();
  const highest = (cell: number): Promise<number> =>
    lab
      .cell(cell)
      .locator(".js-plotly-plot")
      .first()
      .evaluate(el => Math.max(...Array.from((el as unknown as { data: [{ y: number[] }] }).data[0].y)));

  test("a slider redraws a live figure in place; what its callback prints stands below", async () => {
    const cell = await lab.run(0);
    await drawn(0).waitFor();
    assert.equal(await highest(0), 32 + (19 * 32) / 4);
    await drag(0, 120);
    await cell.locator(".jp-OutputArea-output").filter({ hasText: "width is" }).first().waitFor();
    await lab.page.waitForFunction(
      was =>
        Math.max(
          ...Array.from(
            (document.querySelector(".js-plotly-plot") as never as { data: [{ y: number[] }] }).data[0].y,
          ),
        ) > was,
      32 + (19 * 32) / 4,
    );
    await lab.shot("widgets-1-slider");
    assert.equal(await cell.locator(".js-plotly-plot").count(), 1);
  });

  test("a callback that throws is shown below, and the next one comes through", async () => {
    await drag(0, 600);
    const cell = lab.cell(0);
    await cell.locator(".jp-OutputArea-output").filter({ hasText: "RangeError: too wide" }).first().waitFor();
    await lab.shot("widgets-2-error");
    await drag(0, -200);
    await lab.idle();
    assert.ok((await highest(0)) < 128 + (19 * 128) / 4);
  });

  test("every widget is drawn, without errors in the browser's console", async () => {
    const cell = await lab.run(1);
    await cell.locator(".widget-toggle-buttons").waitFor();
    await cell.locator("b").filter({ hasText: "html" }).waitFor();
    for (const name of [
      "hslider",
      "dropdown",
      "radio",
      "checkbox",
      "toggle-button",
      "text",
      "textarea",
      "button",
      "hprogress",
      "label",
      "html",
      "image",
      "output",
      "hbox",
      "tab",
      "accordion",
    ]) {
      assert.ok((await cell.locator(`.widget-${name}, .jupyter-widget-${name}`).count()) > 0, name);
    }
    await lab.shot("widgets-3-everything");
    assert.deepEqual(lab.consoleErrors, []);
  });

  test("an anywidget draws, and its state is shared", async () => {
    const cell = await lab.run(2);
    const button = cell.locator(".own-counter");
    await button.filter({ hasText: "count is 0" }).waitFor();
    await button.click();
    await button.filter({ hasText: "count is 1" }).waitFor();
    await cell.locator(".jp-OutputArea-output").filter({ hasText: "counted 1" }).waitFor();
    await lab.shot("widgets-4-anywidget");
  });

  test("a link moves its other end", async () => {
    const cell = await lab.run(3);
    await cell.locator(".noUi-handle").waitFor();
    await drag(3, 60);
    const typed = cell.locator("input[type=number]");
    await lab.page.waitForFunction(() => {
      const inputs = document.querySelectorAll(".jp-CodeCell")[3]?.querySelectorAll("input");
      return inputs?.[0] !== undefined && Number(inputs[0].value) > 0;
    });
    assert.ok(Number(await typed.inputValue()) > 0);
  });

  test("interact draws a figure once and changes it in place", async () => {
    const cell = await lab.run(4);
    await drawn(4).waitFor();
    await cell.locator(".jp-OutputArea-output").filter({ hasText: "depth 1 X" }).first().waitFor();
    await drag(4, 100);
    await lab.idle();
    assert.ok((await highest(4)) > 2);
    await cell.locator("select").selectOption("Y");
    await cell
      .locator(".jp-OutputArea-output")
      .filter({ hasText: /depth \d+ Y/ })
      .first()
      .waitFor();
    assert.equal(await cell.locator(".js-plotly-plot").count(), 1);
    await lab.shot("widgets-5-interact");
  });

  test("after the page is loaded again the widgets are as they were, and go on", async () => {
    const was = await highest(0);
    await lab.page.keyboard.press("Escape");
    await lab.save();
    await lab.open();
    await drawn(0).waitFor();
    assert.equal(await highest(0), was);
    await lab.cell(2).locator(".own-counter").filter({ hasText: "count is 1" }).waitFor();
    await lab.shot("widgets-6-reloaded");
    await drag(0, was > 200 ? -60 : 60);
    await lab.cell(0).locator(".jp-OutputArea-output").filter({ hasText: "width is" }).last().waitFor();
    await lab.page.waitForFunction(old => {
      const plot = document.querySelector(".js-plotly-plot") as never as { data: [{ y: number[] }] };
      return Math.max(...Array.from(plot.data[0].y)) !== old;
    }, was);
  });
});
