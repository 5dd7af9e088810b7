/**
 * Inference on a CPU: engine torch beside PyTorch and onnxruntime, the same networks, in one run, in turn.
 *
 *   npm run bench -- inference                        ten AnyNets and eight others, images of 32 × 32
 *   node dist/bench/inference.js [NETWORKS] [THREADS]
 *
 * A batch of 128 tells the throughput, a batch of 1 the latency. onnxruntime runs the file that `exportOnnx` writes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { exportOnnx } from "../src/onnx/index.js";
import { Model } from "../src/training/engines/torch.js";
import { time } from "../src/training/time.js";
import { findPython } from "../src/cli/python.js";
import { installPythonPeers } from "./peers.js";
import { PythonPeer } from "./python-peer.js";
import { anyNets, otherFamilies } from "./training-networks.js";

const [count = 10, threads = availableParallelism()] = process.argv.slice(2).map(Number);
const RESOLUTION = 32;
const ROUNDS = 3;
const SECONDS = 0.4;
const PEERS = ["PyTorch", "PyTorch, folded", "onnxruntime"];

installPythonPeers(findPython());
const folder = mkdtempSync(join(tmpdir(), "netspace-bench-"));
const file = join(folder, "network.onnx");
const peer = new PythonPeer("inference.py");
const line = ([name, ...cells]: readonly string[]) =>
  console.log(`${name.padEnd(44)}${cells.map(cell => cell.padStart(16)).join("")}`);
const ratios: Record<string, number[]> = {};
const load = loadavg()[0];
console.log(`Inference, ${threads} threads, images of ${RESOLUTION} × ${RESOLUTION}; milliseconds a batch\n`);
line(["network", "batch", "netspace", ...PEERS]);
let versions: unknown;
for (const { network } of [...anyNets(count), ...otherFamilies]) {
  const model = await Model.create(network, { threads });
  exportOnnx(file, network, await model.weights(), { resolution: RESOLUTION });
  model.dispose();
  for (const batch of [128, 1]) {
    versions = await peer.ask({ network, onnx: file, resolution: RESOLUTION, batch, threads });
    const ours: number[] = [];
    const theirs: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const { median: taken } = await time(network, {
        batch,
        resolution: RESOLUTION,
        threads,
        seconds: SECONDS,
      });
      ours.push(taken);
      for (const name of PEERS) {
        const { seconds } = await peer.ask<{ seconds: number }>({ peer: name, seconds: SECONDS });
        (theirs[name] ??= []).push(seconds);
      }
    }
    for (const name of PEERS) {
      (ratios[`batch ${batch}, ${name}`] ??= []).push(
        median(ours.map((taken, i) => theirs[name][i] / taken)),
      );
    }
    const told = (seconds: readonly number[]) => (1000 * median([...seconds])).toFixed(3);
    line([network.name, `${batch}`, told(ours), ...PEERS.map(name => told(theirs[name]))]);
  }
}
peer.end();
rmSync(folder, { recursive: true });
console.log(
  `\nload ${load.toFixed(1)} to ${loadavg()[0].toFixed(1)}, ${JSON.stringify(versions)}; above 1: ours is faster`,
);
for (const [what, values] of Object.entries(ratios)) {
  const least = Math.min(...values).toFixed(2);
  console.log(`${what}: median ratio ${median(values).toFixed(2)} of ${values.length}, least ${least}`);
}
