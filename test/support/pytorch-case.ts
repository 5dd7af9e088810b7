/**
 * A network prepared for both the engine and PyTorch: the same weights, batches and settings, and what PyTorch made of
 * them (pytorch_reference.py, next to this file).
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Network } from "../../src/networks/network.js";
import type { Model } from "../../src/training/engines/torch.js";
import type { OptimiserSettings } from "../../src/training/recipe.js";
import { python, referenceScript } from "./needs.js";
import { noise, randomStream } from "./networks.js";

/** What pytorch_reference.py reads as a step's settings. */
export interface CaseSettings {
  readonly learningRate: number;
  readonly optimiser?: OptimiserSettings["optimiser"];
  readonly momentum: number;
  readonly nesterov?: boolean;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly smoothing?: number;
  readonly epsilon?: number;
  readonly epsilonInsideRoot?: boolean;
  readonly clipNorm?: number;
  readonly weightDecay: number;
  readonly normWeightDecay?: number;
  readonly biasWeightDecay?: number;
  readonly labelSmoothing?: number;
  readonly auxiliaryWeight?: number;
  readonly dropoutSeed?: number;
  readonly averageDecay?: number;
  /** Share of the first of two labels; the second are drawn here. */
  readonly share?: number;
  /** Networks of some of the layers, which the steps take in turn. */
  readonly paths?: readonly Network[];
  /** Weights of weighted sums by group, which the steps take in turn. */
  readonly mixtures?: readonly Readonly<Record<string, readonly number[]>>[];
  readonly precision?: "float64";
}

export interface Reference {
  readonly evaluation: number[];
  readonly training: number[];
  readonly losses: number[];
  readonly mixtureGradients: Readonly<Record<string, number[]>>[];
  /** Of the first batch, in double. */
  readonly gradients: Readonly<Record<string, number[]>>;
}

export class PytorchCase {
  readonly batches;
  readonly settings: CaseSettings;
  readonly tensors: { name: string; shape: number[]; offset: number }[] = [];
  weights: Float32Array = new Float32Array();
  readonly network: Network;
  readonly folder: string;

  constructor(
    network: Network,
    folder: string,
    settings: CaseSettings,
    steps: number,
    { count = 16, resolution = 20 } = {},
  ) {
    this.network = network;
    this.folder = folder;
    this.settings = settings;
    this.batches = Array.from({ length: steps }, (_, i) => {
      const batch = noise(network, count, resolution, 100 + i);
      const others = Int32Array.from(batch.labels, label => (label + 1 + (i % 3)) % network.classes);
      return { ...batch, others };
    });
  }

  /** Fresh weights of ours, with biases, scales and statistics moved off their trivial initial values. */
  async write(model: Model): Promise<void> {
    const random = randomStream(5);
    const parts: Float32Array[] = [];
    let offset = 0;
    for (const { name, shape } of model.tensors()) {
      const values = await model.get(name);
      if (shape.length === 1) {
        const centre = name.endsWith("running_var") || name.endsWith(".weight") ? 1 : 0;
        values.forEach((_, i) => {
          values[i] = centre + 0.3 * (random() - 0.5);
        });
        await model.set(name, values);
      }
      this.tensors.push({ name, shape, offset });
      parts.push(values);
      offset += values.length;
    }
    this.weights = concatenate(parts);
    mkdirSync(this.folder);
    const { network, tensors, batches, settings } = this;
    const shapes = batches.map(b => b.batch.shape);
    writeFileSync(
      join(this.folder, "case.json"),
      JSON.stringify({ network, batches: shapes, tensors, ...settings }),
    );
    writeFileSync(join(this.folder, "weights.f32"), this.weights);
    writeFileSync(join(this.folder, "images.f32"), concatenate(batches.map(b => b.batch.images)));
    writeFileSync(join(this.folder, "labels.i32"), Int32Array.from(batches.flatMap(b => [...b.labels])));
    writeFileSync(join(this.folder, "others.i32"), Int32Array.from(batches.flatMap(b => [...b.others])));
  }

  result(): Reference {
    return JSON.parse(readFileSync(join(this.folder, "result.json"), "utf8"));
  }

  /** A file in the layout of weights.f32, by name. */
  read(file: string): Map<string, Float32Array> {
    const all = new Float32Array(new Uint8Array(readFileSync(join(this.folder, file))).buffer);
    return new Map(
      this.tensors.map(({ name, shape, offset }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [name, all.subarray(offset, offset + size)];
      }),
    );
  }
}

const concatenate = (parts: readonly Float32Array[]): Float32Array => {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** Has PyTorch do its part. One process for all cases: importing torch takes longer than the cases do. */
export const runPytorch = (cases: readonly PytorchCase[]): Promise<unknown> =>
  promisify(execFile)(python, [referenceScript, ...cases.map(c => c.folder)]);
