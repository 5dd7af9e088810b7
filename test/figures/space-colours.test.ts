import assert from "node:assert/strict";
import { test } from "node:test";
import { edfPanel, grid, minMeanPanel, randomSearchPanel, row } from "netspace";

const errors = [10, 20, 30, 40];
const colourOf = ({ line }: Readonly<Record<string, unknown>>) => (line as { color: string }).color;
/** Colours of the named curves of a panel. */
const edfColours = (...names: string[]) =>
  edfPanel(names.map(name => ({ name, errors }))).traces.map(colourOf);

test("a space has one colour in every panel, whatever it is drawn with", () => {
  const [a, e, x] = edfColours("AnyNetXA", "AnyNetXE", "RegNetX");
  assert.equal(new Set([a, e, x]).size, 3);
  assert.deepEqual(edfColours("RegNetX", "E: dᵢ₊₁ ≥ dᵢ"), [x, e]);
  assert.deepEqual(edfColours("five stages, A", "AnyNetX"), [a, a]);
  const [, searched] = randomSearchPanel([{ name: "E", errors }]).traces;
  assert.equal(colourOf(searched), e);
  const ranges = minMeanPanel([{ name: "at 400MF", range: [20, 30], group: "RegNet" }]).traces;
  assert.equal(colourOf(ranges[1].marker ? { line: ranges[1].marker } : {}), x);
});

test("names that are no spaces get colours that no space of the panel has", () => {
  const [x, other, third] = edfColours("RegNetX", "RegNetX, w₀ = wₐ", "another");
  assert.equal(new Set([x, other, third]).size, 3);
  const many = edfColours(...Array.from({ length: 7 }, (_, i) => `series ${i}`));
  assert.equal(new Set(many).size, 7);
});

test("an error distribution's axes end at 100 % and at 1, to a line's width", () => {
  const { xaxis, yaxis } = edfPanel([{ name: "A", errors: [60, 99, 100] }]);
  assert.equal((xaxis.range as number[])[1], 100);
  const { layout } = row([edfPanel([{ name: "A", errors: [60, 99, 100] }])]).toJSON();
  assert.equal((layout.xaxis as { range: number[] }).range[1], 100);
  assert.ok((yaxis.range as number[])[1] <= 1.02);
});

test("tick labels of a logarithmic axis in a narrow panel do not touch: the powers of ten keep theirs", () => {
  const tickvals = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
  const xaxis = { type: "log", tickvals, ticktext: tickvals.map(String), range: [-2, 0] };
  const panel = { traces: [{ type: "scatter", x: [0.01, 1], y: [0, 1] }], xaxis, yaxis: {} };
  const texts = (width: number) =>
    (grid([[panel]], { width }).layout.xaxis as { ticktext: string[] }).ticktext.filter(Boolean);
  assert.deepEqual(texts(900), tickvals.map(String));
  assert.deepEqual(texts(260), ["0.01", "0.1", "1"]);
});
