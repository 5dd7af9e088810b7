/** A search by DARTS: what is recorded, how it ends early, how it goes on, and what it refuses. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DARTSSpace, Figure, NasBench201, SmallCells } from "netspace";
import {
  alphaOf,
  darts,
  dartsPresets,
  type DartsProgress,
  type DartsResult,
  openDarts,
  supernet,
} from "../../../../src/search/index.js";
import { AlphaOptimiser } from "../../../../src/search/one-shot/darts/alpha-vector.js";
import { loadSessionState } from "../../../../src/training/checkpoints/session-file.js";
import { withoutAddon } from "../../../support/needs.js";
import { smallDarts, smallImages } from "../../../support/small-darts.js";

const program = fileURLToPath(new URL("../../../support/small-darts.js", import.meta.url));
const DISPLAY = Symbol.for("Jupyter.display");
const shared = supernet(SmallCells, { classes: 10, resolution: 8, form: "relaxed" });

/** All of a record but how long it took. */
const timeless = ({ history }: DartsResult) => history.map(({ seconds: _seconds, ...record }) => record);
const stateOf = (folder: string) => {
  const { state, notes } = loadSessionState(join(folder, "darts-state.safetensors"));
  const { note, ...run } = JSON.parse(notes["netspace run"]) as { note: Record<string, unknown> };
  const { history: _history, ...rest } = note;
  return { state, note: { ...run, ...rest } };
};

describe("darts()", { skip: withoutAddon }, () => {
  let root = "";
  const folder = (name: string) => join(root, name);
  before(() => {
    root = mkdtempSync(join(tmpdir(), "darts-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("records α, what it keeps, skips, losses and errors after every epoch, and keeps what α says", async () => {
    const steps: DartsProgress[] = [];
    const result = await smallDarts({
      out: folder("whole"),
      onProgress: progress => void steps.push(progress),
    });
    assert.equal(result.status, "finished");
    assert.equal(result.history.length, 3);
    assert.equal(steps.filter(({ event }) => event === "step").length, 3 * 4);
    assert.deepEqual(result.search.images, { training: 64, validation: 64 });
    const { architecture, alpha } = result;
    assert.deepEqual({ ...architecture }, { ...shared.discretise(alpha!) });
    for (const {
      epoch,
      learningRate,
      trainingLoss,
      validationError,
      trainingError,
      chosen,
    } of result.history) {
      assert.ok(trainingLoss > 1 && trainingLoss < 4);
      for (const error of [validationError, trainingError]) assert.ok(error >= 0 && error <= 100);
      assert.deepEqual(Object.keys(chosen), [...alpha!.keys()]);
      const cosine = 0.001 + (0.024 * (1 + Math.cos((Math.PI * (epoch - 1)) / 3))) / 2;
      assert.ok(Math.abs(learningRate - cosine) < 1e-12);
    }
    const table = result.epochs;
    assert.deepEqual(table.column("epoch"), [1, 2, 3]);
    const entropies = table.column("entropy");
    assert.ok(
      entropies.every(value => value > 0.999 && value < 1),
      `${entropies}`,
    );
    const rows = result.alphas;
    assert.equal(rows.rows.length, 3 * [...alpha!.values()].reduce((sum, { length }) => sum + length, 0));
    const last = rows.rows.filter(({ epoch, edge }) => epoch === 3 && edge === "n3.e2");
    assert.ok(Math.abs(last.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
    assert.ok(last.filter(({ kept }) => kept).length <= 1);
    const again = openDarts(folder("whole"));
    assert.deepEqual(again.history, result.history);
    assert.deepEqual([again.status, String(again)], [result.status, String(result)]);
    assert.match(
      String(result),
      /^SmallCells, DARTS of order 1: 3 of 3 epochs; validation error [\d.]+ %; \d skips? in the cell; /,
    );
  });

  it("moves α by Adam with weight decay in the gradient, as torch.optim does", () => {
    // torch.optim.Adam([0.3, -0.2], lr=0.1, betas=(0.5, 0.999), weight_decay=0.01), gradients [1, -2] and [0.5, 4], in double.
    const vector = Float64Array.of(0.3, -0.2);
    const settings = { learningRate: 0.1, beta1: 0.5, beta2: 0.999, weightDecay: 0.01, initial: 0 };
    const optimiser = new AlphaOptimiser(vector, settings);
    optimiser.step(Float64Array.of(1, -2));
    optimiser.step(Float64Array.of(0.5, 4));
    const expected = [0.11563473836712186, -0.16319391143135992];
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(vector[i] - value) < 1e-12);
  });

  it("draws errors, skips and entropy by epoch, and a panel for each edge", async () => {
    const { figure, ...result } = await drawnResult();
    assert.ok(figure instanceof Figure);
    const [validation] = figure.data as { readonly y: readonly number[] }[];
    assert.deepEqual(validation.y, result.errors);
    const edges = result.alphas.data as {
      readonly y: readonly number[];
      readonly line: { readonly width: number };
    }[];
    assert.equal(edges.length, result.operations);
    assert.match(result.shown["text/html"], /<svg[^]*<svg/);
  });

  const drawnResult = async () => {
    const result = openDarts(folder("whole"));
    return {
      figure: result.figure,
      alphas: result.alphaFigure("cell"),
      errors: result.epochs.column("validationError"),
      operations: [...result.alpha!.values()].reduce((sum, { length }) => sum + length, 0),
      shown: (result as unknown as Record<symbol, () => Record<string, string>>)[DISPLAY](),
    };
  };

  for (const order of [1, 2] as const) {
    it(`of order ${order} goes on after SIGKILL where its last epoch ended, and ends as if nothing had happened, to the bit`, async () => {
      const [killed, whole] = [folder(`killed ${order}`), folder(`undisturbed ${order}`)];
      await smallDarts({ out: whole, order, recipe: { epochs: 4 } });
      // In the middle of the third epoch.
      const said = await killedAfter(killed, order, "step 3 2");
      assert.ok(!said.includes("epoch 3"), said);
      assert.equal(openDarts(killed).history.length, 2);
      assert.equal(openDarts(killed).status, "running");
      const steps: string[] = [];
      const result = await smallDarts({
        out: killed,
        order,
        recipe: { epochs: 4 },
        onProgress: ({ event, epoch, step }) => void steps.push(`${event} ${epoch} ${step}`),
      });
      assert.deepEqual(steps.slice(0, 2), ["opened 2 0", "step 3 1"]);
      assert.deepEqual(timeless(result), timeless(openDarts(whole)));
      assert.deepEqual(stateOf(killed), stateOf(whole));
    });
  }

  const killedAfter = (out: string, order: number, line: string): Promise<string> =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [program, out, "4", String(order)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", chunk => {
        said += chunk;
        if (said.includes(line)) child.kill("SIGKILL");
      });
      child.on("exit", (code, signal) =>
        signal === "SIGKILL" ? done(said) : fail(new Error(`it ended by itself: ${code}, ${said}`)),
      );
    });

  it("is stopped by a signal, loses at most the epoch under way, and goes on", async () => {
    const stop = new AbortController();
    const out = folder("stopped");
    const first = await smallDarts({
      out,
      signal: stop.signal,
      onProgress: ({ event, epoch, step }) => {
        if (event === "step" && epoch === 2 && step === 2) stop.abort();
      },
    });
    assert.equal(first.status, "cancelled");
    assert.equal(first.history.length, 1);
    assert.match(String(first), /stopped after 1 of 3 epochs/);
    assert.ok(first.architecture);
    const result = await smallDarts({ out });
    assert.deepEqual(timeless(result), timeless(openDarts(folder("whole"))));
    assert.ok(!existsSync(join(out, "runner.lock")));
  });

  it("that was over before is told again without a step", async () => {
    const events: string[] = [];
    const result = await smallDarts({
      out: folder("whole"),
      onProgress: ({ event }) => void events.push(event),
    });
    assert.deepEqual(events, ["opened"]);
    assert.equal(result.history.length, 3);
  });

  it("ends after the epoch in which the cell has as many skips as are too many, and says so", async () => {
    const skips = alphaOf(shared, (_edge, operation) => (operation === "skip_connect" ? 5 : 0));
    const out = folder("skips");
    const result = await smallDarts({ out, from: skips, stopAt: { skips: 2, after: 2 } });
    assert.equal(result.status, "stopped");
    assert.equal(result.history.length, 2);
    const [{ skips: counted }] = result.history;
    assert.equal(result.reason, `${counted.cell} skips in the cell after epoch 2, where 2 end the search`);
    assert.equal(
      counted.cell,
      Object.values(result.history[0].chosen).filter(each => each === "skip_connect").length,
    );
    assert.ok(result.epochs.column("skipShare")[0] > 0.9);
    assert.ok(result.epochs.column("skipWeight")[0] > 0.9);
    assert.equal(openDarts(out).reason, result.reason);
    assert.equal((await smallDarts({ out, from: skips, stopAt: { skips: 2, after: 2 } })).history.length, 2);
  });

  it("that diverges says at which step, and what there was before", async () => {
    const out = folder("diverged");
    const options = { out, recipe: { learningRate: 1e30, clipNorm: 1e30, learningRateEnd: 0 } } as const;
    const result = await smallDarts(options);
    assert.equal(result.status, "diverged");
    const { epoch, step } = result.divergedAt!;
    assert.equal(epoch, 1);
    assert.ok(step >= 1 && step <= 4);
    assert.match(String(result), new RegExp(`diverged in epoch 1 at step ${step} \\(`));
    assert.equal(result.architecture, undefined);
    assert.match(JSON.stringify(openDarts(out).divergedAt), /"epoch":1/);
    assert.deepEqual((await smallDarts(options)).divergedAt, result.divergedAt);
    assert.match(result.alphaFigure.name, /alphaFigure/);
    assert.throws(() => result.alphaFigure(), /expected a search with at least one epoch/);
  });

  it("searches DARTS' own space, whose cells are drawn", async () => {
    const space = DARTSSpace.fix("cells", 3).fix("filters", 2);
    const result = await darts(space, {
      preset: "small",
      dataset: smallImages(),
      recipe: { epochs: 1, batch: 32, cropPadding: 1 },
      threads: 1,
      validation: "validation",
      stopAt: { skips: 3 },
    });
    assert.deepEqual(result.search.images, { training: 128, validation: 48 });
    assert.deepEqual(result.cells, ["normal", "reduction"]);
    assert.equal(result.search.stopAt!.cell, "normal");
    assert.equal(Object.keys(result.search.edges).length, 28);
    const kept = Object.values(result.history[0].chosen).filter(each => each !== null);
    assert.equal(kept.length, 16);
    assert.match(result.diagram.svg, /<svg/);
    assert.equal(result.architecture!.normal.blocks.length, 4);
  });

  it("refuses a folder that holds another search, naming what differs, or something else", async () => {
    for (const [options, words] of [
      [{ seed: 9 }, /seed differs|dataset and seed differ/],
      [{ order: 2 }, /holds another search by DARTS \(order differs: 1 there, 2 here\)/],
      [{ alpha: { learningRate: 1 } }, /alpha differs/],
      [{ recipe: { epochs: 5 } }, /recipe differs/],
      [{ stopAt: { skips: 2 } }, /stopAt differs: nothing there, \{"after":1,"cell":"cell","skips":2\} here/],
    ] as const) {
      await assert.rejects(smallDarts({ out: folder("whole"), ...(options as object) }), {
        name: "SpecError",
        message: words,
      });
    }
    const file = folder("a file");
    writeFileSync(file, "mine");
    await assert.rejects(
      smallDarts({ out: file }),
      /expected a folder for the search as options.out, got the file/,
    );
    assert.equal(readFileSync(file, "utf8"), "mine");
    assert.throws(() => openDarts(root), {
      name: "SpecError",
      message: /expected the folder of a search by DARTS/,
    });
  });

  it("that another process is at work on is refused, and a torn state named", async () => {
    const out = folder("busy");
    let tried: Promise<unknown> | undefined;
    await smallDarts({
      out,
      recipe: { epochs: 1 },
      onProgress: ({ event }) => {
        if (event === "step")
          tried ??= assert.rejects(smallDarts({ out, recipe: { epochs: 1 } }), { name: "StoreError" });
      },
    });
    await tried;
    assert.ok(tried);
    const state = join(out, "darts-state.safetensors");
    writeFileSync(state, readFileSync(state).subarray(0, 1000));
    await assert.rejects(smallDarts({ out, recipe: { epochs: 1 } }), {
      name: "StoreError",
      message: /darts-state\.safetensors cannot be read \(.*\); remove it to begin anew/s,
    });
  });

  it("whose observer throws is stopped, and has its error", async () => {
    const onProgress = ({ event }: DartsProgress) => {
      if (event === "epoch") throw new Error("enough");
    };
    await assert.rejects(smallDarts({ onProgress }), /^Error: enough$/);
  });

  it("says before the first step what cannot be searched", async () => {
    const noSums = { ...shared, sums: [] };
    const wrong = new Map(alphaOf(shared));
    wrong.set("n1.e0", Float64Array.of(1, 2));
    const odd = alphaOf(shared, edge => (edge === "n1.e0" ? Number.NaN : 0));
    const { validation: _validation, ...unsplit } = smallImages();
    const none: unknown[] = [];
    const refused = async (space: unknown, options: object, name: string, message: RegExp) => {
      await assert.rejects(
        darts(space as typeof SmallCells, {
          preset: "small",
          dataset: smallImages(),
          recipe: { batch: 16, epochs: 1 },
          onProgress: progress => void none.push(progress),
          ...options,
        }),
        { name, message },
      );
    };
    await refused(noSums, {}, "RangeError", /darts: expected a supernet with weighted sums, got none/);
    await refused(
      SmallCells,
      { from: wrong },
      "RangeError",
      /darts: expected 5 numbers of α at edge "n1\.e0" .*, got 2/,
    );
    await refused(SmallCells, { from: odd }, "RangeError", /darts: α must be finite numbers, got NaN/);
    await refused(SmallCells, { from: [] }, "RangeError", /darts: alpha must be a Map/);
    await refused(
      SmallCells,
      { dataset: unsplit, validation: "validation" },
      "DatasetError",
      /darts: expected a validation split with images/,
    );
    await refused(
      SmallCells,
      { recipe: { batch: 65 } },
      "DatasetError",
      /expected at least a batch of 65 images in the train split/,
    );
    await refused(
      SmallCells,
      { recipe: { learningRate: Number.NaN } },
      "RecipeError",
      /learningRate must be a positive number/,
    );
    await refused(SmallCells, { recipe: { dropPath: 0.2 } }, "RecipeError", /dropPath must be left out/);
    await refused(SmallCells, { recipe: { mixup: 0.2 } }, "RecipeError", /mixup must be left out/);
    await refused(
      SmallCells,
      { order: 2, recipe: { nesterov: true } },
      "RecipeError",
      /nesterov must be false with order 2/,
    );
    await refused(SmallCells, { order: 3 }, "RangeError", /order must be 1 or 2, got 3/);
    await refused(
      SmallCells,
      { alpha: { learningRate: -1 } },
      "RangeError",
      /alpha\.learningRate must be a number above 0/,
    );
    await refused(SmallCells, { alpha: { rate: 1 } }, "RangeError", /unknown option "rate"/);
    await refused(SmallCells, { preset: "fast" }, "RangeError", /preset must be one of first, second, small/);
    await refused(
      SmallCells,
      { stopAt: { skips: 0 } },
      "RangeError",
      /stopAt\.skips must be a positive integer/,
    );
    await refused(
      SmallCells,
      { stopAt: { skips: 2, cell: "normal" } },
      "RangeError",
      /stopAt\.cell must be one of cell/,
    );
    await refused(
      SmallCells,
      { engine: "tensorflow" },
      "RangeError",
      /expected an engine whose sessions take weighted sums/,
    );
    await refused(
      supernet(NasBench201, { classes: 7, resolution: 8 }),
      {},
      "RangeError",
      /expected a supernet for the 10 classes/,
    );
    await refused({}, {}, "RangeError", /expected a space/);
    assert.deepEqual(none, []);
  });

  it("has the published settings by name", () => {
    assert.deepEqual(dartsPresets.second.alpha, {
      learningRate: 3e-4,
      beta1: 0.5,
      beta2: 0.999,
      weightDecay: 1e-3,
      initial: 1e-3,
    });
    const { learningRate, learningRateEnd, momentum, nesterov, weightDecay, clipNorm, epochs, batch } =
      dartsPresets.first.recipe;
    assert.deepEqual(
      [learningRate, learningRateEnd, momentum, nesterov, weightDecay, clipNorm, epochs, batch],
      [0.025, 0.001, 0.9, false, 3e-4, 5, 50, 64],
    );
    assert.equal(dartsPresets.small.origin, "ours");
  });
});
