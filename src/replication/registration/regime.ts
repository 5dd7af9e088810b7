/** The regime of the populations that the notebooks rest on: what was trained on what, and for how long. */
import { expectOptions } from "../../base/expect-options.js";
import { expectFields } from "../../base/expect.js";
import type { Registration } from "./registration.js";
import { idxTitle } from "../../training/datasets/idx/idx.js";
import { requireFinite } from "../../statistics/statistics-error.js";
import type { CheckedSpec, SweepSpec } from "../../trials/spec.js";

/** Everything of the shipped populations' specs but the space and the number of networks. */
export const tinyRegime = {
  where: { flops: [1e6, 2e6] },
  stem: { kind: "simple", width: 16 },
  dataset: { kind: "procedural", resolution: 32, train: 5000, test: 2000, seed: 1 },
  recipe: {
    epochs: 5,
    batch: 64,
    learningRate: 0.3,
    momentum: 0.9,
    weightDecay: 5e-4,
    warmupEpochs: 0.5,
    cropPadding: 2,
    flip: true,
    zeroInitResidual: true,
  },
} as const satisfies Partial<SweepSpec>;

/**
 * A regime in words: `networks of 2–4 MF on 32 × 32 procedural images, 8 epochs of 5,000`.
 *
 * @param images false leaves out what they are trained on, where that is said otherwise
 * @example
 * ```ts
 * regimeWords((await shippedPopulation("RegNetX")).spec); // => "networks of 1–2 MF on 32 × 32 procedural images, 5 epochs of 5,000"
 * ```
 */
export function regimeWords(spec: CheckedSpec, options: { readonly images?: boolean } = {}): string {
  expectFields("regimeWords", "a population's spec", spec, {
    where: "object",
    dataset: "object",
    recipe: "object",
  });
  expectOptions("regimeWords", options, { images: "boolean?" });
  const { images = true } = options;
  const { where, dataset, recipe } = spec;
  expectFields("regimeWords", "the spec's dataset", dataset, {
    kind: "text",
    resolution: "number?",
    train: "number?",
  });
  // A set in MNIST's format is called by its name, where it has one.
  const kind = (dataset.kind === "idx" && idxTitle(dataset.content)) || dataset.kind;
  const size = "resolution" in dataset ? `${dataset.resolution} × ${dataset.resolution} ` : "";
  const epochs = typeof recipe.epochs === "number" ? `, ${recipe.epochs} epochs` : "";
  const many = "train" in dataset && dataset.train ? ` of ${dataset.train.toLocaleString("en")}` : "";
  return `networks${windowWords(where)}${images ? ` on ${size}${kind} images` : ""}${epochs}${epochs && many}`;
}

/** A window of cost in words. */
function windowWords({ flops, effectiveFlops }: CheckedSpec["where"]): string {
  for (const each of [flops, effectiveFlops]) {
    if (each !== undefined) requireFinite("regimeWords", "window of flops", each, 2);
  }
  const range = (flops ?? effectiveFlops)?.map(each => each / 1e6).join("–");
  return range === undefined ? "" : ` of ${range}${flops ? "" : " effective"} MF`;
}

/** The common regime of registered populations in words: `networks of 4–8 MF, 12 epochs, cifar stem`. */
export function registeredRegimeWords({ regime }: Registration): string {
  const { epochs } = regime.recipe;
  const { kind, width } = regime.stem;
  return `networks${windowWords(regime.where)}, ${String(kind)} stem of width ${String(width)}, ${String(epochs)} epochs`;
}
