/** Where a model's training stands: read from native code, and put back. */
import { type Checkpoint, CheckpointError } from "../../checkpoints/checkpoint.js";
import type { Weight, Weights } from "../../engine.js";
import type { Addon, Remembered } from "./addon.js";
import type { Model } from "./model.js";

/** Running statistics have averages, but no moments. */
const isStatistic = (name: string): boolean => /\.running_(mean|var)$/.test(name);

type Tensor = ReturnType<Model["tensors"]>[number];
const tensorsOf = (model: Model, what: Remembered): Tensor[] =>
  model.tensors().filter(({ name }) => what === "average" || !isStatistic(name));

/** All that a later step depends on, of a model whose weights are in their place and not exchanged with averages. */
export async function stateOf(
  addon: Addon,
  model: Model,
): Promise<Pick<Checkpoint, "optimiser" | "weights" | "first" | "second" | "average">> {
  const { optimiser: name, updated, steps, second, averages } = await addon.getOptimiserState(model.handle);
  const remembered = async (what: Remembered): Promise<Weights> => {
    const tensors = tensorsOf(model, what).map(async ({ name: of, shape }): Promise<[string, Weight]> => {
      return [of, { shape, values: await addon.getRemembered(model.handle, of, what) }];
    });
    return new Map(await Promise.all(tensors));
  };
  return {
    optimiser: { name, updated, steps },
    weights: await model.weights(),
    first: await remembered("first"),
    ...(second && { second: await remembered("second") }),
    ...(averages && { average: await remembered("average") }),
  };
}

/**
 * Puts a checkpoint into a model.
 *
 * @throws WeightsError or CheckpointError if it is not of this network
 */
export async function restoreState(addon: Addon, model: Model, checkpoint: Checkpoint): Promise<void> {
  const { optimiser, weights, first, second, average } = checkpoint;
  const parts = { first, second, average };
  for (const [what, tensors] of Object.entries(parts) as [Remembered, Weights | undefined][]) {
    if (!tensors) continue;
    for (const { name, shape } of tensorsOf(model, what)) {
      const got = tensors.get(name)?.shape;
      if (String(got) === String(shape)) continue;
      throw new CheckpointError(
        `train: expected a checkpoint of this network, whose ${what} moment of "${name}" has shape [${shape.join(", ")}], got ${got ? `[${got.join(", ")}]` : "none"}`,
      );
    }
  }
  await model.setWeights(weights);
  await addon.setOptimiserState(model.handle, {
    optimiser: optimiser.name,
    updated: optimiser.updated,
    steps: optimiser.steps,
    each: new Float32Array(),
    second: second !== undefined,
    averages: average !== undefined,
  });
  for (const [what, tensors] of Object.entries(parts) as [Remembered, Weights | undefined][]) {
    if (!tensors) continue;
    await Promise.all(
      tensorsOf(model, what).map(({ name }) =>
        addon.setRemembered(model.handle, name, what, tensors.get(name)!.values),
      ),
    );
  }
}
