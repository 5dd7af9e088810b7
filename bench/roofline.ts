/**
 * How far training on this CPU is from what the processor could do at most: the roofline of each network, beside a step.
 *
 *   npm run bench -- roofline                        six AnyNets and eight others
 *   node dist/bench/roofline.js [NETWORKS] [THREADS]
 *
 * Each pass of each operator takes at least as long as its multiply-adds at the rate of a large product of matrices, and at
 * least as long as its numbers need to be read and written at the rate of a copy of as many. The greater of the two, summed
 * over the operators, is the limit of an engine that runs operator by operator; only one that keeps maps in registers and
 * caches between operators is below it. A normalisation reads its input twice forward, and input and gradient twice backward,
 * with its ReLU in the same passes; the optimiser's pass over the weights is counted, augmentation is not.
 */
import { execFileSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { packageRoot } from "../src/base/node/paths.js";
import { findPython } from "../src/cli/python.js";
import { complexityByLayer } from "../src/networks/complexity.js";
import type { Layer, Network } from "../src/networks/network.js";
import { inferShapes, type Shape } from "../src/networks/shapes.js";
import { anyNets, otherFamilies } from "./training-networks.js";
import { Ours, uploadNoise } from "./training-sides.js";

const [count = 6, threads = availableParallelism()] = process.argv.slice(2).map(Number);
const batch = 128;
const resolution = 32;
const rounds = 3;
const roundSeconds = 0.4;

interface Limits {
  readonly torch: string;
  readonly float32: number;
  readonly bf16: number;
  /** Bytes of a copy, read and written, and bytes a second. */
  readonly bandwidth: readonly (readonly [number, number])[];
}

/** One operator's way forward or backward: multiply-adds, and numbers that it reads and writes. */
interface Pass {
  readonly multiplyAdds: number;
  readonly moved: number;
}

const elements = ({ channels, height, width }: Shape) => batch * channels * height * width;

/** The passes of a layer in a training step. */
function passesOf(
  layer: Layer,
  flops: number,
  params: number,
  inputs: number[],
  out: number,
  isFused: boolean,
): Pass[] {
  const read = inputs.reduce((a, b) => a + b, 0);
  const multiplyAdds = batch * flops;
  switch (layer.op) {
    case "conv":
    case "linear": {
      const pass = { multiplyAdds, moved: read + out + params };
      // Forward, to the weights, and, but for the first layer, to the input.
      return layer.inputs[0] === "input" ? [pass, pass] : [pass, pass, pass];
    }
    case "batchnorm": {
      const residual = read - inputs[0];
      return [2 * inputs[0] + residual + out, 4 * inputs[0] + out + 2 * residual].map(moved => ({
        multiplyAdds: 0,
        moved,
      }));
    }
    case "add":
    case "concat":
      return [{ multiplyAdds: 0, moved: read + out }];
    default:
      if (isFused) return [];
      return [read + out, 2 * read + out].map(moved => ({ multiplyAdds: 0, moved }));
  }
}

function limitOf(
  network: Network,
  { float32, bandwidth }: Limits,
): { readonly seconds: number; readonly computing: number } {
  const shapes = inferShapes(network, resolution);
  const costs = complexityByLayer(network, resolution);
  const ops = new Map(network.layers.map(({ name, op }) => [name, op]));
  const readers = new Map<string, number>();
  for (const { inputs } of network.layers)
    for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const image = { channels: 3, height: resolution, width: resolution };
  const rate = (bytes: number) => (bandwidth.find(([of]) => of >= bytes) ?? bandwidth.at(-1)!)[1];
  let [seconds, computing, weights] = [0, 0, 0];
  for (const layer of network.layers) {
    const { flops, params } = costs.get(layer.name)!;
    weights += params;
    const [first] = layer.inputs;
    const isFused = layer.op === "relu" && ops.get(first) === "batchnorm" && readers.get(first) === 1;
    const inputs = layer.inputs.map(name => elements(name === "input" ? image : shapes.get(name)!));
    for (const { multiplyAdds, moved } of passesOf(
      layer,
      flops,
      params,
      inputs,
      elements(shapes.get(layer.name)!),
      isFused,
    )) {
      const [compute, memory] = [multiplyAdds / float32, (4 * moved) / rate(4 * moved)];
      seconds += Math.max(compute, memory);
      if (compute > memory) computing += compute;
    }
  }
  // Weight, gradient and momentum are read, weight and momentum written.
  return { seconds: seconds + (20 * weights) / rate(20 * weights), computing };
}

const load = loadavg()[0];
const python = findPython();
const limits = JSON.parse(
  execFileSync(python, [join(packageRoot, "bench", "roofline.py"), `${threads}`], { encoding: "utf8" }),
) as Limits;
const giga = (value: number) => (value / 1e9).toFixed(1);
console.log(`Roofline, ${threads} threads, torch ${limits.torch}`);
console.log(
  `products of matrices: float32 ${giga(limits.float32)}, bf16 ${giga(limits.bf16)} G multiply-adds a second`,
);
for (const [bytes, rate] of limits.bandwidth)
  console.log(`copies of ${(bytes / 2 ** 20).toFixed(0).padStart(4)} MiB: ${giga(rate)} GB a second`);
console.log(`\nA step of batch ${batch}, ${resolution} × ${resolution}, float32; milliseconds\n`);
const line = ([name, ...cells]: readonly string[]) =>
  console.log(`${name.padEnd(46)}${cells.map(cell => cell.padStart(14)).join("")}`);
line(["network", "netspace", "limit", "computing", "limit / ours"]);
const data = await uploadNoise(resolution, 10, "cpu");
const shares: number[] = [];
for (const { network } of [...anyNets(count), ...otherFamilies]) {
  const ours = await Ours.prepare(
    { network, resolution, batch, precision: "float32", threads, device: "cpu" },
    data,
  );
  await ours.train(2);
  const step = (await ours.train(2)) / 2;
  const steps = Math.max(2, Math.min(60, Math.round(roundSeconds / step)));
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await ours.train(steps)) / steps);
  ours.dispose();
  const { seconds, computing } = limitOf(network, limits);
  const taken = median(times);
  shares.push(seconds / taken);
  line([
    network.name,
    (1000 * taken).toFixed(1),
    (1000 * seconds).toFixed(1),
    (1000 * computing).toFixed(1),
    (seconds / taken).toFixed(2),
  ]);
}
console.log(
  `\nlimit / ours: median ${median(shares).toFixed(2)} of ${shares.length}, ${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)}; load ${load.toFixed(1)} to ${loadavg()[0].toFixed(1)}`,
);
process.exit(0);
