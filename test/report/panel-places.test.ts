import assert from "node:assert/strict";
import { test } from "node:test";
import { grid, type Panel } from "netspace";
import { panelPlaces } from "../../src/report/gallery/panel-places.js";

const panel = (title?: string): Panel => ({
  traces: [{ type: "scatter", mode: "lines", name: "curve", x: [0, 1], y: [0, 1] }],
  xaxis: { title: { text: "x" } },
  yaxis: { title: { text: "y" } },
  ...(title && { title }),
});

test("the places of a grid's panels are side by side and below each other, and cover each panel's axes", () => {
  const { data, layout } = grid([[panel("one"), panel("two"), panel()], [panel()]], {
    title: "all",
  }).toJSON();
  const figure = { data, layout: layout as typeof layout & { width: number; height: number } };
  const places = panelPlaces(figure)!;
  assert.equal(places.length, 4);
  const [first, second, third, below] = places;
  const right = ([left, , width]: readonly number[]) => left + width;
  const bottom = ([, top, , height]: readonly number[]) => top + height;
  assert.equal(first[0], 0);
  assert.ok(Math.abs(right(first) - second[0]) <= 1 && Math.abs(right(second) - third[0]) <= 1);
  assert.equal(right(third), layout.width);
  assert.ok(Math.abs(bottom(first) - below[1]) <= 1);
  assert.equal(bottom(below), layout.height);
  const { l, r } = layout.margin as { l: number; r: number };
  const inner = (layout.width as number) - l - r;
  for (const [i, place] of [first, second, third].entries()) {
    const [low, high] = (layout[`xaxis${i === 0 ? "" : i + 1}`] as { domain: [number, number] }).domain;
    // With half of the last tick's label, some 10 px.
    assert.ok(place[0] < l + low * inner && right(place) >= l + high * inner + 10, `panel ${i + 1}`);
  }
});

test("one panel, and panels upon each other, have no places", () => {
  const { data, layout } = grid([[panel()]]).toJSON();
  const size = { width: 400, height: 300 };
  assert.equal(panelPlaces({ data, layout: { ...layout, ...size } }), undefined);
  const upon = { xaxis: { domain: [0, 1] }, xaxis2: { domain: [0.5, 0.8] }, yaxis: { domain: [0, 1] } };
  const margin = { l: 0, r: 0, t: 0, b: 0 };
  const both = { ...upon, yaxis2: { domain: [0, 1] }, margin, ...size };
  assert.equal(panelPlaces({ data: [], layout: both }), undefined);
  assert.equal(panelPlaces({ data: [], layout: { ...size, xaxis: {}, yaxis: {} } }), undefined);
});
