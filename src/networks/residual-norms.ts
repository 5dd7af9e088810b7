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

/** Names of the normalisations that a residual branch ends with; a branch that ends with anything else has none. */
export function residualNorms(network: Network): string[] {
  const norms = new Set(network.layers.filter(({ op }) => op === "batchnorm").map(({ name }) => name));
  return residualBranches(network).flatMap(({ end }) => (norms.has(end) ? [end] : []));
}
