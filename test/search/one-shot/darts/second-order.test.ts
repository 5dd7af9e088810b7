/** The gradient of α in a session, in double, against PyTorch's autograd through the unrolled step (darts_reference.py). */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DARTSSpace, SmallCells, torch } from "netspace";
import { alphaLayout, byEdge } from "../../../../src/search/one-shot/darts/alpha-vector.js";
import { architectureSlopes } from "../../../../src/search/one-shot/darts/bilevel.js";
import { SessionProblem } from "../../../../src/search/one-shot/darts/session-problem.js";
import { dartsPresets } from "../../../../src/search/one-shot/darts/settings.js";
import { type Supernet, supernet } from "../../../../src/search/one-shot/supernet.js";
import type { Weights } from "../../../../src/training/engine.js";
import type { LabelledBatch } from "../../../../src/training/batches.js";
import type { Session } from "../../../../src/training/session.js";
import { python, referenceScript, withoutPython } from "../../../support/needs.js";
import { noise, randomStream } from "../../../support/networks.js";

const script = fileURLToPath(
  new URL("../../../../../test/search/one-shot/darts/darts_reference.py", import.meta.url),
);
const sides = { classes: 4, resolution: 12 };
const counts = [1, 2, 3, 4, 7];
const warm = 2;
/** Large, so that the second order is no small part of the gradient. */
const rate = 0.3;
const recipe = { ...dartsPresets.second.recipe, learningRate: rate, clipNorm: 1.5 };

const supernets = {
  DARTS: supernet(DARTSSpace.fix("cells", 3).fix("filters", 4), sides),
  "NAS-Bench-201": supernet(SmallCells, { ...sides, form: "relaxed" }),
} as unknown as Readonly<Record<string, Supernet>>;

/**
 * On the way of a difference some ReLUs open or close, or another of a pool's values becomes the greatest, which no derivative sees: the shorter the way, the fewer
 * there are, and the more a single one counts. At 1e-6 DARTS' supernet at 4 images has one, and is off by twice the gradient; at 1e-8 none of these has any, and rounding
 * leaves 2e-7.
 */
const SHORT = 1e-8;

type ByEdge = Readonly<Record<string, readonly number[]>>;
interface Reference {
  readonly losses: readonly number[];
  readonly validation: number;
  readonly first: ByEdge;
  readonly exact: ByEdge;
  readonly differences: ByEdge;
}

const distance = (a: ByEdge, b: ByEdge): number => {
  const [x, y] = [a, b].map(each => Object.values(each).flat());
  const off = Math.hypot(...x.map((value, i) => value - y[i]));
  return off / Math.hypot(...y);
};

interface Case {
  readonly session: Required<Session>;
  readonly vector: Float64Array;
  readonly batches: readonly LabelledBatch[];
  readonly folder: string;
}

async function makeCase(folder: string, net: Supernet, count: number): Promise<Case> {
  const { size } = alphaLayout("test", net);
  const random = randomStream(3);
  const vector = Float64Array.from({ length: size }, () => 2 * random() - 1);
  const session = (await torch.session!(net.network, {
    seed: 7,
    precision: "float64",
    threads: 1,
  })) as Required<Session>;
  const batches = Array.from({ length: warm + 2 }, (_, i): LabelledBatch => {
    const { batch, labels } = noise(net.network, count, sides.resolution, 20 + i);
    return { images: batch, labels };
  });
  writeCase(folder, net, vector, await session.weights(), batches);
  return { session, vector, batches, folder };
}

describe("DARTS' gradient of α in a session", { skip: withoutPython }, () => {
  const cases = new Map<string, Case>();
  const all = Object.entries(supernets).flatMap(([name, net]) =>
    counts.map(count => ({ title: `${name}, ${count}`, name, net, count })),
  );
  let root = "";
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "darts-"));
    for (const { title, net, count } of all) cases.set(title, await makeCase(join(root, title), net, count));
    // One process for all: importing torch takes longer than they do.
    const folders = Array.from(cases.values(), ({ folder }) => folder);
    // It warns of what its machine lacks, once for each convolution of a single image.
    await promisify(execFile)(python, [script, dirname(referenceScript), ...folders], { maxBuffer: 2 ** 28 });
  });
  after(() => {
    for (const { session } of cases.values()) session.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  for (const { title, name, net, count } of all) {
    it(`of a supernet of ${name} at ${count} images is PyTorch's: first order, unrolled with momentum and decay, and by differences`, async () => {
      const { session, vector, batches, folder } = cases.get(title)!;
      const layout = alphaLayout("test", net);
      const expected = JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as Reference;
      const problem = new SessionProblem(session, net, layout, recipe);
      for (const [i, batch] of batches.slice(0, warm).entries()) {
        // Losses come back as float32, also of a session in double.
        const loss = await problem.train(batch, vector, rate);
        assert.ok(Math.abs(loss - expected.losses[i]) < 1e-6, `${loss}, expected ${expected.losses[i]}`);
      }
      const [training, validation] = batches.slice(warm);
      const gradient = async (settings: { readonly rate: number; readonly length?: number }) => {
        const { loss, alpha } = await architectureSlopes(problem, {
          alpha: vector,
          training,
          validation,
          ...settings,
        });
        return { loss, edges: Object.fromEntries(byEdge(layout, alpha)) as unknown as ByEdge };
      };
      const off = ({ edges }: { readonly edges: ByEdge }, from: ByEdge) => distance(listed(edges), from);
      const first = await gradient({ rate: 0 });
      const published = await gradient({ rate });
      assert.ok(Math.abs(published.loss - expected.validation) < 1e-6);
      const short = await gradient({ rate, length: SHORT });
      if (name === "DARTS" && count === 1) {
        // The last cells' maps are normalised over the one image, whose mean is then 0 whatever α says: both have rounding alone.
        const sizes = [first, short].map(({ edges }) => edges).concat(expected.first, expected.exact);
        for (const edges of sizes) assert.ok(Math.hypot(...Object.values(listed(edges)).flat()) < 1e-5);
        return;
      }
      assert.ok(off(first, expected.first) < 1e-9);
      assert.ok(off(published, expected.differences) < 1e-9, `${off(published, expected.differences)}`);
      assert.ok(off(short, expected.exact) < 1e-5, `${off(short, expected.exact)}`);
      assert.ok(off(first, expected.exact) > 0.1, "first order is another gradient");
    });
  }

  it("leaves weights, statistics and momentum as they were, to the bit", async () => {
    const net = supernets["NAS-Bench-201"];
    const layout = alphaLayout("test", net);
    const session = (await torch.session!(net.network, { seed: 7, threads: 1 })) as Required<Session>;
    const problem = new SessionProblem(session, net, layout, recipe);
    const [a, b] = [1, 2].map((seed): LabelledBatch => {
      const { batch, labels } = noise(net.network, 8, sides.resolution, seed);
      return { images: batch, labels };
    });
    const vector = new Float64Array(layout.size);
    await problem.train(a, vector, rate);
    const state = await session.state();
    await architectureSlopes(problem, { alpha: vector, training: a, validation: b, rate });
    assert.deepEqual(await session.state(), state);
    session.dispose();
  });
});

function writeCase(
  at: string,
  { network, sums }: Supernet,
  vector: Float64Array,
  weights: Weights,
  batches: readonly LabelledBatch[],
): void {
  mkdirSync(at);
  let offset = 0;
  const tensors = Array.from(weights, ([name, { shape, values }]) => {
    const tensor = { name, shape, offset };
    offset += values.length;
    return tensor;
  });
  const layout = alphaLayout("test", { network, sums });
  const alpha = Object.fromEntries(
    Array.from(byEdge(layout, vector), ([edge, values]) => [edge, [...values]]),
  );
  const { momentum, weightDecay, clipNorm } = recipe;
  const shape = batches[0].images.shape;
  writeFileSync(
    join(at, "case.json"),
    JSON.stringify({ network, tensors, sums, alpha, shape, warm, rate, momentum, weightDecay, clipNorm }),
  );
  const floats = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap(part => [...part]));
  writeFileSync(join(at, "weights.f32"), floats(Array.from(weights.values(), ({ values }) => values)));
  writeFileSync(join(at, "images.f32"), floats(batches.map(({ images }) => images.images)));
  writeFileSync(join(at, "labels.i32"), Int32Array.from(batches.flatMap(({ labels }) => [...labels])));
}

const listed = (edges: ByEdge): ByEdge =>
  Object.fromEntries(Object.entries(edges).map(([edge, values]) => [edge, Array.from(values)]));
