/** Options of what cells call: a name that is not known is refused, and nothing is shown in its stead. */

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createDisplay, type DisplaySink } from "../../display/display.js";
import { display, json, png, progress } from "../../display/index.js";
import { startCells } from "../support/cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const cell = startCells(temporaryFolder());
after(() => setImmediate(() => process.exit(process.exitCode)));

/** A PNG picture of one pixel. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("netspace/display", () => {
  const sent: unknown[] = [];
  const sink: DisplaySink = {
    send: (...message) => void sent.push(message),
    defer: work => void work.catch(() => {}),
    failed: () => {},
  };
  const hosted = createDisplay(() => sink);

  test("display refuses a name that it does not know, in a kernel and outside of one", () => {
    const wrong = /display: unknown option "metdata"; known are raw, metadata, full, update, id/;
    for (const show of [hosted, display]) {
      assert.throws(() => show({ "text/html": "a" }, { raw: true, metdata: {} } as never), wrong);
      assert.throws(() => show(1, null as never), /display: expected options, .* got null/);
      assert.throws(() => show(1, "id" as never), /display: expected options, .* got 'id'/);
    }
    assert.throws(() => hosted(1).update(2, { ful: true } as never), /unknown option "ful"/);
    assert.equal(sent.length, 1);
  });

  test("progress, png and json refuse names and values that they do not know", () => {
    assert.throws(
      () => progress([1], { lable: "widths" } as never),
      /progress: unknown option "lable"; known are label, total, unit/,
    );
    assert.throws(() => progress(3, { totl: 3 } as never), /progress: unknown option "totl"/);
    for (const total of [NaN, -1, "3", null, 3n]) {
      assert.throws(
        () => progress([1], { total } as never),
        /progress: expected a number of at least 0 as total/,
      );
    }
    assert.throws(() => progress([1], { label: 5 } as never), /progress: expected a string as label, got 5/);
    assert.throws(
      () => png(picture, { widht: 5 } as never),
      /png: unknown option "widht"; known are width, height/,
    );
    assert.throws(
      () => json({}, { expand: true } as never),
      /json: unknown option "expand"; known are expanded/,
    );
  });
});

test("widgets refuse traits, options of listening and of comms that they do not know", async () => {
  await cell(`import * as ui from "netspace/widgets"; const s = ui.slider({ min: 0, max: 1 });`);
  const { text, error: none } = await cell(
    'console.log([...progress([1, 2], { label: "widths", total: 2, unit: "w" })])',
  );
  assert.deepEqual([text, none], ["[ 1, 2 ]\n", undefined]);
  const cases: Readonly<Record<string, RegExp>> = {
    "ui.slider({ min: 0, max: 1, vlaue: 1 })": /slider: expected one of .*, got "vlaue"/i,
    "ui.hbox([s], { boxstyle: 'info' })": /HBox: expected one of .*, got "boxstyle"/,
    "ui.grid([s], { colums: 3 })": /GridBox: expected one of .*, got "colums"/,
    "ui.slider({ layout: { widht: '5px' } })": /layout must be an object of texts for some of /,
    "ui.dropdown({ options: [1], vlaue: 1 })": /Dropdown: expected one of .*, got "vlaue"/,
    "ui.interact(() => 1, { width: { min: 1, max: 2, stp: 1 } })": /expected one of .*, got "stp"/,
    's.on("value", () => {}, { singal: undefined })': /on: unknown option "singal"; known are signal/,
    'ui.anywidget({ esm: "export default {}", csss: "" })':
      /anywidget: unknown option "csss"; known are esm, css/,
    'ui.openComm("a", {}, { bufers: [] })': /openComm: unknown option "bufers"; known are metadata, buffers/,
  };
  for (const [code, expected] of Object.entries(cases)) {
    const { error } = await cell(code.replaceAll("})", "} as never)"));
    assert.match(error?.evalue ?? "", expected, code);
  }
});
