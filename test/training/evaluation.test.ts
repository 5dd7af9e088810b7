/** What a trained network says of a split, against scikit-learn 1.9.1 and SciPy 1.17.1, and against the engine's own test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contactSheet,
  evaluate,
  Evaluation,
  proceduralDataset,
  recipes,
  regNet,
  train,
  weightShapes,
} from "netspace";
import { withoutAddon } from "../support/needs.js";

const area = 3 * 4 * 4;
const split = (count: number) => ({
  count,
  images: Uint8Array.from({ length: count * area }, (_, i) => i % 251),
  labels: Uint8Array.from({ length: count }, (_, i) => (i * 7 + Math.floor(i / 4)) % 4),
});
const tiny = {
  name: "tiny & <b>small</b>",
  resolution: 4,
  channels: 3,
  classes: 4,
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  train: split(8),
  test: split(60),
  classNames: ["cat", "<script>alert(1)</script>", "dog", "owl"],
} as const;
const logits = Float32Array.from({ length: 240 }, (_, k) =>
  Math.sin(1.3 * Math.floor(k / 4) + 2.1 * (k % 4) ** 2),
);

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} is not ${expected}`);

test("confusion, errors of classes, loss and interval are scikit-learn's and SciPy's", () => {
  const found = new Evaluation("a network", tiny, "test", logits, 4);
  // i = np.arange(60)[:, None]; j = np.arange(4)[None]; logits = np.sin(1.3*i + 2.1*j*j)
  // labels = (np.arange(60)*7 + np.arange(60)//4) % 4; p = softmax(logits, 1); said = p.argmax(1)
  // confusion_matrix(labels, said)
  assert.deepEqual(found.confusion, [
    [4, 6, 4, 1],
    [4, 1, 6, 4],
    [6, 4, 5, 0],
    [4, 0, 5, 6],
  ]);
  // 100 * (1 - recall_score(labels, said, average=None)); 100 * precision_score(labels, said, average=None)
  const errors = [73.33333333333334, 93.33333333333333, 66.66666666666667, 60];
  for (const [i, error] of found.classes.column("error").entries()) near(error, errors[i]);
  const precisions = [22.22222222222222, 9.090909090909092, 25, 54.54545454545454];
  for (const [i, precision] of found.classes.column("precision").entries()) near(precision, precisions[i]);
  assert.deepEqual(found.classes.texts("takenFor"), [tiny.classNames[1], "dog", "cat", "dog"]);
  // log_loss(labels, p); binomtest(int((said != labels).sum()), 60).proportion_ci()
  near(found.loss, 1.5448496503211748);
  near(found.error, 73.33333333333333);
  near(found.low, 60.33896599745044);
  near(found.high, 83.925354840957);
  // np.argsort(-np.where(said != labels, -np.log(p[np.arange(60), labels]), -1))[:3]
  assert.deepEqual(
    found.worst(3).map(({ index }) => index),
    [50, 45, 33],
  );
  assert.equal(found.top5Error, 0, "four classes have no more than four likelier ones");
});

test("an evaluation shows itself, and names are text", async () => {
  const found = new Evaluation("a network", tiny, "test", logits, 4);
  const shown = found as unknown as Record<symbol, () => Promise<Record<string, string>>>;
  const { "text/html": html, "text/plain": text } = await shown[Symbol.for("Jupyter.display")]();
  assert.doesNotMatch(html, /<script|<b>small/);
  assert.match(html, /&lt;script&gt;/);
  assert.equal(html.match(/<figure /g)?.length, 24);
  assert.match(
    text,
    /^a network on tiny & <b>small<\/b>, test split: 73\.3 % error \[60\.3, 83\.9\], n = 60\nworst classes: <script>/,
  );
});

test("a run's evaluation has the error that the engine counted", { skip: withoutAddon }, async () => {
  const dataset = proceduralDataset({ resolution: 16, train: 128, test: 300, seed: 1 });
  const network = regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 });
  const recipe = { ...recipes.tiny, epochs: 2, warmupEpochs: 0 };
  const run = await train(network, { dataset, recipe, threads: 1, live: false });
  const found = await run.evaluate({ threads: 1 });
  assert.equal(found.n, 300);
  assert.equal(found.error, run.best!.testError);
  assert.equal(
    found.confusion.flat().reduce((sum, count) => sum + count, 0),
    300,
  );
  const again = await evaluate(run.network, run.weights!, dataset, { split: "train", threads: 1 });
  assert.equal(again.n, 128);
  await assert.rejects(run.evaluate({ split: "validation" }), {
    message: 'evaluate: split must be one of train, test, got "validation"',
  });
  await assert.rejects(run.evaluate({ threads: 0 }), {
    message: "evaluate: threads must be a positive integer, got 0",
  });
  await assert.rejects(evaluate(run.network, new Map(), dataset), /evaluate: .*missing|lack/);
  await assert.rejects(
    run.evaluate({ sprit: "test" } as never),
    /unknown option "sprit"; did you mean "split"/,
  );
  await assert.rejects(
    evaluate({ ...run.network, classes: 4 }, run.weights!, dataset),
    /at least the dataset's 10 classes, got 4|classes/,
  );
  await assert.rejects(run.evaluate({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.ok(weightShapes(run.network).size > 0);
});

test("contactSheet() is a picture of each class's images", () => {
  const sheet = contactSheet(tiny, { columns: 2, zoom: 4, classes: [3, 0] });
  assert.deepEqual([sheet.width, sheet.height], [2 * 18 + 2, 2 * 18 + 2]);
  assert.throws(() => contactSheet({} as never), /dataset/);
  assert.throws(() => contactSheet(tiny, { classes: [4] }), /labels from 0 to 3, at least one, got 4/);
});
