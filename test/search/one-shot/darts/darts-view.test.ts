/** A search by DARTS as a notebook shows it: while it runs, when its cell is stopped, and its result. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Figure } from "netspace";
import { epochsPanel } from "netspace/figures";
import { withoutAddon } from "../../../support/needs.js";
import { smallDarts } from "../../../support/small-darts.js";

type Bundle = Readonly<Record<string, string>>;
const DISPLAY = Symbol.for("Jupyter.display");
const shown = (value: unknown) => (value as Record<symbol, () => Bundle>)[DISPLAY]();

/** What a kernel offers to a cell, while `use` runs; what each place of its output shows, change by change. */
async function inNotebook<T>(signal: AbortSignal, use: (places: unknown[][]) => Promise<T>) {
  const places: unknown[][] = [];
  const host = globalThis as Record<symbol, unknown>;
  const [output, ambient] = [Symbol.for("Jupyter.output"), Symbol.for("Jupyter.signal")];
  host[output] = (value: unknown) => {
    const place = places.push([value]) - 1;
    return { update: (next: unknown) => places[place].push(next) };
  };
  host[ambient] = signal;
  try {
    return { result: await use(places), places };
  } finally {
    delete host[output];
    delete host[ambient];
  }
}

describe("a search by DARTS in a notebook", { skip: withoutAddon }, () => {
  it("shows how far it is, the cell kept so far and its curves, and a picture at the end", async () => {
    const { result, places } = await inNotebook(new AbortController().signal, () => smallDarts());
    assert.equal(places.length, 2);
    const [table, figure] = places;
    assert.match(shown(table[0])["text/plain"], /^SmallCells, DARTS of order 1: epoch 1\/3/);
    const last = shown(table.at(-1));
    assert.match(
      last["text/plain"],
      /epoch 3\/3, loss [\d.]+, validation error [\d.]+ %, \d skips? in the cell$/,
    );
    assert.match(last["text/html"], /width:100\.0%[^]*Kept so far:[^]*<svg/);
    const final = figure.at(-1);
    assert.ok(final instanceof Figure);
    const [validation] = final.data as { readonly y: readonly number[] }[];
    assert.deepEqual(validation.y, result.epochs.column("validationError"));
  });

  it("is ended by the cell's Stop, also in the middle of a step, without an exception", async () => {
    const stop = new AbortController();
    const { result } = await inNotebook(stop.signal, () =>
      smallDarts({
        recipe: { epochs: 1000 },
        onProgress: ({ epoch, step }) => {
          if (epoch === 2 && step === 3) setTimeout(() => stop.abort(), 5);
        },
      }),
    );
    assert.equal(result.status, "cancelled");
    assert.ok(result.history.length >= 1 && result.history.length < 1000);
  });
});

it("epochsPanel() draws a line for each series, over all epochs that there will be", () => {
  const panel = epochsPanel(
    [
      { name: "sep3 <i>", values: [0.1, Number.NaN, 0.3], bold: true },
      { name: "skip", values: [0.5, 0.4, 0.2], colour: 0, dash: "dash" },
    ],
    { label: "weight", epochs: 20, range: [0, 1] },
  );
  const [first, second] = panel.traces as {
    readonly y: unknown;
    readonly name: string;
    readonly line: Record<string, unknown>;
  }[];
  assert.deepEqual(first.y, [0.1, null, 0.3]);
  assert.equal(first.name.includes("<i>"), false);
  assert.equal(second.line.color, first.line.color);
  assert.ok((first.line.width as number) > (second.line.width as number));
  assert.deepEqual(panel.xaxis.range, [1, 20]);
});
