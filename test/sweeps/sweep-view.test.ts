import assert from "node:assert/strict";
import { test } from "node:test";
import { Figure } from "netspace";
import { type SweepProgress, Tally } from "../../src/trials/runner/progress.js";
import { sweepView } from "../../src/sweeps/sweep-view.js";
import type { TrialRecord } from "../../src/trials/trial.js";

const record = (index: number, error: number): TrialRecord => ({
  version: 1,
  id: `t${index}`,
  sweep: "sweep",
  index,
  architecture: {
    block: "X",
    stem: { kind: "simple", width: 16 },
    stages: [{ depth: 2, width: 24, bottleneck: 1, groupWidth: 8, stride: 2 }],
  },
  complexity: { flops: 3e6, params: 1e5, acts: 2e5 },
  status: "finished",
  error,
  seconds: 12,
  endedAt: "2026-01-01T00:00:00.000Z",
});

type Bundle = Record<string, unknown>;

/** A notebook's `display`, as the kernel offers it: remembers what each place shows. */
function fakeNotebook<T>(use: () => T): { result: T; places: unknown[] } {
  const places: unknown[] = [];
  const key = Symbol.for("netspace.display");
  const host = globalThis as { [key]?: unknown };
  host[key] = (value: unknown) => {
    const place = places.push(value) - 1;
    return { update: (next: unknown) => (places[place] = next) };
  };
  try {
    return { result: use(), places };
  } finally {
    delete host[key];
  }
}

test("a sweep in a notebook shows its progress, best networks, best error so far and EDF, each in one place", async () => {
  const { places } = fakeNotebook(() => {
    const view = sweepView("AnyNet<X>")!;
    const tally = new Tally(3, [{ status: "finished", error: 50 }], progress => view.update(progress));
    for (const [index, error] of [40, 30].entries())
      tally.record({ type: "ended", record: record(index, error) });
    view.end();
  });
  assert.equal(places.length, 2);
  const [table, figure] = places as [Record<symbol, () => Bundle>, Figure];
  const bundle = table[Symbol.for("Jupyter.display")]();
  assert.match(
    String(bundle["text/plain"]),
    /^AnyNet<X>: 3\/3 done, best error 30\.0 %\n30\.0 {2}2 {2}24 {2}1 {2}8/,
  );
  assert.match(String(bundle["text/html"]), /AnyNet&lt;X&gt;.*\n.*width:100\.0%/);
  assert.ok(figure instanceof Figure);
  const [trials, best] = figure.data as { y: number[] }[];
  assert.deepEqual(trials.y, [50, 40, 30]);
  assert.deepEqual(best.y, [50, 40, 30]);
});

test("while a sweep runs its figure is no Plotly output, which JupyterLab would draw once and never again", () => {
  const { places } = fakeNotebook(() => {
    const view = sweepView("AnyNetXA")!;
    const trained = [50, 40].map(error => ({ status: "finished" as const, error }));
    const tally = new Tally(3, trained, progress => view.update(progress));
    tally.record({ type: "ended", record: record(0, 30) });
  });
  const bundle = (places[1] as Record<symbol, () => Bundle>)[Symbol.for("Jupyter.display")]();
  assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
  assert.match(String(bundle["text/html"]), /^<svg .*\] AnyNetXA \(n = [23]\)<.*<\/svg>$/);
});

test("with a validation split, a sweep shows those errors, and its best networks are the best of them", () => {
  const { places } = fakeNotebook(() => {
    const view = sweepView("AnyNetXA")!;
    const earlier = [{ status: "finished" as const, error: 5, validationError: 60 }];
    const tally = new Tally(3, earlier, progress => view.update(progress));
    for (const [index, [error, validationError]] of [
      [10, 40],
      [20, 30],
    ].entries()) {
      tally.record({ type: "ended", record: { ...record(index, error), validationError } });
    }
    view.end();
  });
  const [table, figure] = places as [Record<symbol, () => Bundle>, Figure];
  const bundle = table[Symbol.for("Jupyter.display")]();
  assert.match(
    String(bundle["text/plain"]),
    /^AnyNetXA: 3\/3 done, best validation error 30\.0 %\n30\.0 {2}2 .*\n40\.0 {2}2 /,
  );
  assert.match(String(bundle["text/html"]), /<th>validation error \(%\)<\/th>/);
  assert.deepEqual((figure.data as { y: number[] }[])[0].y, [60, 40, 30], "no test error is shown");
});

test("outside of notebooks there is nothing to see", () => {
  assert.equal(sweepView("AnyNetXA"), undefined);
  const seen: SweepProgress[] = [];
  const tally = new Tally(1, [], progress => seen.push(progress));
  tally.record({ type: "ended", record: record(0, 20) });
  assert.deepEqual(seen.at(-1)!.errors, [20]);
});
