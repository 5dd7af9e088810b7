/**
 * The whole check of a GPU in one go: builds the engine against the installed torch, compares the card with the CPU,
 * measures throughput beside PyTorch eager and compiled, trains several models at once, runs out of memory on purpose,
 * and prints one table.
 *
 *   node dist/bench/gpu-check.js [--device cuda] [--python PYTHON] [--only PART,…] [--workers N,…] [--quick]
 *
 * PYTHON has a CUDA build of torch (default: .venv's). Parts: agreement, throughput, population, memory, compile (PyTorch's
 * compiler, minutes; last). `--device cpu --quick` rehearses everything on a machine without a card. Exit code 1 if
 * anything that must hold does not.
 */
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { anyNet, build, zoo } from "../src/architectures/index.js";
import { complexity } from "../src/networks/index.js";
import type { Network } from "../src/networks/network.js";
import { AnyNetXE } from "../src/spaces/index.js";
import { sample } from "../src/spaces/sample.js";
import { proceduralDataset } from "../src/training/datasets/index.js";
import type { Precision, TrainingResult } from "../src/training/engine.js";
import { type Device, type ImageBatch, Model, torchOn } from "../src/training/engines/torch.js";
import { loadAddon } from "../src/training/engines/torch/addon.js";
import type { Recipe } from "../src/training/recipe.js";
import { tiny } from "../src/training/recipes.js";
import { trainPopulation } from "./training-population.js";
import { type Job, Ours, Peer, uploadNoise } from "./training-sides.js";

const { values: given } = parseArgs({
  options: {
    device: { type: "string", default: "cuda" },
    python: { type: "string" },
    only: { type: "string", default: "agreement,throughput,population,memory,compile" },
    workers: { type: "string", default: "1,2,4,8" },
    quick: { type: "boolean", default: false },
  },
});
const parts = new Set(given.only.split(","));
const device = given.device as Device;
const { quick } = given;
const onCard = device !== "cpu";
/** Of the CPU: what feeds the card, or is all there is in a rehearsal, on a machine that may be busy. */
const threads = 1;
const root = new URL("../../", import.meta.url);
const python =
  given.python ?? process.env.NETSPACE_PYTHON ?? fileURLToPath(new URL(".venv/bin/python", root));
process.env.NETSPACE_PYTHON = python;

let failures = 0;
const row = (what: string, result: string, holds?: boolean) => {
  const verdict = holds === undefined ? "" : holds ? "  ✓" : "  ✗";
  if (holds === false) failures += 1;
  console.log(`${what.padEnd(58)}${result.padStart(22)}${verdict}`);
};
const began = performance.now();
const section = (title: string) =>
  console.log(`\n${title} [${((performance.now() - began) / 1000).toFixed(0)} s]`);

/** What the card says of itself while `work` runs: mean utilisation in per cent, mean watts, most memory in MiB. */
async function watched<T>(work: () => Promise<T>): Promise<{ value: T; card?: readonly number[] }> {
  if (!onCard) return { value: await work() };
  const query = ["--query-gpu=utilization.gpu,power.draw,memory.used", "--format=csv,noheader,nounits"];
  const child = spawn("nvidia-smi", [...query, "-lms", "200"], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.on("error", () => {}); // no nvidia-smi: nothing is said
  child.stdout.on("data", text => (said += text));
  const value = await work();
  child.kill();
  const samples = said
    .split("\n")
    .map(text => text.split(",").map(Number))
    .filter(cells => cells.length === 3 && cells.every(Number.isFinite));
  if (samples.length === 0) return { value };
  const mean = (i: number) => samples.reduce((sum, cells) => sum + cells[i], 0) / samples.length;
  return { value, card: [mean(0), mean(1), Math.max(...samples.map(cells => cells[2]))] };
}
const cardText = (card?: readonly number[]) =>
  card ? ` (${card[0].toFixed(0)} % busy, ${card[1].toFixed(0)} W, ${card[2].toFixed(0)} MiB)` : "";

// ------------------------------------------------------------------------------------------------ build
section("Build");
const builder = fileURLToPath(new URL("native/build.mjs", root));
const said = execFileSync(process.execPath, [builder, "--python", python], { encoding: "utf8" });
row("binding", said.trim().split("\n").at(-1)!.replace("native: netspace_torch.node ", ""));
const info = loadAddon().info();
row("torch", info.torch);
row("CUDA", info.cuda ? "there" : "not there", !onCard || info.cuda);
if (onCard && !info.cuda) {
  console.error("gpu-check: this torch sees no card; name a Python whose torch does with --python");
  process.exit(1);
}

// ------------------------------------------------------------------------------------------ what is used
const stages = (blockWidths: readonly number[]) =>
  blockWidths.map(width => ({ depth: 2, width, bottleneck: 1, groupWidth: 8, stride: 2 }));
const networks: Network[] = [
  build(anyNet(stages([16, 32]), { name: "X", stem: { kind: "simple", width: 16 }, classes: 10 })),
  build(
    anyNet(stages([16, 32]), {
      name: "Y",
      stem: { kind: "cifar", width: 16 },
      classes: 10,
      activation: "silu",
    }),
  ),
];
const dataset = proceduralDataset({ resolution: 32, train: quick ? 640 : 5000, test: 500, seed: 1 });
const small = networks[0];
const recipe = { ...tiny, epochs: quick ? 1 : 4, dropPath: 0.1, labelSmoothing: 0.1, mixup: 0.2 };
// -------------------------------------------------------------------------------------------- agreement
async function checkAgreement(): Promise<void> {
  section("Agreement of the card with the CPU (relative differences)");
  const shape = [32, 3, 24, 24] as const;
  const batch: ImageBatch = {
    // Noise in [−1.7, 1.7): the fractions of a sine that turns fast.
    images: Float32Array.from({ length: 32 * 3 * 24 * 24 }, (_, i) => {
      const x = 43758.5453 * Math.sin(12.9898 * (i + 1));
      return 3.4 * (x - Math.floor(x)) - 1.7;
    }),
    shape,
  };
  const labels = Int32Array.from({ length: 32 }, (_, i) => (7 * i) % 10);
  const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let [difference, norm] = [0, 0];
    for (let i = 0; i < b.length; i++) {
      difference += (a[i] - b[i]) ** 2;
      norm += b[i] ** 2;
    }
    return Math.sqrt(difference / Math.max(norm, 1e-30));
  };
  const settings = { learningRate: 0.02, momentum: 0.9, weightDecay: 5e-5 };
  const limits: Record<Precision, number> = { float32: 1e-4, tf32: 1e-2, bf16: 1e-1 };
  for (const network of networks) {
    for (const precision of ["float32", "tf32", "bf16"] as const) {
      const model = await Model.create(network, { seed: 3, precision, device, threads });
      const reference = await Model.create(network, { seed: 3, threads });
      const what = `${network.name} ${precision}`;
      const logits = distance(await model.forward(batch), await reference.forward(batch));
      row(`${what}: logits`, logits.toExponential(1), logits < limits[precision]);
      const losses: [number, number][] = [];
      for (let step = 0; step < 20; step++) {
        losses.push([
          await model.step(batch, labels, settings),
          await reference.step(batch, labels, settings),
        ]);
        if (step > 0) continue;
        let [difference, size] = [0, 0];
        for (const { name } of model.tensors().filter(t => !t.name.includes(".running_"))) {
          const expected = await reference.gradient(name);
          const norm = Math.hypot(...expected);
          size += norm ** 2;
          difference += (norm * distance(await model.gradient(name), expected)) ** 2;
        }
        const gradients = Math.sqrt(difference / size);
        row(`${what}: gradients`, gradients.toExponential(1), gradients < 5 * limits[precision]);
      }
      // Of one batch again and again: losses fall towards 0, so they are compared with the first.
      const worst = Math.max(...losses.map(([loss, expected]) => Math.abs(loss - expected))) / losses[0][1];
      row(`${what}: worst of 20 losses`, worst.toExponential(1), worst < 10 * limits[precision]);
      model.dispose();
      reference.dispose();
    }
  }
  const train = (where: Device) =>
    torchOn(where).train(small, dataset, recipe, { seed: 5, precision: "float32", threads });
  const [here, there] = [await train("cpu"), await train(device)];
  // Recorded steps (graphs) are part of this: they begin with the fourth step of an epoch.
  const driftOf = (a: TrainingResult, b: TrainingResult) =>
    Math.abs(a.epochs[0].trainLoss / b.epochs[0].trainLoss - 1);
  const drift = driftOf(there, here);
  row("a training from the same seed: loss of the first epoch", drift.toExponential(1), drift < 2e-2);
  // Clipping, holes, moments and rising drop path in recorded steps.
  const clipped = {
    ...recipe,
    epochs: 1,
    clipNorm: 1,
    cutout: 8,
    dropPathSchedule: "linear",
    momentum: 0.5,
  } as const;
  const adam = { ...clipped, learningRate: 2e-3, epsilon: 1e-4 };
  const optimisers: Recipe[] = [
    { ...clipped, nesterov: false },
    { ...adam, optimiser: "adam" },
    { ...adam, optimiser: "adamw" },
    { ...adam, optimiser: "rmsprop", smoothing: 0.9, epsilonInsideRoot: true },
  ];
  for (const own of optimisers) {
    const options = { seed: 5, precision: "float32", threads } as const;
    const [cpu, card] = [
      await torchOn("cpu").train(small, dataset, own, options),
      await torchOn(device).train(small, dataset, own, options),
    ];
    const by = driftOf(card, cpu);
    row(`… by ${own.optimiser ?? "sgd"}, clipped, with cutout`, by.toExponential(1), by < 2e-2);
  }
  row("… and error at its end, per cent", `${there.error.toFixed(1)}, CPU ${here.error.toFixed(1)}`);
  row("… and its peak of memory, MiB", ((there.peakMemory ?? 0) / 2 ** 20).toFixed(0));
}

// ------------------------------------------------------------------------------------------- throughput
const tinyNetworks = sample(AnyNetXE.with({ classes: 10 }), {
  n: quick ? 1 : 4,
  seed: 1,
  resolution: 32,
  where: { flops: [1e6, 16e6], depth: [4, 24] },
}).map(({ architecture }) => build(architecture));

/** What is timed: small networks, as populations have, and one of the paper's at ImageNet's resolution. */
function jobsAt(precision: Precision): { job: Job; steps: number; target: number }[] {
  const jobs = tinyNetworks.map(network => ({
    job: { network, resolution: 32, batch: 128, precision, threads, device },
    steps: quick ? 3 : 128,
    target: 3,
  }));
  if (quick) return jobs;
  const network = build(zoo("RegNetX-400MF").architecture);
  const large = { network, resolution: 224, batch: 128, precision, threads, device };
  return [...jobs, { job: large, steps: 16, target: 1 }];
}

const nameOf = ({ network, resolution, precision }: Job) => {
  const mflops = (complexity(network, resolution).flops / 1e6).toFixed(0);
  return `${network.name.slice(0, 34)} ${mflops} MF ${resolution} px ${precision}`;
};

/** Images a second of both sides, in turn, each the median of three rounds after a warm-up. */
async function inTurn(job: Job, peer: Peer, steps: number): Promise<[ours: number, theirs: number]> {
  const data = await uploadNoise(job.resolution, job.network.classes, job.device);
  const ours = await Ours.prepare(job, data);
  await ours.train(16);
  const rates: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    rates[0].push((steps * job.batch) / (await ours.train(steps)));
    rates[1].push((steps * job.batch) / (await peer.train(steps)));
  }
  ours.dispose();
  return [median(rates[0]), median(rates[1])];
}

async function checkThroughput(): Promise<void> {
  section("Throughput of training steps, images a second");
  row("", "netspace  eager");
  const peer = new Peer();
  for (const precision of quick ? (["bf16"] as const) : (["float32", "tf32", "bf16"] as const)) {
    for (const { job, steps, target } of jobsAt(precision)) {
      await peer.prepare(job);
      await peer.train(16);
      const [us, eager] = await inTurn(job, peer, steps);
      row(nameOf(job), `${us.toFixed(0)}  ${eager.toFixed(0)}`);
      row("  ratio to eager", (us / eager).toFixed(2), onCard ? us / eager >= target : undefined);
    }
  }
  peer.end();
}

async function checkCompiled(): Promise<void> {
  section("Beside PyTorch compiled, images a second");
  row("", "netspace  compiled");
  // Compilation is part of the first steps, and takes up to minutes a network.
  for (const { job, steps } of [jobsAt("bf16")[0], ...jobsAt("bf16").slice(tinyNetworks.length)]) {
    const peer = new Peer();
    await peer.prepare({ ...job, compile: true });
    const seconds = await peer.train(4);
    const [us, compiled] = await inTurn(job, peer, steps);
    peer.end();
    row(nameOf(job), `${us.toFixed(0)}  ${compiled.toFixed(0)}`);
    row("  ratio to compiled", (us / compiled).toFixed(2));
    row("  seconds to compile", seconds.toFixed(1));
  }
}

// ------------------------------------------------------------------------------------- several at once
async function checkPopulation(): Promise<void> {
  section("Several models at once (processes), tiny regime");
  const members = sample(AnyNetXE.with({ classes: 10 }), {
    n: quick ? 2 : 24,
    seed: 2,
    resolution: 32,
    where: { flops: [1e6, 16e6], depth: [4, 24] },
  }).map(({ architecture }) => build(architecture));
  // The recipe tiny: 8 epochs of 78 steps.
  const steps = quick ? 4 : 624;
  let best = 0;
  let busy: readonly number[] | undefined;
  for (const workers of quick ? [1, 2] : given.workers.split(",").map(Number)) {
    const options = {
      resolution: 32,
      batch: 64,
      precision: "bf16" as const,
      steps,
      workers,
      threads: 1,
      device,
    };
    const { value, card } = await watched(() => trainPopulation("netspace", members, options));
    row(`${workers} at once: models a minute`, `${value.toFixed(1)}${cardText(card)}`);
    if (value > best) [best, busy] = [value, card];
  }
  const minutes = 500 / best;
  row("minutes for 500 models", minutes.toFixed(1), onCard && !quick ? minutes <= 15 : undefined);
  if (busy) row("utilisation while a population trains, per cent", busy[0].toFixed(0), busy[0] > 80);
}

// --------------------------------------------------------------------------------------- out of memory
async function checkMemory(): Promise<void> {
  section("Out of memory is a result");
  const refused = await torchOn(device).train(
    small,
    dataset,
    { ...recipe, epochs: 1 },
    { memoryLimit: 2 ** 20 },
  );
  row("beyond a limit of 1 MiB", refused.status, refused.status === "out-of-memory");
  if (onCard) {
    // 4096 channels at 16 × 16, 5000 images: 21 GB a feature map in float32, and a block keeps six.
    const hungry = build(
      anyNet([{ depth: 4, width: 4096, bottleneck: 1, groupWidth: 8, stride: 1 }], {
        name: "hungry",
        stem: { kind: "simple", width: 16 },
        classes: 10,
      }),
    );
    const full = await torchOn(device).train(hungry, dataset, {
      ...tiny,
      epochs: 1,
      batch: dataset.train.count,
    });
    row("beyond the card's memory", full.status, full.status === "out-of-memory");
  }
  const after = await torchOn(device).train(
    small,
    dataset,
    { ...recipe, epochs: 1 },
    { seed: 5, precision: "float32" },
  );
  row("and the next training", after.status, after.status === "finished");
}

if (parts.has("agreement")) await checkAgreement();
if (parts.has("throughput")) await checkThroughput();
if (parts.has("population")) await checkPopulation();
if (parts.has("memory")) await checkMemory();
// On a CPU compiling takes minutes, and a rehearsal goes without.
if (parts.has("compile") && onCard) await checkCompiled();

console.log(failures === 0 ? "\nAll that must hold holds." : `\n${failures} that must hold do not.`);
process.exit(failures === 0 ? 0 : 1);
