/** Which layers end the residual branches of a network, and which of them are normalisations. */
import type { LayerOf, Network } from "./network.js";

/** A residual sum, and the layer that its branch (not its shortcut) ends with. */
export interface ResidualBranch {
  readonly sum: LayerOf<"add">;
  readonly end: string;
}

/** The residual branches: of a sum's two inputs, the one that more layers lead to. A projection shortcut is the other. */
export function residualBranches({ layers }: Network): ResidualBranch[] {
  const depths = new Map<string, number>();
  for (const { name, inputs } of layers) {
    depths.set(name, 1 + Math.max(0, ...inputs.map(input => depths.get(input) ?? 0)));
  }
  return layers.flatMap(layer => {
    if (layer.op !== "add") return [];
    const [end] = [...layer.inputs].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0));
    return [{ sum: layer, end }];
  });
}

/**
 * Names of the normalisations that a residual branch ends with, be it that a gate follows (squeeze-and-excitation); a
 * branch that ends with anything else has none.
 */
export function residualNorms(network: Network): string[] {
  const layers = new Map(network.layers.map(layer => [layer.name, layer]));
  return residualBranches(network).flatMap(({ end }) => {
    const last = layers.get(end);
    const scaled = last?.op === "multiply" ? layers.get(last.inputs[0]) : last;
    return scaled?.op === "batchnorm" ? [scaled.name] : [];
  });
}
