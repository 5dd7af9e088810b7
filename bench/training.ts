/**
 * Training throughput: engine torch against PyTorch's eager loop, the same network, batch, precision and threads,
 * in turn in one run.
 *
 *   npm run bench -- training                                      6 networks, 32 × 32, all cores
 *   node dist/bench/training.js [NETWORKS] [RESOLUTION] [THREADS]  others
 *
 * Each network is trained by both, a few rounds of a fraction of a second each, alternating; a round gives a ratio,
 * and the table the median of the ratios, so that a burst of other work on the machine falls on both.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { build } from "../src/networks/index.js";
import type { Network } from "../src/networks/network.js";
import { AnyNetXE } from "../src/spaces/index.js";
import { sample } from "../src/spaces/sample.js";
import type { Precision } from "../src/training/engine.js";
import { Model } from "../src/training/engines/torch.js";
import { type DatasetHandle, loadAddon } from "../src/training/engines/torch/addon.js";

const [count = 6, resolution = 32, threads = availableParallelism()] = process.argv.slice(2).map(Number);
const batch = 128;
const rounds = 5;
const roundSeconds = 0.6;
const images = 2048;
const root = new URL("../../", import.meta.url);
const fromRoot = (path: string) => fileURLToPath(new URL(path, root));
const python = process.env.NETSPACE_PYTHON ?? fromRoot(".venv/bin/python");

/** PyTorch in a process of its own; idle while ours runs. */
class Peer {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  constructor() {
    this.#child = spawn(python, [fromRoot("bench/training_pytorch.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }
  async ask(command: object): Promise<{ seconds: number }> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("bench: training_pytorch.py ended early; its own message is above");
    return JSON.parse(value);
  }
  end(): void {
    this.#child.stdin!.end();
  }
}

const addon = loadAddon();
const noise = (size: number) => Uint8Array.from({ length: size }, () => Math.random() * 256);

function dataset(): Promise<DatasetHandle> {
  const size = 3 * resolution * resolution;
  return addon.createDataset({
    trainImages: noise(images * size),
    trainLabels: Int32Array.from(noise(images), v => v % 10),
    testImages: noise(size),
    testLabels: new Int32Array(1),
    channels: 3,
    resolution,
    mean: Float32Array.of(0.5, 0.5, 0.45),
    std: Float32Array.of(0.2, 0.2, 0.2),
    padding: 4,
    device: "cpu",
    threads,
  });
}

const settings = {
  momentum: 0.9,
  weightDecay: 5e-5,
  normWeightDecay: 5e-5,
  biasWeightDecay: 5e-5,
  averageDecay: 0,
  flip: true,
  cropArea: 0,
  colour: 0,
  mixup: 0,
};

/** Seconds of `steps` of ours. An epoch holds 16 steps, so longer runs are several. */
async function ours(model: Model, data: DatasetHandle, steps: number): Promise<number> {
  let seconds = 0;
  for (let left = steps; left > 0; ) {
    const n = Math.min(left, Math.floor(images / batch));
    const learningRates = new Float64Array(n).fill(1e-3);
    const options = { ...settings, learningRates, batch, labelSmoothing: 0, seed: left };
    seconds += (await addon.epoch(model.handle, data, options)).seconds;
    left -= n;
  }
  return seconds;
}

interface Row {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly first: number;
}

async function compare(
  peer: Peer,
  network: Network,
  precision: Precision,
  data: DatasetHandle,
): Promise<Row> {
  const began = performance.now();
  const model = await Model.create(network, { precision, threads });
  await ours(model, data, 1);
  const first = performance.now() - began;
  await peer.ask({ network, resolution, batch, precision, threads });
  await peer.ask({ steps: 2 });
  await ours(model, data, 1);
  const step = (await ours(model, data, 2)) / 2;
  const steps = Math.max(2, Math.min(60, Math.round(roundSeconds / step)));
  const us: number[] = [];
  const them: number[] = [];
  for (let round = 0; round < rounds; round++) {
    us.push((steps * batch) / (await ours(model, data, steps)));
    them.push((steps * batch) / (await peer.ask({ steps })).seconds);
  }
  model.dispose();
  const ratio = median(us.map((value, i) => value / them[i]));
  return { ours: median(us), theirs: median(them), ratio, first };
}

const samples = sample(AnyNetXE.with({ classes: 10 }), {
  n: count,
  seed: 1,
  resolution,
  where: { flops: [1e6, 16e6], depth: [4, 24] },
});
const peer = new Peer();
const data = await dataset();
const { torch: version } = addon.info();
console.log(
  `Training, ${resolution} × ${resolution}, batch ${batch}, ${threads} threads, torch ${version}; images/s\n`,
);
const cells = ["network", "MFLOPs", "precision", "netspace", "PyTorch", "ratio", "first ms"];
const line = (row: readonly string[]) => {
  const [name, ...numbers] = row;
  console.log(`${name.padEnd(46)}${numbers.map(n => n.padStart(10)).join("")}`);
};
line(cells);
const ratios = { float32: [] as number[], bf16: [] as number[] };
for (const { architecture, flops } of samples) {
  const network = build(architecture);
  for (const precision of ["float32", "bf16"] as const) {
    const row = await compare(peer, network, precision, data);
    ratios[precision].push(row.ratio);
    line([
      network.name,
      (flops / 1e6).toFixed(1),
      precision,
      row.ours.toFixed(0),
      row.theirs.toFixed(0),
      row.ratio.toFixed(2),
      row.first.toFixed(0),
    ]);
  }
}
peer.end();
for (const [precision, values] of Object.entries(ratios)) {
  const least = Math.min(...values).toFixed(2);
  console.log(`${precision}: median ratio ${median(values).toFixed(2)} of ${values.length}, least ${least}`);
}
