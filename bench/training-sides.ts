/**
 * The two sides of a comparison of training: this project's engine and PyTorch, each doing the same steps on the same
 * kind of data, images of noise that lie on the device and are cropped and mirrored there.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Network } from "../src/networks/network.js";
import type { Precision } from "../src/training/engine.js";
import { type Device, Model } from "../src/training/engines/torch.js";
import { wholeSettings } from "../src/training/recipe/optimisers.js";
import { type DatasetHandle, loadAddon } from "../src/training/engines/torch/addon.js";
import { PythonPeer } from "./python-peer.js";

/** Images that both sides hold; an epoch of ours has that many. */
const images = 2048;

/** What is trained, and how. */
export interface Job {
  readonly network: Network;
  readonly resolution: number;
  readonly batch: number;
  readonly precision: Precision;
  readonly threads: number;
  readonly device: Device;
}

/** PyTorch in a process of its own; idle while ours runs. */
export class Peer {
  readonly #process: PythonPeer;
  /** @param environment variables that it has besides */
  constructor(environment: NodeJS.ProcessEnv = {}) {
    this.#process = new PythonPeer("training_pytorch.py", environment);
  }
  /** Builds the network; the first steps after it are a warm-up. */
  prepare(job: Job & { readonly compile?: boolean }): Promise<unknown> {
    return this.#process.ask(job);
  }
  /** Seconds of so many steps. */
  async train(steps: number): Promise<number> {
    return (await this.#process.ask<{ seconds: number }>({ steps })).seconds;
  }
  end(): void {
    this.#process.end();
  }
}

/** For a Peer that compiles: no code of earlier runs is at hand, which a new network never has. */
export function withoutStoredCode(): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "netspace-bench-inductor-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return { TORCHINDUCTOR_CACHE_DIR: folder };
}

const noise = (size: number) => Uint8Array.from({ length: size }, () => Math.random() * 256);

/** The images of noise on a device. */
export function uploadNoise(resolution: number, classes: number, device: Device): Promise<DatasetHandle> {
  const size = 3 * resolution * resolution;
  return loadAddon().createDataset({
    trainImages: noise(images * size),
    trainLabels: Int32Array.from(noise(images), v => v % classes),
    testImages: noise(size),
    testLabels: new Int32Array(1),
    channels: 3,
    resolution,
    mean: Float32Array.of(0.5, 0.5, 0.45),
    std: Float32Array.of(0.2, 0.2, 0.2),
    padding: 4,
    device,
    threads: 1,
  });
}

/** Our side: a model and the images it trains on. */
export class Ours {
  readonly #model: Model;
  readonly #data: DatasetHandle;
  readonly #batch: number;
  private constructor(model: Model, data: DatasetHandle, batch: number) {
    this.#model = model;
    this.#data = data;
    this.#batch = batch;
  }
  static async prepare(job: Job, data: DatasetHandle): Promise<Ours> {
    const { network, batch, precision, threads, device } = job;
    return new Ours(await Model.create(network, { precision, threads, device }), data, batch);
  }
  /** Seconds of so many steps, as many epochs as they take. */
  async train(steps: number): Promise<number> {
    const batch = this.#batch;
    let seconds = 0;
    for (let left = steps; left > 0; ) {
      const n = Math.min(left, Math.floor(images / batch));
      const options = {
        ...wholeSettings({ learningRate: 1e-3, momentum: 0.9, weightDecay: 5e-5 }),
        learningRates: new Float64Array(n).fill(1e-3),
        dropPathScales: new Float64Array(),
        batch,
        labelSmoothing: 0,
        auxiliaryWeight: 0,
        flip: true,
        cropArea: 0,
        colour: 0,
        mixup: 0,
        cutout: 0,
        seed: left,
      };
      seconds += (await loadAddon().epoch(this.#model.handle, this.#data, options)).seconds;
      left -= n;
    }
    return seconds;
  }
  dispose(): void {
    this.#model.dispose();
  }
}
