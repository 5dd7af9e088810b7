/** A search as a notebook shows it: while it runs, when it is stopped, and its result. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Figure } from "netspace";
import { slowSearch } from "../support/slow-search.js";

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

test("a search in a notebook shows its best and the curve of the best so far while it runs, and a picture at the end", async () => {
  const { result, places } = await inNotebook(new AbortController().signal, () =>
    slowSearch("evolution", { budget: 150, outstanding: 1 }),
  );
  assert.equal(places.length, 2);
  const [table, figure] = places;
  // It is drawn once in a second at most, and it runs for some.
  assert.ok(table.length >= 2 && table.length < 40, `${table.length} drawings`);
  const first = shown(table[0]);
  assert.match(first["text/plain"], /^digits, regularised evolution: 0\/150 evaluated/);
  const last = shown(table.at(-1));
  assert.match(last["text/plain"], /^digits, regularised evolution: 150\/150 evaluated, best sum /);
  assert.match(last["text/html"], /width:100\.0%/);
  assert.match(last["text/html"], /<th>place<\/th><th>sum<\/th>/);
  assert.match(shown(figure[0])["text/html"], /<svg/);
  const final = figure.at(-1);
  assert.ok(final instanceof Figure);
  const [points, curve] = final.data as { readonly y: readonly number[] }[];
  assert.deepEqual(points.y, result.outcomes.column("sum"));
  assert.deepEqual(curve.y, result.bestSoFar);
});

test("Stop ends a search in a cell, which then has what was told", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 400);
  const { result, places } = await inNotebook(stop.signal, () =>
    slowSearch("random", { budget: 100_000, outstanding: 1 }),
  );
  const told = result.records.length;
  assert.ok(told > 0 && told < 100_000);
  assert.match(shown(places[0].at(-1))["text/plain"], new RegExp(`: ${told}/100000 evaluated`));
});

test("names and reasons of one's own are text on the page, not markup", async () => {
  const { places, result } = await inNotebook(new AbortController().signal, () =>
    slowSearch("random", {
      budget: 3,
      objective: { name: "<b>sum</b>", settings: {}, measure: () => ({ value: 1, cost: {} }) },
    }),
  );
  for (const html of [shown(places[0].at(-1))["text/html"], shown(result)["text/html"]]) {
    assert.doesNotMatch(html, /<b>sum/);
    assert.match(html, /&lt;b&gt;sum/);
  }
});
