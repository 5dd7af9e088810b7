/** Which normalisations end a residual branch. */
import type { Network } from "./network.js";

/**
 * Names of the normalisations that a residual branch ends with: of a sum's two inputs, the one that more layers lead
 * to. A projection shortcut is the other. A branch that ends with anything else has none.
 */
export function residualNorms({ layers }: Network): string[] {
  const byName = new Map(layers.map(layer => [layer.name, layer]));
  const depths = new Map<string, number>();
  for (const { name, inputs } of layers) {
    depths.set(name, 1 + Math.max(0, ...inputs.map(input => depths.get(input) ?? 0)));
  }
  return layers.flatMap(({ op, inputs }) => {
    if (op !== "add") return [];
    const [deepest] = [...inputs].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0));
    return byName.get(deepest)?.op === "batchnorm" ? [deepest] : [];
  });
}
