/**
 * DARTS' search on a CPU: a session of engine torch beside PyTorch's eager mode (one_shot.py), the same supernet, batches and threads,
 * in turn in one run.
 *
 *   npm run bench -- one-shot                        C 8, 5 cells, batch 64, 32 × 32, 2 threads
 *   node dist/bench/one-shot.js [FILTERS] [CELLS] [ROUNDS] [BATCH] [THREADS]
 *
 * A step is one of α on a batch for validation and one of the weights on a batch for training. First order: α's gradient at the
 * weights as they are. Second order: at weights one step ahead, less the mixed second derivative by finite differences, which is three
 * passes more. Each round gives a ratio, of the clock and of the processor, which other work on the machine disturbs less; the
 * table has the medians. Memory is the most of a whole process above what it takes before the network is made. What changing the path
 * costs is asked by path-change.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { DARTSSpace, type ImageBatch, type Mixture, seeded, torch } from "netspace";
import { type Alpha, alphaGradient, alphaOf, relax, supernet } from "netspace/search";
import { median } from "simple-statistics";
import { packageRoot } from "../src/base/node/paths.js";
import { findPython } from "../src/cli/python.js";
import type { Session } from "../src/training/session.js";

const [filters = 8, cells = 5, rounds = 5, batch = 64, threads = 2] = process.argv.slice(2).map(Number);
const [resolution, classes] = [32, 10];
const weightStep = {
  learningRate: 0.025,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 3e-4,
  clipNorm: 5,
} as const;

interface Taken {
  readonly seconds: number;
  readonly cpu: number;
  /** Bytes. */
  readonly peak: number;
}

class Peer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const script = `${packageRoot}/bench/one_shot.py`;
    this.#child = spawn(findPython(), [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask<T>(command: object): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("one_shot.py ended");
    return JSON.parse(value) as T;
  }

  end() {
    this.#child.stdin!.end();
  }
}

const shared = supernet(DARTSSpace.fix("cells", cells).fix("filters", filters), { classes, resolution });
const { network } = shared;
const random = seeded(1);

interface Labelled {
  readonly images: ImageBatch;
  readonly labels: Int32Array;
}
const drawn = (): Labelled => ({
  images: {
    images: Float32Array.from({ length: batch * 3 * resolution ** 2 }, () => 3 * random() - 1.5),
    shape: [batch, 3, resolution, resolution],
  },
  labels: Int32Array.from({ length: batch }, () => Math.floor(classes * random())),
});
const halves = [0, 1].map(() => Array.from({ length: 4 }, drawn));

/** Adam as DARTS has it. */
class AlphaSteps {
  alpha: Alpha = alphaOf(shared, () => 1e-3 * (random() - 0.5));
  readonly #first = alphaOf(shared);
  readonly #second = alphaOf(shared);
  #steps = 0;

  take(gradient: Alpha): void {
    this.#steps++;
    for (const [edge, values] of this.alpha) {
      const [m, v, g] = [this.#first.get(edge)!, this.#second.get(edge)!, gradient.get(edge)!];
      for (let i = 0; i < values.length; i++) {
        const slope = g[i] + 1e-3 * values[i];
        m[i] += 0.5 * (slope - m[i]);
        v[i] += 1e-3 * (slope ** 2 - v[i]);
        const [mean, square] = [m[i] / (1 - 0.5 ** this.#steps), v[i] / (1 - 0.999 ** this.#steps)];
        values[i] -= (3e-4 * mean) / (Math.sqrt(square) + 1e-8);
      }
    }
  }
}

const mixtureSlope = async (
  session: Session,
  { images, labels }: Labelled,
  mixture: Mixture,
  weightGradients = false,
) => (await session.mixtureGradients!(network, images, labels, { mixture, weightGradients })).gradients;

/** ∂/∂α of the validation loss after one step of the weights, by finite differences for what that step owes to α. */
async function secondOrder(session: Session, train: Labelled, valid: Labelled, alpha: Alpha): Promise<Alpha> {
  const mixture = relax(shared, alpha);
  const { clipNorm: _unclipped, ...unrolled } = weightStep;
  const here = await session.snapshot!();
  await session.step(network, train.images, train.labels, { ...unrolled, mixture });
  const direct = await mixtureSlope(session, valid, mixture, true);
  const direction = await session.keepGradients!();
  await session.rewind!(here);
  const epsilon = 0.01 / direction.norm;
  await session.move!(direction, epsilon);
  const plus = await mixtureSlope(session, train, mixture);
  await session.move!(direction, -2 * epsilon);
  const minus = await mixtureSlope(session, train, mixture);
  await session.rewind!(here);
  here.dispose();
  direction.dispose();
  const whole = Array.from(direct, ([group, values]): [string, Float64Array] => {
    const [p, m] = [plus.get(group)!, minus.get(group)!];
    return [group, values.map((d, i) => d - (weightStep.learningRate * (p[i] - m[i])) / (2 * epsilon))];
  });
  return alphaGradient(shared, alpha, new Map(whole));
}

const peer = new Peer();
const { torch: version, params } = await peer.ask<{ torch: string; params: number }>({
  threads,
  filters,
  cells,
  batch,
  resolution,
  classes,
});
// The library is loaded and its threads are there before memory is looked at.
const warm = await torch.session!(network, { threads });
warm.dispose();
const base = process.resourceUsage().maxRSS;
const session = await torch.session!(network, { threads });
const counted = [...(await session.weights())].reduce(
  (sum, [name, { values }]) => sum + (name.includes(".running_") ? 0 : values.length),
  0,
);
if (counted !== params) throw new Error(`expected PyTorch's network of ${counted} weights, got ${params}`);
console.log(
  `DARTS' search, C ${filters}, ${cells} cells (${counted} weights), batch ${batch}, ${resolution} × ${resolution}, ${threads} threads, torch ${version}\n`,
);
const search = new AlphaSteps();

async function take(steps: number, order: 1 | 2): Promise<Taken> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  for (let step = 0; step < steps; step++) {
    const [train, valid] = halves.map(half => half[step % 4]);
    const gradient =
      order === 2
        ? await secondOrder(session, train, valid, search.alpha)
        : alphaGradient(
            shared,
            search.alpha,
            await mixtureSlope(session, valid, relax(shared, search.alpha)),
          );
    search.take(gradient);
    const mixture = relax(shared, search.alpha);
    await session.step(network, train.images, train.labels, { ...weightStep, mixture });
  }
  const { user, system } = process.cpuUsage(cpu);
  const peak = 1024 * (process.resourceUsage().maxRSS - base);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, peak };
}

const line = (cells_: readonly string[]) =>
  console.log(cells_.map((cell, i) => (i ? cell.padStart(13) : cell.padEnd(24))).join(""));
line(["a step", "netspace ms", "PyTorch ms", "ratio", "ratio of CPU", "least"]);
const steps = 2;
let last: readonly [Taken, Taken] | undefined;
for (const order of [1, 2] as const) {
  await take(1, order);
  await peer.ask({ steps: 1, order });
  const pairs: [Taken, Taken][] = [];
  for (let round = 0; round < rounds; round++)
    pairs.push([await take(steps, order), await peer.ask<Taken>({ steps, order })]);
  const of = (side: 0 | 1) => ((1000 * median(pairs.map(pair => pair[side].seconds))) / steps).toFixed(0);
  const ratios = pairs.map(([ours, theirs]) => theirs.seconds / ours.seconds);
  const cpu = median(pairs.map(([ours, theirs]) => theirs.cpu / ours.cpu));
  const least = Math.min(...ratios).toFixed(2);
  line([
    `${order === 1 ? "first" : "second"} order`,
    of(0),
    of(1),
    median(ratios).toFixed(2),
    cpu.toFixed(2),
    least,
  ]);
  last = pairs.at(-1);
}
const [ours, theirs] = last!.map(({ peak }) => peak / 2 ** 20);
console.log(
  `\nmemory above the libraries': ${ours.toFixed(0)} MiB, PyTorch ${theirs.toFixed(0)} MiB, ratio ${(theirs / ours).toFixed(2)}`,
);
peer.end();
session.dispose();
process.exit(0);
