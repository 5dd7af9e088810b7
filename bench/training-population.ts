/** Models a minute when some processes of one side share a list of networks. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Network } from "../src/networks/network.js";
import type { Precision } from "../src/training/engine.js";
import type { Device } from "../src/training/engines/torch.js";
import { Peer, withoutStoredCode } from "./training-sides.js";

export interface PopulationOptions {
  readonly resolution: number;
  readonly batch: number;
  readonly precision: Precision;
  /** Of each network's training. */
  readonly steps: number;
  readonly workers: number;
  readonly threads: number;
  readonly device?: Device;
  /** PyTorch compiles each network before it trains it. Default: false. */
  readonly compile?: boolean;
  /** What each process trains before the clock starts. Default: the first network. */
  readonly warm?: Network;
}

/** Trains a network from the start; what a worker of either side offers. */
interface PopulationWorker {
  train(network: Network): Promise<unknown>;
  end(): void;
}

function ourWorker(options: PopulationOptions): PopulationWorker {
  const program = fileURLToPath(new URL("./training-population-worker.js", import.meta.url));
  const child = fork(program, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    train: network =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void =>
          reject(new Error(`bench: a worker ended with code ${code}`));
        child.once("close", ended);
        child.once("message", message => {
          child.off("close", ended);
          resolve(message);
        });
        child.send({ ...options, device: options.device ?? "cpu", network });
      }),
    end: () => child.kill(),
  };
}

function theirWorker(options: PopulationOptions): PopulationWorker {
  const peer = new Peer(options.compile ? withoutStoredCode() : {});
  return {
    train: async network => {
      await peer.prepare({ ...options, device: options.device ?? "cpu", network });
      await peer.train(options.steps);
    },
    end: () => peer.end(),
  };
}

/** Models a minute. Processes are warm: each has trained a network before the clock starts. */
export async function trainPopulation(
  side: "netspace" | "pytorch",
  networks: readonly Network[],
  options: PopulationOptions,
): Promise<number> {
  const make = side === "netspace" ? ourWorker : theirWorker;
  const workers = Array.from({ length: options.workers }, () => make(options));
  await Promise.all(workers.map(worker => worker.train(options.warm ?? networks[0])));
  const queue = [...networks];
  const began = performance.now();
  await Promise.all(
    workers.map(async worker => {
      for (let network = queue.shift(); network; network = queue.shift()) await worker.train(network);
    }),
  );
  const minutes = (performance.now() - began) / 60_000;
  for (const worker of workers) worker.end();
  return networks.length / minutes;
}
